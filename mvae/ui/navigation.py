"""The app's pages, and the way to them."""

from dataclasses import dataclass

import streamlit as st

from mvae.ui import CLASS_PAGE, DRAW_PAGE, keys
from mvae.ui.classroom.text import ClassView
from mvae.ui.draw.text import lead
from mvae.ui.experts.text import Experts
from mvae.ui.how_it_works.text import HowItWorks
from mvae.ui.latent.text import words as latent_words
from mvae.ui.state.task import shown
from mvae.ui.subsets import text as subsets
from mvae.ui.text import Common, inputs_title
from mvae.ui.training import text as training
from mvae.ui.training.text import Training
from mvae.ui.views.icons import page_icon


@dataclass(frozen=True)
class Entry:
    """A page's script, its title, the sentence below that, the icon in the menu, and whether it is there."""

    script: str
    title: str
    lead: str
    icon: str
    in_menu: bool = True

    def page(self) -> st.Page:
        """Return what Streamlit shows in the menu; the first page has the app's own address."""
        icon = f":material/{self.icon}:"
        return st.Page(
            self.script, title=self.title, icon=icon, default=self.script == DRAW_PAGE,
            visibility="visible" if self.in_menu else "hidden",
        )  # fmt: skip


def entries() -> list[Entry]:
    """Return the pages in the order of the menu."""
    task, latent = shown(), latent_words()
    count, title = len(task.modalities), inputs_title(modality.kind for modality in task.modalities)
    return [
        Entry(DRAW_PAGE, title, lead(count), "draw"),
        Entry("pages/all_subsets.py", subsets.title(count), subsets.lead(count), "table_rows"),
        Entry("pages/experts.py", Experts.TITLE, Experts.LEAD, "balance"),
        Entry("pages/latent_space.py", latent.TITLE, latent.LEAD, "scatter_plot"),
        Entry("pages/training.py", Training.TITLE, training.lead(posters=task.is_posters), "show_chart"),
        Entry("pages/how_it_works.py", HowItWorks.PAGE, HowItWorks.LEAD, "menu_book"),
        Entry(CLASS_PAGE, ClassView.TITLE, ClassView.LEAD, "groups", in_menu=False),
    ]


def navigate() -> tuple[Entry, st.Page]:
    """Configure the page, show the menu, and return the page that is asked for."""
    st.set_page_config(
        page_title=Common.APP, page_icon=page_icon(), layout="wide", initial_sidebar_state="collapsed"
    )
    pages = {entry: entry.page() for entry in entries()}
    chosen = st.navigation(list(pages.values()), position="top")
    with st.container(key=keys.BAR, horizontal=True):  # seen on phones, in place of Streamlit's menu
        for entry, page in pages.items():
            st.page_link(page, label=entry.title, icon=f":material/{entry.icon}:")
    return next((entry, page) for entry, page in pages.items() if page is chosen)
