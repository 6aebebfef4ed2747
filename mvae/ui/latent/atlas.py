"""The map: the test split's latents on a square, on which a place is picked and decoded."""

from collections import Counter
from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from mvae.arrays import Array
from mvae.checkpoint.latent_map import NEAREST, LatentMap, load_map
from mvae.errors import CheckpointError
from mvae.inference.pipeline import Pipeline
from mvae.tasks.digits import DIGITS
from mvae.ui.frame.link import keep_link
from mvae.ui.latent.decoded import download_decoded, show_decoded
from mvae.ui.latent.plane import plane
from mvae.ui.latent.text import LatentSpace as Text
from mvae.ui.runtime.callbacks import guarded
from mvae.ui.runtime.failures import told
from mvae.ui.state.fields import Field
from mvae.ui.state.models import CHECKPOINTS, checkpoint_directory, chosen_checkpoint

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

PLACE = "latent-place"
"""Of the session: (x, y) of the cross; None where it stands on the start."""


def parse_place(text: str) -> tuple[float, float]:
    """Read a place from a lesson link, such as ``0.31,0.5``; raises ValueError if it is not on the map."""
    x, y = map(float, text.split(","))
    return on_map(x, y)


def on_map(x: float, y: float) -> tuple[float, float]:
    """Return a place with three decimals; raises ValueError if it is not on the map."""
    if not (isfinite(x) and isfinite(y) and 0 <= x <= 1 and 0 <= y <= 1):
        msg = f"{x}, {y} is not on the map: both numbers lie between 0 and 1."
        raise ValueError(msg)
    return round(float(x), 3), round(float(y), 3)


def _read() -> str | None:
    place = st.session_state.get(PLACE)
    return None if place is None else f"{place[0]:g},{place[1]:g}"


def _write(text: str) -> None:
    st.session_state[PLACE] = parse_place(text)


FIELDS = (Field("place", _read, _write),)


@st.fragment  # so that a click renews only what depends on it
@told()
def show_map(
    pipe: Pipeline, mean: Array, start: str, fields: Sequence[Field], downloads: "DeltaGenerator"
) -> None:
    """Show the map with the start, a latent (Z,) and its name in words, and what the cross decodes to."""
    try:
        found = load_map(checkpoint_directory())
    except CheckpointError as error:
        st.error(str(error))
    else:
        if found is None:
            shipped = chosen_checkpoint() in CHECKPOINTS
            st.info(Text.NO_MAP.format(checkpoint=chosen_checkpoint()) if shipped else Text.NO_MAP_OWN)
        else:
            _show(found, pipe, mean, start, downloads)
    keep_link(fields)


def _show(found: LatentMap, pipe: Pipeline, mean: Array, start: str, downloads: "DeltaGenerator") -> None:
    home = on_map(*np.clip(found.place_of(mean), 0, 1))
    place = st.session_state.get(PLACE) or home
    z = found.latent_at(np.array(place))[None]
    out = pipe.decode(z)
    download_decoded(downloads, "map", z, out, {"x": [place[0]], "y": [place[1]]}, audible=out.audio)
    with st.container(horizontal=True, gap="medium"):
        with st.container(key="map-given"):
            alt = Text.MAP_ALT.format(
                points=len(found.labels), start=start, x=place[0], y=place[1], digit=out.label[0]
            )
            plane(found, place, home, alt, _go, name=chosen_checkpoint())
            st.caption(f"{Text.MAP_LEGEND.format(start=start, nearest=NEAREST)} {Text.MAP_HOW}")
        with st.container(key="map-decoded"):
            _shortcuts(found)
            show_decoded(out, pipe.description)
            counts = Counter(found.neighbours(np.array(place)).tolist()).most_common()
            neighbours = ", ".join(Text.NEIGHBOUR.format(count=count, digit=digit) for digit, count in counts)
            st.markdown(Text.NEIGHBOURS.format(nearest=NEAREST, neighbours=neighbours))
            st.caption(Text.MAP.format(points=len(found.labels), nearest=NEAREST))


def _go(x: float, y: float) -> None:
    st.session_state[PLACE] = on_map(x, y)


def _shortcuts(found: LatentMap) -> None:
    """Show the ways to a place without the map: to the middle of a digit, and back to the start."""

    def to_digit() -> None:
        digit = st.session_state["map-digit"]
        st.session_state["map-digit"] = None  # so that the same digit can be picked again
        if digit is not None:
            _go(*found.landmarks()[digit])

    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.segmented_control(Text.TO_DIGIT, range(DIGITS), key="map-digit", on_change=guarded(to_digit))
        st.button(
            Text.TO_START, icon=":material/my_location:",
            on_click=guarded(st.session_state.pop), args=(PLACE, None),
        )  # fmt: skip
