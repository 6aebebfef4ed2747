import json
from pathlib import Path

import pytest
from helpers import synthetic_collections, write_small_checkpoint

import mvae.evaluation.table
from mvae.__main__ import main
from mvae.checkpoint.place import weights_hash
from mvae.evaluation import (
    calibration,
    classifiers,
    coherence,
    handwriting_shift,
    likelihood,
    paper,
    sections,
    sharpness,
)
from mvae.evaluation.cli import NAMES
from mvae.evaluation.sections import SECTIONS, Subject
from mvae.tasks.digits import TASK
from mvae.tasks.task import Task


def test_every_section_can_be_asked_for() -> None:
    assert tuple(SECTIONS) == NAMES


@pytest.fixture
def checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small checkpoint, and small data in place of the real."""
    write_small_checkpoint(tmp_path / "small")
    collections = synthetic_collections(per_class=4)
    monkeypatch.setattr(Task, "load", lambda *_: collections)
    monkeypatch.setattr(sections, "load_split", lambda *_: collections)
    monkeypatch.setattr(mvae.evaluation.table, "PER_CLASS", 4)
    return tmp_path / "small"


def test_sections_are_printed_in_order_and_written(
    checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(classifiers, "_STEPS", {"drawing": 1})
    monkeypatch.setattr(classifiers, "_FEWER_STEPS", 1)
    monkeypatch.setattr(classifiers, "cache_directory", lambda: tmp_path / "cache")
    for module, few in (
        (calibration, {"per_class": 4}), (coherence, {"per_class": 2, "samples": 20}),
        (sharpness, {"per_class": 2}), (likelihood, {"per_class": 1, "draws": 10}),
        (handwriting_shift, {"per_digit": 1}), (paper, {"per_kind": 1, "seed": 0}),
    ):  # fmt: skip
        monkeypatch.setattr(module.measure, "__kwdefaults__", few)
    monkeypatch.setattr(sections, "SHIPPED", tmp_path)
    file = tmp_path / "all.json"
    names = [name for name in NAMES if name not in {"out_of_domain", "recordings"}]
    assert (
        main(
            [
                "evaluate",
                "--checkpoint",
                str(checkpoint),
                "--json",
                str(file),
                "--only",
                *(name.replace("_", "-") for name in names),
            ]
        )
        == 0
    )
    printed = capsys.readouterr().out
    written = json.loads(file.read_text())
    assert written["weights_sha256"] == weights_hash(checkpoint)
    # The table's keys lie at the top, where the Training page looks for them; there is no study yet.
    assert list(written) == [
        "weights_sha256", "split", "checkpoint", "triplets", "rows",
        "calibration", "coherence", "sharpness", "likelihood", "handwriting_shift", "paper",
    ]  # fmt: skip
    places = [printed.index(SECTIONS[name].format(written if name == "table" else written[name]))
              for name in names if name != "speakers"]  # fmt: skip
    assert places == sorted(places)


def test_only_what_is_asked_for(checkpoint: Path, tmp_path: Path) -> None:
    file = tmp_path / "some.json"
    command = ["evaluate", "--checkpoint", str(checkpoint), "--json", str(file)]
    assert main([*command, "--only", "sharpness"]) == 0
    assert list(json.loads(file.read_text())) == ["weights_sha256", "sharpness"]
    assert main([*command, "--split", "train"]) == 0
    assert list(json.loads(file.read_text())) == [
        "weights_sha256", "split", "checkpoint", "triplets", "rows",
    ]  # fmt: skip


def test_what_was_measured_before_of_the_same_weights_stays(checkpoint: Path, tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    first = {"weights_sha256": weights_hash(checkpoint), "split": "test", "coherence": {"kept": 1}}
    command = ["evaluate", "--checkpoint", str(checkpoint), "--only", "sharpness", "--json", str(file)]
    for before, kept in ((first, True), (first | {"weights_sha256": "other"}, False)):
        file.write_text(json.dumps(before))
        assert main(command) == 0
        found = json.loads(file.read_text())
        assert ("coherence" in found) == kept
        assert "sharpness" in found
        assert found["weights_sha256"] == first["weights_sha256"]


@pytest.mark.parametrize("encoder", ["conv", "linear"])
def test_the_study_of_speakers_is_quoted_for_the_encoder_that_it_trained(
    encoder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint = tmp_path / "small"
    write_small_checkpoint(checkpoint, encoder=encoder)
    monkeypatch.setattr(sections, "SHIPPED", tmp_path)
    (tmp_path / "studies").mkdir()
    (tmp_path / "studies" / "speakers.json").write_text(
        '{"mean":91.5, "speakers": [{"speaker": "theo", "accuracy": 88}, {"speaker": "jay", "accuracy": 95}]}'
    )
    assert main(["evaluate", "--checkpoint", str(checkpoint), "--only", "speakers"]) == 0
    printed = capsys.readouterr().out
    assert ("mean 91.50 %; worst theo (88.0 %), jay (95.0 %)" in printed) == (encoder == "conv")
    assert ("a small speech-only model for each, not this checkpoint" in printed) == (encoder == "conv")


def test_an_unknown_section_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["evaluate", "--only", "beauty"])
    assert "beauty" in capsys.readouterr().err


def test_training_data_hold_every_digit(checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sections, "_SAMPLE", 30)
    training = Subject(checkpoint, "test", Path("unused"), TASK).training
    for labels in training.labels.values():
        assert len(labels) == 30
        assert set(labels.tolist()) == set(range(10))
