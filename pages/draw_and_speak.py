"""Draw & speak: give any of the modalities, and see all of them, reconstructed or imagined.

Each card is a part that runs again by itself, and so are the outputs, the way to imagine, the eight ways and
the downloads: a stroke runs the outputs again, and its own card only if that looks otherwise then. What the
model in the page is told comes last: when it hears of an answer, that must be there.
"""

from functools import partial

import streamlit as st

from mvae.ui import keys
from mvae.ui.classroom.student import send_to_class
from mvae.ui.draw.cards import fields, looks, show_cards
from mvae.ui.draw.live import tell_page
from mvae.ui.draw.outputs import keep, show_outputs
from mvae.ui.draw.tabs import show_tabs
from mvae.ui.draw.text import lead
from mvae.ui.draw.ways import show_downloads, show_imagination, show_ways
from mvae.ui.frame.frame import page_header
from mvae.ui.runtime.parts import show_part
from mvae.ui.state.task import shown
from mvae.ui.text import inputs_title

count = len(shown().modalities)
title = inputs_title(modality.kind for modality in shown().modalities)
downloads = page_header(title, lead(count), fields())
send_to_class()
# A part remembers the `with`s around it, at a cost that grows with their square: there is one for each.
columns = st.container(key=f"{keys.COLUMNS}{2 if count in {2, 4} else 3}")
tabs = columns.container(key=keys.WHICH_INPUT)
board, below = columns.container(key=keys.BOARD), columns.container()
cards, outputs = board.container(key=keys.CARDS), board.container(key=keys.ANSWER)
with tabs:
    show_part(looks(), keys.WHICH_INPUT, show_tabs)
alone = show_cards(cards)
with below.container(key=keys.QUARREL):  # below: nothing that one draws on moves
    quarrel = st.empty()
with below:
    show_part(looks(), keys.IMAGINATION, show_imagination)
with downloads:
    show_part(looks(), keys.DOWNLOAD, show_downloads)
with outputs:
    show_part(looks(), keys.OUTPUTS, partial(show_outputs, quarrel, alone))
with below:
    show_part(looks(), keys.EIGHT_WAYS, show_ways)
    show_part(looks(), keys.LINK, keep)
    show_part(looks(), keys.LIVE, tell_page)
