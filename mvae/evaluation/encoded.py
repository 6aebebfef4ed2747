"""A split as a checkpoint sees it: every item encoded once, and label-matched triplets of those items.

Conventions
-----------
A triplet is a row of indices, one into each modality's items, in the model's order. Values are stored as the
collections store images (uint8), or standardised (speech). S subsets, B triplets, Z latent dimensions.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from tqdm import tqdm

from mvae.data.collections import Collection
from mvae.data.triplets import balanced_triplets
from mvae.model.gaussian import reparameterise
from mvae.model.imagination import ROUNDS, imagine
from mvae.model.model import MVAE, Gaussians, expectation, subset_mask
from mvae.model.scaling import Standardisation, scaled, standardised
from mvae.model.subsets import Subset

AT_ONCE = 500
"""Triplets in one go: what lies between two layers then stays in the processor's cache."""


@dataclass(frozen=True)
class Encoded:
    """Items of a split, and their experts.

    Attributes
    ----------
    model
        Whose experts these are.
    values
        Name -> (n, *shape) stored values.
    labels
        Name -> (n,) int64.
    experts
        Name -> mean and log-variance of each item's expert, (n, Z) each.
    """

    model: MVAE
    values: dict[str, Tensor]
    labels: dict[str, Tensor]
    experts: dict[str, Gaussians]

    @classmethod
    def of(
        cls,
        model: MVAE,
        standardisation: Mapping[str, Standardisation],
        collections: Mapping[str, Collection],
    ) -> "Encoded":
        """Encode every item of the collections of the model's modalities."""
        values = {
            name: standardised(standardisation, name, collections[name].values) for name in model.config.names
        }
        labels = {name: torch.from_numpy(collections[name].labels) for name in values}
        return cls(model, values, labels, {name: encode_all(model, name, values[name]) for name in values})

    def triplets(self, per_class: int) -> Tensor:
        """Return balanced triplets, (C · per_class, M): see `mvae.data.triplets.balanced_triplets`."""
        labels = {name: each.numpy() for name, each in self.labels.items()}
        return torch.from_numpy(balanced_triplets(labels, per_class=per_class))

    def classes(self, triplets: Tensor) -> Tensor:
        """Return the class of each triplet, (B,)."""
        return next(iter(self.labels.values()))[triplets[:, 0]]

    def inputs(self, triplets: Tensor) -> dict[str, Tensor]:
        """Return what the triplets hold, as the networks take it: name -> (B, *shape)."""
        columns = zip(self.values.items(), triplets.unbind(1), strict=True)
        return {name: scaled(values[rows]) for (name, values), rows in columns}

    def posterior(self, triplets: Tensor, subsets: Sequence[Subset]) -> Gaussians:
        """Return the posterior of each subset and triplet, (S, B, Z)."""
        columns = list(zip(self.experts.values(), triplets.unbind(1), strict=True))
        means = torch.stack([expert.mean[rows] for expert, rows in columns])
        log_variances = torch.stack([expert.log_variance[rows] for expert, rows in columns])
        return self.model.fuse(Gaussians(means, log_variances), subset_mask(subsets, self.model.config.names))

    def imagining(self, triplets: Tensor, subset: Subset, generator: torch.Generator) -> Tensor:
        """Draw the latents that missing modalities are decoded from, (B, Z); see `mvae.model.imagination`."""
        given = subset_mask([subset], self.model.config.names).bool().expand(len(triplets), -1)
        posterior = Gaussians(*(part.squeeze(0) for part in self.posterior(triplets, [subset])))
        noise = torch.randn(ROUNDS + 1, *posterior.mean.shape, generator=generator)
        return imagine(self.model, given, posterior, noise)


@torch.inference_mode()
def encode_all(model: MVAE, name: str, values: Tensor) -> Gaussians:
    """Encode each item of a modality once, however many triplets hold it: (n, Z) each."""
    parts = [model.encoders[name](scaled(part)) for part in torch.split(values, AT_ONCE)]
    means, log_variances = zip(*parts, strict=True)
    return Gaussians(torch.cat(means), torch.cat(log_variances))


def draw(posterior: Gaussians, generator: torch.Generator) -> Tensor:
    """Draw one latent from each posterior, (…, Z)."""
    return reparameterise(*posterior, torch.randn(posterior.mean.shape, generator=generator))


def in_batches(triplets: Tensor, title: str | None = None) -> Iterator[Tensor]:
    """Give the triplets `AT_ONCE` at a time; under a title progress is shown."""
    parts = torch.split(triplets, AT_ONCE)
    return iter(tqdm(parts, title, disable=True if title is None else None, leave=False))


def imagined(model: MVAE, name: str, z: Tensor) -> Tensor:
    """Decode latents (…, Z) into one modality: images in [0, 1], or standardised MFCCs, (…, *shape)."""
    return expectation(model.config.modality(name), model.decoders[name](z))
