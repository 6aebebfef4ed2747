"""Conflicts: two inputs that contradict each other, and which of them the joint posterior believes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from mvae.arguments import as_instance, as_list, as_mapping
from mvae.arrays import Array
from mvae.errors import InputError
from mvae.inference.completion import Completion, as_completion
from mvae.inference.gaussians import symmetric_kl
from mvae.inference.inputs import MOST_COMPLETIONS
from mvae.inference.pipeline import Pipeline
from mvae.inference.series import series


@dataclass(frozen=True)
class Conflict:
    """What comes of two inputs that may contradict each other.

    Attributes
    ----------
    alone
        Name of each of the two modalities -> the label that it gives alone.
    together
        The label of both.
    odds
        Log-odds of the first modality's label against the second's, log p(first) - log p(second) in nats, of
        the label decoder at the mean of the joint posterior; 0 where the two are the same label.
    distance
        `symmetric_kl` of the two experts, in nats.
    """

    alone: dict[str, int]
    together: int
    odds: float
    distance: float

    @property
    def agree(self) -> bool:
        """Whether both give the same label alone."""
        return len(set(self.alone.values())) == 1

    @property
    def winner(self) -> str | None:
        """Name of the modality whose label is that of both; None where they agree, or neither's is."""
        if self.agree:
            return None
        return next((name for name, label in self.alone.items() if label == self.together), None)


def judge_conflict(pipe: Pipeline, first: Completion, second: Completion, both: Completion) -> Conflict:
    """Judge a conflict by the completions of one modality, of another, and of the two together.

    Raises
    ------
    InputError
        If these are no such completions.
    """
    pipe = as_instance(pipe, Pipeline, "The model", "load_pretrained")
    first, second, both = (as_completion(out, pipe.latent_size) for out in (first, second, both))
    if sorted(first.given + second.given) != sorted(both.given) or len(both.given) != 2:
        msg = "A conflict is between completions of one modality, of another, and of the two together."
        raise InputError(msg)
    alone = {out.given[0]: out.label for out in (first, second)}
    log_probs = log_label_probs(pipe, both.mean[None])[0]
    return Conflict(
        alone=alone,
        together=both.label,
        odds=float(log_probs[first.label] - log_probs[second.label]),
        distance=symmetric_kl(*(both.experts[name] for name in alone)),
    )


def count_conflicts(pipe: Pipeline, inputs: Mapping[str, Sequence[Array]]) -> dict[str, int]:
    """Judge the conflict of each input of one modality with each input of another.

    Parameters
    ----------
    pipe
        The model.
    inputs
        Name of each of the two modalities -> inputs, as `Pipeline.prepare` gives them.

    Returns
    -------
    dict[str, int]
        Winner, one of the two names or "neither" -> how many conflicts; pairs that alone say the same are
        none.

    Raises
    ------
    InputError
        If these are no inputs of two modalities.
    """
    lists = {
        name: as_list(each, "Inputs of a modality", MOST_COMPLETIONS)
        for name, each in as_mapping(inputs, "Inputs").items()
    }
    if len(lists) != 2:
        msg = "A conflict is between inputs of two modalities."
        raise InputError(msg)
    (first, firsts), (second, seconds) = lists.items()
    counts = {first: 0, second: 0, "neither": 0}
    if not seconds:
        return counts
    for each in firsts:
        found = series(pipe, {first: each, second: seconds[0]}, second, seconds)
        (own,) = series(pipe, {first: each}, first, [each]).alone.argmax(1)
        for other, together in zip(found.alone.argmax(1), found.label_probs.argmax(1), strict=True):
            if other != own:
                winners = {int(own): first, int(other): second}
                counts[winners.get(int(together), "neither")] += 1
    return counts


@torch.inference_mode()
def log_label_probs(pipe: Pipeline, latents: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the log-probabilities of the C labels, (n, C) in nats, for latents (n, Z).

    In logarithms nothing is rounded to 0 or to 1, however sure the label decoder is.

    Raises
    ------
    InputError
        As `Pipeline.decode`.
    """
    pipe = as_instance(pipe, Pipeline, "The model", "load_pretrained")
    logits = pipe.model.label_decoder(torch.from_numpy(pipe.as_latents(latents)))
    found: NDArray[np.float64] = logits.double().log_softmax(-1).numpy()
    return found
