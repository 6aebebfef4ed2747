"""The two worked examples, trained briefly once for all tests of this folder."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from mvae.checkpoint.latent_map import write_map
from mvae.data.collections import Collection
from mvae.tasks.find import find_task
from mvae.tasks.task import Task
from mvae.training.config import TrainConfig
from mvae.training.run import fit

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
_SYNTHETIC = """
import sys
from dataclasses import replace

sys.path += {paths}
import four_modalities
from helpers import synthetic_collections

made = synthetic_collections()
TASK = replace(
    four_modalities.TASK,
    loaders=four_modalities.TASK.loaders | {{name: lambda *_, name=name: made[name] for name in made}},
    training_loaders={{}},
    hash_files=None,
)
"""


@dataclass(frozen=True)
class Example:
    """A task, as it is named on a command line, and a checkpoint of it."""

    named: str
    task: Task
    train: dict[str, Collection]
    test: dict[str, Collection]
    checkpoint: Path


def _trained(named: str, place: Path, config: TrainConfig) -> Example:
    task = find_task(named)
    train, test = (task.load(split, place) for split in ("train", "test"))
    out = place / task.name
    chosen = replace(config, model=task.apply_to(config.model), seed=1)
    assert fit(chosen, train, out, precision="float32", show_progress=False)
    write_map(out, test)
    return Example(named, task, train, test, out)


@pytest.fixture(scope="session")
def wine(tmp_path_factory: pytest.TempPathFactory) -> Example:
    """Two vector modalities, three classes."""
    model = TrainConfig().model
    small = replace(model, encoder="conv", latent_size=8, hidden_size=64)
    config = TrainConfig(small, epochs=40, batch_size=32, learning_rate=4e-3, average=0.9)
    return _trained(f"{EXAMPLES / 'wine.py'}:TASK", tmp_path_factory.mktemp("wine"), config)


@pytest.fixture(scope="session")
def four(tmp_path_factory: pytest.TempPathFactory) -> Example:
    """Four modalities, of which the poster's three are synthetic here."""
    place = tmp_path_factory.mktemp("four")
    file = place / "four.py"
    file.write_text(_SYNTHETIC.format(paths=[str(EXAMPLES), str(Path(__file__).resolve().parents[1])]))
    small = replace(TrainConfig().model, encoder="conv", latent_size=8, hidden_size=32)
    return _trained(f"{file}:TASK", place, TrainConfig(small, epochs=1, batch_size=40))
