"""Choices that stand on several pages: the model, the switches, the classes."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from mvae.modalities.base import Modality
from mvae.ui import keys
from mvae.ui.runtime.callbacks import guarded
from mvae.ui.state.models import checkpoints, chosen_checkpoint
from mvae.ui.state.slots import Slot
from mvae.ui.state.task import shown
from mvae.ui.text import Common
from mvae.ui.views.colours import looks
from mvae.ui.views.icons import digit_icon
from mvae.ui.views.look import plain

_SHORT = 2  # letters of a name that fits into a narrow pill


def checkpoint_picker() -> None:
    """Show the choice of checkpoint, which holds on all pages; each page's head has it."""

    def keep() -> None:
        st.session_state[keys.CHECKPOINT] = st.session_state[keys.CHECKPOINT_PICKER]

    choices = checkpoints()
    st.session_state[keys.CHECKPOINT_PICKER] = chosen_checkpoint()
    st.segmented_control(
        Common.CHECKPOINT, list(choices), format_func=choices.__getitem__, required=True,
        key=keys.CHECKPOINT_PICKER, on_change=guarded(keep), label_visibility="collapsed",
        help=Common.CHECKPOINT_HELP,
    )  # fmt: skip


def present_switch(
    modality: Modality, slot: Slot, label: str, update: Callable[[], None] | None = None
) -> None:
    """Show the switch that says whether a modality is missing, the same on all pages.

    `update` is called after a change, in the switch's callback.
    """
    key = f"{keys.PRESENT}{modality.name}"

    def keep() -> None:
        slot.present = st.session_state[key]
        if update is not None:
            update()

    st.session_state[key] = slot.present
    st.toggle(label, key=key, on_change=guarded(keep))


def example_pills(modality: Modality, label: str, on_pick: Callable[[int], None]) -> None:
    """Show the classes to pick an example from; a pick calls `on_pick` before the page runs again."""
    long = any(len(name) > _SHORT for name in shown().classes)
    key = f"{keys.NAMED_EXAMPLE if long else keys.EXAMPLE}{modality.name}"

    def picked() -> None:
        chosen = st.session_state[key]
        st.session_state[key] = None  # so that the same class can be picked again
        if chosen is not None:
            on_pick(chosen)

    class_pills(modality, label, key=key, picked=picked)


def class_pills(modality: Modality, label: str, *, key: str, picked: Callable[[], None]) -> None:
    """Show the classes, as drawings where there are templates, of which one may be chosen."""
    st.pills(
        label, range(len(shown().classes)), format_func=partial(_pill, modality), key=key,
        on_change=guarded(picked), width="stretch",
    )  # fmt: skip


def _pill(modality: Modality, label: int) -> str:
    name = plain(shown().classes[label])
    if not shown().has_templates(modality):
        return name
    icon = digit_icon(modality.name, label, ink_colour(modality.name))
    return f"![{modality.title} {name}]({icon}) {name}"


def ink_colour(name: str) -> str:
    """Return the colour of the ink of a modality."""
    return looks(shown().names)[name].colour
