"""From what a person gives, a file, a picture, a recording, an array, to what the pipeline takes.

Conventions
-----------
Images are float32 (28, 28) in [0, 1], ink high. MFCCs are float32 (13, 32) in MFCC units. Everything else is
refused with an `InputError`.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mvae.arguments import as_file, as_list, as_mapping, said
from mvae.arrays import as_floats
from mvae.errors import AudioError, InputError
from mvae.modalities.base import MFCC_COEFFICIENTS, MFCC_FRAMES
from mvae.modalities.drawing import prepare_drawing
from mvae.modalities.picture_files import read_picture
from mvae.model.model import Subset

FARTHEST_LATENT = 1e6
"""How far from 0 a latent may lie along an axis: nothing overflows."""
MOST_LATENTS = 50_000
"""Latents of one call: what they are decoded into takes 0.4 GB."""
MOST_COMPLETIONS = 1_000
"""Completions of one call."""
_FARTHEST = 1e6  # values of an input that the networks are asked about: nothing overflows


def drawing_of(value: object, title: str) -> NDArray[np.float32]:
    """Prepare a picture of a digit.

    Parameters
    ----------
    value
        A picture's file as a path or as bytes, a picture of Pillow, or whatever `mvae.arrays.as_array`
        takes, in the shapes of `mvae.modalities.drawing.prepare_drawing`.
    title
        What it is called in a sentence.

    Returns
    -------
    NDArray[np.float32]
        (28, 28) in [0, 1].

    Raises
    ------
    InputError
        If it is no picture, or a blank one.
    """
    content = as_file(value, f"The {title} drawing")
    prepared = prepare_drawing(value if content is None else read_picture(content))
    if prepared is None:
        msg = f"The {title} drawing is blank; draw a digit, or leave this modality out."
        raise InputError(msg)
    return prepared


def speech_of(value: object) -> NDArray[np.float32]:
    """Prepare a recording.

    Parameters
    ----------
    value
        A sound's file as a path or as bytes; a waveform and its rate; or (13, 32) MFCCs.

    Returns
    -------
    NDArray[np.float32]
        (13, 32).

    Raises
    ------
    InputError
        If it is none of these, or no digit can be heard.
    """
    content = as_file(value, "The recording", AudioError)
    if content is None and not (isinstance(value, list | tuple) and len(value) == 2):
        return _mfccs_of(value)
    from mvae.modalities.sound import mfcc, read_recording  # noqa: PLC0415 - librosa takes seconds to load

    pair: Any = value if content is None else read_recording(content)
    return mfcc(*pair)


def inputs_of(value: object, names: Sequence[str], shapes: Mapping[str, tuple[int, ...]]) -> dict[str, Any]:
    """Return what `Pipeline.prepare` gave, by name, once it was found to be that.

    Parameters
    ----------
    value
        A mapping.
    names
        Of the model's modalities.
    shapes
        Of their values.

    Raises
    ------
    InputError
        If it is no mapping, names something else, or holds other values.
    """
    inputs = as_mapping(value, "Inputs")
    check_names(inputs, names)
    if not inputs:
        msg = "All modalities are missing; give at least one of farsi, kannada and speech."
        raise InputError(msg)
    return {name: input_of(name, each, shapes[name]) for name, each in inputs.items()}


def input_of(name: str, value: object, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Return one modality's prepared input as float32, once it was found to be one; errors as `inputs_of`."""
    return as_floats(value, f"An input of {name}", shape, within=_FARTHEST)


def latents_of(value: object, latent_size: int) -> NDArray[np.float32]:
    """Return latents (n, Z) as float32.

    Raises
    ------
    InputError
        If they have another shape, are not finite, lie too far out, or are too many.
    """
    found = as_floats(value, "Latents", (None, latent_size), within=FARTHEST_LATENT)
    if len(found) > MOST_LATENTS:
        msg = f"These are {len(found):,} latents; take {MOST_LATENTS:,} at a time."
        raise InputError(msg)
    return found


def subsets_of(value: object, given: Collection[str], names: Sequence[str]) -> list[Subset]:
    """Return subsets of the inputs as tuples of names, once they were found to be that.

    Raises
    ------
    InputError
        If they are something else, name an input twice or one that is not given, or are empty.
    """
    found = []
    for each in as_list(value, "Subsets", MOST_COMPLETIONS):
        subset = tuple(as_list(each, "A subset, such as (“farsi”, “speech”),", len(names)))
        check_names(subset, names)
        if not subset or len(set(subset)) < len(subset):
            msg = "A subset must name at least one modality, and each once, such as (“farsi”, “speech”)."
            raise InputError(msg)
        missing = [name for name in subset if name not in given]
        if missing:
            msg = f"A subset names {missing[0]}, which is not among the inputs: {', '.join(given)}."
            raise InputError(msg)
        found.append(subset)
    return found


def check_names(found: Collection[Any], names: Sequence[str]) -> None:
    """Refuse what is no modality's name.

    Raises
    ------
    InputError
        With the names that there are.
    """
    for name in found:
        if not isinstance(name, str) or name not in names:
            msg = f"There is no modality {said(name)}; there are {', '.join(names)}."
            raise InputError(msg)


def _mfccs_of(value: object) -> NDArray[np.float32]:
    shape = (MFCC_COEFFICIENTS, MFCC_FRAMES)
    try:
        return input_of("speech", value, shape).copy()
    except InputError as error:
        msg = f"MFCCs must be {shape} finite numbers; for a sound give (waveform, rate), or a file."
        raise InputError(msg) from error
