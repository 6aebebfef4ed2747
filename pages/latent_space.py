"""Latent space: move single dimensions, walk along one, go from digit to digit, or pick from a map."""

from pathlib import Path

import streamlit as st

import mvae.ui.latent
from mvae.ui import session
from mvae.ui.latent import atlas, line, sliders, start, walk
from mvae.ui.link import Field, keep_link, one_of, widget_field
from mvae.ui.text import LatentSpace as Text
from mvae.ui.theme import page_header


def _read_tab() -> str | None:
    label = st.session_state.get("latent-view-kept")
    name = next((name for name, each in Text.TABS.items() if each == label), None)
    return None if name == next(iter(Text.TABS)) else name


def _write_tab(text: str) -> None:
    name = one_of(Text.TABS)(text)
    st.session_state["latent-view"] = st.session_state["latent-view-kept"] = Text.TABS[name]


def keep_view() -> None:
    """Remember the open tab, which Streamlit forgets when another page is shown."""
    st.session_state["latent-view-kept"] = st.session_state["latent-view"]


FIELDS = (
    Field("tab", _read_tab, _write_tab),
    widget_field("start", "latent-start", start.CURRENT, one_of(start.POINTS)),
    *sliders.FIELDS,
    *walk.FIELDS,
    *line.FIELDS,
    *atlas.FIELDS,
)

downloads = page_header(Text.TITLE, Text.LEAD, FIELDS)
st.html(Path(mvae.ui.latent.__file__).with_name("style.css"))
pipe = session.pipeline()
with st.container(horizontal=True, vertical_alignment="bottom"):
    chosen = start.point_picker(Text.START, "latent-start")
mean, variance = start.posterior_of(pipe, chosen)

if "latent-view-kept" in st.session_state:
    st.session_state.setdefault("latent-view", st.session_state["latent-view-kept"])
tabs = dict(
    zip(Text.TABS, st.tabs([*Text.TABS.values()], key="latent-view", on_change=keep_view), strict=True)
)
if tabs["sliders"].open:
    with tabs["sliders"]:
        sliders.show_sliders(pipe, mean, variance, FIELDS, downloads)
if tabs["walk"].open:
    with tabs["walk"]:
        walk.show_walk(pipe, mean, downloads)
        keep_link(FIELDS)  # the other tabs are fragments, and do so themselves
if tabs["line"].open:
    with tabs["line"]:
        line.show_line(pipe, chosen, FIELDS, downloads)
if tabs["map"].open:
    with tabs["map"]:
        atlas.show_map(pipe, mean, start.in_words(chosen), FIELDS, downloads)
