"""What models imagine to hear, and what of it fills a session's empty slots."""

import streamlit as st

from mvae.arrays import Array
from mvae.errors import CheckpointError
from mvae.modalities.wav_file import wav
from mvae.tasks.digits import FARSI, KANNADA, SPEECH
from mvae.ui.results.completions import completion
from mvae.ui.state.models import chosen_checkpoint, load_pipeline
from mvae.ui.state.slots import (
    Recording,
    Slot,
    all_inputs,
    both_drawings,
    current_inputs,
    example,
    slots,
)
from mvae.ui.text import Common as Text


def imagine(slot: Slot, digit: int) -> None:
    """Put into the slot what the model imagines to hear for a digit of which it sees both drawings."""
    try:
        slot.put(imagined(digit))
    except CheckpointError as error:
        slot.complaint = str(error)


def imagined(digit: int, checkpoint: str | None = None) -> Recording:
    """Return what a model, or the chosen one, imagines to hear for a digit of which it sees both drawings.

    Raises
    ------
    CheckpointError
        If the checkpoint is missing or damaged.
    """
    return _imagined(checkpoint or chosen_checkpoint(), digit)


@st.cache_resource(show_spinner=False, max_entries=32)
def _imagined(checkpoint: str, digit: int) -> Recording:
    images = both_drawings(digit)
    (out,) = load_pipeline(checkpoint).complete(images, [tuple(images)])
    return Recording(wav(*out.audio()), Text.VOICE.format(digit=digit), out.mfcc, digit, checkpoint)


def suggest_drawings() -> int | None:
    """Let drawings that nobody gave be of the digit that the model reads, and return it.

    It reads it from what is switched on, else from what a person put in. None if that is nothing, or if the
    app has nothing to suggest.
    """
    theirs = {name: value for name, value in all_inputs().items() if not slots()[name].automatic}
    inputs = current_inputs() or theirs
    if not inputs or not any(slot.automatic and not slot.present for slot in slots().values()):
        return None
    digit = completion(chosen_checkpoint(), inputs).label
    for script in (FARSI, KANNADA):
        slots()[script.name].suggest(example(script.name, digit))
    return digit


def inputs_with_voice() -> dict[str, Array]:
    """Return `session.all_inputs`; where nobody spoke, the model says the digit of `suggest_drawings`.

    What nobody gave is switched off, also on the first page.
    """
    digit = suggest_drawings()
    if digit is not None:
        slots()[SPEECH.name].suggest(imagined(digit))
    return all_inputs()
