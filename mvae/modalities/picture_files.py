"""Picture files that anybody may send: bytes -> a Pillow image, within bounds that the header is held to.

A few kilobytes may claim to be a picture of gigabytes. What a file says of its size is believed only to
refuse it: nothing is decoded before that. A large JPEG is decoded at a half, a quarter or an eighth of its
size.
"""

import io
import warnings

from PIL import ExifTags, Image, ImageOps

from mvae.arguments import LARGEST_FILE
from mvae.errors import InputError
from mvae.modalities.pixels import LARGEST_SIDE, WORKING_SIDE, converted, plain_mode

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
"""What is read, by Pillow's names."""
FILE_TYPES = ("png", "jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff")
_MOST_PIXELS = 12_600_000  # decoded they are 50 MB
_MOST_PIXELS_OF_PROGRESSIVE = 8_000_000  # whose coefficients are all kept, 6 bytes a pixel
_MOST_PIXELS_OF_TRANSPARENT = 6_000_000  # which are multiplied by their opacity, in a copy, to be averaged
_MOST_PIXELS_OF_WEBP = 4_200_000  # three copies of them lie in memory at a time
_MOST_PIXELS_OF_JPEG = 64_000_000  # of which at most a quarter is decoded
_MOST_SCANS = 40  # of a progressive JPEG: each costs as much as a picture, however few its bytes
_REDUCIBLE = ("L", "LA", "RGB", "RGBA", "CMYK", "YCbCr", "I", "F")
_STRIP = 32  # rows of the smaller picture that are made at a time, of other modes
_START_OF_SCAN = b"\xff\xda"
_HEIC = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypheif", b"ftypavif")


def read_picture(content: bytes) -> Image.Image:
    """Decode a picture's first frame, upright, at most `WORKING_SIDE` a side.

    Parameters
    ----------
    content
        A file in one of `FORMATS`.

    Raises
    ------
    InputError
        If it is too large, damaged, or nothing of the kind; whatever the bytes are, nothing else is raised.
    """
    if len(content) > LARGEST_FILE:
        msg = f"The picture's file has {len(content) / 1e6:.0f} MB; {LARGEST_FILE / 1e6:.0f} MB is the most."
        raise InputError(msg)
    if content[4:12] in _HEIC:
        msg = "This is a HEIC or AVIF picture, which cannot be read here; save it as JPEG or PNG first."
        raise InputError(msg)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of damaged tags, and of sizes, which are checked here
            return plain_mode(_upright(content))
    except InputError:
        raise
    except Exception as error:  # of damaged files Pillow raises nearly everything there is
        msg = "This is no picture that can be read: give a PNG, JPEG, WebP, GIF, BMP or TIFF file."
        raise InputError(msg) from error


def thumbnail(picture: Image.Image, side: int) -> bytes:
    """Write a picture as a JPEG file, at most so many pixels a side, on white where it is transparent."""
    small = picture.convert("L") if picture.mode[:1] in {"I", "F"} else picture.convert("RGBA")
    small.thumbnail((side, side))
    white = Image.new("RGB", small.size, (255, 255, 255))
    white.paste(small, mask=small if small.mode == "RGBA" else None)
    file = io.BytesIO()
    white.save(file, "JPEG", quality=80)
    return file.getvalue()


def _upright(content: bytes) -> Image.Image:
    with Image.open(io.BytesIO(content), formats=FORMATS) as image:
        _check(image, content)
        image.draft(None, (WORKING_SIDE // 2, WORKING_SIDE // 2))  # which JPEG alone heeds
        image.load()
        orientation = image.getexif().get(ExifTags.Base.Orientation)
        step = -(-max(image.size) // WORKING_SIDE)
        small = _reduced(image, step) if step > 1 else image
        if orientation is not None:
            small.getexif()[ExifTags.Base.Orientation] = orientation
        return ImageOps.exif_transpose(small)


def _reduced(image: Image.Image, step: int) -> Image.Image:
    """Average blocks of pixels; in strips where they must first be made three or four times as large."""
    if image.mode in _REDUCIBLE and "transparency" not in image.info:
        return image.reduce(step)
    strips = []
    for top in range(0, image.height, _STRIP * step):
        strip = image.crop((0, top, image.width, min(image.height, top + _STRIP * step)))
        plain = {"1": "L", "I;16": "I", "I;16B": "I", "I;16L": "I"}.get(image.mode)
        strips.append((strip.convert(plain) if plain else converted(strip)).reduce(step))
    small = Image.new(strips[0].mode, (strips[0].width, sum(strip.height for strip in strips)))
    for row, strip in enumerate(strips):
        small.paste(strip, (0, row * _STRIP))
    return small


def _check(image: Image.Image, content: bytes) -> None:
    """Refuse what would take too long or too much memory to decode."""
    width, height = image.size
    jpeg = image.format in {"JPEG", "MPO"}  # MPO is a JPEG with more pictures behind it
    progressive = jpeg and "progressive" in image.info
    if progressive and content.count(_START_OF_SCAN) > _MOST_SCANS:
        msg = "This JPEG is made of more scans than any camera makes; save it again as PNG."
        raise InputError(msg)
    most = _MOST_PIXELS
    if jpeg:
        most = _MOST_PIXELS_OF_PROGRESSIVE if progressive else _MOST_PIXELS_OF_JPEG
    elif image.format == "WEBP":
        most = _MOST_PIXELS_OF_WEBP
    elif image.mode in {"RGBA", "LA"}:
        most = _MOST_PIXELS_OF_TRANSPARENT
    if width * height > most or max(width, height) > LARGEST_SIDE * (2 if jpeg else 1):
        msg = f"The picture has {width}x{height} pixels; {most / 1e6:g} million are the most."
        raise InputError(msg)
