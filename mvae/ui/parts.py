"""Parts of a page that run again by themselves, so that a change costs no more than what it changes."""

from contextlib import suppress

import streamlit as st
from streamlit.errors import StreamlitAPIException
from streamlit.runtime.scriptrunner import get_script_run_ctx


def run_again(*keys: str) -> None:
    """End a widget's callback so that only the fragments with these keys run again, not the whole page.

    Where the whole page is about to run anyway, because somebody has turned to it in the meantime, or a part
    is not there, because the page ended before it, nothing is done: all runs, or the widget's own fragment.
    """
    context = get_script_run_ctx()
    if context is not None and context.fragment_ids_this_run:
        with suppress(StreamlitAPIException):
            st.rerun(keys)
