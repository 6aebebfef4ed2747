"""Drawings that nobody draws: whatever a link or a canvas holds, drawing it costs a bounded amount."""

import base64
import json
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from mvae.modalities import pen
from mvae.modalities.stroke_text import strokes_from_text, strokes_to_text
from mvae.modalities.strokes import Strokes, render, template
from mvae.ui.inputs.fabric import fabric_drawing, strokes_from_fabric

SIZE = 220
MOST_STROKES, MOST_POINTS = 1_000, 10_000
Kind = Callable[[np.random.Generator], Any]


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many pixels each call of the exact way looks at."""
    pixels: list[int] = []
    ink = pen._ink

    def counted(pieces: NDArray[np.float64], corner: Any, side: int, radius: float) -> NDArray[np.float64]:
        pixels.append(len(pieces) * side**2)
        return ink(pieces, corner, side, radius)

    monkeypatch.setattr(pen, "_ink", counted)
    return pixels


def as_text(*strokes: NDArray[np.float64]) -> str:
    """Pack places in 0 to 65,535 as a link does, without any of its limits."""
    content = b"".join(
        np.array([len(stroke)], ">u2").tobytes() + stroke.astype(">u2").tobytes() for stroke in strokes
    )
    return base64.urlsafe_b64encode(zlib.compress(content, 9)).decode().rstrip("=")


def test_two_corners_to_and_fro_in_a_link_of_166_characters(looked_at: list[int]) -> None:
    """The very fault: 8.8 s of a processor."""
    corners = np.tile([[16_384, 16_384], [49_151, 49_151]], (1_990, 1))
    text = as_text(corners)
    assert len(text) < 90  # two of them in one link
    strokes = strokes_from_text(text)
    picture = render(strokes)
    assert sum(looked_at) <= pen.WORK
    exact = render([[(0.0, 0.0), (1.0, 1.0)]])
    assert np.abs(picture.astype(float) - exact).mean() < 2


@pytest.mark.parametrize("seed", range(12))
def test_any_link_is_refused_or_drawn_at_a_bounded_cost(seed: int, looked_at: list[int]) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(20):
        few = np.round(rng.uniform(0, 65_535, (rng.integers(1, 6), 2)))
        count = int(rng.integers(1, 6_000))
        stroke = few[rng.integers(0, len(few), count)] if rng.random() < 0.5 else np.resize(few, (count, 2))
        cuts = np.sort(rng.integers(0, count, rng.choice([0, 3, 2_000])))
        text = as_text(*[part for part in np.split(stroke, cuts) if len(part)])
        try:
            strokes = strokes_from_text(text)
        except ValueError:
            continue
        assert len(strokes) <= MOST_STROKES
        assert sum(map(len, strokes)) <= MOST_POINTS
        looked_at.clear()
        assert render(strokes).shape == (280, 280)
        assert sum(looked_at) <= pen.WORK
        again = strokes_to_text(strokes)
        assert again is None or len(again) <= 2_500


def path(*commands: list[Any]) -> dict[str, Any]:
    return {"type": "path", "path": list(commands)}


def far(rng: np.random.Generator) -> list[float]:
    return (rng.uniform(-1, 1, 2) * 10.0 ** rng.integers(0, 300)).tolist()


HOSTILE: dict[str, Kind] = {
    "one long stroke": lambda rng: [
        path(["M", 0, 0], *(["L", *rng.uniform(0, 220, 2).tolist()] for _ in range(20_000)))
    ],
    "curves that bend far out": lambda rng: [
        path(["M", 0, 0], *(["Q", *rng.uniform(-1e4, 1e4, 4).tolist()] for _ in range(9_000)))
    ],
    "a curve of degree 2,000": lambda _: [path(["M", 0, 0], ["Q", *range(4_000)])],
    "dots": lambda rng: [path(["M", *rng.uniform(0, 220, 2).tolist()]) for _ in range(20_000)],
    "strokes within a path": lambda rng: [
        path(*(["M", *rng.uniform(0, 220, 2).tolist()] for _ in range(20_000)))
    ],
    "closed again and again": lambda _: [path(["M", 0, 0], *(["Z"] for _ in range(100_000)))],
    "far away": lambda rng: [path(["M", *far(rng)], *(["L", *far(rng)] for _ in range(500)))],
    "long commands": lambda _: [path(["M", 0, 0], ["L", *range(100_000)])],
    "huge numbers": lambda _: [path(["M", 10**400, 0], ["L", 1, 1])],
    "no numbers": lambda _: [path(["M", float("nan"), 0], ["L", float("inf"), 1])],
    "other kinds of things": lambda _: [None, 3, [], {"type": ["path"]}, {"type": "path", "path": {}}],
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_any_message_of_the_canvas_is_simplified_to_a_bounded_cost(kind: str, looked_at: list[int]) -> None:
    message = json.loads(json.dumps({"objects": HOSTILE[kind](np.random.default_rng(0))}))
    strokes = strokes_from_fabric(message, size=SIZE)
    assert len(strokes) <= MOST_STROKES
    assert sum(map(len, strokes)) <= MOST_POINTS
    assert render(strokes).shape == (280, 280)
    assert sum(looked_at) <= pen.WORK
    strokes_to_text(strokes)


@pytest.mark.parametrize("message", [None, 3, "path", [], {"objects": {"objects": 1}}])
def test_a_message_that_is_no_drawing_is_blank(message: object) -> None:
    assert strokes_from_fabric(message, size=SIZE) == []


@pytest.mark.parametrize("seed", range(4))
def test_more_than_anybody_draws_looks_the_same_up_to_a_pixel(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(seed)
    walk = (rng.normal(0, 0.02, (800, 2)).cumsum(0) * 0.5 + 0.5).clip(-0.2, 1.2)
    strokes: Strokes = [[(x, y) for x, y in walk.tolist()], [(-3.0, 0.2), (4.0, 0.9)], [(0.9, 0.1)]]
    exact = render(strokes)
    thin, thick = (render(strokes, pen_width=18 + more) for more in (-2, 2))
    monkeypatch.setattr(pen, "WORK", 0)
    simplified = render(strokes)
    assert (simplified <= thick).all()
    assert (simplified >= thin).all()
    assert not np.array_equal(simplified, exact)


def test_what_is_never_in_the_picture_is_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pen, "WORK", -1)
    outside: Strokes = [
        [(-2.0, -2.0), (-1.0, -1.5)],
        [(-1.0, 3.0), (3.0, 7.0)],
        [(1e29, -1e29), (3.0, 3.0)],
    ]
    assert not render(outside).any()
    assert not render([]).any()


@pytest.mark.parametrize("script", ["farsi", "kannada"])
def test_ordinary_digits_are_drawn_exactly(script: str, looked_at: list[int]) -> None:
    """Each pixel's ink follows from its distance to the nearest piece."""
    for digit in range(10):
        pieces = np.concatenate(
            [np.stack([line[:-1], line[1:]], 1) for line in lines(template(script, digit))]
        )
        looked_at.clear()
        picture = render(template(script, digit), size=100, pen_width=7.0)
        assert 0 < sum(looked_at) < pen.WORK / 10
        y, x = np.mgrid[:100, :100] + 0.5
        best = np.full((100, 100), np.inf)
        for (x0, y0), (x1, y1) in 100 * pieces:
            length = max((x1 - x0) ** 2 + (y1 - y0) ** 2, 1e-9)
            share = (((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length).clip(0, 1)
            best = np.minimum(best, np.hypot(x - x0 - share * (x1 - x0), y - y0 - share * (y1 - y0)))
        assert np.abs(255 * (3.5 + 0.5 - best).clip(0, 1) - picture).max() <= 0.5 + 1e-6


def lines(strokes: Strokes) -> list[NDArray[np.float64]]:
    return [np.array(stroke if len(stroke) > 1 else 2 * stroke) for stroke in strokes]


def test_an_ordinary_drawing_of_many_strokes_loses_none() -> None:
    strokes: Strokes = [[(0.1 + i / 1000, 0.2), (0.1 + i / 1000, 0.8), (0.5, 0.5)] for i in range(400)]
    drawing = json.loads(json.dumps(fabric_drawing(strokes, size=SIZE, pen_width=14, colour="#000000")))
    read = strokes_from_fabric(drawing, size=SIZE)
    assert np.allclose(np.array(read), np.array(strokes))
