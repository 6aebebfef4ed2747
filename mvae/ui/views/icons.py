"""Small pictures of digits, drawn from the stroke templates: nothing is fetched from elsewhere."""

import base64
import io
from functools import cache

import numpy as np
from PIL import Image, ImageColor

from mvae.modalities.strokes import SCRIPTS, render, template
from mvae.ui.views.colours import MODALITIES

_LEVELS = 16
"""Of opacity: with all 256, each of the forty icons of a page would take twice as long to come."""


@cache
def digit_icon(script: str, digit: int, colour: str) -> str:
    """Draw a digit to copy from on a transparent background, 64 x 64 pixels, as a PNG within a URL.

    Its ink has the colour of the expert of what it is copied to, as ``#rrggbb``.
    """
    ink = render(template(script, digit), size=64, pen_width=6)
    picture = Image.fromarray(np.rint(ink / 255 * (_LEVELS - 1)).astype(np.uint8), mode="P")
    picture.putpalette(ImageColor.getrgb(colour) * _LEVELS)
    opacities = bytes(255 * level // (_LEVELS - 1) for level in range(_LEVELS))
    file = io.BytesIO()
    picture.save(file, "PNG", transparency=opacities, optimize=True)
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


def page_icon() -> str:
    """Return the icon of the browser's tab; a named icon would be fetched from another host."""
    return digit_icon("farsi", 4, MODALITIES[0].colour)


def draw_icons() -> None:
    """Draw all digits of `mvae.ui.inputs.pickers`, so that the first page need not."""
    for script, look in zip(SCRIPTS, MODALITIES, strict=False):
        for digit in range(10):
            digit_icon(script, digit, look.colour)
