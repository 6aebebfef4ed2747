"""A canvas for one digit, around streamlit-drawable-canvas; strokes in, strokes out."""

from collections.abc import Callable
from dataclasses import dataclass
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


@dataclass(frozen=True)
class _Begun:
    """With what a canvas began.

    Attributes
    ----------
    drawing
        As the canvas takes it, but with a path as one text, which Fabric reads as well: Streamlit copies the
        whole in each run, and to copy a link's four thousand points as lists took a tenth of a second.
    paths
        These texts, a dot as a short line, in pixels of the canvas.
    pieces
        Of the JSON in which the browser tells of it.
    """

    drawing: dict[str, Any]
    paths: list[str]
    pieces: int

    @classmethod
    def of(cls, strokes: Strokes, colour: str) -> "_Begun":
        drawing = fabric_drawing(strokes, size=SIZE, pen_width=PEN_WIDTH, colour=colour)
        pieces, paths = 0, []
        for shape in drawing["objects"]:
            path = shape["path"]
            pieces += _PIECES_OF_A_STROKE + _PIECES_OF_A_POINT * len(path)
            shape["path"] = " ".join(f"{command} {x:.3f} {y:.3f}" for command, x, y in path)
            paths.append(shape["path"])
        return cls(drawing, paths, pieces)


def collector(name: str, version: int, strokes: Strokes) -> None:
    """Show what collects the strokes of a `canvas`, of which this is to be told the same.

    It comes before the canvas, so that it is there when that is, and runs when that is started anew.
    """
    initial = _initial(name)
    # A canvas whose initial drawing changes is wiped, so it keeps the one with which it appeared.
    if _appears(name, version):
        st.session_state[initial] = _Begun.of(strokes, _colour(name))
    with st.container(key=f"{keys.STROKES}{name}"):
        words = Inputs.CANVAS if shown().is_posters else Inputs.ANY_CANVAS
        data: dict[str, Any] = {"version": version, "name": words}
        data |= {"colour": _colour(name), "width": PEN_WIDTH}
        data["container"] = f"st-key-{keys.CANVAS}{name}-"
        begun: _Begun = st.session_state[initial]
        data |= {"modality": name, "pieces": begun.pieces, "paths": begun.paths, "side": SIZE}
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
        stroke_width=PEN_WIDTH, stroke_color=_colour(name), width=SIZE, height=SIZE,
        initial_drawing=st.session_state[_initial(name)].drawing, key=f"{keys.CANVAS}{name}-{version}",
        on_change=guarded(lambda: on_draw(drawn_on(name, version))),
    )  # fmt: skip
    if appears and (drawn := drawn_on(name, version)) and len(drawn) != len(strokes):
        # The browser kept what was drawn in a session that died with its server: the model is given it, too.
        on_draw(drawn)
        st.rerun()


def _initial(name: str) -> str:
    """Return where the session keeps with what a canvas began."""
    return f"{keys.CANVAS}{name}-initial"


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


@cache
def _collector() -> Callable[..., object]:
    """Return the component that names a canvas and keeps the strokes of several fingers on it apart."""
    script = Path(__file__).with_name("canvas.js").read_text(encoding="utf-8")
    component: Callable[..., object] = st.components.v2.component("mvae-strokes", js=script)
    return component
