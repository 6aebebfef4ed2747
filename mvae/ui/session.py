"""What one person's session holds, and what all sessions share.

Each modality has a `Slot`: what was drawn, photographed or said, whether it counts as present, and what was
there before, for Undo. Slots lie in Streamlit's session state under a key that belongs to no widget, because
Streamlit forgets a widget's value when another page is shown. The models are loaded once and shared by all
sessions.

Nothing here imports torch or librosa before it is needed: a page draws its widgets first.
"""

from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mvae.errors import CheckpointError, InputError
from mvae.modalities import FARSI, KANNADA, MODALITIES
from mvae.preprocess.drawing import normalise_ink, prepare_drawing
from mvae.strokes import Strokes, render, strokes_from_text, strokes_to_text, template
from mvae.ui.pictures import thumbnail
from mvae.ui.server import hurry
from mvae.ui.text import Common
from mvae.ui.turns import waiting

if TYPE_CHECKING:
    from mvae.completion import Completion
    from mvae.model import Subset
    from mvae.pipeline import Pipeline

Array = NDArray[np.float32]

CHECKPOINTS = Common.CHECKPOINTS
"""Shipped checkpoints, the default first, and what a person reads."""
DEFAULT_CHECKPOINT = next(iter(CHECKPOINTS))
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
        from mvae.preprocess.picture_files import read_picture  # noqa: PLC0415 - not before the first paint

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


@dataclass(frozen=True)
class OwnModel:
    """The model that this session has trained: a name that no other has, its directory, and its weights."""

    name: str
    directory: Path
    pipe: "Pipeline"


def own_model() -> OwnModel | None:
    """Return the model that this session has trained and taken over, if there is one."""
    own: OwnModel | None = st.session_state.get("own-model")
    return own


def take_over(directory: Path) -> None:
    """Let this session, and no other, choose the checkpoint in a directory, and choose it.

    Raises
    ------
    CheckpointError
        If it is missing or damaged.
    """
    from mvae.pipeline import load_pretrained  # noqa: PLC0415 - imports torch, which takes seconds

    st.session_state["own-model"] = OwnModel(directory.name, directory, load_pretrained(directory))
    st.session_state["checkpoint"] = directory.name


def pipeline(name: str | None = None) -> "Pipeline":
    """Return a model, the one chosen in `checkpoint_picker` by default.

    Call it below the widgets: the first call imports torch. If the checkpoint is missing or damaged, the page
    says what to run and ends.
    """
    try:
        with waiting() if hurry().is_alive() else nullcontext():
            return load_pipeline(name or chosen_checkpoint())
    except CheckpointError as error:
        st.error(str(error), icon=":material/error:")
        st.stop()


def load_pipeline(name: str) -> "Pipeline":
    """Return a shipped model, or this session's own; the first call imports torch.

    Raises
    ------
    CheckpointError
        If it is missing or damaged.
    """
    if name not in CHECKPOINTS and (own := own_model()) is not None and own.name == name:
        return own.pipe
    hurry()
    return _load(name)


@st.cache_resource(show_spinner=False, max_entries=4)
def _load(name: str) -> "Pipeline":
    from mvae.pipeline import load_pretrained  # noqa: PLC0415 - imports torch, which takes seconds

    return load_pretrained(name)


@st.cache_resource(show_spinner=False, max_entries=256)
def completion(name: str, inputs: dict[str, Array]) -> "Completion":
    """Return what a model makes of all the inputs together, decoded from the mean.

    It depends on nothing else, so sessions share it; nobody changes it.
    """
    (out,) = load_pipeline(name).complete(inputs, [tuple(inputs)])
    return out


@st.cache_resource(show_spinner=False, max_entries=64)
def completions(name: str, inputs: dict[str, Array], seed: int | None) -> "dict[Subset, Completion]":
    """Return what a model makes of every subset of the inputs; `seed` as for `Pipeline.complete`.

    Sessions share them like a `completion`.
    """
    return {out.given: out for out in load_pipeline(name).complete(inputs, seed=seed)}


@st.cache_resource(show_spinner=False, max_entries=64)
def elbos(name: str, inputs: dict[str, Array], seed: int | None) -> "dict[Subset, float]":
    """Return the ELBO of all inputs from each of these `completions`, in nats."""
    outs = completions(name, inputs, seed)
    return dict(zip(outs, load_pipeline(name).elbo(inputs, outs.values()), strict=True))


def checkpoints() -> dict[str, str]:
    """Return the names of the checkpoints from which this session may choose, and what a person reads."""
    own = own_model()
    return CHECKPOINTS if own is None else CHECKPOINTS | {own.name: Common.OWN_MODEL}


def chosen_checkpoint() -> str:
    """Return the name of the chosen checkpoint."""
    name = str(st.session_state.get("checkpoint", DEFAULT_CHECKPOINT))
    return name if name in checkpoints() else DEFAULT_CHECKPOINT


def checkpoint_directory() -> Path:
    """Return the directory of the chosen checkpoint; that of the session's own model may be gone."""
    from mvae.checkpoint import SHIPPED  # noqa: PLC0415 - imports torch, which takes seconds

    own = own_model()
    name = chosen_checkpoint()
    return own.directory if own is not None and own.name == name else SHIPPED / name


def ranked_dimensions() -> list[int]:
    """Return the chosen model's latent dimensions, the most active first."""
    return _ranked(checkpoint_directory(), pipeline())


@st.cache_resource(show_spinner=False, max_entries=8)
def _ranked(checkpoint: Path, _pipe: "Pipeline") -> list[int]:
    from mvae.latent import active_dimensions  # noqa: PLC0415 - imports torch, which takes seconds

    return [int(index) for index in active_dimensions(_pipe, checkpoint)]


def checkpoint_picker() -> None:
    """Show the choice of checkpoint, which holds on all pages; `mvae.ui.theme.page_header` calls this."""

    def keep() -> None:
        st.session_state["checkpoint"] = st.session_state["checkpoint_picker"]

    choices = checkpoints()
    st.session_state["checkpoint_picker"] = chosen_checkpoint()
    st.segmented_control(
        Common.CHECKPOINT, list(choices), format_func=choices.__getitem__, required=True,
        key="checkpoint_picker", on_change=keep, label_visibility="collapsed",
        help=Common.CHECKPOINT_HELP,
    )  # fmt: skip
