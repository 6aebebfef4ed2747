"""The poster's Figure 3: 100 values of one dimension, as a grid of each modality."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from mvae.arrays import Array
from mvae.checkpoint.store import Description
from mvae.errors import InputError
from mvae.inference.completion import Decoding
from mvae.inference.latent import (
    GRID,
    Measured,
    grid_values,
    labels_met,
    measured_dimensions,
    striking_dimensions,
    traverse,
)
from mvae.inference.pipeline import Pipeline
from mvae.modalities.base import Modality
from mvae.modalities.kinds import kind_of
from mvae.ui import keys
from mvae.ui.frame.frame import pipeline
from mvae.ui.frame.live import as_base64
from mvae.ui.glossary.links import linked
from mvae.ui.latent.decoded import class_names, download_decoded, explain_short_names
from mvae.ui.latent.live import tell_walk
from mvae.ui.latent.sliders import FURTHEST, SPAN, parse_number
from mvae.ui.latent.start import option, told_choice, told_points
from mvae.ui.latent.text import words
from mvae.ui.results.completions import ranked_dimensions
from mvae.ui.runtime.callbacks import guarded
from mvae.ui.state.fields import Field, whole_number
from mvae.ui.state.models import checkpoint_directory, chosen_checkpoint
from mvae.ui.state.task import shown
from mvae.ui.views.look import picture, plain
from mvae.ui.views.pictures import grid_texts
from mvae.ui.views.samples import sample_grid
from mvae.ui.views.short import grid_names

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

POSTER_CHECKPOINT, POSTER_DIGIT = "linear", 7
POSTER_INDEX, POSTER_START, POSTER_STEP = 201, -1500.0, 30.0
POSTER_MET = (5, 3, 7, 0)
_FIRST, _STEP = -SPAN, 2 * SPAN / GRID**2
_WIDER = 2  # times the usual walk: within it, the label hardly ever changes
REACHES = (3, 10, 100, 1500)
"""How far from 0 the ends of the walk can be dragged."""
_USUAL_REACH, _ROUNDED = REACHES[1], 1.01  # the first; what the rounded step may lead beyond it


def _key(what: str) -> str:
    """Return where "index", "first", "step", "range" or "reach" lies: each checkpoint keeps its own walk."""
    return f"{keys.GRID}{what}-{chosen_checkpoint()}"


def _parse_index(text: str) -> int:
    return whole_number(text, low=0, high=pipeline().latent_size - 1)


def _field(what: str, default: float | None, parse: Callable[[str], float]) -> Field:
    def read() -> str | None:
        value = st.session_state.get(_key(what), default)
        return None if value == default else f"{value:.10g}"

    def write(text: str) -> None:
        st.session_state[_key(what)] = parse(text)

    return Field(what, read, write)


# The index has no default that holds for all weights: once there is one, it is in the link.
FIELDS = (
    _field("index", None, _parse_index),
    _field("first", _FIRST, parse_number),
    _field("step", _STEP, parse_number),
)


def show_walk(pipe: Pipeline, mean: Array, downloads: "DeltaGenerator") -> None:
    """Show the grids from a start (Z,), below their settings."""
    measured = measured_dimensions(pipe, checkpoint_directory())
    with st.container(horizontal=True, vertical_alignment="bottom"):
        index, first, step = _show_settings(pipe)
        _show_presets(measured)
    try:
        values = grid_values(first, step)
    except InputError as error:
        st.warning(str(error))
        return
    z = traverse(mean, index, values)
    out = pipe.decode(z)
    download_decoded(downloads, "walk", z, out, {f"dimension {index}": values.tolist()})
    description = pipe.description
    with st.container(key=keys.WALK_SAID):
        st.markdown(
            words().MET.format(
                met=plain(" → ".join(_met(out))), first=values[0], last=values[-1], index=index,
                value=mean[index], kl=description.latent_kl[index],
                deviation=description.latent_deviation[index], effects=_effects(measured, index),
            )
        )  # fmt: skip
    if (chosen_checkpoint(), index, first, step) == (
        POSTER_CHECKPOINT, POSTER_INDEX, POSTER_START, POSTER_STEP,
    ):  # fmt: skip
        met_then = ", ".join(map(str, POSTER_MET))
        said = words().AS_THE_POSTER.format(digit=POSTER_DIGIT, met=met_then, index=POSTER_INDEX)
        st.markdown(linked(said))
    short = grid_names(shown().classes)
    _show_grids(out, description, index, values, short)
    tell_walk(_told(pipe, mean, (index, first, step), measured, short))


def _told(
    pipe: Pipeline, mean: Array, walk: tuple[int, float, float], measured: Mapping[int, Measured],
    short: Sequence[str],
) -> dict[str, Any]:  # fmt: skip
    """Return what the page is told of a walk: where it reads it, and what it says of any other."""
    return {
        "start": {**told_choice(keys.LATENT_START), "mean": as_base64(mean)},
        "points": told_points(pipe),
        "fields": {
            name: {"key": _key(name), "value": value}
            for name, value in zip(("index", "first", "step"), walk, strict=True)
        },
        "range": {"key": _key("range"), "value": st.session_state[_key("range")]},
        "presets": _told_presets(measured),
        "kl": as_base64(np.array(pipe.description.latent_kl)),
        "deviation": as_base64(np.array(pipe.description.latent_deviation)),
        "effects": {index: each.effects for index, each in measured.items()},
        "grid": grid_texts(short),
        "texts": {
            "met": words().MET, "effects": words().EFFECTS, "effect": words().EFFECT,
            "notAlive": words().NOT_ALIVE, "noStudy": words().NO_STUDY,
            "outputs": {**shown().names, **words().OUTPUTS},
            "alts": {modality.name: _alt(modality) for modality in shown().modalities},
        },
    }  # fmt: skip


def _show_settings(pipe: Pipeline) -> tuple[int, float, float]:
    """Show the fields for the index, the first value and the step, and return them."""
    last = pipe.latent_size - 1
    index_key, first_key, step_key = map(_key, ("index", "first", "step"))
    if not 0 <= st.session_state.get(index_key, -1) <= last:  # a model of one's own may have become smaller
        st.session_state[index_key] = ranked_dimensions(pipe)[0]
    st.session_state.setdefault(first_key, _FIRST)
    st.session_state.setdefault(step_key, _STEP)
    index = st.number_input(
        words().INDEX.format(last=last), 0, last, key=index_key, persist_state="session", width=150
    )
    first = st.number_input(
        words().FIRST, -FURTHEST, FURTHEST, step=1.0, format="%g", key=first_key,
        persist_state="session", width=150,
    )  # fmt: skip
    step = st.number_input(
        words().STEP, -FURTHEST, FURTHEST, step=0.01, format="%g", key=step_key,
        persist_state="session", width=150,
    )  # fmt: skip
    _show_range(first, step)
    return index, first, step


def _show_range(first: float, step: float) -> None:
    """Show a slider for both ends of the walk, and how far it reaches."""
    state, range_key, reach_key = st.session_state, _key("range"), _key("reach")
    low, high = sorted((first, first + step * (GRID**2 - 1)))
    needed = next((reach for reach in REACHES if reach * _ROUNDED >= max(-low, high)), REACHES[-1])
    reach = state[reach_key] = max(needed, state.get(reach_key) or _USUAL_REACH)
    if range_key not in state or walk_between(*state[range_key]) != (first, step):
        state[range_key] = _within(reach, low, high)

    def walk(ends: tuple[float, float]) -> None:
        if ends[0] < ends[1]:  # both ends at one place are no walk
            state[_key("first")], state[_key("step")] = walk_between(*ends)

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


def _show_presets(measured: Mapping[int, Measured]) -> None:
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
            words().PRESETS[name].format(index=each.index, modality=_output(strongest)),
            key=f"{keys.PRESET}{name}", help=words().PRESET_HELP[name],
            on_click=guarded(_choose), args=(each.index,),
        )  # fmt: skip


def _told_presets(measured: Mapping[int, Measured]) -> dict[str, dict[str, Any]]:
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


def _show_grids(
    out: Decoding, description: Description, index: int, values: Array, short: Sequence[str]
) -> None:
    """Show a grid of each modality, side by side where there is room."""
    labels = [short[label] for label in out.label]
    met, row_labels = ", ".join(_met(out)), [f"{value:g}" for value in values[::GRID]]
    with st.container(horizontal=True):
        for modality in shown().modalities:
            grid = sample_grid(
                modality, out[modality.name], description.standardisation, labels,
                columns=GRID, row_labels=row_labels,
            )  # fmt: skip
            caption = words().HEAT_GRID if kind_of(modality).heat else words().GRID
            with st.container(key=f"{keys.WALK_GRID}{modality.name}"):
                alt = _alt(modality).format(name=modality.short_title, index=index, met=met)
                picture(grid, caption.format(name=plain(modality.short_title)), alt)
    explain_short_names(short)


def _alt(modality: Modality) -> str:
    """Return words for people who cannot see a grid, with places for name, index and met."""
    return words().HEAT_GRID_ALT if kind_of(modality).heat else words().GRID_ALT


def _met(out: Decoding) -> list[str]:
    """Name the classes along the walk, repetitions in a row once."""
    return class_names(labels_met(out.label))


def _effects(measured: Mapping[int, Measured], index: int) -> str:
    """Say what the study of disentanglement found that a dimension moves."""
    if not measured:
        return words().NO_STUDY
    if index not in measured:
        return words().NOT_ALIVE.format(index=index)
    effects = ", ".join(
        words().EFFECT.format(output=_output(output), effect=effect)
        for output, effect in measured[index].effects.items()
    )
    return words().EFFECTS.format(index=index, effects=effects)


def _output(name: str) -> str:
    """Name an output of the study, the label or a modality, within a sentence."""
    return words().OUTPUTS.get(name) or plain(shown().names[name])


def _choose(index: int) -> None:
    """Choose a dimension, and a walk that is wide enough for the label to change."""
    st.session_state[_key("index")] = index
    st.session_state[_key("first")] = _WIDER * _FIRST
    st.session_state[_key("step")] = _WIDER * _STEP


def _choose_poster() -> None:
    """Choose the checkpoint, start, index and step of the poster's Figure 3."""
    st.session_state[keys.CHECKPOINT] = st.session_state[keys.CHECKPOINT_PICKER] = POSTER_CHECKPOINT
    st.session_state[keys.LATENT_START] = str(POSTER_DIGIT)
    st.session_state[_key("index")] = POSTER_INDEX
    st.session_state[_key("first")] = POSTER_START
    st.session_state[_key("step")] = POSTER_STEP
