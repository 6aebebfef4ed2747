"""Small pictures of digits, drawn from the stroke templates: nothing is fetched from elsewhere."""

from functools import cache

from PIL import Image, ImageColor

from mvae.modalities.strokes import SCRIPTS, render, template
from mvae.ui.views.colours import COLOUR
from mvae.ui.views.pictures import png_url


@cache
def digit_icon(script: str, digit: int) -> str:
    """Draw a digit to copy from on a transparent background, 64 x 64 pixels, as a PNG within a URL."""
    opacity = Image.fromarray(render(template(script, digit), size=64, pen_width=6))
    picture = Image.new("RGB", opacity.size, ImageColor.getrgb(COLOUR))
    picture.putalpha(opacity)
    return png_url(picture)


def page_icon() -> str:
    """Return the icon of the browser's tab; a named icon would be fetched from another host."""
    return digit_icon("farsi", 4)


def draw_icons() -> None:
    """Draw all digits of `mvae.ui.inputs.pickers`, so that the first page need not."""
    for script in SCRIPTS:
        for digit in range(10):
            digit_icon(script, digit)
