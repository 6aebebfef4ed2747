"""Any picture -> numbers: arrays of every usual type and Pillow images of every mode.

Conventions
-----------
*Pixels* are float32 in [0, 1]: (H, W) grey, (H, W, 3) RGB, or (H, W, 4) RGB and opacity. Large pictures come
out smaller, at most `WORKING_SIDE` a side: a digit is 20 pixels in the end.
"""

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from mvae.arrays import as_array
from mvae.errors import InputError

LARGEST_SIDE = 8192
"""Longest side of a picture that is accepted, in pixels."""
WORKING_SIDE = 1280
"""Longest side that is looked at in full, in pixels; of what is larger, blocks of pixels are averaged."""
_BRIGHTEST = 2.0  # floats above it are in 0..255; resizing in [0, 1] may overshoot 1 a little
_DARKEST = -0.1  # floats below it are standardised, and not what a resize undershoots
_FEW_COLOURS = 16  # as many are the most that indices of a small palette tell apart
_DEPTHS = (255, 1023, 4095, 65_535)  # the largest values of 8, 10, 12 and 16 bits
_TO_RGB = ("CMYK", "YCbCr", "HSV", "P", "RGBX")
_TO_RGBA = ("LA", "PA", "RGBa")

Pixels = NDArray[np.float32]


def as_pixels(image: object) -> Pixels:
    """Read a picture's numbers.

    Parameters
    ----------
    image
        A Pillow image of any mode, which is turned as its EXIF data say; or (H, W) or (H, W, 1) grey,
        (H, W, 3) RGB, (H, W, 4) RGBA: booleans; integers of 8 to 16 bits; indices of up to 16 colours; floats
        in [0, 1], in 0..255, or standardised, some of them negative.

    Raises
    ------
    InputError
        If it is no picture: wrong shape, empty, too large, damaged, or not finite.
    """
    array = np.asarray(plain_mode(image)) if isinstance(image, Image.Image) else as_array(image, "A drawing")
    channels = array.shape[2] if array.ndim == 3 else 1
    if array.ndim not in {2, 3} or channels not in {1, 3, 4} or array.size == 0:
        msg = f"A drawing must be a grey, RGB or RGBA picture, but this array has the shape {array.shape}."
        raise InputError(msg)
    _check_size(array.shape[1], array.shape[0])
    low, high = float(array.min()), float(array.max())
    if not abs(low) + abs(high) <= float(np.finfo(np.float32).max):  # nor is it for what is not a number
        msg = "The picture holds values that are not finite numbers; draw it again."
        raise InputError(msg)
    black, white = _range(array.dtype, low, high)
    pixels = _averaged(array)
    if black:
        pixels -= black
    if white != 1:
        pixels /= np.float32(white)
    np.clip(pixels, 0.0, 1.0, out=pixels)
    return pixels[..., 0] if channels == 1 and array.ndim == 3 else pixels


def _range(dtype: np.dtype[np.generic], low: float, high: float) -> tuple[float, float]:
    """Return what is black, and by how much white is more, of numbers of a type from `low` to `high`."""
    whole = np.issubdtype(dtype, np.integer)
    if low < (0 if whole else _DARKEST):  # standardised numbers span 2 at the least
        return low, max(high - low, 2.0)
    if dtype == np.bool_ or (not whole and high <= _BRIGHTEST):
        return 0.0, 1.0
    if high < _FEW_COLOURS:
        return 0.0, max(high, 1.0)
    return 0.0, next((float(depth) for depth in _DEPTHS if high <= depth), high)


def _averaged(array: NDArray[np.generic]) -> Pixels:
    """Return a copy in float32, of which no side is longer than `WORKING_SIDE`."""
    step = math.ceil(max(array.shape[:2]) / WORKING_SIDE)
    if step == 1:
        return array.astype(np.float32)
    height, width = (max(1, side // step) for side in array.shape[:2])
    down, right = min(step, array.shape[0]), min(step, array.shape[1])
    total = np.zeros((height, width, *array.shape[2:]), np.float32)
    for row in range(down):
        for column in range(right):
            total += array[row::step, column::step][:height, :width]
    total /= down * right
    return total


def plain_mode(image: Image.Image) -> Image.Image:
    """Turn an image as its EXIF data say, and into a mode whose numbers are grey, RGB or RGBA.

    Raises
    ------
    InputError
        If it is too large, or damaged.
    """
    _check_size(*image.size)
    try:
        return converted(ImageOps.exif_transpose(image))
    except Exception as error:  # Pillow's decoders raise whatever a damaged file leads them to
        msg = "The picture is damaged or cut short; save it again as PNG or JPEG."
        raise InputError(msg) from error


def converted(image: Image.Image) -> Image.Image:
    """Return an image, as it stands, in a mode whose numbers are grey, RGB or RGBA."""
    if image.mode == "LAB":
        return image.getchannel("L")
    if image.mode == "La":
        image = image.convert("LA")  # all that it can become
    if image.mode in _TO_RGBA or (image.mode in {"P", "L", "RGB"} and "transparency" in image.info):
        return image.convert("RGBA")
    if image.mode in _TO_RGB:
        return image.convert("RGB")
    image.load()
    return image


def _check_size(width: int, height: int) -> None:
    if max(width, height) > LARGEST_SIDE:
        msg = f"The picture has {width}x{height} pixels; {LARGEST_SIDE} a side is the most."
        raise InputError(msg)
    if min(width, height) == 0:
        msg = "The picture has no pixels; draw a digit."
        raise InputError(msg)
