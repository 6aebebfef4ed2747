"""The component that draws Gaussians in a plane as ellipses.

It draws what the server says, or, while the model in the page is ahead of the server, what that says
(`mvae/web/live/plane.js`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mvae.ui import keys
from mvae.ui.views.colours import PRODUCT, Look, svg_dashes

_HERE = Path(__file__).parent


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
    line: Look
    mean: NDArray[np.floating]
    covariance: NDArray[np.floating]
    faint: bool = False


def ellipses(
    shapes: Sequence[Shape], bounds: NDArray[np.floating], *, titles: tuple[str, str], alt: str
) -> None:
    """Draw each Gaussian as two ellipses, one and two standard deviations around its mean, with its name.

    Parameters
    ----------
    shapes
        Drawn in this order.
    bounds
        (2, 2) lowest and highest x and y, as `mvae.ui.experts.charts.frame`.
    titles
        Of the two axes, which have the same scale.
    alt
        What is drawn, for people who cannot see it.
    """
    drawn = [
        {
            "expert": shape.expert, "name": shape.name, "look": look(shape.line), "faint": shape.faint,
            "mean": shape.mean.tolist(), "covariance": shape.covariance.tolist(),
        }
        for shape in shapes
    ]  # fmt: skip
    data = {"shapes": drawn, "bounds": bounds.tolist(), "titles": titles, "alt": alt}
    _component()(key=keys.ELLIPSES, data=data)


def look(line: Look) -> dict[str, str]:
    """Return how an expert's ellipses are drawn; the product has the colour of the page's text."""
    colour = "currentcolor" if line == PRODUCT else line.colour
    return {"colour": colour, "dash": svg_dashes(line), "symbol": line.symbol, "sign": line.sign}


@cache
def _component() -> Callable[..., object]:
    component: Callable[..., object] = st.components.v2.component(
        "mvae.ellipses",
        html='<div class="ellipses"></div>',
        css=(_HERE / "ellipses.css").read_text(encoding="utf-8"),
        js=(_HERE / "ellipses.js").read_text(encoding="utf-8"),
    )
    return component
