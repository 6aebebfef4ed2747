"""Another world, without a download: wines of three growers, in two modalities.

    python train.py --task examples/wine.py:TASK --config small --epochs 200 --batch-size 32

scikit-learn ships the data (`sklearn.datasets.load_wine`): 178 wines of three growers, 13 measurements
each. Here the first six are one modality and the other seven another: what does
one tell about the other?
"""

from pathlib import Path

import numpy as np
from sklearn.datasets import load_wine

from mvae.data.collections import Collection, Split
from mvae.data.own import collect
from mvae.modalities.base import Modality
from mvae.tasks.task import Task

CLASSES = ("Grower A", "Grower B", "Grower C")
COMPOSITION = Modality(
    "composition", "Alcohol, acid, ash, magnesium, phenols", (6,), "gaussian", "vector",
    short="Composition",
    value_names=("alcohol", "malic acid", "ash", "alcalinity of ash", "magnesium", "total phenols"),
)  # fmt: skip
COLOUR = Modality(
    "colour", "Flavanoids, colour, hue, proline", (7,), "gaussian", "vector",
    short="Colour",
    value_names=(
        "flavanoids", "nonflavanoid phenols", "proanthocyanins", "colour intensity", "hue", "OD280/OD315",
        "proline",
    ),
)  # fmt: skip
_COLUMNS = {COMPOSITION.name: slice(0, 6), COLOUR.name: slice(6, 13)}


def _load(modality: Modality, split: Split) -> Collection:
    """Every fourth wine is a test sample."""
    values, labels = load_wine(return_X_y=True)
    rows = np.flatnonzero((np.arange(len(labels)) % 4 == 3) == (split == "test"))
    return collect(modality, values[rows, _COLUMNS[modality.name]], labels[rows])


def load_composition(split: Split, _data: Path) -> Collection:
    """Load the first six measurements."""
    return _load(COMPOSITION, split)


def load_colour(split: Split, _data: Path) -> Collection:
    """Load the other seven."""
    return _load(COLOUR, split)


TASK = Task(
    name="wine",
    title="Three growers' wines",
    classes=CLASSES,
    modalities=(COMPOSITION, COLOUR),
    loaders={COMPOSITION.name: load_composition, COLOUR.name: load_colour},
    label_weight=20.0,
)
