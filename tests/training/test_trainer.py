"""One step: the averaged weights, the learning rate, the precision."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
import torch
from helpers import synthetic_collections

from mvae.data.collections import Collection
from mvae.machine import can_compile
from mvae.tasks.digits import TASK
from mvae.training.batches import TripletData
from mvae.training.config import TrainConfig, choose_precision
from mvae.training.trainer import Trainer

LINEAR = TrainConfig(TASK.model("linear", latent_size=8, hidden_size=32), epochs=3, batch_size=25, seed=4)


@pytest.fixture(scope="module")
def collections() -> dict[str, Collection]:
    return synthetic_collections(per_class=12)  # 120 triplets an epoch


def test_averaged_weights_are_the_moving_average(collections: dict[str, Collection]) -> None:
    config = replace(LINEAR, batch_size=9)  # 14 steps an epoch
    trainer = Trainer(config, TripletData(collections, config.model.modalities, seed=0), "float32")
    expected, last = torch.zeros(()), 0
    for epoch in range(2):
        for batch in trainer.data.batches(epoch, 9):
            trainer.train_step(batch)
            if trainer.step_count in {8, 14, 16, 24, 28}:
                now = trainer.model.label_decoder.layers[0].weight.detach().clone()
                decay = min(config.average, (1 + trainer.step_count) / (10 + trainer.step_count))
                kept = decay ** (trainer.step_count - last) if last else 0.0
                expected, last = kept * expected + (1 - kept) * now, trainer.step_count
            if last:
                torch.testing.assert_close(trainer.averaged.label_decoder.layers[0].weight, expected)


def test_a_wild_gradient_is_shortened_and_others_are_left(collections: dict[str, Collection]) -> None:
    trainer = Trainer(LINEAR, TripletData(collections, LINEAR.model.modalities, seed=0), "float32")
    for parameter in trainer.model.parameters():
        parameter.grad = torch.ones_like(parameter)
    norm = sum(parameter.numel() for parameter in trainer.model.parameters()) ** 0.5
    trainer._clip_gradient(1.01 * norm)
    assert all((parameter.grad == 1).all() for parameter in trainer.model.parameters())
    trainer._clip_gradient(0.5 * norm)
    for parameter in trainer.model.parameters():
        torch.testing.assert_close(parameter.grad, torch.full_like(parameter, 0.5))


def test_learning_rate_warms_up_and_decays(collections: dict[str, Collection]) -> None:
    config = replace(LINEAR, epochs=20)
    trainer = Trainer(config, TripletData(collections, config.model.modalities, seed=0), "float32")
    rates = []
    for trainer.step_count in range(100):
        rates.append(trainer._rate())
    assert rates[:5] == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])
    assert all(later < earlier for earlier, later in pairwise(rates[5:]))
    assert 0 < rates[-1] < 0.001


@pytest.mark.parametrize(
    ("extra_subsets", "single_subsets", "sizes"),
    [
        (None, True, [1, 1, 1, 2, 2, 2, 3]),
        (0, True, [3, 1, 1, 1]),
        (1, True, [3, 1, 1, 1, 2]),
        (3, True, [3, 1, 1, 1, 2, 2, 2]),
        (0, False, [3]),
        (1, False, [3, 2]),
    ],
)
def test_a_step_trains_the_chosen_subsets(
    collections: dict[str, Collection], extra_subsets: int | None, single_subsets: bool, sizes: list[int]
) -> None:
    config = replace(LINEAR, extra_subsets=extra_subsets, single_subsets=single_subsets)
    trainer = Trainer(config, TripletData(collections, config.model.modalities, seed=0), "float32")
    mask = trainer._step_mask(torch.Generator().manual_seed(0))
    assert mask.sum(1).tolist() == sizes
    assert len(mask.unique(dim=0)) == len(sizes)


@pytest.mark.parametrize("complete", [1.0, 0.25])
def test_sums_by_subset_are_kept_where_every_triplet_trains_every_subset(
    collections: dict[str, Collection], complete: float
) -> None:
    data = TripletData(collections, LINEAR.model.modalities, seed=0, complete=complete)
    trainer = Trainer(replace(LINEAR, complete=complete), data, "float32")
    for batch in data.batches(0, 25):
        trainer.train_step(batch)
    trainer.sums["seconds"] += 1.0  # which `fit` measures
    assert ("accuracy" in trainer.record()) == (complete == 1)


def test_precision_is_chosen_by_the_device() -> None:
    assert choose_precision(torch.device("cpu")) in {"float32", "bfloat16"}


def epoch_of(trainer: Trainer) -> list[torch.Tensor]:
    for batch in trainer.data.batches(0, trainer.config.batch_size):
        trainer.train_step(batch)
    return [each.detach().clone() for each in trainer.model.parameters()]


def test_a_long_run_is_compiled_and_learns_the_same(
    collections: dict[str, Collection], monkeypatch: pytest.MonkeyPatch
) -> None:
    if not can_compile():
        pytest.skip("there is no C++ compiler here")
    config = replace(LINEAR, batch_size=50)  # steps of 50, 50 and 20 triplets
    data = TripletData(collections, config.model.modalities, seed=0)
    plain = Trainer(config, data, "float32")
    assert not plain.compiles  # it is too short
    monkeypatch.setattr("mvae.training.trainer._WORTH_COMPILING", 1)
    compiled = Trainer(config, data, "float32")
    assert compiled.compiles
    asked: list[bool] = []
    objective = compiled.objective

    def noting(*args: Any, **kwargs: Any) -> Any:
        asked.append(kwargs["compiled"])
        return objective(*args, **kwargs)

    compiled.objective = noting
    for one, other in zip(epoch_of(compiled), epoch_of(plain), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-3, atol=2e-5)
    assert asked == [True, True, False]
    for name, total in compiled.sums.items():
        torch.testing.assert_close(total, plain.sums[name], rtol=1e-4, atol=1e-3)


def test_without_a_compiler_training_goes_on_as_it_is(
    collections: dict[str, Collection], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mvae.training.trainer._WORTH_COMPILING", 1)
    monkeypatch.setattr("mvae.training.trainer.can_compile", lambda: False)
    assert not Trainer(LINEAR, TripletData(collections, LINEAR.model.modalities, seed=0), "float32").compiles


def test_incomplete_data_are_not_compiled(
    collections: dict[str, Collection], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mvae.training.trainer._WORTH_COMPILING", 1)
    data = TripletData(collections, LINEAR.model.modalities, seed=0, complete=0.5)
    assert not Trainer(LINEAR, data, "float32").compiles
