from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers import synthetic_collections
from streamlit.testing.v1 import AppTest

from mvae.checkpoint.latent_map import write_map
from mvae.data.collections import Collection
from mvae.tasks.find import find_task
from mvae.tasks.task import Task
from mvae.training.config import CONFIGS, TrainConfig
from mvae.training.run import fit
from mvae.ui.server import load
from mvae.ui.state.task import POSTERS, show, show_checkpoint

ROOT = Path(__file__).resolve().parents[2]
Opener = Callable[[str], AppTest]
OwnOpener = Callable[[Path, str], AppTest]


@pytest.fixture(scope="session", autouse=True)
def _warm() -> None:
    """Load torch and librosa before a page's time limit starts to count."""
    load(wait=True)


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch) -> Opener:
    """Run the app as a new session and go to the page whose script has this name."""
    monkeypatch.chdir(ROOT)

    def open_page(name: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
        app.switch_page(f"pages/{name}.py").run()
        assert not app.exception
        return app

    return open_page


@pytest.fixture
def open_own(open_page: Opener) -> Iterator[OwnOpener]:
    """Let the app show a checkpoint alone, as `streamlit run app.py -- --checkpoint DIR`, and open a page."""

    def open_own(directory: Path, page: str) -> AppTest:
        show_checkpoint(directory)
        return open_page(page)

    yield open_own
    show(POSTERS)


def trained(task: Task, collections: dict[str, Collection], out: Path, **settings: Any) -> Path:
    """Train briefly, and draw the map, as train.py does."""
    config = TrainConfig(task.apply_to(replace(CONFIGS["small"].model, hidden_size=32)), **settings)
    assert fit(config, collections, out, precision="float32", show_progress=False)
    write_map(out, collections)
    return out


@pytest.fixture(scope="session")
def wine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    task = find_task(f"{ROOT / 'examples' / 'wine.py'}:TASK")
    folder = tmp_path_factory.mktemp("wine")
    settings = {"epochs": 30, "batch_size": 32, "learning_rate": 4e-3, "average": 0.9}
    return trained(task, task.load("train", folder), folder / "wine", **settings)


@pytest.fixture(scope="session")
def four(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of patterns in place of the poster's data, which are not everywhere."""
    task = find_task(f"{ROOT / 'examples' / 'four_modalities.py'}:TASK")
    folder = tmp_path_factory.mktemp("four")
    western = task.loaders["western"]("train", folder)
    rows = np.concatenate([np.flatnonzero(western.labels == label)[:12] for label in range(10)])
    few = Collection(western.values[rows], western.labels[rows], western.groups[rows])
    return trained(task, synthetic_collections() | {"western": few}, folder / "four", epochs=2, batch_size=40)


@pytest.fixture(params=["wine", "four"])
def app_of(request: pytest.FixtureRequest, open_page: Opener) -> Iterator[Opener]:
    """Opens a page of an app that shows a model of another task."""
    show_checkpoint(request.getfixturevalue(request.param))
    yield open_page
    show(POSTERS)
