"""A canvas for one digit, around streamlit-drawable-canvas; strokes in, strokes out."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import streamlit as st

from mvae.modalities.fabric import fabric_drawing, strokes_from_fabric
from mvae.modalities.strokes import Strokes
from mvae.ui.runtime.callbacks import guarded
from mvae.ui.text import Inputs
from mvae.ui.views.colours import COLOUR, PEN_WIDTH, SIZE

_INK = {"colour": COLOUR, "width": PEN_WIDTH}


def canvas(name: str, version: int, strokes: Strokes, on_draw: Callable[[Strokes], None]) -> None:
    """Show a canvas and report what is drawn on it.

    Parameters
    ----------
    name
        Tells the canvases of a page apart.
    version
        Another one starts the canvas anew, with the strokes given then.
    strokes
        What is on the canvas when it appears: at first, with a new version, and when a person comes back.
    on_draw
        Called with all strokes after each change, before the script runs again.
    """
    from streamlit_drawable_canvas import st_canvas  # noqa: PLC0415 - it asks for a running Streamlit

    key, initial = f"canvas-{name}-{version}", f"canvas-{name}-initial"
    # A canvas whose initial drawing changes is wiped, so it keeps the one with which it appeared. Streamlit
    # forgets the canvas's state, under its key, when another page is shown.
    appears = key not in st.session_state
    if appears:
        st.session_state[initial] = fabric_drawing(strokes, size=SIZE, pen_width=PEN_WIDTH, colour=COLOUR)

    def drawn() -> Strokes:
        return strokes_from_fabric(st.session_state[key]["drawing"]["raw"], size=SIZE)

    # It comes first, so that it is there when the canvas is.
    with st.container(key=f"strokes-{name}"):
        data = {"container": f"st-key-canvas-{name}-", "name": Inputs.CANVAS, **_INK}
        _collector()(key=f"collector-{name}", data=data, height=1)
    st_canvas(
        stroke_width=PEN_WIDTH, stroke_color=COLOUR, width=SIZE, height=SIZE,
        initial_drawing=st.session_state[initial], key=key,
        on_change=guarded(lambda: on_draw(drawn())),
    )  # fmt: skip
    if appears and (st.session_state[key] or {}).get("drawing") and len(drawn()) != len(strokes):
        # The browser kept what was drawn in a session that died with its server: the model is given it, too.
        on_draw(drawn())
        st.rerun()


@cache
def _collector() -> Callable[..., object]:
    """Return the component that names a canvas and keeps the strokes of several fingers on it apart."""
    script = Path(__file__).with_name("canvas.js").read_text(encoding="utf-8")
    component: Callable[..., object] = st.components.v2.component("mvae-strokes", js=script)
    return component
