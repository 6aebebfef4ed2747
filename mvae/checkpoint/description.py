"""What `checkpoint.json` must say for a model to be built from it: looked at before anything is built."""

import math
from typing import Any

from mvae.model.model import LARGEST_HIDDEN, LARGEST_LATENT

MOST_MODALITIES = 16
LARGEST_SAMPLE = 2**20
"""Values of one sample of a modality."""


def check_description(values: dict[str, Any]) -> None:
    """Refuse what describes no model.

    Raises
    ------
    ValueError
        With what is wrong, to go into a sentence.
    KeyError, TypeError, AttributeError
        If something is missing, or is of another type.
    """
    model = values["model"]
    sizes = ((model["latent_size"], LARGEST_LATENT), (model["hidden_size"], LARGEST_HIDDEN))
    modalities = model["modalities"]
    if (
        not all(_is_size(size, limit) for size, limit in sizes)
        or not 0 < len(modalities) <= MOST_MODALITIES
        or not all(_is_modality(each) for each in modalities)
    ):
        msg = "it describes no model of a possible size"
        raise ValueError(msg)
    expected = {each["name"]: each["shape"][0] for each in modalities if each["likelihood"] == "gaussian"}
    found = values["standardisation"]
    if found.keys() != expected.keys() or not all(
        _are_numbers(each["mean"], expected[name]) and _are_numbers(each["deviation"], expected[name])
        for name, each in found.items()
    ):
        msg = "it lacks the standardisation of a modality"
        raise ValueError(msg)
    if not all(deviation > 0 for each in found.values() for deviation in each["deviation"]):
        msg = "a standard deviation is not positive"
        raise ValueError(msg)
    for key in ("latent_kl", "latent_deviation"):
        if values[key] != [] and not _are_numbers(values[key], model["latent_size"]):
            msg = f"{key} is not a number for each dimension"
            raise ValueError(msg)
    if not is_finite(values["epochs"]) or not all(
        isinstance(values[key], dict) for key in ("training", "data", "versions", "machine")
    ):
        msg = "it does not say how the model was trained"
        raise ValueError(msg)


def is_finite(value: object) -> bool:
    """Whether a value of JSON is a number that a float can hold."""
    return type(value) in {int, float} and abs(value) < _LARGEST  # type: ignore[arg-type] # a number


_LARGEST = 3e38  # of float32


def _is_size(value: object, most: int) -> bool:
    return type(value) is int and 0 < value <= most


def _is_modality(value: dict[str, Any]) -> bool:
    return (
        all(_is_size(side, LARGEST_SAMPLE) for side in value["shape"])
        and 0 < len(value["shape"]) <= 4
        and math.prod(value["shape"]) <= LARGEST_SAMPLE
        and value["likelihood"] in {"bernoulli", "gaussian"}
        and is_finite(value["weight"])
    )


def _are_numbers(values: object, count: int) -> bool:
    return isinstance(values, list) and len(values) == count and all(map(is_finite, values))
