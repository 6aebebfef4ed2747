"""Every page, with a model of another task: two vectors of wine, and four modalities of digits."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers import synthetic_collections
from streamlit.testing.v1 import AppTest

from mvae.checkpoint.latent_map import write_map
from mvae.data.collections import Collection
from mvae.model.subsets import all_subsets
from mvae.tasks.find import find_task
from mvae.tasks.task import Task
from mvae.training.config import CONFIGS, TrainConfig
from mvae.training.run import fit
from mvae.ui import keys
from mvae.ui.experts.text import Experts
from mvae.ui.latent.text import LatentSpace
from mvae.ui.latent.text import words as latent_words
from mvae.ui.state.task import POSTERS, show, show_checkpoint, shown
from mvae.ui.training.text import Training
from tests.pages.conftest import ROOT, Opener

PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
TABS = {
    "experts": ("experts-view-kept", Experts.TABS),
    "latent_space": ("latent-view-kept", LatentSpace.TABS),
    "training": ("training-view-kept", Training.TABS),
}
"""Pages with tabs: where in the session it lies which one is open, and their names."""


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


def refused(app: AppTest) -> list[str]:
    """What a page says that went wrong."""
    return [item.value for item in (*app.error, *app.exception)]


def written(app: AppTest) -> str:
    """All that is written on a page, as Markdown or as HTML."""
    texts = [item.value for kind in (app.markdown, app.caption, app.info) for item in kind]
    return "\n".join([*texts, *(item.proto.body for item in app.get("html"))])


def alt_texts(app: AppTest) -> list[str]:
    return [item.proto.imgs[0].alt for item in app.get("image")]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens(app_of: Opener, page: str) -> None:
    app = app_of(page)
    assert not refused(app)
    assert not app.warning
    key, tabs = TABS.get(page, ("", {}))
    for name in tabs:
        app.session_state[key] = name
        app.run()
        assert not refused(app), name


@pytest.mark.parametrize("page", PAGES)
def test_no_page_speaks_of_what_the_task_has_not(app_of: Opener, page: str) -> None:
    if "farsi" in shown().names:
        pytest.skip("it has the poster's modalities, too")
    app = app_of(page)
    key, tabs = TABS.get(page, ("", {}))
    for name in tabs or [""]:
        if name:
            app.session_state[key] = name
            app.run()
        pictures = "\n".join(alt_texts(app))
        assert "Farsi" not in pictures, name
        assert "MFCC" not in pictures, name


def test_each_modality_is_given_and_made_on_the_first_page(app_of: Opener) -> None:
    app = app_of("draw_and_speak")
    names = shown().names
    for name in names:
        assert app.toggle(key=f"{keys.PRESENT}{name}").value == (name == next(iter(names)))
    for title in (each.title for each in shown().modalities):
        assert any(title in alt for alt in alt_texts(app))
    assert all(f">{title}<" in written(app) for title in names.values()), "the experts' shares"
    assert all(name in written(app) for name in shown().classes), "the label's probabilities"


def test_every_subset_has_a_row(app_of: Opener) -> None:
    app = app_of("all_subsets")
    (table,) = (item.proto.body for item in app.get("html") if "<table" in item.proto.body)
    assert table.count("<tr") >= len(all_subsets(tuple(shown().names)))
    for title in shown().names.values():
        assert title in table


def test_the_experts_shares_name_each_modality(app_of: Opener) -> None:
    app = app_of("experts")
    shares = "".join(item.proto.body for item in app.get("html") if "bars shares" in item.proto.body)
    assert all(f">{title}<" in shares for title in shown().experts.values())


def test_the_latent_space_decodes_every_modality_on_every_tab(app_of: Opener) -> None:
    app = app_of("latent_space")
    modalities, classes = shown().modalities, shown().classes
    assert len(alt_texts(app)) == len(modalities)
    assert latent_words().LEAD in written(app)
    offered = app.selectbox(key=keys.LATENT_START).options
    assert len(offered) >= len(classes) + 2
    app.session_state["latent-view-kept"] = "walk"
    app.run()
    assert len(alt_texts(app)) == len(modalities)
    app.session_state["latent-view-kept"] = "line"
    app.run()
    (film,) = alt_texts(app)
    assert all(title in film for title in shown().names.values())
    app.session_state["latent-view-kept"] = "map"
    app.run()
    assert len(alt_texts(app)) == len(modalities)
    assert app.button_group(key=keys.MAP_CLASS).options == [*classes]


def test_how_the_model_learned_is_drawn(app_of: Opener) -> None:
    app = app_of("training")
    assert app.get("plotly_chart")


def test_how_it_works_shows_the_inputs_of_the_task(app_of: Opener) -> None:
    app = app_of("how_it_works")
    assert app.button_group(key=keys.HOW_GIVEN).options == [*shown().names.values()]
    assert len(app.code) >= 5
    for title in shown().names.values():
        assert title in written(app) + "".join(alt_texts(app))
