"""An input spoilt by every strength, as its kind says: a sound as recorded, all else as prepared."""

from dataclasses import dataclass

import streamlit as st

from mvae.arrays import Array
from mvae.errors import InputError
from mvae.inference.pipeline import Pipeline
from mvae.modalities.base import Modality
from mvae.modalities.kinds import KINDS, kind_of
from mvae.modalities.sound import mfcc, read_recording
from mvae.modalities.wav_file import wav
from mvae.ui.state.contents import Content, Recording

STRENGTHS = tuple(range(0, 101, 10))  # per cent


@dataclass(frozen=True)
class Version:
    """An input spoilt by some strength.

    Attributes
    ----------
    values
        What the model is given; None where the sound was refused.
    complaint
        Why the sound was refused.
    """

    values: Array | None
    complaint: str = ""


def spoilt_versions(modality: Modality, content: Content | None, prepared: Array, way: str) -> list[Version]:
    """Spoil an input by all `STRENGTHS`, in a way that its kind knows."""
    if isinstance(content, Recording):
        return spoilt_sounds(content.sound, way)
    spoil = kind_of(modality).corruptions()[way]
    return [Version(spoil(prepared, strength / 100)) for strength in STRENGTHS]


@st.cache_resource(show_spinner=False, max_entries=32)
def spoilt_sounds(sound: bytes, way: str) -> list[Version]:
    """Spoil a recording by all strengths, before its MFCCs; sessions share the result, nobody changes it."""
    waveform, rate = read_recording(sound)
    spoil = KINDS["sound"].corruptions()[way]
    versions = []
    for strength in STRENGTHS:
        try:
            versions.append(Version(mfcc(spoil(waveform, strength / 100), rate)))
        except InputError as error:
            versions.append(Version(None, str(error)))
    return versions


def spoilt_file(sound: bytes, way: str, strength: int) -> bytes:
    """Return the wav file of a recording spoilt by a strength, in per cent.

    No cache holds it: a recording may take megabytes, and there are eleven strengths.
    """
    waveform, rate = read_recording(sound)
    return wav(KINDS["sound"].corruptions()[way](waveform, strength / 100), rate)


def strangeness(pipe: Pipeline, modality: Modality, version: Version) -> float:
    """Return how unlike the training data a version is: above 1, the app warns of an input like it."""
    if version.values is None:
        return 0.0
    (out,) = pipe.complete({modality.name: version.values}, [(modality.name,)])
    return pipe.unfamiliarity(out).get(modality.name, 0.0)
