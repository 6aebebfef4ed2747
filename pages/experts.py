"""Experts: the product of experts in the latent, on one dimension, in a conflict, and with spoilt inputs."""

from mvae.ui import keys
from mvae.ui.experts import bench, conflict, conflict_inputs, corrupt, plane
from mvae.ui.experts.text import Experts as Text
from mvae.ui.frame.frame import ask_for_input, page_header, pipeline
from mvae.ui.frame.link import keep_link
from mvae.ui.frame.tabs import Tabs
from mvae.ui.results.examples import inputs_with_examples
from mvae.ui.runtime.failures import error_boundary

TABS = Tabs("experts", keys.EXPERTS_VIEW, Text.TABS)
FIELDS = (TABS.field, *plane.FIELDS, *bench.FIELDS, *conflict_inputs.fields(), *corrupt.fields())

downloads = page_header(Text.TITLE, Text.LEAD, FIELDS)
pipe = pipeline()
opened, place = TABS.show()
with place, error_boundary():
    if opened == "conflict":
        inputs_with_examples()
        conflict.show(pipe, FIELDS, downloads)
    elif opened == "bench":
        bench.show(downloads)
        keep_link(FIELDS)  # the other tabs are parts, and do so themselves
    elif not (inputs := inputs_with_examples()):
        ask_for_input()
        keep_link(FIELDS)
    elif opened == "plane":
        plane.show(pipe, FIELDS, downloads)
    else:
        corrupt.show(pipe, inputs, FIELDS, downloads)
