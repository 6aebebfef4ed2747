"""Parts of a page that run again by themselves, so that a change costs no more than what it changes."""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress

import streamlit as st
from streamlit.errors import StreamlitAPIException

from mvae.ui import keys
from mvae.ui.runtime.callbacks import current_part, within
from mvae.ui.runtime.compat import only_parts_run
from mvae.ui.runtime.failures import error_boundary

Looks = Mapping[str, Callable[[], object]]
"""Key of each part of a page -> what decides how it looks; `object` for a part that always runs again."""


def show_part(looks: Looks, key: str, show: Callable[[], None]) -> None:
    """Show a part of the page here: a fragment with this key."""

    def fragment() -> None:
        _shown()[key] = object()  # until it is all there: the next action runs again what has failed
        with error_boundary(), within(key):
            look = looks[key]()
            show()
            _shown()[key] = look

    st.fragment(fragment, key=key)()


def run_changed(looks: Looks, always: Collection[str] = ()) -> None:
    """End a widget's callback so that only the parts run again that look otherwise now, not the whole page.

    They run in the order of `looks`. Those that are named as `always` are among them however they look, and
    so is the widget's own part: Streamlit expects it to run, and forgets what an earlier run of it has shown
    and the browser has not got yet. Where the whole page is about to run anyway, because somebody has turned
    to it in the meantime, or a part is not there, because the page ended before it, nothing is done: all
    runs, or the widget's own fragment. Where it cannot be known what is about to run, the whole page is.
    """
    only_parts = only_parts_run()
    if only_parts is None:
        st.rerun()
    if only_parts:
        wanted, shown = {current_part(), *always}, _shown()
        changed = [key for key, look in looks.items() if key in wanted or shown.get(key) != look()]
        with suppress(StreamlitAPIException):
            st.rerun(changed)


def _shown() -> dict[str, object]:
    """Return how each part looked when it was shown last."""
    shown: dict[str, object] = st.session_state.setdefault(keys.SHOWN_PARTS, {})
    return shown
