"""Digits on real paper: borders, uneven light, rules, a table; and clean pictures stay as they are."""

import numpy as np
import pytest
from PIL import Image

from mvae.evaluation import photographs
from mvae.evaluation.photographs import KINDS
from mvae.inference.pipeline import Pipeline, load_pretrained
from mvae.modalities.drawing import find_ink, prepare_drawing
from mvae.modalities.paper import framed, ink_on_paper
from mvae.modalities.strokes import render, template

DIGITS = [(script, digit) for script in ("farsi", "kannada") for digit in range(10)]
ENOUGH = 18
"""Of the twenty digits."""


@pytest.fixture(scope="module")
def pipe() -> Pipeline:
    return load_pretrained("conv")


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photographs, "SIDES", (150, 260))


def prepared_digit(script: str, digit: int) -> np.ndarray:
    ink = prepare_drawing(render(template(script, digit)))
    assert ink is not None
    return np.round(255 * ink).astype(np.uint8)


@pytest.mark.parametrize("kind", KINDS)
def test_a_digit_is_read_on_any_paper(pipe: Pipeline, kind: str) -> None:
    right = 0
    for script, digit in DIGITS:
        rng = np.random.default_rng([digit, *script.encode()])
        picture = KINDS[kind](prepared_digit(script, digit), rng)
        ink = prepare_drawing(picture)
        if ink is not None:
            right += pipe(**{script: picture}).label == digit
    assert right >= ENOUGH


@pytest.mark.parametrize("thickness", [0.01, 0.05, 0.15])
@pytest.mark.parametrize("sides", ["tblr", "l", "tb"])
def test_a_black_scan_border_is_no_ink(pipe: Pipeline, thickness: float, sides: str) -> None:
    right = 0
    for script, digit in DIGITS:
        page = 255 - render(template(script, digit), size=240, pen_width=14)
        edge = max(1, round(thickness * 240))
        pad = tuple(tuple(edge * (side in sides) for side in pair) for pair in ("tb", "lr"))
        right += pipe(**{script: np.pad(page, pad)}).label == digit
    assert right >= ENOUGH


@pytest.mark.parametrize("size", [28, 64, 140, 280, 560])
@pytest.mark.parametrize("pen", [8.0, 18.0, 34.0])
def test_what_a_program_drew_is_not_touched(size: int, pen: float) -> None:
    """Bit by bit the distance from the paper, on which the figures of this project rest."""
    for script, digit in DIGITS:
        drawn = render(template(script, digit), size=size, pen_width=pen * size / 280)
        grey = drawn.astype(np.float32) / 255
        assert np.array_equal(find_ink(drawn), grey)
        assert np.array_equal(find_ink(255 - drawn), np.abs((255 - drawn).astype(np.float32) / 255 - 1))


def test_a_scan_cropped_to_its_ink_is_not_touched() -> None:
    """As HODA's images are: two values, and ink along every edge."""
    for script, digit in DIGITS:
        drawn = render(template(script, digit), size=60, pen_width=6) > 127
        rows, columns = np.flatnonzero(drawn.any(1)), np.flatnonzero(drawn.any(0))
        cropped = drawn[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.uint8) * 255
        edge = np.concatenate([cropped[0], cropped[-1], cropped[:, 0], cropped[:, -1]]) / 255
        assert np.array_equal(find_ink(cropped), np.abs(cropped / np.float32(255) - np.median(edge)))


def test_a_prepared_digit_is_no_page_in_a_frame() -> None:
    assert not any(framed(prepared_digit(script, digit) / np.float32(255)) for script, digit in DIGITS)
    page = np.pad(1 - render(template("farsi", 7), size=100) / np.float32(255), 8)
    assert framed(page)


def test_rules_and_borders_are_noticed_and_even_paper_is_not() -> None:
    page = 1 - render(template("kannada", 3), size=280) / np.float32(255)
    assert not ink_on_paper(page).disturbed
    assert ink_on_paper(np.pad(page, 9)).disturbed
    ruled = page.copy()
    ruled[20::40] = np.minimum(ruled[20::40], 0.6)
    assert ink_on_paper(ruled, noisy=False).disturbed


def test_a_dot_alone_is_the_farsi_zero_and_beside_a_digit_it_is_dirt(pipe: Pipeline) -> None:
    rng = np.random.default_rng(0)
    paper = 0.9 - 0.3 * np.linspace(0, 1, 300)[:, None] + rng.normal(0, 0.01, (300, 300))
    dot = paper - 0.6 * (render([[(0.6, 0.4)]], size=300, pen_width=40) / 255)
    assert pipe(farsi=dot).label == 0
    speck = render([[(0.95, 0.05)]], size=300, pen_width=4) / 255
    seven = render(template("farsi", 7), size=300, pen_width=16) / 255
    assert pipe(farsi=(paper - 0.6 * np.maximum(speck, seven)).clip(0, 1)).label == 7


def test_blank_paper_in_uneven_light_is_blank_or_flagged(pipe: Pipeline) -> None:
    rng = np.random.default_rng(0)
    light = np.linspace(0.95, 0.5, 300)[:, None] + rng.normal(0, 0.01, (300, 300))
    ink = prepare_drawing(light)
    if ink is not None:
        assert pipe.unfamiliarity(pipe.complete({"farsi": ink}, [("farsi",)])[0])["farsi"] > 1


def test_a_photograph_of_twelve_megapixels() -> None:
    seven = render(template("farsi", 7), size=300, pen_width=16)
    page = np.asarray(Image.fromarray(255 - seven).resize((4000, 3000))) // 2 + 60
    shaded = (page * np.linspace(1, 0.5, 4000)).astype(np.uint8)
    ink = prepare_drawing(np.dstack([shaded] * 3))
    assert ink is not None
    expected = prepare_drawing(np.asarray(Image.fromarray(255 - seven).resize((400, 300))))
    assert np.corrcoef(ink.ravel(), expected.ravel())[0, 1] > 0.9
