"""Subsets of the modalities: what is given, or what a posterior is made of. Nothing here loads torch."""

from collections.abc import Sequence
from itertools import combinations

Subset = tuple[str, ...]
"""Names of the modalities that are given, in the model's order."""


def all_subsets(names: Sequence[str]) -> list[Subset]:
    """Return the 2^N - 1 non-empty subsets: small ones first, then in the order of the names."""
    return [subset for size in range(1, len(names) + 1) for subset in combinations(names, size)]


def subset_key(subset: Sequence[str]) -> str:
    """Return a subset's name in JSON and in links: its modalities joined by "+"."""
    return "+".join(subset)
