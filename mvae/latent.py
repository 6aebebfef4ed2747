"""Walking through the latent: which dimensions are alive, traversals along one, and the poster's grids."""

from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from mvae.errors import InputError
from mvae.pipeline import Array, Pipeline

ALIVE = 0.01
"""Nats of KL divergence above which a dimension carries information."""
GRID = 10
"""Rows and columns of a perturbation grid."""


def active_dimensions(pipe: Pipeline) -> NDArray[np.int64]:
    """Return the latent dimensions, the most active first, by their KL divergence over training triplets."""
    return np.argsort(-np.asarray(pipe.description.latent_kl), kind="stable")


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
