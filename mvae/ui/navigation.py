"""The app's pages, and the way to them."""

import logging
from dataclasses import dataclass
from itertools import starmap

import streamlit as st

from mvae.ui.draw.text import DrawAndSpeak
from mvae.ui.experts.text import Experts
from mvae.ui.frame.frame import DRAW_PAGE
from mvae.ui.how_it_works.text import HowItWorks
from mvae.ui.latent.text import LatentSpace
from mvae.ui.subsets.text import AllSubsets
from mvae.ui.text import Common
from mvae.ui.training.text import Training
from mvae.ui.views.icons import page_icon


@dataclass(frozen=True)
class Entry:
    """A page's script, its title, the sentence below that, and the icon in the menu."""

    script: str
    title: str
    lead: str
    icon: str

    def page(self) -> st.Page:
        """Return what Streamlit shows in the menu; the first page has the app's own address."""
        icon = f":material/{self.icon}:"
        return st.Page(self.script, title=self.title, icon=icon, default=self.script == DRAW_PAGE)


ENTRIES = tuple(
    starmap(
        Entry,
        [
            (DRAW_PAGE, DrawAndSpeak.TITLE, DrawAndSpeak.LEAD, "draw"),
            ("pages/all_subsets.py", AllSubsets.TITLE, AllSubsets.LEAD, "table_rows"),
            ("pages/experts.py", Experts.TITLE, Experts.LEAD, "balance"),
            ("pages/latent_space.py", LatentSpace.TITLE, LatentSpace.LEAD, "scatter_plot"),
            ("pages/training.py", Training.TITLE, Training.LEAD, "show_chart"),
            ("pages/how_it_works.py", HowItWorks.PAGE, HowItWorks.LEAD, "menu_book"),
        ],
    )
)


def navigate() -> tuple[Entry, st.Page]:
    """Configure the page, show the menu, and return the page that is asked for."""
    st.set_page_config(
        page_title=Common.APP, page_icon=page_icon(), layout="wide", initial_sidebar_state="collapsed"
    )
    pages = {entry: entry.page() for entry in ENTRIES}
    chosen = st.navigation(list(pages.values()), position="top")
    return next((entry, page) for entry, page in pages.items() if page is chosen)


def announce() -> None:
    """Let Streamlit know before the first visit that the menu is this one.

    It takes an app with a folder named pages for its older kind, whose menu is made of the files' names,
    until `st.navigation` was called once, by whomever.
    """
    logging.disable(logging.WARNING)  # "missing ScriptRunContext": nobody is there yet to whom to show it
    try:
        st.navigation([entry.page() for entry in ENTRIES], position="top")
    finally:
        logging.disable(logging.NOTSET)
