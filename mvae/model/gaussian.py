"""Diagonal Gaussians: the product of experts, the KL divergence from the prior, and reparameterisation.

Pure functions in float32 or more, whatever the networks compute in. M is the number of modalities, S of
subsets, B of samples, Z the size of the latent. Source of the method: M. Wu and N. Goodman, *Multimodal
Generative Models for Scalable Weakly-Supervised Learning*, NeurIPS 2018, https://arxiv.org/abs/1802.05335.
"""

import math

import torch
from torch import Tensor

_SILENT = 0.01  # variance of the posterior's mean below which a dimension says nothing


def at_least_float32(values: Tensor) -> Tensor:
    """Widen half precision to float32; double stays double."""
    return values.to(torch.promote_types(values.dtype, torch.float32))


def product_of_experts(
    mean: Tensor, log_variance: Tensor, subsets: Tensor, present: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """Fuse the experts of every subset with the N(0, I) prior expert, in one matrix product.

    A product of Gaussian densities is, but for its constant, a Gaussian whose precision is the sum of the
    experts' precisions and whose mean is their average weighted by precision (Wu & Goodman, section 2.2).

    Parameters
    ----------
    mean, log_variance
        (M, B, Z): one Gaussian of each modality for each sample.
    subsets
        (S, M), 1 where the subset holds the modality and 0 where it does not.
    present
        (B, M), 0 where a modality is missing from a sample's data; None where nothing is missing. What the
        missing experts hold does not matter, as long as their means are finite.

    Returns
    -------
    tuple[Tensor, Tensor]
        Mean and log-variance of each subset's posterior, (S, B, Z), float32 or double.
    """
    with torch.autocast(mean.device.type, enabled=False):
        if present is not None:  # to know nothing is to have an infinite variance
            log_variance = log_variance.masked_fill(present.T.unsqueeze(-1) == 0, math.inf)
        precision = torch.exp(-at_least_float32(log_variance))  # (M, B, Z)
        weighted = precision * at_least_float32(mean)
        mask = subsets.to(precision)
        experts = torch.einsum("sm,mbz->sbz", mask, precision)
        # The 1 is the prior expert.
        return torch.einsum("sm,mbz->sbz", mask, weighted) / (1.0 + experts), -torch.log1p(experts)


def precision_shares(log_variance: Tensor) -> Tensor:
    """Share of each expert in the posterior's precision, summed over the latent: how much it has to say.

    The sum lets the dimensions count by how much is known in them; in those that carry nothing the prior is
    alone, whatever is given.

    Parameters
    ----------
    log_variance
        (M, B, Z) of the experts that are present.

    Returns
    -------
    Tensor
        (M + 1, B): the prior's share first, then the experts'; each column sums to 1.
    """
    precision = torch.exp(-at_least_float32(log_variance))
    total = torch.cat([torch.ones_like(precision[:1]), precision]).sum(dim=-1)  # (M + 1, B)
    return total / total.sum(dim=0)


def kl_from_prior(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL divergence of N(mean, variance) from N(0, 1), in nats, for each dimension.

    Kingma & Welling 2014, appendix B. Both arguments and the result have the same shape.
    """
    # expm1(v) - v keeps its digits near v = 0, where exp(v) - 1 - v would lose them.
    return 0.5 * (mean.square() + torch.expm1(log_variance) - log_variance)


def live_dimensions(means: Tensor) -> Tensor:
    """Return the dimensions in which the posteriors' means (n, Z) differ, which say something: (L,) int64."""
    return (means.var(0) > _SILENT).nonzero().squeeze(1)


def reparameterise(mean: Tensor, log_variance: Tensor, noise: Tensor) -> Tensor:
    """Draw from N(mean, variance), differentiably: mean + exp(log_variance / 2) * noise."""
    return mean + torch.exp(0.5 * log_variance) * noise
