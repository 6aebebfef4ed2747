"""Shares in [0, 1] -> horizontal bars as HTML for `st.html`, each with its name and its value beside it.

For outputs that change with each stroke: the text is made and drawn in well under a millisecond, and the
browser need not load a chart library of 4.7 MB first. The look is in style.css.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mvae.ui.text import Common
from mvae.ui.views.colours import EXPERTS
from mvae.ui.views.glyphs import scripts


def label_bars(label_probs: NDArray[np.floating[Any]]) -> str:
    """Draw the probabilities of the ten digits; the most probable one stands out.

    Parameters
    ----------
    label_probs
        (10,), sums to 1.
    """
    best = int(np.argmax(label_probs))
    rows = [
        ("best" if digit == best else "other", _in_three_scripts(digit), float(share), f"{share:.1%}")
        for digit, share in enumerate(label_probs)
    ]
    return _bars("label", partial(Common.LABEL_BARS.format, best=best), rows)


def _in_three_scripts(digit: int) -> str:
    return f"{digit} <b>{scripts(digit)}</b>"


def shares_bars(expert_shares: Mapping[str, float]) -> str:
    """Draw each expert's share of the posterior's precision, in the expert's own colour.

    The prior and all modalities have a row, whether given or not, so that the bars keep their place.

    Parameters
    ----------
    expert_shares
        As `Completion.expert_shares`: names of experts -> shares, which sum to 1.
    """
    rows = [
        (
            name,
            title,
            expert_shares.get(name, 0.0),
            f"{expert_shares[name]:.1%}" if name in expert_shares else Common.MISSING,
        )
        for name, title in Common.EXPERTS.items()
    ]
    return _bars("shares", Common.SHARES_BARS.format, rows)


def _bars(chart: str, describe: Callable[..., str], rows: Sequence[tuple[str, str, float, str]]) -> str:
    """Draw rows of kind, name, share and value; those who cannot see them hear names and values."""
    heard = ", ".join(f"{name.partition(' <')[0]} {value}" for _, name, _, value in rows)
    bars = "".join(
        f'<div class="{kind}"><span>{name}</span><i style="--share: {bar:.4f}{_colour(kind)}"></i>'
        f"<span>{value}</span></div>"
        for kind, name, bar, value in rows
    )
    return f'<div class="bars {chart}" role="img" aria-label="{escape(describe(bars=heard))}">{bars}</div>'


def _colour(kind: str) -> str:
    return f"; --colour: {EXPERTS[kind]}" if kind in EXPERTS else ""
