"""Experts: the product of experts in the latent, on one dimension, in a quarrel, and with spoilt inputs."""

from mvae.ui.experts import bench, conflict, corrupt, plane
from mvae.ui.experts.text import Experts as Text
from mvae.ui.frame import frame
from mvae.ui.frame.frame import ask_for_input, page_header
from mvae.ui.frame.link import keep_link
from mvae.ui.frame.tabs import Tabs
from mvae.ui.results import voices
from mvae.ui.runtime.failures import told

TABS = Tabs("experts", "experts-view", Text.TABS)
FIELDS = (
    TABS.field,
    *plane.FIELDS,
    *bench.FIELDS,
    *conflict.FIELDS,
    *corrupt.FIELDS,
)

downloads = page_header(Text.TITLE, Text.LEAD, FIELDS)
pipe = frame.pipeline()
inputs = voices.inputs_with_voice()
opened, place = TABS.show()
with place, told():
    if opened == "bench":
        bench.show(downloads)
    elif opened == "conflict":
        conflict.show(pipe, downloads)
    elif inputs:
        (plane if opened == "plane" else corrupt).show(pipe, inputs, downloads)
    else:
        ask_for_input()
keep_link(FIELDS)
