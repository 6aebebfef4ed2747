"""A canvas for one digit, around streamlit-drawable-canvas; strokes in, strokes out."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from mvae.modalities.strokes import Strokes
from mvae.ui import keys
from mvae.ui.inputs.fabric import fabric_drawing, strokes_from_fabric
from mvae.ui.runtime.callbacks import guarded
from mvae.ui.state.task import shown
from mvae.ui.text import Inputs
from mvae.ui.views.colours import PEN_WIDTH, SIZE, looks

_PIECES_OF_A_POINT, _PIECES_OF_A_STROKE = 4, 60
"""Of the JSON in which a browser tells of a drawing that it was given: commas and brackets."""


def collector(name: str, version: int, strokes: Strokes) -> None:
    """Show what collects the strokes of a `canvas`, of which this is to be told the same.

    It comes before the canvas, so that it is there when that is, and runs when that is started anew.
    """
    initial = f"{keys.CANVAS}{name}-initial"
    # A canvas whose initial drawing changes is wiped, so it keeps the one with which it appeared.
    if _appears(name, version):
        drawing = fabric_drawing(strokes, size=SIZE, pen_width=PEN_WIDTH, colour=_colour(name))
        st.session_state[initial] = drawing
    with st.container(key=f"{keys.STROKES}{name}"):
        words = Inputs.CANVAS if shown().is_posters else Inputs.ANY_CANVAS
        data: dict[str, Any] = {"version": version, "name": words}
        data |= {"colour": _colour(name), "width": PEN_WIDTH}
        data["container"] = f"st-key-{keys.CANVAS}{name}-"
        begun = st.session_state[initial]
        data |= {"modality": name, "pieces": _pieces(begun), "initial": _strokes(begun)}
        _collector()(key=f"{keys.STROKES_COLLECTOR}{name}", data=data, height=1)


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

    appears, initial = _appears(name, version), st.session_state[f"{keys.CANVAS}{name}-initial"]
    st_canvas(
        stroke_width=PEN_WIDTH, stroke_color=_colour(name), width=SIZE, height=SIZE,
        initial_drawing=initial, key=f"{keys.CANVAS}{name}-{version}",
        on_change=guarded(lambda: on_draw(drawn_on(name, version))),
    )  # fmt: skip
    if appears and (drawn := drawn_on(name, version)) and len(drawn) != len(strokes):
        # The browser kept what was drawn in a session that died with its server: the model is given it, too.
        on_draw(drawn)
        st.rerun()


def _colour(name: str) -> str:
    """Return the colour of a modality's ink."""
    return looks(shown().names)[name].colour


def _appears(name: str, version: int) -> bool:
    """Say whether a canvas is not there yet; Streamlit forgets its state when another page is shown."""
    return f"{keys.CANVAS}{name}-{version}" not in st.session_state


def drawn_on(name: str, version: int) -> Strokes:
    """Return what the browser has told of a canvas, before `on_draw`, too; nothing if it has told nothing."""
    told = (st.session_state.get(f"{keys.CANVAS}{name}-{version}") or {}).get("drawing")
    return strokes_from_fabric(told["raw"], size=SIZE) if told else []


def _pieces(drawing: dict[str, Any]) -> int:
    paths = [shape["path"] for shape in drawing["objects"]]
    return _PIECES_OF_A_STROKE * len(paths) + _PIECES_OF_A_POINT * sum(map(len, paths))


def _strokes(drawing: dict[str, Any]) -> Strokes:
    """Return what `fabric_drawing` has written, a dot as a short line."""
    paths = [shape["path"] for shape in drawing["objects"]]
    return [[(x / SIZE, y / SIZE) for _, x, y in path] for path in paths]


@cache
def _collector() -> Callable[..., object]:
    """Return the component that names a canvas and keeps the strokes of several fingers on it apart."""
    script = Path(__file__).with_name("canvas.js").read_text(encoding="utf-8")
    component: Callable[..., object] = st.components.v2.component("mvae-strokes", js=script)
    return component
