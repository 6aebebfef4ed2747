"""Walking through the latent: which dimensions are alive, traversals along one, and the poster's grids."""

import json
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mvae.completion import Array
from mvae.errors import InputError
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


def alive_count(pipe: Pipeline) -> int:
    """Return how many dimensions have a KL divergence above `ALIVE`."""
    return int((np.asarray(pipe.description.latent_kl) > ALIVE).sum())


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
