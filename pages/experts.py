"""Experts: the product of experts in the latent, on one dimension, in a quarrel, and with spoilt inputs."""

import streamlit as st

from mvae.ui import session, speech
from mvae.ui.experts import bench, conflict, corrupt, plane
from mvae.ui.link import keep_link, widget_field
from mvae.ui.text import Experts as Text
from mvae.ui.theme import ask_for_input, page_header

VIEW, KEPT = "experts-view", "experts-view-kept"
FIRST = next(iter(Text.TABS))


def parse_tab(text: str) -> str:
    """Return the title of a tab from its name; ValueError where there is none."""
    if text not in Text.TABS:
        msg = "The page Experts has no such tab."
        raise ValueError(msg)
    return Text.TABS[text]


def name_of(title: str) -> str:
    """Return the name of a tab from its title."""
    return next(name for name, each in Text.TABS.items() if each == title)


def keep_view() -> None:
    """Remember the open tab, which Streamlit forgets when another page is shown."""
    st.session_state[KEPT] = st.session_state[VIEW]


FIELDS = (
    widget_field("experts", KEPT, Text.TABS[FIRST], parse_tab, name_of),
    *plane.FIELDS,
    *bench.FIELDS,
    *conflict.FIELDS,
    *corrupt.FIELDS,
)

downloads = page_header(Text.TITLE, Text.LEAD, FIELDS)
pipe = session.pipeline()
inputs = speech.inputs_with_voice(pipe)
if KEPT in st.session_state:
    st.session_state.setdefault(VIEW, st.session_state[KEPT])
tabs = dict(zip(Text.TABS, st.tabs(list(Text.TABS.values()), key=VIEW, on_change=keep_view), strict=True))
if tabs["bench"].open:
    with tabs["bench"]:
        bench.show(downloads)
elif tabs["conflict"].open:
    with tabs["conflict"]:
        conflict.show(pipe, downloads)
else:
    opened, show = ("plane", plane.show) if tabs["plane"].open else ("corrupt", corrupt.show)
    with tabs[opened]:
        if inputs:
            show(pipe, inputs, downloads)
        else:
            ask_for_input()
keep_link(FIELDS)
