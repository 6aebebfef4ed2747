"""Numbers are written in the page as Python's formats write them."""

from typing import Any

import pytest

pytestmark = pytest.mark.browser
NUMBERS = [
    0.0, -0.0, 0.05, -0.04, 0.12345, 0.5, 1.5, 2.5, -2.25, 12.5, 999.95, 1234.5, -1234.56, 12345678.9, 1e-7,
]  # fmt: skip
FORMATS = ["g", ".4g", ",.4g", ".0f", ".1f", ",.1f", ",.2f", ".1%", ".0%"]
WRITE = (
    'const { filled } = await import("/views/texts.js");'
    "return formats.map((format) => numbers.map((value) => filled(`{value:${format}}`, { value })));"
)


def test_numbers_are_written_as_in_python(javascript: Any) -> None:
    found = javascript(WRITE, formats=FORMATS, numbers=NUMBERS)
    assert found == [[f"{number:{each}}" for number in NUMBERS] for each in FORMATS]
