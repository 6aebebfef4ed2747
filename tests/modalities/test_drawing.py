"""One digit, however it is drawn and by whatever it is stored, becomes nearly the same 28x28."""

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import gaussian_filter

from mvae.errors import InputError
from mvae.modalities.drawing import find_ink, normalise_ink, prepare_drawing
from mvae.modalities.strokes import Strokes, render, template

DIGITS = [(script, digit) for script in ("farsi", "kannada") for digit in range(10)]


def drawn(script: str = "kannada", digit: int = 3, *, size: int = 280, pen: int = 22) -> NDArray[np.uint8]:
    return render(template(script, digit), size=size, pen_width=pen)


def prepared(image: NDArray[Any]) -> NDArray[np.float32]:
    found = prepare_drawing(image)
    assert found is not None
    return found


def difference(one: NDArray[Any], other: NDArray[Any]) -> float:
    """Ink that differs, as a share of the ink that there is."""
    return float(np.abs(one - other).sum() / max(one.sum(), other.sum()))


def likeness(one: NDArray[Any], other: NDArray[Any]) -> float:
    """Correlation of two pictures blurred by a pixel, at the best of nine places.

    Ink comes to whole pixels, so that a centre of mass or an edge between two of them may go to either.
    """
    soft, fixed = gaussian_filter(one, 1.0), gaussian_filter(other, 1.0).ravel()
    places = (np.roll(soft, shift, axis=(0, 1)).ravel() for shift in product((-1, 0, 1), repeat=2))
    return max(float(np.corrcoef(place, fixed)[0, 1]) for place in places)


@pytest.mark.parametrize(("script", "digit"), DIGITS)
def test_ink_is_scaled_and_centred_as_in_mnist(script: str, digit: int) -> None:
    ink = prepared(drawn(script, digit))
    assert ink.shape == (28, 28)
    assert ink.dtype == np.float32
    assert ink.min() >= 0
    assert 0.9 < ink.max() <= 1
    rows, columns = np.nonzero(ink > 0.05)
    longest = max(np.ptp(rows), np.ptp(columns)) + 1
    assert longest in {19, 20}  # an edge may fade below the threshold
    moments = [float((ink.sum(axis=1 - axis) * np.arange(28)).sum() / ink.sum()) for axis in (0, 1)]
    for axis, moment in enumerate(moments):
        filled = np.flatnonzero(ink.sum(axis=1 - axis))
        at_the_edge = filled[0] == 0 or filled[-1] == 27
        assert abs(moment - 13.5) <= 0.51 or at_the_edge


@pytest.mark.parametrize(("script", "digit"), DIGITS)
def test_size_of_the_canvas_does_not_matter(script: str, digit: int) -> None:
    expected = prepared(drawn(script, digit))
    for size in (140, 400, 560):
        found = prepared(drawn(script, digit, size=size, pen=round(22 * size / 280)))
        assert likeness(found, expected) > 0.95


@pytest.mark.parametrize(("right", "down"), [(0, 0), (37, 5), (150, 90), (3, 201)])
def test_position_on_the_canvas_does_not_matter(right: int, down: int) -> None:
    digit = drawn(size=200, pen=16)
    canvas = np.zeros((401, 350), np.uint8)
    canvas[down : down + 200, right : right + 200] = digit
    assert np.array_equal(prepared(canvas), prepared(digit))


def stored_in_every_way() -> dict[str, NDArray[Any]]:
    ink = drawn()
    grey = ink[..., None].repeat(3, axis=2)
    transparent = np.zeros((280, 280, 4), np.uint8)
    transparent[..., 3] = ink
    white_on_transparent = np.full((280, 280, 4), 255, np.uint8)
    white_on_transparent[..., 3] = ink
    opaque = np.concatenate([255 - grey, np.full((280, 280, 1), 255, np.uint8)], axis=2)
    return {
        "light on dark": ink,
        "dark on light": 255 - ink,
        "one channel": ink[..., None],
        "rgb": grey,
        "rgb dark on light": 255 - grey,
        "black on transparent": transparent,
        "white on transparent": white_on_transparent,
        "opaque rgba": opaque,
        "float 0..1": ink / 255,
        "float32 dark on light": (1 - ink / 255).astype(np.float32),
        "float16": (ink / 255).astype(np.float16),
        "float 0..255": ink.astype(np.float64),
        "int64": ink.astype(np.int64),
        "uint16": ink.astype(np.uint16),
        "grey paper": (60 + ink * 0.7).astype(np.uint8),
        "not contiguous": np.asfortranarray(ink),
        "overshoot of a resize": (ink / 255) * 1.04 - 0.02,
    }


@pytest.mark.parametrize("way", stored_in_every_way())
def test_polarity_channels_and_types_do_not_matter(way: str) -> None:
    assert difference(prepared(stored_in_every_way()[way]), prepared(drawn())) < 0.05


def test_booleans_are_ink_without_grey() -> None:
    assert difference(prepared(drawn() > 127), prepared(drawn())) < 0.1


def test_coloured_ink_on_coloured_paper() -> None:
    ink = drawn()[..., None] / 255
    picture = ink * np.array([20.0, 30, 120]) + (1 - ink) * np.array([250.0, 240, 200])
    assert difference(prepared(picture.astype(np.uint8)), prepared(drawn())) < 0.05


@pytest.mark.parametrize(("script", "digit"), DIGITS)
def test_thin_and_thick_pens_give_the_same_digit(script: str, digit: int) -> None:
    thin, normal, thick = (prepared(drawn(script, digit, pen=pen)) for pen in (8, 18, 28))
    assert thin.max() > 0.9  # a thin line does not fade
    for one in (thin, thick):
        # Blurred by a pixel, for a thick line is wider than a thin one.
        pictures = [
            np.asarray(Image.fromarray(ink).resize((9, 9), Image.Resampling.BOX)) for ink in (one, normal)
        ]
        assert np.corrcoef(pictures[0].ravel(), pictures[1].ravel())[0, 1] > 0.7


@pytest.mark.parametrize(("script", "digit"), DIGITS)
def test_a_data_set_image_and_a_canvas_give_the_same_digit(script: str, digit: int) -> None:
    """A scan of some 40 pixels, as in HODA, and the 280 pixels of the canvas."""
    scanned = drawn(script, digit, size=56, pen=5)
    on_canvas = 255 - drawn(script, digit, size=280, pen=25)
    from_data, from_user = normalise_ink(scanned), prepare_drawing(on_canvas)
    assert from_data is not None
    assert from_user is not None
    assert likeness(from_data, from_user) > 0.95  # of different digits it is under 0.9


@pytest.mark.parametrize(
    "blank",
    [
        np.zeros((280, 280)),
        np.full((280, 280), 255, np.uint8),
        np.zeros((280, 280, 4), np.uint8),
        np.full((28, 28, 3), 0.5),
        np.zeros((1, 1)),
        np.full((30, 30), 250, np.uint8) + np.arange(30, dtype=np.uint8) // 15,
        np.zeros((5, 5), bool),
    ],
    ids=["black", "white", "transparent", "grey", "one pixel", "barely there", "boolean"],
)
def test_blank_is_no_digit(blank: NDArray[Any]) -> None:
    assert prepare_drawing(blank) is None


def test_a_dot_is_a_dot_in_the_middle() -> None:
    for canvas in (np.zeros((280, 280)), np.zeros((280, 280, 4))):
        canvas[17, 250] = 1.0
        ink = prepared(canvas)
        assert ink[14, 14] == ink.max() == 1.0
        rows, columns = np.nonzero(ink)
        assert np.ptp(rows) + 1 == np.ptp(columns) + 1 == 20


def test_a_line_along_one_axis() -> None:
    canvas = np.zeros((280, 280))
    canvas[5, :] = 1.0
    canvas[0, 0] = 0.0
    assert prepared(canvas[:-1]).sum() == pytest.approx(20, rel=0.1)


def test_a_huge_scribble_stays_in_the_picture() -> None:
    points = np.random.default_rng(0).uniform(0.02, 0.98, (80, 2))
    scribble: Strokes = [[(float(x), float(y)) for x, y in points]]
    ink = prepared(render(scribble, pen_width=28))
    assert ink.max() <= 1.0
    assert ink[4:24, 4:24].mean() > 0.6
    assert max(np.ptp(np.nonzero(ink)[0]), np.ptp(np.nonzero(ink)[1])) + 1 == 20


def test_a_canvas_filled_to_the_last_pixel_does_not_crash() -> None:
    filled = np.zeros((280, 280, 4), np.uint8)
    filled[..., 3] = 255
    assert prepare_drawing(filled) is None


@pytest.mark.parametrize(
    "shape", [(), (5,), (0, 0), (0, 5), (5, 5, 0), (5, 5, 2), (5, 5, 5), (2, 5, 5, 3), (9000, 2)]
)
def test_what_is_no_picture(shape: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match=r"picture"):
        prepare_drawing(np.ones(shape))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e300])
def test_numbers_that_are_not_finite(value: float) -> None:
    picture = np.zeros((9, 9))
    picture[4, 4] = value
    with pytest.raises(InputError, match="not finite"):
        prepare_drawing(picture)


@pytest.mark.parametrize("array", [np.array([["a"]]), np.array([[None]]), np.array([[1j]])])
def test_what_holds_no_numbers(array: NDArray[Any]) -> None:
    with pytest.raises(InputError, match="numbers"):
        prepare_drawing(array)


def test_the_callers_picture_is_left_alone() -> None:
    for picture in (drawn(), drawn() / 255, stored_in_every_way()["opaque rgba"]):
        before = picture.copy()
        prepare_drawing(picture)
        assert np.array_equal(picture, before)


@settings(deadline=None, max_examples=150)
@given(
    arrays.arrays(
        st.sampled_from([np.uint8, np.float32, np.bool_, np.int32]),
        st.one_of(
            arrays.array_shapes(min_dims=2, max_dims=2, max_side=40),
            st.tuples(st.integers(1, 20), st.integers(1, 20), st.sampled_from([1, 3, 4])),
        ),
    )
)
def test_any_picture_gives_ink_or_nothing_or_a_sentence(picture: NDArray[Any]) -> None:
    try:
        ink = prepare_drawing(picture)
    except InputError as error:
        assert "\n" not in str(error)  # noqa: PT017 - not every picture is an error
        return
    if ink is not None:
        assert ink.shape == (28, 28)
        assert ink.dtype == np.float32
        assert np.isfinite(ink).all()
        assert ink.min() >= 0
        assert 0 < ink.max() <= 1


def test_find_ink_is_the_opacity_or_the_distance_from_the_paper() -> None:
    opacity = np.zeros((3, 3, 4), np.uint8)
    opacity[1, 1] = (9, 9, 9, 51)
    assert find_ink(opacity)[1, 1] == pytest.approx(0.2)
    paper = np.full((3, 3), 0.75)
    paper[1, 1] = 0.25
    assert find_ink(paper)[1, 1] == pytest.approx(0.5)
    assert find_ink(paper)[0].max() == 0
