"""What `python -m mvae` measures of a checkpoint, for tasks that it has never heard of."""

import json
import re
from dataclasses import asdict, replace
from pathlib import Path

import pytest

import mvae.evaluation.table
import train
from mvae.__main__ import main
from mvae.checkpoint.familiarity import load_familiarity
from mvae.checkpoint.latent_map import load_map
from mvae.checkpoint.place import FAMILIARITY, MAP
from mvae.checkpoint.store import load_description
from mvae.evaluation import calibration, classifiers, coherence, likelihood
from mvae.evaluation.table import read_table
from mvae.model.subsets import all_subsets
from tests.examples.conftest import Example


@pytest.fixture(autouse=True)
def few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few triplets, and classifiers that are trained here and quickly."""
    monkeypatch.setattr(mvae.evaluation.table, "PER_CLASS", 40)
    monkeypatch.setattr(classifiers, "cache_directory", lambda: tmp_path / "cache")
    monkeypatch.setattr(classifiers, "_STEPS", {"drawing": 2})
    monkeypatch.setattr(classifiers, "_FEWER_STEPS", 150)
    for module, kwargs in (
        (calibration, {"per_class": 40}), (coherence, {"per_class": 40, "samples": 100}),
        (likelihood, {"per_class": 1, "draws": 10}),
    ):  # fmt: skip
        monkeypatch.setattr(module.measure, "__kwdefaults__", kwargs)


def test_a_task_of_vectors_is_measured(
    wine: Example, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = wine.checkpoint / "evaluation-test.json"
    command = ["evaluate", "--checkpoint", str(wine.checkpoint), "--task", wine.named]
    assert main([*command, "--data-dir", str(tmp_path), "--json", str(file)]) == 0
    printed = capsys.readouterr().out
    left_out = "handwriting_shift, paper, out_of_domain, recordings, speakers"
    assert (
        f"Left out, as they need data of the poster's task and all of its modalities: {left_out}." in printed
    )
    assert "poster in brackets" not in printed
    found = json.loads(file.read_text())
    assert {*found} - {"weights_sha256", "split", "checkpoint", "triplets", "rows"} == {
        "calibration", "coherence", "likelihood",
    }  # fmt: skip
    table = read_table(wine.checkpoint, "test")
    assert table is not None
    assert list(table) == all_subsets(["composition", "colour"])
    for figures in table.values():
        assert figures.keys() == {"accuracy", "negative_elbo", "composition_mse", "colour_mse"}
        assert figures["accuracy"] > 80
    assert table["colour",]["colour_mse"] < table["composition",]["colour_mse"]
    assert all(row["accuracy"] > 80 for row in found["calibration"]["rows"])
    assert all(share > 85 for share in found["coherence"]["judges"].values())
    assert {(*row["inputs"], row["imagined"]) for row in found["coherence"]["cross_modal"]} == {
        ("composition", "colour"), ("colour", "composition"),
    }  # fmt: skip
    assert all(row["by_mean"] > 60 for row in found["coherence"]["cross_modal"])


def test_a_fourth_modality_is_measured(
    four: Example, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "figures.json"
    command = ["evaluate", "--checkpoint", str(four.checkpoint), "--task", four.named, "--json", str(file)]
    assert main([*command, "--only", "table", "coherence", "paper"]) == 0
    assert "all of its modalities: paper." in capsys.readouterr().out
    found = json.loads(file.read_text())
    assert [tuple(row["inputs"]) for row in found["rows"]] == all_subsets(four.task.model().names)
    assert [key for key in found["rows"][0] if key != "inputs"] == [
        "accuracy", "negative_elbo", "farsi_bce", "kannada_bce", "speech_mse", "western_bce",
    ]  # fmt: skip
    assert found["coherence"]["judges"].keys() == set(four.task.loaders)


def test_familiarity_and_map_are_made_again(wine: Example, four: Example) -> None:
    for example in (wine, four):
        for name in (FAMILIARITY, MAP):
            (example.checkpoint / name).unlink()
        for command in ("familiarity", "map"):
            assert main([command, "--checkpoint", str(example.checkpoint), "--task", example.named]) == 0
        assert load_familiarity(example.checkpoint).keys() == set(example.task.loaders)
        drawn = load_map(example.checkpoint)
        assert drawn is not None
        assert drawn.landmarks().keys() == set(range(len(example.task.classes)))


@pytest.mark.parametrize("command", ["evaluate", "familiarity", "map"])
def test_the_task_must_be_named_and_be_that_of_the_checkpoint(
    command: str, wine: Example, four: Example, capsys: pytest.CaptureFixture[str]
) -> None:
    for options, said in (
        (
            [],
            "of another task (composition, colour; 3 classes): name it with --task, such as",
        ),
        (["--task", four.named], "than four (farsi, kannada, speech, western; 10 classes)"),
        (["--task", "nowhere.py:TASK"], "There is no task “nowhere.py:TASK”"),
    ):
        assert main([command, "--checkpoint", str(wine.checkpoint), *options]) == 1
        assert said in capsys.readouterr().err


def test_a_training_is_repeated_from_what_its_checkpoint_says(wine: Example, four: Example) -> None:
    for example in (wine, four):
        options = ["--task", example.named, "--config", str(example.checkpoint / "checkpoint.json")]
        chosen = train.parse([*options, "--epochs", "3", "--label-weight", "7"])
        found = load_description(example.checkpoint)
        assert chosen.settings.model == replace(found.model, label_weight=7.0)
        settings = {key: value for key, value in asdict(chosen.settings).items() if key != "model"}
        assert found.training == settings | {"epochs": found.training["epochs"], "precision": "float32"}


def test_the_settings_of_another_task_are_refused(
    wine: Example, four: Example, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(wine.checkpoint / "checkpoint.json")
    for named, said in (
        (four.named, "a modality's name must be one of farsi, kannada, speech, western"),
        ("digits", "a modality's name must be one of farsi, kannada, speech, not “composition”"),
    ):
        with pytest.raises(SystemExit):
            train.parse(["--task", named, "--config", file])
        assert said in capsys.readouterr().err
    assert train.main(["--task", "nowhere.py:TASK"]) == 1
    assert "There is no task “nowhere.py:TASK”" in capsys.readouterr().err


def test_training_says_how_it_goes_and_what_comes_next(
    wine: Example, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mvae.checkpoint.latent_map._PER_CLASS", 20)
    out = tmp_path / "out"
    assert train.main(["--task", wine.named, "--config", "small", "--epochs", "1", "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    assert re.search(r"accuracy %  composition \d+\.\d\d  colour \d+\.\d\d  composition\+colour \d", printed)
    assert f"python -m mvae evaluate --checkpoint {out} --task {wine.named}\n" in printed
