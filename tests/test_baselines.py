"""The benchmark's plain loop computes what it is compared with."""

import pytest
import torch
from helpers import small_batch, small_model, synthetic_collections

from benchmarks.baselines import PlainTrainer, plain_negative_elbo
from benchmarks.roofline import multiply_adds
from benchmarks.training import products_of
from mvae.model.model import MVAE, subset_mask
from mvae.model.networks import EncoderKind
from mvae.model.objective import negative_elbo
from mvae.model.subsets import all_subsets
from mvae.tasks.digits import TASK
from mvae.training.batches import Batch, TripletData
from mvae.training.config import TrainConfig
from mvae.training.distributed import ALONE
from mvae.training.trainer import Trainer


def test_plain_loop_gives_the_same_loss_terms_and_gradient() -> None:
    model = small_model()
    inputs, labels = small_batch(model)
    mask = subset_mask(all_subsets(model.config.names), model.config.names).double()
    noise = torch.randn(7, 4, 3, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    rule = {"kl_weight": 0.3, "absent_weight": 0.2}
    ours, our_terms = negative_elbo(model, inputs, labels, mask, noise, **rule)
    plain, plain_terms = plain_negative_elbo(model, inputs, labels, mask, noise, **rule)
    torch.testing.assert_close(plain, ours)
    torch.testing.assert_close(plain_terms, our_terms)
    parameters = list(model.parameters())
    torch.testing.assert_close(torch.autograd.grad(plain, parameters), torch.autograd.grad(ours, parameters))


def test_plain_trainer_takes_the_same_steps() -> None:
    config = TrainConfig(TASK.model("linear", latent_size=8, hidden_size=32), epochs=1, batch_size=30)
    collections = synthetic_collections()
    data = TripletData(collections, config.model.modalities, seed=0)
    ours, plain = Trainer(config, data, "float32"), PlainTrainer(config, data)
    for batch in data.batches(0, 30):
        ours.train_step(batch)
        plain.train_step(batch)
    torch.testing.assert_close(plain.model.state_dict(), ours.model.state_dict(), rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(plain.sums["loss"], ours.sums["loss"])


@pytest.mark.parametrize("kind", ["linear", "conv"])
def test_roofline_counts_every_layer_once_forward_and_twice_backward(kind: EncoderKind) -> None:
    config = TASK.model(kind, latent_size=8, hidden_size=16)
    model = MVAE(config)
    inputs = {modality.name: torch.zeros(2, *modality.shape) for modality in config.modalities}
    labels = torch.zeros(2, dtype=torch.int64)
    batch = Batch(inputs, labels, None, ALONE.share(2), torch.zeros(2, len(inputs), dtype=torch.int64))
    decoders = [8 * 16, 16 * 16] * 3 + [16 * 784] * 2 + [16 * 416] + [8 * 8, 8 * 8, 8 * 10]
    if kind == "linear":
        first, later = 2 * 784 * 16 + 416 * 16, 3 * (16 * 16 + 16 * 16)
    else:
        first = 2 * 196 * 32 * 4 * 9 + 32 * 64 * (2 * 13) * 5
        residual = 2 * 196 * 32 * 32 * 9 + 2 * 49 * 64 * 64 * 9
        images = residual + 49 * 64 * 32 * 9 + 49 * 64 * 8 + 8 * 16
        later = 2 * images + 16 * 128 * 64 * 3 + 8 * 128 * 128 * 3 + (8 * 128 + 13) * 8 + 8 * 16
    expected = 2 * (2 * first + 3 * later) + 3 * 7 * 2 * sum(decoders)
    assert multiply_adds(products_of(model, batch, 7)) == expected
