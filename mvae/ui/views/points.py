"""What is drawn of a map of the latent: its points, each as the mark, and in the colour, of its class."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mvae.ui.views.pictures import PAPER
from mvae.ui.views.short import without_common_words

if TYPE_CHECKING:
    from mvae.checkpoint.latent_map import LatentMap

COLOURS = (
    "#f2f2f2", "#ff8a80", "#ffb74d", "#ffee58", "#aed581", "#4dd0a1",
    "#4dd0e1", "#82b1ff", "#c5a8f0", "#f48fb1", "#bcaaa4", "#e57ce5",
)  # fmt: skip
"""Of the classes, on dark paper; each point is a mark of its class, so that nobody needs the colours."""
SHAPES = "●▲■◆★▼○△□◇☆▽"
_LONGEST_MARK = 2  # letters of a class's name that is its mark
_UNITS = 1000  # in which places are sent, as whole numbers


def class_marks(classes: Sequence[str]) -> list[str]:
    """Return what stands for each class on the map: its name if that is short, or a shape, or its number."""
    names = without_common_words(classes)
    if len(set(names)) == len(names) and all(0 < len(name) <= _LONGEST_MARK for name in names):
        return names
    return list(SHAPES[: len(names)]) if len(names) <= len(SHAPES) else list(map(str, range(len(names))))


def colour_of(label: int) -> str:
    """Return the colour of a class on the map."""
    return COLOURS[label % len(COLOURS)]


def points_of(found: "LatentMap", classes: Sequence[str]) -> dict[str, Any]:
    """Return what `mvae/web/views/plane.js` draws of a map of these classes, as `json.dumps` takes it."""
    points = np.column_stack([(found.places * _UNITS).round().astype(int), found.labels])
    middles: list[list[Any]] = [
        [*(place * _UNITS).round().astype(int).tolist(), label] for label, place in found.landmarks().items()
    ]
    return {
        "units": _UNITS, "colours": COLOURS, "marks": class_marks(classes),
        "paper": "rgb({}, {}, {})".format(*PAPER), "points": points.ravel().tolist(), "middles": middles,
    }  # fmt: skip
