"""The settings of a walk: a dimension, the first value and the step to the next."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from mvae.errors import InputError
from mvae.inference.latent import GRID, Measured, grid_values, striking_dimensions
from mvae.inference.pipeline import Pipeline
from mvae.ui import keys
from mvae.ui.frame.frame import pipeline
from mvae.ui.latent.sliders import FURTHEST, SPAN, parse_number
from mvae.ui.latent.start import option
from mvae.ui.latent.text import words
from mvae.ui.results.completions import ranked_dimensions
from mvae.ui.runtime.callbacks import guarded
from mvae.ui.state.fields import Field, whole_number
from mvae.ui.state.models import chosen_checkpoint
from mvae.ui.state.task import shown
from mvae.ui.views.look import plain

POSTER_CHECKPOINT, POSTER_DIGIT = "linear", 7
POSTER_INDEX, POSTER_START, POSTER_STEP = 201, -1500.0, 30.0
POSTER_MET = (5, 3, 7, 0)
_FIRST, _STEP = -SPAN, 2 * SPAN / GRID**2
_WIDER = 2  # times the usual walk: within it, the label hardly ever changes
REACHES = (3, 10, 100, 1500)
"""How far from 0 the ends of the walk can be dragged."""
_USUAL_REACH, _ROUNDED = REACHES[1], 1.01  # the first; what the rounded step may lead beyond it


def walk_key(what: str) -> str:
    """Return where "index", "first", "step", "range" or "reach" lies: each checkpoint keeps its own walk."""
    return f"{keys.GRID}{what}-{chosen_checkpoint()}"


def _parse_index(text: str) -> int:
    return whole_number(text, low=0, high=pipeline().latent_size - 1)


def _field(what: str, default: float | None, parse: Callable[[str], float]) -> Field:
    def read() -> str | None:
        value = st.session_state.get(walk_key(what), default)
        return None if value == default else f"{value:.10g}"

    def write(text: str) -> None:
        st.session_state[walk_key(what)] = parse(text)

    return Field(what, read, write)


# The index has no default that holds for all weights: once there is one, it is in the link.
FIELDS = (
    _field("index", None, _parse_index),
    _field("first", _FIRST, parse_number),
    _field("step", _STEP, parse_number),
)


@dataclass(frozen=True)
class Walk:
    """A walk along a dimension: its index, the first value, and the step to the next."""

    index: int
    first: float
    step: float


POSTERS_WALK = Walk(POSTER_INDEX, POSTER_START, POSTER_STEP)


def current_walk() -> Walk:
    """Return the walk that is set."""
    state = st.session_state
    return Walk(state[walk_key("index")], state[walk_key("first")], state[walk_key("step")])


def is_possible() -> bool:
    """Say whether the numbers that are set are a walk."""
    walk = current_walk()
    try:
        grid_values(walk.first, walk.step)
    except InputError:
        return False
    return True


def complete_settings(pipe: Pipeline) -> None:
    """See to it that there is a walk."""
    index_key = walk_key("index")
    # A model of one's own may have become smaller.
    if not 0 <= st.session_state.get(index_key, -1) < pipe.latent_size:
        st.session_state[index_key] = ranked_dimensions(pipe)[0]
    st.session_state.setdefault(walk_key("first"), _FIRST)
    st.session_state.setdefault(walk_key("step"), _STEP)
    walk = current_walk()
    _fit_range(walk.first, walk.step)


def show_settings(pipe: Pipeline, update: Callable[[], None]) -> None:
    """Show the fields for the index, the first value and the step, and a slider for both ends."""
    last = pipe.latent_size - 1
    st.number_input(
        words().INDEX.format(last=last), 0, last, key=walk_key("index"), persist_state="session", width=150,
        on_change=guarded(update),
    )  # fmt: skip
    first = st.number_input(
        words().FIRST, -FURTHEST, FURTHEST, step=1.0, format="%g", key=walk_key("first"),
        persist_state="session", width=150, on_change=guarded(update),
    )  # fmt: skip
    step = st.number_input(
        words().STEP, -FURTHEST, FURTHEST, step=0.01, format="%g", key=walk_key("step"),
        persist_state="session", width=150, on_change=guarded(update),
    )  # fmt: skip
    _show_range(first, step, update)


def _fit_range(first: float, step: float) -> tuple[float, float, int]:
    """Let the slider show a walk; return the walk's ends, and how far the slider reaches."""
    state, range_key, reach_key = st.session_state, walk_key("range"), walk_key("reach")
    low, high = sorted((first, first + step * (GRID**2 - 1)))
    needed = next((reach for reach in REACHES if reach * _ROUNDED >= max(-low, high)), REACHES[-1])
    reach = state[reach_key] = max(needed, state.get(reach_key) or _USUAL_REACH)
    if range_key not in state or walk_between(*state[range_key]) != (first, step):
        state[range_key] = _within(reach, low, high)
    return low, high, reach


def _show_range(first: float, step: float, update: Callable[[], None]) -> None:
    """Show a slider for both ends of the walk, and how far it reaches."""
    state, range_key, reach_key = st.session_state, walk_key("range"), walk_key("reach")
    low, high, reach = _fit_range(first, step)

    def walk(ends: tuple[float, float]) -> None:
        if ends[0] < ends[1]:  # both ends at one place are no walk
            state[walk_key("first")], state[walk_key("step")] = walk_between(*ends)
        update()

    st.slider(
        words().RANGE, -float(reach), float(reach), step=reach / 200, format="%.4g", key=range_key,
        on_change=guarded(lambda: walk(state[range_key])), width=300,
    )  # fmt: skip
    st.segmented_control(
        words().REACH, REACHES, format_func="±{:,}".format, required=True, key=reach_key,
        on_change=guarded(lambda: walk(_within(state[reach_key], low, high))),
    )  # fmt: skip


def _within(reach: float, low: float, high: float) -> tuple[float, float]:
    """Return the ends of a walk, no further from 0 than a reach."""
    return min(reach, max(-reach, low)), min(reach, max(-reach, high))


def walk_between(low: float, high: float) -> tuple[float, float]:
    """Return first value and step, of four digits each, of the walk from one value to another."""
    first = float(f"{low:.4g}")
    return first, float(f"{(high - first) / (GRID**2 - 1):.4g}")


def show_presets(measured: Mapping[int, Measured], update: Callable[[], None]) -> None:
    """Show a button for the poster's setting, where it is its task, and for each striking dimension."""
    if shown().is_posters:
        st.button(
            words().POSTER, icon=":material/history_edu:", key=keys.POSTER_PRESET,
            on_click=guarded(_choose_poster),
            help=words().POSTER_HELP.format(
                index=POSTER_INDEX, first=POSTER_START, step=POSTER_STEP, digit=POSTER_DIGIT
            ),
        )  # fmt: skip
    for name, each in striking_dimensions(measured).items():
        strongest = next(iter(each.on_modalities))
        st.button(
            words().PRESETS[name].format(index=each.index, modality=output_in_words(strongest)),
            key=f"{keys.PRESET}{name}", help=words().PRESET_HELP[name],
            on_click=guarded(partial(_choose, each.index, update)),
        )  # fmt: skip


def told_presets(measured: Mapping[int, Measured]) -> dict[str, dict[str, Any]]:
    """Return what the page is told of the presets: key of each button -> the walk, and the start if set."""
    wider = {"first": _WIDER * _FIRST, "step": _WIDER * _STEP}
    told: dict[str, dict[str, Any]] = {
        f"{keys.PRESET}{name}": {"index": each.index, **wider}
        for name, each in striking_dimensions(measured).items()
    }
    if shown().is_posters and chosen_checkpoint() == POSTER_CHECKPOINT:  # the page has no other
        told[keys.POSTER_PRESET] = {
            "index": POSTER_INDEX, "first": POSTER_START, "step": POSTER_STEP,
            "start": option(str(POSTER_DIGIT)),
        }  # fmt: skip
    return told


def output_in_words(name: str) -> str:
    """Name an output of the study, the label or a modality, within a sentence."""
    return words().OUTPUTS.get(name) or plain(shown().names[name])


def _choose(index: int, update: Callable[[], None]) -> None:
    """Choose a dimension, and a walk that is wide enough for the label to change."""
    st.session_state[walk_key("index")] = index
    st.session_state[walk_key("first")] = _WIDER * _FIRST
    st.session_state[walk_key("step")] = _WIDER * _STEP
    update()


def _choose_poster() -> None:
    """Choose the checkpoint, start, index and step of the poster's Figure 3."""
    st.session_state[keys.CHECKPOINT] = st.session_state[keys.CHECKPOINT_PICKER] = POSTER_CHECKPOINT
    st.session_state[keys.LATENT_START] = str(POSTER_DIGIT)
    st.session_state[walk_key("index")] = POSTER_INDEX
    st.session_state[walk_key("first")] = POSTER_START
    st.session_state[walk_key("step")] = POSTER_STEP
    st.rerun()  # all of the page: it has another model, and another start
