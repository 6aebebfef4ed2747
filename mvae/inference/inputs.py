"""What a pipeline takes: prepared inputs by name, subsets of them, latents. All else is an `InputError`."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mvae.arguments import as_list, as_mapping, said
from mvae.arrays import as_floats
from mvae.errors import InputError
from mvae.modalities.kinds import FARTHEST
from mvae.model.subsets import Subset

FARTHEST_LATENT = 1e6
"""How far from 0 a latent may lie along an axis: nothing overflows."""
MOST_LATENTS = 50_000
"""Latents of one call: what they are decoded into takes 0.4 GB."""
MOST_COMPLETIONS = 1_000
"""Completions of one call."""


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
        msg = f"All modalities are missing; give at least one of {_enumerated(names)}."
        raise InputError(msg)
    return {name: input_of(name, each, shapes[name]) for name, each in inputs.items()}


def input_of(name: str, value: object, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Return one modality's prepared input as float32, once it was found to be one; errors as `inputs_of`."""
    return as_floats(value, f"An input of {name}", shape, within=FARTHEST)


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
    example = f"({', '.join(f'“{name}”' for name in dict.fromkeys((names[0], names[-1])))})"
    for each in as_list(value, "Subsets", MOST_COMPLETIONS):
        subset = tuple(as_list(each, f"A subset, such as {example},", len(names)))
        check_names(subset, names)
        if not subset or len(set(subset)) < len(subset):
            msg = f"A subset must name at least one modality, and each once, such as {example}."
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


def _enumerated(names: Sequence[str]) -> str:
    """Join names as a sentence does: "a, b and c"."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
