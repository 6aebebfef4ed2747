"""The interactive demo: streamlit run app.py."""

import streamlit as st

from mvae.ui.theme import page_icon

st.set_page_config(page_title="Multimodal VAE", page_icon=page_icon(), layout="wide")
st.navigation(
    [
        st.Page("pages/draw_and_speak.py", title="Draw & speak", icon=":material/draw:", default=True),
        st.Page("pages/latent_space.py", title="Latent space", icon=":material/scatter_plot:"),
        st.Page("pages/all_subsets.py", title="All seven subsets", icon=":material/table_rows:"),
        st.Page("pages/training.py", title="Training", icon=":material/show_chart:"),
    ],
    position="top",
).run()
