"""Six ready lessons: links that set a screen, each with two sentences on what to look for."""

from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

import streamlit as st

from mvae.modalities.stroke_text import strokes_to_text
from mvae.modalities.strokes import template, without_beginning
from mvae.ui import keys
from mvae.ui.lessons.text import Lessons


@dataclass(frozen=True)
class Lesson:
    """A page, by its address, and what its link says."""

    page: str
    said: dict[str, str]

    @property
    def address(self) -> str:
        """The link, relative to any page of the app."""
        return f"./{self.page}?{urlencode(self.said, safe=',:~')}"


def _hint(script: str, digit: int, share: float) -> str:
    (stroke,) = template(script, digit)
    return f"~{strokes_to_text(without_beginning(stroke, share))}"


LESSONS = {
    "missing": Lesson("", {"farsi": "5", "ways": "yes"}),
    "hints": Lesson(
        "all_subsets", {"farsi": _hint("farsi", 9, 0.145), "kannada": _hint("kannada", 9, 0.4)}
    ),
    "conflict": Lesson("experts", {"experts": "conflict", "drawn": "3", "spoken": "7"}),
    "index": Lesson(
        "latent_space",
        {"model": "linear", "tab": "walk", "start": "7", "index": "201", "first": "-1500", "step": "30"},
    ),
    "between": Lesson("latent_space", {"tab": "line", "start": "4", "to": "9"}),
    "evidence": Lesson("all_subsets", {"farsi": "4", "kannada": "4", "speech": "4"}),
}  # fmt: skip


def lesson_menu() -> None:
    """Show the button under which the lessons are found."""
    with st.popover(Lessons.BUTTON, icon=":material/school:", key=keys.LESSONS):
        st.caption(Lessons.INTRO)
        items = "".join(
            f'<li><a href="{escape(lesson.address)}" target="_self">{escape(Lessons.TITLES[name])}</a>'
            f"<br>{escape(Lessons.LOOK_FOR[name])}</li>"
            for name, lesson in LESSONS.items()
        )
        st.html(f'<ol class="lessons">{items}</ol>')
