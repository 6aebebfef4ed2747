"""The diagram is, letter by letter, the same HTML in the page as in Python."""

from dataclasses import asdict
from typing import Any

import numpy as np
import pytest

from mvae.ui.state.task import POSTERS
from mvae.ui.views.diagram import Fused, diagram

pytestmark = pytest.mark.browser
RNG = np.random.default_rng(0)
EXPERTS = {
    "poster": POSTERS.experts,
    "one": {"prior": "Prior", "a": "Wine of twelve letters"},
    "hostile": {"prior": "Prior", "constructor": "it's\n\n& {label}", "b": "a <b>", "c": "$& $1", "d": "𝒳"},
}


def fused(names: list[str], label: str) -> Fused:
    """Of random experts, among them some that are far away, and very narrow ones."""
    shares = RNG.dirichlet(np.ones(len(names) + 1)).tolist()
    gaussians = {name: (float(RNG.normal(0, 3)), float(10 ** RNG.uniform(-3, 1))) for name in names}
    return Fused(gaussians, (-0.004, 0.125), dict(zip(["prior", *names], shares, strict=True)), label)


@pytest.mark.parametrize("experts", EXPERTS.values(), ids=EXPERTS)
def test_diagram(javascript: Any, experts: dict[str, str]) -> None:
    names = [name for name in experts if name != "prior"]
    states = [
        None,
        *(fused(names[:count], label) for count in range(1, len(names) + 1) for label in ("7", "a <b> {x}")),
    ]
    for state in states:
        told = None if state is None else asdict(state)
        found = javascript("return look.diagram(experts, 62, fused);", experts=experts, fused=told)
        assert found == diagram(experts, 62, state)
