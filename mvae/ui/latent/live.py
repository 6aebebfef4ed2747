"""What the model in the page is told, which decodes while something on the page moves."""

from collections.abc import Mapping
from typing import Any

from mvae.arrays import Array
from mvae.checkpoint.latent_map import NEAREST
from mvae.checkpoint.place import MAP
from mvae.ui.frame.live import as_base64, tell
from mvae.ui.latent.decoded import sample_alt
from mvae.ui.latent.text import words
from mvae.ui.state.task import shown


def tell_sliders(mean: Array, sliders: Mapping[int, tuple[str, float]]) -> None:
    """Tell the page from where the sliders start, a mean (Z,): dimension -> the slider's key and value."""
    each = [
        {"dimension": index, "key": key, "value": float(value)} for index, (key, value) in sliders.items()
    ]
    _tell({"sliders": {"mean": as_base64(mean), "shown": each}})


def tell_map(place: tuple[float, float]) -> None:
    """Tell the page which place on the map is decoded."""
    _tell({"map": {"file": MAP, "place": place, "nearest": NEAREST}})


def tell_walk(walk: Mapping[str, Any]) -> None:
    """Tell the page which walk is shown, and what it needs to show another (`mvae/web/live/walk.js`)."""
    _tell({"walk": walk})


def tell_line(line: Mapping[str, Any]) -> None:
    """Tell the page which line is shown, and what it needs to show another (`mvae/web/live/line.js`)."""
    _tell({"line": line})


def _tell(told: Mapping[str, Any]) -> None:
    modalities = shown().modalities
    texts = {
        "names": {modality.name: modality.short_title for modality in modalities},
        "alts": {modality.name: sample_alt(modality) for modality in modalities},
        "decoded": words().DECODED,
        "neighbour": words().NEIGHBOUR,
        "neighbours": words().NEIGHBOURS,
    }
    tell("latent.js", {"classes": shown().classes, "texts": texts, **told})
