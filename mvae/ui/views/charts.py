"""Curves, bars and tables of numbers -> plotly charts of fixed height, on the page's own background.

The text takes its colour from Streamlit's theme, which `st.plotly_chart` applies; the marks have colours that
stand out on a light and on a dark page. Pass `config=PLAIN` to `st.plotly_chart`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from mvae.ui.views.colours import NOBODY

PLAIN: dict[str, Any] = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False}
"""Plotly's configuration for all charts of the app: no bar of buttons."""

_LAYOUT: dict[str, Any] = {
    "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "dragmode": False,
}  # fmt: skip
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "solid")
_PATTERNS = ("", "/", "x", ".", "\\", "-", "+")  # on the bars of a group
Look = tuple[str, str]
"""Colour and dash of a line."""
MOST_CURVES = len(NOBODY)
"""Of one chart, which can be told apart."""


def curves_chart(
    x: Sequence[float],
    curves: Mapping[str, Sequence[float]],
    *,
    x_title: str,
    y_title: str,
    x_names: Sequence[str] | None = None,
    y_range: tuple[float, float] | None = None,
    looks: Sequence[Look] = tuple(zip(NOBODY, _DASHES, strict=True)),
    decimals: int = 1,
    height: int = 320,
) -> go.Figure:
    """Draw one line for each curve, with its name and its last value at its end.

    Parameters
    ----------
    x
        (n,), the same for all curves.
    curves
        Name -> (n,) values, at most as many as `looks`.
    x_title, y_title
        Of the axes.
    x_names
        (n,), what is written below each `x`; by default numbers.
    y_range
        Lowest and highest value shown; by default all.
    looks
        Of the curves, in their order.
    decimals
        Of the values that are written.
    height
        In pixels.
    """
    low, high = y_range or _padded_range([value for values in curves.values() for value in values])
    line_height = (high - low) * 20 / (height - 80)
    ends = _spread([values[-1] for values in curves.values()], line_height, low, high)
    figure = go.Figure()
    for (name, values), end, (colour, dash) in zip(curves.items(), ends, looks, strict=False):
        line = {"color": colour, "dash": dash, "width": 2}
        mode = "lines" if len(x) > 1 else "markers"
        marker = {"color": colour, "size": 8}
        figure.add_scatter(x=list(x), y=list(values), name=name, mode=mode, line=line, marker=marker)
        swatch = f'<span style="color:{colour}">━</span>'
        figure.add_annotation(
            text=f"{swatch} {name} <b>{values[-1]:,.{decimals}f}</b>", font_size=12, showarrow=False,
            x=1, xref="paper", xanchor="left", xshift=8, y=end, yanchor="middle",
        )  # fmt: skip
    longest = max(len(f"━ {name} {values[-1]:,.{decimals}f}") for name, values in curves.items())
    figure.update_layout(
        _LAYOUT,
        height=height,
        margin={"l": 56, "r": 16 + 7 * longest, "t": 12, "b": 48},
        showlegend=False,
        xaxis={"title": x_title, "fixedrange": True, "range": [min(x) - 0.2, max(x) + 0.2]},
        yaxis={"title": y_title, "fixedrange": True, "range": [low, high]},
        hovermode="x unified",
    )
    if x_names is not None:
        figure.update_xaxes(tickvals=list(x), ticktext=list(x_names))
    figure.update_traces(hovertemplate=f"%{{y:,.{decimals}f}}")
    return figure


def bars_chart(
    groups: Sequence[str],
    bars: Mapping[str, Sequence[float | None]],
    *,
    y_title: str,
    y_range: tuple[float, float],
    decimals: int = 1,
    height: int = 340,
) -> go.Figure:
    """Draw groups of bars, each bar with its value above it, and the names of the bars above the chart.

    Parameters
    ----------
    groups
        (n,) names below the groups.
    bars
        Name -> (n,) values, one a group, in the order in which colours and patterns are given; at most seven.
        None where a group lacks that bar.
    y_title, y_range
        Of the axis.
    decimals
        Of the values that are written.
    height
        In pixels.
    """
    figure = go.Figure()
    for (name, values), colour, pattern in zip(bars.items(), NOBODY, _PATTERNS, strict=False):
        figure.add_bar(
            x=list(groups), y=list(values), name=name, marker_color=colour, cliponaxis=False,
            marker_pattern={"shape": pattern, "size": 7, "solidity": 0.3},
            texttemplate=f"%{{y:,.{decimals}f}}", textposition="outside", textangle=0,
            hovertemplate=f"%{{y:,.{decimals}f}}",
        )  # fmt: skip
    figure.update_layout(
        _LAYOUT,
        height=height,
        margin={"l": 56, "r": 8, "t": 56 if len(bars) > 1 else 24, "b": 8},
        barmode="group",
        bargap=0.25,
        bargroupgap=0.08,
        uniformtext={"mode": "hide", "minsize": 9},
        showlegend=len(bars) > 1,
        legend={"orientation": "h", "x": 0, "y": 1.04, "yanchor": "bottom"},
        xaxis={"fixedrange": True, "automargin": True},
        yaxis={"title": y_title, "fixedrange": True, "range": list(y_range)},
    )
    return figure


def heat_chart(
    columns: Sequence[str],
    rows: Mapping[str, Sequence[float]],
    *,
    x_title: str,
    colour_title: str,
    height: int = 260,
) -> go.Figure:
    """Draw rows of numbers as colours: nothing at 0, full at the largest.

    Parameters
    ----------
    columns
        (n,) names below the columns.
    rows
        Name -> (n,) values, from the top row down.
    x_title, colour_title
        Of the axis and of the scale of colours.
    height
        In pixels.
    """
    red, green, blue = (int(NOBODY[0][start : start + 2], 16) for start in (1, 3, 5))
    scale = [[share, f"rgba({red},{green},{blue},{share})"] for share in (0, 1)]
    figure = go.Figure(
        go.Heatmap(
            x=list(columns), y=list(rows), z=[list(values) for values in rows.values()], zmin=0,
            colorscale=scale, colorbar={"title": {"text": colour_title, "side": "right"}, "thickness": 12},
            xgap=1, ygap=1, hovertemplate=f"{x_title} %{{x}}, %{{y}}: %{{z:.2f}}<extra></extra>",
        )
    )  # fmt: skip
    figure.update_layout(
        _LAYOUT,
        height=height,
        margin={"l": 72, "r": 8, "t": 12, "b": 48},
        xaxis={"title": x_title, "fixedrange": True, "type": "category", "showgrid": False},
        yaxis={"fixedrange": True, "autorange": "reversed", "showgrid": False},
    )
    return figure


def _padded_range(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    room = 0.05 * (high - low) or 1.0
    return low - room, high + room


def _spread(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Move places within [low, high] until neighbours are `gap` apart, keeping their order."""
    order = np.argsort(places, kind="stable")
    wanted = np.clip(np.asarray(places, np.float64)[order], low, high) - gap * np.arange(len(places))
    groups: list[list[float]] = []  # places that touch move as one block, to their mean
    for place in wanted:
        groups.append([float(place)])
        while len(groups) > 1 and np.mean(groups[-2]) >= np.mean(groups[-1]):
            groups[-2:] = [groups[-2] + groups[-1]]
    blocks = np.concatenate([np.full(len(group), np.mean(group)) for group in groups])
    inside = np.clip(blocks, low, max(low, high - gap * (len(places) - 1)))
    spread = np.empty(len(places))
    spread[order] = inside + gap * np.arange(len(places))
    return [float(place) for place in spread]
