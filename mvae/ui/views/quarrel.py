"""What each input alone is read as, and who wins where they disagree: sentences, and their HTML.

The same is in `mvae/web/views/quarrel.js`.
"""

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

from mvae.ui.text import Quarrels as Text

if TYPE_CHECKING:  # it imports torch, for which the first paint does not wait
    from mvae.inference.quarrel import Quarrel

_MOST = 12  # the power of ten above which odds are only called large


def alone_html(quarrel: "Quarrel | None", name: str, classes: Sequence[str]) -> str:
    """Return a line for the card of an input: what its expert alone reads, or nothing.

    Parameters
    ----------
    quarrel
        Of all inputs; None where nothing is given.
    name
        Of the card's modality: the line is empty unless it is given, and another with it.
    classes
        What a person reads.
    """
    words = ""
    if quarrel is not None and len(quarrel.alone) > 1 and name in quarrel.alone:
        reading = quarrel.alone[name]
        words = Text.ALONE.format(label=classes[reading.label], probability=reading.probability)
    return f'<p class="alone" data-name="{escape(name)}">{escape(words)}</p>'


def quarrel_html(quarrel: "Quarrel | None", names: Mapping[str, str], classes: Sequence[str]) -> str:
    """Return `quarrel_words` as a paragraph, which is empty where there is no quarrel."""
    return f'<p class="quarrel" role="status">{escape(quarrel_words(quarrel, names, classes))}</p>'


def quarrel_words(quarrel: "Quarrel | None", names: Mapping[str, str], classes: Sequence[str]) -> str:
    """Say that inputs disagree, which class wins, and by how much; "" where they agree.

    Parameters
    ----------
    quarrel
        Of all inputs; None where nothing is given.
    names
        Name of each modality -> what a person reads.
    classes
        What a person reads.
    """
    if quarrel is None or quarrel.against is None:
        return ""
    readings = Text.AND.join(
        Text.READS.format(name=names[name], label=classes[reading.label])
        for name, reading in quarrel.alone.items()
    )
    winners = Text.AND.join(names[name] for name in quarrel.winners)
    sentence = Text.WON if winners else Text.NEITHER
    return sentence.format(
        readings=readings, winners=winners, label=classes[quarrel.together],
        against=classes[quarrel.against], nats=quarrel.nats, odds=odds_in_words(quarrel.nats),
    )  # fmt: skip


def odds_in_words(nats: float) -> str:
    """Return what log-odds, at least 0, mean, with one digit: "about a hundred thousand to one" for 11.5."""
    tens = nats / math.log(10)
    power = math.floor(tens)
    digit = math.floor(10 ** (tens - power) + 0.5)
    if digit == 10:
        digit, power = 1, power + 1
    if power >= _MOST:
        return Text.MORE
    if (digit, power) == (1, 0):
        return Text.EVEN
    count = Text.POWERS[power] if digit == 1 else f"{digit * 10**power:,}"
    return Text.ODDS.format(count=count)
