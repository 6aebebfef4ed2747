"""A canvas for one digit, around streamlit-drawable-canvas; strokes in, strokes out."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from mvae.modalities.strokes import Strokes
from mvae.ui import keys
from mvae.ui.inputs.fabric import fabric_drawing, strokes_from_fabric
from mvae.ui.inputs.pickers import ink_colour
from mvae.ui.runtime.callbacks import guarded
from mvae.ui.state.task import shown
from mvae.ui.text import Inputs
from mvae.ui.views.colours import PEN_WIDTH, SIZE

_PIECES_OF_A_POINT, _PIECES_OF_A_STROKE = 4, 60
"""Of the JSON in which a browser tells of a drawing that it was given: commas and brackets."""


def collector(name: str, version: int, strokes: Strokes) -> None:
    """Show what collects the strokes of a `canvas`, of which this is to be told the same.

    It comes before the canvas, so that it is there when that is, and runs when that is started anew.
    """
    initial = _initial(name)
    # A canvas whose initial drawing changes is wiped, so it keeps the one with which it appeared.
    if _appears(name, version):
        st.session_state[initial] = _begun(strokes, ink_colour(name))
    with st.container(key=f"{keys.STROKES}{name}"):
        words = Inputs.CANVAS if shown().is_posters else Inputs.ANY_CANVAS
        data: dict[str, Any] = {"version": version, "name": words}
        data |= {"colour": ink_colour(name), "width": PEN_WIDTH}
        data["container"] = f"st-key-{keys.CANVAS}{name}-"
        paths = [shape["path"] for shape in st.session_state[initial]["objects"]]
        data |= {"modality": name, "pieces": _pieces(paths), "paths": paths, "side": SIZE}
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

    appears = _appears(name, version)
    st_canvas(
        stroke_width=PEN_WIDTH, stroke_color=ink_colour(name), width=SIZE, height=SIZE,
        initial_drawing=st.session_state[_initial(name)], key=f"{keys.CANVAS}{name}-{version}",
        on_change=guarded(lambda: on_draw(drawn_on(name, version))),
    )  # fmt: skip
    if appears and (drawn := drawn_on(name, version)) and len(drawn) != len(strokes):
        # The browser kept what was drawn in a session that died with its server: the model is given it, too.
        on_draw(drawn)
        st.rerun()


def _initial(name: str) -> str:
    """Return where the session keeps with what a canvas began."""
    return f"{keys.CANVAS}{name}-initial"


def _begun(strokes: Strokes, colour: str) -> dict[str, Any]:
    """Return what a canvas begins with.

    Each path is one text, which Fabric reads as well: Streamlit copies the whole in each run, and to copy a
    link's four thousand points as lists took a tenth of a second.
    """
    drawing = fabric_drawing(strokes, size=SIZE, pen_width=PEN_WIDTH, colour=colour)
    for shape in drawing["objects"]:
        shape["path"] = " ".join(f"{command} {x:.3f} {y:.3f}" for command, x, y in shape["path"])
    return drawing


def _pieces(paths: list[str]) -> int:
    """Count the pieces of the JSON in which the browser tells of these paths."""
    points = sum(path.count("M") + path.count("L") for path in paths)
    return _PIECES_OF_A_STROKE * len(paths) + _PIECES_OF_A_POINT * points


def _appears(name: str, version: int) -> bool:
    """Say whether a canvas is not there yet; Streamlit forgets its state when another page is shown."""
    return f"{keys.CANVAS}{name}-{version}" not in st.session_state


def drawn_on(name: str, version: int) -> Strokes:
    """Return what the browser has told of a canvas, before `on_draw`, too; nothing if it has told nothing."""
    told = (st.session_state.get(f"{keys.CANVAS}{name}-{version}") or {}).get("drawing")
    return strokes_from_fabric(told["raw"], size=SIZE) if told else []


@cache
def _collector() -> Callable[..., object]:
    """Return the component that names a canvas and keeps the strokes of several fingers on it apart."""
    script = Path(__file__).with_name("canvas.js").read_text(encoding="utf-8")
    component: Callable[..., object] = st.components.v2.component("mvae-strokes", js=script)
    return component
