"""Leaving one speaker out: who is left out is not trained on, and is asked about."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers import synthetic_collections

from mvae.data.collections import Collection
from mvae.errors import DataError
from mvae.studies import speakers as module
from mvae.studies.speakers import leave_one_out
from mvae.training.batches import TripletData
from mvae.training.config import CONFIGS, TrainConfig

CONV = CONFIGS["conv"]
VOICES = {"ann", "bob", "cy", "dee"}
"""Dee has not said anything."""


@pytest.fixture
def speech() -> Collection:
    """Three speakers: two say each digit twice, the third only half of them; every copy is its original."""
    found = synthetic_collections(per_class=5)["speech"]
    order = np.argsort(found.labels, kind="stable")
    found = replace(found, values=found.values[order], labels=found.labels[order])
    who = np.tile(["ann", "ann", "bob", "bob", "cy"], 10)
    kept = (who != "cy") | (found.labels < 5)
    values = found.values[kept]
    return Collection(values, found.labels[kept], who[kept], copies=values[:, None])


def test_every_speaker_is_left_out_once_and_the_means_are_right(
    speech: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained: list[set[str]] = []
    real = module._train

    def noted(some: Collection, config: TrainConfig, *, steps: int) -> object:
        assert some.copies is not None
        assert len(some.copies) == len(some.labels)
        trained.append(set(some.groups))
        return real(some, config, steps=steps)

    monkeypatch.setattr(module, "_train", noted)
    result = leave_one_out(speech, VOICES, CONV, steps=120, show_progress=False)
    assert trained == [{"bob", "cy"}, {"ann", "cy"}, {"ann", "bob"}]
    assert [(row["speaker"], row["recordings"]) for row in result["speakers"]] == [
        ("ann", 20), ("bob", 20), ("cy", 5),
    ]  # fmt: skip
    accuracy = [row["accuracy"] for row in result["speakers"]]
    assert result["mean"] == pytest.approx(sum(accuracy) / 3)
    assert result["pooled"] == pytest.approx((20 * accuracy[0] + 20 * accuracy[1] + 5 * accuracy[2]) / 45)
    assert result["pooled"] > 90, "the same patterns, whoever says them"


def test_the_one_left_out_changes_nothing(speech: Collection) -> None:
    left_out = speech.groups == "cy"
    others = module._subset(speech, ~left_out)
    changed = np.where(left_out[:, None, None], 99, speech.values).astype(np.float16)
    same = module._subset(replace(speech, values=changed, copies=changed[:, None]), ~left_out)
    one, other = (
        TripletData({"speech": each}, module._of_speech(CONV, each, steps=1).model.modalities, seed=0)
        for each in (others, same)
    )
    np.testing.assert_array_equal(one.standardisation["speech"].mean, other.standardisation["speech"].mean)


def test_progress_names_each_speaker(speech: Collection, capsys: pytest.CaptureFixture[str]) -> None:
    leave_one_out(speech, VOICES, CONV, steps=1)
    printed = capsys.readouterr().out
    assert all(name in printed for name in ("ann", "bob", "cy", "mean over 3 speakers"))


def test_whoever_is_no_voice_of_its_own_is_only_trained_on(
    speech: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained: list[set[str]] = []
    real = module._train

    def noted(some: Collection, config: TrainConfig, *, steps: int) -> object:
        trained.append(set(some.groups))
        return real(some, config, steps=steps)

    monkeypatch.setattr(module, "_train", noted)
    result = leave_one_out(speech, {"ann", "cy"}, CONV, steps=1, show_progress=False)
    assert trained == [{"bob", "cy"}, {"ann", "bob"}]
    assert [row["speaker"] for row in result["speakers"]] == ["ann", "cy"]


def test_the_voices_are_those_of_fsdd_and_the_extra_ones() -> None:
    voices = module._voices()
    assert {"george", "yweweler", "sai", "jay"} <= voices
    assert len(voices) == 6 + 22 + 2


def test_one_speaker_is_a_sentence(speech: Collection) -> None:
    with pytest.raises(DataError, match="two speakers or more"):
        leave_one_out(module._subset(speech, speech.groups == "ann"), VOICES, CONV, steps=1)


def test_without_data_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is missing"):
        module.run(tmp_path)
