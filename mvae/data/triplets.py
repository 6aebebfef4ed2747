"""Label-matched triplets: which image of each script, and which recording, the model sees together.

A triplet is a row of indices, one into each collection, all of the same class.
"""

from collections.abc import Container, Mapping

import numpy as np
from numpy.typing import NDArray

from mvae.errors import DataError

Labels = Mapping[str, NDArray[np.int64]]
Speakers = Mapping[str, NDArray[np.str_]]

_BALANCE = 0.5
"""How often a speaker is heard grows as this power of the number of recordings: with 1 each recording would
be drawn equally often, with 0 each speaker."""


def epoch_triplets(
    labels: Labels, *, seed: int, epoch: int, scarce: Container[str] = (), speakers: Speakers | None = None
) -> NDArray[np.int64]:
    """Draw the triplets of one training epoch.

    Samples are drawn without replacement, those of scarce modalities, such as recordings, with replacement,
    so that many recordings of one speaker do not drown the others. An epoch has as many triplets of a class
    as the scarcest modality without replacement has samples of it.

    Parameters
    ----------
    labels
        For each modality the labels of its collection, (its size,).
    seed, epoch
        The same two numbers give the same triplets.
    scarce
        Names of the modalities that are drawn with replacement.
    speakers
        Name -> who spoke each recording, (its size,). None: each recording is drawn equally often.

    Returns
    -------
    NDArray[np.int64]
        (n, modalities) indices, the columns in the order of `labels`, the rows shuffled.

    Raises
    ------
    DataError
        If no class occurs in all modalities.
    """
    rng = np.random.default_rng([seed, epoch])
    unique = [name for name in labels if name not in scarce] or list(labels)
    speakers = speakers or {}

    def draw(name: str, members: NDArray[np.int64], count: int) -> NDArray[np.int64]:
        if name not in scarce:
            return rng.permutation(members)[:count]
        shares = _shares(speakers[name][members]) if name in speakers else None
        return rng.choice(members, count, p=shares)

    parts = []
    for members in _members_by_class(labels):
        count = min(len(members[name]) for name in unique)
        parts.append(np.stack([draw(name, members[name], count) for name in labels], axis=1))
    return rng.permutation(np.concatenate(parts))


def balanced_triplets(labels: Labels, *, per_class: int = 6000, seed: int = 0) -> NDArray[np.int64]:
    """Draw triplets for an evaluation in which each sample of each modality counts equally often.

    Each modality's samples of a class are used in turns, every turn in a new order. Where `per_class` is a
    multiple of their number (6,000 is one of the test splits' 2,000, 1,000 and 30), each is used exactly
    equally often; elsewhere the numbers of uses differ by at most one.

    Parameters
    ----------
    labels
        For each modality the labels of its collection, (its size,).
    per_class
        Triplets of each class.
    seed
        The same number gives the same triplets.

    Returns
    -------
    NDArray[np.int64]
        (n, modalities) indices, the columns in the order of `labels`, the rows shuffled.

    Raises
    ------
    DataError
        If no class occurs in all modalities.
    """
    rng = np.random.default_rng(seed)

    def draw(members: NDArray[np.int64]) -> NDArray[np.int64]:
        turns = -(-per_class // len(members))
        return rng.permuted(np.tile(members, (turns, 1)), axis=1).ravel()[:per_class]

    parts = [
        np.stack([draw(members[name]) for name in labels], axis=1) for members in _members_by_class(labels)
    ]
    return rng.permutation(np.concatenate(parts))


def _shares(speakers: NDArray[np.str_]) -> NDArray[np.float64]:
    """How often each of some recordings is to be drawn, (its size,), summing to 1."""
    _, who, counts = np.unique(speakers, return_inverse=True, return_counts=True)
    weights = counts[who] ** (_BALANCE - 1)
    return np.asarray(weights / weights.sum(), np.float64)


def _members_by_class(labels: Labels) -> list[dict[str, NDArray[np.int64]]]:
    """For each class that every modality has, the indices of its samples in each modality."""
    found = [set(np.unique(values)) for values in labels.values()]
    everywhere = sorted(set.intersection(*found)) if found else []
    shared = [
        {name: np.flatnonzero(values == label) for name, values in labels.items()} for label in everywhere
    ]
    if not shared:
        msg = f"No class occurs in all of the collections {', '.join(labels)}; triplets need one."
        raise DataError(msg)
    return shared
