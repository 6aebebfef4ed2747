"""Numbers -> plotly charts of fixed height, on the page's own background, each value written beside its mark.

The text takes its colour from Streamlit's theme, which `st.plotly_chart` applies; the marks have colours that
stand out on a light and on a dark page. Pass `config=PLAIN` to `st.plotly_chart`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from mvae.modalities import DIGITS, MODALITIES

PLAIN: dict[str, Any] = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False}
"""Plotly's configuration for all charts of the app: no bar of buttons."""

PRIMARY, MUTED = "#2f86d6", "#8a94a6"
# Okabe & Ito (2008), for colour-blind people; without black and yellow, each invisible on one of the themes.
PALETTE = ("#d55e00", "#0072b2", "#009e73", "#cc79a7", "#56a0d3", "#b58900", "#8a94a6")
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "solid")


def label_chart(label_probs: NDArray[np.floating[Any]], *, height: int = 270) -> go.Figure:
    """Draw the probabilities of the ten digits as bars with their values; the most probable one stands out.

    Parameters
    ----------
    label_probs
        (10,), sums to 1.
    height
        In pixels.
    """
    best = int(np.argmax(label_probs))
    names = [f"<b>{digit}</b>" if digit == best else str(digit) for digit in range(DIGITS)]
    texts = [f"{share:.1%}" for share in label_probs]
    texts[best] = f"<b>{texts[best]}</b>"
    colours = [PRIMARY if digit == best else MUTED for digit in range(DIGITS)]
    return _bars(names, label_probs, texts, colours, height)


def shares_chart(expert_shares: Mapping[str, float], *, height: int = 140) -> go.Figure:
    """Draw each expert's share of the posterior's precision as bars with names and values.

    The prior and all modalities have a row, whether given or not, so that the chart keeps its place.

    Parameters
    ----------
    expert_shares
        As `Completion.expert_shares`: names of experts -> shares, which sum to 1.
    height
        In pixels.
    """
    names = {"prior": "Prior"} | {modality.name: modality.title.split()[0] for modality in MODALITIES}
    shares = np.array([expert_shares.get(name, 0.0) for name in names])
    texts = [f"{expert_shares[name]:.1%}" if name in expert_shares else "missing" for name in names]
    colours = [MUTED if name == "prior" else PRIMARY for name in names]
    return _bars(list(names.values()), shares, texts, colours, height)


def curves_chart(
    x: Sequence[float],
    curves: Mapping[str, Sequence[float]],
    *,
    x_title: str,
    y_title: str,
    y_range: tuple[float, float] | None = None,
    decimals: int = 1,
    height: int = 320,
) -> go.Figure:
    """Draw one line for each curve, with its name at its end.

    Parameters
    ----------
    x
        (n,), the same for all curves.
    curves
        Name -> (n,) values, in the order in which colours and dashes are given; at most seven.
    x_title, y_title
        Of the axes.
    y_range
        Lowest and highest value shown; by default all.
    decimals
        Of the values that are written.
    height
        In pixels.
    """
    low, high = y_range or _padded_range([value for values in curves.values() for value in values])
    line_height = (high - low) * 20 / (height - 80)
    ends = _spread([values[-1] for values in curves.values()], line_height, low, high)
    figure = go.Figure()
    for (name, values), end, colour, dash in zip(curves.items(), ends, PALETTE, _DASHES, strict=False):
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
        **_plain(height, margin={"l": 56, "r": 16 + 7 * longest, "t": 12, "b": 48}),
        xaxis={"title": x_title, "fixedrange": True, "range": [min(x) - 0.2, max(x) + 0.2]},
        yaxis={"title": y_title, "fixedrange": True, "range": [low, high]},
        hovermode="x unified",
    )
    figure.update_traces(hovertemplate=f"%{{y:,.{decimals}f}}")
    return figure


def _bars(
    names: list[str], shares: NDArray[np.floating[Any]], texts: list[str], colours: list[str], height: int
) -> go.Figure:
    """Draw horizontal bars of shares in [0, 1], the first on top, on a fixed axis from 0 to 100 %."""
    figure = go.Figure()
    figure.add_bar(
        x=[100 * float(share) for share in shares], y=names, orientation="h", marker_color=colours,
        text=texts, textposition="outside", textfont_size=13, cliponaxis=False, hoverinfo="skip",
    )  # fmt: skip
    y_axis = {"autorange": "reversed", "type": "category", "fixedrange": True, "automargin": True}
    figure.update_layout(
        **_plain(height, margin={"l": 8, "r": 56, "t": 4, "b": 4}),
        xaxis={"range": [0, 100], "visible": False, "fixedrange": True},
        yaxis=y_axis | {"tickfont": {"size": 13}},
        bargap=0.3,
    )
    return figure


def _plain(height: int, margin: Mapping[str, int]) -> dict[str, Any]:
    transparent = "rgba(0,0,0,0)"
    return {
        "height": height, "margin": dict(margin), "showlegend": False, "dragmode": False,
        "paper_bgcolor": transparent, "plot_bgcolor": transparent,
    }  # fmt: skip


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
