"""The multimodal variational autoencoder: encode each modality once, fuse any subsets, decode everything.

M. Wu and N. Goodman, *Multimodal Generative Models for Scalable Weakly-Supervised Learning*, NeurIPS 2018,
https://arxiv.org/abs/1802.05335. Sizes in comments: M modalities, S subsets, B samples, Z latent dimensions.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Annotated, Any, NamedTuple, Self

import torch
from torch import Tensor, nn

from mvae.modalities.base import Modality
from mvae.model.gaussian import product_of_experts
from mvae.model.networks import Decoder, EncoderKind, make_encoder
from mvae.model.subsets import Subset
from mvae.settings import Range

LARGEST_LATENT, LARGEST_HIDDEN = 4_096, 16_384


@dataclass(frozen=True)
class MVAEConfig:
    """Everything that determines the shape of a model: a saved model is rebuilt from this alone.

    Attributes
    ----------
    encoder
        ``"linear"``: fully connected, as on the poster; ``"conv"``: convolutional. Decoders are fully
        connected in both.
    latent_size
        Dimensions of the latent.
    hidden_size
        Dimensions of the hidden layers.
    modalities
        What is encoded and decoded, in this order.
    classes
        What the labels 0, 1, … mean, as a person reads it.
    label_weight
        Factor of the label's log-likelihood in the objective.
    """

    encoder: EncoderKind = "conv"
    latent_size: Annotated[int, Range(1, LARGEST_LATENT)] = 64
    hidden_size: Annotated[int, Range(2, LARGEST_HIDDEN)] = 512  # the label's decoder has half of it
    modalities: tuple[Modality, ...] = field(kw_only=True)
    classes: tuple[str, ...] = field(kw_only=True)
    label_weight: Annotated[float, Range(0, 1_000)] = field(kw_only=True)

    @property
    def names(self) -> Subset:
        """Names of all modalities."""
        return tuple(modality.name for modality in self.modalities)

    def modality(self, name: str) -> Modality:
        """Look a modality up by its name."""
        return next(modality for modality in self.modalities if modality.name == name)

    def to_json(self) -> dict[str, Any]:
        """Return plain values for JSON; `from_json` reads them back."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Build from what `to_json` gave.

        Raises
        ------
        KeyError, TypeError
            If a value is missing or of another version's form.
        """
        modalities = tuple(
            Modality(
                **{**each, "shape": tuple(each["shape"]), "value_names": tuple(each.get("value_names", ()))}
            )
            for each in values["modalities"]
        )
        return cls(**{**values, "modalities": modalities, "classes": tuple(values["classes"])})


class Gaussians(NamedTuple):
    """Diagonal Gaussians over the latent: the experts, (M, B, Z), or the subsets' posteriors, (S, B, Z)."""

    mean: Tensor
    log_variance: Tensor


class Decoded(NamedTuple):
    """Likelihood parameters that the decoders give for latents (…, Z)."""

    modalities: dict[str, Tensor]  # name -> (…, *shape): logits (Bernoulli) or means (Gaussian)
    label: Tensor  # (…, C) logits, one a class


class MVAE(nn.Module):
    """One expert and one decoder a modality over a shared latent, and a decoder branch for the label."""

    def __init__(self, config: MVAEConfig) -> None:
        super().__init__()
        self.config = config
        latent, hidden = config.latent_size, config.hidden_size
        self.encoders = nn.ModuleDict(
            {m.name: make_encoder(m, config.encoder, latent, hidden) for m in config.modalities}
        )
        self.decoders = nn.ModuleDict({m.name: Decoder(latent, hidden, m.shape) for m in config.modalities})
        self.label_decoder = Decoder(latent, hidden // 2, (len(config.classes),))

    def encode(self, inputs: Mapping[str, Tensor], present: Tensor | None = None) -> Gaussians:
        """Encode each given modality once.

        Parameters
        ----------
        inputs
            Name -> (B, *shape), for the modalities that are given; the others are absent keys.
        present
            (B, M') booleans for the M' given modalities in the registry's order: False where a sample lacks
            that modality. Such samples do not enter its network at all.

        Returns
        -------
        Gaussians
            Mean and log-variance of the experts, each (M', B, Z); (0, 1) where a sample lacks the modality.
        """
        experts = []
        for index, name in enumerate(self.given(inputs)):
            if present is None or bool(present[:, index].all()):
                experts.append(self.encoders[name](inputs[name]))
                continue
            mean, log_variance = inputs[name].new_zeros(2, len(inputs[name]), self.config.latent_size)
            rows = present[:, index].nonzero().squeeze(1)
            if len(rows):
                found = self.encoders[name](inputs[name][rows])
                mean, log_variance = (
                    empty.index_copy(0, rows, part.to(empty))
                    for empty, part in zip((mean, log_variance), found, strict=True)
                )
            experts.append((mean, log_variance))
        means, log_variances = zip(*experts, strict=True)
        return Gaussians(torch.stack(means), torch.stack(log_variances))

    def given(self, inputs: Container[str]) -> Subset:
        """Names of the modalities in `inputs`, in the registry's order."""
        return tuple(name for name in self.config.names if name in inputs)

    def fuse(self, experts: Gaussians, subsets: Tensor, present: Tensor | None = None) -> Gaussians:
        """Return every subset's posterior, each (S, B, Z); see `mvae.model.gaussian.product_of_experts`."""
        return Gaussians(*product_of_experts(*experts, subsets, present))

    def decode(self, z: Tensor) -> Decoded:
        """Decode latents (…, Z) into every modality and the label, in one batch."""
        if torch.is_autocast_enabled(z.device.type):  # once, and not once more for each decoder
            z = z.to(torch.get_autocast_dtype(z.device.type))
        return Decoded({name: decoder(z) for name, decoder in self.decoders.items()}, self.label_decoder(z))


def expectation(modality: Modality, parameters: Tensor) -> Tensor:
    """Return the mean of a likelihood: grey levels in [0, 1] for Bernoulli logits, Gaussian means as is."""
    return parameters.sigmoid() if modality.likelihood == "bernoulli" else parameters


def subset_mask(subsets: Sequence[Subset], names: Sequence[str]) -> Tensor:
    """Return (S, M) float32: 1 where the subset holds the modality."""
    return torch.tensor([[float(name in subset) for name in names] for subset in subsets])
