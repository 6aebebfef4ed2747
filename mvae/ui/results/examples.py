"""Examples of each class, drawn from a template, recorded or imagined, and what of them fills empty slots."""

from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING

import streamlit as st

from mvae.arrays import Array
from mvae.errors import CheckpointError
from mvae.modalities.base import Modality
from mvae.modalities.spoken import spoken_digits
from mvae.ui import keys
from mvae.ui.results.completions import completion
from mvae.ui.state.contents import Content, Recording
from mvae.ui.state.contents import imagined as imagined_content
from mvae.ui.state.models import chosen_checkpoint, load_pipeline
from mvae.ui.state.slots import (
    Slot,
    all_inputs,
    current_inputs,
    example,
    given_contents,
    slots,
    templated,
    templates,
)
from mvae.ui.state.task import shown
from mvae.ui.text import Common as Text

if TYPE_CHECKING:
    from collections.abc import Mapping


def example_of(modality: Modality, label: int, checkpoint: str | None = None) -> Content:
    """Return an example of a class: drawn from its template, or recorded, or else as `imagined`."""
    if shown().has_templates(modality):
        return example(modality.name, label)
    if shown().has_recordings(modality):
        return recorded(label)
    return imagined(modality, label, checkpoint)


@cache
def recorded(digit: int) -> Recording:
    """Return a person's recording of a digit; sessions share it, nobody changes it."""
    from mvae.modalities.sound import mfcc, read_recording  # noqa: PLC0415 - librosa takes seconds to load

    spoken = spoken_digits()[digit]
    origin = Text.SAID_BY.format(speaker=spoken.speaker, name=shown().classes[digit], take=spoken.take)
    return Recording(spoken.sound, origin, mfcc(*read_recording(spoken.sound)), label=digit)


def fill(slot: Slot, modality: Modality, label: int) -> None:
    """Put the example of a class into a slot, or say there why there is none."""
    try:
        slot.put(example_of(modality, label))
    except CheckpointError as error:
        slot.complaint = str(error)


def imagined(modality: Modality, label: int, checkpoint: str | None = None) -> Content:
    """Return what a model, or the chosen one, imagines of a class in a modality.

    It is given the templates of the class where there are any; otherwise it decodes the mean latent of the
    class.

    Raises
    ------
    CheckpointError
        If the checkpoint is missing or damaged.
    """
    return _imagined(checkpoint or chosen_checkpoint(), modality.name, label)


@st.cache_resource(show_spinner=False, max_entries=64)
def _imagined(checkpoint: str, name: str, label: int) -> Content:
    modality = shown().modality(name)
    words = Text.IMAGINED_AS[modality.kind].format(name=shown().classes[label])
    return imagined_content(modality, _decoded(checkpoint, label)[name], words, label, checkpoint)


@st.cache_resource(show_spinner=False, max_entries=64)
def _decoded(checkpoint: str, label: int) -> "Mapping[str, Array]":
    """Return a class as a model imagines it, in all modalities by name."""
    pipe = load_pipeline(checkpoint)
    drawings = templates(label)
    if drawings:
        (out,) = pipe.complete(drawings, [tuple(drawings)])
        return out.outputs
    means = pipe.description.latent_class_mean
    if not means:
        raise CheckpointError(Text.NO_CLASS_MEANS)
    decoded = pipe.decode([means[label]])
    return {name: values[0] for name, values in decoded.outputs.items()}


def begin() -> None:
    """Give the first modality an example of a class before the first click, where there are no templates.

    Where there are, `mvae.ui.state.slots` does it, without a model.
    """
    if templated() or keys.BEGUN in st.session_state:
        return
    st.session_state[keys.BEGUN] = True
    first = shown().modalities[0]
    if slots()[first.name].content is None:
        slots()[first.name].content = example_of(first, shown().first_label)


def follow() -> None:
    """Let what nobody gave be of the class of what is given, as far as no model is needed to know that.

    Examples of one class have it. Of all else nobody knows yet what it is: then nothing is suggested, rather
    than what contradicts it.
    """
    labels = {content.label for content in given_contents()}
    if not labels:
        return
    label = labels.pop() if len(labels) == 1 else None
    for modality in shown().modalities:
        known = label is not None and shown().has_templates(modality)
        slots()[modality.name].suggest(example(modality.name, label) if known else None)


def fill_switched_on(modality: Modality) -> None:
    """Fill a drawing that nobody gave and that was switched on with the class that the others are read as."""
    slot = slots()[modality.name]
    if not (slot.present and slot.automatic and slot.is_blank and shown().has_templates(modality)):
        return
    inputs = current_inputs() or _inputs_of_persons()
    if inputs:
        with suppress(CheckpointError):  # the page will say it
            slot.content = example(modality.name, completion(chosen_checkpoint(), inputs).label)
            slot.version += 1


def suggest_drawings() -> int | None:
    """Let drawings that nobody gave be of the class that the model reads, and return it.

    It reads it from what is switched on, else from what a person put in. None if that is nothing, or if the
    app has nothing to suggest.
    """
    inputs = current_inputs() or _inputs_of_persons()
    if not inputs or not any(slot.automatic and not slot.present for slot in slots().values()):
        return None
    label = completion(chosen_checkpoint(), inputs).label
    for modality in templated():
        slots()[modality.name].suggest(example(modality.name, label))
    return label


def _inputs_of_persons() -> dict[str, Array]:
    """Return what is there and not the app's own choice, whether switched on or not."""
    return {name: value for name, value in all_inputs().items() if not slots()[name].automatic}


def inputs_with_examples() -> dict[str, Array]:
    """Return `all_inputs`; what nobody gave is an example of the class of `suggest_drawings`.

    What nobody gave is switched off, also on the first page.
    """
    label = suggest_drawings()
    if label is None:
        return all_inputs()
    for modality in shown().modalities:
        slot = slots()[modality.name]
        if slot.automatic and not slot.present and not shown().has_templates(modality):
            with suppress(CheckpointError):  # it does not know what is typical of the classes
                slot.suggest(example_of(modality, label))
    return all_inputs()
