import re

import pytest

from mvae.ui.state.task import POSTERS
from mvae.ui.views.diagram import THICKEST, THINNEST, Fused, diagram

FUSED = Fused(
    {"farsi": (-2.0, 0.5), "speech": (9.0, 0.1)},
    (-1.5, 0.25),
    {"prior": 0.1, "farsi": 0.7, "speech": 0.2},
    "7",
)


@pytest.fixture
def drawn() -> str:
    return diagram(POSTERS.experts, 62, FUSED)


def lines(html: str, kind: str) -> list[tuple[str, float]]:
    """State and width of the lines of a kind, in the order of the experts."""
    found = re.findall(rf'<line class="{kind} (\w*)".*? stroke-width="([\d.]+)"/>', html)
    return [(state, float(width)) for state, width in found]


def panels(html: str) -> dict[str, str]:
    """Name of each expert, and "Product" -> its panel."""
    found = re.findall(r'(<g class="node [^>]*><title>.*?</g>)', html)
    return {re.search(r'class="name"[^>]*>(?:<tspan.*?</tspan> )?([^<]*)<', each)[1]: each for each in found}


def test_a_line_is_as_thick_as_its_experts_share_and_cut_where_it_has_none(drawn):
    wanted = [("", share) for share in (0.1, 0.7)] + [("cut", 0.0), ("", 0.2)]
    expected = [(state, THINNEST + share * (THICKEST - THINNEST)) for state, share in wanted]
    assert [state for state, _ in lines(drawn, "on")] == [state for state, _ in expected]
    assert [width for _, width in lines(drawn, "on")] == pytest.approx([w for _, w in expected], abs=0.051)


def test_what_leaves_the_product_is_given_or_imagined(drawn):
    assert [state for state, _ in lines(drawn, "out")] == ["given", "imagined", "given", ""]


def test_each_curve_is_where_its_mean_is_and_as_wide_as_its_deviation(drawn):
    moved = {name: re.search(r'transform="([^"]*)"', panel)[1] for name, panel in panels(drawn).items()}
    assert moved["Farsi"] == "translate(-26.0 0) scale(6.50 46)"
    assert moved["Prior"] == "translate(0.0 0) scale(13.00 46)"
    assert moved["Speech"] == "translate(52.0 0) scale(1.30 46)"  # at the edge: it is further away


def test_hovering_says_the_numbers_and_which_dimension(drawn):
    tip = re.search("<title>(.*?)</title>", panels(drawn)["Farsi"])[1]
    assert tip.startswith("Farsi: mean -2.00 and standard deviation 0.50 in dimension 62 of the latent")
    assert "70.0%" in tip
    assert "mean -1.50 and standard deviation 0.25" in panels(drawn)["Product"]


def test_it_is_told_in_a_sentence(drawn):
    said = re.search('aria-label="(.*?)"', drawn)[1]
    assert "Prior 10%, Farsi 70%, Speech 20%. Imagined from the product: Kannada. The label is 7." in said
    assert "nothing is given" in diagram(POSTERS.experts, 0, None)


def test_it_has_the_same_elements_whatever_is_given(drawn):
    def elements(html: str) -> list[str]:
        return re.findall(r"<(\w+)", html)

    assert elements(drawn) == elements(diagram(POSTERS.experts, 0, None))


def test_a_name_that_is_html_or_has_lines_stays_a_name():
    html = diagram(
        {"prior": "Prior", "a": "<b>\n\n&"},
        0,
        Fused({"a": (0, 1)}, (0, 1), {"prior": 0.5, "a": 0.5}, "<i>\n"),
    )
    assert "<b>" not in html
    assert "<i>" not in html
    assert "\n" not in html
