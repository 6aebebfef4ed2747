"""What the JavaScript of a page must know of how a canvas becomes a drawing (`mvae/web/live`)."""
# ruff: noqa: SLF001 - what a module keeps to itself is for the same module in JavaScript, too

from typing import Any

from mvae.modalities import stroke_text
from mvae.ui.inputs import fabric
from mvae.ui.views.colours import PEN_WIDTH, SIZE


def pencil_constants() -> dict[str, Any]:
    """Return what `mvae/web/live/pencil.js` is given, as `json.dumps` takes it; lengths are in pixels."""
    return {
        "size": SIZE,
        "penWidth": PEN_WIDTH,
        "flatness": fabric._FLATNESS,
        "curveSteps": fabric._CURVE_STEPS,
        "mostCommands": fabric._MOST_COMMANDS,
    }


def link_constants() -> dict[str, int]:
    """Return what `mvae/web/live/link.js` is given."""
    return {
        "places": stroke_text._PLACES,
        "mostLetters": stroke_text._TEXT_LIMIT,
        "mostPoints": stroke_text._POINTS_LIMIT,
        "mostBytes": stroke_text._CONTENT_LIMIT,
    }
