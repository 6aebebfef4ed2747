"""What a pipeline gives back: reconstructions and labels as arrays, and sound where asked for."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mvae.arguments import as_count, as_instance, as_list, as_mapping, as_number
from mvae.arrays import Array, as_floats
from mvae.errors import InputError
from mvae.model.model import Subset
from mvae.tasks.digits import DIGITS

_LARGEST_KL = 1e30  # nats


@dataclass(frozen=True)
class Decoding:
    """What the decoders say about n latents: probabilities for images, means for MFCCs.

    Attributes
    ----------
    farsi, kannada
        (n, 28, 28) in [0, 1].
    mfcc
        (n, 13, 32), MFCC units.
    label_probs
        (n, 10), each row sums to 1.
    """

    farsi: Array
    kannada: Array
    mfcc: Array
    label_probs: Array

    @property
    def label(self) -> NDArray[np.int64]:
        """(n,) most probable digits."""
        labels: NDArray[np.int64] = self.label_probs.argmax(axis=1)
        return labels

    def audio(self, index: int = 0) -> tuple[Array, int]:
        """Make one latent's MFCCs audible: a waveform in [-1, 1] and its rate in hertz.

        Raises
        ------
        InputError
            If there is no such latent.
        """
        if not len(self.mfcc):
            msg = "Nothing was decoded, so nothing can be heard."
            raise InputError(msg)
        return _audible(self.mfcc[as_count(index, "Its place", -len(self.mfcc), len(self.mfcc) - 1)])


@dataclass(frozen=True)
class Completion:
    """One posterior, and everything that it reconstructs or imagines.

    Attributes
    ----------
    given
        Names of the modalities that were fused.
    label
        The most probable digit; `label_probs` is (10,).
    farsi, kannada, mfcc
        (28, 28), (28, 28) in [0, 1]; (13, 32) in MFCC units. Present whether given or not.
    mean, variance
        (Z,) of the posterior.
    expert_shares
        "prior" and each given modality -> its share of the posterior's precision; they sum to 1.
    experts
        Name of each given modality -> mean and variance of its expert, (Z,) each.
    inputs
        Each given modality after preprocessing, in the same units as the outputs: "farsi", "kannada" ->
        (28, 28), "speech" -> (13, 32).
    kl
        KL divergence of the posterior from the prior, in nats.
    seed
        Of the draw from which the modalities that were not given are decoded; None: from the mean.
    """

    given: Subset
    label: int
    label_probs: Array
    farsi: Array
    kannada: Array
    mfcc: Array
    mean: Array
    variance: Array
    expert_shares: dict[str, float]
    experts: dict[str, tuple[Array, Array]]
    inputs: dict[str, Array]
    kl: float
    seed: int | None = None

    def audio(self) -> tuple[Array, int]:
        """Make the MFCCs audible: a waveform in [-1, 1] and its rate in hertz."""
        return _audible(self.mfcc)


def as_completion(value: object, latent_size: int | None = None) -> Completion:
    """Return a completion, once it was found to be one, with a latent of this size.

    Raises
    ------
    InputError
        If it is none, or its posterior is none.
    """
    found = as_instance(value, Completion, "This", "a pipeline")
    mean = as_floats(found.mean, "The mean of a completion", (latent_size,))
    variance = as_floats(found.variance, "The variance of a completion", (len(mean),))
    as_number(found.kl, "The KL divergence of a completion", -_LARGEST_KL, _LARGEST_KL)
    as_count(found.label, "The label of a completion", 0, DIGITS - 1)
    inputs, experts = (
        as_mapping(part, "What a completion was given") for part in (found.inputs, found.experts)
    )
    given = as_list(found.given, "The names of what a completion was given", len(inputs))
    if not (variance > 0).all() or not all(name in inputs and name in experts for name in given):
        msg = "A completion must have a positive variance, and an input and an expert for what was given."
        raise InputError(msg)
    if mean is found.mean and variance is found.variance:
        return found
    return replace(found, mean=mean, variance=variance)


def _audible(mfcc: Array) -> tuple[Array, int]:
    from mvae.modalities.sound import SAMPLE_RATE, waveform_of  # noqa: PLC0415 - librosa is slow to load

    return waveform_of(mfcc), SAMPLE_RATE
