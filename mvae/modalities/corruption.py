"""Spoiling an input little by little: noise, blur, cover for drawings, quieter, noise, cut for speech.

Conventions
-----------
Strength is from 0, which changes nothing that can be seen or heard, to 1. Images are float32 (28, 28) in
[0, 1], as the model is given them; waveforms are float32 (n,) or (n, channels) in [-1, 1], as they were
recorded; vectors are float32 (d,). The same seed gives the same noise. What is given stays as it is; each
function returns a new array. Whatever is no such image, waveform, strength or seed is an `InputError`.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import scipy.ndimage
from numpy.typing import NDArray

from mvae.arguments import as_number, as_seed
from mvae.arrays import Array, as_array, as_floats
from mvae.errors import InputError

Corruption = Callable[[NDArray[np.floating[Any]], float], Array]

WIDEST_BLUR = 6.0
"""Standard deviation of the strongest blur, in pixels."""
QUIETEST = -60.0
"""Decibels by which the strongest attenuation changes a recording."""
_LARGEST = 1e6  # of a value: its square is finite in float32
_STEPS = 32_767  # of a 16-bit recording, on either side of silence


def noisy_image(image: NDArray[np.floating[Any]], strength: float, seed: int = 0) -> Array:
    """Replace this share of the pixels, here and there, by random greys."""
    picture, share = _picture(image), _share(strength)
    generator = np.random.default_rng(as_seed(seed))
    order, greys = generator.random(picture.shape), generator.random(picture.shape)
    return np.where(order < share, greys, picture).astype(np.float32)


def blurred_image(image: NDArray[np.floating[Any]], strength: float) -> Array:
    """Blur by a Gaussian of up to `WIDEST_BLUR` pixels; ink that leaves the picture is lost."""
    return np.asarray(
        scipy.ndimage.gaussian_filter(_picture(image), WIDEST_BLUR * _share(strength), mode="constant"),
        np.float32,
    )


def covered_image(image: NDArray[np.floating[Any]], strength: float) -> Array:
    """Cover this share of the ink's height with blank paper, from the top."""
    covered, share = _picture(image).copy(), _share(strength)
    inked = np.flatnonzero((covered > 0).any(axis=1))
    if len(inked):
        covered[: inked[0] + round(share * (inked[-1] + 1 - inked[0]))] = 0
    return covered


def quieter_sound(waveform: NDArray[np.floating[Any]], strength: float) -> Array:
    """Attenuate by up to `QUIETEST` decibels, as 16-bit sound: what is too soft for its steps is lost."""
    attenuated = _sound(waveform) * 10 ** (QUIETEST * _share(strength) / 20)
    return np.asarray(np.round(attenuated * _STEPS) / _STEPS, np.float32)


def noisy_sound(waveform: NDArray[np.floating[Any]], strength: float, seed: int = 0) -> Array:
    """Fade over to white noise of the same root mean square: at 0.5, the two are equally strong."""
    sound, share = _sound(waveform), _share(strength)
    noise = np.random.default_rng(as_seed(seed)).standard_normal(sound.shape)
    level = np.sqrt(np.mean(np.square(sound), dtype=np.float64))
    return np.asarray((1 - share) * sound + share * level * noise, np.float32)


def cut_sound(waveform: NDArray[np.floating[Any]], strength: float) -> Array:
    """Silence this share of the recording, from its end."""
    cut, share = _sound(waveform).copy(), _share(strength)
    cut[len(cut) - round(share * len(cut)) :] = 0
    return cut


def noisy_vector(vector: NDArray[np.floating[Any]], strength: float, seed: int = 0) -> Array:
    """Change each value at random by a share of itself, whose standard deviation is the strength."""
    values = _checked(as_floats(vector, "A vector", (None,), within=_LARGEST), "A vector")
    noise = np.random.default_rng(as_seed(seed)).standard_normal(values.shape)
    return np.asarray(values * (1 + _share(strength) * noise), np.float32)


def _picture(image: object) -> Array:
    return _checked(as_floats(image, "An image", (None, None), within=_LARGEST), "An image")


def _sound(waveform: object) -> Array:
    array = as_array(waveform, "A waveform")
    shape = (None, None) if array.ndim == 2 else (None,)
    return _checked(as_floats(array, "A waveform", shape, within=_LARGEST), "A waveform")


def _checked(found: Array, what: str) -> Array:
    if not found.size:
        msg = f"{what} must hold at least one value."
        raise InputError(msg)
    return found


def _share(strength: object) -> float:
    return as_number(strength, "The strength", 0, 1)


IMAGE_CORRUPTIONS: Mapping[str, Corruption] = {
    "noise": noisy_image, "blur": blurred_image, "cover": covered_image,
}  # fmt: skip
SOUND_CORRUPTIONS: Mapping[str, Corruption] = {
    "quieter": quieter_sound, "noise": noisy_sound, "cut": cut_sound,
}  # fmt: skip
VECTOR_CORRUPTIONS: Mapping[str, Corruption] = {"noise": noisy_vector}
