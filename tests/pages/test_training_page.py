import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import mvae.checkpoint
from mvae.checkpoint import DESCRIPTION, METRICS, SHIPPED, WEIGHTS, load_checkpoint
from mvae.evaluation.table import COLUMNS, POSTER_TABLE1, TABLE_ROWS
from mvae.latent import ALIVE, RANKING
from tests.pages.conftest import Opener

PAGE = "training"


@pytest.fixture
def conv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shipped checkpoint without metrics and tables, in a place of its own."""
    directory = tmp_path / "checkpoints" / "conv"
    directory.mkdir(parents=True)
    for name in (DESCRIPTION, WEIGHTS):
        (directory / name).symlink_to(SHIPPED / "conv" / name)
    monkeypatch.setattr(mvae.checkpoint, "SHIPPED", tmp_path / "checkpoints")
    return directory


def write_metrics(directory: Path, epochs: int = 3) -> list[dict]:
    records = [
        {
            "epoch": epoch,
            "loss": 7000.5 / epoch,
            "accuracy": {"+".join(subset): 100 - (row + 1) / epoch for row, subset in enumerate(TABLE_ROWS)},
        }
        for epoch in range(1, epochs + 1)
    ]
    (directory / METRICS).write_text("".join(json.dumps(record) + "\n" for record in records))
    return records


def write_table(directory: Path, split: str, accuracy: float) -> None:
    rows = [
        {"inputs": list(subset), **dict.fromkeys(COLUMNS, 12.3456), "accuracy": accuracy}
        for subset in TABLE_ROWS
    ]
    (directory / f"evaluation-{split}.json").write_text(json.dumps({"split": split, "rows": rows}))


def figures(app: AppTest) -> list[dict]:
    return [json.loads(item.proto.spec or item.proto.figure.spec) for item in app.get("plotly_chart")]


def tables(app: AppTest) -> list[str]:
    return [item.value for item in app.markdown if item.value.startswith("Given |")]


def test_curves_are_the_recorded_metrics(conv: Path, open_page: Opener) -> None:
    records = write_metrics(conv)
    loss, accuracy = figures(open_page(PAGE))
    assert loss["data"][0]["y"] == [record["loss"] for record in records]
    assert loss["data"][0]["x"] == [1, 2, 3]
    curves = {trace["name"]: trace["y"] for trace in accuracy["data"]}
    assert len(curves) == 7
    assert curves["Farsi"] == [99.0, 99.5, pytest.approx(100 - 1 / 3)]
    assert curves["Farsi + Kannada + Speech"] == [93.0, 96.5, pytest.approx(100 - 7 / 3)]


def test_one_epoch_is_enough(conv: Path, open_page: Opener) -> None:
    write_metrics(conv, epochs=1)
    assert len(figures(open_page(PAGE))) == 2


def test_tables_show_each_split_beside_the_poster(conv: Path, open_page: Opener) -> None:
    write_table(conv, "test", 97.914)
    write_table(conv, "train", 99.321)
    app = open_page(PAGE)
    held_out, training = tables(app)
    for subset, here, trained in zip(
        TABLE_ROWS, held_out.splitlines()[2:], training.splitlines()[2:], strict=True
    ):
        poster = POSTER_TABLE1[subset]
        assert f"**97.91**\N{NO-BREAK SPACE}({poster['accuracy']:g})" in here
        assert f"**99.32**\N{NO-BREAK SPACE}({poster['accuracy']:g})" in trained
        assert f"**12.346**\N{NO-BREAK SPACE}({poster['speech_mse']:g})" in here
    notes = " ".join(item.value for item in app.caption)
    assert "training split" in notes
    assert "pixel scaling" in notes


def test_what_is_not_there_is_named_with_the_command_that_makes_it(conv: Path, open_page: Opener) -> None:
    app = open_page(PAGE)
    assert not figures(app)
    curves, held_out, training = (item.value for item in app.info)
    assert "python train.py --config conv" in curves
    for split, text in (("test", held_out), ("train", training)):
        command = f"python -m mvae evaluate --checkpoint conv --split {split}"
        assert f"{command} --json checkpoints/conv/evaluation-{split}.json" in text


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", '{"rows": 3}', '{"rows": []}', '{"rows": [{"inputs": ["farsi"], "accuracy": 1}]}'],
)
def test_a_damaged_table_is_measured_anew(content: str, conv: Path, open_page: Opener) -> None:
    (conv / "evaluation-test.json").write_text(content)
    write_table(conv, "train", 99.0)
    app = open_page(PAGE)
    assert len(tables(app)) == 1
    assert any("--split test" in item.value for item in app.info)


def test_a_run_of_random_subsets_has_no_accuracy_curves(conv: Path, open_page: Opener) -> None:
    (conv / METRICS).write_text('{"epoch": 1, "loss": 3.5}\n')
    app = open_page(PAGE)
    assert len(figures(app)) == 1
    assert any("random subsets" in item.value for item in app.info)


def test_studies_come_below_the_tables(conv: Path, open_page: Opener) -> None:
    alive = [(index, kl) for index, kl in enumerate(load_checkpoint(conv)[1].latent_kl) if kl > ALIVE]
    entry = {"effects": {"label": 0.1, "farsi": 0.5}, "acts_on": ["farsi"]}
    indices = [entry | {"index": index, "kl": kl} for index, kl in alive]
    study = {"latent_size": 64, "triplets": 300, "outputs": ["label", "farsi"], "indices": indices}
    (conv / RANKING).write_text(json.dumps(study))
    app = open_page(PAGE)
    titles = [item.value for item in app.markdown if item.value.startswith("#####")]
    assert titles[-2:] == ["##### Table 1", "##### What each latent index does"]
    (heat_map,) = figures(app)
    assert heat_map["data"][0]["x"] == [str(index) for index, _ in alive]


def test_the_shipped_checkpoints_open(open_page: Opener) -> None:
    app = open_page(PAGE)
    app.button_group(key="checkpoint_picker").set_value("linear").run()
    assert not app.exception
    assert "256 latent dimensions" in app.caption[0].value
