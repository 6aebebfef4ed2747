"""What may lie in a modality's slot: strokes, a picture, a recording, or numbers; one class for each.

Nothing here imports torch or librosa before it is needed: a page draws its widgets first.
"""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from PIL import Image

from mvae.arrays import Array
from mvae.errors import InputError
from mvae.modalities.base import KindName, Modality
from mvae.modalities.drawing import normalise_ink, prepare_drawing
from mvae.modalities.kinds import kind_of
from mvae.modalities.stroke_text import as_linked
from mvae.modalities.strokes import Strokes, render
from mvae.modalities.wav_file import wav
from mvae.ui.text import Common

SHOWN_SIDE = 440
"""Longest side of an uploaded picture as the page shows it, in pixels: twice the canvas's."""


@dataclass(frozen=True, eq=False)
class Content:
    """What a modality is given.

    Attributes
    ----------
    label
        The class of which it is an example; None if a person gave it.
    checkpoint
        The model that imagined it; "" if none did.
    """

    label: int | None = field(default=None, kw_only=True)
    checkpoint: str = field(default="", kw_only=True)

    @property
    def prepared(self) -> Array | None:
        """What the model is given, or None if there is nothing."""
        raise NotImplementedError

    @property
    def is_blank(self) -> bool:
        """Whether the model is given nothing."""
        return self.prepared is None


@dataclass(frozen=True, eq=False)
class Drawing(Content):
    """Strokes on a canvas.

    Attributes
    ----------
    strokes
        As they are drawn again.
    text
        The strokes as a link tells of them, or None if they are too many for any.
    """

    strokes: Strokes
    text: str | None

    @classmethod
    def of(cls, strokes: Strokes) -> "Drawing":
        """Return the drawing of strokes.

        They are rounded as in a link, so that who opens it sees the very same; if they are too many for any
        link, they stay as they are.
        """
        return cls(*as_linked(strokes))

    @cached_property
    def ink(self) -> Array | None:
        """What the model is given, (28, 28) in [0, 1], prepared as the training data are, or None if blank.

        It is drawn when it is first asked for: while the page paints, nobody asks.
        """
        return normalise_ink(render(self.strokes))

    @property
    def is_blank(self) -> bool:
        """Whether nothing is drawn; where the pen was on the canvas, it has left ink."""
        drawn = any(0 <= x <= 1 and 0 <= y <= 1 for stroke in self.strokes for x, y in stroke)
        return not drawn and self.ink is None

    @property
    def prepared(self) -> Array | None:
        """The ink."""
        return self.ink


@dataclass(frozen=True, eq=False)
class Picture(Content):
    """A picture of one drawing.

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
        """Read a picture file and find what is drawn, by the same path as `Pipeline.prepare`.

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

    @property
    def prepared(self) -> Array:
        """The ink."""
        return self.ink


@dataclass(frozen=True, eq=False)
class Recording(Content):
    """A sound.

    Attributes
    ----------
    sound
        A file that browsers can play.
    origin
        The file's name, or where it came from.
    mfcc
        What the model is given of it, (13, 32) in MFCC units.
    """

    sound: bytes
    origin: str
    mfcc: Array

    @property
    def prepared(self) -> Array:
        """The MFCCs."""
        return self.mfcc


@dataclass(frozen=True, eq=False)
class Numbers(Content):
    """A vector.

    Attributes
    ----------
    values
        What the model is given, (d,), rounded as in a link.
    """

    values: Array

    @classmethod
    def of(cls, modality: Modality, values: object, **imagined: object) -> "Numbers":
        """Check and round the values; `imagined` are the label and the checkpoint.

        Raises
        ------
        InputError
            If they are no vector of this modality.
        """
        prepared = kind_of(modality).prepare(modality, values)
        return cls(np.array([float(f"{value:.6g}") for value in prepared], np.float32), **imagined)  # type: ignore[arg-type]

    @property
    def prepared(self) -> Array:
        """The values."""
        return self.values

    @property
    def text(self) -> str:
        """The values as a link tells of them."""
        return ",".join(f"{value:.6g}" for value in self.values)


def imagined(modality: Modality, values: Array, words: str, label: int, checkpoint: str) -> Content:
    """Return the content for what a model imagines of a class, which `words` say to a person."""
    return _IMAGINED[modality.kind](modality, values, words, label, checkpoint)


def _imagined_picture(_: Modality, values: Array, words: str, label: int, checkpoint: str) -> Picture:
    side = SHOWN_SIDE // 2
    paper = Image.fromarray((255 * (1 - values)).round().astype(np.uint8))
    file = io.BytesIO()
    paper.resize((side, side), Image.Resampling.BICUBIC).save(file, "JPEG", quality=80)
    return Picture(words, file.getvalue(), values, label=label, checkpoint=checkpoint)


def _imagined_recording(
    modality: Modality, values: Array, words: str, label: int, checkpoint: str
) -> Recording:
    audio = kind_of(modality).audio(values)
    assert audio is not None  # noqa: S101 - of this kind it is heard
    return Recording(wav(*audio), words, values, label=label, checkpoint=checkpoint)


def _imagined_numbers(modality: Modality, values: Array, _: str, label: int, checkpoint: str) -> Numbers:
    return Numbers.of(modality, values, label=label, checkpoint=checkpoint)


_IMAGINED: Mapping[KindName, Callable[[Modality, Array, str, int, str], Content]] = {
    "drawing": _imagined_picture, "sound": _imagined_recording, "vector": _imagined_numbers,
}  # fmt: skip
