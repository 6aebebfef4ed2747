"""How it works: the method section by section, a formula beside a picture of the person's own last input."""

import streamlit as st

from mvae.ui.frame.frame import page_header, pipeline
from mvae.ui.how_it_works import layout
from mvae.ui.how_it_works.text import HowItWorks as Text

page_header(Text.PAGE, Text.LEAD, layout.FIELDS)
layout.add_style()
problem = st.container()
layout.show_contents()
layout.show_switches()
places = layout.show_texts()
data = layout.show_sources()
layout.show_glossary()
# All that is read is on the screen now; what follows waits for torch the first time.
with problem:
    pipe = pipeline()
layout.show_live(pipe, places, data)
