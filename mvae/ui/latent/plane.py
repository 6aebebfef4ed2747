"""The component that draws a map of points and reports which place on it is picked, by hand or by keys."""

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from mvae.checkpoint.latent_map import LatentMap
from mvae.ui import keys
from mvae.ui.latent.text import LatentSpace as Text
from mvae.ui.runtime.callbacks import guarded
from mvae.ui.views.pictures import PAPER
from mvae.ui.views.short import without_common_words

COLOURS = (
    "#f2f2f2", "#ff8a80", "#ffb74d", "#ffee58", "#aed581", "#4dd0a1",
    "#4dd0e1", "#82b1ff", "#c5a8f0", "#f48fb1", "#bcaaa4", "#e57ce5",
)  # fmt: skip
"""Of the classes, on dark paper; each point is a mark of its class, so that nobody needs the colours."""
SHAPES = "●▲■◆★▼○△□◇☆▽"
_LONGEST_MARK = 2  # letters of a class's name that is its mark
_UNITS = 1000  # in which places are sent, as whole numbers
_HERE = Path(__file__).parent
_HTML = (
    '<div class="map" role="application" tabindex="0"><canvas></canvas>'
    f'<span class="start">{Text.MAP_START}</span><span class="cross"></span></div>'
)


def class_marks(classes: Sequence[str]) -> list[str]:
    """Return what stands for each class on the map: its name if that is short, or a shape, or its number."""
    names = without_common_words(classes)
    if len(set(names)) == len(names) and all(0 < len(name) <= _LONGEST_MARK for name in names):
        return names
    return list(SHAPES[: len(names)]) if len(names) <= len(SHAPES) else list(map(str, range(len(names))))


def colour_of(label: int) -> str:
    """Return the colour of a class on the map."""
    return COLOURS[label % len(COLOURS)]


def plane(
    found: LatentMap,
    place: tuple[float, float],
    start: tuple[float, float],
    alt: str,
    on_pick: Callable[[float, float], None],
    *,
    name: str,
    classes: Sequence[str],
) -> None:
    """Show a map with a cross at `place` and a ring at `start`.

    Parameters
    ----------
    found
        The map.
    place, start
        (x, y) in [0, 1], y downwards.
    alt
        What the map shows, for people who cannot see it.
    on_pick
        Called with x and y, in [0, 1], of the place that is picked, before the script runs again.
    name
        Tells maps apart: another one is drawn anew.
    classes
        Their names.
    """
    key = keys.LATENT_MAP

    def picked() -> None:
        *place, pick = st.session_state[key]["place"]
        if pick != st.session_state.get(keys.LATENT_MAP_PICK):
            st.session_state[keys.LATENT_MAP_PICK] = pick
            x, y = np.clip(np.asarray(place, float), 0, 1).tolist()
            on_pick(x, y)

    points = np.column_stack([(found.places * _UNITS).round().astype(int), found.labels])
    middles: list[list[Any]] = [
        [*(place * _UNITS).round().astype(int).tolist(), label] for label, place in found.landmarks().items()
    ]
    data = {
        "name": name, "place": place, "start": start, "alt": alt, "units": _UNITS, "colours": COLOURS,
        "marks": class_marks(classes),
        "paper": "rgb({}, {}, {})".format(*PAPER), "points": points.ravel().tolist(), "middles": middles,
    }  # fmt: skip
    with st.container(key=keys.MAP_PLACE):
        _component()(key=key, data=data, on_place_change=guarded(picked))


@cache
def _component() -> Callable[..., object]:
    component: Callable[..., object] = st.components.v2.component(
        keys.LATENT_MAP,
        html=_HTML,
        css=(_HERE / "plane.css").read_text(encoding="utf-8"),
        js=(_HERE / "plane.js").read_text(encoding="utf-8"),
    )
    return component
