"""Shares in [0, 1] -> horizontal bars as HTML for `st.html`, each with its name and its value beside it.

For outputs that change with each stroke: the text is made and drawn in well under a millisecond, and the
browser need not load a chart library of 4.7 MB first. The look is in `mvae/web/views/views.css`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from html import escape, unescape
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mvae.ui.text import Common, number_word
from mvae.ui.views.colours import Look, looks
from mvae.ui.views.glyphs import scripts

MOST_BARS = 12
_SHORT = 8  # letters of a name for which there is always room


def label_bars(label_probs: NDArray[np.floating[Any]], classes: Sequence[str]) -> str:
    """Draw the probabilities of the classes; the most probable one stands out.

    Parameters
    ----------
    label_probs
        (C,), sums to 1. Of very many classes, the `MOST_BARS` most probable are drawn.
    classes
        What a person reads.
    """
    best = int(np.argmax(label_probs))
    shown = sorted(np.argsort(-label_probs, kind="stable")[:MOST_BARS].tolist())
    rows = [
        (
            "best" if label == best else "other",
            _in_scripts(classes[label]),
            float(label_probs[label]),
            f"{label_probs[label]:.1%}",
        )
        for label in shown
    ]
    words = partial(Common.LABEL_BARS.format, best=classes[best], count=number_word(len(classes)))
    return _bars("label" if all(map(scripts, classes)) else "label named", words, rows)


def _in_scripts(name: str) -> str:
    """Write a class as HTML, a digit in all three scripts."""
    written = scripts(name)
    return f"{name} <b>{written}</b>" if written else escape(name)


def shares_bars(expert_shares: Mapping[str, float], experts: Mapping[str, str]) -> str:
    """Draw each expert's share of the posterior's precision, in the expert's own colour.

    The prior and all modalities have a row, whether given or not, so that the bars keep their place.

    Parameters
    ----------
    expert_shares
        As `Completion.expert_shares`: names of experts -> shares, which sum to 1.
    experts
        Name of the prior and of each modality -> what a person reads.
    """
    drawn = looks(name for name in experts if name != "prior")
    rows = [
        (
            name,
            f"{sign(drawn[name])} {escape(title)}",
            expert_shares.get(name, 0.0),
            f"{expert_shares[name]:.1%}" if name in expert_shares else Common.MISSING,
        )
        for name, title in experts.items()
    ]
    named = any(len(title) > _SHORT for title in experts.values())
    return _bars("shares named" if named else "shares", Common.SHARES_BARS.format, rows, drawn)


def vote_bars(votes: Mapping[str, int], describe: Callable[..., str]) -> str:
    """Draw how many votes each choice has; those with most of them stand out.

    Parameters
    ----------
    votes
        What a person reads -> how many.
    describe
        Says all of it to those who cannot see it; it is given `bars`.
    """
    count, most = sum(votes.values()), max(votes.values(), default=0)
    rows = [
        ("best" if number and number == most else "other", escape(name), number / max(count, 1), f"{number}")
        for name, number in votes.items()
    ]
    return _bars("votes", describe, rows)


def _bars(
    chart: str,
    describe: Callable[..., str],
    rows: Sequence[tuple[str, str, float, str]],
    drawn: Mapping[str, Look] = MappingProxyType({}),
) -> str:
    """Draw rows of kind, name, share and value; those who cannot see them hear names and values."""
    heard = ", ".join(f"{unescape(_words(name))} {value}" for _, name, _, value in rows)
    bars = "".join(
        f'<div class="{kind}"><span>{name}</span>'
        f'<i style="--share: {bar:.4f}{_colour(drawn.get(kind))}"></i><span>{value}</span></div>'
        for kind, name, bar, value in rows
    )
    return f'<div class="bars {chart}" role="img" aria-label="{escape(describe(bars=heard))}">{bars}</div>'


def sign(look: Look) -> str:
    """Return the sign of an expert as HTML, which nobody hears; it stands before the expert's name."""
    return f'<em class="sign" style="color: {look.colour}" aria-hidden="true">{look.sign}</em>'


def _words(name: str) -> str:
    """Return what is heard of a name: not its sign, nor a digit in other scripts."""
    return re.sub(r"<(em|b)\b.*?</\1>", "", name).strip()


def _colour(look: Look | None) -> str:
    return "" if look is None else f"; --colour: {look.colour}"
