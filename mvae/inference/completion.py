"""What a pipeline gives back: outputs and labels as arrays, and sound where asked for."""

from dataclasses import dataclass, replace
from types import EllipsisType

import numpy as np
from numpy.typing import NDArray

from mvae.arguments import as_count, as_instance, as_list, as_mapping, as_number, said
from mvae.arrays import Array, as_floats
from mvae.errors import InputError
from mvae.modalities.base import Modality
from mvae.modalities.kinds import kind_of
from mvae.model.subsets import Subset

_LARGEST_KL = 1e30  # nats


class _Outputs:
    """Outputs by name, and the poster's three as attributes."""

    outputs: dict[str, Array]
    modalities: tuple[Modality, ...]

    def __getitem__(self, name: str) -> Array:
        return self.outputs[name]

    @property
    def farsi(self) -> Array:
        """The output "farsi"."""
        return self._of_poster("farsi")

    @property
    def kannada(self) -> Array:
        """The output "kannada"."""
        return self._of_poster("kannada")

    @property
    def mfcc(self) -> Array:
        """The output "speech"."""
        return self._of_poster("speech")

    def _of_poster(self, name: str) -> Array:
        if name not in self.outputs:
            msg = f"This model has no modality {name}; it has {', '.join(self.outputs)}."
            raise AttributeError(msg)
        return self.outputs[name]

    def _audible(self, place: int | EllipsisType, name: str | None) -> tuple[Array, int]:
        """Make one place of the outputs of a modality, or of the first that is audible, heard."""
        for modality in self.modalities:
            if name in {None, modality.name}:
                audio = kind_of(modality).audio(self.outputs[modality.name][place])
                if audio is not None:
                    return audio
        msg = f"Nothing is to be heard in {'what this model makes' if name is None else said(name)}."
        raise InputError(msg)


@dataclass(frozen=True)
class Decoding(_Outputs):
    """What the decoders say about n latents; ``decoding["farsi"]`` is one modality's.

    Attributes
    ----------
    outputs
        Name of each modality -> (n, *shape): drawings in [0, 1], MFCCs and vectors in their units.
    label_probs
        (n, C) for C classes, each row sums to 1.
    modalities
        Of the model.
    farsi, kannada, mfcc
        The outputs "farsi", "kannada" and "speech" of the poster's task.
    """

    outputs: dict[str, Array]
    label_probs: Array
    modalities: tuple[Modality, ...]

    @property
    def label(self) -> NDArray[np.int64]:
        """(n,) most probable classes."""
        labels: NDArray[np.int64] = self.label_probs.argmax(axis=1)
        return labels

    def audio(self, index: int = 0, name: str | None = None) -> tuple[Array, int]:
        """Make one latent's sound audible: a waveform in [-1, 1] and its rate in hertz.

        Parameters
        ----------
        index
            Of the latent.
        name
            Of the modality; None: the first that is a sound.

        Raises
        ------
        InputError
            If there is no such latent, or nothing to be heard.
        """
        count = len(self.label_probs)
        if not count:
            msg = "Nothing was decoded, so nothing can be heard."
            raise InputError(msg)
        return self._audible(as_count(index, "Its place", -count, count - 1), name)


@dataclass(frozen=True)
class Completion(_Outputs):
    """One posterior, and everything that it reconstructs or imagines.

    Attributes
    ----------
    given
        Names of the modalities that were fused.
    label
        The most probable class; `label_probs` is (C,) for C classes.
    outputs
        Name of each modality -> its values, given or not: drawings (28, 28) in [0, 1], sounds (13, 32) in
        MFCC units, vectors (d,). ``completion["farsi"]`` is one of them.
    mean, variance
        (Z,) of the posterior.
    expert_shares
        "prior" and each given modality -> its share of the posterior's precision; they sum to 1.
    experts
        Name of each given modality -> mean and variance of its expert, (Z,) each.
    inputs
        Each given modality after preprocessing, in the same units as the outputs.
    kl
        KL divergence of the posterior from the prior, in nats.
    seed
        Of the draw from which the modalities that were not given are decoded; None: from the mean.
    modalities
        Of the model.
    farsi, kannada, mfcc
        The outputs "farsi", "kannada" and "speech" of the poster's task.
    """

    given: Subset
    label: int
    label_probs: Array
    outputs: dict[str, Array]
    mean: Array
    variance: Array
    expert_shares: dict[str, float]
    experts: dict[str, tuple[Array, Array]]
    inputs: dict[str, Array]
    kl: float
    modalities: tuple[Modality, ...]
    seed: int | None = None

    def audio(self, name: str | None = None) -> tuple[Array, int]:
        """Make a sound audible: a waveform in [-1, 1] and its rate in hertz; arguments as of `Decoding`."""
        return self._audible(..., name)


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
    probabilities = as_floats(found.label_probs, "The probabilities of a completion", (None,))
    as_count(found.label, "The label of a completion", 0, len(probabilities) - 1)
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
