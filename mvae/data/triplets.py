"""Label-matched triplets: which image of each script, and which recording, the model sees together.

A triplet is a row of indices, one into each collection, all of the same digit.
"""

from collections.abc import Collection, Mapping

import numpy as np
from numpy.typing import NDArray

from mvae.errors import DataError
from mvae.modalities import DIGITS, SPEECH

Labels = Mapping[str, NDArray[np.int64]]

WITH_REPLACEMENT: Collection[str] = (SPEECH.name,)
"""Modalities with so few samples that one is used many times in an epoch."""


def epoch_triplets(labels: Labels, *, seed: int, epoch: int) -> NDArray[np.int64]:
    """Draw the triplets of one training epoch.

    The images of both scripts are drawn without replacement, recordings with replacement, uniformly over
    those of the digit. An epoch has as many triplets of a digit as the scarcest modality without replacement
    has images of it.

    Parameters
    ----------
    labels
        For each modality the labels of its collection, (its size,).
    seed, epoch
        The same two numbers give the same triplets.

    Returns
    -------
    NDArray[np.int64]
        (n, modalities) indices, the columns in the order of `labels`, the rows shuffled.

    Raises
    ------
    DataError
        If no digit occurs in all modalities.
    """
    rng = np.random.default_rng([seed, epoch])
    unique = [name for name in labels if name not in WITH_REPLACEMENT] or list(labels)

    def draw(name: str, members: NDArray[np.int64], count: int) -> NDArray[np.int64]:
        return rng.permutation(members)[:count] if name in unique else rng.choice(members, count)

    parts = []
    for members in _members_by_digit(labels):
        count = min(len(members[name]) for name in unique)
        parts.append(np.stack([draw(name, members[name], count) for name in labels], axis=1))
    return rng.permutation(np.concatenate(parts))


def balanced_triplets(labels: Labels, *, per_class: int = 6000, seed: int = 0) -> NDArray[np.int64]:
    """Draw triplets for an evaluation in which each sample of each modality counts equally often.

    Each modality's samples of a digit are used in turns, every turn in a new order. Where `per_class` is a
    multiple of their number (6,000 is one of the test splits' 2,000, 1,000 and 30), each is used exactly
    equally often; elsewhere the numbers of uses differ by at most one.

    Parameters
    ----------
    labels
        For each modality the labels of its collection, (its size,).
    per_class
        Triplets of each digit.
    seed
        The same number gives the same triplets.

    Returns
    -------
    NDArray[np.int64]
        (n, modalities) indices, the columns in the order of `labels`, the rows shuffled.

    Raises
    ------
    DataError
        If no digit occurs in all modalities.
    """
    rng = np.random.default_rng(seed)

    def draw(members: NDArray[np.int64]) -> NDArray[np.int64]:
        turns = -(-per_class // len(members))
        return rng.permuted(np.tile(members, (turns, 1)), axis=1).ravel()[:per_class]

    parts = [
        np.stack([draw(members[name]) for name in labels], axis=1) for members in _members_by_digit(labels)
    ]
    return rng.permutation(np.concatenate(parts))


def _members_by_digit(labels: Labels) -> list[dict[str, NDArray[np.int64]]]:
    """For each digit that every modality has, the indices of its samples in each modality."""
    digits = [
        {name: np.flatnonzero(values == digit) for name, values in labels.items()} for digit in range(DIGITS)
    ]
    shared = [members for members in digits if members and all(map(len, members.values()))]
    if not shared:
        msg = f"No digit occurs in all of the collections {', '.join(labels)}; triplets need one."
        raise DataError(msg)
    return shared
