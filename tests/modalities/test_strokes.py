import json
import math
from itertools import combinations

import numpy as np
import pytest

from mvae.errors import InputError
from mvae.modalities.strokes import Strokes, render, template
from mvae.ui.inputs.fabric import fabric_drawing, strokes_from_fabric

SCRIPTS = ("farsi", "kannada")
DIGITS = [(script, digit) for script in SCRIPTS for digit in range(10)]


@pytest.mark.parametrize(("script", "digit"), DIGITS)
def test_template_fits_the_canvas_and_is_smooth(script: str, digit: int) -> None:
    strokes = template(script, digit)
    assert strokes
    for stroke in strokes:
        points = np.array(stroke)
        assert points.ndim == 2
        assert 8 <= len(points) <= 100
        assert points.min() >= 0.1  # a thick pen stays on the canvas
        assert points.max() <= 0.9
        steps = np.hypot(*np.diff(points, axis=0).T)
        assert steps.min() > 0
        assert steps.max() < 0.12


@pytest.mark.parametrize(("script", "digit"), [("latin", 1), ("farsi", 10), ("kannada", -1)])
def test_unknown_template(script: str, digit: int) -> None:
    with pytest.raises(InputError):
        template(script, digit)


def test_changing_a_template_leaves_the_next_one_whole() -> None:
    strokes = template("farsi", 0)
    strokes[0].clear()
    assert template("farsi", 0)[0]


@pytest.mark.parametrize("script", SCRIPTS)
def test_digits_differ_from_each_other(script: str) -> None:
    pictures = [render(template(script, digit), size=56, pen_width=4) > 127 for digit in range(10)]
    for one, other in combinations(pictures, 2):
        assert (one & other).sum() / (one | other).sum() < 0.7


@pytest.mark.parametrize(("script", "digit"), DIGITS)
def test_render_template(script: str, digit: int) -> None:
    strokes = template(script, digit)
    thin, thick = (render(strokes, pen_width=width) for width in (8, 28))
    assert thin.shape == (280, 280)
    assert thin.dtype == np.uint8
    assert thin.max() == 255
    assert ((thin > 0) & (thin < 255)).any()
    assert (thick >= thin).all()
    assert thick.sum(dtype=int) > 1.5 * thin.sum(dtype=int)
    assert np.array_equal(thin, render(strokes, pen_width=8))
    border = np.concatenate([thick[0], thick[-1], thick[:, 0], thick[:, -1]])
    assert not border.any()


def test_render_has_the_area_of_a_line_with_round_ends() -> None:
    picture = render([[(0.25, 0.3), (0.75, 0.6)]], size=200, pen_width=12)
    area = np.hypot(100, 60) * 12 + np.pi * 6**2
    assert picture.sum() / 255 == pytest.approx(area, rel=0.005)


def test_render_dot_joint_and_nothing() -> None:
    dot = render([[(0.5, 0.5)]], size=100, pen_width=20)
    assert dot.sum() / 255 == pytest.approx(np.pi * 10**2, rel=0.01)
    assert np.array_equal(dot, dot[::-1, ::-1])
    corner = render([[(0.2, 0.8), (0.5, 0.2), (0.8, 0.8)]], size=100, pen_width=20)
    assert corner[11, 49] == 255  # a round joint reaches half a pen above the corner,
    assert corner[8, 49] == 0  # a mitred one would reach further
    assert not render([]).any()
    assert not render([[]]).any()


def test_render_cuts_off_what_is_outside() -> None:
    inside = render([[(-0.5, 0.5), (1.5, 0.5)]], size=40, pen_width=4)
    assert (inside[18:22] == 255).all()
    assert not render([[(-2.0, -2.0), (-1.0, -1.5)], [(3.0, 3.0)]], size=40, pen_width=4).any()


@pytest.mark.parametrize("far", [3.0, -1e20])
def test_render_of_a_line_that_comes_from_far_away(far: float) -> None:
    picture = render([[(far, 0.5), (0.5, 0.5)]])
    assert picture[140, 139] == 255
    assert not picture[100].any()


def test_render_scales_with_the_canvas() -> None:
    small = render(template("kannada", 3), size=140, pen_width=9).astype(float)
    large = render(template("kannada", 3), size=280, pen_width=18).astype(float)
    halved = large.reshape(140, 2, 140, 2).mean(axis=(1, 3))
    assert np.abs(small - halved).max() < 64  # where two edges share a pixel, a quarter of it can differ
    assert np.abs(small - halved).mean() < 0.5


@pytest.mark.parametrize(("script", "digit"), DIGITS)
def test_round_trip_through_the_canvas(script: str, digit: int) -> None:
    strokes = template(script, digit)
    drawing = fabric_drawing(strokes, size=280, pen_width=18, colour="#000000")
    through_browser = json.loads(json.dumps(drawing))
    _assert_same(strokes_from_fabric(through_browser, size=280), strokes)


def test_fabric_drawing_is_what_the_canvas_draws() -> None:
    strokes: Strokes = [[(0.1, 0.2), (0.5, 0.4)], [(0.9, 0.9)], []]
    drawing = fabric_drawing(strokes, size=200, pen_width=10, colour="#123456")
    line, dot = drawing["objects"]
    assert line["path"] == [["M", 20, 40], ["L", 100, 80]]
    assert (line["left"], line["top"], line["width"], line["height"]) == (60, 60, 80, 40)
    assert (line["stroke"], line["strokeWidth"], line["fill"]) == ("#123456", 10, None)
    assert line["strokeLineCap"] == line["strokeLineJoin"] == "round"
    assert dot["path"][0][1:] != dot["path"][1][1:]  # a browser draws no line of no length
    assert np.allclose(strokes_from_fabric(drawing, size=200)[1], 0.9, atol=1e-4)


def test_stroke_of_the_mouse() -> None:
    """The objects that Fabric 7.4's pencil makes: quadratic curves, then a line."""
    path = [["M", 0, 0], ["Q", 10, 0, 10, 10], ["L", 10, 30]]
    (stroke,) = strokes_from_fabric({"objects": [{"type": "Path", "path": path}]}, size=100)
    assert stroke[0] == (0, 0)
    assert (0.075, 0.025) in stroke  # the middle of the curve
    assert stroke[-2:] == [(0.1, 0.1), (0.1, 0.3)]


def test_moved_scaled_rotated_stroke() -> None:
    shape = {"type": "path", "path": [["M", 10, 10], ["L", 30, 20]], "strokeWidth": 4}
    moved = {**shape, "left": 70, "top": 65, "scaleX": 2, "angle": 90}
    _assert_same(strokes_from_fabric({"objects": [moved]}, size=100), [[(0.75, 0.45), (0.65, 0.85)]])
    corner = {**shape, "left": 8, "top": 8, "originX": "left", "originY": "top"}
    _assert_same(strokes_from_fabric({"objects": [corner]}, size=100), [[(0.1, 0.1), (0.3, 0.2)]])
    mirrored = {**shape, "flipX": True}
    _assert_same(strokes_from_fabric({"objects": [mirrored]}, size=100), [[(0.3, 0.1), (0.1, 0.2)]])


@pytest.mark.parametrize(
    "damaged",
    [
        None,
        "path",
        {},
        {"type": "rect", "left": 0},
        {"type": "path"},
        {"type": "path", "path": None},
        {"type": "path", "path": []},
        {"type": "path", "path": [[]]},
        {"type": "path", "path": [["L", 1, 2]]},
        {"type": "path", "path": [["M", 1]]},
        {"type": "path", "path": [["M", 1, 2], ["X", 3, 4]]},
        {"type": "path", "path": [["M", "one", 2]]},
        {"type": "path", "path": [["M", 1, float("nan")], ["L", 1, 2]]},
        {"type": "path", "path": [["M", 1, 2], ["L", 1, 2]], "angle": None},
        {"type": "path", "path": [["M", 1, 2], ["L", 1, 2]], "originX": ["left"]},
    ],
)
def test_damaged_object_is_left_out_and_the_others_stay(damaged: object) -> None:
    strokes: Strokes = [[(0.25, 0.5), (0.5, 0.75)]]
    drawing = fabric_drawing(strokes, size=100, pen_width=5, colour="black")
    drawing["objects"].insert(0, damaged)
    _assert_same(strokes_from_fabric(drawing, size=100), strokes)


@pytest.mark.parametrize("drawing", [{}, {"objects": None}, {"objects": []}, {"objects": 3}])
def test_canvas_without_objects(drawing: dict[str, object]) -> None:
    assert strokes_from_fabric(drawing, size=100) == []


def _assert_same(found: Strokes, expected: Strokes) -> None:
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert np.allclose(one, other, atol=1e-9)


def curved(*control: float) -> list[tuple[float, float]]:
    """The stroke, in pixels of a canvas, that one Bézier curve from (0, 0) becomes."""
    shape = {
        "type": "path", "left": 0, "top": 0, "originX": "center", "originY": "center",
        "path": [["M", 0, 0], ["Q" if len(control) == 4 else "C", *control]],
    }  # fmt: skip
    (stroke,) = strokes_from_fabric({"objects": [shape]}, size=1)
    (x, y) = stroke[0]
    return [(u - x, v - y) for u, v in stroke]


@pytest.mark.parametrize(
    "control", [(90.0, 0.0, 90.0, 120.0), (-30.0, 10.0, 2.0, -50.0), (60.0, 0.0, 0.0, 60.0, 80.0, 80.0)]
)
def test_a_curve_is_followed_to_a_tenth_of_a_pixel(control: tuple[float, ...]) -> None:
    stroke = np.array(curved(*control))
    points = np.array([(0.0, 0.0), *zip(control[::2], control[1::2], strict=True)])
    degree = len(points) - 1
    share = np.linspace(0, 1, 2000)[:, None]
    true = sum(
        math.comb(degree, k) * share**k * (1 - share) ** (degree - k) * points[k] for k in range(degree + 1)
    )
    start, along = stroke[:-1], np.diff(stroke, axis=0)
    nearest = ((true[:, None] - start) * along).sum(-1) / (along**2).sum(-1)
    away = true[:, None] - start - nearest.clip(0, 1)[..., None] * along
    assert np.hypot(*np.moveaxis(away, -1, 0)).min(1).max() < 0.1
    np.testing.assert_allclose(stroke[-1], control[-2:], atol=1e-9)


def test_a_move_of_the_mouse_needs_few_pieces() -> None:
    assert len(curved(3.0, 0.2, 6.0, 0.8)) == 2
    assert len(curved(1e9, 1e9, 3.0, 3.0)) == 65  # no more, however far away
