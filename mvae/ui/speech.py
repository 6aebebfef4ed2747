"""The speech card's sounds: a recording or a file -> a `Recording`, and a waveform -> a wav file."""

import io
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mvae.errors import CheckpointError, InputError
from mvae.modalities import FARSI, KANNADA, SPEECH
from mvae.preprocess.sound_file import FORMATS
from mvae.ui.server import hurry
from mvae.ui.session import (
    Array,
    Recording,
    Slot,
    all_inputs,
    both_drawings,
    chosen_checkpoint,
    completion,
    current_inputs,
    example,
    load_pipeline,
    slots,
)
from mvae.ui.text import Common as Text
from mvae.ui.turns import waiting

RECORDING_RATE = 48_000
"""Hertz. At lower rates `st.audio_input` skips samples without a filter: high tones fold into the voice."""
FILE_TYPES = ("audio", ".mp4", ".3gp", ".webm", ".opus", ".aif", ".aiff", ".caf", ".amr", ".wma")
"""What can be chosen: all that a browser takes for sound, and names that say video, or nothing, to it.

What a file is, its content decides (`mvae.preprocess.sound_file`).
"""


def microphone(slot: Slot, update: Callable[[], None]) -> None:
    """Show the recorder; what it records goes into the slot, and `update` is called."""
    key = f"microphone-{slot.version}"
    st.audio_input(
        Text.SAY_ONE,
        sample_rate=RECORDING_RATE,
        key=key,
        on_change=partial(_recorded, slot, key, update),
    )


def upload(slot: Slot, update: Callable[[], None]) -> None:
    """Show the choice of a sound file, which goes into the slot, and `update` is called."""
    key = f"upload-{slot.version}"
    st.file_uploader(
        Text.SOUND_FILE.format(formats=", ".join(FORMATS)),
        FILE_TYPES,
        key=key,
        on_change=partial(_uploaded, slot, key, update),
    )


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


def player(audible: Callable[[], tuple[NDArray[np.float32], int]], description: str) -> None:
    """Show a button that makes a sound and plays it; most sounds are never asked for, and each takes a while.

    Parameters
    ----------
    audible
        Makes the waveform, in [-1, 1], and says its rate in hertz.
    description
        For people who cannot see the player.
    """
    place = st.empty()
    if not place.button(Text.LISTEN, icon=":material/volume_up:", key="listen", help=description):
        return
    while hurry().is_alive():
        # A call to Streamlit is where a newer run may take over from this one.
        place.caption(Text.VOICE_COMES)
        with waiting():
            time.sleep(0.1)
    place.audio(wav(*audible()), autoplay=True, alt=description)


def wav(waveform: NDArray[np.float32], sample_rate: int) -> bytes:
    """Write a waveform in [-1, 1] as a 16-bit wav file."""
    import soundfile  # noqa: PLC0415 - not before the first paint

    file = io.BytesIO()
    soundfile.write(file, waveform, sample_rate, format="WAV", subtype="PCM_16")
    return file.getvalue()


def _recorded(slot: Slot, key: str, update: Callable[[], None]) -> None:
    sound = st.session_state[key]
    slot.complaint = ""
    if sound is not None:
        _listen(slot, sound.getvalue(), Text.MICROPHONE, from_widget=True)
    elif isinstance(slot.content, Recording) and slot.content.origin == Text.MICROPHONE:
        slot.put(None, from_widget=True)
    update()


def _uploaded(slot: Slot, key: str, update: Callable[[], None]) -> None:
    file = st.session_state[key]
    slot.complaint = ""
    if file is not None:
        _listen(slot, file.getvalue(), Path(file.name).name, from_widget=False)
    update()


def _listen(slot: Slot, sound: bytes, origin: str, *, from_widget: bool) -> None:
    from mvae.preprocess.audio import mfcc, read_recording  # noqa: PLC0415 - librosa takes seconds to load

    try:
        waveform, rate = read_recording(sound)
        coefficients = mfcc(waveform, rate)
    except InputError as error:
        slot.complaint = str(error)
        return
    if not sound.startswith(b"RIFF"):  # which every browser can play, and nobody decodes a second time
        sound = wav(waveform / max(1.0, float(np.abs(waveform).max())), rate)
    slot.put(Recording(sound, origin, coefficients), from_widget=from_widget)
