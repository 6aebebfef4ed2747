"""Shares in [0, 1] -> horizontal bars as HTML for `st.html`, each with its name and its value beside it.

For outputs that change with each stroke: the text is made and drawn in well under a millisecond, and the
browser need not load a chart library of 4.7 MB first. The look is in style.css.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mvae.modalities import MODALITIES
from mvae.ui.glyphs import scripts


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
    return _bars("label", f"Bars: probabilities of the ten labels; the highest is that of {best}", rows)


def _in_three_scripts(digit: int) -> str:
    return f"{digit} <b>{scripts(digit)}</b>"


def shares_bars(expert_shares: Mapping[str, float]) -> str:
    """Draw each expert's share of the posterior's precision.

    The prior and all modalities have a row, whether given or not, so that the bars keep their place.

    Parameters
    ----------
    expert_shares
        As `Completion.expert_shares`: names of experts -> shares, which sum to 1.
    """
    titles = {"prior": "Prior"} | {modality.name: modality.title.split()[0] for modality in MODALITIES}
    rows = [
        (
            "other" if name == "prior" else "expert",
            title,
            expert_shares.get(name, 0.0),
            f"{expert_shares[name]:.1%}" if name in expert_shares else "missing",
        )
        for name, title in titles.items()
    ]
    return _bars("shares", "Bars: share of each expert in the precision of the posterior", rows)


def _bars(chart: str, description: str, rows: Sequence[tuple[str, str, float, str]]) -> str:
    """Draw rows of kind, name, share and value; those who cannot see them hear names and values."""
    heard = ", ".join(f"{name.partition(' <')[0]} {value}" for _, name, _, value in rows)
    bars = "".join(
        f'<div class="{kind}"><span>{name}</span><i style="--share: {bar:.4f}"></i><span>{value}</span></div>'
        for kind, name, bar, value in rows
    )
    return f'<div class="bars {chart}" role="img" aria-label="{description}: {heard}.">{bars}</div>'
