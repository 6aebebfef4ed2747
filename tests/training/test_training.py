"""Training on small synthetic collections: it learns, it can be interrupted anywhere, and nothing is lost."""

import errno
import os
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from helpers import held_by_another_process, synthetic_collections

from mvae.checkpoint.familiarity import load_familiarity, write_familiarity
from mvae.checkpoint.files import load_tensors, read_metrics, save_tensors
from mvae.checkpoint.latent_map import write_map
from mvae.checkpoint.place import DESCRIPTION, FAMILIARITY, METRICS, WEIGHTS
from mvae.checkpoint.replay import REPLAY
from mvae.checkpoint.store import load_checkpoint
from mvae.data.collections import Collection, load_split
from mvae.errors import CheckpointError, TrainingError
from mvae.tasks.digits import TASK
from mvae.training.config import TrainConfig
from mvae.training.run import RESUME, fit
from mvae.training.trainer import Trainer

LINEAR = TrainConfig(TASK.model("linear", latent_size=8, hidden_size=32), epochs=3, batch_size=25, seed=4)
QUICK = replace(
    LINEAR,
    model=TASK.model("linear", latent_size=16, hidden_size=64),
    learning_rate=4e-3,
    average=0.95,
    kl_warmup=2.0,
    augment=False,
)  # learns in few steps
CONV = replace(LINEAR, model=TASK.model("conv", latent_size=8, hidden_size=32), epochs=2, batch_size=40)
EVERYTHING = "farsi+kannada+speech"


@pytest.fixture(scope="module")
def collections() -> dict[str, Collection]:
    return synthetic_collections(per_class=12)  # 120 triplets an epoch


def state(out: Path) -> dict[str, torch.Tensor]:
    """Everything that a resumed run goes on from, but for how long it took."""
    return {name: tensor for name, tensor in load_tensors(out / RESUME)[0].items() if name != "sums/seconds"}


def assert_same_run(one: Path, other: Path) -> None:
    found, expected = state(one), state(other)
    assert found.keys() == expected.keys()
    assert [name for name in expected if not torch.equal(found[name], expected[name])] == []
    assert (one / WEIGHTS).read_bytes() == (other / WEIGHTS).read_bytes()
    timeless = [
        [{key: value for key, value in record.items() if "second" not in key} for record in read_metrics(out)]
        for out in (one, other)
    ]
    assert timeless[0] == timeless[1]


def interrupt_at(monkeypatch: pytest.MonkeyPatch, step: int, number: signal.Signals = signal.SIGINT) -> None:
    """Press Ctrl-C within a step, or end the process politely."""
    original = Trainer.train_step

    def patched(self: Trainer, batch: Any) -> None:
        if self.step_count == step:
            signal.raise_signal(number)
        original(self, batch)

    monkeypatch.setattr(Trainer, "train_step", patched)


def fill_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)


def test_a_few_hundred_steps_learn(tmp_path: Path) -> None:
    config = replace(QUICK, epochs=20, batch_size=20, holdout=True)
    assert fit(config, synthetic_collections(per_class=20), tmp_path, show_progress=False)
    records = read_metrics(tmp_path)
    assert [record["epoch"] for record in records] == list(range(1, 21))
    assert records[-1]["loss"] < 0.85 * records[0]["loss"]  # the noise of the patterns cannot be learnt
    assert len(records[-1]["holdout_accuracy"]) == 7
    assert min(records[-1]["holdout_accuracy"].values()) > 80  # chance is 10
    assert records[-1]["elbo"][EVERYTHING] > records[0]["elbo"][EVERYTHING]
    model, description = load_checkpoint(tmp_path)
    assert description.epochs == 20
    assert description.training["seed"] == 4
    assert len(description.latent_kl) == len(description.latent_deviation) == 16
    assert all(torch.isfinite(parameter).all() for parameter in model.parameters())


def test_what_a_killed_run_did_not_come_to_measure_is_measured_by_the_next(
    tmp_path: Path, collections: dict[str, Collection]
) -> None:
    assert fit(LINEAR, collections, tmp_path, show_progress=False)
    content = (tmp_path / FAMILIARITY).read_bytes()
    (tmp_path / FAMILIARITY).unlink()
    assert fit(LINEAR, collections, tmp_path, resume=True, show_progress=False)
    assert (tmp_path / FAMILIARITY).read_bytes() == content
    assert len(load_familiarity(tmp_path)) == 3


def test_a_run_that_is_not_complete_is_not_measured(
    tmp_path: Path, collections: dict[str, Collection], monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupt_at(monkeypatch, 1)
    assert not fit(LINEAR, collections, tmp_path, show_progress=False)
    assert not (tmp_path / FAMILIARITY).exists()


def test_paper_objective_learns(tmp_path: Path, collections: dict[str, Collection]) -> None:
    assert fit(replace(QUICK, epochs=12, extra_subsets=1), collections, tmp_path, show_progress=False)
    records = read_metrics(tmp_path)
    assert records[-1]["loss"] < 0.9 * records[0]["loss"]


def test_few_complete_examples_are_enough_to_learn(
    tmp_path: Path, collections: dict[str, Collection]
) -> None:
    config = replace(QUICK, epochs=12, complete=0.25)
    assert fit(config, collections, tmp_path, show_progress=False)
    records = read_metrics(tmp_path)
    assert records[-1]["loss"] < 0.9 * records[0]["loss"]
    assert all(record["triplets_per_second"] > 0 for record in records)
    assert load_checkpoint(tmp_path)[1].training["complete"] == 0.25


@pytest.mark.parametrize("config", [LINEAR, CONV], ids=["linear", "conv"])
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_same_seed_same_weights(
    tmp_path: Path, collections: dict[str, Collection], config: TrainConfig, precision: Any
) -> None:
    for name in ("one", "other"):
        fit(config, collections, tmp_path / name, precision=precision, show_progress=False)
    assert_same_run(tmp_path / "one", tmp_path / "other")
    fit(replace(config, seed=5), collections, tmp_path / "third", precision=precision, show_progress=False)
    assert (tmp_path / "third" / WEIGHTS).read_bytes() != (tmp_path / "one" / WEIGHTS).read_bytes()


@pytest.mark.parametrize(
    ("config", "step"),
    [
        (LINEAR, 0),
        (LINEAR, 4),
        (LINEAR, 7),
        (LINEAR, 14),
        (CONV, 1),
        (replace(LINEAR, extra_subsets=1), 6),
        (replace(LINEAR, complete=0.25), 6),
    ],
    ids=["first step", "end of epoch", "mid-epoch", "very last step", "conv", "random subsets", "incomplete"],
)
def test_interrupted_and_resumed_is_unbroken(
    tmp_path: Path,
    collections: dict[str, Collection],
    monkeypatch: pytest.MonkeyPatch,
    config: TrainConfig,
    step: int,
) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    assert fit(config, collections, whole, show_progress=False)
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    interrupt_at(monkeypatch, step, signal.SIGTERM if step % 2 else signal.SIGINT)
    complete = fit(config, collections, broken, show_progress=False)
    monkeypatch.undo()
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before
    assert complete == (step == 14)
    assert int(state(broken)["step_count"]) == step + 1  # the step was finished
    steps_per_epoch = -(-120 // config.batch_size)
    assert load_checkpoint(broken)[1].epochs == (step + 1) / steps_per_epoch
    assert fit(config, collections, broken, resume=True, show_progress=False)
    assert_same_run(broken, whole)


def test_resuming_a_complete_run_changes_nothing(tmp_path: Path, collections: dict[str, Collection]) -> None:
    fit(LINEAR, collections, tmp_path, show_progress=False)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert fit(LINEAR, collections, tmp_path, resume=True, show_progress=False)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("name", [DESCRIPTION, WEIGHTS, REPLAY])
def test_resuming_mends_what_is_damaged(
    tmp_path: Path, collections: dict[str, Collection], name: str
) -> None:
    config = replace(LINEAR, epochs=1)
    fit(config, collections, tmp_path, show_progress=False)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    (tmp_path / name).write_bytes(before[name][:-20])
    assert fit(config, collections, tmp_path, resume=True, show_progress=False)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_one_training_at_a_time(tmp_path: Path, collections: dict[str, Collection]) -> None:
    config = replace(LINEAR, epochs=1)
    fit(config, collections, tmp_path, show_progress=False)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with held_by_another_process(tmp_path):
        for resume in (False, True):
            with pytest.raises(CheckpointError, match=f"^Another training is writing into {tmp_path}; wait"):
                fit(config, collections, tmp_path, resume=resume, show_progress=False)
        for measure in (write_familiarity, write_map):
            with pytest.raises(CheckpointError, match="Another training is writing"):
                measure(tmp_path, collections)
        load_checkpoint(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_second_interruption_stops_at_once(
    tmp_path: Path, collections: dict[str, Collection], monkeypatch: pytest.MonkeyPatch
) -> None:
    def patched(*_: object) -> None:
        first = signal.getsignal(signal.SIGINT)
        signal.raise_signal(signal.SIGTERM)
        while signal.getsignal(signal.SIGINT) is first:  # Python handles it a little later
            pass
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Trainer, "train_step", patched)
    with pytest.raises(KeyboardInterrupt):
        fit(LINEAR, collections, tmp_path, show_progress=False)


def test_interrupted_before_any_triplet_was_seen_there_is_no_epoch_to_record(
    tmp_path: Path, collections: dict[str, Collection], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Trainer, "train_step", lambda *_: signal.raise_signal(signal.SIGINT))
    assert not fit(LINEAR, collections, tmp_path, show_progress=False)
    assert read_metrics(tmp_path) == []
    assert load_checkpoint(tmp_path)[1].epochs == 0


def test_existing_checkpoint_is_not_overwritten(tmp_path: Path, collections: dict[str, Collection]) -> None:
    fit(replace(LINEAR, epochs=1), collections, tmp_path, show_progress=False)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(CheckpointError, match=r"already holds a checkpoint; add --resume .* another --out"):
        fit(LINEAR, collections, tmp_path, show_progress=False)
    (tmp_path / DESCRIPTION).unlink()  # a run that was stopped between its two files is one too
    with pytest.raises(CheckpointError, match="already holds a checkpoint"):
        fit(LINEAR, collections, tmp_path, show_progress=False)
    assert (tmp_path / RESUME).read_bytes() == before[RESUME]


@pytest.mark.parametrize("change", [{"seed": 5}, {"epochs": 9}, {"batch_size": 24}, {"model": CONV.model}])
def test_resuming_with_other_settings(
    tmp_path: Path, collections: dict[str, Collection], change: dict[str, Any]
) -> None:
    config = replace(LINEAR, epochs=1)
    fit(config, collections, tmp_path, show_progress=False)
    with pytest.raises(CheckpointError, match="belongs to other settings"):
        fit(replace(config, **change), collections, tmp_path, resume=True, show_progress=False)


def test_resuming_with_other_data(tmp_path: Path, collections: dict[str, Collection]) -> None:
    config = replace(LINEAR, epochs=1)
    fit(config, collections, tmp_path, data_hashes={"a": "1"}, show_progress=False)
    with pytest.raises(CheckpointError, match="other data"):
        fit(config, collections, tmp_path, resume=True, data_hashes={"a": "2"}, show_progress=False)


def test_resuming_what_is_not_there_or_damaged(tmp_path: Path, collections: dict[str, Collection]) -> None:
    with pytest.raises(CheckpointError, match="start again without --resume"):
        fit(LINEAR, collections, tmp_path, resume=True, show_progress=False)
    fit(replace(LINEAR, epochs=1), collections, tmp_path, show_progress=False)
    (tmp_path / RESUME).write_bytes((tmp_path / RESUME).read_bytes()[:-10])
    with pytest.raises(CheckpointError, match=r"missing or damaged.*train anew into another --out"):
        fit(replace(LINEAR, epochs=1), collections, tmp_path, resume=True, show_progress=False)
    (tmp_path / RESUME).unlink()
    for resume in (False, True):
        with pytest.raises(CheckpointError, match=r"(choose|into) another --out\.$"):
            fit(replace(LINEAR, epochs=1), collections, tmp_path, resume=resume, show_progress=False)


def test_state_of_another_version(tmp_path: Path, collections: dict[str, Collection]) -> None:
    config = replace(LINEAR, epochs=1)
    fit(config, collections, tmp_path, show_progress=False)
    tensors, metadata = load_tensors(tmp_path / RESUME)
    renamed = {name.replace("label_decoder", "classifier"): tensor for name, tensor in tensors.items()}
    save_tensors(tmp_path, RESUME, renamed, metadata)
    with pytest.raises(CheckpointError, match="another version"):
        fit(config, collections, tmp_path, resume=True, show_progress=False)


def test_directory_that_cannot_be_written_is_found_before_training(
    tmp_path: Path, collections: dict[str, Collection], monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        pytest.fail("a step was taken")

    monkeypatch.setattr(Trainer, "train_step", never)
    (tmp_path / "file").write_text("")
    with pytest.raises(CheckpointError, match="Could not write"):
        fit(LINEAR, collections, tmp_path / "file" / "below", show_progress=False)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr("os.open", refuse)  # there, but read-only; root may write anywhere
    with pytest.raises(CheckpointError, match="Permission denied"):
        fit(LINEAR, collections, tmp_path, show_progress=False)


def test_full_disk_loses_nothing(
    tmp_path: Path, collections: dict[str, Collection], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    fit(LINEAR, collections, whole, show_progress=False)
    original = Trainer.record

    def full_after_the_second_epoch(self: Trainer) -> dict[str, Any]:
        if self.epoch == 2:
            fill_disk(monkeypatch)
        return original(self)

    monkeypatch.setattr(Trainer, "record", full_after_the_second_epoch)
    with pytest.raises(CheckpointError, match=r"No space left on device.*untouched.*--resume"):
        fit(LINEAR, collections, broken, show_progress=False)
    monkeypatch.undo()
    assert load_checkpoint(broken)[1].epochs == 1
    assert len(read_metrics(broken)) == 1
    assert sorted(path.name for path in broken.iterdir()) == sorted(
        [DESCRIPTION, WEIGHTS, METRICS, RESUME, REPLAY]
    )
    fit(LINEAR, collections, broken, resume=True, show_progress=False)
    assert_same_run(broken, whole)


def test_a_short_run_ships_what_it_learnt(tmp_path: Path) -> None:
    config = replace(QUICK, epochs=8, batch_size=20, holdout=True, average=TrainConfig().average)
    fit(config, synthetic_collections(per_class=20), tmp_path, show_progress=False)
    assert read_metrics(tmp_path)[-1]["holdout_accuracy"][EVERYTHING] > 50  # chance is 10


def test_a_loss_that_is_not_finite_stops_the_run_and_keeps_the_checkpoint(
    tmp_path: Path, collections: dict[str, Collection], monkeypatch: pytest.MonkeyPatch
) -> None:
    record = Trainer.record
    monkeypatch.setattr(
        Trainer, "record", lambda self: record(self) | ({"loss": float("nan")} if self.epoch == 2 else {})
    )
    with pytest.raises(TrainingError, match="not finite after epoch 2"):
        fit(LINEAR, collections, tmp_path, show_progress=False)
    assert load_checkpoint(tmp_path)[1].epochs == 1
    assert len(read_metrics(tmp_path)) == 1


@pytest.mark.data
def test_real_data_is_learnt_in_two_hundred_steps(tmp_path: Path, prepared_data: Path) -> None:
    whole = load_split("train", prepared_data)
    part = {
        name: Collection(each.values[::20], each.labels[::20], each.groups[::20])
        if name != "speech"
        else each
        for name, each in whole.items()
    }
    config = replace(
        QUICK,
        model=TASK.model("linear", latent_size=32, hidden_size=128),
        epochs=10,
        batch_size=128,
        holdout=True,
    )
    assert fit(config, part, tmp_path, show_progress=False)
    records = read_metrics(tmp_path)
    accuracy = records[-1]["holdout_accuracy"]
    assert records[-1]["loss"] < 0.7 * records[0]["loss"]
    assert min(accuracy.values()) > 50  # chance is 10
    assert accuracy[EVERYTHING] > 90
