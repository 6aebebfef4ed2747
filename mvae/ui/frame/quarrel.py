"""The sentence that says that inputs disagree, for every page that shows what comes of several."""

import streamlit as st

from mvae.arrays import Array
from mvae.ui import keys
from mvae.ui.results.completions import quarrel_of
from mvae.ui.state.models import chosen_checkpoint
from mvae.ui.state.task import shown
from mvae.ui.views.quarrel import quarrel_html


def show_quarrel(inputs: dict[str, Array]) -> None:
    """Say that these inputs together disagree, and which class wins by how much, where they do."""
    quarrel = quarrel_of(chosen_checkpoint(), inputs) if len(inputs) > 1 else None
    if quarrel is not None and quarrel.against is not None:
        with st.container(key=keys.QUARREL):
            st.html(quarrel_html(quarrel, shown().names, shown().classes))
