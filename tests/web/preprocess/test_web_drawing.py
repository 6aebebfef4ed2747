"""Strokes become the same pictures, and the same 28x28 ink, in the page as in Python."""

import math
from typing import Any

import numpy as np
import pytest

from mvae.errors import InputError
from mvae.modalities.drawing import normalise_ink
from mvae.modalities.strokes import Strokes, render, template
from mvae.web.constants import preprocessing_constants

pytestmark = pytest.mark.browser
DRAW = """
  const { render } = await import("/preprocess/strokes.js");
  const { normaliseInk } = await import("/preprocess/drawing.js");
  const pictures = drawings.map((strokes) => render(strokes, constants.drawing));
  const joined = new Uint8Array(pictures.length * constants.drawing.side ** 2);
  pictures.forEach((picture, at) => joined.set(picture, at * picture.length));
  return { joined, inks: drawings.map((strokes) => prepare.drawing(strokes)) };
"""
RNG = np.random.default_rng(0)


def changed(strokes: Strokes) -> Strokes:
    """Turned, stretched and moved at random, over the border, too."""
    angle, scale = RNG.uniform(-0.6, 0.6), RNG.uniform(0.1, 1.6, 2)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]) * scale
    move = 0.5 + RNG.uniform(-0.5, 0.5, 2)
    return as_strokes([(np.array(stroke) - 0.5) @ turn + move for stroke in strokes])


def as_strokes(arrays: Any) -> Strokes:
    return [[(float(x), float(y)) for x, y in stroke] for stroke in arrays]


def templates() -> list[Strokes]:
    digits = [template(script, digit) for script in ("farsi", "kannada") for digit in range(10)]
    return digits + [changed(strokes) for strokes in digits for _ in range(9)]


def dots_and_lines() -> list[Strokes]:
    """In pixels of a canvas, as a mouse gives them, so that many are symmetric: their centre is a tie."""
    dots = [as_strokes(RNG.integers(-5, 285, (1, 1, 2)) / 280) for _ in range(60)]
    lines = [as_strokes(RNG.integers(-20, 300, (RNG.integers(1, 4), 2, 2)) / 280) for _ in range(60)]
    straight = [
        [[(x / 280, 0.1), (x / 280, 0.9)], [(0.2, 0.5), (0.8, 0.5)][: x % 3]] for x in range(0, 280, 9)
    ]
    return dots + lines + straight


def borders_and_blanks() -> list[Strokes]:
    frame = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)]
    return [
        [], [[]], [[], []], [[(5.0, 5.0)]], [[(-2.0, -2.0), (-1.0, -1.5)], [(3.0, 3.0)]], [[(-0.03, 0.5)]],
        [[(-0.035, 0.5)]], [[(0.0, 0.5)]], [frame], [[(0.0, y / 40), (1.0, y / 40)] for y in range(41)],
        [[(1.0, 1.0), (0.4, 0.4)]], [[(-0.5, 0.5), (1.5, 0.5)]], [[(0.5, -1.0), (0.5, 0.02)]],
    ]  # fmt: skip


def far_away() -> list[Strokes]:
    far = [3.0, -1e3, 1e9, -1e20, 1e30]
    return [[[(x, 0.5), (0.5, 0.5)]] for x in far] + [[[(-x, -x), (x, x / 2)], [(0.3, x)]] for x in far]


def very_much_ink() -> list[Strokes]:
    """What takes so long that lines are drawn instead, and what only nearly does."""
    walk = 0.5 + np.cumsum(RNG.normal(0, 0.002, (20_000, 2)), axis=0)
    return [
        as_strokes([walk]), as_strokes([walk[:3_000]]), as_strokes(RNG.uniform(0, 1, (1, 3_000, 2))),
        as_strokes(RNG.uniform(-3, 3, (1, 3_000, 2))), as_strokes(1e5 * RNG.uniform(-1, 1, (1, 9_000, 2))),
        as_strokes(RNG.uniform(0, 1, (20_000, 1, 2))), as_strokes(1e20 * RNG.uniform(-1, 1, (40, 2, 2))),
        as_strokes([np.tile([[0.1, 0.5], [0.9, 0.5]], (300, 1))]), as_strokes([np.full((9_000, 2), 7.0)]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "kind",
    [templates, dots_and_lines, borders_and_blanks, far_away, very_much_ink],
    ids=lambda kind: kind.__name__,
)
def test_drawings_are_those_of_python(javascript: Any, kind: Any) -> None:
    drawings = kind()
    found = javascript(DRAW, drawings=drawings)
    pictures = [render(strokes) for strokes in drawings]
    np.testing.assert_array_equal(found["joined"].reshape(-1, 280, 280), np.stack(pictures))
    for picture, answer in zip(pictures, found["inks"], strict=True):
        expected = normalise_ink(picture)
        if expected is None:
            assert answer == {"value": None}
        else:
            np.testing.assert_allclose(answer["value"].reshape(28, 28), expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize(("size", "pen_width"), [(1, 0.0), (28, 2.0), (64, 6.0), (140, 90.5), (300, 0.3)])
def test_other_sizes_and_pens(javascript: Any, size: int, pen_width: float) -> None:
    for strokes in (template("farsi", 4), as_strokes(RNG.uniform(0, 1, (1, 9_000, 2)))):
        found = javascript(
            'const { render } = await import("/preprocess/strokes.js");'
            "return render(strokes, constants.drawing, size, penWidth);",
            strokes=strokes, size=size, penWidth=pen_width,
        )  # fmt: skip
        np.testing.assert_array_equal(
            found.reshape(size, size), render(strokes, size=size, pen_width=pen_width)
        )


@pytest.mark.parametrize("faintest", [14, 15, 16, 17])
def test_faint_ink_is_blank(javascript: Any, faintest: int) -> None:
    ink = np.zeros((40, 30), np.uint8)
    ink[5:20, 7:9] = faintest
    found = javascript(
        'const { normaliseInk } = await import("/preprocess/drawing.js");'
        "return normaliseInk(ink, 30, constants.drawing);",
        ink=ink,
    )
    expected = normalise_ink(ink)
    assert (found is None) == (expected is None)
    if expected is not None:
        np.testing.assert_allclose(found.reshape(28, 28), expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    "strokes",
    [
        None, "strokes", True, [None], ["ab"], [[None]], [[[0.1, None]]], [[[0.1, "a"]]], [0.5], [[0.1, 0.2]],
        [[[0.1]]], [[[0.1, 0.2, 0.3]]], [[[0.1, 0.2], [0.3]]], [[[]]], [[[[0.1, 0.2]]]],
        [[[0.1, math.nan]]], [[[math.inf, 0.0]]], [[[-math.inf, math.nan]]], [[[1.001e30, 0.0]]],
        [[[0.5, 0.5]], [[0.0, -4.56789e250]]],
    ],
    ids=repr,
)  # fmt: skip
def test_what_are_no_strokes_is_refused_with_the_same_sentence(javascript: Any, strokes: Any) -> None:
    with pytest.raises(InputError) as caught:
        render(strokes)
    answer = javascript("return prepare.drawing(strokes);", strokes=strokes)
    assert answer == {"refused": {"code": type(caught.value).__name__, "sentence": str(caught.value)}}


@pytest.mark.parametrize(("count", "points"), [(200_001, 0), (200_001, 1), (1, 200_001), (2, 150_000)])
def test_too_many_points_are_refused_with_the_same_sentence(javascript: Any, count: int, points: int) -> None:
    with pytest.raises(InputError) as caught:
        render([[(0.5, 0.5)] * points] * count)
    answer = javascript(
        "const stroke = Array.from({ length: points }, () => [0.5, 0.5]);"
        "return prepare.drawing(Array.from({ length: count }, () => stroke));",
        count=count, points=points,
    )  # fmt: skip
    assert answer["refused"]["sentence"] == str(caught.value)


@pytest.mark.parametrize("size", [0, 4097, -1, 2.5, math.nan, math.inf])
def test_impossible_sizes(javascript: Any, size: float) -> None:
    for side, pen in ((size, 18), (280, -abs(size) - 1)):
        with pytest.raises(InputError) as caught:
            render([], size=side, pen_width=pen)  # type: ignore[arg-type]
        answer = javascript(
            'const { render } = await import("/preprocess/strokes.js");'
            'const { answer } = await import("/preprocess/refusal.js");'
            "return answer(() => render([], constants.drawing, side, pen));",
            side=side, pen=pen,
        )  # fmt: skip
        assert answer["refused"]["sentence"] == str(caught.value)


def test_the_canvas_is_the_one_that_python_draws_on() -> None:
    drawing = preprocessing_constants()["drawing"]
    assert render([]).shape == (drawing["side"],) * 2
