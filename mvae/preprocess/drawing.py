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

from mvae.errors import InputError
from mvae.modalities import IMAGE_SIZE

INK_SIZE = 20
"""Longest side of the normalised ink, in pixels."""
LARGEST_SIDE = 8192
"""Longest side of a picture that is accepted, in pixels."""
_BRIGHTEST = 2.0  # floats above it are in 0..255; resizing in [0, 1] may overshoot 1 a little
_FAINTEST = 0.06  # contrast below which a picture counts as blank
_LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)  # of red, green and blue: ITU-R BT.601
_EDGE = 0.2  # share of the darkest ink that still belongs to the digit's bounding box


def prepare_drawing(image: NDArray[np.generic]) -> NDArray[np.float32] | None:
    """Turn any picture of a digit into what the model takes.

    Parameters
    ----------
    image
        (H, W) grey, (H, W, 3) RGB or (H, W, 4) RGBA; integers in 0..255, floats in [0, 1] or 0..255, or
        booleans. Ink may be dark on light, light on dark, or on a transparent background.

    Returns
    -------
    NDArray[np.float32] | None
        (28, 28) in [0, 1], or None where nothing is drawn.

    Raises
    ------
    InputError
        If the array is no picture: wrong shape, empty, too large, or not finite.
    """
    return normalise_ink(find_ink(image))


def find_ink(image: NDArray[np.generic]) -> NDArray[np.float32]:
    """Separate the ink from its background, which is taken to be what surrounds the picture's border.

    Parameters and errors are those of `prepare_drawing`.

    Returns
    -------
    NDArray[np.float32]
        (H, W) in [0, 1]: opacity on a transparent background, else the distance from the background's
        brightness.
    """
    picture = _as_float(image)
    if picture.ndim == 3 and picture.shape[2] == 4:
        alpha = picture[..., 3]
        if np.median(_border(alpha)) < 0.5:
            return alpha
        # On an opaque background a half-transparent pixel shows white paper through.
        picture = picture[..., :3] * alpha[..., None] + (1 - alpha[..., None])
    if picture.ndim == 3:
        picture = picture @ _LUMINANCE if picture.shape[2] == 3 else picture[..., 0]
    paper = np.median(_border(picture))
    if (picture == paper).mean() > 0.3 and (_border(picture) == paper).all():
        ink: NDArray[np.float32] = np.abs(picture - paper).astype(np.float32)
        return ink
    from mvae.preprocess.paper import ink_on_paper
    small = 400 / max(picture.shape)
    if small < 1:
        picture = np.asarray(Image.fromarray(picture).resize([round(s * small) for s in picture.shape[::-1]], Image.Resampling.BOX))
    return ink_on_paper(picture)


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
    """
    strength = ink.astype(np.float32) / (255.0 if ink.dtype == np.uint8 else 1.0)
    darkest = float(strength.max(initial=0.0))
    if darkest < _FAINTEST:
        return None
    inked = strength > _EDGE * darkest
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
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


def _as_float(image: NDArray[np.generic]) -> NDArray[np.float32]:
    array = np.asarray(image)
    channels = array.shape[2] if array.ndim == 3 else 1
    if array.ndim not in {2, 3} or channels not in {1, 3, 4} or array.size == 0:
        msg = f"A drawing must be a grey, RGB or RGBA picture, but this array has the shape {array.shape}."
        raise InputError(msg)
    if max(array.shape[:2]) > LARGEST_SIDE:
        msg = f"The picture has {array.shape[1]}x{array.shape[0]} pixels; {LARGEST_SIDE} a side is the most."
        raise InputError(msg)
    if not (np.issubdtype(array.dtype, np.number) or array.dtype == np.bool_) or np.iscomplexobj(array):
        msg = f"A drawing must hold numbers, but this array holds {array.dtype}."
        raise InputError(msg)
    with np.errstate(over="ignore"):  # what float32 cannot hold is refused below
        picture = array.astype(np.float32)
    if not np.isfinite(picture).all():
        msg = "The picture holds values that are not finite numbers; draw it again."
        raise InputError(msg)
    if np.issubdtype(array.dtype, np.integer) or picture.max() > _BRIGHTEST:
        picture /= 255.0
    return np.clip(picture, 0.0, 1.0)
