"""What our training step is compared with: a plain loop over the subsets, and MultiVae's MVAE.

The plain loop stays close to how the method was first written (Wu & Goodman 2018; the authors' public code):
every subset encodes its modalities anew, fuses them, and decodes on its own, in float32, with PyTorch's stock
losses and optimiser. It computes the same objective as `mvae.model.objective.negative_elbo`, only slower.

MultiVae is optional: `pip install --no-deps multivae==1.0.3 pythae`, then `pip install pydantic cloudpickle
pandas scikit-learn`. Its torchvision, which has no build for this CPU torch, and its packages for figures are
replaced by stand-ins: a training step needs nothing of them.
"""

import importlib
import sys
from collections.abc import Mapping
from functools import partial
from typing import Any
from unittest.mock import MagicMock

import torch
from torch import Tensor, nn
from torch.nn import functional

from mvae.model.gaussian import kl_from_prior, product_of_experts, reparameterise
from mvae.model.model import MVAE
from mvae.model.networks import Decoder, Encoder
from mvae.model.objective import LOG_TWO_PI, Terms
from mvae.training.batches import Batch, TripletData
from mvae.training.config import TrainConfig
from mvae.training.trainer import Trainer

_NOT_NEEDED = (
    "torchvision", "torchvision.datasets", "torchvision.datasets.utils", "torchvision.transforms",
    "torchvision.utils", "matplotlib", "matplotlib.pyplot", "nltk", "nltk.tokenize",
)  # fmt: skip


def plain_negative_elbo(
    model: MVAE,
    inputs: Mapping[str, Tensor],
    labels: Tensor,
    mask: Tensor,
    noise: Tensor,
    *,
    kl_weight: float | Tensor,
    present: None = None,  # noqa: ARG001 - it takes complete data only
    absent_weight: float,
    targets: Mapping[str, Tensor] | None = None,
    compiled: bool = False,  # noqa: ARG001 - it never is
) -> tuple[Tensor, Terms]:
    """Compute what `mvae.model.objective.negative_elbo` does, one subset after the other; see there."""
    total = noise.new_zeros(())
    parts = []
    for row, subset in enumerate(mask):
        members = [name for name, given in zip(model.config.names, subset.tolist(), strict=True) if given]
        experts = [model.encoders[name](inputs[name]) for name in members]
        mean, log_variance = (torch.stack(part) for part in zip(*experts, strict=True))
        posterior = product_of_experts(mean, log_variance, mask.new_ones(1, len(members)))
        posterior_mean, posterior_log_variance = (part.squeeze(0) for part in posterior)
        z = reparameterise(posterior_mean, posterior_log_variance, noise[row])
        fitted = {}
        for modality in model.config.modalities:
            parameters = model.decoders[modality.name](z).flatten(1)
            target = (inputs if targets is None else targets)[modality.name].flatten(1)
            if modality.likelihood == "bernoulli":
                loss = functional.binary_cross_entropy_with_logits(parameters, target, reduction="none")
                fitted[modality.name] = -loss.sum(-1)
            else:
                loss = functional.mse_loss(parameters, target, reduction="none")
                fitted[modality.name] = -0.5 * (loss.sum(-1) + modality.size * LOG_TWO_PI)
        logits = model.label_decoder(z)
        label = -functional.cross_entropy(logits, labels, reduction="none")
        kl = kl_from_prior(posterior_mean, posterior_log_variance).sum(-1)
        elbo = model.config.label_weight * label - kl_weight * kl
        for modality in model.config.modalities:
            weight = modality.weight * (1.0 if modality.name in members else absent_weight)
            elbo = elbo + weight * fitted[modality.name]
        total = total - elbo.mean()
        parts.append((fitted, label, kl, logits))
    fits, label, kl, logits = zip(*parts, strict=True)
    likelihood = {name: torch.stack([fit[name] for fit in fits]) for name in fits[0]}
    return total, Terms(likelihood, torch.stack(label), torch.stack(kl), torch.stack(logits))


class PlainTrainer(Trainer):
    """A trainer that differs from ours in nothing but speed: the plain loop, float32, the stock AdamW."""

    def __init__(self, config: TrainConfig, data: TripletData) -> None:
        super().__init__(config, data, "float32")
        self.objective = partial(plain_negative_elbo, self.model)
        self.optimiser = torch.optim.AdamW(
            self.model.parameters(), config.learning_rate, weight_decay=config.weight_decay
        )


class MultiVaeTrainer:
    """MultiVae's MVAE with the encoders and decoders of one of our models, and AdamW.

    It draws all pairs beside the joint and the single subsets: the same seven subsets as ours. It has no
    label, no augmentation and no average of the weights, and reconstructs only what a subset gives.

    Raises
    ------
    ImportError
        If MultiVae is not installed.
    """

    def __init__(self, config: TrainConfig, device: torch.device) -> None:
        self.config = config
        sys.modules.update({name: MagicMock() for name in _NOT_NEEDED if name not in sys.modules})
        models = importlib.import_module("multivae.models")
        architectures = importlib.import_module("multivae.models.nn.base_architectures")
        self._dataset = importlib.import_module("multivae.data.datasets.base").MultimodalBaseDataset
        output = importlib.import_module("pythae.models.base.base_utils").ModelOutput
        # Its Bernoulli likelihood would refuse grey levels between 0 and 1 otherwise.
        torch.distributions.Distribution.set_default_validate_args(False)
        torch.manual_seed(config.seed)
        ours = MVAE(config.model)
        modalities = config.model.modalities

        class PeerEncoder(architectures.BaseEncoder):  # type: ignore[misc,name-defined]
            def __init__(self, encoder: Encoder) -> None:
                super().__init__()
                self.encoder, self.latent_dim = encoder, config.model.latent_size

            def forward(self, x: Tensor) -> Any:
                mean, log_variance = self.encoder(x)
                return output(embedding=mean, log_covariance=log_variance)

        class PeerDecoder(architectures.BaseDecoder):  # type: ignore[misc,name-defined]
            def __init__(self, decoder: Decoder) -> None:
                super().__init__()
                self.decoder, self.latent_dim = decoder, config.model.latent_size

            def forward(self, z: Tensor) -> Any:
                return output(reconstruction=self.decoder(z))

        peer = models.MVAEConfig(
            n_modalities=len(modalities),
            latent_dim=config.model.latent_size,
            input_dims={m.name: m.shape for m in modalities},
            decoders_dist={m.name: m.likelihood.replace("gaussian", "normal") for m in modalities},
            k=2 ** len(modalities) - 2 - len(modalities),
            warmup=0,
        )
        self.model: nn.Module = models.MVAE(
            peer,
            encoders={m.name: PeerEncoder(ours.encoders[m.name]) for m in modalities},
            decoders={m.name: PeerDecoder(ours.decoders[m.name]) for m in modalities},
        )
        self.model.to(device)
        self.optimiser = torch.optim.AdamW(
            self.model.parameters(), config.learning_rate, weight_decay=config.weight_decay
        )

    def train_step(self, batch: Batch) -> None:
        """Take one step, as MultiVae's own trainer does."""
        self.model.train()
        loss = self.model(self._dataset(data=batch.inputs)).loss
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()
