"""Checkpoints of tasks of somebody's own, with random weights: pages say of them what the pipeline says."""

from pathlib import Path

import numpy as np
import torch

from mvae.checkpoint.files import write_atomically
from mvae.checkpoint.store import Description, checkpoint_files
from mvae.modalities.base import Modality
from mvae.model.model import MVAE, MVAEConfig
from mvae.model.scaling import Standardisation
from mvae.tasks.digits import FARSI, SPEECH, TASK

_LATENTS = 6


def _vector(name: str, title: str, values: tuple[str, ...], short: str = "") -> Modality:
    return Modality(name, title, (len(values),), "gaussian", "vector", short=short, value_names=values)


WINE = (
    _vector("composition", "Alcohol, acid, ash, magnesium, phenols", ("alcohol", "ash", "phenols")),
    _vector("colour", "Flavanoids, colour, hue, proline", ("hue", "proline")),
)
GROWERS = ("Grower A", "Grower B", "Grower C")
SIX = (
    Modality("sketch", "Sketch of *it*", FARSI.shape, "bernoulli", "drawing"),
    _vector("first", "First | of <b>all</b>", ("a<b", "c")),
    Modality("call", "Call", SPEECH.shape, "gaussian", "sound"),
    Modality("song", "Song", SPEECH.shape, "gaussian", "sound"),
    _vector("weight", "A title far too long for any chart or table of this app", ("g",), "Weight"),
    Modality("colours", "Colours", (4,), "bernoulli", "vector"),
)
BIRDS = ("Robin *redbreast*", "Owl | <i>barn</i>")
TASKS = {
    "wine": (WINE, GROWERS),
    "two": ((FARSI, SPEECH), TASK.classes),
    "four": (
        (*TASK.modalities, Modality("western", "Western digit", FARSI.shape, "bernoulli", "drawing")),
        TASK.classes,
    ),
    "six": (SIX, BIRDS),
}
"""Name -> modalities and classes."""


def write_own_checkpoint(directory: Path, task: str) -> Path:
    """Write a checkpoint of one of `TASKS` and return its directory."""
    return write_random_checkpoint(directory, *TASKS[task])


def write_random_checkpoint(
    directory: Path, modalities: tuple[Modality, ...], classes: tuple[str, ...]
) -> Path:
    """Write a checkpoint of a model of these and return its directory."""
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    config = MVAEConfig("linear", _LATENTS, 16, modalities=modalities, classes=classes, label_weight=20.0)
    statistics = {
        each.name: Standardisation(
            rng.normal(10, 3, each.shape[0]).astype(np.float32),
            rng.uniform(1, 3, each.shape[0]).astype(np.float32),
        )
        for each in modalities
        if each.likelihood == "gaussian"
    }
    description = Description(
        config, statistics, training={"seed": 0}, epochs=1.0,
        latent_kl=rng.uniform(0, 3, _LATENTS).tolist(), latent_deviation=[1.0] * _LATENTS,
        latent_class_mean=rng.normal(size=(len(classes), _LATENTS)).tolist(),
    )  # fmt: skip
    model = MVAE(config).half().float().eval()  # as the float16 of the file
    write_atomically(directory, checkpoint_files(model, description))
    return directory
