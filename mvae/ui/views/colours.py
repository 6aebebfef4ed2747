"""How each expert looks: a colour, dashes, a mark, and that mark as a sign in a text; the same on every page.

This is the one place where they are written. What is not an expert has other colours. All stand out on a
light and on a dark page, and the dashes, marks and signs tell the experts apart without any colour.
"""

from collections.abc import Iterable, Sequence
from itertools import cycle
from typing import NamedTuple


class Look(NamedTuple):
    """How an expert is drawn.

    Attributes
    ----------
    colour
        Of its ink, switch, bar, line and sign: a CSS colour.
    dash
        Of its line, as plotly and `svg_dashes` take it.
    symbol
        The mark of its mean, as plotly names it.
    sign
        That mark as a letter, for what stands beside its name.
    """

    colour: str
    dash: str
    symbol: str
    sign: str


CHART_TEXT = "#000037"
"""In a plotly chart almost that of the page's text: Streamlit puts its theme's strongest grey there."""
PRIOR = Look("#8a94a6", "longdash", "cross", "✚")
PRODUCT = Look(CHART_TEXT, "solid", "circle", "●")
"""It has the colour of the text: outside of plotly's charts `currentcolor`."""
# Okabe & Ito (2008), for colour-blind people; without black and yellow, each invisible on one of the themes.
MODALITIES = (
    Look("#d55e00", "dash", "square", "■"),
    Look("#0072b2", "dot", "diamond", "◆"),
    Look("#009e73", "dashdot", "triangle-up", "▲"),
    Look("#cc79a7", "longdashdot", "triangle-down", "▼"),
    Look("#509ace", "10px,3px,2px,3px,2px,3px,2px,3px", "star", "★"),
    Look("#b58900", "3px,9px", "bowtie", "⋈"),
)
"""Of the modalities, in their order; of more than six, the seventh looks as the first."""

NOBODY = ("#8f6bd8", "#7f8c3a", "#c2558f", "#4a90a4", "#a07a5a", "#7a7a9c", "#b5651d")
"""Of curves, bars and Gaussians that are nobody's expert."""
MARK = PRIOR.colour
"""Of a line that marks a place in a chart."""

SIZE = 220
"""Side of the canvas, in pixels."""
PEN_WIDTH = 14

_SHORT_DASHES = ("longdash", "longdashdot", "solid")  # of what is nobody's expert
_DASHES = {
    "solid": "", "dot": "3 3", "dash": "9 9", "longdash": "15 15",
    "dashdot": "9 3 3 3", "longdashdot": "15 6 3 6",
}  # fmt: skip


def looks(modalities: Iterable[str]) -> dict[str, Look]:
    """Return how the prior, each modality's expert and the product look; the modalities in their order."""
    return {"prior": PRIOR, **dict(zip(modalities, cycle(MODALITIES), strict=False)), "product": PRODUCT}


def subset_lines(subsets: Iterable[Sequence[str]], modalities: Sequence[str]) -> list[tuple[str, str]]:
    """Return colour and dash of each subset's curve: of one modality its own, of all the product's."""
    known, others = looks(modalities), zip(cycle(NOBODY), cycle(_SHORT_DASHES))
    lines = []
    for subset in subsets:
        if len(subset) in {1, len(modalities)}:
            look = known[subset[0] if len(subset) == 1 else "product"]
            lines.append((look.colour, look.dash))
        else:
            lines.append(next(others))
    return lines


def svg_dashes(look: Look) -> str:
    """Return the dashes of a line as SVG has them."""
    return _DASHES.get(look.dash, look.dash.replace("px", "").replace(",", " "))
