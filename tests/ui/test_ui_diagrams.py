import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from mvae.ui.how_it_works.diagrams import (
    Bar,
    Curve,
    Node,
    bars,
    densities,
    graphical_model,
    mask_table,
    whiskers,
)


def parsed(svg: str) -> ET.Element:
    """The drawing, which must be well-formed."""
    return ET.fromstring(svg)  # noqa: S314 - ours


def parts(svg: str, tag: str) -> list[ET.Element]:
    """All elements of a kind."""
    return [item for item in parsed(svg).iter() if item.tag == tag]


def words(svg: str) -> list[str]:
    return [item.text for item in parts(svg, "text")]


def numbers(element: ET.Element, *names: str) -> list[float]:
    return [float(element.attrib[name]) for name in names]


@pytest.fixture
def model() -> str:
    nodes = [Node("Farsi", "given", "data:image/png;base64,AA=="), Node("Speech", "missing"), Node("y", "?")]
    return graphical_model(nodes, 'z, "given" & missing')


def test_given_nodes_are_filled_and_have_their_picture_the_others_are_dashed(model: str) -> None:
    looks = [("stroke-dasharray" in box.attrib, box.attrib["fill"]) for box in parts(model, "rect")]
    assert looks == [(False, "currentColor"), (True, "none"), (True, "none")]
    (picture,) = parts(model, "image")
    assert picture.attrib["href"] == "data:image/png;base64,AA=="
    assert {"Farsi", "given", "Speech", "missing", "y", "?", "z"} == set(words(model))


def test_an_arrow_leads_from_the_latent_to_each_node(model: str) -> None:
    (latent,) = parts(model, "circle")
    x, y, radius = numbers(latent, "cx", "cy", "r")
    boxes = parts(model, "rect")
    for arrow, box in zip(parts(model, "line"), boxes, strict=True):
        x1, y1, x2, y2 = numbers(arrow, "x1", "y1", "x2", "y2")
        assert np.hypot(x1 - x, y1 - y) == pytest.approx(radius, abs=0.1)
        left, top, width = numbers(box, "x", "y", "width")
        assert x2 == pytest.approx(left + width / 2, abs=0.1)
        assert y2 < top


@pytest.mark.parametrize("count", [2, 4, 5, 6, 7])
def test_of_more_than_four_nodes_half_stand_above_the_latent_and_none_overlap(count: int) -> None:
    nodes = [Node(f"A title in many words {place}", "missing") for place in range(count)]
    svg = graphical_model(nodes, "alt")
    (latent,) = parts(svg, "circle")
    x, y, radius = numbers(latent, "cx", "cy", "r")
    boxes = [numbers(box, "x", "y", "width", "height") for box in parts(svg, "rect")]
    assert sum(top < y for _, top, _, _ in boxes) == (count // 2 if count > 4 else 0)
    for place, (left, top, width, height) in enumerate(boxes):
        assert abs(top + height / 2 - y) > radius + height / 2
        for other_left, other_top, other_width, _ in boxes[:place]:
            assert other_top != top or other_left + other_width < left or left + width < other_left
    for arrow, (left, top, width, height) in zip(parts(svg, "line"), boxes, strict=True):
        x1, y1, x2, y2 = numbers(arrow, "x1", "y1", "x2", "y2")
        assert np.hypot(x1 - x, y1 - y) == pytest.approx(radius, abs=0.1)
        assert x2 == pytest.approx(left + width / 2, abs=0.1)
        assert y2 == pytest.approx(top - 4 if top > y else top + height + 4)
    bottom = float(parsed(svg).attrib["viewBox"].split()[3])
    assert all(0 < float(text.attrib["y"]) < bottom for text in parts(svg, "text"))


def test_nothing_in_a_drawing_is_markdown_or_html() -> None:
    name = "*a* `b` $c$ [d](e) <b>f</b> ~g~ h|i :j:"
    for svg in (bars([Bar(name, 1.0, name)], "alt"), densities([Curve(name, 0, 1, "red")], "alt")):
        assert not re.search(r"[*`$~|]|<b>|:j:|\[d", re.sub('="[^"]*"', "", svg))
    assert words(bars([Bar(name, 1.0, "")], "alt"))[0] == name


def test_long_names_are_broken_or_cut_and_stay_within_the_drawing() -> None:
    long = "Alcohol, acid, ash, magnesium, phenols + Flavanoids, colour, hue, proline"
    *lines, value = words(bars([Bar(long, 1.0, "1,234.5, best")], "alt"))
    assert " ".join(lines) == long
    assert value == "1,234.5, best"
    assert all(len(line) < 45 for line in lines)
    cut = words(densities([Curve(long, 0, 1, "red")], "alt"))
    assert any(each.startswith("Alcohol") and each.endswith("…") and len(each) < 40 for each in cut)


def test_a_drawing_speaks_to_those_who_cannot_see_it(model: str) -> None:
    root = parsed(model)
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == 'z, "given" & missing'


def test_whiskers_reach_one_deviation_to_either_side_of_the_mean() -> None:
    svg = whiskers([5, 60], [2.0, -1.0], [0.5, 1.5], "axis", "alt", colour="#009e73")
    zero, *lines = parts(svg, "line")
    middle = float(zero.attrib["y1"])
    dots = parts(svg, "circle")
    scale = (middle - float(dots[0].attrib["cy"])) / 2.0
    for line, dot, mean, deviation in zip(lines, dots, (2.0, -1.0), (0.5, 1.5), strict=True):
        ends = [(middle - end) / scale for end in numbers(line, "y1", "y2")]
        assert ends == pytest.approx([mean - deviation, mean + deviation], abs=0.01)
        assert (middle - float(dot.attrib["cy"])) / scale == pytest.approx(mean, abs=0.01)
    assert words(svg) == ["−1", "+1", "5", "60", "axis"]


def test_the_curves_are_densities_on_one_scale() -> None:
    curves = [Curve("Prior", 0.0, 1.0, "currentColor", "2 4"), Curve("Product", 1.5, 0.1, "currentColor")]
    svg = densities(curves, "alt")
    wide, narrow = (
        np.array([[float(number) for number in point.split(",")] for point in line.attrib["points"].split()])
        for line in parts(svg, "polyline")
    )
    floor = float(parts(svg, "line")[0].attrib["y1"])
    heights = [floor - line[:, 1].min() for line in (wide, narrow)]
    assert heights[1] / heights[0] == pytest.approx(10, rel=0.01)
    unit = (wide[-1, 0] - wide[0, 0]) / 6  # the prior is drawn from -3 to 3
    areas = [np.trapezoid(floor - line[:, 1], line[:, 0]) / (unit * heights[1]) for line in (wide, narrow)]
    assert areas == pytest.approx([np.sqrt(2 * np.pi) * 0.1] * 2, rel=0.02)
    assert "μ = 1.50, σ = 0.10" in words(svg)


def test_curves_differ_by_their_dashes() -> None:
    svg = densities([Curve("a", 0, 1, "red", "2 4"), Curve("b", -7, 1, "red", "9 4")], "alt")
    assert [line.attrib["stroke-dasharray"] for line in parts(svg, "polyline")] == ["2 4", "9 4"]
    assert "μ = −7.00, σ = 1.00" in words(svg)
    assert {"−10", "3"} <= set(words(svg))  # the axis reaches to the furthest


def test_very_sure_and_very_unsure_experts_can_be_drawn() -> None:
    svg = densities([Curve("sure", 0.3, 1e-4, "red"), Curve("unsure", -2.0, 1e4, "red")], "alt")
    assert "nan" not in svg
    assert "inf" not in svg


def test_bars_are_as_long_as_their_values_and_what_is_missing_has_none() -> None:
    svg = bars([Bar("a", 50.0, "50", marked=True), Bar("b", None, "needs c"), Bar("d", 100.0, "100")], "alt")
    first, second = (float(bar.attrib["width"]) for bar in parts(svg, "rect"))
    assert second == pytest.approx(2 * first, abs=0.2)
    assert words(svg) == ["a", "50", "b", "needs c", "d", "100"]
    assert ["fill-opacity" in bar.attrib for bar in parts(svg, "rect")] == [False, True]
    assert parts(svg, "text")[0].attrib["font-weight"] == "700"


@pytest.mark.parametrize("score", [0.0, 0.5, 40.0])
def test_the_threshold_stands_where_a_bar_of_that_length_would_end(score: float) -> None:
    svg = bars([Bar("a", score, "")], "alt", threshold=1.0)
    (line,), (bar,) = parts(svg, "line"), parts(svg, "rect")
    left, length = numbers(bar, "x", "width")
    assert length == pytest.approx(score * (float(line.attrib["x1"]) - left), rel=0.01, abs=0.6)
    assert words(svg)[-1] == "1"


def test_the_current_row_of_the_mask_is_named_as_such() -> None:
    html = mask_table(["Farsi", "Remark"], [([1], True, "current"), ([0], False, "")], "what <it> is")
    assert re.findall(r"<th [^>]*>(.*?)</th>", html) == ["Farsi", "Remark"]
    rows = re.findall(r"<tr[^>]*?(aria-current=\"true\")?>(<td.*?)</tr>", html)
    assert [current for current, _ in rows] == ['aria-current="true"', ""]
    assert [re.findall(r"<td[^>]*>(.*?)</td>", cells) for _, cells in rows] == [["1", "current"], ["0", ""]]
    assert "what &lt;it&gt; is" in html
