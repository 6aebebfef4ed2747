"""What the model in the page is told, which decodes while something on the page moves."""

from collections.abc import Callable, Mapping
from typing import Any

from mvae.ui.frame.live import tell
from mvae.ui.latent.decoded import sample_alt
from mvae.ui.latent.text import words
from mvae.ui.state.task import shown

_SCRIPT = "latent.js"


def tell_sliders(sliders: Mapping[str, Any], painter: Callable[[], None]) -> None:
    """Tell the page where the sliders stand, and what else decides (`mvae/web/live/sliders.js`).

    `painter` is as of `tell`, here and below.
    """
    _tell({"sliders": sliders}, painter)


def tell_map(place: Mapping[str, Any], painter: Callable[[], None]) -> None:
    """Tell the page which place on the map is decoded, and where others are (`mvae/web/live/atlas.js`)."""
    _tell({"map": place}, painter)


def tell_walk(walk: Mapping[str, Any], painter: Callable[[], None]) -> None:
    """Tell the page which walk is shown, and what it needs to show another (`mvae/web/live/walk.js`)."""
    _tell({"walk": walk}, painter)


def tell_line(line: Mapping[str, Any], painter: Callable[[], None]) -> None:
    """Tell the page which line is shown, and what it needs to show another (`mvae/web/live/line.js`)."""
    _tell({"line": line}, painter)


def _tell(told: Mapping[str, Any], painter: Callable[[], None]) -> None:
    modalities = shown().modalities
    texts = {
        "names": {modality.name: modality.short_title for modality in modalities},
        "alts": {modality.name: sample_alt(modality) for modality in modalities},
        "decoded": words().DECODED,
        "neighbour": words().NEIGHBOUR,
        "neighbours": words().NEIGHBOURS,
    }
    tell(_SCRIPT, {"classes": shown().classes, "texts": texts, **told}, painter=painter)
