"""The page Draw & speak as one diagram: experts, their product with the prior, and what is decoded from it.

`mvae/web/views/diagram.js` writes the same HTML, letter by letter, from the same pieces. It has the same
elements whatever is given, so that what moves with the pen is a few attributes. Places are in percent of the
diagram, whose rows are as high as those of the inputs at its left and of the outputs at its right; what
stands at a place is in pixels.

Each curve is a Gaussian in one dimension of the latent, the same for all, where its mean and its width are;
all are drawn equally high.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from html import escape
from itertools import pairwise

from mvae.ui.text import Diagram as Text
from mvae.ui.views.colours import Look, looks

EXPERTS_AT, PRODUCT_AT = 21.0, 60.0
"""Percent of the width."""
PRIOR_AT, LABEL_AT = 14.0, 86.0
"""Percent of the height."""
REACH = 4.0
"""The curves' dimension is seen from minus this to this."""
UNIT, HEIGHT = 13.0, 46.0
"""Pixels of a 1 in the latent, and of a curve."""
THINNEST, THICKEST = 1.5, 24.0
"""Pixels of a line whose expert has none, and all, of the precision."""
LONGEST_LABEL = 4
"""Letters of a class's name that is written large."""
LONGEST_NAME = 11
"""Letters of an expert's name for which there is room."""
_KNOTS = (-3.5, -2.2, -1.1, 0.0, 1.1, 2.2, 3.5)  # of a curve, in standard deviations


@dataclass(frozen=True)
class Fused:
    """What a posterior was fused from.

    Attributes
    ----------
    gaussians
        Name of each given modality -> mean and standard deviation of its expert, in one dimension.
    product
        Mean and standard deviation of the posterior, there.
    shares
        "prior" and each given modality -> share of the posterior's precision; they sum to 1.
    label
        What a person reads of the most probable class.
    """

    gaussians: Mapping[str, tuple[float, float]]
    product: tuple[float, float]
    shares: Mapping[str, float]
    label: str


def _curve() -> str:
    """Return the path of a Gaussian with mean 0, standard deviation 1 and height 1, upside down as in SVG.

    Between its knots it is cubic, with the Gaussian's own slopes: less than a hundredth beside it.
    """

    def height(x: float) -> float:
        return math.exp(-x * x / 2)

    path = f"M{_KNOTS[0]:g} {-height(_KNOTS[0]):.3f}"
    for start, end in pairwise(_KNOTS):
        third = (end - start) / 3
        first = f"{start + third:.3f} {-height(start) * (1 - third * start):.3f}"
        second = f"{end - third:.3f} {-height(end) * (1 + third * end):.3f}"
        path += f"C{first} {second} {end:g} {-height(end):.3f}"
    return path


_PANEL = (
    '<svg class="{kind}" x="{x:.2f}%" y="{y:.2f}%"><g class="node {state}"><title>{tip}</title>'
    '<rect class="sheet" x="-60" y="-46" width="120" height="92" rx="9"/>'
    '<text class="name" x="-53" y="-29">{name}</text>'
    '<text class="number" {place}>{number}</text><path class="axis" d="M-52 33H52M0 30V36"/>'
    '<svg x="-54" y="-20" width="108" height="54" viewBox="-54 -53 108 54">{curves}</svg></g></svg>'
)
PIECES = {
    "whole": '<div class="diagram"><svg class="drawn" role="img" aria-label="{alt}">{parts}</svg>'
    '<p class="axes">{caption}</p></div>',
    "line": '<line class="{kind} {state}" x1="{x1:.2f}%" y1="{y1:.2f}%" x2="{x2:.2f}%" y2="{y2:.2f}%" '
    'stroke="{colour}" stroke-width="{width:.1f}"/>',
    "panel": _PANEL,
    "share": 'x="53" y="-29" text-anchor="end"',
    "missing": 'x="0" y="10" text-anchor="middle"',
    "curve": f'<path class="curve {{state}}" d="{_curve()}" vector-effect="non-scaling-stroke" '
    'transform="translate({x:.1f} 0) scale({wide:.2f} {high:g})" stroke="{colour}" fill="{colour}"/>',
    "label": '<svg class="read" x="{x:.2f}%" y="{y:.2f}%"><g class="node {state}">'
    '<rect class="sheet" x="-60" y="-38" width="120" height="76" rx="9"/>'
    '<text class="name" x="-53" y="-21">{name}</text>'
    '<text class="{size}" x="0" y="26" text-anchor="middle">{label}</text></g></svg>',
    "output": '<text class="end" x="98%" y="{y:.2f}%" dy="-10" text-anchor="end">{name}</text>',
}
"""What it is made of; names in braces are filled in."""


def diagram(experts: Mapping[str, str], dimension: int, fused: Fused | None) -> str:
    """Draw it as HTML for `st.markdown`.

    Parameters
    ----------
    experts
        Name of the prior and of each modality -> what a person reads.
    dimension
        Of the latent, which is shown.
    fused
        None: nothing is given, and the product is the prior.
    """
    names = [name for name in experts if name != "prior"]
    drawn, rows = looks(names), _rows(names)
    colours = {name: look.colour for name, look in drawn.items()}
    found = fused or Fused({}, (0.0, 1.0), {"prior": 1.0}, "")
    gaussians = {"prior": (0.0, 1.0), **found.gaussians}
    titles = {name: _line(title) for name, title in experts.items()}
    short = {name: _line(_short(title)) for name, title in experts.items()}
    ghosts = [_curve_of(gaussians.get(name), colours[name], "ghost") for name in titles]
    tip = partial(_tip, dimension, gaussians, found.shares)
    panel = PIECES["panel"].format
    parts = [
        *[_line_in(name, colours[name], rows[name], gaussians) for name in names],
        *[_line_on(name, colours[name], rows, found.shares) for name in experts],
        *[_line_out(name, colours[name], rows[name], fused) for name in names],
        PIECES["line"].format(
            kind="out", state="" if fused else "cut", x1=PRODUCT_AT, y1=50.0, x2=PRODUCT_AT, y2=LABEL_AT,
            colour="currentColor", width=2.0,
        ),
        *[
            panel(
                kind=f"expert {'prior' if name == 'prior' else 'modality'}",
                x=PRODUCT_AT if name == "prior" else EXPERTS_AT,
                y=rows[name], state="" if name in gaussians else "cut",
                tip=tip(name, title), name=f"{_sign(drawn[name])} {short[name]}",
                number=_share(found.shares[name]) if name in found.shares else Text.MISSING,
                place=PIECES["share" if name in found.shares else "missing"],
                curves=_curve_of(gaussians.get(name), colours[name], "own"),
            )
            for name, title in titles.items()
        ],
        panel(
            kind="product", x=PRODUCT_AT, y=50.0, state="",
            tip=_product_tip(dimension, *found.product), name=Text.PRODUCT, number="",
            place=PIECES["share"],
            curves="".join([*ghosts, _curve_of(found.product, "currentColor", "own")]),
        ),
        PIECES["label"].format(
            x=PRODUCT_AT, y=LABEL_AT, state="" if fused else "cut", name=Text.LABEL,
            label=_line(found.label) or "–", size="best" if len(found.label) <= LONGEST_LABEL else "long",
        ),
        *[PIECES["output"].format(y=rows[name], name=short[name]) for name in names],
    ]  # fmt: skip
    alt = escape(_alt(experts, found)) if fused else Text.NOTHING_ALT
    caption = Text.CAPTION.format(dimension=dimension, reach=REACH)
    return PIECES["whole"].format(alt=alt.replace("\n", " "), parts="".join(parts), caption=caption)


def _rows(names: list[str]) -> dict[str, float]:
    """Return the height of each expert's place, in percent."""
    places = {name: 100 * (2 * row + 1) / (2 * len(names)) for row, name in enumerate(names)}
    return {"prior": PRIOR_AT, **places}


def _line_in(name: str, colour: str, row: float, gaussians: Mapping[str, tuple[float, float]]) -> str:
    state = "" if name in gaussians else "cut"
    return PIECES["line"].format(
        kind="in", state=state, x1=0.0, y1=row, x2=EXPERTS_AT, y2=row, colour=colour, width=3.0
    )


def _line_on(name: str, colour: str, rows: Mapping[str, float], shares: Mapping[str, float]) -> str:
    """Draw an expert's line into the product, as thick as its share of the precision."""
    share = shares.get(name, 0.0)
    return PIECES["line"].format(
        kind="on", state="" if name in shares else "cut", x1=PRODUCT_AT if name == "prior" else EXPERTS_AT,
        y1=rows[name], x2=PRODUCT_AT, y2=50.0, colour=colour, width=THINNEST + (THICKEST - THINNEST) * share,
    )  # fmt: skip


def _line_out(name: str, colour: str, row: float, fused: Fused | None) -> str:
    state = "cut" if fused is None else "given" if name in fused.gaussians else "imagined"
    return PIECES["line"].format(
        kind="out", state=state, x1=PRODUCT_AT, y1=50.0, x2=100.0, y2=row, colour=colour, width=3.0
    )


def _curve_of(gaussian: tuple[float, float] | None, colour: str, state: str) -> str:
    """Draw a Gaussian; without one, nothing is seen, but its element is there."""
    mean, deviation = gaussian or (0.0, 1.0)
    x = UNIT * min(REACH, max(-REACH, mean))
    shown = state if gaussian else f"{state} none"
    return PIECES["curve"].format(state=shown, x=x, wide=UNIT * deviation, high=HEIGHT, colour=colour)


def _sign(look: Look) -> str:
    return f'<tspan fill="{look.colour}">{look.sign}</tspan>'


def _product_tip(dimension: int, mean: float, deviation: float) -> str:
    return Text.PRODUCT_TIP.format(dimension=dimension, mean=mean, deviation=deviation)


def _tip(
    dimension: int,
    gaussians: Mapping[str, tuple[float, float]],
    shares: Mapping[str, float],
    name: str,
    title: str,
) -> str:
    if name not in gaussians:
        return Text.MISSING_TIP.format(title=title)
    mean, deviation = gaussians[name]
    return Text.EXPERT_TIP.format(
        title=title, dimension=dimension, mean=mean, deviation=deviation, share=shares[name]
    )


def _alt(experts: Mapping[str, str], fused: Fused) -> str:
    """Say in words what is seen."""
    shares = ", ".join(f"{experts[name]} {_share(share)}" for name, share in fused.shares.items())
    imagined = ", ".join(title for name, title in experts.items() if name not in fused.shares)
    sentence = Text.ALT if imagined else Text.ALL_GIVEN_ALT
    return sentence.format(shares=shares, imagined=imagined, label=fused.label)


def _share(share: float) -> str:
    return f"{share:.0%}"


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _line(text: str) -> str:
    """Write a name as HTML in one line: an empty one would end the HTML within Markdown."""
    return escape(text).replace("\n", " ").replace("\r", " ")
