"""Checkpoints: safe to load, written atomically, and whole or refused.

A checkpoint is a directory with the files of `mvae.checkpoint.files`. Here are the two that make a model: its
weights, and what says how it is built.
"""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import safetensors
import torch
from safetensors.torch import load, save
from torch import Tensor

from mvae.checkpoint.description import check_description, read_format_2
from mvae.checkpoint.place import (
    DESCRIPTION,
    LARGEST_WEIGHTS,
    WEIGHTS,
    damaged,
    find_checkpoint,
    read_file,
    replace,
)
from mvae.errors import CheckpointError
from mvae.model.model import MVAE, MVAEConfig
from mvae.model.scaling import Standardisation
from mvae.reading import LARGEST_JSON, parse_json

FORMAT = 3
_UNREADABLE = (
    OSError, ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, RuntimeError,
    safetensors.SafetensorError,
)  # fmt: skip


@dataclass(frozen=True)
class Description:
    """What `checkpoint.json` says about the weights beside it.

    Attributes
    ----------
    model
        The configuration that rebuilds the network.
    standardisation
        Of each modality with a Gaussian likelihood, by name.
    training
        The training configuration, the seed among it.
    epochs
        How many were trained; a fraction where training was interrupted within one.
    data
        Name of each source -> sha256 of its content.
    versions
        Of Python and the libraries.
    machine
        What it was trained on; see `mvae.machine`.
    latent_kl
        (Z,) KL divergence of the joint posterior from the prior, in nats, averaged over training triplets.
    latent_deviation
        (Z,) standard deviation of the joint posterior's mean over training triplets.
    latent_class_mean
        (C, Z) mean of the joint posterior's mean over training triplets of each class; empty in checkpoints
        that were trained before there was one.
    """

    model: MVAEConfig
    standardisation: dict[str, Standardisation]
    training: dict[str, Any] = field(default_factory=dict)
    epochs: float = 0.0
    data: dict[str, str] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    machine: dict[str, Any] = field(default_factory=dict)
    latent_kl: list[float] = field(default_factory=list)
    latent_deviation: list[float] = field(default_factory=list)
    latent_class_mean: list[list[float]] = field(default_factory=list)


def checkpoint_files(model: MVAE, description: Description) -> dict[str, bytes]:
    """Return the weights' file and the description's, by name."""
    weights = save(
        {name: tensor.detach().half().cpu().contiguous() for name, tensor in model.state_dict().items()}
    )
    standardisation = {
        name: {"mean": each.mean.tolist(), "deviation": each.deviation.tolist()}
        for name, each in description.standardisation.items()
    }
    values = {
        "format": FORMAT,
        **{key: getattr(description, key) for key in ("training", "epochs", "data", "versions", "machine")},
        "model": description.model.to_json(),
        "standardisation": standardisation,
        "latent_kl": [round(value, 5) for value in description.latent_kl],
        "latent_deviation": [round(value, 5) for value in description.latent_deviation],
        "latent_class_mean": [[round(value, 5) for value in mean] for mean in description.latent_class_mean],
        "weights_sha256": hashlib.sha256(weights).hexdigest(),
    }
    return {WEIGHTS: weights, DESCRIPTION: (json.dumps(values, indent=1) + "\n").encode()}


def load_checkpoint(name_or_path: str | Path) -> tuple[MVAE, Description]:
    """Rebuild a model, ready for inference: float32, on the CPU, in evaluation mode.

    Raises
    ------
    CheckpointError
        If it is missing, damaged, from another version, or its two files do not belong together.
    """
    directory = find_checkpoint(name_or_path)
    try:
        text, weights = _read_pair(directory)
        description, expected_hash = _parse_description(directory, text)
        if hashlib.sha256(weights).hexdigest() != expected_hash:
            raise damaged(directory, f"{WEIGHTS} is not the file that {DESCRIPTION} describes")
        # Without allocating the random weights that loading would overwrite.
        with torch.device("meta"):
            model = MVAE(description.model)
        state = {name: _floats(name, tensor) for name, tensor in load(weights).items()}
        model.load_state_dict(state, assign=True)
    except _UNREADABLE as error:
        raise damaged(directory, f"{type(error).__name__}: {error}".splitlines()[0][:200]) from error
    return model.eval().requires_grad_(requires_grad=False), description


def load_description(directory: Path) -> Description:
    """Read `checkpoint.json` alone.

    Raises
    ------
    CheckpointError
        If it is missing, damaged, or from another version.
    """
    try:
        return _parse_description(directory, read_file(directory / DESCRIPTION, LARGEST_JSON))[0]
    except _UNREADABLE as error:
        raise damaged(directory, f"{type(error).__name__}: {error}".splitlines()[0][:200]) from error


def _parse_description(directory: Path, text: bytes) -> tuple[Description, str]:
    """Return the description and the hash of the weights; raises any of `_UNREADABLE` if it is damaged."""
    values = parse_json(text)
    if type(values["format"]) is int and values["format"] == 2:
        values = read_format_2(values)
    if type(values["format"]) is not int or values["format"] != FORMAT:
        msg = (
            f"The checkpoint {directory} has format {str(values['format'])[:20]}, but this version reads "
            f"{FORMAT}; {replace(directory)}"
        )
        raise CheckpointError(msg)
    values.setdefault("latent_class_mean", [])
    check_description(values)
    model = MVAEConfig.from_json(values["model"])
    description = Description(
        model=model,
        standardisation={
            name: Standardisation(
                np.array(each["mean"], np.float32),
                np.array(each["deviation"], np.float32),
                sequence=len(model.modality(name).shape) > 1,
            )
            for name, each in values["standardisation"].items()
        },
        **{
            key: values[key]
            for key in (
                "training",
                "epochs",
                "data",
                "versions",
                "machine",
                "latent_kl",
                "latent_deviation",
                "latent_class_mean",
            )
        },
    )
    return description, str(values["weights_sha256"])


def _floats(name: str, tensor: Tensor) -> Tensor:
    """Return weights as float32; raises ValueError if they are no finite numbers."""
    if not tensor.is_floating_point():
        msg = f"{name} is of the type {tensor.dtype}"
        raise ValueError(msg)
    if not tensor.isfinite().all():
        msg = f"{name} holds values that are not finite numbers"
        raise ValueError(msg)
    return tensor.float()


def _read_pair(directory: Path) -> tuple[bytes, bytes]:
    """Return the description and the weights that belong to it, also while a training writes others."""
    while True:
        description = read_file(directory / DESCRIPTION, LARGEST_JSON)
        weights = read_file(directory / WEIGHTS, LARGEST_WEIGHTS)
        if read_file(directory / DESCRIPTION, LARGEST_JSON) == description:
            return description, weights
