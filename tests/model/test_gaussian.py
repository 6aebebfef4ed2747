"""The Gaussians against numerical integration, torch.distributions and finite differences."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.distributions import Normal, kl_divergence

from mvae.model.gaussian import (
    kl_from_prior,
    live_dimensions,
    precision_shares,
    product_of_experts,
    reparameterise,
)
from mvae.model.model import subset_mask
from mvae.model.subsets import all_subsets, subset_key

SUBSETS = all_subsets(("a", "b", "c"))
MASK = subset_mask(SUBSETS, ("a", "b", "c"))


def experts(
    seed: int = 0, *, count: int = 3, batch: int = 5, latent: int = 4
) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    mean = torch.randn(count, batch, latent, generator=generator, dtype=torch.float64) * 2
    return mean, torch.rand(count, batch, latent, generator=generator, dtype=torch.float64) * 6 - 3


@pytest.mark.parametrize("row", range(len(SUBSETS)), ids=lambda row: subset_key(SUBSETS[row]))
def test_product_of_experts_is_the_normalised_product_of_densities(row: int) -> None:
    mean, log_variance = experts(batch=2)
    fused = product_of_experts(mean, log_variance, MASK[row : row + 1])
    grid = torch.linspace(-40, 40, 80_001, dtype=torch.float64).view(-1, 1, 1)
    log_density = Normal(0.0, 1.0).log_prob(grid)
    for index in MASK[row].nonzero().flatten():
        log_density = log_density + Normal(mean[index], torch.exp(log_variance[index] / 2)).log_prob(grid)
    density = torch.exp(log_density - log_density.max(dim=0).values)
    density = density / torch.trapezoid(density, grid, dim=0)
    centre = torch.trapezoid(density * grid, grid, dim=0)
    variance = torch.trapezoid(density * (grid - centre) ** 2, grid, dim=0)
    torch.testing.assert_close(fused[0][0], centre, rtol=1e-6, atol=1e-8)
    torch.testing.assert_close(fused[1][0].exp(), variance, rtol=1e-6, atol=1e-8)


def test_missing_expert_is_left_out() -> None:
    mean, log_variance = experts()
    present = torch.tensor([[1, 1, 1], [0, 1, 1], [1, 0, 1], [0, 0, 1], [0, 0, 0]], dtype=torch.bool)
    joint = MASK[-1:]
    fused = product_of_experts(mean, log_variance, joint, present)
    for sample, flags in enumerate(present):
        kept = flags.nonzero().flatten()
        alone = product_of_experts(mean[kept, sample, None], log_variance[kept, sample, None], joint[:, kept])
        for part, other in zip(fused, alone, strict=True):
            torch.testing.assert_close(part[:, sample], other[:, 0], rtol=1e-14, atol=1e-14)
    assert torch.equal(fused[0][0, -1], torch.zeros(4, dtype=torch.float64))  # nothing left: the prior
    assert torch.equal(fused[1][0, -1], torch.zeros(4, dtype=torch.float64))


@pytest.mark.parametrize("rubbish", [0.0, 1e30, -1e30])
def test_what_a_missing_expert_holds_does_not_matter(rubbish: float) -> None:
    mean, log_variance = (values.float() for values in experts())
    present = torch.rand(5, 3, generator=torch.Generator().manual_seed(1)) > 0.4
    absent = ~present.T.unsqueeze(-1)
    changed = [values.masked_fill(absent, rubbish).requires_grad_() for values in (mean, log_variance)]
    fused = product_of_experts(*changed, MASK, present)
    for part, expected in zip(fused, product_of_experts(mean, log_variance, MASK, present), strict=True):
        assert torch.equal(part, expected)
    (fused[0].sum() + fused[1].sum()).backward()
    for values in changed:
        assert values.grad is not None
        assert torch.isfinite(values.grad).all()
        assert not values.grad[absent.expand_as(values.grad)].any()


@pytest.mark.parametrize("log_variance", [-20.0, 20.0])
def test_limits_of_certain_and_ignorant_experts(log_variance: float) -> None:
    mean = torch.tensor([[[3.0]], [[-1.0]]], requires_grad=True)
    spread = torch.full((2, 1, 1), log_variance, requires_grad=True)
    centre, fused = product_of_experts(mean, spread, torch.tensor([[1.0, 0.0], [1.0, 1.0]]))
    if log_variance < 0:  # sure experts: the prior does not count, both weigh the same
        torch.testing.assert_close(centre.flatten(), torch.tensor([3.0, 1.0]))
        torch.testing.assert_close(fused.flatten(), torch.tensor([-20.0, -20.0 - math.log(2)]))
    else:  # experts that know nothing: the prior, but for the exact trace that they leave
        torch.testing.assert_close(
            centre.flatten(), torch.tensor([3.0, 2.0]) * math.exp(-20), rtol=1e-5, atol=0
        )
        torch.testing.assert_close(
            fused.flatten(), -torch.tensor([1.0, 2.0]) * math.exp(-20), rtol=1e-5, atol=0
        )
    (centre.sum() + fused.sum() + kl_from_prior(centre, fused).sum()).backward()
    for values in (mean, spread):
        assert values.grad is not None
        assert torch.isfinite(values.grad).all()


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.floats(-50, 50), st.floats(-20, 20)), min_size=1, max_size=5))
def test_float32_agrees_with_exact_arithmetic_for_any_experts(parts: list[tuple[float, float]]) -> None:
    mean, log_variance = torch.tensor(parts, dtype=torch.float64).T.unsqueeze(-1).unsqueeze(-1)
    mask = torch.ones(1, len(parts))
    exact = [values.item() for values in product_of_experts(mean, log_variance, mask)]
    centre, fused = (values.item() for values in product_of_experts(mean.float(), log_variance.float(), mask))
    largest = max(abs(each) for each, _ in parts)
    assert centre == pytest.approx(exact[0], rel=1e-4, abs=1e-5 * (1 + largest))
    assert fused == pytest.approx(exact[1], rel=1e-5, abs=1e-5)
    assert fused <= 0  # never wider than the prior


@pytest.mark.parametrize("half", [torch.float16, torch.bfloat16])
def test_half_precision_is_fused_in_float32(half: torch.dtype) -> None:
    mean, log_variance = (values.to(half) for values in experts())
    expected = product_of_experts(mean.float(), log_variance.float(), MASK)
    with torch.autocast("cpu", torch.bfloat16):
        fused = product_of_experts(mean, log_variance, MASK)
    for part, reference in zip(fused, expected, strict=True):
        assert part.dtype == torch.float32
        assert torch.equal(part, reference)


def test_order_of_experts_does_not_matter() -> None:
    mean, log_variance = experts()
    order = [2, 0, 1]
    fused = product_of_experts(mean, log_variance, MASK)
    permuted = product_of_experts(mean[order], log_variance[order], MASK[:, order])
    for part, other in zip(fused, permuted, strict=True):
        torch.testing.assert_close(part, other, rtol=1e-14, atol=1e-14)


def test_shares_are_the_precisions() -> None:
    _, log_variance = experts()
    shares = precision_shares(log_variance)
    precision = np.exp(-log_variance.numpy())
    total = (1 + precision.sum(axis=0)).sum(axis=-1)
    np.testing.assert_allclose(shares[0], log_variance.shape[-1] / total)
    np.testing.assert_allclose(shares[1:], precision.sum(axis=-1) / total)
    np.testing.assert_allclose(shares.sum(dim=0), 1.0)


def test_kl_agrees_with_torch_distributions() -> None:
    mean, log_variance = experts()
    expected = kl_divergence(Normal(mean, torch.exp(log_variance / 2)), Normal(0.0, 1.0))
    torch.testing.assert_close(kl_from_prior(mean, log_variance), expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("log_variance", [-1e-2, -1e-3, 1e-3, 1e-2])
def test_kl_keeps_its_digits_near_zero(log_variance: float) -> None:
    series = 0.5 * (log_variance**2 / 2 + log_variance**3 / 6 + log_variance**4 / 24)
    found = kl_from_prior(torch.zeros(1), torch.tensor([log_variance])).item()
    assert found == pytest.approx(series, rel=1e-3)


def test_kl_of_the_prior_is_zero() -> None:
    assert kl_from_prior(torch.zeros(3), torch.zeros(3)).tolist() == [0.0, 0.0, 0.0]


def test_reparameterised_draws_have_the_mean_and_the_variance() -> None:
    noise = torch.randn(200_000, generator=torch.Generator().manual_seed(0))
    draws = reparameterise(torch.tensor(1.5), torch.tensor(math.log(4.0)), noise)
    assert draws.mean().item() == pytest.approx(1.5, abs=0.02)
    assert draws.var().item() == pytest.approx(4.0, rel=0.02)


def test_gradients() -> None:
    mean, log_variance = (values.requires_grad_() for values in experts(batch=2, latent=2))
    present = torch.tensor([[True, True, True], [True, False, True]])
    noise = torch.randn(len(SUBSETS), 2, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(3))

    def everything(mean: torch.Tensor, log_variance: torch.Tensor) -> tuple[torch.Tensor, ...]:
        fused = product_of_experts(mean, log_variance, MASK.double(), present)
        return *fused, kl_from_prior(*fused), reparameterise(*fused, noise)

    assert torch.autograd.gradcheck(everything, (mean, log_variance))


def test_live_dimensions_are_those_in_which_means_differ() -> None:
    means = torch.tensor([[0.0, 1.0, -2.0, 0.05], [0.0, 1.0, 2.0, -0.05], [0.0, 1.0, 0.0, 0.0]])
    assert live_dimensions(means).tolist() == [2]
