"""Drawings: any picture of one digit -> 28x28 ink, the same for the data sets and for a user's canvas.

Conventions
-----------
*Ink* is float32 in [0, 1], 0 where nothing is drawn. `find_ink` decides what in a picture is ink;
`normalise_ink` scales it so that its longest side is 20 pixels and centres it by its centre of mass, as MNIST
does (LeCun et al. 1998). The data sets know their ink and call only the second.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mvae.arrays import as_array
from mvae.errors import InputError
from mvae.modalities.base import IMAGE_SIZE
from mvae.modalities.pixels import LARGEST_SIDE, Pixels, as_pixels

INK_SIZE = 20
"""Longest side of the normalised ink, in pixels."""
_FAINTEST = 0.06  # contrast below which a picture counts as blank
_LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)  # of red, green and blue: ITU-R BT.601
_COLOURED = 2.0  # times the contrast in luminance: a colour channel that has more shows the ink better
_EDGE = 0.2  # share of the darkest ink that still belongs to the digit's bounding box
_NEARLY, _EVEN = 0.03, 0.9  # if of what is nearly as light as the paper so much is just so, a program drew it
_CROPPED = 100  # pixels: an even picture that is no larger may be cropped to its ink, as HODA's are


def prepare_drawing(image: object) -> NDArray[np.float32] | None:
    """Turn any picture of a digit into what the model takes.

    Parameters
    ----------
    image
        A Pillow image of any mode, or an array, as `mvae.modalities.pixels.as_pixels` takes it; the four
        channels of an array may also be CMYK. Ink may be dark on light, light on dark, or on a transparent
        background; the paper may be unevenly lit, ruled, and have a dark border or lie on a dark table.

    Returns
    -------
    NDArray[np.float32] | None
        (28, 28) in [0, 1], or None where nothing is drawn.

    Raises
    ------
    InputError
        If it is no picture: wrong shape, empty, too large, damaged, or not finite.
    """
    return normalise_ink(find_ink(image))


def find_ink(image: object) -> NDArray[np.float32]:
    """Separate the ink from its background.

    Of an even background, as programs paint it, every deviation is ink, however faint. On paper that was
    scanned or photographed `mvae.modalities.paper` looks for it. Parameters and errors are those of
    `prepare_drawing`.

    Returns
    -------
    NDArray[np.float32]
        (h, w) in [0, 1], smaller than a large picture: opacity on a transparent background, else the distance
        from the background's brightness.
    """
    from mvae.modalities.paper import framed, ink_on_paper  # noqa: PLC0415 - SciPy, not before the first paint

    grey = _grey(as_pixels(image))
    edge = _border(grey)
    paper = np.median(edge)
    plain: NDArray[np.float32] = np.abs(grey - paper).astype(np.float32)
    even = (grey == paper).sum() >= _EVEN * (plain < _NEARLY).sum()
    if even and (edge == paper).all():
        return ink_on_paper(grey, noisy=False).ink if framed(grey) else plain
    if even and max(grey.shape) <= _CROPPED:
        return plain
    found = ink_on_paper(grey, noisy=not even)
    return found.ink if found.disturbed or not even else plain


INK_VERSION = 1
"""To be raised when `normalise_ink` gives other numbers: what was prepared is kept until then."""


def normalise_ink(ink: NDArray[np.generic]) -> NDArray[np.float32] | None:
    """Scale ink to 20 pixels and centre it in 28x28.

    Parameters
    ----------
    ink
        (H, W), uint8 in 0..255 or float in [0, 1]; 0 is background.

    Returns
    -------
    NDArray[np.float32] | None
        (28, 28) in [0, 1], or None where the ink is too faint to be a drawing.

    Raises
    ------
    InputError
        If these are no finite numbers of such a shape, or more than `LARGEST_SIDE` a side.
    """
    array = as_array(ink, "Ink")
    if array.ndim != 2 or max(array.shape) > LARGEST_SIDE:
        msg = f"Ink must have the shape (H, W), {LARGEST_SIDE} a side at the most."
        raise InputError(msg)
    with np.errstate(over="ignore"):  # what float32 cannot hold is refused below
        strength = array.astype(np.float32) / (255.0 if array.dtype == np.uint8 else 1.0)
    darkest = float(strength.max(initial=0.0))
    if darkest < _FAINTEST:
        return None
    inked = strength > _EDGE * darkest
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    if not len(rows) or not np.isfinite(strength.min()):  # where one is no number, none is above it
        msg = "Ink must be finite numbers."
        raise InputError(msg)
    box = strength[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] / darkest

    scale = INK_SIZE / max(box.shape)
    height, width = (max(1, round(side * scale)) for side in box.shape)
    small = np.asarray(Image.fromarray(box).resize((width, height), Image.Resampling.BILINEAR))
    # A thin line fades when it is scaled down: bring the bulk of the ink back to full strength.
    bulk = small[small > small.max() / 3]
    small = np.clip(small / np.percentile(bulk, 75), 0.0, 1.0)

    mass = small.sum()
    top = _offset(float(small.sum(axis=1) @ np.arange(height) / mass), height)
    left = _offset(float(small.sum(axis=0) @ np.arange(width) / mass), width)
    result = np.zeros((IMAGE_SIZE, IMAGE_SIZE), np.float32)
    result[top : top + height, left : left + width] = small
    return result


def _offset(centre: float, length: int) -> int:
    """First pixel of ink of this length whose centre of mass comes to the middle, kept inside the image."""
    return int(np.clip(round((IMAGE_SIZE - 1) / 2 - centre), 0, IMAGE_SIZE - length))


def _border(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])


def _grey(pixels: Pixels) -> NDArray[np.float32]:
    """Return opacity on a transparent background as ink on black, else one channel that shows the ink.

    What is given is changed.
    """
    if pixels.ndim == 3 and pixels.shape[2] == 4:
        alpha = pixels[..., 3]
        if np.median(_border(alpha)) >= 0.5:
            # On an opaque background a half-transparent pixel shows white paper through.
            pixels = pixels[..., :3]
            pixels -= 1
            pixels *= alpha[..., None]
            pixels += 1
        elif np.ptp(alpha) >= _FAINTEST:
            return alpha
        else:  # what is invisible all over is no picture: these are cyan, magenta, yellow, and no black
            pixels = 1 - pixels[..., :3]
    if pixels.ndim == 2:
        return pixels
    luminance: NDArray[np.float32] = pixels[..., 0] * _LUMINANCE[0]
    for channel, weight in ((1, _LUMINANCE[1]), (2, _LUMINANCE[2])):
        luminance += pixels[..., channel] * weight
    contrast = np.ptp(pixels, axis=(0, 1))
    if contrast.max() > _COLOURED * np.ptp(luminance):
        return pixels[..., int(contrast.argmax())]
    return luminance
