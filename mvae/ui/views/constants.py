"""What the JavaScript of a page must know of looks: palettes and texts, so that none is written twice."""
# ruff: noqa: SLF001 - what a module keeps to itself is for the same module in JavaScript, too

import inspect
from typing import Any

from mvae.modalities import kinds
from mvae.modalities.base import IMAGE_SIZE
from mvae.ui import text
from mvae.ui.views import bars, colours, diagram, glyphs, pictures, quarrel, samples, values


def view_constants() -> dict[str, Any]:
    """Return what `mvae/web/views/views.js` is given, as `json.dumps` takes it.

    Palettes are red, green and blue, 0 to 255, entry by entry in one list; sizes are in pixels.
    """
    return {
        "pictures": _pictures(), "samples": _samples(), "bars": _bars(), "numbers": _numbers(),
        "diagram": _diagram(), "quarrel": _quarrel(),
    }  # fmt: skip


def _pictures() -> dict[str, Any]:
    return {
        "inkPalette": list(pictures._PALETTE),
        "heatPalette": list(pictures._HEAT),
        "inks": pictures._INKS,
        "frame": pictures._FRAME,
        "scale": inspect.signature(pictures.ink_image).parameters["scale"].default,
        "cell": inspect.signature(pictures.heat_image).parameters["cell"].default,
        "grid": {
            "scale": pictures._GRID_SCALE,
            "gap": pictures._GAP,
            "text": pictures._LABEL,
            "onBadge": pictures._ON_BADGE,
            "cell": inspect.signature(samples.sample_grid).parameters["cell"].default,
            "border": pictures._BORDER,
        },
    }


def _samples() -> dict[str, Any]:
    return {
        "kinds": {name: {"heat": kind.heat, "smooth": kind.smooth} for name, kind in kinds.KINDS.items()},
        "imageSize": IMAGE_SIZE,
        "furthestShown": kinds.FURTHEST_SHOWN,
        "middle": kinds._MIDDLE,
    }


def _bars() -> dict[str, Any]:
    return {
        "mostBars": bars.MOST_BARS,
        "short": bars._SHORT,
        "scripts": {digit: glyphs.scripts(digit) for digit in "0123456789"},
        "numbers": text._NUMBERS,
        "labelBars": text.Common.LABEL_BARS,
        "sharesBars": text.Common.SHARES_BARS,
        "missing": text.Common.MISSING,
        **_looks(),
    }


def _looks() -> dict[str, Any]:
    return {
        "looks": [look._asdict() for look in colours.MODALITIES],
        "priorLook": colours.PRIOR._asdict(),
    }


def _quarrel() -> dict[str, Any]:
    words = text.Quarrels
    return {
        "most": quarrel._MOST,
        "texts": {
            "alone": words.ALONE, "reads": words.READS, "and": words.AND, "won": words.WON,
            "neither": words.NEITHER, "even": words.EVEN, "odds": words.ODDS, "more": words.MORE,
            "powers": words.POWERS,
        },
    }  # fmt: skip


def _numbers() -> dict[str, Any]:
    return {"mostValues": values.MOST_VALUES, "value": text.Values.VALUE, "more": text.Values.MORE}


def _diagram() -> dict[str, Any]:
    words = text.Diagram
    return {
        "pieces": diagram.PIECES,
        "expertsAt": diagram.EXPERTS_AT,
        "productAt": diagram.PRODUCT_AT,
        "priorAt": diagram.PRIOR_AT,
        "labelAt": diagram.LABEL_AT,
        "reach": diagram.REACH,
        "unit": diagram.UNIT,
        "height": diagram.HEIGHT,
        "thinnest": diagram.THINNEST,
        "thickest": diagram.THICKEST,
        "longestLabel": diagram.LONGEST_LABEL,
        "longestName": diagram.LONGEST_NAME,
        **_looks(),
        "texts": {
            "product": words.PRODUCT,
            "label": words.LABEL,
            "missing": words.MISSING,
            "caption": words.CAPTION,
            "expertTip": words.EXPERT_TIP,
            "missingTip": words.MISSING_TIP,
            "productTip": words.PRODUCT_TIP,
            "alt": words.ALT,
            "allGivenAlt": words.ALL_GIVEN_ALT,
            "nothingAlt": words.NOTHING_ALT,
        },
    }
