"""What the page makes of a pen's moves is what the server keeps of them."""

from collections.abc import Sequence
from random import Random
from typing import Any

import numpy as np
import pytest

from mvae.modalities.stroke_text import strokes_from_text, strokes_to_text
from mvae.modalities.strokes import Strokes
from mvae.ui.inputs.constants import link_constants, pencil_constants
from mvae.ui.inputs.fabric import strokes_from_fabric
from tests.web.javascript import JavaScript

pytestmark = pytest.mark.browser

PENCIL = """
const { brushed, boundsOf, strokesOf } = await import("/live/pencil.js");
const middle = [0, 1].map((axis) => boundsOf(brushed(moves, pencil.penWidth)).map((point) => point[axis]))
  .map((values) => (Math.min(...values) + Math.max(...values)) / 2);
return { path: brushed(moves, pencil.penWidth), middle, strokes: strokesOf(initial, [moves], pencil) };
"""
LINK = 'const { linked } = await import("/live/link.js"); return linked(strokes, link);'


def walk(count: int, step: float, seed: int = 0) -> list[list[float]]:
    """Moves of a pen, in pixels."""
    random, place, moves = Random(seed), [110.0, 110.0], []  # noqa: S311 - no secret
    for _ in range(count):
        place = [each + random.uniform(-step, step) for each in place]
        moves.append(list(place))
    return moves


def expect_equal(found: Sequence[Any], expected: Strokes, atol: float) -> None:
    assert [len(stroke) for stroke in found] == [len(stroke) for stroke in expected]
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, atol=atol)


@pytest.mark.parametrize(
    "moves",
    [walk(1, 9), walk(2, 9), walk(3, 9), walk(40, 9), walk(400, 0.3), walk(900, 20), [[5, 5]] * 9],
    ids=["dot", "line", "bend", "stroke", "slow", "wild", "still"],
)
def test_moves_become_the_polylines_that_the_server_reads(
    javascript: JavaScript, moves: list[list[float]]
) -> None:
    initial = [[[0.1, 0.2], [0.3, 0.4]]]
    found = javascript(PENCIL, moves=moves, initial=initial, pencil=pencil_constants())
    shape = {"type": "Path", "path": found["path"], "left": round(found["middle"][0], 4),
             "top": round(found["middle"][1], 4), "originX": "center", "originY": "center"}  # fmt: skip
    begun = {"type": "Path", "path": [["M", 22, 44], ["L", 66, 88]]}
    expected = strokes_from_fabric({"objects": [begun, shape]}, size=pencil_constants()["size"])
    expect_equal(found["strokes"], expected, 1e-6)


@pytest.mark.parametrize(("strokes", "points"), [(1, 30), (3, 140), (2, 400), (5, 900), (700, 4)])
def test_strokes_are_rounded_and_thinned_as_in_a_link(
    javascript: JavaScript, strokes: int, points: int
) -> None:
    drawn = [[[x / 220, y / 220] for x, y in walk(points, 3, seed)] for seed in range(strokes)]
    text = strokes_to_text([[(x, y) for x, y in stroke] for stroke in drawn])
    expected = drawn if text is None else strokes_from_text(text)
    expect_equal(javascript(LINK, strokes=drawn, link=link_constants()), expected, 1e-9)
