"""What pages are made of, and the server that shows them. The only package that imports streamlit."""

DRAW_PAGE = "pages/draw_and_speak.py"
"""The script of the first page, which has the app's own address."""
CLASS_PAGE = "pages/class.py"
"""The script of the class view's page, which is not in the menu."""
