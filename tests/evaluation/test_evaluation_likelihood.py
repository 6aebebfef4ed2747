"""Importance sampling against closed forms, and the bookkeeping of subsets."""

import math

import pytest
import torch
from helpers import synthetic_collections
from torch.distributions import MultivariateNormal

from mvae.evaluation import likelihood
from mvae.evaluation.encoded import Encoded
from mvae.evaluation.likelihood import importance_estimate
from mvae.model.model import MVAE, Gaussians
from mvae.model.scaling import Standardisation
from mvae.model.subsets import all_subsets
from mvae.tasks.digits import TASK

DRAWS = 4000


def toy() -> tuple[torch.Tensor, torch.Tensor, Gaussians, float]:
    """x = W z + unit noise, z ~ N(0, I): x, W, the true posterior and log p(x), all in closed form.

    The columns of W are orthogonal, so that the true posterior is diagonal.
    """
    torch.manual_seed(0)
    basis = torch.linalg.qr(torch.randn(6, 3, dtype=torch.double)).Q
    weight = basis * torch.tensor([2.0, 1.0, 0.5], dtype=torch.double)
    x = weight @ torch.randn(3, dtype=torch.double) + torch.randn(6, dtype=torch.double)
    precision = 1 + weight.square().sum(0)
    posterior = Gaussians(weight.T @ x / precision, -precision.log())
    evidence = MultivariateNormal(
        torch.zeros(6, dtype=torch.double), torch.eye(6, dtype=torch.double) + weight @ weight.T
    ).log_prob(x)
    return x, weight, posterior, float(evidence)


def estimate(proposal: Gaussians) -> tuple[float, float]:
    x, weight, _, _ = toy()
    noise = torch.randn(DRAWS, 3, dtype=torch.double, generator=torch.Generator().manual_seed(1))
    z = proposal.mean + torch.exp(0.5 * proposal.log_variance) * noise
    fitted = -0.5 * ((x - z @ weight.T).square().sum(-1) + 6 * math.log(2 * math.pi))
    found, effective = importance_estimate(fitted, z, proposal, noise)
    return float(found), float(effective)


def test_the_true_posterior_gives_the_evidence_with_any_draw() -> None:
    _, _, posterior, evidence = toy()
    found, effective = estimate(posterior)
    assert found == pytest.approx(evidence, abs=1e-9)
    assert effective == pytest.approx(DRAWS)


def test_another_proposal_gives_it_approximately() -> None:
    _, _, posterior, evidence = toy()
    found, effective = estimate(Gaussians(posterior.mean + 0.2, posterior.log_variance + 0.5))
    assert found == pytest.approx(evidence, abs=0.05)
    assert 0.3 * DRAWS < effective < 0.95 * DRAWS
    from_prior, few = estimate(Gaussians(torch.zeros(3).double(), torch.zeros(3).double()))
    assert from_prior == pytest.approx(evidence, abs=0.3)
    assert few < effective


@pytest.fixture(scope="module")
def encoded() -> Encoded:
    torch.manual_seed(0)
    model = (
        MVAE(TASK.model("linear", latent_size=4, hidden_size=8)).eval().requires_grad_(requires_grad=False)
    )
    for decoder in model.decoders.values():
        decoder.layers[-1].weight *= 10  # so that it matters which latent is drawn
    collections = synthetic_collections(per_class=2)
    return Encoded.of(model, {"speech": Standardisation.of(collections["speech"].values)}, collections)


def test_measure_estimates_marginals_and_conditionals(encoded: Encoded) -> None:
    result = likelihood.measure(encoded, per_class=1, draws=300)
    assert result == likelihood.measure(encoded, per_class=1, draws=300)
    assert (result["triplets"], result["draws"]) == (10, 300)
    subsets = all_subsets(encoded.model.config.names)
    marginal = {tuple(row["inputs"]): row for row in result["marginal"]}
    assert list(marginal) == subsets
    for row in marginal.values():
        assert row["log_likelihood"] >= row["elbo_given"]
        assert 1 <= row["effective_draws"] <= 300
    everything = marginal[subsets[-1]]
    assert everything["elbo_given"] == everything["elbo_all"]
    assert all(row["elbo_all"] < row["elbo_given"] for subset, row in marginal.items() if len(subset) < 3)
    assert len(result["conditional"]) == 12
    for row in result["conditional"]:
        together = tuple(name for name in subsets[-1] if name in row["given"] + row["target"])
        difference = marginal[together]["log_likelihood"] - marginal[tuple(row["given"])]["log_likelihood"]
        assert row["log_likelihood"] == pytest.approx(difference, abs=0.011)


def test_more_draws_raise_the_bound(encoded: Encoded) -> None:
    fewer, more = (likelihood.measure(encoded, per_class=1, draws=draws)["marginal"] for draws in (1, 1000))
    for one, other in zip(fewer, more, strict=True):
        assert one["log_likelihood"] < other["log_likelihood"]


def test_text_names_every_figure(encoded: Encoded) -> None:
    text = likelihood.format(likelihood.measure(encoded, per_class=1, draws=10))
    assert "ELBO of inputs" in text
    assert "log p(kannada, speech | farsi) = " in text
    assert "log p(farsi | kannada, speech) = " in text
