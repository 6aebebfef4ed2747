"""The commands that make what a checkpoint lacks, as its own person would type them."""

from pathlib import Path

from mvae.checkpoint import place
from mvae.files import TRAIN
from mvae.ui.state.task import shown
from mvae.ui.training.text import Training as Text


def train_command(directory: Path) -> str:
    """Return the command that trains such a model anew."""
    if _is_shipped(directory):
        options = f"--config {directory.name}"
    else:
        options = "--config conv" if shown().is_posters else f"--task {Text.TASK}"
    return f"{TRAIN} {options} --out runs/{directory.name}"


def evaluate_command(directory: Path, split: str) -> str:
    """Return the command that measures the table of a split."""
    file = f"evaluation-{split}.json"
    if _is_shipped(directory):
        name, path = directory.name, f"{place.SHIPPED.name}/{directory.name}/{file}"
    else:
        name, path = str(directory), str(directory / file)
    task = "" if shown().is_posters else f" --task {Text.TASK} --only table"
    return f"python -m mvae evaluate --checkpoint {name} --split {split}{task} --json {path}"


def _is_shipped(directory: Path) -> bool:
    return directory.parent == place.SHIPPED
