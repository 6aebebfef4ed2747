"""The sections of an evaluation: what each is measured on, and how it is laid out.

Each is a module that measures one thing, and has `measure`, which gives plain values for JSON, and `format`,
which lays them out as text. Data and models are loaded when a section first asks for them.
"""

import json
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from mvae.checkpoint.place import SHIPPED
from mvae.data.collections import Collection, Split, load_recordings, load_split
from mvae.data.speech import Recording
from mvae.evaluation import (
    calibration,
    coherence,
    handwriting_shift,
    likelihood,
    out_of_domain,
    paper,
    recordings,
    sharpness,
    table,
)
from mvae.evaluation.classifiers import Classifier, load_classifiers
from mvae.evaluation.coherence import Judges
from mvae.evaluation.encoded import Encoded
from mvae.inference.pipeline import Pipeline
from mvae.tasks import digits
from mvae.tasks.task import Task

_SAMPLE = 10_000


class Subject:
    """A checkpoint on a split.

    Parameters
    ----------
    checkpoint
        ``conv``, ``linear``, or a directory.
    split
        ``"train"`` or ``"test"``.
    data_dir
        The data directory.
    task
        Which the checkpoint is of, and whose loaders are used.
    """

    def __init__(self, checkpoint: str | Path, split: Split, data_dir: Path, task: Task) -> None:
        self.checkpoint, self.split, self.data_dir, self.task = checkpoint, split, data_dir, task

    @cached_property
    def pipe(self) -> Pipeline:
        """The checkpoint as the app uses it."""
        return Pipeline(self.checkpoint)

    @property
    def of_poster(self) -> bool:
        """Whether it is a model of the poster's task with all of its modalities."""
        return self.task is digits.TASK and self.pipe.model.config.names == tuple(self.task.loaders)

    @cached_property
    def collections(self) -> dict[str, Collection]:
        """The split's data."""
        return self.task.load(self.split, self.data_dir)

    @cached_property
    def recordings(self) -> list[Recording]:
        """The split's recordings, as files."""
        return load_recordings(self.split, self.data_dir)

    @cached_property
    def encoded(self) -> Encoded:
        """The split as the model sees it."""
        return self._encoded(self.collections)

    @cached_property
    def training(self) -> Encoded:
        """Training data as the model sees them: of each modality up to 10,000 samples."""
        # At random: every sixth row, say, would be of even digits alone, as the writers' sheets are ordered.
        rng = np.random.default_rng(0)
        shares = {}
        for name, collection in self._training_split.items():
            rows = rng.permutation(len(collection.labels))[:_SAMPLE]
            shares[name] = Collection(
                collection.values[rows], collection.labels[rows], collection.groups[rows]
            )
        return self._encoded(shares)

    @cached_property
    def dig_mnist(self) -> Collection:
        """Kannada digits by strangers to the script."""
        return load_split("dig-mnist", self.data_dir)["kannada"]

    @cached_property
    def classifiers(self) -> dict[str, Classifier]:
        """The independent classifiers, trained on the whole training split."""
        return load_classifiers(self._training_split, self.task)

    @cached_property
    def judges(self) -> Judges:
        """The classifiers as readers of what this model decodes."""
        return Judges(self.classifiers, self.pipe.description.standardisation)

    @cached_property
    def _training_split(self) -> dict[str, Collection]:
        loaded = self.task.load("train", self.data_dir)
        return {name: loaded[name] for name in self.pipe.model.config.names}

    def _encoded(self, collections: dict[str, Collection]) -> Encoded:
        return Encoded.of(self.pipe.model, self.pipe.description.standardisation, collections)


class Section(NamedTuple):
    """How one thing is measured, or None where it cannot be, and how the figures are laid out."""

    measure: Callable[[Subject], dict[str, Any] | None]
    format: Callable[[Mapping[str, Any]], str]
    of_poster: bool = False  # measured on data that only the poster's task has, with all of its modalities


def _speakers(subject: Subject) -> dict[str, Any] | None:
    """Read what `python -m mvae study speakers` wrote; training a model for each speaker takes too long.

    Those models have the encoder of ``conv``, so the study says nothing of other checkpoints.
    """
    if subject.pipe.model.config.encoder != "conv":
        return None
    file = SHIPPED / "studies" / "speakers.json"
    return dict(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else None


def _format_speakers(figures: Mapping[str, Any]) -> str:
    worst = sorted(figures["speakers"], key=lambda row: float(row["accuracy"]))[:3]
    listed = ", ".join(f"{row['speaker']} ({row['accuracy']:.1f} %)" for row in worst)
    return (
        f"Speech alone, each of {len(figures['speakers'])} speakers left out of training once (a small "
        f"speech-only model for each, not this checkpoint): mean {figures['mean']:.2f} %; worst {listed}"
    )


SECTIONS: Mapping[str, Section] = {
    "table": Section(lambda it: table.evaluate(it.checkpoint, it.split, it.collections), table.format_table),
    "calibration": Section(lambda it: calibration.measure(it.encoded), calibration.format),
    "coherence": Section(
        lambda it: coherence.measure(it.encoded, it.training, it.judges, it.collections), coherence.format
    ),
    "sharpness": Section(lambda it: sharpness.measure(it.encoded), sharpness.format),
    "likelihood": Section(lambda it: likelihood.measure(it.encoded), likelihood.format),
    "handwriting_shift": Section(
        lambda it: handwriting_shift.measure(it.pipe, it.dig_mnist), handwriting_shift.format, of_poster=True
    ),
    "paper": Section(lambda it: paper.measure(it.pipe, it.collections), paper.format, of_poster=True),
    "out_of_domain": Section(
        lambda it: out_of_domain.measure(it.pipe, it.collections), out_of_domain.format, of_poster=True
    ),
    "recordings": Section(
        lambda it: recordings.measure(it.pipe, it.recordings), recordings.format, of_poster=True
    ),
    "speakers": Section(_speakers, _format_speakers, of_poster=True),
}
