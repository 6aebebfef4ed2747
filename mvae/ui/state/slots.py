"""What one person's session holds, and what all sessions share.

Each modality has a `Slot`: what was drawn, photographed or said, whether it counts as present, and what was
there before, for Undo. Slots lie in Streamlit's session state under a key that belongs to no widget, because
Streamlit forgets a widget's value when another page is shown. The models are loaded once and shared by all
sessions.

Nothing here imports torch or librosa before it is needed: a page draws its widgets first.
"""

from dataclasses import dataclass, field, replace
from functools import cache

import streamlit as st

from mvae.arrays import Array
from mvae.modalities.base import Modality
from mvae.modalities.strokes import template
from mvae.ui import keys
from mvae.ui.state.contents import Content, Drawing, Recording
from mvae.ui.state.task import shown

UNDO_STEPS = 20
UNDO_BYTES = 10_000_000
"""Of earlier sounds that are kept for Undo."""


@cache
def example(script: str, digit: int) -> Drawing:
    """Return a digit to copy, drawn from its template; sessions share it, nobody changes it."""
    return replace(Drawing.of(template(script, digit)), label=digit)


def templates(label: int) -> dict[str, Array]:
    """Return what the model is given of a class in all modalities that have templates, drawn from these."""
    drawings = {each.name: example(each.name, label).ink for each in templated()}
    return {name: ink for name, ink in drawings.items() if ink is not None}


def templated() -> list[Modality]:
    """Return the modalities that have a template for each class."""
    return [modality for modality in shown().modalities if shown().has_templates(modality)]


@dataclass
class Slot:
    """One modality's input.

    Attributes
    ----------
    present
        Whether it is switched on.
    content
        What was drawn or said; switching off keeps it.
    past
        Earlier contents, the latest last.
    automatic
        Whether the app chose the content: until it is switched on, it is what the other inputs suggest, or
        nothing.
    version
        Grows when the content is replaced by other means than its widget, which then starts anew.
    complaint
        Why the last recording or picture was refused, in one sentence.
    """

    present: bool
    content: Content | None = None
    past: list[Content | None] = field(default_factory=list)
    automatic: bool = False
    version: int = 0
    complaint: str = ""

    @property
    def prepared(self) -> Array | None:
        """What the model is given, or None if there is nothing."""
        return None if self.content is None else self.content.prepared

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing that the model could be given."""
        return self.content is None or self.content.is_blank

    @property
    def imagined(self) -> bool:
        """Whether the content is no person's but the model's."""
        return self.content is not None and self.content.checkpoint != ""

    def put(self, content: Content | None, *, from_widget: bool = False) -> None:
        """Replace the content, which can be undone; if there is something now, the modality is present."""
        self.past = [*self.past[-UNDO_STEPS:], self.content]
        while sum(len(each.sound) for each in self.past if isinstance(each, Recording)) > UNDO_BYTES:
            del self.past[0]
        self.content, self.complaint, self.automatic = content, "", False
        self.present = self.present or not self.is_blank
        self.version += not from_widget

    def undo(self) -> None:
        """Bring back what was there before."""
        if self.past:
            self.content, self.complaint = self.past.pop(), ""
            self.version += 1

    def suggest(self, content: Content | None) -> None:
        """Replace what the app chose, perhaps by nothing; not what a person did, or switched on."""
        if self.automatic and not self.present and content is not self.content:
            self.content = content
            self.version += 1


def slots() -> dict[str, Slot]:
    """Return this session's slots by the modality's name; at first only the first modality is present."""
    slots: dict[str, Slot] | None = st.session_state.get(keys.SLOTS)
    if slots is None:
        first, *others = shown().modalities
        slots = {first.name: Slot(present=True)} | {
            each.name: Slot(present=False, automatic=True) for each in others
        }
        for modality in templated():
            slots[modality.name].content = example(modality.name, shown().first_label)
        st.session_state[keys.SLOTS] = slots
    return slots


def given_contents() -> list[Content]:
    """Return what is switched on and not blank; if nothing is, what a person has put in."""
    there = [slot for slot in slots().values() if not slot.is_blank]
    chosen = [slot for slot in there if slot.present] or [slot for slot in there if not slot.automatic]
    return [slot.content for slot in chosen if slot.content is not None]


def given_names() -> list[str]:
    """Return the names of the modalities that are switched on and not blank."""
    return [name for name, slot in slots().items() if slot.present and not slot.is_blank]


def current_inputs() -> dict[str, Array]:
    """Return the prepared inputs of the modalities that are switched on and not blank."""
    return {name: value for name, value in all_inputs().items() if slots()[name].present}


def all_inputs() -> dict[str, Array]:
    """Return the prepared inputs of all modalities that are not blank, whether switched on or not."""
    prepared = {name: slot.prepared for name, slot in slots().items()}
    return {name: value for name, value in prepared.items() if value is not None}
