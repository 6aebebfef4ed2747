import numpy as np
from streamlit.elements.lib import streamlit_plotly_theme

from mvae.inference.planes import ellipse
from mvae.ui.experts.charts import chart_names, frame, strengths_chart
from mvae.ui.experts.ellipses import look
from mvae.ui.views.colours import CHART_TEXT, looks

LINES = looks(("farsi", "kannada", "speech", "fourth", "fifth", "sixth"))


def test_the_frame_holds_two_deviations_of_all() -> None:
    gaussians = [(np.array([-5.0, 0.0]), np.eye(2)), (np.array([9.0, 2.0]), 9 * np.eye(2))]
    bounds = frame(gaussians)
    for gaussian in gaussians:
        line = ellipse(*gaussian, 2)
        assert (line > bounds[:, 0]).all()
        assert (line < bounds[:, 1]).all()


def test_each_expert_has_dashes_and_a_mark_of_its_own() -> None:
    looks = [look(line) for line in LINES.values()]
    assert len({each["dash"] for each in looks}) == len({each["symbol"] for each in looks}) == 8
    assert len({each["sign"] for each in looks}) == 8
    assert looks[-1]["colour"] == "currentcolor"


def test_the_chosen_strength_is_marked() -> None:
    strengths = [0, 50, 100]
    curves = {"one": np.array([1.0, 0.5, 0.0]), "two": np.array([0.0, 0.5, 1.0])}
    figure = strengths_chart(strengths, curves, [LINES["product"], LINES["speech"]], 50, titles=("x", "y"))
    assert list(figure.data[0].y) == [100, 50, 0]
    assert [line.line.color for line in figure.data] == [CHART_TEXT, LINES["speech"].colour]
    (mark,) = figure.layout.shapes
    assert mark.x0 == mark.x1 == 50


def test_streamlit_still_replaces_the_colour_of_the_product() -> None:
    assert CHART_TEXT == streamlit_plotly_theme.GRAY_90


def test_somebodys_own_names_are_written_as_they_are_and_cut_where_they_are_long() -> None:
    names = chart_names({"a": "<b>Ash</b>", "b": "Alcohol, acid, ash, magnesium", "c": "Colour"})
    assert names == {"a": "<b>Ash</b>", "b": "Alcohol, acid, as…", "c": "Colour"}
    alike = {"a": "Alcohol, acid, ash, first", "b": "Alcohol, acid, ash, second"}
    assert chart_names(alike) == alike
