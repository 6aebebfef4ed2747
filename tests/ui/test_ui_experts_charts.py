import numpy as np
import pytest
from streamlit.elements.lib import streamlit_plotly_theme

from mvae.inference.planes import ellipse
from mvae.ui.experts.charts import (
    PRODUCT,
    Shape,
    chart_names,
    expert_lines,
    frame,
    name_places,
    plane_chart,
    strengths_chart,
)
from mvae.ui.views.colours import CHART_TEXT, PALETTE, expert_colours

PIXELS = 10.0
SIX = ("farsi", "kannada", "speech", "fourth", "fifth", "sixth")
LINES = expert_lines(SIX)
EXPERTS = expert_colours(SIX)


def shape(name: str, x: float, y: float, deviation: float = 1.0) -> Shape:
    return Shape("farsi", name, LINES["farsi"], np.array([x, y]), np.eye(2) * deviation**2)


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
    lines = {**LINES, "product": PRODUCT}
    shapes = [
        Shape(name, name.title(), line, np.full(2, 9.0 * k), np.eye(2))
        for k, (name, line) in enumerate(lines.items())
    ]
    bounds = frame([(each.mean, each.covariance) for each in shapes])
    figure = plane_chart(shapes, bounds, titles=("x", "y"))
    assert len(figure.data) == 2 * 8
    assert len({trace.line.dash for trace in figure.data[::2]}) == 8
    assert len({trace.marker.symbol for trace in figure.data[1::2]}) == 8
    written = [name.text for name in figure.layout.annotations]
    assert [sum(name.title() in text for text in written) for name in lines] == [1] * 8
    assert np.isnan(figure.data[0].x).sum() == 1
    assert figure.layout.yaxis.scaleanchor == "x"
    assert figure.layout.xaxis.range == pytest.approx(tuple(bounds[0]))


def test_the_chosen_strength_is_marked() -> None:
    strengths = [0, 50, 100]
    curves = {"one": np.array([1.0, 0.5, 0.0]), "two": np.array([0.0, 0.5, 1.0])}
    figure = strengths_chart(strengths, curves, [PRODUCT, LINES["speech"]], 50, titles=("x", "y"))
    assert list(figure.data[0].y) == [100, 50, 0]
    assert [line.line.color for line in figure.data] == [CHART_TEXT, EXPERTS["speech"]]
    (mark,) = figure.layout.shapes
    assert mark.x0 == mark.x1 == 50


def luminance(colour: str) -> float:
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


@pytest.mark.parametrize("name", EXPERTS)
@pytest.mark.parametrize("page", ["#ffffff", "#171716"])
def test_each_expert_has_a_colour_of_its_own_that_stands_out_on_both_themes(name: str, page: str) -> None:
    assert EXPERTS[name] in PALETTE
    assert len(set(EXPERTS.values())) == len(EXPERTS) == 7
    darker, lighter = sorted((luminance(EXPERTS[name]), luminance(page)))
    assert (lighter + 0.05) / (darker + 0.05) >= 3


def test_streamlit_still_replaces_the_colour_of_the_product() -> None:
    assert CHART_TEXT == streamlit_plotly_theme.GRAY_90


def test_somebodys_own_names_are_written_as_they_are_and_cut_where_they_are_long() -> None:
    names = chart_names({"a": "<b>Ash</b>", "b": "Alcohol, acid, ash, magnesium", "c": "Colour"})
    assert names == {"a": "<b>Ash</b>", "b": "Alcohol, acid, as…", "c": "Colour"}
    figure = plane_chart([shape(names["a"], 0, 0)], np.array([[-9.0, 9.0]] * 2), titles=("x", "y"))
    assert "&lt;b&gt;Ash&lt;/b&gt;" in figure.layout.annotations[0].text
    alike = {"a": "Alcohol, acid, ash, first", "b": "Alcohol, acid, ash, second"}
    assert chart_names(alike) == alike
