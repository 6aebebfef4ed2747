"""How the page How it works is laid out: contents, switches, a text and a place beside it for each section.

The text is painted first; the pictures and the code wait for torch.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from mvae.ui import keys
from mvae.ui.frame.frame import ask_for_input
from mvae.ui.frame.link import keep_link
from mvae.ui.glossary import text as glossary
from mvae.ui.glossary.cards import glossary_list
from mvae.ui.glossary.links import linked
from mvae.ui.glossary.text import Poster
from mvae.ui.how_it_works.sections import SECTIONS, Section
from mvae.ui.how_it_works.text import HowItWorks as Text
from mvae.ui.how_it_works.text import wording
from mvae.ui.results.examples import example_of, suggest_drawings
from mvae.ui.runtime.callbacks import guarded
from mvae.ui.runtime.failures import error_boundary
from mvae.ui.state.fields import whole_number, widget_field
from mvae.ui.state.slots import all_inputs, current_inputs, slots, templates
from mvae.ui.state.task import shown
from mvae.ui.text import inputs_title
from mvae.ui.views.look import plain

if TYPE_CHECKING:  # it imports torch, for which the text does not wait
    from streamlit.delta_generator import DeltaGenerator

    from mvae.arrays import Array
    from mvae.inference.pipeline import Pipeline
    from mvae.ui.how_it_works.case import Case

_LARGEST = 9999  # latent dimension in a link; the model, which comes later, says which there are
MOST = "most"


def _dimension(text: str) -> str | int:
    """Read a dimension from a link; ValueError where it is none."""
    return whole_number(text, low=0, high=_LARGEST)


_DEFAULT: str | int = MOST
FIELDS = (widget_field("dimension", keys.HOW_DIMENSION, _DEFAULT, _dimension),)
_SOURCES, _GLOSSARY = "sources", "glossary"
_AT_THE_END = ((_SOURCES, Text.SOURCES), (_GLOSSARY, glossary.TITLE))
_STYLE = Path(__file__).with_name("style.css")


def add_style() -> None:
    """Add the page's style sheet: pictures keep their height until they come."""
    st.html(_STYLE)


def show_contents() -> None:
    """Show the links to all sections."""
    headings = [*((section.anchor, section.title) for section in SECTIONS), *_AT_THE_END]
    links = [
        f"[{number} {title}](#{anchor})".replace(" ", "\u00a0")  # a link is not broken between two lines
        for number, (anchor, title) in enumerate(headings, 1)
    ]
    st.markdown(f"**{Text.CONTENTS}:**\u2003" + "\u2003 ".join(links))


def show_switches() -> None:
    """Show which inputs are given, and let them be switched; the whole app follows."""

    def keep() -> None:
        for name in available:
            slots()[name].present = name in st.session_state[keys.HOW_GIVEN]

    available = list(all_inputs())
    if available:
        st.session_state[keys.HOW_GIVEN] = list(current_inputs())
        st.pills(
            Text.GIVEN.format(page=_page_of_inputs()), available, selection_mode="multi",
            format_func=lambda name: plain(shown().modality(name).title),
            key=keys.HOW_GIVEN, on_change=guarded(keep),
        )  # fmt: skip
    if not current_inputs():
        own = Text.OWN.format(page=_page_of_inputs())
        ask_for_input(Text.EXAMPLE.format(example=_example_in_words(), own=own))


def show_texts() -> "dict[str, tuple[DeltaGenerator, DeltaGenerator]]":
    """Show every section's text and formula; return the places of its picture and of its code, by anchor."""
    task = shown()
    words = wording(
        [modality.kind for modality in task.modalities],
        [plain(modality.title) for modality in task.modalities],
        len(task.classes),
        posters=task.is_posters,
    )
    return {section.anchor: _show_text(number, section, words) for number, section in enumerate(SECTIONS, 1)}


def show_sources() -> "DeltaGenerator":
    """Show what the page's knowledge is from; return the place of the data sets."""
    _heading(len(SECTIONS) + 1, Text.SOURCES, _SOURCES)
    poster = Text.POSTER.format(
        authors=Poster.AUTHORS, title=Poster.TITLE, year=Poster.YEAR, address=Poster.ADDRESS
    )
    st.markdown((poster if shown().is_posters else "") + Text.SOURCES_TEXT.lstrip())
    return st.container()


def show_glossary() -> None:
    """Show every word of the glossary with its picture, at the places to which the words' links lead.

    The poster is none of them where the task is another one.
    """
    _heading(len(SECTIONS) + len(_AT_THE_END), glossary.TITLE, _GLOSSARY)
    st.markdown(glossary.LEAD)
    names = [name for name in glossary.WORDS if name != "poster" or shown().is_posters]
    st.markdown(glossary_list(names), unsafe_allow_html=True)  # `st.html` would drop the pictures


def show_live(
    pipe: "Pipeline", places: "dict[str, tuple[DeltaGenerator, DeltaGenerator]]", data: "DeltaGenerator"
) -> None:
    """Show every section's picture and code, and the data sets."""
    from mvae.ui.how_it_works.case import Case  # noqa: PLC0415 - imports torch
    from mvae.ui.how_it_works.pictures import SHOW  # noqa: PLC0415 - imports torch
    from mvae.ui.how_it_works.sources import show_code, show_data  # noqa: PLC0415 - imports torch

    suggest_drawings()
    inputs, given = all_inputs(), tuple(current_inputs())
    if not given:
        inputs = _example()
        given = tuple(inputs)
    case = Case.of(pipe, inputs, given)
    for section in SECTIONS:
        live, _ = places[section.anchor]
        with live, error_boundary():
            if section.anchor == "product":
                _product(case)
            else:
                SHOW[section.anchor](case)
    for section in SECTIONS:
        _, code = places[section.anchor]
        with code, error_boundary():
            for path in section.code:
                show_code(path)
    with data, error_boundary():
        show_data()


@st.fragment  # so that another dimension renews only this picture
@error_boundary()
def _product(case: "Case") -> None:
    """Show the product of experts in the chosen dimension."""
    from mvae.ui.how_it_works.posterior import show_product  # noqa: PLC0415 - imports torch

    show_product(case, keys.HOW_DIMENSION, MOST)
    keep_link(FIELDS)  # for the whole page, too: nothing below changes a setting


def _heading(number: int, title: str, anchor: str) -> None:
    """Show a section's heading, to which the contents lead."""
    st.header(f"{number} · {title}", anchor=anchor, divider="gray")


def _show_text(
    number: int, section: Section, words: dict[str, str]
) -> "tuple[DeltaGenerator, DeltaGenerator]":
    _heading(number, section.title, section.anchor)
    text, live = st.columns([5, 6], gap="large")
    with text:
        st.markdown(linked(section.text.format(**words)))
        st.latex(section.formula)
    names = ", ".join(path.partition(":")[2] for path in section.code)
    code = st.expander(Text.CODE.format(names=names), icon=":material/code:")
    return live.container(key=f"{keys.HOW_LIVE}{section.anchor}"), code


def _page_of_inputs() -> str:
    return inputs_title(modality.kind for modality in shown().modalities)


def _example() -> "dict[str, Array]":
    """Return the inputs that are shown while nothing is given."""
    label, first = shown().first_label, shown().modalities[0]
    found = templates(label)
    if not found:
        prepared = example_of(first, label).prepared
        assert prepared is not None  # noqa: S101 - no example is blank
        found = {first.name: prepared}
    return found


def _example_in_words() -> str:
    label, first = plain(shown().classes[shown().first_label]), shown().modalities[0]
    if len(templates(shown().first_label)) == 2:
        return Text.DRAWN_IN_BOTH.format(label=label)
    return Text.OF_CLASS.format(modality=plain(first.title), label=label)
