"""What a pipeline does with the posteriors of one sample: it decodes means or draws of them, and weighs them.

M modalities, S subsets, Z latent dimensions.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from mvae.arrays import Array
from mvae.inference.completion import Completion
from mvae.model.gaussian import precision_shares, reparameterise
from mvae.model.imagination import ROUNDS, imagine
from mvae.model.model import MVAE, Decoded, Gaussians, subset_mask
from mvae.model.objective import log_likelihood
from mvae.model.subsets import Subset

ELBO_DRAWS = 64
"""Draws of the latent over which an ELBO is averaged; the same draws each time."""


def decode_subsets(
    model: MVAE, posterior: Gaussians, subsets: Sequence[Subset], seeds: Sequence[int | None]
) -> Decoded:
    """Decode posteriors (S, Z) from their means, but, with seeds, what a subset lacks from a draw."""
    noises = {seed: noise_of_seed(model, seed) for seed in seeds if seed is not None}
    if not noises:
        return model.decode(posterior.mean)
    noise = torch.stack([noises[seed] for seed in seeds if seed is not None], dim=1)  # (rounds + 1, S, Z)
    has = subset_mask(subsets, model.config.names).bool()  # (S, M)
    drawn = imagine(model, has, posterior, noise)
    decoded = {
        name: decoder(torch.where(has[:, index, None], posterior.mean, drawn))
        for index, (name, decoder) in enumerate(model.decoders.items())
    }
    return Decoded(decoded, model.label_decoder(posterior.mean))


def noise_of_seed(model: MVAE, seed: int) -> Tensor:
    """Return the standard normal noise of a seed, (rounds + 1, Z): of the draws that `imagine` makes."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(ROUNDS + 1, model.config.latent_size, generator=generator, dtype=torch.float32)


@torch.inference_mode()
def elbo_of(model: MVAE, targets: Mapping[str, Tensor], completions: Sequence[Completion]) -> list[float]:
    """Return the ELBO of targets, (1, *shape) by name, from each completion's posterior, in nats."""
    generator = torch.Generator().manual_seed(0)
    noise = torch.randn(ELBO_DRAWS, 1, model.config.latent_size, generator=generator, dtype=torch.float32)
    mean = torch.from_numpy(np.stack([out.mean for out in completions]))  # (S, Z)
    variance = torch.from_numpy(np.stack([out.variance for out in completions]))
    z = reparameterise(mean, variance.log(), noise)  # (K, S, Z)
    flat = z.flatten(0, 1).unsqueeze(1)  # (K·S, 1, Z)
    fitted = torch.zeros(len(flat))
    for modality in model.config.modalities:
        if modality.name in targets:
            parameters = model.decoders[modality.name](flat)
            fitted += log_likelihood(modality, parameters, targets[modality.name]).squeeze(1)
    kl = torch.tensor([out.kl for out in completions])
    elbos: list[float] = (fitted.reshape(z.shape[:2]).mean(0) - kl).tolist()
    return elbos


def parameters_of(gaussians: Gaussians) -> tuple[Array, Array]:
    """Return mean and variance, (n, Z) each, of (n, 1, Z) Gaussians."""
    mean, log_variance = only(gaussians)
    return mean.numpy(), log_variance.exp().numpy()


def joined(experts: Sequence[Gaussians]) -> Gaussians:
    """Put the experts of one sample, (1, 1, Z) each, behind each other: (M, 1, Z)."""
    means, log_variances = zip(*experts, strict=True)
    return Gaussians(torch.cat(means), torch.cat(log_variances))


def only(gaussians: Gaussians) -> Gaussians:
    """Return the Gaussians of the only sample: (n, 1, Z) -> (n, Z)."""
    return Gaussians(*(part.squeeze(1) for part in gaussians))


def shares_of(experts: Gaussians, names: Subset, subset: Subset) -> dict[str, float]:
    """Return the share of "prior" and of each expert of a subset in its posterior's precision."""
    rows = [names.index(name) for name in subset]
    shares = precision_shares(experts.log_variance[rows]).squeeze(1)
    return dict(zip(("prior", *subset), shares.tolist(), strict=True))
