import json
from pathlib import Path

import pytest

from mvae.checkpoint.place import DESCRIPTION, SHIPPED, most_active


@pytest.mark.parametrize(("name", "dimension"), [("conv", 62), ("linear", 251)])
def test_the_most_active_dimension_has_the_largest_divergence(name: str, dimension: int) -> None:
    divergences = json.loads((SHIPPED / name / DESCRIPTION).read_text(encoding="utf-8"))["latent_kl"]
    assert most_active(SHIPPED / name) == dimension
    assert divergences[dimension] == max(divergences)


@pytest.mark.parametrize(
    "said", ["", "{", "[]", '{"latent_kl": []}', '{"latent_kl": 3}', '{"latent_kl": [1, "2"]}']
)
def test_where_it_was_not_measured_it_is_the_first(tmp_path: Path, said: str) -> None:
    (tmp_path / DESCRIPTION).write_text(said, encoding="utf-8")
    assert most_active(tmp_path) == 0
