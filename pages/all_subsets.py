"""All subsets: what the model makes of each subset of the current input (the poster's Figure 2)."""

import streamlit as st

from mvae.ui.frame import frame
from mvae.ui.frame.link import keep_link
from mvae.ui.frame.quarrel import show_quarrel
from mvae.ui.results.examples import inputs_with_examples
from mvae.ui.runtime.failures import error_boundary
from mvae.ui.state.task import shown
from mvae.ui.subsets import text
from mvae.ui.subsets.listening import fields
from mvae.ui.subsets.parts import show_rows
from mvae.ui.subsets.table import explain

count = len(shown().modalities)
downloads = frame.page_header(text.title(count), text.lead(count), fields())
with error_boundary():
    frame.pipeline()  # says what to do if there is none
    inputs = inputs_with_examples()  # all rows before the first click
    if not inputs:
        frame.ask_for_input()
        keep_link(fields())
        st.stop()
    explain(inputs)
    show_quarrel(inputs)
    show_rows(downloads)
