"""The experts' encoders and the decoders: fully connected, as on the poster, and convolutional encoders.

An encoder maps a batch of one modality, (B, *shape), to the mean and log-variance of its expert, 2 x (B, Z).
A decoder maps latents (…, Z) to the parameters of its likelihood, (…, *shape): logits for Bernoulli and
categorical, means for Gaussian.
"""

from collections.abc import Callable, Mapping
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from mvae.modalities.base import KindName, Modality

EncoderKind = Literal["linear", "conv"]

LOG_VARIANCE_LIMIT = 20.0  # beyond it exp() of a wild input would leave float32


class Encoder(nn.Module):
    """An expert: features of one modality, then the mean and log-variance of its Gaussian over the latent."""

    def __init__(self, features: nn.Module, feature_size: int, latent_size: int) -> None:
        super().__init__()
        self.features = features
        self.head = nn.Linear(feature_size, 2 * latent_size)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Map (B, *shape) to the expert's mean and log-variance, each (B, Z)."""
        mean, log_variance = self.head(self.features(x)).chunk(2, dim=-1)
        return mean, log_variance.clamp(-LOG_VARIANCE_LIMIT, LOG_VARIANCE_LIMIT)


class ChannelDropout(nn.Module):
    """In training, zero whole channels of each sample at random and scale up the others.

    As PyTorch's Dropout1d and Dropout2d, but the draws for a batch can be made ahead: where several workers
    train, all of them make the same, those for the whole batch.

    Attributes
    ----------
    factors
        (B, channels) for the batches to come, from `draw`. None: drawn for each batch as it comes.
    """

    def __init__(self, channels: int, probability: float) -> None:
        super().__init__()
        self.channels, self.probability = channels, probability
        self.factors: Tensor | None = None

    def draw(self, size: int, device: torch.device, generator: torch.Generator | None = None) -> Tensor:
        """Draw what to multiply the channels of `size` samples by, (size, channels)."""
        kept = 1 - self.probability
        return torch.empty(size, self.channels, device=device).bernoulli_(kept, generator=generator) / kept

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, channels, …) to the same shape."""
        if not self.training:
            return x
        factors = self.draw(len(x), x.device) if self.factors is None else self.factors
        return x * factors.to(x.dtype).view(*x.shape[:2], *[1] * (x.dim() - 2))


class CepstralNormalisation(nn.Module):
    """Cepstral mean normalisation with deltas, the mean kept beside the features.

    Voice and microphone add about the same to the cepstrum of every frame (Furui 1981, "Cepstral analysis
    technique for automatic speaker verification"). So the layers are given each frame without the mean of the
    sequence, and its delta; the mean is appended to what they return. The first channel is the loudness, and
    the mean is weighted towards loud frames: the others hold the room or nothing.

    Parameters
    ----------
    layers
        Map (B, 2 x channels, T) to (B, features).
    """

    def __init__(self, layers: nn.Module) -> None:
        super().__init__()
        self.layers = layers

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, channels, T) to (B, features + channels)."""
        loud = torch.sigmoid(2 * x[:, :1])
        mean = (x * loud).sum(-1, keepdim=True) / (loud.sum(-1, keepdim=True) + 1e-3)
        padded = functional.pad(x, (2, 2), mode="replicate")
        # Regression over five frames.
        delta = 0.2 * (2 * (padded[..., 4:] - padded[..., :-4]) + padded[..., 3:-1] - padded[..., 1:-3])
        features: Tensor = self.layers(torch.cat([x - mean, delta], dim=1))
        return torch.cat([features, mean.squeeze(-1).to(features)], dim=1)


class Residual(nn.Module):
    """Two convolutions beside a way straight through: (B, channels, H, W) -> the same.

    He et al. 2016, "Deep Residual Learning for Image Recognition", figure 2, with group normalisation.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.change = nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=1, bias=False), nn.GroupNorm(8, channels),
            nn.ReLU(inplace=True),
            nn.Conv2d(channels, channels, 3, padding=1, bias=False), nn.GroupNorm(8, channels),
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        """Add a change to the features."""
        return functional.relu(x + self.change(x), inplace=True)


class Decoder(nn.Module):
    """Two hidden layers from the latent to the parameters of one likelihood."""

    def __init__(self, latent_size: int, hidden_size: int, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.shape = shape
        self.layers = nn.Sequential(
            nn.Linear(latent_size, hidden_size), nn.ReLU(inplace=True),
            nn.Linear(hidden_size, hidden_size), nn.ReLU(inplace=True),
            nn.Linear(hidden_size, torch.Size(shape).numel()),
        )  # fmt: skip

    def forward(self, z: Tensor) -> Tensor:
        """Map latents (…, Z) to (…, *shape)."""
        # Flat already here: a ReLU in place on a view, as which a layer returns (S, B, …), would cost copies.
        parameters: Tensor = self.layers(z.reshape(-1, z.shape[-1]))
        return parameters.reshape(*z.shape[:-1], *self.shape)


def make_encoder(modality: Modality, kind: EncoderKind, latent_size: int, hidden_size: int) -> Encoder:
    """Build the expert of one modality.

    `linear` takes any shape; `conv` takes drawings (height, width), both divisible by 4, sounds (channels,
    time), time divisible by 4, and vectors, for which it is fully connected, too.
    """
    if kind == "linear":
        return Encoder(_linear_features(modality, hidden_size), hidden_size, latent_size)
    features = _FEATURES[modality.kind]
    return Encoder(features(modality, hidden_size // 2), hidden_size // 2, latent_size)


def _linear_features(modality: Modality, hidden_size: int) -> nn.Module:
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(modality.size, hidden_size), nn.ReLU(inplace=True),
        nn.Linear(hidden_size, hidden_size), nn.ReLU(inplace=True),
    )  # fmt: skip


def _image_features(modality: Modality, feature_size: int) -> nn.Module:
    height, width = modality.shape
    return nn.Sequential(
        nn.Unflatten(1, (1, height)),  # (B, 1, H, W)
        nn.PixelUnshuffle(2),  # (B, 4, H/2, W/2): all that is in the picture, at a quarter of the cost
        nn.Conv2d(4, 32, 3, padding=1, bias=False), nn.GroupNorm(8, 32), nn.ReLU(inplace=True),
        Residual(32),
        nn.Conv2d(32, 64, 3, padding=1, stride=2, bias=False), nn.GroupNorm(8, 64), nn.ReLU(inplace=True),
        Residual(64),
        ChannelDropout(64, 0.2), nn.Flatten(),
        nn.Linear(64 * (height // 4) * (width // 4), feature_size), nn.ReLU(inplace=True),
    )  # fmt: skip


def _sequence_features(modality: Modality, feature_size: int) -> nn.Module:
    channels, time = modality.shape
    layers = nn.Sequential(
        nn.Conv1d(2 * channels, 64, 5, padding=2, bias=False), nn.GroupNorm(8, 64), nn.ReLU(inplace=True),
        nn.Conv1d(64, 128, 3, padding=1, stride=2, bias=False), nn.GroupNorm(8, 128), nn.ReLU(inplace=True),
        nn.Conv1d(128, 128, 3, padding=1, stride=2, bias=False), nn.GroupNorm(8, 128), nn.ReLU(inplace=True),
        ChannelDropout(128, 0.2), nn.Flatten(),
    )  # fmt: skip
    joined = 128 * (time // 4) + channels
    return nn.Sequential(
        CepstralNormalisation(layers), nn.Linear(joined, feature_size), nn.ReLU(inplace=True)
    )


_FEATURES: Mapping[KindName, Callable[[Modality, int], nn.Module]] = {
    "drawing": _image_features, "sound": _sequence_features, "vector": _linear_features,
}  # fmt: skip
"""What a convolutional model's encoders are made of, by kind."""
