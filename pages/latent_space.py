"""Latent space: move single dimensions, walk along one, go from class to class, or pick from a map."""

from pathlib import Path

import streamlit as st

import mvae.ui.latent
from mvae.ui import keys
from mvae.ui.frame import frame
from mvae.ui.frame.frame import page_header
from mvae.ui.frame.tabs import Tabs
from mvae.ui.latent import atlas, line, sliders, start, walk, walk_settings
from mvae.ui.latent.text import words
from mvae.ui.runtime.failures import error_boundary

TABS = Tabs("tab", keys.LATENT_VIEW, words().TABS)
FIELDS = (TABS.field, start.FIELD, *sliders.FIELDS, *walk_settings.FIELDS, *line.fields(), *atlas.FIELDS)

downloads = page_header(words().TITLE, words().LEAD, FIELDS)
st.html(Path(mvae.ui.latent.__file__).with_name("style.css"))
pipe = frame.pipeline()
with st.container(horizontal=True, vertical_alignment="bottom"):
    chosen = start.point_picker(pipe, words().START, keys.LATENT_START)

opened, place = TABS.show()
sliders.set_start(chosen.mean)
with place, error_boundary():
    if opened == "sliders":
        sliders.show_sliders(pipe, chosen, FIELDS, downloads)
    elif opened == "walk":
        walk.show_walk(pipe, chosen.mean, FIELDS, downloads)
    elif opened == "line":
        line.show_line(pipe, chosen, FIELDS, downloads)
    else:
        atlas.show_map(pipe, chosen, FIELDS, downloads)
