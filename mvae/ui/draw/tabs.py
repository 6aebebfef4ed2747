"""On a phone, which of the inputs is shown; on a larger screen all are, and this is not."""

import streamlit as st

from mvae.ui import keys
from mvae.ui.draw.text import DrawAndSpeak as Text
from mvae.ui.state.task import shown
from mvae.ui.views.look import plain, show_chosen


def show_tabs() -> None:
    """Show the choice; the browser follows it by itself."""
    names = {name: plain(title) for name, title in shown().names.items()}
    if len(names) == 1:
        return
    key = f"{keys.WHICH_INPUT}-picker"
    st.segmented_control(
        Text.WHICH_INPUT, list(names), default=next(iter(names)), format_func=names.__getitem__,
        required=True, key=key, label_visibility="collapsed", width="stretch",
    )  # fmt: skip
    show_chosen(f".st-key-{key}", f".st-key-{keys.CARDS}", len(names))
