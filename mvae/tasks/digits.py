"""The poster's task: ten digits, handwritten in Farsi and Kannada, and spoken."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mvae.modalities.base import IMAGE_SIZE, MFCC_COEFFICIENTS, MFCC_FRAMES, Modality
from mvae.tasks.task import Task

if TYPE_CHECKING:
    from mvae.arrays import Array
    from mvae.data.collections import Collection, Split
    from mvae.tasks.task import Loader

DIGITS = 10

FARSI = Modality(
    "farsi", "Farsi digit", (IMAGE_SIZE, IMAGE_SIZE), "bernoulli", "drawing", weight=3.0, short="Farsi"
)
KANNADA = Modality(
    "kannada", "Kannada digit", (IMAGE_SIZE, IMAGE_SIZE), "bernoulli", "drawing", weight=3.0, short="Kannada"
)
SPEECH = Modality(
    "speech",
    "Spoken digit",
    (MFCC_COEFFICIENTS, MFCC_FRAMES),
    "gaussian",
    "sound",
    weight=1.5,
    scarce=True,
    short="Speech",
)
MODALITIES = (FARSI, KANNADA, SPEECH)
_FIRST = "5"


def loader(modality: Modality) -> "Loader":
    """Return what loads HODA, Kannada-MNIST, or FSDD with, for training, the extra voices."""

    def load(split: "Split", data_dir: Path) -> "Collection":
        from mvae.data.collections import load_collection  # noqa: PLC0415 - it loads librosa, in seconds

        return load_collection(split, modality.name, data_dir)

    return load


def load_copied_speech(data_dir: Path) -> "Collection":
    """Load the recordings of the training split with changed copies of them."""
    from mvae.data.collections import load_training  # noqa: PLC0415 - as above

    return load_training(data_dir)[SPEECH.name]


def load_few(data_dir: Path, per_class: int) -> "dict[str, Collection]":
    """Load so many images of each digit and script, the first, and all recordings without changed copies."""
    from mvae.data.collections import load_collection  # noqa: PLC0415 - as above

    return {
        modality.name: load_collection(
            "train", modality.name, data_dir, None if modality.scarce else per_class
        )
        for modality in MODALITIES
    }


def published_hashes(data_dir: Path) -> dict[str, str]:
    """Hash the files that are there, after checking them against the published ones."""
    from mvae.data.collections import data_hashes  # noqa: PLC0415 - as above

    return data_hashes(data_dir)


def drawings_to_copy() -> "dict[str, Array]":
    """Return this project's own drawings of the digits, as the models are given them: (10, 28, 28) each."""
    from mvae.modalities.drawing import normalise_ink  # noqa: PLC0415 - it loads Pillow
    from mvae.modalities.strokes import render, template  # noqa: PLC0415

    inks = {
        script.name: [normalise_ink(render(template(script.name, digit))) for digit in range(DIGITS)]
        for script in (FARSI, KANNADA)
    }
    return {name: np.stack([ink for ink in each if ink is not None]) for name, each in inks.items()}


def first_label(classes: tuple[str, ...]) -> int:
    """Return the class that is given before anybody gives one: the 5, where there is one of that name."""
    return classes.index(_FIRST) if _FIRST in classes else 0


def has_templates(modality: Modality, classes: tuple[str, ...]) -> bool:
    """Whether there are strokes to copy and to trace for each class, if these are the classes."""
    from mvae.modalities.strokes import SCRIPTS  # noqa: PLC0415 - it loads Pillow

    return modality.name in SCRIPTS and modality.kind == "drawing" and classes == TASK.classes


def has_recordings(modality: Modality, classes: tuple[str, ...]) -> bool:
    """Whether there is a person's recording of each class, if these are the classes."""
    return modality == SPEECH and classes == TASK.classes


TASK = Task(
    name="digits",
    title="Handwritten and spoken digits",
    classes=tuple(map(str, range(DIGITS))),
    modalities=MODALITIES,
    loaders={modality.name: loader(modality) for modality in MODALITIES},
    training_loaders={SPEECH.name: load_copied_speech},
    load_few=load_few,
    hash_files=published_hashes,
    examples=drawings_to_copy,
)
