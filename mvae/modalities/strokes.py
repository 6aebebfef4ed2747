"""Drawings as strokes: the digits that a student copies from, and what comes back from the canvas.

A stroke is a polyline, x to the right and y down, in units of the drawing's side, so that one drawing fits a
canvas of any size. `strokes.json` holds one drawing for each digit of each script, made by hand for this
project, from no font and no data set.
"""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mvae.arguments import as_choice, as_count, as_number, as_strokes
from mvae.modalities.pen import draw

Point = tuple[float, float]
Strokes = list[list[Point]]
"""Polylines in the order in which they are drawn; a stroke of one point is a dot."""

LARGEST_SIDE = 4096
"""Pixels of a side of what is drawn."""
SCRIPTS = ("farsi", "kannada")
"""Modalities that have templates."""
_TEMPLATES = Path(__file__).with_name("strokes.json")
MOST_STROKES = 1_000
"""Of a drawing that comes from a canvas or a link."""


def template(modality: str, digit: int) -> Strokes:
    """Return the drawing of a digit to copy from.

    Parameters
    ----------
    modality
        ``"farsi"`` or ``"kannada"``.
    digit
        0 to 9.

    Returns
    -------
    Strokes
        A copy, with coordinates in [0, 1].

    Raises
    ------
    InputError
        If there is no such modality or digit.
    """
    script = as_choice(modality, "The script of a template", SCRIPTS)
    return [list(stroke) for stroke in _templates()[script, as_count(digit, "A digit", 0, 9)]]


def without_beginning(stroke: Sequence[Point], share: float) -> Strokes:
    """Cut this share of its length off a stroke, where the pen began."""
    points = np.array(stroke)
    lengths = np.append(0, np.hypot(*np.diff(points, axis=0).T).cumsum())
    cut = share * lengths[-1]
    first = [np.interp(cut, lengths, coordinates) for coordinates in points.T]
    return [[(float(x), float(y)) for x, y in (first, *points[lengths > cut])]]


@cache
def _templates() -> dict[tuple[str, int], Strokes]:
    scripts = json.loads(_TEMPLATES.read_text(encoding="utf-8"))
    return {
        (modality, int(digit)): [[(float(x), float(y)) for x, y in stroke] for stroke in strokes]
        for modality, digits in scripts.items()
        for digit, strokes in digits.items()
    }


def render(strokes: Strokes, *, size: int = 280, pen_width: float = 18.0) -> NDArray[np.uint8]:
    """Draw strokes with a round pen, as the canvas does.

    Parameters
    ----------
    strokes
        What lies outside [0, 1] is cut off.
    size
        Side of the picture, in pixels.
    pen_width
        Width of the pen, in pixels.

    Raises
    ------
    InputError
        If these are no strokes, or the picture would have no side or more than `LARGEST_SIDE` pixels of it.

    Returns
    -------
    NDArray[np.uint8]
        (size, size), ink on 0, anti-aliased; a drawing of very much ink is up to a pixel off
        (`mvae.modalities.pen`).
    """
    strokes, size = as_strokes(strokes), as_count(size, "The side of a picture", 1, LARGEST_SIDE)
    pen_width = as_number(pen_width, "The width of a pen", 0, LARGEST_SIDE)
    pieces = np.concatenate([np.empty((0, 2, 2)), *map(_pieces, strokes)]) * size
    return np.rint(255 * draw(pieces, size, pen_width / 2)).astype(np.uint8)


def _pieces(stroke: list[Point]) -> NDArray[np.float64]:
    """Return start and end of a stroke's straight pieces, (n, 2, 2); a dot ends where it starts."""
    points = np.array(stroke, np.float64).reshape(-1, 2)
    return np.stack([points[:-1], points[1:]], 1) if len(points) != 1 else points[None].repeat(2, 1)


def as_points(line: NDArray[np.float64]) -> list[Point]:
    """Turn (n, 2) coordinates into Python's numbers."""
    return [(x, y) for x, y in line.tolist()]
