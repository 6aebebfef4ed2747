"""Where checkpoints lie, and what their descriptions say without a model being built.

Nothing here loads torch: the app's first page does not wait for it.
"""

from functools import partial
from pathlib import Path

import safetensors

from mvae.arguments import as_path
from mvae.errors import CheckpointError
from mvae.files import INSTALLED, PROJECT, TRAIN, exists, read_current
from mvae.reading import LARGEST_JSON, is_regular_file, parse_json, read_regular_file

WEIGHTS, DESCRIPTION, METRICS = "model.safetensors", "checkpoint.json", "metrics.jsonl"
RESUME = "resume.safetensors"
FAMILIARITY, MAP = "familiarity.safetensors", "latent_map.safetensors"
MANIFEST = "manifest.json"
FIRST = "first.safetensors"
WEIGHTS_HASH = "weights_sha256"
"""Under which a file of tensors says for which weights it was measured."""
LARGEST_WEIGHTS = 2**30
"""Bytes of a file of tensors that is read."""
SHIPPED = PROJECT / "checkpoints"
_IN_GIT = (SHIPPED / "conv", SHIPPED / "linear")


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
            raise damaged(directory, f"{DESCRIPTION} is missing")
    said = str(path) if str(path).isprintable() else ascii(str(path))
    msg = f"There is no checkpoint “{said[:200]}”: neither {SHIPPED} nor that path holds {DESCRIPTION}. "
    if shipped in _IN_GIT:
        msg += f"Restore it {_restoring(shipped)}"
    else:
        msg += f"Train one with: {TRAIN} --config conv --out {said[:200]}"
    raise CheckpointError(msg)


def fits_weights(directory: Path, file: str) -> bool:
    """Whether a file of tensors was measured on the weights beside it; False where it is missing or damaged.

    Raises
    ------
    CheckpointError
        As `weights_hash`.
    """
    path = directory / file
    if not is_regular_file(path):
        return False
    try:
        with safetensors.safe_open(path, framework="numpy") as content:
            said = (content.metadata() or {}).get(WEIGHTS_HASH)
    except (OSError, safetensors.SafetensorError):
        return False
    return bool(said == weights_hash(directory))


def read_file(path: Path, most: int) -> bytes:
    """Read the newest version of a file, of so many bytes at the most."""
    return read_current(path, partial(read_regular_file, most=most))


def weights_hash(directory: Path) -> str:
    """Return the hash of the weights, as the checkpoint's description gives it.

    Raises
    ------
    CheckpointError
        If there is no description, or a damaged one.
    """
    try:
        return str(parse_json(read_file(directory / DESCRIPTION, LARGEST_JSON))["weights_sha256"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise damaged(directory, f"{DESCRIPTION} cannot be read") from error


def most_active(directory: Path) -> int:
    """Return the latent dimension with the largest KL divergence from the prior over the training triplets.

    It is 0 where that was not measured, or cannot be read: who loads the model is told of that.
    """
    try:
        divergences = parse_json(read_file(directory / DESCRIPTION, LARGEST_JSON))["latent_kl"]
        return max(range(len(divergences)), key=divergences.__getitem__, default=0)
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def damaged(directory: Path, reason: str) -> CheckpointError:
    """Return the error that says so, and what to do."""
    advice = replace(directory)
    if exists(directory / RESUME):
        advice = f"go on with: {TRAIN} --resume --out {directory} and the options it was begun with"
    return CheckpointError(f"The checkpoint {directory} is damaged ({reason}); {advice}")


def replace(directory: Path) -> str:
    """Say how to get a whole checkpoint in the place of one that cannot be loaded."""
    if directory.resolve() in _IN_GIT:
        return f"restore it {_restoring(directory)}"
    return f"move it away and train it anew with: {TRAIN} --out {directory}"


def _restoring(shipped: Path) -> str:
    return "by installing mvae-demo again" if INSTALLED else f"with: git checkout -- {shipped}"
