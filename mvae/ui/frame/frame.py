"""What every page begins with: style sheet, heading, menu of downloads, and the model."""

import re
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import streamlit as st

from mvae.arrays import Array
from mvae.errors import CheckpointError
from mvae.files import PACKAGE
from mvae.ui import CLASS_PAGE, DRAW_PAGE, keys
from mvae.ui.frame.address import copy_link
from mvae.ui.frame.download import download_menu
from mvae.ui.frame.link import open_link, taught
from mvae.ui.frame.presence import stay_present
from mvae.ui.frame.projector import projector_switch
from mvae.ui.frame.web import scripts_address
from mvae.ui.glossary.hearing import hear_words
from mvae.ui.glossary.links import linked
from mvae.ui.glossary.text import Poster
from mvae.ui.inputs.pickers import checkpoint_picker
from mvae.ui.lessons.library import are_taught
from mvae.ui.lessons.panel import lesson_menu, show_panel
from mvae.ui.results.completions import Answer, answer
from mvae.ui.results.examples import begin, follow
from mvae.ui.runtime.callbacks import tell_of_callback
from mvae.ui.runtime.failures import error_boundary
from mvae.ui.runtime.leaving import watch_exit
from mvae.ui.runtime.warmup import warm_up
from mvae.ui.state.classes import classes_are_allowed
from mvae.ui.state.fields import Field
from mvae.ui.state.hideable import hideable
from mvae.ui.state.models import chosen_checkpoint, load_pipeline
from mvae.ui.state.task import shown
from mvae.ui.text import Common, inputs_title
from mvae.ui.views.accents import accents

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from mvae.inference.pipeline import Pipeline


def pipeline(name: str | None = None) -> "Pipeline":
    """Return a model, the one chosen in `checkpoint_picker` by default.

    Call it below the widgets: the first call imports torch. If the checkpoint is missing or damaged, the page
    says what to run and ends.
    """
    try:
        warm_up.finish_soon()
        return load_pipeline(name or chosen_checkpoint())
    except CheckpointError as error:
        _say_what_to_run(error)


def answer_to(inputs: dict[str, Array], seed: int | None) -> Answer:
    """Return what the chosen model makes of the inputs; else as `pipeline`."""
    try:
        return answer(chosen_checkpoint(), inputs, seed)
    except CheckpointError as error:
        _say_what_to_run(error)


def _say_what_to_run(error: CheckpointError) -> NoReturn:
    st.error(str(error), icon=":material/error:")
    st.stop()


_STYLE = (
    *(PACKAGE / "web" / "views" / sheet for sheet in ("views.css", "diagram.css")),
    *(Path(__file__).with_name(sheet) for sheet in ("style.css", "draw.css", "projector.css")),
)


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
    st.html(_style())
    watch_exit()
    hear_words(scripts_address())
    problems = st.container()
    row = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
    with row:
        place = st.container(gap=None, width="stretch", key=keys.PAGE_TITLE)
    with place:
        st.title(title, anchor=False)
        st.markdown(linked(lead))
    head = _Head(problems, place, row)
    _head.set(head)
    return head


def _style() -> str:
    return f"<style>{_sheets()}{accents(shown().names)}</style>"


@cache
def _sheets() -> str:
    text = "".join(sheet.read_text(encoding="utf-8") for sheet in _STYLE)
    return re.sub(
        r"/\*.*?\*/\s*", "", text, flags=re.DOTALL
    )  # comments are for us: each visit would bring them


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
    with head.problems, error_boundary():
        open_link(fields)
        begin()
        follow()
    with head.title:
        tell_of_callback()
    with head.row:
        tools = st.container(
            key=keys.TOOLS, horizontal=True, gap="xsmall", width="content", vertical_alignment="center"
        )
        with tools:
            lessons, problem = taught()
            if are_taught():
                lesson_menu(lessons, problem)
            downloads = download_menu()
            copy_link()
            projector_switch()
            _class_link()
        checkpoint_picker()
        if shown().is_posters:
            st.markdown(linked(Poster.NAME), width="content")
    with error_boundary():
        show_panel(lessons, hideable())
    stay_present()
    return downloads


def _class_link() -> None:
    """Show the way to the class view, which is not in the menu: most who come are alone."""
    if classes_are_allowed():
        with st.container(key=keys.CLASS_LINK, width="content"):
            st.page_link(CLASS_PAGE, label=Common.CLASS, icon=":material/groups:")


def ask_for_input(sentence: str | None = None) -> None:
    """Say that there is no input, and lead to the page where one is given."""
    st.info(sentence or (Common.NO_INPUT if shown().is_posters else Common.NO_INPUT_OF_OTHERS))
    to_inputs()


def to_inputs() -> None:
    """Show the way to the page where inputs are given."""
    title = inputs_title(modality.kind for modality in shown().modalities)
    st.page_link(DRAW_PAGE, label=title, icon=":material/draw:")
