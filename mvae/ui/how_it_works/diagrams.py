"""Small drawings for the page How it works, as SVG and HTML.

Lines and text have the page's own colour, so that they stand out on a light and on a dark page; what has
another colour differs by its dashes, too. Lengths are in pixels of a drawing `WIDTH` wide, which grows and
shrinks with its column.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap

import numpy as np
import streamlit as st

WIDTH = 440
_WIDEST = 500  # as it is shown
_MARGIN = 8
_LINE = 22  # of text
_PLOT = 170  # height of the curves
_SPREAD = 4.0  # standard deviations to either side of its mean that a curve is drawn
_NODE, _LATENT = 92, 30  # side of a node, radius of the latent
_LATENT_AWAY = 88  # from the latent's middle to a row of nodes
_ONE_ROW = 4  # nodes
_TITLE_LINE = 18  # of a node's title
_LETTER, _SMALL_LETTER = 7.8, 6.2  # widths of letters, about: of 15 and of 13 pixels
_MARKDOWN = frozenset("\\`*_[]~$|:")
_LONGEST_WORDS = 30  # letters beside the name of a bar


@dataclass(frozen=True)
class Node:
    """A variable of the graphical model: its title, what is written in it, its picture if given; a colour."""

    title: str
    words: str
    picture_url: str | None = None
    colour: str = "currentColor"


@dataclass(frozen=True)
class Curve:
    """A Gaussian density: its name, parameters, and how its line looks (a CSS colour, SVG dashes)."""

    name: str
    mean: float
    deviation: float
    colour: str
    dashes: str = "none"
    width: float = 2.0


@dataclass(frozen=True)
class Bar:
    """A row of a bar chart: its name, its length or None where there is no bar, and what is written of it."""

    name: str
    value: float | None
    words: str
    marked: bool = False


def draw(drawing: str) -> None:
    """Show a drawing; `st.html` would take all SVG for unsafe and drop it."""
    st.markdown(drawing, unsafe_allow_html=True)


def graphical_model(nodes: Sequence[Node], description: str) -> str:
    """Draw the latent z and the variables that it generates: given ones filled, the others dashed.

    Up to four stand below z; of more, half stand above it.
    """
    above = nodes[: len(nodes) // 2] if len(nodes) > _ONE_ROW else []
    below = nodes[len(above) :]
    upper, lower = _titles(above), _titles(below)
    middle, z = WIDTH / 2, 40.0
    parts = [_ARROWHEAD]
    if above:
        first = _MARGIN + _TITLE_LINE * (max(map(len, upper)) + 1)
        z = first + _NODE + _LATENT_AWAY
        parts += _row(above, upper, first, z)
    top = z + _LATENT_AWAY
    parts += _row(below, lower, top, z)
    parts.append(
        f'<circle cx="{middle}" cy="{z:g}" r="{_LATENT}" fill="none" stroke="currentColor" stroke-width="2"/>'
        f'<text x="{middle}" y="{z + 8:g}" font-size="24" font-style="italic" text-anchor="middle">z</text>'
    )
    return _svg(top + 134 + _TITLE_LINE * (max(map(len, lower)) - 1), parts, description)


def whiskers(
    dimensions: Sequence[int],
    means: Sequence[float],
    deviations: Sequence[float],
    axis: str,
    description: str,
    *,
    colour: str,
) -> str:
    """Draw a dot for each mean, a line from one standard deviation below to one above, and the prior's band.

    Parameters
    ----------
    dimensions, means, deviations
        (n,) each: what stands below, and the Gaussians.
    axis
        What the dimensions are, below them.
    description
        For people who cannot see it.
    colour
        Of the dots and lines.
    """
    middles, spreads = np.asarray(means), np.asarray(deviations)
    reach = max(1.2, float((np.abs(middles) + spreads).max())) * 1.05
    left, top, height = 34, _MARGIN, 200

    def y(value: float) -> float:
        return top + height * (0.5 - value / (2 * reach))

    parts = [
        f'<path d="M{left} {y(1):.1f}H{WIDTH}V{y(-1):.1f}H{left}z" fill-opacity="0.1"/>',
        f'<line x1="{left}" x2="{WIDTH}" y1="{y(0):.1f}" y2="{y(0):.1f}" {_FAINT}/>',
    ]
    parts += [_text(left - 6, y(tick) + 5, f"{tick:+d}".replace("-", "−"), "end") for tick in (-1, 1)]
    pitch = (WIDTH - left) / len(middles)
    for place, (dimension, middle, spread) in enumerate(zip(dimensions, middles, spreads, strict=True)):
        x = left + (place + 0.5) * pitch
        parts.append(
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{y(middle - spread):.1f}" y2="{y(middle + spread):.1f}" '
            f'stroke="{colour}" stroke-width="2"/><circle cx="{x:.1f}" cy="{y(middle):.1f}" r="4.5" '
            f'fill="{colour}"/>'
        )
        parts.append(_text(x, top + height + 16, str(dimension), "middle", size=13))
    parts.append(_text((left + WIDTH) / 2, top + height + 36, axis, "middle"))
    return _svg(top + height + 44, parts, description)


def densities(curves: Sequence[Curve], description: str) -> str:
    """Draw Gaussian densities over one axis, and below them what each is: its line, name and parameters."""
    low = min(-3.0, *(curve.mean - 3 * min(curve.deviation, 1) for curve in curves))
    high = max(3.0, *(curve.mean + 3 * min(curve.deviation, 1) for curve in curves))
    peak = max(_density(curve.mean, curve) for curve in curves)
    floor = _MARGIN + _PLOT

    def x(value: float) -> float:
        return _MARGIN + (WIDTH - 2 * _MARGIN) * (value - low) / (high - low)

    parts = [f'<line x1="0" x2="{WIDTH}" y1="{floor}" y2="{floor}" {_FAINT}/>']
    ticks = range(int(np.ceil(low)), int(high) + 1)
    parts += [_text(x(tick), floor + 17, str(tick).replace("-", "−"), "middle", size=13) for tick in ticks]
    for row, curve in enumerate(curves):
        look = (
            f'fill="none" stroke="{curve.colour}" stroke-width="{curve.width}" '
            f'stroke-dasharray="{curve.dashes}"'
        )
        reach = _SPREAD * curve.deviation
        places = np.linspace(max(low, curve.mean - reach), min(high, curve.mean + reach), 161)
        points = " ".join(
            f"{x(place):.1f},{floor - _PLOT * _density(place, curve) / peak:.1f}" for place in places
        )
        y = floor + 44 + row * _LINE
        parts.append(f'<polyline points="{points}" {look}/><line x1="4" x2="44" y1="{y}" y2="{y}" {look}/>')
        numbers = f"μ = {curve.mean:.2f}, σ = {curve.deviation:.2f}".replace("-", "−")
        name = _cut(curve.name, (WIDTH - _MARGIN - 64) / _LETTER - len(numbers))
        parts.append(_text(54, y + 5, name) + _text(WIDTH - _MARGIN, y + 5, numbers, "end"))
    return _svg(floor + 44 + len(curves) * _LINE, parts, description)


def bars(rows: Sequence[Bar], description: str, threshold: float | None = None) -> str:
    """Draw bars to the right, each with its name above; a marked one is filled, the others are outlined.

    A dashed line stands at the threshold.
    """
    thick = 16
    longest = max(row.value or 0.0 for row in rows)
    scale = (WIDTH - 4) / max(longest, 1.25 * (threshold or 0.0), 1e-9)
    parts, y = [], 0
    for row in rows:
        weight = "700" if row.marked else "400"
        words = _cut(row.words, _LONGEST_WORDS)
        for line in wrap(row.name, int(WIDTH / _LETTER) - len(words)):
            y += _LINE
            parts.append(_text(2, y - 6, line, weight=weight))
        parts.append(_text(WIDTH - 2, y - 6, words, "end", weight=weight))
        if row.value is not None:
            look = 'fill="currentColor"' if row.marked else 'fill="currentColor" fill-opacity="0.15"'
            parts.append(
                f'<rect x="2" y="{y}" width="{row.value * scale:.1f}" height="{thick}" {look} '
                'stroke="currentColor"/>'
            )
            if threshold is not None:
                x = 2 + threshold * scale
                parts.append(
                    f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{y}" y2="{y + thick + 4}" '
                    'stroke="currentColor" stroke-width="3" stroke-dasharray="4 3"/>'
                )
            y += thick + _MARGIN
    if threshold is not None:
        y += _LINE
        parts.append(_text(2 + threshold * scale, y - 6, f"{threshold:g}", "middle"))
    return _svg(y, parts, description)


def mask_table(header: Sequence[str], rows: Sequence[tuple[Sequence[int], bool, str]], caption: str) -> str:
    """Write the mask as a table of ones and zeros.

    Parameters
    ----------
    header
        Names of the columns, the last one that of the remarks.
    rows
        Ones and zeros, whether this is the current row, and the remark.
    caption
        What the table shows.
    """
    wide = len(header) > 4
    room, size = ("0.3rem 0.4rem", "0.875em") if wide else ("0.3rem 0.8rem", "1em")
    head = "".join(f'<th scope="col" style="padding: {room}">{escape(name)}</th>' for name in header)
    body = ""
    for ones, current, remark in rows:
        look = "outline: 2px solid currentcolor; font-weight: 700" if current else "opacity: 0.8"
        cells = "".join(f'<td style="padding: {room}; text-align: center">{one}</td>' for one in ones)
        told = ' aria-current="true"' if current else ""
        body += f'<tr style="{look}"{told}>{cells}<td style="padding: {room}">{escape(remark)}</td></tr>'
    return (
        '<div style="overflow-x: auto">'
        f'<table style="border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: {size}">'
        f'<caption style="caption-side: bottom; text-align: left">{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


_FAINT = 'stroke="currentColor" stroke-opacity="0.5"'
_ARROWHEAD = (
    '<defs><marker id="arrowhead" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" '
    'orient="auto"><path d="M0 0L10 5L0 10z" fill="context-stroke"/></marker></defs>'
)


def _titles(nodes: Sequence[Node]) -> list[list[str]]:
    """Break the titles of a row of nodes into lines that fit below them."""
    letters = int(WIDTH / max(1, len(nodes)) / _LETTER)
    return [wrap(node.title, letters, max_lines=2, placeholder="…") for node in nodes]


def _row(nodes: Sequence[Node], titles: Sequence[list[str]], top: float, z: float) -> list[str]:
    """Draw nodes beside one another, from `top` on, and arrows to them from the latent at the height z."""
    pitch, middle = WIDTH / len(nodes), WIDTH / 2
    side = min(_NODE, pitch - _MARGIN)
    below = top > z
    edge, end = (top, top - 4) if below else (top + side, top + side + 4)
    parts = []
    for place, (node, title) in enumerate(zip(nodes, titles, strict=True)):
        x = (place + 0.5) * pitch
        away = np.hypot(x - middle, edge - z)
        start_x, start_y = middle + (x - middle) * _LATENT / away, z + (edge - z) * _LATENT / away
        parts.append(
            f'<line x1="{start_x:.1f}" y1="{start_y:.1f}" x2="{x:.1f}" y2="{end:g}" '
            f'stroke="{node.colour}" stroke-width="2" marker-end="url(#arrowhead)"/>'
        )
        parts += _node(node, title, (x, top), side, below=below)
    return parts


def _node(
    node: Node, title: Sequence[str], place: tuple[float, float], side: float, *, below: bool
) -> list[str]:
    """Draw a node around x, from a height on: its title is away from the latent, as is what is said of it."""
    x, top = place
    given = node.picture_url is not None
    look = 'fill="currentColor" fill-opacity="0.18"' if given else 'fill="none" stroke-dasharray="6 5"'
    corner = f'x="{x - side / 2:.1f}" y="{top:g}" width="{side:g}" height="{side:g}" rx="14"'
    parts = [f'<rect {corner} {look} stroke="{node.colour}" stroke-width="2.5"/>']
    words = _cut(node.words, side / _SMALL_LETTER)
    if given:
        inner = side - 16
        parts.append(
            f'<image x="{x - inner / 2:.1f}" y="{top + 8:g}" width="{inner:g}" height="{inner:g}" '
            f'href="{node.picture_url}"/>'
        )
    else:
        parts.append(_text(x, top + side / 2 + 5, words, "middle", size=13))
    count = len(title) + given
    first = top + side + 20 if below else top - 10 - _TITLE_LINE * (count - 1)
    parts += [_text(x, first + _TITLE_LINE * row, line, "middle") for row, line in enumerate(title)]
    if given:
        parts.append(_text(x, first + _TITLE_LINE * len(title), words, "middle", size=13))
    return parts


def _cut(text: str, letters: float) -> str:
    """Cut a text that is longer than there is room."""
    return text if len(text) <= letters else f"{text[: int(letters) - 1].rstrip()}…"


def _density(place: float, curve: Curve) -> float:
    standard = (place - curve.mean) / curve.deviation
    return float(np.exp(-0.5 * standard**2) / (curve.deviation * np.sqrt(2 * np.pi)))


def _text(
    x: float, y: float, words: str, anchor: str = "start", *, size: int = 15, weight: str = "400"
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" font-weight="{weight}" text-anchor="{anchor}">'
        f"{_literal(words)}</text>"
    )


def _literal(text: str) -> str:
    """Write a text so that neither HTML nor the Markdown around a drawing finds anything in it."""
    return "".join(f"&#{ord(letter)};" if letter in _MARKDOWN else escape(letter) for letter in text)


def _svg(height: float, parts: Sequence[str], description: str) -> str:
    style = f"display: block; width: 100%; max-width: {_WIDEST}px"
    return (
        f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{escape(description)}" '
        f'fill="currentColor" style="{style}">{"".join(parts)}</svg>'
    )
