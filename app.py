"""The interactive demo: streamlit run app.py."""

from mvae.ui.navigation import navigate

navigate().run()
