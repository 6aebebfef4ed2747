"""Walking through the latent: which dimensions are alive and what they do, traversals, and straight lines."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from mvae.completion import Array, Completion
from mvae.errors import InputError
from mvae.gaussian import kl_from_prior
from mvae.pipeline import Pipeline

ALIVE = 0.01
"""Nats of KL divergence above which a dimension carries information."""
GRID = 10
"""Rows and columns of a perturbation grid."""
RANKING = "disentanglement.json"
"""What `python -m mvae study disentanglement` writes beside a checkpoint."""


def active_dimensions(pipe: Pipeline, checkpoint: Path | None = None) -> NDArray[np.int64]:
    """Return all latent dimensions, the most active first.

    Parameters
    ----------
    pipe
        The model.
    checkpoint
        Its directory. Where the study of disentanglement has measured these weights, the order is by how far
        a dimension moves the outputs; what was not measured, and everything elsewhere, is in the order of the
        KL divergence over training triplets.
    """
    by_kl = np.argsort(-np.asarray(pipe.description.latent_kl), kind="stable")
    study = None if checkpoint is None else read_disentanglement(checkpoint, pipe.description.latent_kl)
    measured = [] if study is None else [int(entry["index"]) for entry in study["indices"]]
    return np.array([*measured, *(index for index in by_kl if index not in measured)], np.int64)


def read_disentanglement(checkpoint: Path, latent_kl: Sequence[float]) -> dict[str, Any] | None:
    """Return what the study of disentanglement wrote, or None where it did not measure these weights.

    Parameters
    ----------
    checkpoint
        The directory.
    latent_kl
        (Z,) from its description: it tells these weights from others.
    """
    try:
        study: dict[str, Any] = json.loads((checkpoint / RANKING).read_text(encoding="utf-8"))
        measured = {int(entry["index"]): float(entry["kl"]) for entry in study["indices"]}
    except (OSError, ValueError, KeyError, TypeError):
        return None
    alive = {index: kl for index, kl in enumerate(latent_kl) if kl > ALIVE}
    return study if measured == alive else None


@dataclass(frozen=True)
class Measured:
    """What the study of disentanglement says about a dimension.

    Attributes
    ----------
    index
        Of the dimension.
    effects
        Output, ``"label"`` or a modality's name -> how far the dimension moves it: 0 is no change, 1 as much
        as another digit.
    """

    index: int
    effects: dict[str, float]

    @property
    def on_modalities(self) -> dict[str, float]:
        """The effects on the modalities, the strongest first."""
        modalities = ((name, effect) for name, effect in self.effects.items() if name != "label")
        return dict(sorted(modalities, key=lambda item: -item[1]))


def measured_dimensions(pipe: Pipeline, checkpoint: Path) -> dict[int, Measured]:
    """Return index -> what the study of disentanglement says; empty if it did not measure these weights."""
    study = read_disentanglement(checkpoint, pipe.description.latent_kl)
    entries = [] if study is None else study["indices"]
    return {int(entry["index"]): Measured(int(entry["index"]), dict(entry["effects"])) for entry in entries}


def striking_dimensions(measured: Mapping[int, Measured]) -> dict[str, Measured]:
    """Pick the dimensions that show the most.

    Returns
    -------
    dict[str, Measured]
        ``"label"``: moves the label most. ``"agnostic"``: its least effect on a modality is the largest.
        ``"single"``: its effect on one modality exceeds that on the next most. Empty where none is measured.
    """
    if not measured:
        return {}

    def lead(each: Measured) -> float:
        first, second, *_ = each.on_modalities.values()
        return first - second

    return {
        "label": max(measured.values(), key=lambda each: each.effects["label"]),
        "agnostic": max(measured.values(), key=lambda each: min(each.on_modalities.values())),
        "single": max(measured.values(), key=lead),
    }


def alive_count(pipe: Pipeline) -> int:
    """Return how many dimensions have a KL divergence above `ALIVE`."""
    return int((np.asarray(pipe.description.latent_kl) > ALIVE).sum())


def informed_dimensions(out: Completion) -> NDArray[np.int64]:
    """Return all latent dimensions, those first in which a posterior's KL from the prior is largest."""
    kl = kl_from_prior(torch.from_numpy(out.mean), torch.from_numpy(out.variance).log())
    return np.argsort(-kl.numpy(), kind="stable")


def traverse(z: Array, index: int, values: NDArray[np.floating]) -> Array:
    """Return a latent traversal (n, Z): copies of `z` (Z,) in which dimension `index` takes `values` (n,).

    Raises
    ------
    InputError
        If the dimension does not exist.
    """
    if not 0 <= index < len(z):
        msg = f"This latent has the indices 0 to {len(z) - 1}; there is no index {index}."
        raise InputError(msg)
    path = np.repeat(z[None].astype(np.float32), len(values), axis=0)
    path[:, index] = values
    return path


def grid_values(start: float, step: float) -> Array:
    """Return the 100 values of a perturbation grid, row by row: start, start + step, and so on.

    Raises
    ------
    InputError
        If a number is not finite or the step is zero.
    """
    if not (np.isfinite(start) and np.isfinite(step)) or step == 0:
        msg = "A grid needs a finite start and a step other than zero."
        raise InputError(msg)
    return (start + step * np.arange(GRID * GRID)).astype(np.float32)


def digits_met(labels: NDArray[np.integer]) -> list[int]:
    """Return the digits along a traversal, repetitions in a row named once: [7, 7, 5, 5, 3] -> [7, 5, 3]."""
    return [int(digit) for digit, _ in groupby(labels)]


def straight_line(start: Array, end: Array, steps: int) -> Array:
    """Return so many latents (steps, Z), evenly from `start` to `end`, (Z,) each, both among them."""
    share = np.linspace(0, 1, steps, dtype=np.float32)[:, None]
    return (1 - share) * start + share * end


def label_changes(labels: NDArray[np.integer]) -> list[tuple[int, int, int]]:
    """Return where the labels along a path change: the place of the first new one, the old, and the new."""
    return [
        (place, int(before), int(after))
        for place, (before, after) in enumerate(pairwise(labels), start=1)
        if before != after
    ]
