"""What the app's start is compared with: a page of Streamlit that has two canvases and nothing else."""

import streamlit as st
from streamlit_drawable_canvas import st_canvas

SIDE = 220  # pixels, as in the app

for name in ("farsi", "kannada"):
    with st.container(key=f"card-{name}"):  # where the benchmark looks for the app's canvases, too
        st_canvas(width=SIDE, height=SIDE, key=name)
