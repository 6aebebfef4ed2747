"""The registry of modalities: what each one is called, its shape, its likelihood and its weight.

Adding a fourth modality is one entry here, one loader in `mvae.data`, and (for a new kind of shape) one
encoder/decoder pair in `mvae.model.networks`; nothing else changes.
"""

from dataclasses import dataclass
from math import prod
from typing import Literal

Likelihood = Literal["bernoulli", "gaussian"]

IMAGE_SIZE = 28
MFCC_COEFFICIENTS = 13
MFCC_FRAMES = 32
"""0.8 s at one frame each 25 ms: longer than 98 % of the FSDD recordings (see `mvae.modalities.sound`)."""


@dataclass(frozen=True)
class Modality:
    """One way of saying a digit.

    Attributes
    ----------
    name
        The key under which inputs, networks and outputs are found.
    title
        What a person reads.
    shape
        Shape of one sample.
    likelihood
        ``"bernoulli"``: values in [0, 1], the decoder gives logits. ``"gaussian"``: standardised real values
        with unit noise variance, the decoder gives means.
    weight
        Factor of this modality's log-likelihood in the objective.
    """

    name: str
    title: str
    shape: tuple[int, ...]
    likelihood: Likelihood
    weight: float = 1.0

    @property
    def size(self) -> int:
        """Number of values in one sample."""
        return prod(self.shape)
