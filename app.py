"""The interactive demo: streamlit run app.py."""

import streamlit as st

if __name__ == "__main__":  # Streamlit runs this file when a page is opened, and again after each action
    from mvae.ui.frame.frame import show_head
    from mvae.ui.navigation import navigate
    from mvae.ui.runtime.failures import error_boundary

    entry, page = navigate()
    show_head(entry.title, entry.lead)  # at once; what the page imports may take seconds
    with error_boundary():
        page.run()
else:  # the server imports it once, when it starts
    from mvae.ui.server import MIDDLEWARE, choose_what_is_shown, prepare

    choose_what_is_shown()

    app = st.App(__file__, lifespan=prepare, middleware=MIDDLEWARE)
