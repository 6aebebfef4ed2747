"""The colours of the charts: they stand out on a light and on a dark page; an expert has one everywhere."""

from collections.abc import Iterable
from itertools import cycle

# Okabe & Ito (2008), for colour-blind people; without black and yellow, each invisible on one of the themes.
PALETTE = ("#d55e00", "#0072b2", "#009e73", "#cc79a7", "#509ace", "#b58900", "#8a94a6")
PRIOR = PALETTE[-1]
"""Of the prior."""
CHART_TEXT = "#000037"
"""In a plotly chart almost that of the page's text: Streamlit puts its theme's strongest grey there."""


def expert_colours(modalities: Iterable[str]) -> dict[str, str]:
    """Return the colours of the prior and of the modalities' experts, by name; give these in their order."""
    return {"prior": PRIOR, **dict(zip(modalities, cycle(PALETTE[:-1]), strict=False))}


SIZE = 220
"""Side of the canvas, in pixels."""


PEN_WIDTH = 14


COLOUR = "#2f86d6"
"""Of the ink: it stands out on a light and on a dark page."""
