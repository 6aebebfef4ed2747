"""One step: the averaged weights, the learning rate, the precision."""

from dataclasses import replace
from itertools import pairwise

import pytest
import torch
from helpers import synthetic_collections

from mvae.batches import TripletData
from mvae.data.collections import Collection
from mvae.model import MVAEConfig
from mvae.trainer import TrainConfig, Trainer, choose_precision

LINEAR = TrainConfig(MVAEConfig("linear", latent_size=8, hidden_size=32), epochs=3, batch_size=25, seed=4)


@pytest.fixture(scope="module")
def collections() -> dict[str, Collection]:
    return synthetic_collections(per_class=12)  # 120 triplets an epoch


def test_averaged_weights_are_the_moving_average(collections: dict[str, Collection]) -> None:
    trainer = Trainer(LINEAR, TripletData(collections, LINEAR.model.modalities, seed=0), "float32")
    expected = torch.zeros(())
    for step, batch in enumerate(trainer.data.batches(0, 25)):
        trainer.train_step(batch)
        now = trainer.model.label_decoder.layers[0].weight.detach().clone()
        kept = min(LINEAR.average, (1 + step) / (10 + step)) if step else 0.0
        expected = kept * expected + (1 - kept) * now
    torch.testing.assert_close(trainer.averaged.label_decoder.layers[0].weight, expected)


def test_learning_rate_warms_up_and_decays(collections: dict[str, Collection]) -> None:
    config = replace(LINEAR, epochs=20)
    trainer = Trainer(config, TripletData(collections, config.model.modalities, seed=0), "float32")
    rates = []
    for trainer.step_count in range(100):
        rates.append(trainer._rate())
    assert rates[:5] == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])
    assert all(later < earlier for earlier, later in pairwise(rates[5:]))
    assert 0 < rates[-1] < 0.001


def test_precision_is_chosen_by_the_device() -> None:
    assert choose_precision(torch.device("cpu")) in {"float32", "bfloat16"}
