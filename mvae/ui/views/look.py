"""The look that all pages share: style sheet, head of a page, digits to pick from, what is missing."""

import base64
import json
import re
from html import escape

import streamlit as st
from PIL import Image

from mvae.arrays import Array
from mvae.ui.text import Common, Inputs
from mvae.ui.views.colours import SIZE
from mvae.ui.views.icons import digit_icon
from mvae.ui.views.pictures import ink_image, png_url

PHONE = 640
"""Pixels of the widest window that is laid out as for a phone; in the style sheets, too."""


def picture(image: Image.Image, caption: str, alt: str) -> None:
    """Show a picture as wide as there is room; `alt` says what is on it to people who cannot see it.

    It comes with the page's update. A picture given to `st.image` itself becomes a file on the server, which
    is gone if the next update is quicker than the browser's request.
    """
    st.image(png_url(image), caption, width="stretch", alt=alt)


def missing_picture(description: str, caption: str, aspect_ratio: float) -> None:
    """Show a dashed frame that says "missing" where a picture of this width / height would be."""
    label = escape(description)
    frame = f'class="missing" role="img" aria-label="{label}" style="aspect-ratio: {aspect_ratio}"'
    st.html(f'<div {frame}>{Common.MISSING}</div><div class="missing-caption">{escape(caption)}</div>')


def show_guide(key: str, script: str, digit: int, colour: str) -> None:
    """Lay a faint digit to trace over, in this colour, onto the canvas whose key begins so.

    The drawing does not get it.
    """
    element = f'[class*="st-key-{key}"]'
    _style(
        f"{element} {{ position: relative; }} {element}::before {{ content: ''; position: absolute; "
        f"left: 0; top: 0; width: {SIZE}px; height: {SIZE}px; z-index: 1; pointer-events: none; "
        f"opacity: 0.22; background: url({digit_icon(script, digit, colour)}) 0 0 / contain no-repeat; }}"
    )


def show_picture(key: str, shown: bytes, ink: Array, origin: str) -> None:
    """Lay a picture onto the canvas whose key begins so, and in its corner what the model is given of it.

    One draws through it: the canvas then has the stroke alone.

    Parameters
    ----------
    key
        Of the canvas.
    shown
        A JPEG file.
    ink
        What the model is given, (28, 28) in [0, 1].
    origin
        Where it comes from, in words.
    """
    element = f'[class*="st-key-{key}"]'
    photo = base64.b64encode(shown).decode()
    look = (
        f"{element} {{ position: relative; }} {element}::before {{ content: ''; position: absolute; "
        f"left: 0; top: 0; width: {SIZE}px; height: {SIZE}px; z-index: 1; pointer-events: none; "
        f"background: url({png_url(ink_image(ink, scale=3))}) right bottom / auto no-repeat, "
        f"url(data:image/jpeg;base64,{photo}) center / contain no-repeat; }}"
    )
    description = escape(Inputs.PICTURE_ALT.format(origin=origin))
    described = f'<span class="described" role="img" aria-label="{description}"></span>'
    st.html(f"{described}<style>{look}</style>")


def plain(text: str) -> str:
    """Return Markdown that shows a text as it is, though it is somebody's own, such as a file's name."""
    return re.sub(r"([\\`*_{}\[\]()<>#!|~:$])", r"\\\1", text)


def cover(key: str, words: str, *, small: bool = False) -> None:
    """Make elements whose keys contain this one pale and write words over them; clicks go through.

    A sentence is written small.

    It is a style sheet beside the element: the browser would build an element with another key anew.
    """
    element = f'[class*="st-key-{key}"]'
    _style(
        f"{element} {{ position: relative; }} {element} > *, {element}::before {{ opacity: 0.3; }} "
        f"{element}::after {{ "
        f"content: {json.dumps(words, ensure_ascii=False)}; "
        "position: absolute; inset: 0; display: grid; place-items: center; z-index: 1; "
        f"pointer-events: none; font-size: {'0.9rem' if small else '1.3rem'}; font-weight: 600; }}"
    )


def show_chosen(picker: str, parts: str, count: int) -> None:
    """Let a phone show one of the parts in a container: that which is chosen in a segmented control.

    Parameters
    ----------
    picker, parts
        CSS selectors of the control, and of the container.
    count
        Of the parts, in the order of the choices.
    """
    rules = "".join(
        f'.stMainBlockContainer:has({picker} [role="radio"]:nth-child({place})[aria-checked="true"]) '
        f"{parts} > :not(:nth-child({place})) {{ display: none; }} "
        for place in range(1, count + 1)
    )
    _style(f"@media (max-width: {PHONE}px) {{ {rules}}}")


def _style(rules: str) -> None:
    """Add rules to the page, from here: it takes no room.

    A style sheet alone would go to a place that all fragments share, where one takes the place of another's.
    """
    st.html(f'<style>{rules}</style><span class="style"></span>')
