"""The objective against a plain loop over torch.distributions, its gradients against differences."""

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest
import torch
from helpers import small_batch, small_model
from torch import Tensor, nn
from torch.distributions import Bernoulli, Categorical, Normal, kl_divergence
from torch.nn import functional

from mvae.modalities.base import Modality
from mvae.model import objective
from mvae.model.gaussian import reparameterise
from mvae.model.model import MVAE, subset_mask
from mvae.model.objective import log_likelihood, negative_elbo, sampled_subsets
from mvae.model.subsets import Subset, all_subsets


def draws(rows: int, batch: int, latent: int = 3, dtype: torch.dtype = torch.float64) -> Tensor:
    return torch.randn(rows, batch, latent, dtype=dtype, generator=torch.Generator().manual_seed(5))


def random_presence(batch: int, count: int) -> Tensor:
    present = torch.rand(batch, count, generator=torch.Generator().manual_seed(7)) > 0.4
    present[0], present[1] = True, False  # one sample has everything, one nothing
    return present


def plain_loop(
    model: MVAE,
    inputs: dict[str, Tensor],
    labels: Tensor,
    subsets: Sequence[Subset],
    noise: Tensor,
    *,
    kl_weight: float,
    present: Tensor | None,
    absent_weight: float,
) -> Tensor:
    names = model.config.names
    total = torch.zeros((), dtype=torch.float64)
    for row, subset in enumerate(subsets):
        for sample in range(len(labels)):
            has = {name: present is None or bool(present[sample, names.index(name)]) for name in names}
            if not all(has[name] for name in subset):
                continue
            precision, weighted = torch.ones(3).double(), torch.zeros(3).double()
            for name in subset:
                mean, log_variance = model.encoders[name](inputs[name][sample, None])
                precision = precision + 1 / log_variance[0].exp()
                weighted = weighted + mean[0] / log_variance[0].exp()
            posterior = Normal(weighted / precision, precision.rsqrt())
            z = posterior.mean + posterior.stddev * noise[row, sample]
            elbo = -kl_weight * kl_divergence(posterior, Normal(0.0, 1.0)).sum()
            label = Categorical(logits=model.label_decoder(z))
            elbo = elbo + model.config.label_weight * label.log_prob(labels[sample])
            for modality in model.config.modalities:
                if has[modality.name]:
                    weight = modality.weight * (1.0 if modality.name in subset else absent_weight)
                    decoded = model.decoders[modality.name](z)
                    likelihood = (
                        Bernoulli(logits=decoded, validate_args=False)  # grey levels are not 0 or 1
                        if modality.likelihood == "bernoulli"
                        else Normal(decoded, 1.0)
                    )
                    elbo = elbo + weight * likelihood.log_prob(inputs[modality.name][sample]).sum()
            total = total - elbo
    return total / len(labels)


@pytest.mark.parametrize("absent_weight", [1.0, 0.0, 0.3], ids=["poster", "paper", "between"])
@pytest.mark.parametrize("missing", [False, True], ids=["whole", "missing"])
@pytest.mark.parametrize(("count", "kl_weight"), [(2, 1.0), (3, 1.0), (3, 0.25), (4, 0.0), (5, 0.5)])
def test_objective_is_the_plain_loop(
    count: int, kl_weight: float, missing: bool, absent_weight: float
) -> None:
    model = small_model(count)
    inputs, labels = small_batch(model, size=3)
    subsets = all_subsets(model.config.names)
    present = random_presence(3, count) if missing else None
    noise = draws(len(subsets), 3)
    rule = {"kl_weight": kl_weight, "present": present, "absent_weight": absent_weight}
    expected = plain_loop(model, inputs, labels, subsets, noise, **rule)  # type: ignore[arg-type]
    mask = subset_mask(subsets, model.config.names).double()
    loss, _ = negative_elbo(model, inputs, labels, mask, noise, **rule)  # type: ignore[arg-type]
    torch.testing.assert_close(loss, expected, rtol=1e-12, atol=1e-12)

    gradients = [
        torch.autograd.grad(each, list(model.parameters()), allow_unused=True) for each in (loss, expected)
    ]
    for found, reference in zip(*gradients, strict=True):
        zero = torch.zeros(()).double()
        torch.testing.assert_close(
            *torch.broadcast_tensors(
                zero if found is None else found, zero if reference is None else reference
            ),
            rtol=1e-9,
            atol=1e-11,
        )


def test_terms_are_those_of_the_poster_subsets() -> None:
    model = small_model(3)
    inputs, labels = small_batch(model)
    mask = subset_mask(all_subsets(model.config.names), model.config.names).double()
    loss, terms = negative_elbo(model, inputs, labels, mask, draws(7, 4), kl_weight=0.5)
    assert terms.kl.shape == terms.label_log_likelihood.shape == (7, 4)
    weighted = sum(m.weight * terms.log_likelihood[m.name] for m in model.config.modalities)
    total = 0.5 * terms.kl - weighted - model.config.label_weight * terms.label_log_likelihood
    torch.testing.assert_close(total.sum(0).mean(), loss)


def test_objective_does_not_depend_on_the_order_of_the_modalities() -> None:
    model = small_model(3)
    turned = MVAE(replace(model.config, modalities=model.config.modalities[::-1])).double().eval()
    turned.load_state_dict(model.state_dict())
    inputs, labels = small_batch(model)
    subsets = all_subsets(model.config.names)
    losses = []
    for each in (model, turned):
        mask = subset_mask(subsets, each.config.names).double()
        losses.append(negative_elbo(each, inputs, labels, mask, draws(7, 4))[0])
    torch.testing.assert_close(*losses, rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("absent_weight", [1.0, 0.0, 0.3])
def test_absent_modality_trains_neither_encoder_nor_decoder(absent_weight: float) -> None:
    model = small_model(3)
    inputs, labels = small_batch(model)
    mask = subset_mask(all_subsets(model.config.names), model.config.names).double()
    present = torch.ones(4, 3, dtype=torch.bool)
    present[:, 1] = False
    loss, _ = negative_elbo(
        model, inputs, labels, mask, draws(7, 4), present=present, absent_weight=absent_weight
    )
    loss.backward()
    for name in model.config.names:
        for network in (model.encoders[name], model.decoders[name]):
            touched = any(each.grad is not None and bool(each.grad.any()) for each in network.parameters())
            assert touched == (name != "m1")


def test_encoder_outside_of_every_subset_gets_exactly_zero_gradient() -> None:
    model = small_model(3)
    inputs, labels = small_batch(model)
    mask = subset_mask([("m0",), ("m2",), ("m0", "m2")], model.config.names).double()
    negative_elbo(model, inputs, labels, mask, draws(3, 4))[0].backward()
    gradients = [each.grad for each in model.encoders["m1"].parameters()]
    assert all(each is None or not each.any() for each in gradients)
    assert any(each.grad.any() for each in model.decoders["m1"].parameters() if each.grad is not None)


@pytest.mark.parametrize("rubbish", [0.0, -7.0, 1e6, 1e30])
def test_values_of_missing_samples_do_not_matter(rubbish: float) -> None:
    model = small_model(3, dtype=torch.float32)
    inputs, labels = small_batch(model, size=8)
    mask = subset_mask(all_subsets(model.config.names), model.config.names)
    present = random_presence(8, 3)
    changed = {
        name: torch.where(present[:, column, None, None], inputs[name], rubbish)
        for column, name in enumerate(model.config.names)
    }
    results = []
    for values in (inputs, changed):
        model.zero_grad()
        loss, _ = negative_elbo(
            model, values, labels, mask, draws(7, 8, dtype=torch.float32), present=present
        )
        loss.backward()
        results.append((loss, [each.grad for each in model.parameters()]))
    assert torch.equal(results[0][0], results[1][0])
    for one, other in zip(results[0][1], results[1][1], strict=True):
        assert (one is None) == (other is None)
        assert one is None or other is None or torch.equal(one, other)


class _Objective(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.model = small_model(3)

    def forward(self, present: Tensor, *, absent_weight: float) -> Tensor:
        inputs, labels = small_batch(self.model, size=3)
        mask = subset_mask(all_subsets(self.model.config.names), self.model.config.names).double()
        noise = draws(7, 3)
        rule = {"kl_weight": 0.7, "present": present, "absent_weight": absent_weight}
        return negative_elbo(self.model, inputs, labels, mask, noise, **rule)[0]  # type: ignore[arg-type]


@pytest.mark.parametrize("absent_weight", [1.0, 0.0, 0.3])
def test_gradient_of_the_entire_objective(absent_weight: float) -> None:
    objective = _Objective()
    names = [name for name, _ in objective.named_parameters()]
    present = torch.tensor([[True, True, True], [False, True, True], [True, True, False]])

    def loss(*values: Tensor) -> Tensor:
        parameters = dict(zip(names, values, strict=True))
        result: Tensor = torch.func.functional_call(
            objective, parameters, (present,), {"absent_weight": absent_weight}
        )
        return result

    values = tuple(each.detach().clone().requires_grad_() for each in objective.parameters())
    assert torch.autograd.gradcheck(loss, values, fast_mode=True)


@pytest.mark.parametrize("likelihood", ["bernoulli", "gaussian"])
def test_log_likelihood_is_exact_under_autocast(likelihood: str) -> None:
    modality = Modality("m", "M", (28, 28), likelihood, "drawing")  # type: ignore[arg-type]
    generator = torch.Generator().manual_seed(0)
    parameters = torch.randn(3, 4, 28, 28, generator=generator) * 3
    target = torch.rand(4, 28, 28, generator=generator)
    reference = log_likelihood(modality, parameters.double(), target.double())
    with torch.autocast("cpu", torch.bfloat16):
        found = log_likelihood(modality, parameters, target)
    assert found.dtype == torch.float32
    torch.testing.assert_close(found.double(), reference, rtol=1e-5, atol=1e-3)


@pytest.mark.parametrize("likelihood", ["bernoulli", "gaussian"])
@pytest.mark.parametrize("piece", [1, 40, 10**6], ids=["one subset", "some", "all at once"])
def test_gradient_of_the_log_likelihood_is_that_of_the_stock_losses(
    likelihood: str, piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(objective, "_PIECE", piece)
    modality = Modality("m", "M", (2, 3), likelihood, "drawing")
    generator = torch.Generator().manual_seed(0)
    parameters = torch.randn(5, 3, 2, 3, generator=generator, dtype=torch.float64, requires_grad=True)
    target = torch.rand(3, 2, 3, generator=generator, dtype=torch.float64)
    weights = torch.randn(5, 3, generator=generator, dtype=torch.float64)
    stock = (
        functional.binary_cross_entropy_with_logits(
            parameters, target.expand_as(parameters), reduction="none"
        )
        if likelihood == "bernoulli"
        else 0.5 * (functional.mse_loss(parameters, target.expand_as(parameters), reduction="none"))
        + 0.5 * math.log(2 * math.pi)
    ).sum((-1, -2))
    found = log_likelihood(modality, parameters, target)
    torch.testing.assert_close(found, -stock)
    torch.testing.assert_close(
        torch.autograd.grad(found, parameters, weights), torch.autograd.grad(-stock, parameters, weights)
    )


def test_log_likelihood_of_sure_decoders_is_finite() -> None:
    modality = Modality("m", "M", (1, 2), "bernoulli", "drawing")
    parameters = torch.tensor([1e4, -1e4]).view(1, 1, 1, 2)
    assert log_likelihood(modality, parameters, torch.tensor([[[1.0, 0.0]]])).item() == 0.0
    assert log_likelihood(modality, parameters, torch.tensor([[[0.0, 1.0]]])).item() == -2e4


@pytest.mark.parametrize("count", [1, 2, 3, 5, 7])
@pytest.mark.parametrize("extra", [0, 1, 4, 1000])
def test_sampled_subsets(count: int, extra: int) -> None:
    names = tuple("abcdefg"[:count])
    subsets = sampled_subsets(names, extra, torch.Generator().manual_seed(0))
    assert len(set(subsets)) == len(subsets)
    assert set(subsets) <= set(all_subsets(names))
    assert names in subsets
    assert all((name,) in subsets for name in names)
    others = 2**count - 1 - count - (count > 1)
    assert len(subsets) == 2**count - 1 - others + min(extra, others)


def test_sampled_subsets_are_drawn_evenly() -> None:
    generator = torch.Generator().manual_seed(0)
    counts: dict[Subset, int] = {}
    for _ in range(3000):
        for subset in sampled_subsets("abc", 1, generator):
            counts[subset] = counts.get(subset, 0) + 1
    pairs = [count for subset, count in counts.items() if len(subset) == 2]
    assert len(pairs) == 3
    assert all(850 < count < 1150 for count in pairs)


def test_targets_are_reconstructed_and_inputs_only_seen() -> None:
    model = small_model(3)
    inputs, labels = small_batch(model)
    targets, _ = small_batch(model, seed=9)
    mask = subset_mask(all_subsets(model.config.names), model.config.names).double()
    noise = draws(7, 4)
    loss, terms = negative_elbo(model, inputs, labels, mask, noise, targets=targets)
    posterior = model.fuse(model.encode(inputs), mask)
    decoded = model.decode(reparameterise(*posterior, noise))
    for modality in model.config.modalities:
        expected = log_likelihood(modality, decoded.modalities[modality.name], targets[modality.name])
        torch.testing.assert_close(terms.log_likelihood[modality.name], expected)
    assert loss != negative_elbo(model, inputs, labels, mask, noise)[0]
