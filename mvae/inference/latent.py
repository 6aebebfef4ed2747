"""Walking through the latent: which dimensions are alive and what they do, traversals, and straight lines."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from mvae.arguments import as_count, as_instance, as_number, as_path, said
from mvae.arrays import Array, as_array, as_floats
from mvae.errors import InputError
from mvae.inference.completion import Completion, as_completion
from mvae.inference.inputs import FARTHEST_LATENT, MOST_LATENTS
from mvae.inference.pipeline import Pipeline
from mvae.model.gaussian import kl_from_prior
from mvae.reading import read_json

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
    pipe = as_instance(pipe, Pipeline, "The model", "load_pretrained")
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
        study: dict[str, Any] = read_json(as_path(checkpoint, "A checkpoint") / RANKING)
        measured = {int(entry["index"]): float(entry["kl"]) for entry in study["indices"]}
    except (OSError, ValueError, OverflowError, KeyError, TypeError):
        return None
    divergences = as_floats(latent_kl, "KL divergences", (None,), dtype=np.float64).tolist()
    alive = {index: kl for index, kl in enumerate(divergences) if kl > ALIVE}
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
        as another class.
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
    pipe = as_instance(pipe, Pipeline, "The model", "load_pretrained")
    study = read_disentanglement(checkpoint, pipe.description.latent_kl)
    found = {}
    for entry in [] if study is None else study["indices"]:
        index, effects = int(entry["index"]), entry.get("effects")
        if not _tells(effects, ("label", *pipe.model.config.names)):
            return {}
        found[index] = Measured(index, dict(effects))
    return found


def _tells(effects: object, outputs: Sequence[str]) -> bool:
    """Whether these are the effects on all outputs."""
    return (
        isinstance(effects, dict)
        and effects.keys() == set(outputs)
        and all(type(each) in {int, float} and math.isfinite(each) for each in effects.values())
    )


def striking_dimensions(measured: Mapping[int, Measured]) -> dict[str, Measured]:
    """Pick the dimensions that show the most.

    Returns
    -------
    dict[str, Measured]
        ``"label"``: moves the label most. ``"agnostic"``: its least effect on a modality is the largest.
        ``"single"``: its effect on one modality exceeds that on the next most. Empty where none is measured.

    Raises
    ------
    InputError
        If something else is given, or effects on fewer than two modalities.
    """
    if not isinstance(measured, Mapping) or not all(
        isinstance(each, Measured)
        and _tells(each.effects, tuple(each.effects))
        and "label" in each.effects
        and len(each.effects) > 2
        for each in measured.values()
    ):
        msg = "Give what measured_dimensions gave: index -> Measured, with two modalities or more."
        raise InputError(msg)
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
    pipe = as_instance(pipe, Pipeline, "The model", "load_pretrained")
    return int((np.asarray(pipe.description.latent_kl) > ALIVE).sum())


def informed_dimensions(out: Completion) -> NDArray[np.int64]:
    """Return all latent dimensions, those first in which a posterior's KL from the prior is largest."""
    out = as_completion(out)
    kl = kl_from_prior(torch.from_numpy(out.mean), torch.from_numpy(out.variance).log())
    return np.argsort(-kl.numpy(), kind="stable")


def traverse(z: Array, index: int, values: NDArray[np.floating]) -> Array:
    """Return a latent traversal (n, Z): copies of `z` (Z,) in which dimension `index` takes `values` (n,).

    Raises
    ------
    InputError
        If the dimension does not exist, or these are no latent and no values.
    """
    start, moves = as_floats(z, "A latent", (None,)), as_floats(values, "The values", (None,))
    _check_length(len(moves))
    if not len(start):
        msg = "A latent has at least one dimension."
        raise InputError(msg)
    try:
        place = as_count(index, "An index", 0, len(start) - 1)
    except InputError as error:
        msg = f"This latent has the indices 0 to {len(start) - 1}; there is no index {said(index)}."
        raise InputError(msg) from error
    path = np.repeat(start[None], len(moves), axis=0)
    path[:, place] = moves
    return path


def grid_values(start: float, step: float) -> Array:
    """Return the 100 values of a perturbation grid, row by row: start, start + step, and so on.

    Raises
    ------
    InputError
        If a number is not finite or the step is zero.
    """
    first = as_number(start, "The start of a grid", -FARTHEST_LATENT, FARTHEST_LATENT)
    by = as_number(step, "The step of a grid", -FARTHEST_LATENT, FARTHEST_LATENT)
    if by == 0:
        msg = "A grid needs a step other than zero."
        raise InputError(msg)
    return (first + by * np.arange(GRID * GRID)).astype(np.float32)


def labels_met(labels: NDArray[np.integer]) -> list[int]:
    """Return the labels along a traversal, repetitions in a row named once: [7, 7, 5, 5, 3] -> [7, 5, 3]."""
    return [label for label, _ in groupby(_whole(labels))]


def straight_line(start: Array, end: Array, steps: int) -> Array:
    """Return so many latents (steps, Z), evenly from `start` to `end`, (Z,) each, both among them.

    Raises
    ------
    InputError
        If these are no latents of one size, or it is no number of steps from 1 to `MOST_LATENTS`.
    """
    first = as_floats(start, "The start", (None,))
    last = as_floats(end, "The end", first.shape)
    count = as_count(steps, "The number of steps", 1, MOST_LATENTS)
    share = np.linspace(0, 1, count, dtype=np.float32)[:, None]
    line: Array = (1 - share) * first + share * last
    return line


def label_changes(labels: NDArray[np.integer]) -> list[tuple[int, int, int]]:
    """Return where the labels along a path change: the place of the first new one, the old, and the new."""
    return [
        (place, before, after)
        for place, (before, after) in enumerate(pairwise(_whole(labels)), start=1)
        if before != after
    ]


def _whole(labels: object) -> list[int]:
    """Return labels (n,) as whole numbers of Python."""
    array = as_array(labels, "Labels")
    if array.ndim != 1 or (array.dtype.kind not in "iu" and array.size):
        msg = "Labels must be whole numbers of shape (n,)."
        raise InputError(msg)
    found: list[int] = array.tolist()
    return found


def _check_length(latents: int) -> None:
    if latents > MOST_LATENTS:
        msg = f"These would be {latents:,} latents; take {MOST_LATENTS:,} at a time."
        raise InputError(msg)
