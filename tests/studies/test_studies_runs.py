"""The runs that a study compares: trained once, kept, and gone on with after Ctrl-C."""

import json
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from helpers import synthetic_collections

from mvae.__main__ import main
from mvae.errors import CheckpointError
from mvae.evaluation.classifiers import Classifier
from mvae.studies import missing, runs, subsets
from mvae.studies.runs import RESULT, Run, compare
from mvae.tasks.digits import FARSI, KANNADA, MODALITIES, TASK
from mvae.training.config import TrainConfig
from mvae.training.run import RESUME
from mvae.training.trainer import Trainer

SMALL = TrainConfig(TASK.model("linear", latent_size=8, hidden_size=32), batch_size=25, seed=4)
BUDGET = 400  # triplets: four epochs of 120


@pytest.fixture(autouse=True)
def synthetic(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    classifiers = {each.name: Classifier(each, 10).eval() for each in MODALITIES}
    hashes = {"farsi/x": "00"}
    monkeypatch.setattr(runs, "load_split", lambda *_: synthetic_collections())
    monkeypatch.setattr(runs, "data_hashes", lambda _: dict(hashes))
    monkeypatch.setattr("mvae.data.collections.data_hashes", lambda _: dict(hashes))
    monkeypatch.setattr(runs, "load_classifiers", lambda *_, **__: classifiers)
    monkeypatch.setattr(runs, "_ACCURACY_PER_CLASS", 12)
    monkeypatch.setattr(runs, "_COHERENCE_PER_CLASS", 3)
    monkeypatch.setattr(runs, "small_config", lambda seed: replace(SMALL, seed=seed))


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The trainer of each step that was taken."""
    taken: list[Any] = []
    original = Trainer.train_step

    def patched(self: Trainer, batch: Any) -> None:
        taken.append(self)
        original(self, batch)

    monkeypatch.setattr(Trainer, "train_step", patched)
    return taken


def small_run(name: str = "full", **changes: Any) -> Run:
    return Run(name, name.capitalize(), replace(SMALL, **changes))


def compared(folder: Path, *each: Run) -> list[dict[str, Any]]:
    return compare(each, Path("unused"), folder, triplets=BUDGET, show_progress=False)


def test_a_run_is_trained_for_its_budget_and_measured(tmp_path: Path) -> None:
    (result,) = compared(tmp_path, small_run())
    assert result["modalities"] == ["farsi", "kannada", "speech"]
    assert result["training"]["epochs"] == 4
    assert result["training"]["kl_warmup"] == 2
    assert result["triplets"] == 480
    assert len(result["accuracy"]) == 7
    assert all(0 <= value <= 100 for value in result["accuracy"].values())
    assert len(result["coherence"]) == 9
    assert result["test_triplets"] == {"accuracy": 120, "coherence": 30}
    assert not (tmp_path / "full" / RESUME).exists()


def test_a_model_of_fewer_modalities_is_measured_on_what_it_has(tmp_path: Path) -> None:
    model = replace(SMALL.model, modalities=(FARSI, KANNADA))
    (result,) = compared(tmp_path, small_run("only", model=model))
    assert list(result["accuracy"]) == ["farsi", "kannada", "farsi+kannada"]
    assert [(row["inputs"], row["imagined"]) for row in result["coherence"]] == [
        (["farsi"], "kannada"),
        (["kannada"], "farsi"),
    ]


def test_what_is_there_is_not_trained_again(tmp_path: Path, steps: list[Any]) -> None:
    first = compared(tmp_path, small_run())
    assert len(steps) == 20
    second = compared(tmp_path, small_run(), small_run("other", extra_subsets=0))
    assert len(steps) == 40
    assert second[0] == first[0]
    assert second[1]["name"] == "other"


@pytest.mark.parametrize("change", [{"seed": 5}, {"complete": 0.5}])
def test_a_kept_run_of_other_settings_is_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    compared(tmp_path, small_run())
    with pytest.raises(CheckpointError, match="other settings or other data"):
        compared(tmp_path, small_run(**change))


def test_a_damaged_result_is_refused(tmp_path: Path) -> None:
    compared(tmp_path, small_run())
    (tmp_path / "full" / RESULT).write_text("{")
    with pytest.raises(CheckpointError, match="move it away"):
        compared(tmp_path, small_run())


def test_after_ctrl_c_the_study_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    both = (small_run(), small_run("other", extra_subsets=0))
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    expected = compared(whole, *both)
    original = Trainer.train_step

    def interrupted(self: Trainer, batch: Any) -> None:
        if self.config.extra_subsets == 0 and self.step_count == 7:
            signal.raise_signal(signal.SIGINT)
        original(self, batch)

    with monkeypatch.context() as patch:
        patch.setattr(Trainer, "train_step", interrupted)
        with pytest.raises(KeyboardInterrupt):
            compared(broken, *both)
    assert (broken / "full" / RESULT).exists()
    assert not (broken / "other" / RESULT).exists()
    found = compared(broken, *both)
    for one, other in zip(found, expected, strict=True):
        assert {**one, "seconds": 0} == {**other, "seconds": 0}


def test_the_study_of_subsets_differs_in_nothing_but_the_subsets() -> None:
    joint, single, random, every, full = (run.config for run in subsets.runs(replace(SMALL, seed=3)))
    assert {config.seed for config in (joint, single, random, every, full)} == {3}
    assert (joint.extra_subsets, joint.single_subsets) == (0, False)
    assert [each.extra_subsets for each in (single, random, every, full)] == [0, 1, 3, None]
    for config in (single, random, every):
        assert replace(config, extra_subsets=0, single_subsets=False) == joint
    assert full == replace(SMALL, seed=3)


def test_the_study_of_what_is_missing_covers_shares_and_modalities() -> None:
    shares, fewer = missing.runs_by_share(SMALL), missing.runs_by_modalities(SMALL)
    assert [run.config.complete for run in shares] == [1.0, 0.5, 0.1, 0.01]
    assert [run.config.model.names for run in fewer] == [
        ("farsi",), ("kannada",), ("speech",),
        ("farsi", "kannada"), ("farsi", "speech"), ("kannada", "speech"),
    ]  # fmt: skip
    names = [run.name for run in (*shares, *fewer, *subsets.runs(SMALL))]
    assert names.count("full") == 2  # shared: the same settings
    assert len(set(names)) == len(names) - 1
    assert shares[0].config == subsets.runs(SMALL)[-1].config


@pytest.mark.parametrize(("study", "count"), [("missing", 10), ("subsets", 5)])
def test_the_command_writes_the_result(
    study: str, count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = {"missing": missing, "subsets": subsets}[study]
    monkeypatch.setattr(module, "compare", lambda *args, **kwargs: compare(*args, **kwargs | {"triplets": 1}))
    out = tmp_path / "results" / "study.json"
    assert main(["study", study, "--runs", str(tmp_path / "runs"), "--out", str(out), "--seed", "4"]) == 0
    written = json.loads(out.read_text())
    assert (written["study"], written["seed"], written["data"]) == (study, 4, {"farsi/x": "00"})
    found = written["runs"] if study == "subsets" else written["complete"] + written["modalities"]
    assert len(found) == count
    assert all("data" not in run for run in found)


def test_a_study_takes_the_settings_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mvae.checkpoint.place.SHIPPED", tmp_path)
    asked: list[Run] = []

    def compare(runs: list[Run], *_: object, **__: object) -> list[dict[str, Any]]:
        asked.extend(runs)
        return [{"name": run.name} for run in runs]

    monkeypatch.setattr(subsets, "compare", compare)
    file = tmp_path / "slow.json"
    file.write_text('{"training": {"learning_rate": 1e-4}, "model": {"hidden_size": 9}}')
    assert main(["study", "subsets", "--config", str(file), "--seed", "3"]) == 0
    config = TrainConfig(TASK.model(hidden_size=9), learning_rate=1e-4, seed=3)
    assert [run.config for run in asked] == [run.config for run in subsets.runs(config)]
    written = json.loads((tmp_path / "studies" / "subsets-slow.json").read_text())
    assert len(written["runs"]) == 5  # and that of the study's own settings stays as it is


def test_a_file_that_no_study_can_read_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for study in ("missing", "subsets", "seeds", "speakers"):
        assert main(["study", study, "--config", str(tmp_path / "none.json")]) == 1
        message = capsys.readouterr().err
        assert "is none of conv, linear, small, and no file that can be read" in message
        assert message.count("\n") == 1


def test_the_command_says_that_what_is_done_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(runs, "fit", stop)
    out = tmp_path / "study.json"
    assert main(["study", "subsets", "--runs", str(tmp_path), "--out", str(out)]) == 130
    assert "what is done so far is kept" in capsys.readouterr().err
    assert not out.exists()
