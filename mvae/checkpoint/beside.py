"""What is measured on a checkpoint and lies beside its weights: written for these, and read for no others."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from safetensors import SafetensorError
from torch import Tensor

from mvae.arguments import as_path
from mvae.checkpoint.files import load_tensors, save_tensors
from mvae.checkpoint.place import WEIGHTS_HASH, weights_hash
from mvae.checkpoint.store import load_description
from mvae.errors import CheckpointError, InputError
from mvae.model.model import MVAEConfig
from mvae.reading import is_regular_file

_UNREADABLE = (
    CheckpointError, InputError, KeyError, ValueError, TypeError, IndexError, RuntimeError, SafetensorError,
)  # fmt: skip
_Built = TypeVar("_Built")


def save_beside(directory: Path, file: str, tensors: Mapping[str, Tensor]) -> None:
    """Write tensors as measured on the weights that are there."""
    save_tensors(directory, file, dict(tensors), {WEIGHTS_HASH: weights_hash(directory)})


def load_beside(
    directory: str | Path, file: str, command: str, build: Callable[[dict[str, Tensor], MVAEConfig], _Built]
) -> _Built | None:
    """Read what `save_beside` wrote: None where it was not written, or for other weights.

    Parameters
    ----------
    directory, file
        Of the checkpoint, and the name within.
    command
        Of ``python -m mvae``, which makes the file.
    build
        Makes of the tensors what is returned; may raise where they fit no such model.

    Raises
    ------
    CheckpointError
        If the file is damaged, or nothing can be built of it.
    """
    directory = as_path(directory, "A checkpoint")
    path = directory / file
    if not is_regular_file(path):
        return None
    try:
        tensors, metadata = load_tensors(path)
        if metadata.get(WEIGHTS_HASH) != weights_hash(directory):
            return None
        return build(tensors, load_description(directory).model)
    except _UNREADABLE as error:
        msg = f"{path} is damaged; make it again with: python -m mvae {command} --checkpoint {directory}"
        raise CheckpointError(msg) from error
