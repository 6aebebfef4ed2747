"""Sliders over the most active dimensions, and what the decoders make of the latent.

What was moved lies in the session as "latent-moves": start -> dimension -> value. Another start has other
sliders, and coming back to one finds them as they were left. What a lesson link moved has no start yet, and
goes to the first that is shown.
"""

import hashlib
from collections import deque
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from mvae.arrays import Array
from mvae.inference.latent import alive_count
from mvae.inference.pipeline import Pipeline
from mvae.ui.frame.download import Numbers, download_latest
from mvae.ui.frame.link import keep_link
from mvae.ui.latent.decoded import numbers_of, show_decoded
from mvae.ui.latent.text import LatentSpace as Text
from mvae.ui.results.completions import ranked_dimensions
from mvae.ui.runtime.callbacks import guarded
from mvae.ui.runtime.parts import Looks, run_changed, show_part
from mvae.ui.state.fields import Field, widget_field

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

SPAN = 3.0
"""Standard deviations to either side of the start that a slider covers."""
FURTHEST = 1e5
"""Of any number in a latent: far outside of it, and far from where the decoders' float32 overflows."""
COUNTS = (8, 16, 32)
_HEIGHT = 690  # pixels: eight sliders; more of them scroll, and the outputs stay in view
_LINKED = "linked"  # in place of a start
Moves = dict[int, float]


def parse_number(text: str) -> float:
    """Read a number of a latent from a lesson link; raises ValueError if it is none or too large."""
    number = float(text)
    if not abs(number) <= FURTHEST:  # or not a number at all
        msg = f"{text} is not a number between {-FURTHEST:g} and {FURTHEST:g}."
        raise ValueError(msg)
    return number


def parse_moves(text: str) -> Moves:
    """Read which dimensions are moved where, such as ``12:1.5,3:-0.2``; raises ValueError otherwise."""
    pairs = [pair.split(":") for pair in text.split(",")]
    return {int(index): parse_number(value) for index, value in pairs}


def _parse_count(text: str) -> int:
    return COUNTS[COUNTS.index(int(text))]


def _moves(start: str) -> Moves:
    moves: dict[str, Moves] = st.session_state.setdefault("latent-moves", {})
    return moves.setdefault(start, moves.pop(_LINKED, {}))


def stand_at(mean: Array) -> None:
    """Say from which start, a mean (Z,), things are moved now; a link tells of that one's moves only."""
    st.session_state["latent-shown-start"] = _name_of(mean)


def _name_of(mean: Array) -> str:
    return hashlib.sha256(mean.tobytes()).hexdigest()[:12]


def _read_moves() -> str | None:
    moves = _moves(st.session_state.get("latent-shown-start", _LINKED))
    return ",".join(f"{index}:{value:.5g}" for index, value in moves.items()) or None


def _write_moves(text: str) -> None:
    moves = parse_moves(text)
    st.session_state["latent-moves"] = {_LINKED: moves}
    st.session_state.pop("latent-shown-start", None)


FIELDS = (
    widget_field("sliders", "latent-shown", COUNTS[0], _parse_count),
    Field("moved", _read_moves, _write_moves),
)


def _look_of_sliders() -> object:
    """Return what decides how the sliders look; what a finger moved is where it is."""
    session = st.session_state
    return [session.get(key) for key in ("latent-shown-start", "latent-shown", "latent-resets")]


LOOKS: Looks = {"latent-sliders": _look_of_sliders, "latent-outputs": object}
"""The parts of this tab: a slider that is moved renews only the outputs."""
_update = partial(run_changed, LOOKS)


def show_sliders(
    pipe: Pipeline, mean: Array, variance: Array, fields: Sequence[Field], downloads: "DeltaGenerator"
) -> None:
    """Show the sliders around a start, a Gaussian with mean and variance (Z,), and the outputs."""
    deviation = np.array(pipe.description.latent_deviation, np.float32)
    spans: Array = SPAN * np.sqrt(deviation**2 + variance)
    held: deque[Numbers] = deque(maxlen=1)

    def outputs() -> None:
        z = mean.copy()
        moves = _moves(_name_of(mean))
        for index in ranked_dimensions(pipe)[: st.session_state["latent-shown"]]:
            z[index] = _within(moves.get(index, mean[index]), mean[index], spans[index])
        out = pipe.decode(z[None])
        show_decoded(out, pipe.description)
        held.append(Numbers.of(*numbers_of(z[None], out, {}), out.audio))
        keep_link(fields)

    left, right = st.columns([2, 3], gap="large")
    with left:
        show_part(LOOKS, "latent-sliders", partial(_show_controls, pipe, mean, spans))
    with right:
        show_part(LOOKS, "latent-outputs", outputs)
    with downloads:
        download_latest("latent", lambda: held[-1], audible=True)


def _show_controls(pipe: Pipeline, mean: Array, spans: Array) -> None:
    """Show the sliders, each from the mean (Z,) as far as the spans (Z,) to either side."""
    start = _name_of(mean)
    moves = _moves(start)

    def keep(index: int, key: str) -> None:
        moves[index] = st.session_state[key]
        _update()

    def reset() -> None:
        moves.clear()
        st.session_state["latent-resets"] = st.session_state.get("latent-resets", 0) + 1
        _update()

    with st.container(horizontal=True, vertical_alignment="bottom"):
        shown = st.segmented_control(
            Text.SHOWN, COUNTS, default=COUNTS[0], required=True, key="latent-shown", persist_state="session",
            help=Text.SHOWN_HELP.format(alive=alive_count(pipe), size=pipe.latent_size),
            on_change=guarded(_update),
        )  # fmt: skip
        st.button(Text.RESET, icon=":material/restart_alt:", on_click=guarded(reset))
    panel = st.container(height=_HEIGHT, border=False)
    for index in ranked_dimensions(pipe)[:shown]:
        key, middle, span = f"latent-{start}-{index}", float(mean[index]), float(spans[index])
        st.session_state[key] = _within(moves.get(index, middle), middle, span)
        panel.slider(
            Text.DIMENSION.format(index=index, kl=pipe.description.latent_kl[index]),
            middle - span, middle + span, step=span / 50, format="%.2f",
            key=key, on_change=guarded(keep), args=(index, key),
        )  # fmt: skip


def _within(value: float, middle: float, span: float) -> float:
    """Return the value, or the end of the slider beyond which it lies."""
    return min(middle + span, max(middle - span, value))
