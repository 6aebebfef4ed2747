"""What the model in the page is told, which repaints the outputs while the pen moves (`mvae/web/live`)."""

import re
from typing import Any

from mvae.ui.draw.text import DrawAndSpeak as Text
from mvae.ui.frame.live import as_base64, tell
from mvae.ui.state import sampling
from mvae.ui.state.contents import Drawing
from mvae.ui.state.slots import current_inputs, slots
from mvae.ui.state.task import shown
from mvae.ui.text import Common

CELL = (10, 5)
"""Width and height of one value of an output's heat map, in pixels."""
_BADGE = re.compile(r":(?P<colour>\w+)-badge\[:material/(?P<icon>\w+): (?P<word>.*)\]")


def tell_page(*, doubtful: bool = False) -> None:
    """Tell the page what the outputs that it has by now were made from.

    Call it last: the page takes what it hears for the newest, and what it has for the answer to that.

    Parameters
    ----------
    doubtful
        Whether the label is said to be only a guess.
    """
    tell("live.js", _told(doubtful=doubtful))


def _told(*, doubtful: bool) -> dict[str, Any]:
    return {
        "seed": sampling.seed(),
        "given": {name: as_base64(value) for name, value in current_inputs().items()},
        "canvases": {
            modality.name: {"version": slot.version, "strokes": _strokes(slot.content)}
            for modality in shown().of_kind("drawing")
            for slot in [slots()[modality.name]]
        },
        "classes": shown().classes,
        "experts": shown().experts,
        "cell": CELL,
        "doubtful": doubtful,
        "texts": {
            "missing": Common.MISSING,
            "given": Text.GIVEN_CAPTION,
            "givenAlt": Text.GIVEN_ALT,
            "notGiven": Text.NOT_GIVEN,
            "notGivenAlt": Text.NOT_GIVEN_ALT,
            "reconstructed": Text.RECONSTRUCTED,
            "imagined": Text.IMAGINED.format(kind=sampling.kind()),
            "madeAlt": Text.OUTPUT_ALT,
            "guess": Text.GUESS,
            "sharesNote": Text.SHARES_NOTE,
            "valueGiven": Text.VALUE_GIVEN,
            "valueMade": Text.VALUE_MADE,
            "valuesAlt": Text.VALUES_ALT,
            "badges": {"given": _badge(Text.BADGE_GIVEN), "imagined": _badge(Text.BADGE_IMAGINED)},
        },
    }


def _strokes(content: object) -> int:
    return len(content.strokes) if isinstance(content, Drawing) else 0


def _badge(markdown: str) -> dict[str, str]:
    """Return the parts of a badge's Markdown: its colour, icon and word."""
    found = _BADGE.fullmatch(markdown)
    assert found is not None  # noqa: S101 - so they are written
    return found.groupdict()
