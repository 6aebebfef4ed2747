"""The app as if Streamlit had none of what `mvae.ui.runtime.compat` asks for."""

from pathlib import Path

import streamlit as st

from mvae.ui.runtime import compat
from mvae.ui.server import MIDDLEWARE, prepare

compat.VERSIONS = (0, 1), (0, 2)
app = st.App(Path(__file__).resolve().parents[2] / "app.py", lifespan=prepare, middleware=MIDDLEWARE)
