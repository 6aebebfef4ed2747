"""What modalities of one kind have in common: how samples are prepared, stored, augmented, spoilt and heard.

Conventions
-----------
A *sample* is what a person or a data set gives: a picture, a recording, some numbers. *Prepared* it is
float32 of the modality's shape, in the units that a person reads: grey levels in [0, 1], MFCC units, the
vector's own. *Stored* it is as a `Collection` keeps it. A batch is float32 as the networks take it
(`mvae.model.scaling`). Which encoder a kind has, `mvae.model.networks` says.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mvae.arguments import as_file
from mvae.arrays import Array, as_floats
from mvae.errors import AudioError, InputError
from mvae.modalities.base import IMAGE_SIZE, MFCC_COEFFICIENTS, MFCC_FRAMES, KindName, Likelihood, Modality
from mvae.modalities.drawing import prepare_drawing
from mvae.modalities.picture_files import read_picture

if TYPE_CHECKING:  # the app looks at kinds before it has loaded torch
    from torch import Generator, Tensor

    from mvae.share import Share

FARTHEST = 1e6
"""How large a value of a prepared sample may be: nothing overflows in the networks."""
FURTHEST_SHOWN = 2.0
"""Standard deviations from the training split's mean at which colours, and bars, of pictures end."""
_MIDDLE = 0.3  # how dark the line is from which bars go to either side
SEMITONES = (4, 6, 8)
"""By which the formants of a voice are lowered for other readings of it (see `mvae.inference.doubt`)."""

Values = NDArray[np.uint8] | NDArray[np.float16] | NDArray[np.float32]


class Kind:
    """What modalities of one kind have in common; a kind says where it differs from a vector of numbers.

    Attributes
    ----------
    shape
        The only shape that samples of this kind have; None: (d,) for any d.
    likelihoods
        Those that it can have.
    changed_when_judged
        Whether training samples are augmented before `mvae.checkpoint.familiarity` measures how usual they
        are: where a network knows the samples that it was trained with by heart.
    heat
        Whether its pictures are heat maps, cell by cell; others are ink on paper.
    smooth
        Whether ink is enlarged smoothly, or pixel by pixel.
    audible
        Whether `audio` makes it heard.
    """

    shape: tuple[int, ...] | None = None
    likelihoods: Sequence[Likelihood] = ("gaussian", "bernoulli")
    changed_when_judged = False
    heat = False
    smooth = False
    audible = False

    def takes(self, shape: Sequence[int], likelihood: str) -> bool:
        """Whether samples of this kind can have such a shape and likelihood."""
        fits = len(shape) == 1 if self.shape is None else tuple(shape) == self.shape
        return fits and likelihood in self.likelihoods

    def prepare(self, modality: Modality, value: object) -> Array:
        """Prepare a sample.

        Raises
        ------
        InputError
            If it is none of this kind, or nothing is to be seen or heard in it.
        """
        found = as_floats(value, f"An input of {modality.name}", modality.shape, within=FARTHEST)
        if modality.likelihood == "bernoulli" and not 0 <= found.min() <= found.max() <= 1:
            msg = f"An input of {modality.name} must hold values from 0 to 1."
            raise InputError(msg)
        return found.copy()

    def stored(self, prepared: Array) -> Values:
        """Return a prepared sample as a collection keeps it."""
        return prepared

    def augment(
        self, batch: "Tensor", generator: "Generator", share: "Share | None" = None, *, bend: float = 0.0
    ) -> "Tensor":
        """Change every sample of a batch at random; see `mvae.modalities.augmentation`.

        A vector stays as it is: nothing is known about what may change in it.
        """
        del generator, share, bend
        return batch

    def corruptions(self) -> Mapping[str, Callable[[NDArray[np.floating[Any]], float], Array]]:
        """Return name -> how to spoil a prepared sample, or a sound's waveform, by a strength from 0 to 1."""
        from mvae.modalities.corruption import VECTOR_CORRUPTIONS  # noqa: PLC0415 - it loads SciPy

        return VECTOR_CORRUPTIONS

    def pictures(self, modality: Modality, batch: Array) -> Array:
        """Return what a person sees of a batch: (n, *shape) -> (n, H, W) in [0, 1], the first row on top.

        A vector becomes a bar for each value: from the middle, which is the mean, up to `FURTHEST_SHOWN`
        standard deviations either way, or, where values are in [0, 1], from the left.
        """
        if modality.likelihood == "bernoulli":
            return _bars(np.zeros_like(batch), batch)
        end = 0.5 + batch / (2 * FURTHEST_SHOWN)
        return _bars(np.minimum(end, 0.5), np.maximum(end, 0.5), middle=_MIDDLE)

    def audio(self, prepared: Array) -> tuple[Array, int] | None:
        """Make a prepared sample audible: a waveform in [-1, 1] and its rate in hertz, or None."""
        del prepared
        return None

    def other_readings(self, prepared: Array) -> list[Array]:
        """Return what a prepared sample may be mistaken for, to be read again; see `mvae.inference.doubt`."""
        del prepared
        return []


class _Drawing(Kind):
    """Ink on paper, (28, 28): centred and scaled as all drawings are (`mvae.modalities.drawing`)."""

    shape = (IMAGE_SIZE, IMAGE_SIZE)
    likelihoods = ("bernoulli",)
    changed_when_judged = True
    smooth = True

    def prepare(self, modality: Modality, value: object) -> Array:
        """Prepare a picture's file as a path or bytes, one of Pillow, or whatever `prepare_drawing` takes."""
        title = f"The {modality.name.replace('_', ' ').title()} drawing"
        content = as_file(value, title)
        prepared = prepare_drawing(value if content is None else read_picture(content))
        if prepared is None:
            msg = f"{title} is blank; draw a digit, or leave this modality out."
            raise InputError(msg)
        return prepared

    def stored(self, prepared: Array) -> Values:
        """As uint8, 0..255."""
        return np.round(prepared * 255).astype(np.uint8)

    def augment(
        self, batch: "Tensor", generator: "Generator", share: "Share | None" = None, *, bend: float = 0.0
    ) -> "Tensor":
        """Rotate, shear, scale, shift, bend, and thicken or thin."""
        from mvae.modalities.augmentation import augment_images  # noqa: PLC0415 - it loads torch

        return augment_images(batch, generator, share, bend=bend)

    def pictures(self, modality: Modality, batch: Array) -> Array:
        """As they are."""
        del modality
        return batch

    def corruptions(self) -> Mapping[str, Callable[[NDArray[np.floating[Any]], float], Array]]:
        """Noise, blur and cover."""
        from mvae.modalities.corruption import IMAGE_CORRUPTIONS  # noqa: PLC0415 - it loads SciPy

        return IMAGE_CORRUPTIONS


class _Sound(Kind):
    """An utterance as MFCCs, (13, 32), in MFCC units (`mvae.modalities.sound`)."""

    shape = (MFCC_COEFFICIENTS, MFCC_FRAMES)
    likelihoods = ("gaussian",)
    heat = True
    audible = True

    def prepare(self, modality: Modality, value: object) -> Array:
        """Prepare a sound's file as a path or bytes, a waveform and its rate, or what are MFCCs already."""
        content = as_file(value, "The recording", AudioError)
        if content is None and not (isinstance(value, list | tuple) and len(value) == 2):
            return self._mfccs(modality, value)
        from mvae.modalities.sound import mfcc, read_recording  # noqa: PLC0415 - librosa takes seconds to load

        pair: Any = value if content is None else read_recording(content)
        return mfcc(*pair)

    def _mfccs(self, modality: Modality, value: object) -> Array:
        try:
            return super().prepare(modality, value)
        except InputError as error:
            msg = f"MFCCs must be {self.shape} finite numbers; for a sound give (waveform, rate), or a file."
            raise InputError(msg) from error

    def stored(self, prepared: Array) -> Values:
        """As float16."""
        return prepared.astype(np.float16)

    def augment(
        self, batch: "Tensor", generator: "Generator", share: "Share | None" = None, *, bend: float = 0.0
    ) -> "Tensor":
        """Shift, stretch and colour."""
        from mvae.modalities.augmentation import augment_speech  # noqa: PLC0415 - it loads torch

        del bend
        return augment_speech(batch, generator, share)

    def pictures(self, modality: Modality, batch: Array) -> Array:
        """Heat maps: time to the right, the lowest coefficient at the bottom, 0.5 is each one's mean."""
        del modality
        return np.asarray(np.clip(batch / (2 * FURTHEST_SHOWN) + 0.5, 0, 1)[:, ::-1], np.float32)

    def corruptions(self) -> Mapping[str, Callable[[NDArray[np.floating[Any]], float], Array]]:
        """Of its waveform: quieter, noise and cut."""
        from mvae.modalities.corruption import SOUND_CORRUPTIONS  # noqa: PLC0415 - it loads SciPy

        return SOUND_CORRUPTIONS

    def audio(self, prepared: Array) -> tuple[Array, int] | None:
        """Synthesise the MFCCs."""
        from mvae.modalities.sound import SAMPLE_RATE, waveform_of  # noqa: PLC0415 - librosa is slow to load

        return waveform_of(prepared), SAMPLE_RATE

    def other_readings(self, prepared: Array) -> list[Array]:
        """As if larger persons had spoken."""
        from mvae.modalities.sound import lowered  # noqa: PLC0415 - librosa takes seconds to load

        return [lowered(prepared, semitones) for semitones in SEMITONES]


KINDS: Mapping[KindName, Kind] = {"drawing": _Drawing(), "sound": _Sound(), "vector": Kind()}


def kind_of(modality: Modality) -> Kind:
    """Return what is common to all modalities of this one's kind."""
    return KINDS[modality.kind]


def _bars(low: Array, high: Array, *, middle: float = 0.0) -> Array:
    """Draw a bar for each value, below one another: from low to high (n, d) in [0, 1] -> (n, 28, 28)."""
    side, count = IMAGE_SIZE, low.shape[1]
    pitch = (side - 2) / count
    top = np.round(1 + pitch * np.arange(count))
    down = _covered(top, top + max(1, np.floor(0.8 * pitch)))  # (d, 28)
    along = _covered(*(1 + (side - 2) * end.clip(0, 1) for end in (low, high)))  # (n, d, 28)
    ink = np.einsum("dy,ndx->nyx", down, along).clip(0, 1)
    line = np.zeros((side, side))
    line[1:-1, side // 2 - 1 : side // 2 + 1] = middle / 2
    return np.asarray(np.maximum(ink, line), np.float32)


def _covered(low: NDArray[np.floating[Any]], high: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
    """Return which share of each of 28 pixels lies between low and high: (...) -> (..., 28)."""
    start = np.arange(IMAGE_SIZE)
    ends = np.minimum(high[..., None], start + 1) - np.maximum(low[..., None], start)
    covered: NDArray[np.floating[Any]] = ends.clip(0, 1)
    return covered
