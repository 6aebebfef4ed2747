"""Charts of the page Experts: names of experts, a frame around them, curves over strengths."""

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from numpy.typing import NDArray

from mvae.inference.planes import ellipse
from mvae.ui.views.charts import curves_chart
from mvae.ui.views.colours import MARK, Look

_ROOM = 1.12  # of the frame around what is in it, for the names


_LONGEST_NAME = 18  # letters


def chart_names(experts: Mapping[str, str]) -> dict[str, str]:
    """Cut names that would leave no room in a chart, unless two would then be alike."""
    cut = {
        name: title if len(title) <= _LONGEST_NAME else f"{title[: _LONGEST_NAME - 1].rstrip(' ,')}…"
        for name, title in experts.items()
    }
    return cut if len(set(cut.values())) == len(cut) else dict(experts)


def frame(gaussians: Sequence[tuple[NDArray[np.floating], NDArray[np.floating]]]) -> NDArray[np.float64]:
    """Return lowest and highest x and y, (2, 2), of a frame for Gaussians (mean, covariance) in a plane."""
    points = np.concatenate([ellipse(*gaussian, deviations=2) for gaussian in gaussians])
    low, high = points.min(0), points.max(0)
    middle, half = (low + high) / 2, _ROOM * (high - low) / 2
    return np.stack([middle - half, middle + half], axis=1)


@st.cache_resource(show_spinner=False, max_entries=128)
def strengths_chart(
    strengths: Sequence[int],
    curves: Mapping[str, NDArray[np.floating]],
    lines: Sequence[Look],
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
    figure.update_layout(shapes=[{**mark, "line": {"color": MARK, "width": 2, "dash": "dot"}}])
    return figure
