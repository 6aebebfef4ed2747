"""Charts of the page Experts: Gaussians in a plane, and curves over the strength of a corruption."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import cycle
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from numpy.typing import NDArray

from mvae.inference.planes import ellipse
from mvae.ui.views.charts import curves_chart
from mvae.ui.views.colours import CHART_TEXT, expert_colours

_ROOM = 1.12  # of the frame around what is in it, for the names
_LETTER, _LINE = 8.0, 20.0  # width of a letter and height of a line of the names, in pixels


class Line(NamedTuple):
    """How an expert is drawn: colour, dashes and a mark for its mean; the last two need no colour."""

    colour: str
    dash: str
    symbol: str


PRODUCT = Line(CHART_TEXT, "solid", "circle")
_LOOKS = (
    ("dash", "square"), ("dot", "diamond"), ("dashdot", "triangle-up"), ("longdashdot", "triangle-down"),
    ("10px,3px,2px,3px,2px,3px,2px,3px", "star"), ("3px,9px", "bowtie"),
)  # fmt: skip
_LONGEST_NAME = 18  # letters


def expert_lines(modalities: Sequence[str]) -> dict[str, Line]:
    """Return how the prior and the modalities' experts are drawn, by name; the first six all differ."""
    colours = expert_colours(modalities)
    looks = zip(modalities, cycle(_LOOKS), strict=False)
    return {
        "prior": Line(colours["prior"], "longdash", "cross"),
        **{name: Line(colours[name], *look) for name, look in looks},
    }


def chart_names(experts: Mapping[str, str]) -> dict[str, str]:
    """Cut names that would leave no room in a chart, unless two would then be alike."""
    cut = {
        name: title if len(title) <= _LONGEST_NAME else f"{title[: _LONGEST_NAME - 1].rstrip(' ,')}…"
        for name, title in experts.items()
    }
    return cut if len(set(cut.values())) == len(cut) else dict(experts)


@dataclass(frozen=True)
class Shape:
    """A Gaussian in the plane, drawn as an expert, the prior or the product.

    Attributes
    ----------
    expert
        "prior", "product", or a modality's name.
    name
        What is written beside it.
    line
        How it is drawn.
    mean, covariance
        (2,) and (2, 2).
    faint
        Whether it is only hinted at.
    """

    expert: str
    name: str
    line: Line
    mean: NDArray[np.floating]
    covariance: NDArray[np.floating]
    faint: bool = False


def frame(gaussians: Sequence[tuple[NDArray[np.floating], NDArray[np.floating]]]) -> NDArray[np.float64]:
    """Return lowest and highest x and y, (2, 2), of a frame for Gaussians (mean, covariance) in a plane."""
    points = np.concatenate([ellipse(*gaussian, deviations=2) for gaussian in gaussians])
    low, high = points.min(0), points.max(0)
    middle, half = (low + high) / 2, _ROOM * (high - low) / 2
    return np.stack([middle - half, middle + half], axis=1)


def plane_chart(
    shapes: Sequence[Shape], bounds: NDArray[np.floating], *, titles: tuple[str, str], height: int = 560
) -> go.Figure:
    """Draw each Gaussian as two ellipses, one and two standard deviations around its mean, with its name.

    Parameters
    ----------
    shapes
        Drawn in this order.
    bounds
        (2, 2) lowest and highest x and y, as `frame`.
    titles
        Of the two axes, which have the same scale.
    height
        In pixels.
    """
    traces: list[dict[str, Any]] = []
    for shape in shapes:
        colour, dash, symbol = shape.line
        opacity = 0.9 if shape.faint else 1.0  # paler ones would have a contrast below 3
        inner, outer = (ellipse(shape.mean, shape.covariance, deviations) for deviations in (1, 2))
        line = np.concatenate([inner, np.full((1, 2), np.nan), outer])
        traces += [
            {
                "type": "scatter", "x": line[:, 0], "y": line[:, 1], "mode": "lines", "opacity": opacity,
                "hoverinfo": "skip",
                "line": {"color": colour, "dash": dash, "width": 3.5 if shape.line == PRODUCT else 2},
            },
            {
                "type": "scatter", "x": shape.mean[:1], "y": shape.mean[1:], "mode": "markers",
                "opacity": opacity, "marker": {"color": colour, "symbol": symbol, "size": 9},
                "hovertemplate": f"%{{x:.1f}}, %{{y:.1f}}<extra>{escape(shape.name)}</extra>",
            },
        ]  # fmt: skip
    pixels = (height - 56) / float(bounds[1, 1] - bounds[1, 0])
    names = [
        {
            "x": place[0], "y": place[1], "showarrow": False, "font": {"size": 13},
            "text": f'<span style="color:{shape.line.colour}">━</span> '
            + (f"<i>{escape(shape.name)}</i>" if shape.faint else f"<b>{escape(shape.name)}</b>"),
        }
        for shape, place in zip(shapes, name_places(shapes, bounds, pixels), strict=True)
    ]  # fmt: skip
    axis = {"fixedrange": True, "zeroline": False, "constrain": "domain"}
    layout = {
        "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "dragmode": False,
        "height": height, "margin": {"l": 56, "r": 8, "t": 8, "b": 48}, "showlegend": False,
        "annotations": names,
        "xaxis": {**axis, "title": {"text": titles[0]}, "range": list(bounds[0])},
        "yaxis": {**axis, "title": {"text": titles[1]}, "range": list(bounds[1]), "scaleanchor": "x"},
    }  # fmt: skip
    return go.Figure(data=traces, layout=layout)


def name_places(
    shapes: Sequence[Shape], bounds: NDArray[np.floating], pixels: float
) -> list[NDArray[np.floating]]:
    """Return where the middle of each name lies, (2,): beside its ellipse, off other names, in the frame.

    Parameters
    ----------
    shapes, bounds
        As `plane_chart`.
    pixels
        Of the picture for a length of 1.
    """
    places: list[NDArray[np.floating]] = []
    halves: list[NDArray[np.floating]] = []
    for shape in shapes:
        half = np.array([_LETTER * (len(shape.name) + 2), _LINE]) / 2 / pixels
        reach = 2 * np.sqrt(np.diag(shape.covariance)) + half
        towards = np.where(shape.mean >= bounds.mean(1), 1, -1)
        sides = [(0, towards[1]), (0, -towards[1]), (-towards[0], 0), (towards[0], 0)]
        candidates = [shape.mean + reach * side for side in sides]

        def trouble(place: NDArray[np.floating], half: NDArray[np.floating] = half) -> float:
            outside = np.maximum(bounds[:, 0] - (place - half), place + half - bounds[:, 1]).clip(0).sum()
            overlaps = (
                (half + other_half - np.abs(place - other)).clip(0).prod()
                for other, other_half in zip(places, halves, strict=True)
            )
            return float(outside / half.sum() + sum(overlaps) / half.prod())

        places.append(min(candidates, key=trouble))
        halves.append(half)
    return places


@st.cache_resource(show_spinner=False, max_entries=128)
def strengths_chart(
    strengths: Sequence[int],
    curves: Mapping[str, NDArray[np.floating]],
    lines: Sequence[Line],
    marked: int,
    *,
    titles: tuple[str, str],
) -> go.Figure:
    """Draw shares or probabilities over the strength of a corruption, and where the chosen strength is.

    A chart takes longer to build than the model to compute it, so sessions share it; nobody changes it.

    Parameters
    ----------
    strengths
        (n,) in per cent.
    curves
        Name -> (n,) in [0, 1].
    lines
        Of the curves, in their order.
    marked
        The chosen strength.
    titles
        Of the two axes.
    """
    percent = {escape(name): (100 * values).tolist() for name, values in curves.items()}
    figure = curves_chart(
        strengths, percent, x_title=titles[0], y_title=titles[1], y_range=(-3.0, 103.0),
        looks=[(line.colour, line.dash) for line in lines], height=250,
    )  # fmt: skip
    mark = {"type": "line", "x0": marked, "x1": marked, "yref": "paper", "y0": 0, "y1": 1}
    figure.update_layout(shapes=[{**mark, "line": {"color": "#8a94a6", "width": 2, "dash": "dot"}}])
    return figure
