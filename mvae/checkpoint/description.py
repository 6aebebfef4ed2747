"""What `checkpoint.json` must say for a model to be built from it: looked at before anything is built."""

import math
from typing import Any

from mvae.modalities.kinds import KINDS
from mvae.model.model import LARGEST_HIDDEN, LARGEST_LATENT
from mvae.tasks.digits import MODALITIES
from mvae.tasks.task import MOST_CLASSES, MOST_MODALITIES

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
    if not _are_names(model["classes"]):
        msg = f"it does not name its classes, of which there may be {MOST_CLASSES}"
        raise ValueError(msg)
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
    means = values["latent_class_mean"]
    if means != [] and not (
        isinstance(means, list)
        and len(means) == len(model["classes"])
        and all(_are_numbers(mean, model["latent_size"]) for mean in means)
    ):
        msg = "latent_class_mean is not a latent for each class"
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


def read_format_2(values: dict[str, Any]) -> dict[str, Any]:
    """Return what a description of format 2, which knew the ten digits and no kinds, says in format 3."""
    short = {modality.name: modality.short for modality in MODALITIES}
    modalities = [
        {**each, "kind": (kind := "drawing" if each["likelihood"] == "bernoulli" else "sound")}
        | {"scarce": kind == "sound", "short": short.get(each["name"], "")}
        for each in values["model"]["modalities"]
    ]
    model = values["model"] | {"modalities": modalities, "classes": list("0123456789")}
    return values | {"model": model, "format": 3}


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
        and value["kind"] in KINDS
        and KINDS[value["kind"]].takes(value["shape"], value["likelihood"])
        and isinstance(value["scarce"], bool)
        and is_finite(value["weight"])
        and isinstance(value.get("short", ""), str)
        and len(names := value.get("value_names", [])) in {0, math.prod(value["shape"])}
        and all(isinstance(name, str) for name in names)
    )


def _are_names(values: object) -> bool:
    return (
        isinstance(values, list)
        and 0 < len(values) <= MOST_CLASSES
        and all(isinstance(each, str) for each in values)
    )


def _are_numbers(values: object, count: int) -> bool:
    return isinstance(values, list) and len(values) == count and all(map(is_finite, values))
