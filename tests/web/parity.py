"""What a model says of inputs and all their subsets, from the means and from draws, in flat arrays."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from mvae.arrays import Array
from mvae.inference.completion import Completion
from mvae.inference.pipeline import Pipeline
from mvae.model.imagination import ROUNDS
from mvae.model.subsets import all_subsets

SEEDS = range(8)
NEAR = {"pictures": 5e-6, "values": 2e-5, "label": 1e-6, "posterior": 2e-5}
"""How far from PyTorch an answer may be: what float32 sums in another order differ by."""
NEAR_IN_WEBASSEMBLY = NEAR | {"label": 2e-6}
"""Which adds four numbers at once, and so more of them behind each other: 1.1e-6 was seen."""


@dataclass(frozen=True)
class Row:
    """One question: what is given, and the noise of its draw, or None for the mean."""

    given: tuple[str, ...]
    seed: int | None
    noise: Array | None


def questions(pipe: Pipeline, seeds: Iterable[int] = SEEDS) -> list[Row]:
    """All subsets, from the mean and from a draw of each seed."""
    return [
        Row(given, seed, None if seed is None else noise_of(pipe, seed))
        for seed in (None, *seeds)
        for given in all_subsets(pipe.model.config.names)
    ]


def noise_of(pipe: Pipeline, seed: int) -> Array:
    """The noise of a seed, ((rounds + 1) Z,), as a pipeline draws it."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(ROUNDS + 1, pipe.latent_size, generator=generator).numpy().ravel()


def answers(pipe: Pipeline, inputs: dict[str, Array], rows: list[Row]) -> list[Completion]:
    """What PyTorch says, row by row."""
    found: list[Completion] = []
    for seed in dict.fromkeys(row.seed for row in rows):
        found += pipe.complete(inputs, [row.given for row in rows if row.seed == seed], seed=seed)
    return found


def flat(pipe: Pipeline, out: Completion) -> Array:
    """A completion in one vector: outputs in the modalities' order, probabilities, mean, variance, KL."""
    outputs = [out[name].ravel() for name in pipe.model.config.names]
    return np.concatenate([*outputs, out.label_probs, out.mean, out.variance, [out.kl]]).astype(np.float32)


def too_far(
    pipe: Pipeline, expected: Array, found: Array, near: Mapping[str, float] = NEAR
) -> dict[str, float]:
    """The largest differences of (n, …) flat completions, of those that are larger than `near`.

    Of pictures and probabilities as they are; of sounds and vectors in standard deviations of the data; of
    the posterior's mean, variance and KL relative to 1 or, where that is more, to their own size.
    """
    config = pipe.model.config
    off, worst, start = np.abs(expected - found), dict.fromkeys(NEAR, 0.0), 0
    for modality in config.modalities:
        part = off[:, start : start + modality.size]
        start += modality.size
        key = "pictures"
        if modality.likelihood == "gaussian":
            key, deviation = "values", pipe.description.standardisation[modality.name].deviation
            part = part / deviation.repeat(modality.size // len(deviation))
        worst[key] = max(worst[key], float(part.max()))
    classes = len(config.classes)
    worst["label"] = float(off[:, start : start + classes].max())
    rest = slice(start + classes, None)
    worst["posterior"] = float((off[:, rest] / np.maximum(1, np.abs(expected[:, rest]))).max())
    return {key: value for key, value in worst.items() if not value <= near[key]}
