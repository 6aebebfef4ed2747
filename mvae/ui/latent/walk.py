"""The poster's Figure 3: 100 values of one dimension, as a grid of each modality."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
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
    traverse,
)
from mvae.inference.pipeline import Pipeline
from mvae.modalities.base import Modality
from mvae.modalities.kinds import kind_of
from mvae.ui import keys
from mvae.ui.frame.download import Numbers, download_latest
from mvae.ui.frame.link import keep_link
from mvae.ui.frame.live import as_base64, run_unpainted
from mvae.ui.glossary.links import linked
from mvae.ui.latent.decoded import class_names, explain_short_names, numbers_of
from mvae.ui.latent.live import tell_walk
from mvae.ui.latent.start import told_choice, told_points
from mvae.ui.latent.text import words
from mvae.ui.latent.walk_settings import (
    POSTER_CHECKPOINT,
    POSTER_DIGIT,
    POSTER_INDEX,
    POSTER_MET,
    POSTERS_WALK,
    Walk,
    complete_settings,
    current_walk,
    is_possible,
    output_in_words,
    show_presets,
    show_settings,
    told_presets,
    walk_key,
)
from mvae.ui.runtime.parts import Looks, show_part
from mvae.ui.state.fields import Field
from mvae.ui.state.models import checkpoint_directory, checkpoints, chosen_checkpoint
from mvae.ui.state.task import shown
from mvae.ui.views.look import picture, plain
from mvae.ui.views.pictures import grid_texts
from mvae.ui.views.samples import sample_grid
from mvae.ui.views.short import grid_names

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator


def show_walk(pipe: Pipeline, mean: Array, fields: Sequence[Field], downloads: "DeltaGenerator") -> None:
    """Show the grids from a start (Z,), below their settings.

    Once the page paints what the model makes, the server shows the grids only when it shows the tab.
    """
    measured = measured_dimensions(pipe, checkpoint_directory())
    latest: deque[Walk] = deque(maxlen=1)  # what the page shows, whoever has painted it
    model = checkpoints()[chosen_checkpoint()]
    complete_settings(pipe)
    looks: Looks = {
        keys.WALK_SETTINGS: chosen_checkpoint, keys.WALK_OUTPUTS: _outputs_look, keys.LINK: object,
        keys.DOWNLOAD: is_possible,
    }  # fmt: skip

    def update() -> None:
        run_unpainted(looks, [keys.WALK_OUTPUTS])

    def settings() -> None:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            show_settings(pipe, update)
            show_presets(measured, update)

    def keep() -> None:
        latest.append(current_walk())
        keep_link(fields)

    def files() -> None:
        if is_possible():
            download_latest("walk", result, audible=False)

    def result() -> Numbers:
        walk = latest[-1]
        values = grid_values(walk.first, walk.step)
        z = traverse(mean, walk.index, values)
        where = {f"dimension {walk.index}": values.tolist()}
        return Numbers(*numbers_of(z, pipe.decode(z), where), None, model)

    show_part(looks, keys.WALK_SETTINGS, settings)
    show_part(looks, keys.WALK_OUTPUTS, partial(_show_outputs, pipe, mean, measured, update))
    show_part(looks, keys.LINK, keep)
    with downloads:
        show_part(looks, keys.DOWNLOAD, files)


def _outputs_look() -> object:
    """Return what the outputs depend on besides the numbers of a walk, of which the page paints the grids."""
    return is_possible(), current_walk() == POSTERS_WALK


def _show_outputs(
    pipe: Pipeline, mean: Array, measured: Mapping[int, Measured], update: Callable[[], None]
) -> None:
    """Show the grids of the walk that is set, from a start (Z,), and what is said of it."""
    walk = current_walk()
    index = walk.index
    try:
        values = grid_values(walk.first, walk.step)
    except InputError as error:
        st.warning(str(error))
        return
    out = pipe.decode(traverse(mean, index, values))
    description = pipe.description
    with st.container(key=keys.WALK_SAID):
        st.markdown(
            words().MET.format(
                met=plain(" → ".join(_met(out))), first=values[0], last=values[-1], index=index,
                value=mean[index], kl=description.latent_kl[index],
                deviation=description.latent_deviation[index], effects=_effects(measured, index),
            )
        )  # fmt: skip
    if chosen_checkpoint() == POSTER_CHECKPOINT and walk == POSTERS_WALK:
        met_then = ", ".join(map(str, POSTER_MET))
        said = words().AS_THE_POSTER.format(digit=POSTER_DIGIT, met=met_then, index=POSTER_INDEX)
        st.markdown(linked(said))
    short = grid_names(shown().classes)
    _show_grids(out, description, index, values, short)
    tell_walk(_told(pipe, mean, walk, measured, short), update)


def _told(
    pipe: Pipeline, mean: Array, walk: Walk, measured: Mapping[int, Measured], short: Sequence[str]
) -> dict[str, Any]:
    """Return what the page is told of a walk: where it reads it, and what it says of any other."""
    return {
        "start": {**told_choice(keys.LATENT_START), "mean": as_base64(mean)},
        "points": told_points(pipe),
        "fields": {
            name: {"key": walk_key(name), "value": value}
            for name, value in asdict(walk).items()
        },
        "range": {"key": walk_key("range"), "value": st.session_state[walk_key("range")]},
        "presets": told_presets(measured),
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
        words().EFFECT.format(output=output_in_words(output), effect=effect)
        for output, effect in measured[index].effects.items()
    )
    return words().EFFECTS.format(index=index, effects=effects)
