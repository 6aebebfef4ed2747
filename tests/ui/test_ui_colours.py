import re
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from mvae.files import PACKAGE
from mvae.ui.state.task import POSTERS
from mvae.ui.views.accents import accents
from mvae.ui.views.colours import MODALITIES, NOBODY, PRIOR, PRODUCT, looks, subset_lines, svg_dashes

EXPERTS = [PRIOR, *MODALITIES]
# Machado, Oliveira & Fernandes (2009), of linear light: what people see who lack one kind of cone.
LACKING = {
    "none": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "red": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "green": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "blue": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
}
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def light(colour: str) -> NDArray[np.float64]:
    """Linear red, green and blue."""
    shares = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    return np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)


def lab(linear: NDArray[np.float64]) -> NDArray[np.float64]:
    x, y, z = np.cbrt(XYZ @ linear.clip(0, 1) / [0.9505, 1, 1.089])
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("page", ["#ffffff", "#171614"])
@pytest.mark.parametrize("colour", [*(look.colour for look in EXPERTS), *NOBODY])
def test_each_colour_stands_out_on_both_themes(colour: str, page: str) -> None:
    darker, lighter = sorted(float(light(each) @ XYZ[1]) for each in (colour, page))
    assert (lighter + 0.05) / (darker + 0.05) >= 3


@pytest.mark.parametrize("lacking", LACKING)
def test_colour_blind_people_tell_the_shipped_models_experts_apart(lacking: str) -> None:
    seen = [lab(np.array(LACKING[lacking]) @ light(look.colour)) for look in EXPERTS[:4]]
    assert min(np.linalg.norm(one - other) for one, other in combinations(seen, 2)) > 15


def test_experts_are_told_apart_without_colours_too() -> None:
    for what in ("colour", "dash", "symbol", "sign"):
        assert len({getattr(look, what) for look in (*EXPERTS, PRODUCT)}) == 8
    assert len({svg_dashes(look) for look in (*EXPERTS, PRODUCT)}) == 8


def test_a_modality_looks_alike_whatever_is_missing_and_the_seventh_as_the_first() -> None:
    drawn = looks("abcdefg")
    assert drawn["g"] == drawn["a"] == MODALITIES[0]
    assert (drawn["prior"], drawn["product"]) == (PRIOR, PRODUCT)


def test_curves_of_one_modality_are_its_own_and_that_of_all_the_products() -> None:
    names = list(POSTERS.names)
    lines = subset_lines([names[:1], names[:2], names[1:], names], names)
    assert lines[0] == (MODALITIES[0].colour, MODALITIES[0].dash)
    assert lines[3] == (PRODUCT.colour, PRODUCT.dash)
    assert {lines[1][0], lines[2][0]} <= set(NOBODY)


def test_no_other_file_writes_the_colour_of_an_expert() -> None:
    written = re.compile("|".join(sorted({look.colour for look in EXPERTS})), re.IGNORECASE)
    found = [
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*")
        if path.suffix in {".py", ".js", ".css", ".html"} and written.search(path.read_text(encoding="utf-8"))
    ]
    assert found == ["ui/views/colours.py"]


def test_cards_outputs_and_switches_have_their_modalitys_colour_and_sign() -> None:
    sheet = accents(POSTERS.names)
    for name in POSTERS.names:
        look = looks(POSTERS.names)[name]
        assert (
            f".st-key-card-{name}, .st-key-output-{name} {{ border-top: 4px solid {look.colour}; }}" in sheet
        )
        assert (
            f'.st-key-present-{name} p::before {{ content: "{look.sign}" / ""; color: {look.colour};' in sheet
        )
