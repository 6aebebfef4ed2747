"""Arrays -> pictures: ink, heat maps and grids of both, composed with NumPy and Pillow.

Conventions
-----------
Ink is (H, W) in [0, 1], ink high; a heat map is (H, W) in [0, 1], too. Ink is light on a dark tile with a
grey frame, which is legible on a light and on a dark page alike. What of a modality is seen, its kind says
(`mvae.modalities.kinds.Kind.pictures`, `mvae.ui.views.samples`).

All pictures have a palette (mode "P"): they are written as PNG ten times as fast as in true colour.
"""

import base64
import io
import zlib
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Colour = tuple[int, int, int]
Indices = NDArray[np.uint8]

PAPER: Colour = (23, 27, 38)
INK: Colour = (255, 250, 235)
FRAME: Colour = (128, 138, 156)
TEXT: Colour = (196, 204, 218)
ACCENT: Colour = (255, 183, 77)

# Viridis (van der Walt & Smith, 2015) at nine even steps: perceptually uniform, also to colour-blind people.
VIRIDIS = (
    (68, 1, 84), (71, 44, 122), (59, 81, 139), (44, 113, 142), (33, 144, 141),
    (39, 173, 129), (92, 200, 99), (170, 220, 50), (253, 231, 37),
)  # fmt: skip


def blend(colours: Sequence[Colour], count: int) -> bytes:
    """Return so many colours, evenly from the first to the last."""
    places, steps = np.linspace(0, len(colours) - 1, count), np.arange(len(colours))
    channels = [np.interp(places, steps, channel) for channel in np.transpose(colours)]
    return np.stack(channels, axis=-1).round().astype(np.uint8).tobytes()


# A palette's entries: ink on paper, then text on paper, then paper on a badge, and last the frame's colour.
_INKS, _TEXTS, _FRAME = 160, 47, 254
_ON_PAPER, _ON_BADGE = _INKS, _INKS + _TEXTS  # where the two kinds of text begin
_DIGITS = blend([PAPER, INK], _INKS) + blend([PAPER, TEXT], _TEXTS) + blend([ACCENT, PAPER], _TEXTS)
_PALETTE = _DIGITS + bytes(FRAME)
_HEAT = blend(VIRIDIS, _FRAME) + bytes(FRAME)


def ink_image(values: NDArray[np.floating[Any]], *, scale: int = 4, smooth: bool = True) -> Image.Image:
    """Draw ink on a tile.

    Parameters
    ----------
    values
        (28, 28) in [0, 1].
    scale
        Pixels of the picture for each value.
    smooth
        Whether it is enlarged by splines, or pixel by pixel.
    """
    (tile,) = _tiles(values[None], scale, smooth)
    return _picture(np.pad(tile, max(1, scale // 4), constant_values=_FRAME), _PALETTE)


def heat_image(values: NDArray[np.floating[Any]], *, cell: tuple[int, int] = (10, 13)) -> Image.Image:
    """Draw a heat map.

    Parameters
    ----------
    values
        (H, W) in [0, 1], the first row on top.
    cell
        Width and height of one value, in pixels.
    """
    (tile,) = _heat(values[None], cell)
    return _picture(np.pad(tile, 1, constant_values=_FRAME), _HEAT)


# Of a grid of ink, in values of its tiles: what lies between two of them, and the height of a label.
_GAP, _LABEL = 2, 7
_BORDER = 3  # pixels around each tile of a grid of heat maps
_GRID_SCALE = 3  # pixels for one value of ink
_NUMBERS = "0123456789+-.e"  # what a number at the left of a row is written with


def heat_grid(values: NDArray[np.floating[Any]], *, columns: int, cell: tuple[int, int]) -> Image.Image:
    """Compose heat maps (n, H, W) into one picture, row by row; else as `heat_image`."""
    tiles = np.pad(
        _heat(values, cell), ((0, 0), (_BORDER, _BORDER), (_BORDER, _BORDER)), constant_values=_FRAME
    )
    count, height, width = tiles.shape
    rows = tiles.reshape(count // columns, columns, height, width).swapaxes(1, 2)
    return _picture(rows.reshape(-1, columns * width), _HEAT)


def grid_image(
    tiles: NDArray[np.floating[Any]],
    labels: Sequence[object],
    *,
    columns: int = 10,
    scale: int = _GRID_SCALE,
    smooth: bool = True,
    row_labels: Sequence[str] = (),
    mark_changes: bool = False,
) -> Image.Image:
    """Compose ink into one picture, row by row, each tile with its label below.

    Parameters
    ----------
    tiles
        (n, 28, 28) in [0, 1].
    labels
        n texts, such as the predicted classes.
    columns
        Tiles in a row.
    scale
        Pixels of the picture for each value.
    smooth
        As for `ink_image`.
    row_labels
        A text to the left of each row; none by default.
    mark_changes
        Frame each tile whose label differs from the one before it, and write its label on a filled badge.
    """
    side, gap, text_size = tiles.shape[-1] * scale, _GAP * scale, _LABEL * scale
    written = [_side_by_side(text, text_size) for text in row_labels]
    gutter = max((text.shape[1] + 2 * gap for text in written), default=0)
    pitch_x, pitch_y = side + gap, side + text_size + 2 * gap
    rows = ceil(len(tiles) / columns)
    grid = np.zeros((rows * pitch_y + gap, gutter + columns * pitch_x + gap), np.uint8)
    for row, text in enumerate(written):
        top, left = gap + row * pitch_y + side // 2 - len(text) // 2, gutter - gap - text.shape[1]
        grid[top:, left:][: len(text), : text.shape[1]] = text
    changes = [False, *(mark_changes and before != after for before, after in pairwise(labels))]
    for index, (tile, label, changed) in enumerate(
        zip(_tiles(tiles, scale, smooth), labels, changes, strict=True)
    ):
        left, top = gutter + gap + index % columns * pitch_x, gap + index // columns * pitch_y
        grid[top - 1 : top + side + 1, left - 1 : left + side + 1] = _ON_BADGE if changed else _FRAME
        inset = scale - 1 if changed else 0  # a thick frame covers the edge of the tile
        inner = slice(inset, side - inset)
        grid[top:, left:][inner, inner] = tile[inner, inner]
        badge = _label(str(label), text_size, changed)
        place_y = top + side + gap // 2 + text_size // 2 + 1 - len(badge) // 2
        place_x = left + (side - badge.shape[1]) // 2
        grid[place_y:, place_x:][: len(badge), : badge.shape[1]] = badge
    return _picture(grid, _PALETTE)


def grid_texts(labels: Sequence[str]) -> dict[str, Any]:
    """Return what a page needs to write on grids of ink itself (`mvae/web/views/grids.js`), for `json.dumps`.

    It is the letters of row labels that are numbers, and each of these labels, plain and marked, in the size
    of `grid_image`: entries of its palette.
    """
    size = _LABEL * _GRID_SCALE
    letters = [_side_by_side(letter, size) for letter in _NUMBERS]
    written = [_label(text, size, marked) for text in labels for marked in (False, True)]
    return {"letters": _NUMBERS, "sheet": sprites([*letters, *written])}


def sprites(pictures: Sequence[Indices]) -> dict[str, Any]:
    """Pack small pictures (H, W) or (H, W, channels) for a page (`mvae/web/views/sprites.js`)."""
    pixels = b"".join(np.ascontiguousarray(each).tobytes() for each in pictures)
    sizes = [(each.shape[1], each.shape[0]) for each in pictures]
    return {"sizes": sizes, "pixels": base64.b64encode(zlib.compress(pixels)).decode()}


def mosaic(pictures: Sequence[Image.Image], columns: int) -> Image.Image:
    """Lay pictures of one size and one palette out in rows, with a gap between them."""
    tiles = [np.pad(np.asarray(picture), 3, constant_values=_FRAME) for picture in pictures]
    rows = [np.hstack(tiles[start : start + columns]) for start in range(0, len(tiles), columns)]
    whole = Image.fromarray(np.concatenate(rows))
    whole.putpalette(pictures[0].getpalette() or [])
    return whole


def png_url(picture: Image.Image) -> str:
    """Write a picture as a lossless PNG within a URL."""
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=1)  # the quickest: higher levels save a tenth of the size
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


def _tiles(values: NDArray[np.floating[Any]], scale: int, smooth: bool) -> Indices:
    """Draw (n, 28, 28) values in [0, 1] without frames, enlarged: 0 is paper, 1 is ink."""
    down, right = (_enlargement(size, scale, smooth) for size in values.shape[1:])
    large = np.clip(down.T @ values @ right, 0, 1)
    return (large * (_INKS - 1) + 0.5).astype(np.uint8)


def _heat(values: NDArray[np.floating[Any]], cell: tuple[int, int]) -> Indices:
    """Draw heat maps (n, H, W) without frames, each value so many pixels wide and high."""
    small = (values * (_FRAME - 1)).round().astype(np.uint8)
    tiles: Indices = small.repeat(cell[1], 1).repeat(cell[0], 2)
    return tiles


@lru_cache(maxsize=16)
def _enlargement(size: int, scale: int, smooth: bool) -> NDArray[np.float32]:
    """Return the matrix (size, size · scale) that enlarges rows as Pillow does, by cubic splines if smooth.

    One product enlarges many pictures, five times as fast as Pillow one after the other.
    """
    points = Image.fromarray(np.eye(size, dtype=np.float32))
    return np.asarray(
        points.resize((size * scale, size), Image.Resampling.BICUBIC if smooth else Image.Resampling.NEAREST)
    )


@lru_cache(maxsize=64)
def _label(text: str, text_size: int, marked: bool) -> Indices:
    """Write a tile's label, on a badge if it is marked."""
    half, font = text_size // 2 + 1, _font(text_size)
    size = width, height = max(4 * half, ceil(font.getlength(text))) + 1, 2 * half + 1
    letters = Image.new("L", size)
    ImageDraw.Draw(letters).text((width // 2, half), text, 255, font, anchor="mm")
    written = _text_indices(letters, _ON_BADGE if marked else _ON_PAPER)
    if not marked:
        return written
    badge = Image.new("1", size)
    ImageDraw.Draw(badge).rounded_rectangle((0, 0, width - 1, height - 1), half, 1)
    return np.where(np.asarray(badge), written, 0).astype(np.uint8)


def _side_by_side(text: str, size: int) -> Indices:
    """Write a text of which each letter is drawn by itself, so that a page can do the same."""
    return np.hstack([_letter(each, size) for each in text])


@lru_cache(maxsize=64)
def _letter(letter: str, size: int) -> Indices:
    half, font = size // 2 + 1, _font(size)
    picture = Image.new("L", (round(font.getlength(letter)), 2 * half + 1))
    ImageDraw.Draw(picture).text((0, half), letter, 255, font, anchor="lm")
    return _text_indices(picture, _ON_PAPER)


def _text_indices(letters: Image.Image, start: int) -> Indices:
    """Turn how much a letter covers each pixel, 0 to 255, into colours of the palette from `start` on."""
    covered = np.asarray(letters, np.float32) / 255
    return (start + covered * (_TEXTS - 1) + 0.5).astype(np.uint8)


@lru_cache(maxsize=8)
def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)  # noqa: S101 - as a size is given
    return font


def _picture(indices: Indices, palette: bytes) -> Image.Image:
    picture = Image.fromarray(indices)
    picture.putpalette(palette)
    return picture
