import numpy as np
import pytest

from mvae.experts import ellipse
from mvae.ui.experts.charts import Shape, frame, name_places, plane_chart, strengths_chart

PIXELS = 10.0


def shape(name: str, x: float, y: float, deviation: float = 1.0) -> Shape:
    return Shape("farsi", name, np.array([x, y]), np.eye(2) * deviation**2)


def test_the_frame_holds_two_deviations_of_all() -> None:
    shapes = [shape("left", -5, 0), shape("right", 9, 2, deviation=3)]
    bounds = frame([(each.mean, each.covariance) for each in shapes])
    for each in shapes:
        line = ellipse(each.mean, each.covariance, 2)
        assert (line > bounds[:, 0]).all()
        assert (line < bounds[:, 1]).all()


@pytest.mark.parametrize("apart", [0.0, 0.5, 3.0])
def test_names_do_not_cover_each_other(apart: float) -> None:
    shapes = [shape("one", 0, 0), shape("another", apart, 0), shape("a third", 0, apart)]
    bounds = np.array([[-15.0, 15.0], [-15.0, 15.0]])
    places = name_places(shapes, bounds, PIXELS)
    for index, place in enumerate(places):
        assert (np.abs(place) < 15).all()
        # Beside its own ellipse.
        assert np.abs(place - shapes[index].mean).max() > 2
        for other in range(index):
            width = 8 * (len(shapes[index].name) + len(shapes[other].name) + 4) / 2 / PIXELS
            away = np.abs(place - places[other])
            assert away[0] >= width - 1e-9 or away[1] >= 2 - 1e-9


def test_each_gaussian_has_two_ellipses_a_mark_and_a_name_and_its_own_dashes() -> None:
    looks = ("prior", "farsi", "kannada", "speech", "product")
    shapes = [Shape(look, look.title(), np.full(2, 9.0 * k), np.eye(2)) for k, look in enumerate(looks)]
    bounds = frame([(each.mean, each.covariance) for each in shapes])
    figure = plane_chart(shapes, bounds, titles=("x", "y"))
    assert len(figure.data) == 10
    assert len({trace.line.dash for trace in figure.data[::2]}) == 5
    assert len({trace.marker.symbol for trace in figure.data[1::2]}) == 5
    assert [sum(look.title() in name.text for name in figure.layout.annotations) for look in looks] == [1] * 5
    assert np.isnan(figure.data[0].x).sum() == 1
    assert figure.layout.yaxis.scaleanchor == "x"
    assert figure.layout.xaxis.range == pytest.approx(tuple(bounds[0]))


def test_the_chosen_strength_is_marked() -> None:
    strengths = [0, 50, 100]
    curves = {"one": np.array([1.0, 0.5, 0.0]), "two": np.array([0.0, 0.5, 1.0])}
    figure = strengths_chart(strengths, curves, 50, titles=("x", "y"))
    assert list(figure.data[0].y) == [100, 50, 0]
    (mark,) = figure.layout.shapes
    assert mark.x0 == mark.x1 == 50
