"""Figures beside what was asked for: a table to read and JSON to keep."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from mvae.machine import machine


@dataclass(frozen=True)
class Figure:
    """One thing that was measured.

    Attributes
    ----------
    name
        What it is.
    measured, unit
        The figure.
    asked
        The largest value that is good enough, or None if none was asked for.
    basis
        How often it was measured, and what else one must know to judge it.
    """

    name: str
    measured: float
    unit: str
    asked: float | None
    basis: str

    @property
    def kept(self) -> str:
        """Whether it is as good as asked."""
        if self.asked is None:
            return "-"
        return "yes" if self.measured <= self.asked else "NO"


def spread(
    name: str, values: Sequence[float], unit: str, asked: dict[int, float], basis: str
) -> list[Figure]:
    """Return the median and the 95th percentile of some values.

    Parameters
    ----------
    asked
        Percentile -> the largest value that is good enough.
    """
    basis = f"{len(values)} {basis}"
    return [
        Figure(f"{name}, p{share}", float(np.percentile(values, share)), unit, asked.get(share), basis)
        for share in (50, 95)
    ]


def report(figures: Sequence[Figure], file: Path | None) -> None:
    """Print the machine and the table, and write the figures to a file if one is named."""
    here = machine()
    print(f"{here['processor']}, {here['cores']} cores, Python {here['python']}, torch {here['torch']}")
    width = max(len(figure.name) for figure in figures)
    print(f"{'figure':<{width}}{'measured':>14}{'asked':>12}  kept  how")
    for figure in figures:
        measured = f"{figure.measured:,.{_decimals(figure)}f} {figure.unit}"
        asked = "" if figure.asked is None else f"<= {figure.asked:g}"
        print(f"{figure.name:<{width}}{measured:>14}{asked:>12}  {figure.kept:<4}  {figure.basis}")
    if file is not None:
        rows = [asdict(figure) | {"kept": figure.kept} for figure in figures]
        file.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def _decimals(figure: Figure) -> int:
    return 0 if figure.unit in ("ms", "") else 2
