"""Diagonal Gaussians: the product of experts, the KL divergence from the prior, and the reparameterisation trick.

Pure functions in float32, whatever the networks compute in. M is the number of modalities, S of subsets, B of samples, Z the
size of the latent. Source of the method: M. Wu and N. Goodman, *Multimodal Generative Models for Scalable Weakly-Supervised
Learning*, NeurIPS 2018, https://arxiv.org/abs/1802.05335.
"""

import torch
from torch import Tensor


def product_of_experts(mean: Tensor, log_variance: Tensor, subsets: Tensor, present: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Fuse the experts of every subset with the N(0, I) prior expert, in one matrix product.

    A product of Gaussian densities is, but for its constant, a Gaussian whose precision is the sum of the experts'
    precisions and whose mean is their average weighted by precision (Wu & Goodman 2018, section 2.2).

    Parameters
    ----------
    mean, log_variance
        (M, B, Z): one Gaussian of each modality for each sample.
    subsets
        (S, M), 1 where the subset holds the modality and 0 where it does not.
    present
        (B, M), 0 where a modality is missing from a sample's data; None where nothing is missing. What the missing
        experts hold does not matter, as long as it is finite.

    Returns
    -------
    tuple[Tensor, Tensor]
        Mean and log-variance of each subset's posterior, (S, B, Z), float32.
    """
    with torch.autocast(mean.device.type, enabled=False):
        precision = torch.exp(-log_variance.float())  # (M, B, Z)
        if present is not None:
            precision = precision * present.T.unsqueeze(-1).to(precision)
        weighted = precision * mean.float()
        mask = subsets.to(precision)
        total = 1.0 + torch.einsum("sm,mbz->sbz", mask, precision)  # the 1 is the prior expert
        return torch.einsum("sm,mbz->sbz", mask, weighted) / total, -torch.log(total)


def precision_shares(log_variance: Tensor) -> Tensor:
    """How much each expert has to say in the product: its share of the posterior's precision, averaged over the latent.

    Parameters
    ----------
    log_variance
        (M, B, Z) of the experts that are present.

    Returns
    -------
    Tensor
        (M + 1, B): the prior's share first, then the experts'; each column sums to 1.
    """
    precision = torch.exp(-log_variance.float())
    precision = torch.cat([torch.ones_like(precision[:1]), precision])
    return (precision / precision.sum(dim=0)).mean(dim=-1)


def kl_from_prior(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL divergence of N(mean, variance) from N(0, 1), in nats, for each dimension.

    Kingma & Welling 2014, appendix B. Both arguments and the result have the same shape.
    """
    # expm1(v) - v keeps its digits near v = 0, where exp(v) - 1 - v would lose them.
    return 0.5 * (mean.square() + torch.expm1(log_variance) - log_variance)


def reparameterise(mean: Tensor, log_variance: Tensor, noise: Tensor) -> Tensor:
    """Draw from N(mean, variance) as a differentiable function of both: mean + exp(log_variance / 2) * noise."""
    return mean + torch.exp(0.5 * log_variance) * noise
