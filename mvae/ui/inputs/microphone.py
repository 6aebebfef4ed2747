"""The speech card's sounds: a recording or a file -> a `Recording`, and a waveform -> a wav file."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import streamlit as st

from mvae.errors import InputError
from mvae.modalities.base import Modality
from mvae.modalities.sound_file import FORMATS
from mvae.modalities.wav_file import wav
from mvae.ui import keys
from mvae.ui.runtime.callbacks import guarded
from mvae.ui.state.contents import Recording
from mvae.ui.state.slots import Slot
from mvae.ui.state.task import shown
from mvae.ui.text import Common
from mvae.ui.text import Inputs as Text

RECORDING_RATE = 48_000
"""Hertz. At lower rates `st.audio_input` skips samples without a filter: high tones fold into the voice."""
FILE_TYPES = ("audio", ".mp4", ".3gp", ".webm", ".opus", ".aif", ".aiff", ".caf", ".amr", ".wma")
"""What can be chosen: all that a browser takes for sound, and names that say video, or nothing, to it.

What a file is, its content decides (`mvae.modalities.sound_file`).
"""


def microphone(modality: Modality, slot: Slot, update: Callable[[], None]) -> None:
    """Show the recorder; what it records goes into the slot, and `update` is called."""
    key = f"{keys.MICROPHONE}{modality.name}-{slot.version}"
    st.audio_input(
        Text.SAY_ONE if shown().is_posters else Text.SAY.format(title=modality.title),
        sample_rate=RECORDING_RATE,
        key=key,
        on_change=guarded(partial(_recorded, slot, key, update)),
    )


def upload(modality: Modality, slot: Slot, update: Callable[[], None]) -> None:
    """Show the choice of a sound file, which goes into the slot, and `update` is called."""
    key = f"{keys.UPLOAD}{modality.name}-{slot.version}"
    st.file_uploader(
        (Text.SOUND_FILE if shown().is_posters else Text.ANY_SOUND_FILE).format(formats=", ".join(FORMATS)),
        FILE_TYPES,
        key=key,
        on_change=guarded(partial(_uploaded, slot, key, update)),
    )


def _recorded(slot: Slot, key: str, update: Callable[[], None]) -> None:
    sound = st.session_state[key]
    slot.complaint = ""
    if sound is not None:
        _listen(slot, sound.getvalue(), Common.MICROPHONE, from_widget=True)
    elif isinstance(slot.content, Recording) and slot.content.origin == Common.MICROPHONE:
        slot.put(None, from_widget=True)
    update()


def _uploaded(slot: Slot, key: str, update: Callable[[], None]) -> None:
    file = st.session_state[key]
    slot.complaint = ""
    if file is not None:
        _listen(slot, file.getvalue(), Path(file.name).name, from_widget=False)
    update()


def _listen(slot: Slot, sound: bytes, origin: str, *, from_widget: bool) -> None:
    from mvae.modalities.sound import mfcc, read_recording  # noqa: PLC0415 - librosa takes seconds to load

    try:
        waveform, rate = read_recording(sound)
        coefficients = mfcc(waveform, rate)
    except InputError as error:
        slot.complaint = str(error)
        return
    if not sound.startswith(b"RIFF"):  # which every browser can play, and nobody decodes a second time
        sound = wav(waveform / max(1.0, float(np.abs(waveform).max())), rate)
    slot.put(Recording(sound, origin, coefficients), from_widget=from_widget)
