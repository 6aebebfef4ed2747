"""The page Training, of models of other tasks than the poster's."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from mvae.checkpoint.place import METRICS
from mvae.tasks.digits import TASK
from tests.pages.conftest import OwnOpener
from tests.pages.other_tasks import (
    FOUR,
    GROWERS,
    SIX,
    TWO_VECTORS,
    add_strips,
    write_checkpoint,
    write_measured,
)  # fmt: skip
from tests.pages.test_training_page import figures, replays, said, tables

PAGE = "training"


@pytest.fixture
def wine(tmp_path: Path) -> Path:
    return write_checkpoint(tmp_path / "wine", TWO_VECTORS, GROWERS)


def at(app: AppTest, tab: str) -> AppTest:
    app.session_state["training-view-kept"] = tab
    app.run()
    assert not app.exception
    return app


def test_every_subset_has_a_curve_where_they_are_few(open_own: OwnOpener, wine: Path) -> None:
    app = open_own(wine, PAGE)
    loss, accuracy = figures(app)
    assert loss["data"][0]["y"] == [100.0, 50.0]
    assert [trace["name"] for trace in accuracy["data"]] == ["Body", "Shares", "Body + Shares"]
    assert accuracy["data"][2]["y"] == [53.0, 54.0]
    notes = " ".join(item.value for item in app.caption)
    assert "all three subsets" in notes
    assert "Farsi" not in notes
    assert "digit" not in notes


def test_of_many_subsets_the_single_modalities_and_all_have_curves(
    open_own: OwnOpener, tmp_path: Path
) -> None:
    app = open_own(write_checkpoint(tmp_path / "six", SIX, GROWERS), PAGE)
    names = [trace["name"] for trace in figures(app)[1]["data"]]
    assert len(names) == 7
    assert names[0] == "&lt;i&gt;Part&lt;/i&gt; 0", "in a chart names are HTML"
    assert "Of the 63 subsets" in " ".join(item.value for item in app.caption)


def test_without_curves_it_is_said_how_to_train(open_own: OwnOpener, wine: Path) -> None:
    (wine / METRICS).unlink()
    assert "train.py --task mine.py:TASK --out runs/wine" in said(open_own(wine, PAGE))


def test_the_replay_has_a_row_for_every_modality(open_own: OwnOpener, tmp_path: Path) -> None:
    directory = write_checkpoint(tmp_path / "four", FOUR, TASK.classes)
    app = at(open_own(directory, PAGE), "replay")
    assert "--task mine.py:TASK" in said(app), "there is none yet"
    add_strips(directory, FOUR, 10, epochs=2)
    (replay,) = replays(at(app, "replay"))
    assert replay["epochs"] == 2
    assert replay["classes"] == list(TASK.classes)
    assert [(row["top"], row["height"], row["width"], row["smooth"]) for row in replay["rows"]] == [
        (0, 28, 28, True), (28, 28, 28, True), (56, 13, 32, False), (69, 28, 28, True),
    ]  # fmt: skip
    assert replay["strip"] == 97
    assert [row["title"] for row in replay["rows"]][3] == "Western digit, imagined"
    assert list(replay["accuracy"]) == ["One given", "Two given", "Three given", "All given"]


def test_the_replay_of_vectors_shows_their_bars(open_own: OwnOpener, wine: Path) -> None:
    add_strips(wine, TWO_VECTORS, 2, epochs=2)
    (replay,) = replays(at(open_own(wine, PAGE), "replay"))
    assert [(row["height"], row["width"]) for row in replay["rows"]] == [(28, 28)] * 2
    assert replay["classes"] == list(GROWERS)
    assert list(replay["accuracy"]) == ["One given", "All given"]


def test_the_models_own_table_or_the_command_that_measures_it(open_own: OwnOpener, wine: Path) -> None:
    app = at(open_own(wine, PAGE), "table")
    assert not tables(app)
    assert f"evaluate --checkpoint {wine} --split test --task mine.py:TASK" in said(app)
    assert f"--json {wine}/evaluation-test.json" in said(app)
    write_measured(wine, TWO_VECTORS)
    (found,) = tables(at(app, "table"))
    head, _, *lines = found.splitlines()
    assert head == "Given | Accuracy, % | −ELBO, nats | Body MSE | Shares BCE, nats"
    assert lines[0] == "Body | **0.50** | **1.5** | **2.500** | **3.5**"
    assert len(lines) == 3


@pytest.mark.parametrize("tab", ["studies", "own"])
def test_what_is_of_the_posters_task_is_left_out_with_a_sentence(
    tab: str, open_own: OwnOpener, wine: Path
) -> None:
    app = at(open_own(wine, PAGE), tab)
    assert "--task mine.py:TASK" in said(app)
    assert not [button for button in app.button if button.key == "own-start"]
    assert not figures(app)
