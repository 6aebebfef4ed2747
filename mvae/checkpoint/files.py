"""The files of a checkpoint: their names, and how they are written, all or none, and read.

Training writes the first five together (`mvae.files`):

- ``model.safetensors``: the averaged weights as float16, which is all that the app needs;
- ``checkpoint.json``: configuration, standardisation, hashes of the data, versions, statistics of the latent,
  and the hash of the weights, so that a damaged or mixed pair is noticed (`mvae.checkpoint.store`);
- ``metrics.jsonl``: one line an epoch;
- ``replay.png``: what the model imagined after each epoch (`mvae.checkpoint.replay`);
- ``resume.safetensors``: float32 weights and the optimiser's state (not in git);
- ``evaluation-<split>.json``, ``disentanglement.json``: what `python -m mvae evaluate` and `study` measured;
- ``familiarity.safetensors``: what the training data are like, to know what is unlike them;
- ``latent_map.safetensors``: the test split's latents on a map (`mvae.checkpoint.latent_map`);
- ``encoder-NAME.onnx``, ``decoder-NAME.onnx``, ``manifest.json``: the same model for a browser
  (`mvae.web.export`);
- ``first.safetensors``: what the model makes of the example with which the app begins
  (`mvae.inference.first`).
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import safetensors
from safetensors.torch import save
from torch import Tensor

from mvae.arguments import as_path
from mvae.checkpoint.description import is_finite
from mvae.checkpoint.place import DESCRIPTION, METRICS, read_file
from mvae.errors import CheckpointError
from mvae.files import InUseError, exclusive, read_current, write_together
from mvae.reading import is_regular_file, parse_json

_LARGEST_METRICS = 2**24  # bytes
_UNFINISHED = ("*.safetensors", DESCRIPTION, METRICS, "replay.png")


def read_metrics(directory: Path) -> list[dict[str, Any]]:
    """Read `metrics.jsonl`: one dictionary an epoch.

    The first line that was cut short, or is no epoch's, ends it: one that is not text, no dictionary, or
    lacks the epoch's number, its loss or its seconds. A file that cannot be read, or is too large, has none.
    """
    try:
        lines = read_file(as_path(directory, "A checkpoint") / METRICS, _LARGEST_METRICS).splitlines()
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


def _read_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    if not is_regular_file(path):
        raise FileNotFoundError(path)  # or a pipe, which would be waited for
    with safetensors.safe_open(path, framework="pt") as file:
        return {key: file.get_tensor(key) for key in file.keys()}, file.metadata() or {}  # noqa: SIM118
