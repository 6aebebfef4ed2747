"""Log-likelihood of held-out triplets by importance sampling, and the ELBO that it is a tighter bound than.

Conventions
-----------
All figures are nats a triplet, averaged; higher is better. Likelihoods are the model's own
(`mvae.model.objective.log_likelihood`): Bernoulli of grey levels, Gaussian of unit variance of standardised
MFCCs. The label takes no part. As in Wu & Goodman 2018 (https://arxiv.org/abs/1802.05335, section 5), with K
= 1,000 draws from the posterior of the subset s that is evaluated (Burda et al. 2016,
https://arxiv.org/abs/1509.00519, equation 8):

    log p(x_s) ~ log 1/K sum_k p(x_s | z_k) p(z_k) / q(z_k | x_s),    z_k ~ q(z | x_s),
    log p(x_t | x_s) = log p(x_s, x_t) - log p(x_s).

With finite K each log p(x_s) is on average too low, so a conditional, the difference of two, may err either
way. *Effective draws* (Kong 1992), 1 / sum_k w_k^2 of the normalised weights, say how far to trust an
estimate: 1,000 where the posterior is exact, near 1 where a single draw decides.
"""

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor
from tqdm import tqdm

from mvae.evaluation.encoded import Encoded
from mvae.model.gaussian import kl_from_prior
from mvae.model.model import Gaussians
from mvae.model.objective import log_likelihood
from mvae.model.subsets import Subset, all_subsets

DRAWS = 1000
PER_CLASS = 20
"""Triplets of each class: few, since every one of them is decoded a thousand times for each term."""
_ELBO_DRAWS = 100  # of the same; their mean needs fewer than the logarithm of a mean
_COLUMNS = {
    "log_likelihood": "log p(inputs)", "effective_draws": "effective draws",
    "elbo_given": "ELBO of inputs", "elbo_all": "ELBO of all",
}  # fmt: skip


@torch.inference_mode()
def measure(encoded: Encoded, *, per_class: int = PER_CLASS, draws: int = DRAWS) -> dict[str, Any]:
    """Estimate the marginals of all subsets, and from them every conditional.

    Returns
    -------
    dict[str, Any]
        ``triplets`` and ``draws``; ``marginal``: of each subset ``inputs``, ``log_likelihood``,
        ``effective_draws`` (the median over triplets), ``elbo_given`` and ``elbo_all``, the ELBO with the
        given modalities, and with all, as what is to be explained; ``conditional``: ``given``, ``target`` and
        ``log_likelihood``. The marginal of all modalities is the joint.
    """
    model = encoded.model
    triplets = encoded.triplets(per_class)
    subsets = all_subsets(model.config.names)
    bounds: dict[Subset, list[Tensor]] = {subset: [] for subset in subsets}
    generator = torch.Generator().manual_seed(0)
    for triplet in tqdm(triplets, "importance sampling", disable=None, leave=False):
        inputs = encoded.inputs(triplet[None])
        posteriors = encoded.posterior(triplet[None], subsets)  # (S, 1, Z)
        for row, subset in enumerate(subsets):
            posterior = Gaussians(posteriors.mean[row, 0], posteriors.log_variance[row, 0])
            noise = torch.randn(draws, len(posterior.mean), generator=generator)
            bounds[subset].append(_bounds(encoded, inputs, subset, posterior, noise))
    tables = {subset: torch.stack(found).double() for subset, found in bounds.items()}
    marginal = [_row(subset, table) for subset, table in tables.items()]
    log_likelihoods = {subset: float(table[:, 0].mean()) for subset, table in tables.items()}
    conditional = [
        {
            "given": list(subset),
            "target": [name for name in together if name not in subset],
            "log_likelihood": round(log_likelihoods[together] - log_likelihoods[subset], 2),
        }
        for subset in subsets
        for together in subsets
        if set(subset) < set(together)
    ]
    return {"triplets": len(triplets), "draws": draws, "marginal": marginal, "conditional": conditional}


def _bounds(
    encoded: Encoded, inputs: Mapping[str, Tensor], subset: Subset, posterior: Gaussians, noise: Tensor
) -> Tensor:
    """Return log p(x_s), effective draws, and the two ELBOs of one triplet, (4,)."""
    z = posterior.mean + torch.exp(0.5 * posterior.log_variance) * noise  # (K, Z)
    fitted = {name: _fitted(encoded, inputs, name, z) for name in subset}
    given = torch.stack(list(fitted.values())).sum(0)  # (K,)
    estimate, effective = importance_estimate(given, z, posterior, noise)
    few = z[:_ELBO_DRAWS]
    absent = [_fitted(encoded, inputs, name, few).mean() for name in inputs if name not in subset]
    kl = kl_from_prior(*posterior).sum()
    # Of what is given all draws are known already.
    elbo_given = given.mean() - kl
    return torch.stack([estimate, effective, elbo_given, elbo_given + sum(absent)])


def importance_estimate(
    log_likelihoods: Tensor, z: Tensor, proposal: Gaussians, noise: Tensor
) -> tuple[Tensor, Tensor]:
    """Estimate log p(x) from K draws of a proposal, and say how many draws the estimate rests on.

    Parameters
    ----------
    log_likelihoods
        log p(x | z) of each draw, (K,).
    z, noise
        The draws, (K, Z), and the standard normal noise that they were made from.
    proposal
        The diagonal Gaussian that they were drawn from, (Z,) each.

    Returns
    -------
    tuple[Tensor, Tensor]
        Two scalars: the estimate in nats, and the effective number of draws, 1 to K.
    """
    # Of log p(z) - log q(z) the constants cancel, and (z - mean) / deviation is the noise.
    ratio = 0.5 * (noise.square() + proposal.log_variance - z.square()).sum(-1)
    log_weights = (log_likelihoods + ratio).double()
    estimate = log_weights.logsumexp(0) - math.log(len(log_weights))
    effective = 1 / log_weights.softmax(0).square().sum()
    return estimate, effective


def _fitted(encoded: Encoded, inputs: Mapping[str, Tensor], name: str, z: Tensor) -> Tensor:
    """Return log p(x_m | z) of one triplet's modality for each latent, (K,)."""
    parameters = encoded.model.decoders[name](z).unsqueeze(1)  # (K, 1, *shape)
    return log_likelihood(encoded.model.config.modality(name), parameters, inputs[name]).squeeze(1)


def _row(subset: Subset, table: Tensor) -> dict[str, Any]:
    estimate, _, elbo_given, elbo_all = table.mean(0).tolist()
    return {
        "inputs": list(subset),
        "log_likelihood": round(estimate, 2),
        "effective_draws": round(float(table[:, 1].median()), 1),
        "elbo_given": round(elbo_given, 2),
        "elbo_all": round(elbo_all, 2),
    }


def format(result: Mapping[str, Any]) -> str:  # noqa: A001 - every section has a `measure` and a `format`
    """Lay out what `measure` returned, as text."""
    lines = [
        f"Log-likelihood in nats, {result['triplets']:,} triplets, {result['draws']:,} draws each",
        f"{'inputs':<28}" + "".join(f"{title:>18}" for title in _COLUMNS.values()),
    ]
    lines += [
        f"{' + '.join(row['inputs']):<28}" + "".join(f"{row[key]:>18.2f}" for key in _COLUMNS)
        for row in result["marginal"]
    ]
    lines += [
        f"log p({', '.join(row['target'])} | {', '.join(row['given'])}) = {row['log_likelihood']:.2f}"
        for row in result["conditional"]
    ]
    return "\n".join(lines)
