"""Bars and tables of numbers are, letter by letter, the same HTML in the page as in Python."""

from typing import Any

import numpy as np
import pytest

from mvae.modalities.base import Modality
from mvae.ui.state.task import POSTERS
from mvae.ui.views.bars import label_bars, shares_bars
from mvae.ui.views.values import values_table

pytestmark = pytest.mark.browser
RNG = np.random.default_rng(0)
HOSTILE = ("a <b>", 'it\'s & "that"', "&amp; {best}", "constructor", "$& $1")
CLASSES = {
    "digits": POSTERS.classes, "two": ("Grower A", "Grower B"), "hostile": HOSTILE, "one": ("7",),
    "mixed": ("0", "٣", "12", "é", "𝒳", ""), "many": tuple(f"class {n}" for n in range(100)),
    "very many": tuple(f"{n:,}" for n in range(1_234)),
}  # fmt: skip
EXPERTS = {
    "poster": POSTERS.experts,
    "short": {"prior": "Prior", "a": "𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳", "constructor": "it's"},
    "hostile": {"prior": "Prior", **{f"m{place}": title for place, title in enumerate(HOSTILE * 2)}},
}


@pytest.mark.parametrize("classes", CLASSES.values(), ids=CLASSES)
def test_label_bars(javascript: Any, classes: tuple[str, ...]) -> None:
    count = len(classes)
    even = np.full(count, 1 / count, np.float32)
    edges = np.array([0.0005, 0.9995, 0.5, 0.03125, 0.0625, 0.00005] * count, np.float32)[:count]
    for probabilities in [even, edges, *RNG.dirichlet(np.full(count, 0.2), 20).astype(np.float32)]:
        found = javascript(
            "return look.labelBars(probabilities, classes);", probabilities=probabilities, classes=classes
        )
        assert found == label_bars(probabilities, classes)


@pytest.mark.parametrize("experts", EXPERTS.values(), ids=EXPERTS)
def test_shares_bars(javascript: Any, experts: dict[str, str]) -> None:
    for given in range(len(experts)):
        names = ["prior", *RNG.permutation([name for name in experts if name != "prior"])[:given].tolist()]
        shares = dict(zip(names, RNG.dirichlet(np.ones(len(names))).tolist(), strict=True))
        found = javascript("return look.sharesBars(shares, experts);", shares=shares, experts=experts)
        assert found == shares_bars(shares, experts)


def table(javascript: Any, modality: Modality, columns: dict[str, Any], description: str) -> str:
    written: str = javascript(
        "return look.valuesTable(modality, columns.map(([title, each]) => [title, Float64Array.from(each)]),"
        " description);",
        modality={"shape": modality.shape, "value_names": modality.value_names},
        columns=[[title, values.tolist()] for title, values in columns.items()],
        description=description,
    )
    return written


@pytest.mark.parametrize("size", [1, 16, 17, 2_000])
def test_table_of_numbers(javascript: Any, size: int) -> None:
    modality = Modality("many", "Many", (size,), "gaussian", "vector")
    columns = {"7": RNG.normal(0, 900, size), "3 <b>": RNG.normal(0, 1, size).astype(np.float32)}
    assert table(javascript, modality, columns, HOSTILE[1]) == values_table(modality, columns, HOSTILE[1])


def test_numbers_are_written_as_in_python(javascript: Any) -> None:
    names = tuple(f"{name} {place}" for place, name in enumerate((HOSTILE * 4)[:16]))
    modality = Modality("sixteen", "Sixteen", (16,), "gaussian", "vector", value_names=names)
    known = [
        0, -0.0, 1.0625, 1.0635, -2.1875, 999.5, 999.96, 1_000.5, 1_001.5, -12_345.5, 1e6, 0.0001, 0.00009999,
        0.000099996, 1e-7, -3.4e-38, 100.25, 100.75, 0.5, 10, 123.4, 5e-324, 1_024.5, 0.1, 0.10005, 3, -1e-12,
        250.5, 12.125, 12.135, 0.00010005, 1_999.5,
    ]  # fmt: skip
    powers = np.float32(10.0) ** RNG.integers(-8, 7, (40, 16)).astype(np.float32)
    for values in [*np.reshape(known, (2, 16)), *RNG.normal(size=(40, 16)).astype(np.float32) * powers]:
        columns = {"given": values}
        assert table(javascript, modality, columns, "") == values_table(modality, columns, "")


def test_halves_go_to_the_even_digit_as_in_python(javascript: Any) -> None:
    modality = Modality("halves", "Halves", (16,), "gaussian", "vector")
    for values in (1 + np.arange(16 * 64) / 16 / 8 + 1 / 16).reshape(-1, 16):
        assert table(javascript, modality, {"": values}, "") == values_table(modality, {"": values}, "")
