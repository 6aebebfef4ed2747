"""The look that all pages share: style sheet, head of a page, digits to pick from, what is missing."""

import base64
import json
import re
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st
from PIL import Image

from mvae.modalities import DIGITS, FARSI, KANNADA, SPEECH, Modality
from mvae.ui.address import copy_link
from mvae.ui.canvas import SIZE
from mvae.ui.download import download_menu
from mvae.ui.failures import tell_of_callback, told
from mvae.ui.icons import digit_icon
from mvae.ui.leaving import watch_exit
from mvae.ui.lessons import lesson_menu
from mvae.ui.link import Field, open_link
from mvae.ui.navigation import DRAW_PAGE
from mvae.ui.pictures import digit_image, png_url
from mvae.ui.presence import stay_present
from mvae.ui.session import Picture, Slot, checkpoint_picker
from mvae.ui.text import Common, DrawAndSpeak

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

_STYLE = Path(__file__).with_name("style.css")
_head: "ContextVar[_Head | None]" = ContextVar("head", default=None)  # of the run that goes on in this thread


@dataclass(frozen=True)
class _Head:
    """Where problems with the page's link are shown, its title, and the row of that."""

    problems: "DeltaGenerator"
    title: "DeltaGenerator"
    row: "DeltaGenerator"


def show_head(title: str, lead: str) -> _Head:
    """Show what comes before a page's own script: style sheet, title and one sentence.

    Call it outside the pages, before `page_header`: it waits for nothing that a page imports, and it stays
    when pages change.
    """
    st.html(_STYLE)
    watch_exit()
    problems = st.container()
    row = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
    with row:
        place = st.container(gap=None, width="stretch", key="page-title")
    with place:
        st.title(title, anchor=False)
        st.markdown(lead)
    head = _Head(problems, place, row)
    _head.set(head)
    return head


def page_header(title: str, lead: str, fields: Sequence[Field] = ()) -> "DeltaGenerator":
    """Start a page: open the link, and show at the right of the title what all pages have.

    Parameters
    ----------
    title, lead
        The heading, and a sentence below it: shown if `show_head` has not, because the page runs without
        app.py, as in Streamlit's tests.
    fields
        The page's settings, which the opened link may name; end the page with `keep_link` of the same.

    Returns
    -------
    DeltaGenerator
        Where the page may show downloads of its own.
    """
    head = _head.get() or show_head(title, lead)
    with head.problems, told():
        open_link(fields)
    with head.title:
        tell_of_callback()
    with head.row:
        with st.container(key="tools", horizontal=True, gap="xsmall", width="content"):
            lesson_menu()
            downloads = download_menu()
            copy_link()
        checkpoint_picker()
    stay_present()
    return downloads


def ask_for_input(sentence: str = Common.NO_INPUT) -> None:
    """Say that there is no input, and lead to the page where one is given."""
    st.info(sentence)
    to_drawing()


def to_drawing() -> None:
    """Show the way to the page where inputs are given."""
    st.page_link(DRAW_PAGE, label=DrawAndSpeak.TITLE, icon=":material/draw:")


def present_switch(
    modality: Modality, slot: Slot, label: str, update: Callable[[], None] | None = None
) -> None:
    """Show the switch that says whether a modality is missing, the same on all pages.

    `update` is called after a change, in the switch's callback.
    """
    key = f"present-{modality.name}"

    def keep() -> None:
        slot.present = st.session_state[key]
        if update is not None:
            update()

    st.session_state[key] = slot.present
    st.toggle(label, key=key, on_change=keep)


def copy_pills(modality: Modality, label: str, on_pick: Callable[[int], None]) -> None:
    """Show the ten digits to pick from; a pick calls `on_pick` before the page runs again."""
    key = f"example-{modality.name}"

    def picked() -> None:
        digit = st.session_state[key]
        st.session_state[key] = None  # so that the same digit can be picked again
        if digit is not None:
            on_pick(digit)

    digit_pills(modality, label, key=key, on_change=picked)


def digit_pills(modality: Modality, label: str, *, key: str, on_change: Callable[[], None]) -> None:
    """Show the ten digits, as drawings for a script, of which one may be chosen."""
    st.pills(
        label, range(DIGITS), format_func=partial(_pill, modality), key=key, on_change=on_change,
        width="stretch",
    )  # fmt: skip


def _pill(modality: Modality, digit: int) -> str:
    if modality == SPEECH:
        return str(digit)
    return f"![{modality.title} {digit}]({digit_icon(modality.name, digit)}) {digit}"


def draw_icons() -> None:
    """Draw all digits of `digit_pills`, so that the first page need not."""
    for script in (FARSI, KANNADA):
        for digit in range(DIGITS):
            digit_icon(script.name, digit)


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


def show_guide(key: str, script: str, digit: int) -> None:
    """Lay a faint digit to trace over onto the canvas whose key begins so; the drawing does not get it."""
    element = f'[class*="st-key-{key}"]'
    _style(
        f"{element} {{ position: relative; }} {element}::before {{ content: ''; position: absolute; "
        f"left: 0; top: 0; width: {SIZE}px; height: {SIZE}px; z-index: 1; pointer-events: none; "
        f"opacity: 0.22; background: url({digit_icon(script, digit)}) 0 0 / contain no-repeat; }}"
    )


def show_picture(key: str, picture: Picture) -> None:
    """Lay a picture onto the canvas whose key begins so, and in its corner what the model is given of it.

    One draws through it: the canvas then has the stroke alone.
    """
    element = f'[class*="st-key-{key}"]'
    photo = base64.b64encode(picture.shown).decode()
    _style(
        f"{element} {{ position: relative; }} {element}::before {{ content: ''; position: absolute; "
        f"left: 0; top: 0; width: {SIZE}px; height: {SIZE}px; z-index: 1; pointer-events: none; "
        f"background: url({png_url(digit_image(picture.ink, scale=3))}) right bottom / auto no-repeat, "
        f"url(data:image/jpeg;base64,{photo}) center / contain no-repeat; }}"
    )
    description = escape(DrawAndSpeak.PICTURE_ALT.format(origin=picture.origin))
    st.html(f'<span class="described" role="img" aria-label="{description}"></span>')


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


def _style(rules: str) -> None:
    """Add rules to the page, from here: it takes no room.

    A style sheet alone would go to a place that all fragments share, where one takes the place of another's.
    """
    st.html(f'<style>{rules}</style><span class="style"></span>')
