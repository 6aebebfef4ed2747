"""Checkpoints: safe to load, written atomically, and whole or refused.

A checkpoint is a directory, of which training writes the first five files together (`mvae.files`):

- ``model.safetensors``: the averaged weights as float16, which is all that the app needs;
- ``checkpoint.json``: configuration, standardisation, hashes of the data, versions, statistics of the latent,
  and the hash of the weights, so that a damaged or mixed pair is noticed;
- ``metrics.jsonl``: one line an epoch;
- ``replay.png``: what the model imagined after each epoch (`mvae.checkpoint.replay`);
- ``resume.safetensors``: float32 weights and the optimiser's state (not in git);
- ``evaluation-<split>.json``, ``disentanglement.json``: what `python -m mvae evaluate` and `study` measured;
- ``familiarity.safetensors``: what the training digits are like, to know what is no digit;
- ``latent_map.safetensors``: the test split's latents on a map (`mvae.checkpoint.latent_map`);
- ``encoder-NAME.onnx``, ``decoder-NAME.onnx``, ``manifest.json``: the same model for a browser
  (`mvae.web.export`).
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import safetensors
import torch
from safetensors.torch import load, save
from torch import Tensor

from mvae.arguments import as_path
from mvae.checkpoint.description import check_description, is_finite, read_format_2
from mvae.errors import CheckpointError
from mvae.files import INSTALLED, PROJECT, TRAIN, InUseError, exclusive, exists, read_current, write_together
from mvae.model.model import MVAE, MVAEConfig
from mvae.model.scaling import Standardisation
from mvae.reading import LARGEST_JSON, is_regular_file, parse_json, read_regular_file

FORMAT = 3
LARGEST_WEIGHTS = 2**30
"""Bytes of a file of tensors that is read."""
_LARGEST_METRICS = 2**24  # bytes
SHIPPED = PROJECT / "checkpoints"
_IN_GIT = (SHIPPED / "conv", SHIPPED / "linear")
WEIGHTS, DESCRIPTION, METRICS = "model.safetensors", "checkpoint.json", "metrics.jsonl"
RESUME = "resume.safetensors"
_UNFINISHED = ("*.safetensors", DESCRIPTION, METRICS, "replay.png")
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


def find_checkpoint(name_or_path: str | Path) -> Path:
    """Return the directory of a shipped checkpoint ("conv", "linear") or of a path.

    Raises
    ------
    CheckpointError
        If there is none.
    """
    path = as_path(name_or_path, "A checkpoint")
    shipped = SHIPPED / path
    for directory in (shipped, path):
        if exists(directory / DESCRIPTION):
            return directory
        if exists(directory / RESUME):
            raise _damaged(directory, f"{DESCRIPTION} is missing")
    said = str(path) if str(path).isprintable() else ascii(str(path))
    msg = f"There is no checkpoint “{said[:200]}”: neither {SHIPPED} nor that path holds {DESCRIPTION}. "
    if shipped in _IN_GIT:
        msg += f"Restore it {_restoring(shipped)}"
    else:
        msg += f"Train one with: {TRAIN} --config conv --out {said[:200]}"
    raise CheckpointError(msg)


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
            raise _damaged(directory, f"{WEIGHTS} is not the file that {DESCRIPTION} describes")
        # Without allocating the random weights that loading would overwrite.
        with torch.device("meta"):
            model = MVAE(description.model)
        state = {name: _floats(name, tensor) for name, tensor in load(weights).items()}
        model.load_state_dict(state, assign=True)
    except _UNREADABLE as error:
        raise _damaged(directory, f"{type(error).__name__}: {error}".splitlines()[0][:200]) from error
    return model.eval().requires_grad_(requires_grad=False), description


def load_description(directory: Path) -> Description:
    """Read `checkpoint.json` alone.

    Raises
    ------
    CheckpointError
        If it is missing, damaged, or from another version.
    """
    try:
        return _parse_description(directory, _read(directory / DESCRIPTION, LARGEST_JSON))[0]
    except _UNREADABLE as error:
        raise _damaged(directory, f"{type(error).__name__}: {error}".splitlines()[0][:200]) from error


def _parse_description(directory: Path, text: bytes) -> tuple[Description, str]:
    """Return the description and the hash of the weights; raises any of `_UNREADABLE` if it is damaged."""
    values = parse_json(text)
    if type(values["format"]) is int and values["format"] == 2:
        values = read_format_2(values)
    if type(values["format"]) is not int or values["format"] != FORMAT:
        msg = (
            f"The checkpoint {directory} has format {str(values['format'])[:20]}, but this version reads "
            f"{FORMAT}; {_replace(directory)}"
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


def weights_hash(directory: Path) -> str:
    """Return the hash of the weights, as the checkpoint's description gives it.

    Raises
    ------
    CheckpointError
        If there is no description, or a damaged one.
    """
    try:
        return str(parse_json(_read(directory / DESCRIPTION, LARGEST_JSON))["weights_sha256"])
    except _UNREADABLE as error:
        raise _damaged(directory, f"{DESCRIPTION} cannot be read") from error


def read_metrics(directory: Path) -> list[dict[str, Any]]:
    """Read `metrics.jsonl`: one dictionary an epoch.

    The first line that was cut short, or is no epoch's, ends it: one that is not text, no dictionary, or
    lacks the epoch's number, its loss or its seconds. A file that cannot be read, or is too large, has none.
    """
    try:
        lines = _read(as_path(directory, "A checkpoint") / METRICS, _LARGEST_METRICS).splitlines()
    except OSError:
        return []
    records: list[dict[str, Any]] = []
    for line in lines:
        try:
            record = parse_json(line)
        except ValueError:
            break
        if not _is_epoch(record):
            break
        records.append(record)
    return records


def _is_epoch(record: object) -> bool:
    """Whether it holds the numbers that every epoch has."""
    return isinstance(record, dict) and all(
        is_finite(record.get(key)) for key in ("epoch", "loss", "seconds")
    )


@contextmanager
def writing_alone(directory: Path) -> Iterator[None]:
    """Have a checkpoint's directory for oneself, as `mvae.files.exclusive` gives it; it is still read.

    Raises
    ------
    CheckpointError
        If another process has it, or it cannot be written.
    """
    with ExitStack() as held:
        with _explained(directory):
            held.enter_context(exclusive(directory, leftovers=_UNFINISHED))
        yield


def write_atomically(directory: Path, files: Mapping[str, bytes]) -> None:
    """Write files that belong together, as `mvae.files.write_together` does.

    Raises
    ------
    CheckpointError
        If a training has the directory for itself, it cannot be written or the disk is full; files that were
        there before are untouched.
    """
    with _explained(directory):
        write_together(directory, files)


@contextmanager
def _explained(directory: Path) -> Iterator[None]:
    """Say in a sentence why a directory cannot be written."""
    try:
        yield
    except InUseError as error:
        msg = (
            f"Another training is writing into {directory}; wait until it has ended, or choose another "
            "directory."
        )
        raise CheckpointError(msg) from error
    except OSError as error:
        msg = (
            f"Could not write to {directory} ({error.strerror or error}); what was saved before is untouched."
            " Free some space or choose another directory, then start again; training goes on with --resume."
        )
        raise CheckpointError(msg) from error


def save_tensors(
    directory: Path, name: str, tensors: Mapping[str, Tensor], metadata: Mapping[str, str]
) -> None:
    """Write one safetensors file atomically. Errors as `write_atomically`."""
    write_atomically(directory, {name: tensors_file(tensors, metadata)})


def tensors_file(tensors: Mapping[str, Tensor], metadata: Mapping[str, str]) -> bytes:
    """Return the content of a safetensors file."""
    return save({key: value.contiguous() for key, value in tensors.items()}, dict(metadata))


def load_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Read what `save_tensors` wrote.

    Raises
    ------
    CheckpointError
        If the file is missing or damaged.
    """
    try:
        return read_current(path, _read_tensors)
    except (OSError, safetensors.SafetensorError) as error:
        msg = f"{path} is missing or damaged."
        raise CheckpointError(msg) from error


def _read(path: Path, most: int) -> bytes:
    """Read the newest version of a file, of so many bytes at the most."""
    return read_current(path, partial(read_regular_file, most=most))


def _read_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    if not is_regular_file(path):
        raise FileNotFoundError(path)  # or a pipe, which would be waited for
    with safetensors.safe_open(path, framework="pt") as file:
        return {key: file.get_tensor(key) for key in file.keys()}, file.metadata() or {}  # noqa: SIM118


def _read_pair(directory: Path) -> tuple[bytes, bytes]:
    """Return the description and the weights that belong to it, also while a training writes others."""
    while True:
        description = _read(directory / DESCRIPTION, LARGEST_JSON)
        weights = _read(directory / WEIGHTS, LARGEST_WEIGHTS)
        if _read(directory / DESCRIPTION, LARGEST_JSON) == description:
            return description, weights


def _damaged(directory: Path, reason: str) -> CheckpointError:
    advice = _replace(directory)
    if exists(directory / RESUME):
        advice = f"go on with: {TRAIN} --resume --out {directory} and the options it was begun with"
    return CheckpointError(f"The checkpoint {directory} is damaged ({reason}); {advice}")


def _replace(directory: Path) -> str:
    """Say how to get a whole checkpoint in the place of one that cannot be loaded."""
    if directory.resolve() in _IN_GIT:
        return f"restore it {_restoring(directory)}"
    return f"move it away and train it anew with: {TRAIN} --out {directory}"


def _restoring(shipped: Path) -> str:
    return "by installing mvae-demo again" if INSTALLED else f"with: git checkout -- {shipped}"
