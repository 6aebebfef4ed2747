"""The component that draws a map of points and reports which place on it is picked, by hand or by keys."""

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
import streamlit as st

from mvae.checkpoint.latent_map import LatentMap
from mvae.files import PACKAGE
from mvae.ui import keys
from mvae.ui.latent.text import LatentSpace as Text
from mvae.ui.runtime.callbacks import guarded
from mvae.ui.views.points import points_of

_VIEWS = PACKAGE / "web" / "views"
_HTML = (
    '<div class="map" role="application" tabindex="0"><canvas></canvas>'
    f'<span class="start">{Text.MAP_START}</span><span class="cross"></span></div>'
)
_POINTS = """
export default function ({ data }) {
  window.mvaeMapPoints = data;
  window.dispatchEvent(new CustomEvent("mvae-map-points"));
}
"""


def show_points(found: LatentMap, *, name: str, classes: Sequence[str]) -> None:
    """Give the page the points of a map, once for all places on it.

    Parameters
    ----------
    found
        The map.
    name
        Tells maps apart: another one is drawn anew.
    classes
        Their names.
    """
    data = {"name": name, **points_of(found, classes)}
    with st.container(key=keys.MAP_POINTS):
        _points_component()(key=keys.MAP_POINTS_TOLD, data=data, height=1)


def plane(
    place: tuple[float, float],
    start: tuple[float, float],
    alt: str,
    on_pick: Callable[[float, float], None],
    *,
    name: str,
) -> None:
    """Show the map whose points `show_points` gives, with a cross at `place` and a ring at `start`.

    Parameters
    ----------
    place, start
        (x, y) in [0, 1], y downwards.
    alt
        What the map shows, for people who cannot see it.
    on_pick
        Called with x and y, in [0, 1], of the place that is picked, before the script runs again.
    name
        As of `show_points`.
    """
    key = keys.LATENT_MAP

    def picked() -> None:
        *place, pick = st.session_state[key]["place"]
        if pick != st.session_state.get(keys.LATENT_MAP_PICK):
            st.session_state[keys.LATENT_MAP_PICK] = pick
            x, y = np.clip(np.asarray(place, float), 0, 1).tolist()
            on_pick(x, y)

    data = {"name": name, "place": place, "start": start, "alt": alt}
    with st.container(key=keys.MAP_PLACE):
        _component()(key=key, data=data, on_place_change=guarded(picked))


@cache
def _component() -> Callable[..., object]:
    component: Callable[..., object] = st.components.v2.component(
        keys.LATENT_MAP,
        html=_HTML,
        css=(_VIEWS / "plane.css").read_text(encoding="utf-8"),
        js=(_VIEWS / "plane.js").read_text(encoding="utf-8"),
    )
    return component


@cache
def _points_component() -> Callable[..., object]:
    component: Callable[..., object] = st.components.v2.component(keys.MAP_POINTS_TOLD, js=_POINTS)
    return component
