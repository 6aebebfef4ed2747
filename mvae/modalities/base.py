"""What a modality is: its name, its shape, its likelihood, its weight, and of which kind its samples are.

A fourth modality is an entry in a task (`mvae.tasks.task`) and nothing else. What is common to all modalities
of a kind lies in `mvae.modalities.kinds`.
"""

from dataclasses import dataclass, field
from math import prod
from typing import Literal

Likelihood = Literal["bernoulli", "gaussian"]
KindName = Literal["drawing", "sound", "vector"]

IMAGE_SIZE = 28
MFCC_COEFFICIENTS = 13
MFCC_FRAMES = 32
"""0.8 s at one frame each 25 ms: longer than 98 % of the FSDD recordings (see `mvae.modalities.sound`)."""


@dataclass(frozen=True)
class Modality:
    """One way of showing or saying what a sample is.

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
    kind
        What the samples are: ``"drawing"``, ``"sound"`` or ``"vector"``; see `mvae.modalities.kinds`.
    weight
        Factor of this modality's log-likelihood in the objective.
    scarce
        It has so few samples that one is used many times in an epoch: they are drawn with replacement, and
        do not limit how long an epoch is.
    short
        What a person reads where there is little room; by default the title.
    value_names
        What each value of a vector is, as a person reads it; by default they are numbered.
    """

    name: str
    title: str
    shape: tuple[int, ...]
    likelihood: Likelihood
    kind: KindName
    weight: float = 1.0
    scarce: bool = False
    short: str = field(default="", compare=False)
    value_names: tuple[str, ...] = field(default=(), compare=False)

    @property
    def short_title(self) -> str:
        """What a person reads where there is little room."""
        return self.short or self.title

    @property
    def size(self) -> int:
        """Number of values in one sample."""
        return prod(self.shape)
