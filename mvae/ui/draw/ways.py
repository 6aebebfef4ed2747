"""How what is missing is imagined, several draws of it side by side, and what can be taken home."""

from typing import TYPE_CHECKING

import streamlit as st

from mvae.modalities.base import Modality
from mvae.ui import keys
from mvae.ui.draw.cards import all_given, note_shown, update, ways_are_shown
from mvae.ui.draw.outputs import latest
from mvae.ui.draw.text import DrawAndSpeak as Text
from mvae.ui.frame.download import Numbers, download_latest, handout_files, numbers, summary
from mvae.ui.inputs import imagination
from mvae.ui.runtime.callbacks import guarded
from mvae.ui.state import sampling
from mvae.ui.state.models import checkpoints, chosen_checkpoint
from mvae.ui.state.slots import current_inputs, given_names
from mvae.ui.state.task import shown
from mvae.ui.views.look import picture
from mvae.ui.views.ways import WAYS, WAYS_CELL, WAYS_SCALE

if TYPE_CHECKING:  # they import torch, for which the canvases do not wait
    from collections.abc import Sequence

    from mvae.inference.completion import Completion
    from mvae.inference.pipeline import Pipeline


def show_imagination() -> None:
    """Show how the missing modalities are imagined, and let that be changed."""
    if not given_names():
        return

    def keep_ways() -> None:
        st.session_state[keys.WAYS] = st.session_state[keys.WAYS_TOGGLE]
        update()

    with st.container(key=keys.IMAGINATION, horizontal=True, vertical_alignment="center"):
        imagination.controls(update, disabled=all_given())
        st.session_state[keys.WAYS_TOGGLE] = st.session_state.get(keys.WAYS, False)
        st.toggle(
            Text.WAYS, key=keys.WAYS_TOGGLE, help=Text.WAYS_HELP, on_change=guarded(keep_ways),
            disabled=all_given(),
        )  # fmt: skip


def show_ways() -> None:
    """Show eight draws of each missing modality, if they are wanted."""
    if not ways_are_shown() or not latest():
        return
    first = WAYS * (sampling.seed() or 0)
    pipe = latest()[-1].pipeline()
    outs = pipe.imagine(current_inputs(), range(first, first + WAYS))
    note_shown(keys.EIGHT_WAYS)
    with st.container(key=keys.EIGHT_WAYS):
        for modality in shown().modalities:
            with st.container(key=f"{keys.WAYS_OF}{modality.name}"):
                _ways(modality, outs, pipe)


def show_downloads() -> None:
    """Show what of the result can be taken home."""
    held, model = latest(), checkpoints()[chosen_checkpoint()]
    audible = bool(shown().of_kind("sound"))

    def result() -> Numbers:
        out = held[-1].answer.out
        return Numbers(summary(out), numbers(out), out.audio if audible else None, model)

    if given_names():
        more = handout_files(lambda: (held[-1].answer.out, held[-1].pipeline()))
        download_latest("draw-and-speak-result", result, audible=audible, more=more)


def _ways(modality: Modality, outs: "Sequence[Completion]", pipe: "Pipeline") -> None:
    """Show one modality imagined from several draws, or that there is nothing to imagine."""
    from mvae.ui.views.pictures import mosaic  # noqa: PLC0415 - not before the first paint
    from mvae.ui.views.samples import sample_image  # noqa: PLC0415 - as above

    if modality.name in outs[0].given:
        st.caption(Text.WAYS_GIVEN)
        return
    scales = pipe.description.standardisation
    tiles = [
        sample_image(modality, out[modality.name], scales, scale=WAYS_SCALE, cell=WAYS_CELL) for out in outs
    ]
    labels = ", ".join(shown().classes[out.label] for out in outs)
    alt = Text.WAYS_ALT.format(title=modality.title, labels=labels)
    picture(mosaic(tiles, WAYS // 2), f"{modality.title}: {Text.WAYS_CAPTION}", alt)
