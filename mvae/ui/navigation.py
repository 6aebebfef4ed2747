"""The app's pages, and the way to them."""

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from mvae.ui.icons import page_icon
from mvae.ui.text import AllSubsets, Common, DrawAndSpeak, Experts, HowItWorks, LatentSpace, Training

DRAW_PAGE = "pages/draw_and_speak.py"


def navigate() -> StreamlitPage:
    """Configure the page, show the navigation, and return the page that is asked for."""
    st.set_page_config(page_title=Common.APP, page_icon=page_icon(), layout="wide")
    st.session_state["navigated"] = True
    return st.navigation(
        [
            st.Page(DRAW_PAGE, title=DrawAndSpeak.TITLE, icon=":material/draw:", default=True),
            st.Page("pages/all_subsets.py", title=AllSubsets.TITLE, icon=":material/table_rows:"),
            st.Page("pages/experts.py", title=Experts.TITLE, icon=":material/balance:"),
            st.Page("pages/latent_space.py", title=LatentSpace.TITLE, icon=":material/scatter_plot:"),
            st.Page("pages/training.py", title=Training.TITLE, icon=":material/show_chart:"),
            st.Page("pages/how_it_works.py", title=HowItWorks.PAGE, icon=":material/menu_book:"),
        ],
        position="top",
    )


def ensure_navigated() -> None:
    """Start again through app.py if this page runs without it.

    Streamlit takes an app with a folder named pages for its older kind, in which a page that is opened by its
    own address runs without app.py, until st.navigation was called once: on a fresh server, for the first
    visitor.
    """
    if "navigated" not in st.session_state:
        navigate()
        st.rerun()
