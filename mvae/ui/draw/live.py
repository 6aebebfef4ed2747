"""What the model in the page is told, which repaints what follows from the inputs (`mvae/web/live`)."""

import re
from typing import Any

from mvae.ui.draw.cards import SCRIPT, is_behind, update
from mvae.ui.draw.outputs import CELL, remark
from mvae.ui.draw.text import DrawAndSpeak as Text
from mvae.ui.frame.live import as_base64, heard, tell
from mvae.ui.frame.web import familiarity_file
from mvae.ui.glossary.links import linked
from mvae.ui.results.completions import most_active_dimension
from mvae.ui.runtime.callbacks import guarded
from mvae.ui.state import sampling
from mvae.ui.state.contents import Drawing
from mvae.ui.state.slots import all_inputs, slots
from mvae.ui.state.task import shown
from mvae.ui.text import Common
from mvae.ui.views.ways import WAYS, WAYS_CELL, WAYS_SCALE

_COLOURED = re.compile(r":(?P<colour>\w+)\[(?P<words>.*)\]")
_BADGE = re.compile(r":(?P<colour>\w+)-badge\[:material/(?P<icon>\w+): (?P<word>.*)\]")


def tell_page() -> None:
    """Tell the page what all that it has by now was made from; the last of its parts."""
    tell(SCRIPT, _told(), painter=update, on_draw_change=guarded(_drawn))


def _drawn() -> None:
    """Take the sample that the page has imagined."""
    sampling.take(heard(SCRIPT, "draw"))
    update()


def _told() -> dict[str, Any]:
    return {
        "seed": sampling.draw(),
        "kind": sampling.kind(),
        "behind": is_behind(),
        "kinds": sampling.KINDS,
        "inputs": {name: as_base64(value) for name, value in all_inputs().items()},
        "present": [name for name, slot in slots().items() if slot.present],
        "canvases": {
            modality.name: {"version": slot.version, "strokes": _strokes(slot.content)}
            for modality in shown().of_kind("drawing")
            for slot in [slots()[modality.name]]
        },
        "classes": shown().classes,
        "experts": shown().experts,
        "dimension": most_active_dimension(),
        "cell": CELL,
        "ways": {"count": WAYS, "cell": WAYS_CELL, "scale": WAYS_SCALE},
        "familiarity": familiarity_file(),
        "imagined": [name for name, slot in slots().items() if slot.imagined],
        "texts": {
            "missing": Common.MISSING,
            "given": Text.GIVEN_CAPTION,
            "givenAlt": Text.GIVEN_ALT,
            "notGiven": Text.NOT_GIVEN,
            "notGivenAlt": Text.NOT_GIVEN_ALT,
            "reconstructed": Text.RECONSTRUCTED,
            "imagined": {kind: Text.IMAGINED.format(kind=kind) for kind in sampling.KINDS},
            "madeAlt": Text.OUTPUT_ALT,
            "waysGiven": Text.WAYS_GIVEN,
            "waysCaption": f"{{title}}: {Text.WAYS_CAPTION}",
            "waysAlt": Text.WAYS_ALT,
            "guess": Text.GUESS,
            "unlike": {each.name: _coloured(remark(each)) for each in shown().modalities},
            "sharesNote": linked(Text.SHARES_NOTE),
            "valueGiven": Text.VALUE_GIVEN,
            "valueMade": Text.VALUE_MADE,
            "valuesAlt": Text.VALUES_ALT,
            "badges": {
                "given": _badge(Text.BADGE_GIVEN),
                "imagined": _badge(Text.BADGE_IMAGINED),
                "guess": _badge(Text.ONLY_A_GUESS),
            },
        },
    }


def _strokes(content: object) -> int:
    return len(content.strokes) if isinstance(content, Drawing) else 0


def _coloured(markdown: str) -> dict[str, str]:
    """Return a coloured sentence's parts: its colour and what a person reads."""
    found = _COLOURED.fullmatch(markdown)
    assert found is not None  # noqa: S101 - so they are written
    return {"colour": found["colour"], "words": re.sub(r"\\(\W)", r"\1", found["words"])}


def _badge(markdown: str) -> dict[str, str]:
    """Return the parts of a badge's Markdown: its colour, icon and word."""
    found = _BADGE.fullmatch(markdown)
    assert found is not None  # noqa: S101 - so they are written
    return found.groupdict()
