"""All subsets: what the model makes of each subset of the current input (the poster's Figure 2)."""

import streamlit as st

from mvae.ui.frame import frame
from mvae.ui.frame.link import keep_link
from mvae.ui.frame.quarrel import show_quarrel
from mvae.ui.results.examples import inputs_with_examples
from mvae.ui.runtime.failures import error_boundary
from mvae.ui.state import models, sampling
from mvae.ui.state.task import shown
from mvae.ui.subsets import text
from mvae.ui.subsets.listening import fields, listen
from mvae.ui.subsets.live import tell_page
from mvae.ui.subsets.rows import compared
from mvae.ui.subsets.table import explain, show_imagination, show_table, tell_missing

count = len(shown().modalities)
downloads = frame.page_header(text.title(count), text.lead(count), fields())
with error_boundary():
    frame.pipeline()  # says what to do if there is none
    inputs = inputs_with_examples()  # all rows before the first click
    if not inputs:
        frame.ask_for_input()
        keep_link(fields())
        st.stop()
    pictures, rows = compared(models.chosen_checkpoint(), inputs, sampling.seed())
    explain(inputs)
    show_quarrel(inputs)
    show_imagination()
    tell_missing(inputs, rows)
    show_table(pictures, rows)
    listen(rows, downloads)
    tell_page(inputs, rows)
