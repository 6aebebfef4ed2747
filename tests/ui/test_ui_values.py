import re

import numpy as np
import pytest

from mvae.modalities.base import Modality
from mvae.ui.views.values import MOST_VALUES, values_table


def rows(html: str) -> list[tuple[str, ...]]:
    return [tuple(re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)) for row in re.findall("<tr>.*?</tr>", html)]


def test_each_value_has_a_row_with_its_name_and_each_vector_a_column() -> None:
    modality = Modality("wine", "Wine", (2,), "gaussian", "vector", value_names=("ash & acid", "<b>hue</b>"))
    columns = {"before": np.array([1.25, 12_345.6]), "<after>": np.array([-0.5, 0.0])}
    assert rows(values_table(modality, columns, 'what "it" is')) == [
        ("Value", "before", "&lt;after&gt;"),
        ("ash &amp; acid", "1.25", "-0.5"),
        ("&lt;b&gt;hue&lt;/b&gt;", "12,346", "0"),
    ]
    assert 'aria-label="what &quot;it&quot; is"' in values_table(modality, columns, 'what "it" is')


@pytest.mark.parametrize("size", [MOST_VALUES, MOST_VALUES + 1, 1_000])
def test_of_many_values_the_first_are_written_and_how_many_there_are_besides(size: int) -> None:
    modality = Modality("many", "Many", (size,), "gaussian", "vector")
    _, *found = rows(values_table(modality, {"given": np.arange(size)}, ""))
    assert [row[0] for row in found[:MOST_VALUES]] == [str(place + 1) for place in range(MOST_VALUES)]
    rest = [row[0] for row in found[MOST_VALUES:]]
    assert rest == ([f"… and {size - MOST_VALUES:,} more"] if size > MOST_VALUES else [])
