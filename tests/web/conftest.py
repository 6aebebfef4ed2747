"""Checkpoints with all that a browser needs: the shipped ones, and two trained in seconds."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from helpers import synthetic_collections
from playwright.sync_api import Playwright

from benchmarks.live_engine import serve_folders
from mvae.arrays import Array
from mvae.data.collections import Collection, load_split
from mvae.files import PROJECT
from mvae.model.scaling import scaled
from mvae.tasks.find import find_task
from mvae.training.config import TrainConfig
from mvae.training.run import fit
from mvae.web.export import write_export
from tests.web.javascript import JavaScript, javascript_in

EXAMPLES = PROJECT / "examples"
NAMES = (
    pytest.param("conv", marks=pytest.mark.data), pytest.param("linear", marks=pytest.mark.data),
    "wine", "four",
)  # fmt: skip
"""Of the checkpoints; what the shipped ones are given is real."""
Samples = Callable[[str], list[dict[str, Array]]]


@pytest.fixture(scope="session")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Name -> directory: conv, linear, wine and four."""
    folder = tmp_path_factory.mktemp("checkpoints")
    wine, four = (find_task(f"{EXAMPLES / name}.py:TASK") for name in ("wine", "four_modalities"))
    western = {"western": four.loaders["western"]("train", folder)}
    wanted = (
        ("wine", wine.model("conv", latent_size=5, hidden_size=30), wine.load("train", folder), 10),
        ("four", four.model("conv", latent_size=8, hidden_size=32), synthetic_collections() | western, 1),
    )
    for name, model, collections, epochs in wanted:
        train(folder / name, TrainConfig(model, epochs=epochs, batch_size=40), collections)
        write_export(folder / name)
    return {name: PROJECT / "checkpoints" / name for name in ("conv", "linear")} | {
        name: folder / name for name, *_ in wanted
    }


def train(out: Path, config: TrainConfig, collections: dict[str, Collection]) -> None:
    assert fit(replace(config, seed=1), collections, out, precision="float32", show_progress=False)


@pytest.fixture(scope="session")
def site(checkpoints: dict[str, Path]) -> Iterator[str]:
    """The address of a server with the engine and the checkpoints, each in a folder of its name."""
    with serve_folders(checkpoints) as address:
        yield address


@pytest.fixture(scope="session")
def javascript(playwright: Playwright) -> Iterator[JavaScript]:
    with javascript_in(playwright) as found:
        yield found


@pytest.fixture(scope="session")
def samples(data_dir: Path) -> Samples:
    """What gives prepared inputs of every modality for a checkpoint, by its name.

    For conv they are 100 drawings and 50 recordings, three of the same digit at a time.
    """

    def of(name: str) -> list[dict[str, Array]]:
        count = {"conv": 50, "linear": 10}.get(name, 5)
        if name == "wine":
            found = find_task(f"{EXAMPLES / 'wine.py'}:TASK").load("test", data_dir)
        elif name == "four":
            western = find_task(f"{EXAMPLES / 'four_modalities.py'}:TASK").loaders["western"]
            found = synthetic_collections() | {"western": western("test", data_dir)}
        else:
            found = load_split("test", data_dir)
        return [
            {key: prepared(each, index % len(np.unique(each.labels)), index) for key, each in found.items()}
            for index in range(count)
        ]

    return of


def prepared(collection: Collection, label: int, place: int) -> Array:
    """One of a class's samples, as a pipeline takes it."""
    rows = np.flatnonzero(collection.labels == label)
    return scaled(torch.from_numpy(collection.values[rows[place % len(rows)]])).numpy()
