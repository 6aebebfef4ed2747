"""Checkpoints of other tasks than the poster's as a training leaves them: with metrics, replay and table."""

import json
from dataclasses import replace
from pathlib import Path

import torch

from mvae.checkpoint.files import write_atomically
from mvae.checkpoint.place import METRICS, weights_hash
from mvae.checkpoint.replay import replay_file
from mvae.evaluation.table import table_columns
from mvae.modalities.base import Modality
from mvae.model.model import MVAE, MVAEConfig
from mvae.model.subsets import all_subsets, subset_key
from mvae.tasks.digits import FARSI, KANNADA, SPEECH
from tests.pages.own_tasks import write_random_checkpoint

NAMED = ("alcohol", "hue")
TWO_VECTORS = (
    Modality("body", "Body of the wine", (2,), "gaussian", "vector", short="Body", value_names=NAMED),
    Modality("shares", "Shares", (3,), "bernoulli", "vector"),
)
GROWERS = ("Grower A", "<b>B</b> *of* $x$")
"""Names as somebody may give them."""
WESTERN = replace(FARSI, name="western", title="Western digit", short="")
FOUR = (FARSI, KANNADA, SPEECH, WESTERN)
TWO_SOUNDS = tuple(replace(SPEECH, name=name, title=name.title(), short="") for name in ("call", "song"))
SIX = tuple(
    Modality(f"part{number}", f"<i>Part</i> {number}", (2,), "gaussian", "vector") for number in range(6)
)


def write_checkpoint(
    directory: Path, modalities: tuple[Modality, ...], classes: tuple[str, ...], *, epochs: int = 2
) -> Path:
    """Write a model of these, as if it had been trained for so many epochs; return the directory."""
    write_random_checkpoint(directory, modalities, classes)
    keys = [subset_key(subset) for subset in all_subsets([each.name for each in modalities])]
    records = [
        {
            "epoch": epoch,
            "loss": 100.0 / epoch,
            "seconds": 1.0,
            "accuracy": {key: 50.0 + row + epoch for row, key in enumerate(keys)},
        }
        for epoch in range(1, epochs + 1)
    ]
    (directory / METRICS).write_text("".join(json.dumps(record) + "\n" for record in records))
    return directory


def add_strips(directory: Path, modalities: tuple[Modality, ...], classes: int, epochs: int) -> None:
    """Add a replay of so many epochs, each of another model."""
    names = tuple(str(label) for label in range(classes))
    config = MVAEConfig("linear", 4, 8, modalities=modalities, classes=names, label_weight=1.0)
    examples = {each.name: torch.zeros(classes, *each.shape) for each in modalities}
    for epoch in range(1, epochs + 1):
        torch.manual_seed(epoch)
        write_atomically(directory, replay_file(directory, epoch, MVAE(config), examples))


def write_measured(directory: Path, modalities: tuple[Modality, ...]) -> None:
    """Write a table of the test split in which each figure is another one."""
    subsets, columns = all_subsets([each.name for each in modalities]), table_columns(modalities)
    numbers = iter(range(len(subsets) * len(columns)))
    rows = [
        {"inputs": list(subset)} | {column: next(numbers) + 0.5 for column in columns} for subset in subsets
    ]
    content = {"weights_sha256": weights_hash(directory), "split": "test", "rows": rows}
    (directory / "evaluation-test.json").write_text(json.dumps(content))
