"""The poster's three modalities and a fourth: Western handwritten digits, which scikit-learn ships.

    python train.py --task examples/four_modalities.py:TASK --config small --images 600

The new ones (`sklearn.datasets.load_digits`) are 1,797 of 8x8 pixels, prepared as every
other drawing. That is the whole difference to `mvae.tasks.digits`: a `Modality`, and a loader.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

from mvae.data.collections import Collection, Split
from mvae.data.own import collect
from mvae.modalities.base import IMAGE_SIZE, Modality
from mvae.tasks.digits import TASK as DIGITS

WESTERN = Modality(
    "western",
    "Western digit",
    (IMAGE_SIZE, IMAGE_SIZE),
    "bernoulli",
    "drawing",
    weight=3.0,
    scarce=True,
    short="Western",
)


def load_western(split: Split, _data: Path) -> Collection:
    """Load scikit-learn's digits; every fifth is a test sample."""
    images, labels = load_digits(return_X_y=True)
    rows = np.flatnonzero((np.arange(len(labels)) % 5 == 4) == (split == "test"))
    pictures = np.round(images[rows].reshape(-1, 8, 8) * (255 / 16)).astype(np.uint8)
    return collect(WESTERN, pictures, labels[rows])


TASK = replace(
    DIGITS,
    name="four",
    title="Digits in three scripts, and spoken",
    modalities=(*DIGITS.modalities, WESTERN),
    loaders={**DIGITS.loaders, WESTERN.name: load_western},
)
