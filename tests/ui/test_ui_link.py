"""Links, without a browser: what is read, written, refused."""

import random

import pytest

from mvae.modalities.stroke_text import strokes_from_text, strokes_to_text
from mvae.modalities.strokes import template
from mvae.ui.frame.link import _apply
from mvae.ui.state.contents import Drawing
from mvae.ui.state.fields import Field, one_of, whole_number


@pytest.mark.parametrize("script", ["farsi", "kannada"])
@pytest.mark.parametrize("digit", range(10))
def test_strokes_survive_their_text(script: str, digit: int) -> None:
    strokes = template(script, digit)
    text = strokes_to_text(strokes)
    assert text.replace("-", "").replace("_", "").isalnum()
    for stroke, copy in zip(strokes, strokes_from_text(text), strict=True):
        for (x, y), (again_x, again_y) in zip(stroke, copy, strict=True):
            assert again_x == pytest.approx(x, abs=2e-5)
            assert again_y == pytest.approx(y, abs=2e-5)


def test_a_scribble_is_thinned_until_it_fits_and_keeps_its_ends() -> None:
    draw = random.Random(0)  # noqa: S311
    scribble = [[(draw.random(), draw.random()) for _ in range(3000)] for _ in range(3)]
    text = strokes_to_text(scribble)
    assert len(text) <= 2_500
    for stroke, copy in zip(scribble, strokes_from_text(text), strict=True):
        assert len(copy) > 20
        assert copy[0] == pytest.approx(stroke[0], abs=2e-5)
        assert copy[-1] == pytest.approx(stroke[-1], abs=2e-5)


def test_nothing_drawn_is_no_strokes() -> None:
    assert strokes_from_text(strokes_to_text([])) == []


@pytest.mark.parametrize(("strokes", "points"), [(100, 1), (300, 4), (2, 70_000), (1, 4_000), (3_000, 1)])
def test_every_drawing_has_a_text_that_can_be_read_or_none(strokes: int, points: int) -> None:
    draw = random.Random(0)  # noqa: S311
    drawing = [[(draw.random(), draw.random()) for _ in range(points)] for _ in range(strokes)]
    text = strokes_to_text(drawing)
    assert (text is None) == (strokes > 200)
    if text is not None:
        assert len(strokes_from_text(text)) == strokes
    assert len(Drawing.of(drawing).strokes) == strokes


def test_a_straight_line_of_many_points_is_not_too_much_for_its_own_text() -> None:
    line = [(0.5, 0.5)] * 5_000
    assert len(strokes_from_text(strokes_to_text([line]))) == 1


@pytest.mark.parametrize(
    "text", ["", "x", "!!", "AAAA", "é" * 9, "A" * 9000, strokes_to_text([[(0.1, 0.2)]])[:-3]]
)
def test_what_is_no_drawing_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the caller says the sentence
        strokes_from_text(text)


def test_every_tampered_byte_gives_strokes_or_an_error() -> None:
    text = strokes_to_text(template("farsi", 4))
    for place in range(len(text)):
        try:
            strokes = strokes_from_text(
                text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
            )
        except ValueError:
            continue
        assert all(-0.5 <= value <= 1.5 for stroke in strokes for point in stroke for value in point)


@pytest.mark.parametrize("text", ["", "-1", "10", "1.0", "٣", "1e0", " 1", "x"])
def test_only_whole_numbers_in_range(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        whole_number(text, low=0, high=9)
    assert whole_number("9", low=0, high=9) == 9


def test_only_known_words() -> None:
    parse = one_of(["a", "b"])
    assert parse("b") == "b"
    with pytest.raises(ValueError, match="c"):
        parse("c")


def test_a_value_that_is_longer_than_any_is_refused_unread() -> None:
    read: list[str] = []
    fields = [Field("moved", lambda: None, read.append), Field("hide", lambda: None, read.append)]
    assert _apply({"moved": "0:1," * 2_000, "hide": "model"}, fields) == ["moved"]
    assert read == ["model"]
