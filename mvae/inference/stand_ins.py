"""Stand-ins for the poster's data, where that is not there: strokes of our own, shaken, and imagined digits.

    python train.py --task mvae/inference/stand_ins.py:TASK --config small

A drawing is one of this project's own templates in a shaky hand, or what the shipped model imagines from one;
every sound is imagined. A model that learns from them shows how training goes, and reads tidy digits; it has
never seen a person's handwriting nor heard a voice. They are made in seconds, the same ones each time.
"""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mvae.arrays import Array
from mvae.data.collections import Collection, Split
from mvae.errors import DataError
from mvae.inference.pipeline import load_pretrained
from mvae.modalities.drawing import normalise_ink
from mvae.modalities.strokes import SCRIPTS, Strokes, as_points, render, template
from mvae.tasks.digits import DIGITS, SPEECH
from mvae.tasks.digits import TASK as DIGITS_TASK

if TYPE_CHECKING:
    from mvae.tasks.task import Loader

SHAKEN, IMAGINED, TIMES = 30, 60, 12
"""Drawings of each digit in each script, of either kind, and how often it is there, changed each time."""
_TURN, _SHEAR, _SCALE, _WOBBLE = 0.17, 0.15, 0.12, 0.012  # radians, and shares of the side


def _load(split: Split, name: str) -> Collection:
    if split != "train":
        msg = "Stand-ins are to train on: a model is measured on real digits (python -m mvae data download)."
        raise DataError(msg)
    return _collections()[name]


@cache
def _collections() -> dict[str, Collection]:
    rng = np.random.default_rng(0)
    imagined = _imagined(rng)
    made = {}
    for name in SCRIPTS:
        shaken = [_ink(_shaken(template(name, digit), rng)) for digit in range(DIGITS) for _ in range(SHAKEN)]
        values = np.concatenate([np.stack(shaken), imagined[name]])
        labels = np.concatenate([np.repeat(range(DIGITS), each) for each in (SHAKEN, IMAGINED)])
        ink = np.rint(255 * values).astype(np.uint8)
        made[name] = _collection(np.tile(ink, (TIMES, 1, 1)), np.tile(labels, TIMES))
    made[SPEECH.name] = _collection(
        imagined[SPEECH.name].astype(np.float16), np.repeat(range(DIGITS), IMAGINED)
    )
    return made


def _collection(values: NDArray[np.uint8] | NDArray[np.float16], labels: NDArray[np.int64]) -> Collection:
    return Collection(values, labels.astype(np.int64), np.full(len(labels), ""))


def _imagined(rng: np.random.Generator) -> dict[str, Array]:
    """Decode draws of the posteriors of single templates, (10 · IMAGINED, *shape) of each modality."""
    pipe = load_pretrained("conv")
    draws = []
    for digit in range(DIGITS):
        for name in SCRIPTS:
            (out,) = pipe.complete({name: _ink(template(name, digit))}, [(name,)])
            noise = rng.standard_normal((IMAGINED // len(SCRIPTS), pipe.latent_size))
            draws.append(out.mean + np.sqrt(out.variance) * noise)
    return dict(pipe.decode(np.concatenate(draws).astype(np.float32)).outputs)


def _shaken(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """Draw strokes as another hand might: turned, slanted, larger or smaller, with a wobble."""
    turn, shear = rng.normal(0, _TURN), rng.normal(0, _SHEAR)
    width, height = np.exp(rng.normal(0, _SCALE, 2))
    slanted = np.array([[width, shear], [0, height]])
    turned = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return [
        as_points(
            (np.array(stroke) - 0.5) @ (turned @ slanted).T + 0.5 + rng.normal(0, _WOBBLE, (len(stroke), 2))
        )
        for stroke in strokes
    ]


def _ink(strokes: Strokes) -> Array:
    ink = normalise_ink(render(strokes))
    assert ink is not None  # noqa: S101 - a template is never blank
    return ink


def _loader(name: str) -> "Loader":
    def load(split: Split, _data_dir: Path) -> Collection:
        return _load(split, name)

    return load


TASK = replace(
    DIGITS_TASK,
    name="stand-ins",
    title="Stand-ins for handwritten and spoken digits",
    loaders={name: _loader(name) for name in DIGITS_TASK.loaders},
    training_loaders={},
    hash_files=None,
    load_few=None,
)
