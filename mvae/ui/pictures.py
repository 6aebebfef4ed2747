"""Arrays -> pictures: digits, MFCC heat maps and grids of digits, composed with Pillow.

Conventions
-----------
A digit is (28, 28) in [0, 1], ink high; MFCCs are (13, 32) in MFCC units. Digits are light ink on a dark tile
with a grey frame, which is legible on a light and on a dark page alike.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, ImageOps

if TYPE_CHECKING:  # it imports torch, for which the first paint of the app does not wait
    from mvae.checkpoint import Standardisation

Colour = tuple[int, int, int]

PAPER: Colour = (23, 27, 38)
INK: Colour = (255, 250, 235)
FRAME: Colour = (128, 138, 156)
TEXT: Colour = (196, 204, 218)
ACCENT: Colour = (255, 183, 77)

MFCC_RANGE = 2.0
"""Standard deviations from the training split's mean at which the colours of an MFCC heat map end."""

# Viridis (van der Walt & Smith, 2015) at nine even steps: perceptually uniform, also to colour-blind people.
_VIRIDIS = np.array(
    [(68, 1, 84), (71, 44, 122), (59, 81, 139), (44, 113, 142), (33, 144, 141),
     (39, 173, 129), (92, 200, 99), (170, 220, 50), (253, 231, 37)],
    np.float64,
)  # fmt: skip


def digit_image(values: NDArray[np.floating[Any]], *, scale: int = 6) -> Image.Image:
    """Draw one digit.

    Parameters
    ----------
    values
        (28, 28) in [0, 1].
    scale
        Pixels of the picture for each pixel of the digit.
    """
    return ImageOps.expand(_tile(values, scale), border=max(1, scale // 4), fill=FRAME)


def mfcc_image(
    mfcc: NDArray[np.floating[Any]], standardisation: "Standardisation", *, cell: tuple[int, int] = (10, 13)
) -> Image.Image:
    """Draw MFCCs as a heat map: time to the right, the lowest coefficient at the bottom.

    Each coefficient is coloured by its distance from its own mean, in standard deviations of the training
    split: the lowest is ten times as large as the others. The range is fixed, so that two pictures compare.

    Parameters
    ----------
    mfcc
        (13, 32), MFCC units.
    standardisation
        The checkpoint's, for speech.
    cell
        Width and height of one value, in pixels.
    """
    place = np.clip(standardisation.apply(mfcc) / (2 * MFCC_RANGE) + 0.5, 0, 1)[::-1]
    steps = np.linspace(0, 1, len(_VIRIDIS))
    colours = np.stack([np.interp(place, steps, channel) for channel in _VIRIDIS.T], axis=-1)
    small = Image.fromarray(colours.round().astype(np.uint8))
    large = small.resize((small.width * cell[0], small.height * cell[1]), Image.Resampling.NEAREST)
    return ImageOps.expand(large, border=1, fill=FRAME)


def grid_image(
    tiles: NDArray[np.floating[Any]],
    labels: Sequence[object],
    *,
    columns: int = 10,
    scale: int = 3,
    row_labels: Sequence[str] = (),
    mark_changes: bool = False,
) -> Image.Image:
    """Compose digits into one picture, row by row, each with its label below.

    Parameters
    ----------
    tiles
        (n, 28, 28) in [0, 1].
    labels
        n texts, such as the predicted digits.
    columns
        Tiles in a row.
    scale
        Pixels of the picture for each pixel of a digit.
    row_labels
        A text to the left of each row; none by default.
    mark_changes
        Frame each tile whose label differs from the one before it, and write its label on a filled badge.
    """
    side, gap, text_size = tiles.shape[-1] * scale, 2 * scale, 7 * scale
    font = ImageFont.load_default(text_size)
    gutter = max((ceil(font.getlength(text)) + 2 * gap for text in row_labels), default=0)
    pitch_x, pitch_y = side + gap, side + text_size + 2 * gap
    rows = ceil(len(tiles) / columns)
    picture = Image.new("RGB", (gutter + columns * pitch_x + gap, rows * pitch_y + gap), PAPER)
    draw = ImageDraw.Draw(picture)
    for row, text in enumerate(row_labels):
        draw.text((gutter - gap, gap + row * pitch_y + side // 2), text, TEXT, font, anchor="rm")
    changes = [False, *(mark_changes and before != after for before, after in pairwise(labels))]
    for index, (values, label, changed) in enumerate(zip(tiles, labels, changes, strict=True)):
        left, top = gutter + gap + index % columns * pitch_x, gap + index // columns * pitch_y
        picture.paste(_tile(values, scale), (left, top))
        frame = (left - 1, top - 1, left + side, top + side)
        draw.rectangle(frame, outline=ACCENT if changed else FRAME, width=scale if changed else 1)
        x, y = left + side // 2, top + side + gap // 2 + text_size // 2 + 1
        if changed:
            half = text_size // 2 + 1
            draw.rounded_rectangle((x - 2 * half, y - half, x + 2 * half, y + half), half, ACCENT)
        draw.text((x, y), str(label), PAPER if changed else TEXT, font, anchor="mm")
    return picture


def _tile(values: NDArray[np.floating[Any]], scale: int) -> Image.Image:
    """Draw (28, 28) values in [0, 1] without a frame: 0 is paper, 1 is ink."""
    grey = Image.fromarray((np.clip(values, 0, 1) * 255).round().astype(np.uint8))
    large = grey.resize((grey.width * scale, grey.height * scale), Image.Resampling.BICUBIC)
    return ImageOps.colorize(large, PAPER, INK)
