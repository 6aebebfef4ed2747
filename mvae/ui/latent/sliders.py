"""Sliders over the most active dimensions, and what the decoders make of the latent.

What was moved lies in the session as "latent-moves": start -> dimension -> value. Another start has other
sliders, and coming back to one finds them as they were left. What a lesson link moved has no start yet, and
goes to the first that is shown.
"""

import hashlib
from collections import deque
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from mvae.arrays import Array
from mvae.inference.latent import alive_count
from mvae.inference.pipeline import Pipeline
from mvae.ui import keys
from mvae.ui.frame.download import Numbers, download_latest
from mvae.ui.frame.link import keep_link
from mvae.ui.frame.live import as_base64, run_unpainted
from mvae.ui.latent.decoded import audible, is_audible, numbers_of, show_decoded
from mvae.ui.latent.live import tell_sliders
from mvae.ui.latent.start import Point, offered_points, told_choice
from mvae.ui.latent.text import words
from mvae.ui.results.completions import ranked_dimensions
from mvae.ui.runtime.callbacks import guarded
from mvae.ui.runtime.parts import Looks, show_part
from mvae.ui.state.fields import Field, widget_field
from mvae.ui.state.models import checkpoints, chosen_checkpoint

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
    moves: dict[str, Moves] = st.session_state.setdefault(keys.LATENT_MOVES, {})
    return moves.setdefault(start, moves.pop(_LINKED, {}))


def set_start(mean: Array) -> None:
    """Set the start, a mean (Z,), from which dimensions are moved: a link tells of that one's moves only."""
    st.session_state[keys.LATENT_MOVED_START] = _name_of(mean)


def _name_of(mean: Array) -> str:
    return hashlib.sha256(mean.tobytes()).hexdigest()[:12]


def _read_moves() -> str | None:
    moves = _moves(st.session_state.get(keys.LATENT_MOVED_START, _LINKED))
    return ",".join(f"{index}:{value:.5g}" for index, value in moves.items()) or None


def _write_moves(text: str) -> None:
    moves = parse_moves(text)
    st.session_state[keys.LATENT_MOVES] = {_LINKED: moves}
    st.session_state.pop(keys.LATENT_MOVED_START, None)


FIELDS = (
    widget_field("sliders", keys.LATENT_SHOWN, COUNTS[0], _parse_count),
    Field("moved", _read_moves, _write_moves),
)


def _shown_sliders() -> object:
    """Return what decides which sliders there are, and where; one that was moved stays where it is."""
    session = st.session_state
    return [session.get(key) for key in (keys.LATENT_MOVED_START, keys.LATENT_SHOWN, keys.LATENT_RESETS)]


def _outputs_look() -> object:
    """Return what the outputs depend on besides a slider that is moved."""
    return _shown_sliders(), chosen_checkpoint(), st.session_state.get(keys.PLAYS, False)


LOOKS: Looks = {keys.LATENT_SLIDERS: _shown_sliders, keys.LATENT_OUTPUTS: _outputs_look, keys.LINK: object}
"""The parts of this tab."""


def _update() -> None:
    """End a widget's callback."""
    run_unpainted(LOOKS, [keys.LATENT_OUTPUTS])


def show_sliders(pipe: Pipeline, start: Point, fields: Sequence[Field], downloads: "DeltaGenerator") -> None:
    """Show the sliders around a start, and the outputs."""
    mean, spans = start.mean, _spans(pipe, start)
    model = checkpoints()[chosen_checkpoint()]
    latest = deque([mean], maxlen=1)  # the latent, (Z,), that the page shows, whoever has painted it

    def outputs() -> None:
        z = _moved(pipe, start, _moves(_name_of(mean)))
        st.session_state[keys.PLAYS] = show_decoded(pipe.decode(z[None]), pipe.description)
        tell_sliders(_told(pipe, start), _update)

    def keep() -> None:
        latest.append(_moved(pipe, start, _moves(_name_of(mean))))
        keep_link(fields)

    def result() -> Numbers:
        z = latest[-1][None]
        out = pipe.decode(z)
        return Numbers(*numbers_of(z, out, {}), audible(out), model)

    left, right = st.columns([2, 3], gap="large")
    with left:
        show_part(LOOKS, keys.LATENT_SLIDERS, partial(_show_controls, pipe, mean, spans))
    with right:
        show_part(LOOKS, keys.LATENT_OUTPUTS, outputs)
        show_part(LOOKS, keys.LINK, keep)
    with downloads:
        download_latest("latent", result, audible=is_audible())


def _spans(pipe: Pipeline, start: Point) -> Array:
    """Return how far the slider of each dimension reaches to either side of a start, (Z,)."""
    deviation = np.array(pipe.description.latent_deviation, np.float32)
    spans: Array = SPAN * np.sqrt(deviation**2 + start.variance)
    return spans


def _moved(pipe: Pipeline, start: Point, moves: Moves, count: int | None = None) -> Array:
    """Return the latent (Z,) to which so many sliders, by default all that are shown, move a start."""
    z = start.mean.copy()
    if not moves:
        return z
    spans = _spans(pipe, start)
    for index in ranked_dimensions(pipe)[: count or st.session_state[keys.LATENT_SHOWN]]:
        z[index] = _within(moves.get(index, z[index]), z[index], spans[index])
    return z


def _told(pipe: Pipeline, start: Point) -> dict[str, Any]:
    """Return what the page is told of the sliders: where it reads them, and what else decides."""
    session, name = st.session_state, _name_of(start.mean)
    all_moves: dict[str, Moves] = session[keys.LATENT_MOVES]
    furthest = _moved(pipe, start, all_moves[name], COUNTS[-1])
    return {
        "start": {**told_choice(keys.LATENT_START), "mean": as_base64(start.mean)},
        "points": {
            option: {
                "mean": as_base64(point.mean),
                "latent": as_base64(_moved(pipe, point, all_moves.get(_name_of(point.mean), {}))),
            }
            for option, point in offered_points(pipe).items()
        },
        "count": {"key": keys.LATENT_SHOWN, "value": session[keys.LATENT_SHOWN], "among": COUNTS},
        "sliders": [
            {"dimension": index, "key": _key(name, index), "value": float(furthest[index])}
            for index in ranked_dimensions(pipe)[: COUNTS[-1]]
        ],
        "reset": {"key": keys.SLIDERS_RESET, "count": session.get(keys.LATENT_RESETS, 0)},
    }


def _show_controls(pipe: Pipeline, mean: Array, spans: Array) -> None:
    """Show the sliders, each from the mean (Z,) as far as the spans (Z,) to either side."""
    start = _name_of(mean)
    moves = _moves(start)

    def keep(index: int, key: str) -> None:
        moves[index] = st.session_state[key]
        _update()

    def reset() -> None:
        moves.clear()
        st.session_state[keys.LATENT_RESETS] = st.session_state.get(keys.LATENT_RESETS, 0) + 1
        _update()

    with st.container(horizontal=True, vertical_alignment="bottom"):
        count = st.segmented_control(
            words().SHOWN, COUNTS, default=COUNTS[0], required=True, key=keys.LATENT_SHOWN,
            persist_state="session", on_change=guarded(_update),
            help=words().SHOWN_HELP.format(alive=alive_count(pipe), size=pipe.latent_size),
        )  # fmt: skip
        st.button(
            words().RESET, icon=":material/restart_alt:", key=keys.SLIDERS_RESET, on_click=guarded(reset)
        )
    panel = st.container(height=_HEIGHT, border=False)
    for index in ranked_dimensions(pipe)[:count]:
        key, middle, span = _key(start, index), float(mean[index]), float(spans[index])
        st.session_state[key] = _within(moves.get(index, middle), middle, span)
        panel.slider(
            words().DIMENSION.format(index=index, kl=pipe.description.latent_kl[index]),
            middle - span, middle + span, step=span / 50, format="%.2f",
            key=key, on_change=guarded(keep), args=(index, key),
        )  # fmt: skip


def _key(start: str, index: int) -> str:
    return f"{keys.LATENT}{start}-{index}"


def _within(value: float, middle: float, span: float) -> float:
    """Return the value, or the end of the slider beyond which it lies."""
    return min(middle + span, max(middle - span, value))
