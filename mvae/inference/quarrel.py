"""Quarrels: what each input alone is read as, and which reading wins where they differ, by how much."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mvae.arguments import as_instance
from mvae.inference.completion import Completion, as_completion
from mvae.inference.conflict import log_label_probs
from mvae.inference.gaussians import Gaussian, product_of_gaussians, with_prior
from mvae.inference.pipeline import Pipeline


@dataclass(frozen=True)
class Reading:
    """The class that is read, and its probability."""

    label: int
    probability: float


@dataclass(frozen=True)
class Quarrel:
    """What several inputs are read as.

    Attributes
    ----------
    alone
        Name of each given modality -> what it alone is read as: by the label decoder at the mean of the
        product of its expert and the prior.
    together
        The class that all of them together are read as.
    against
        The most probable of the other classes that one of them alone is read as; None where there is none,
        so that there is no quarrel.
    nats
        Log-odds log p(together) - log p(against) of the label decoder at the mean of the joint posterior, at
        least 0: what `mvae.inference.conflict.Conflict` calls odds, of two inputs or more; 0 without a
        quarrel.
    """

    alone: dict[str, Reading]
    together: int
    against: int | None
    nats: float

    @property
    def winners(self) -> list[str]:
        """Names of the modalities that alone are read as all together are; perhaps none is."""
        return [name for name, reading in self.alone.items() if reading.label == self.together]


def judge_quarrel(pipe: Pipeline, out: Completion) -> Quarrel:
    """Judge the quarrel of all inputs of a completion.

    Raises
    ------
    InputError
        If it is no completion of this model.
    """
    pipe = as_instance(pipe, Pipeline, "The model", "load_pretrained")
    out = as_completion(out, pipe.latent_size)
    means = [_with_prior(out.experts[name]) for name in out.given]
    *own, joint = log_label_probs(pipe, np.stack([*means, out.mean]))
    alone = {
        name: Reading(int(each.argmax()), float(np.exp(each.max())))
        for name, each in zip(out.given, own, strict=True)
    }
    together = int(joint.argmax())
    others = {reading.label for reading in alone.values()} - {together}
    if not others:
        return Quarrel(alone, together, None, 0.0)
    against = min(others, key=lambda label: (-joint[label], label))
    return Quarrel(alone, together, against, float(joint[together] - joint[against]))


def _with_prior(expert: Gaussian) -> NDArray[np.float64]:
    """Return the mean of the product of an expert and the prior: (Z,)."""
    means, variances = zip(*with_prior({"alone": expert}).values(), strict=True)
    return product_of_gaussians(np.stack(means), np.stack(variances))[0]
