"""Latent space: move single dimensions, walk along one, go from digit to digit, or pick from a map."""

from pathlib import Path

import streamlit as st

import mvae.ui.latent
from mvae.ui.frame import frame
from mvae.ui.frame.frame import page_header
from mvae.ui.frame.link import keep_link
from mvae.ui.frame.tabs import Tabs
from mvae.ui.latent import atlas, line, sliders, start, walk
from mvae.ui.latent.text import LatentSpace as Text
from mvae.ui.runtime.failures import told
from mvae.ui.state.fields import one_of, widget_field

TABS = Tabs("tab", "latent-view", Text.TABS)
FIELDS = (
    TABS.field,
    widget_field("start", "latent-start", start.CURRENT, one_of(start.POINTS)),
    *sliders.FIELDS,
    *walk.FIELDS,
    *line.FIELDS,
    *atlas.FIELDS,
)

downloads = page_header(Text.TITLE, Text.LEAD, FIELDS)
st.html(Path(mvae.ui.latent.__file__).with_name("style.css"))
pipe = frame.pipeline()
with st.container(horizontal=True, vertical_alignment="bottom"):
    chosen = start.point_picker(Text.START, "latent-start")
mean, variance = start.posterior_of(pipe, chosen)

opened, place = TABS.show()
sliders.stand_at(mean)
with place, told():
    if opened == "sliders":
        sliders.show_sliders(pipe, mean, variance, FIELDS, downloads)
    elif opened == "walk":
        walk.show_walk(pipe, mean, downloads)
        keep_link(FIELDS)  # the other tabs are fragments, and do so themselves
    elif opened == "line":
        line.show_line(pipe, chosen, FIELDS, downloads)
    else:
        atlas.show_map(pipe, mean, start.in_words(chosen), FIELDS, downloads)
