"""What one person's session holds, and what all sessions share.

Each modality has a `Slot`: what was drawn, photographed or said, whether it counts as present, and what was
there before, for Undo. Slots lie in Streamlit's session state under a key that belongs to no widget, because
Streamlit forgets a widget's value when another page is shown. The models are loaded once and shared by all
sessions.

Nothing here imports torch or librosa before it is needed: a page draws its widgets first.
"""

from dataclasses import dataclass, field
from functools import cache

import streamlit as st

from mvae.arrays import Array
from mvae.errors import InputError
from mvae.modalities.drawing import normalise_ink, prepare_drawing
from mvae.modalities.strokes import Strokes, render, template
from mvae.tasks.digits import FARSI, KANNADA, MODALITIES
from mvae.ui.state.stroke_text import strokes_from_text, strokes_to_text
from mvae.ui.text import Common

FIRST_DIGIT = 7
"""What is drawn before the first click."""
SHOWN_SIDE = 440
"""Longest side of an uploaded picture as the page shows it, in pixels: twice the canvas's."""
UNDO_STEPS = 20
UNDO_BYTES = 10_000_000
"""Of earlier sounds that are kept for Undo."""


@dataclass(frozen=True, eq=False)
class Drawing:
    """Strokes on a canvas.

    Attributes
    ----------
    strokes
        As they are drawn again.
    ink
        What the model is given, (28, 28) in [0, 1], or None if blank.
    text
        The strokes as a link tells of them, or None if they are too many for any.
    """

    strokes: Strokes
    ink: Array | None
    text: str | None

    @classmethod
    def of(cls, strokes: Strokes) -> "Drawing":
        """Draw the strokes and prepare them as the training data are.

        They are rounded as in a link, so that who opens it sees the very same; if they are too many for any
        link, they stay as they are.
        """
        text = strokes_to_text(strokes)
        strokes = strokes if text is None else strokes_from_text(text)
        return cls(strokes, normalise_ink(render(strokes)), text)


@cache
def example(script: str, digit: int) -> Drawing:
    """Return a digit to copy, drawn from its template; sessions share it, nobody changes it."""
    return Drawing.of(template(script, digit))


def both_drawings(digit: int) -> dict[str, Array]:
    """Return what the model is given of a digit drawn in both scripts, from the templates."""
    drawings = {script.name: example(script.name, digit).ink for script in (FARSI, KANNADA)}
    return {name: ink for name, ink in drawings.items() if ink is not None}


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture of a digit.

    Attributes
    ----------
    origin
        The file's name, or where it came from.
    shown
        The picture, small, as a JPEG file.
    ink
        What the model is given of it, (28, 28) in [0, 1].
    """

    origin: str
    shown: bytes
    ink: Array

    @classmethod
    def of(cls, content: bytes, origin: str) -> "Picture":
        """Read a picture file and find the digit, by the same path as `Pipeline.prepare`.

        Raises
        ------
        InputError
            If it is no picture, or nothing is drawn on it.
        """
        from mvae.modalities.picture_files import read_picture, thumbnail  # noqa: PLC0415 - not before the first paint

        image = read_picture(content)
        ink = prepare_drawing(image)
        if ink is None:
            raise InputError(Common.NO_DIGIT_ON_PICTURE)
        return cls(origin, thumbnail(image, SHOWN_SIDE), ink)


@dataclass(frozen=True, eq=False)
class Recording:
    """A sound file, its name, its MFCCs, (13, 32) in MFCC units; digit and checkpoint if imagined."""

    sound: bytes
    origin: str
    mfcc: Array
    digit: int | None = None
    checkpoint: str = ""


Content = Drawing | Picture | Recording | None


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
        Whether the app chose the content: until it is switched on, it is what the other inputs suggest.
    version
        Grows when the content is replaced by other means than its widget, which then starts anew.
    complaint
        Why the last recording or picture was refused, in one sentence.
    """

    present: bool
    content: Content = None
    past: list[Content] = field(default_factory=list)
    automatic: bool = False
    version: int = 0
    complaint: str = ""

    @property
    def prepared(self) -> Array | None:
        """What the model is given, or None if there is nothing."""
        match self.content:
            case Drawing(ink=ink) | Picture(ink=ink):
                return ink
            case Recording(mfcc=mfcc):
                return mfcc
        return None

    @property
    def imagined(self) -> bool:
        """Whether the content is no person's but the model's."""
        return isinstance(self.content, Recording) and self.content.digit is not None

    def put(self, content: Content, *, from_widget: bool = False) -> None:
        """Replace the content, which can be undone; if there is something now, the modality is present."""
        self.past = [*self.past[-UNDO_STEPS:], self.content]
        while sum(len(each.sound) for each in self.past if isinstance(each, Recording)) > UNDO_BYTES:
            del self.past[0]
        self.content, self.complaint, self.automatic = content, "", False
        self.present = self.present or self.prepared is not None
        self.version += not from_widget

    def undo(self) -> None:
        """Bring back what was there before."""
        if self.past:
            self.content, self.complaint = self.past.pop(), ""
            self.version += 1

    def suggest(self, content: Content) -> None:
        """Replace what the app chose; not what a person did, or switched on."""
        if self.automatic and not self.present:
            self.content = content
            self.version += 1


def slots() -> dict[str, Slot]:
    """Return this session's slots by the modality's name; at first only a Farsi digit is present."""
    if "slots" not in st.session_state:
        first = {each.name: Slot(present=each == FARSI, automatic=each != FARSI) for each in MODALITIES}
        for script in (FARSI, KANNADA):
            first[script.name].content = example(script.name, FIRST_DIGIT)
        st.session_state["slots"] = first
    slots: dict[str, Slot] = st.session_state["slots"]
    return slots


def current_inputs() -> dict[str, Array]:
    """Return the prepared inputs of the modalities that are switched on and not blank."""
    return {name: value for name, value in all_inputs().items() if slots()[name].present}


def all_inputs() -> dict[str, Array]:
    """Return the prepared inputs of all modalities that are not blank, whether switched on or not."""
    prepared = {name: slot.prepared for name, slot in slots().items()}
    return {name: value for name, value in prepared.items() if value is not None}
