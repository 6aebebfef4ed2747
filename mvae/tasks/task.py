"""A task: which classes there are, in which modalities they come, and where the samples are loaded from.

`mvae.tasks.digits` is one, and `examples/` holds others. A task is a constant in a Python file; on the
command line it is named ``file.py:NAME`` (see `mvae.tasks.find`).
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mvae.errors import TaskError
from mvae.modalities.base import Modality
from mvae.modalities.kinds import KINDS

if TYPE_CHECKING:  # the app looks at tasks before it has loaded torch
    from mvae.arrays import Array
    from mvae.data.collections import Collection, Split
    from mvae.model.model import MVAEConfig
    from mvae.model.networks import EncoderKind

    Loader = Callable[[Split, Path], Collection]

MOST_CLASSES, MOST_MODALITIES = 256, 16
_RESERVED = {"prior", "label", "self"}  # keys of outputs
_NO_NAME = (
    "A modality cannot be called “{name}”: take lower-case letters, digits and _, and no word that PyTorch "
    "or an output uses itself, such as label."
)


@dataclass(frozen=True)
class Task:
    """Classes, modalities, and loaders.

    Attributes
    ----------
    name
        Of the folder into which it is trained.
    title
        What a person reads.
    classes
        What the labels 0, 1, … mean, as a person reads it.
    modalities
        In the order in which they are shown.
    loaders
        Name of each modality -> a function that is given a split, ``"train"`` or ``"test"``, and the data
        directory, and returns a `mvae.data.collections.Collection`. One that has no test split raises a
        `DataError`.
    training_loaders
        The same for modalities of which more is trained on than the split ``"train"``, such as changed
        copies; these functions are given the data directory alone.
    load_few
        Given the data directory and a number, load no more than the first so many samples of each class to
        train on, of scarce modalities all: where to load all takes long. None: all is loaded, then some left.
    hash_files
        Given the data directory, hash the files that are loaded. None: what was loaded is hashed.
    label_weight
        Factor of the label's log-likelihood in the objective.
    examples
        Gives samples that are not of the data, from which the replay of a training is imagined: name of some
        modalities -> (C, *shape), one of each class, prepared. None: the first of the training data.

    Raises
    ------
    TaskError
        If it is no task: with a sentence that says what to change.
    """

    name: str
    title: str
    classes: tuple[str, ...]
    modalities: tuple[Modality, ...]
    loaders: "Mapping[str, Loader]"
    training_loaders: "Mapping[str, Callable[[Path], Collection]]" = field(default_factory=dict)
    load_few: "Callable[[Path, int], Mapping[str, Collection]] | None" = None
    hash_files: Callable[[Path], dict[str, str]] | None = None
    label_weight: float = 200.0
    examples: "Callable[[], Mapping[str, Array]] | None" = None

    def __post_init__(self) -> None:
        if not 2 <= len(self.classes) <= MOST_CLASSES or len(set(self.classes)) < len(self.classes):
            msg = f"The task {self.name} must name 2 to {MOST_CLASSES} classes, each once."
            raise TaskError(msg)
        names = [modality.name for modality in self.modalities]
        if not 1 <= len(names) <= MOST_MODALITIES or len(set(names)) < len(names):
            msg = f"The task {self.name} must have 1 to {MOST_MODALITIES} modalities, each name once."
            raise TaskError(msg)
        for modality in self.modalities:
            _check(modality)
        if set(self.loaders) != set(names) or not set(self.training_loaders) <= set(names):
            msg = f"The task {self.name} must have a loader for each of its modalities: {', '.join(names)}."
            raise TaskError(msg)

    def model(
        self, encoder: "EncoderKind" = "conv", *, latent_size: int = 64, hidden_size: int = 512
    ) -> "MVAEConfig":
        """Describe a model of this task; errors as `apply_to`."""
        from mvae.model.model import MVAEConfig  # noqa: PLC0415 - it loads torch

        return self.apply_to(
            MVAEConfig(
                encoder, latent_size, hidden_size,
                modalities=self.modalities, classes=self.classes, label_weight=self.label_weight,
            )
        )  # fmt: skip

    def apply_to(self, model: "MVAEConfig") -> "MVAEConfig":
        """Describe a model of the same sizes for this task.

        Raises
        ------
        TaskError
            If a modality has a name that networks cannot have.
        """
        from torch import nn  # noqa: PLC0415 - the app looks at tasks before it has loaded torch

        taken = [each.name for each in self.modalities if hasattr(nn.ModuleDict(), each.name)]
        if taken:
            raise TaskError(_NO_NAME.format(name=taken[0]))
        return replace(
            model, modalities=self.modalities, classes=self.classes, label_weight=self.label_weight
        )

    def describes(self, model: "MVAEConfig") -> bool:
        """Whether a model is of this task: its classes, and some or all of its modalities."""
        own = {each.name: (each.kind, each.shape, each.likelihood) for each in self.modalities}
        return model.classes == self.classes and all(
            own.get(each.name) == (each.kind, each.shape, each.likelihood) for each in model.modalities
        )

    def load(self, split: "Split", data_dir: Path) -> "dict[str, Collection]":
        """Load a split of every modality.

        Raises
        ------
        DataError
            If data are missing or damaged.
        TaskError
            If they do not fit the task.
        """
        return {
            modality.name: self._checked(modality, self.loaders[modality.name](split, data_dir))
            for modality in self.modalities
        }

    def load_training(self, data_dir: Path, per_class: int | None = None) -> "dict[str, Collection]":
        """Load what is trained on; errors as `load`.

        `per_class` says that no more than the first so many samples of each class are wanted; there are more
        where the task has no `load_few`.
        """
        if per_class is not None and self.load_few is not None:
            few = self.load_few(data_dir, per_class)
            return {
                modality.name: self._checked(modality, few[modality.name]) for modality in self.modalities
            }
        return {
            modality.name: self._checked(
                modality,
                self.training_loaders[modality.name](data_dir)
                if modality.name in self.training_loaders
                else self.loaders[modality.name]("train", data_dir),
            )
            for modality in self.modalities
        }

    def hashes(self, data_dir: Path, loaded: "Mapping[str, Collection]") -> dict[str, str]:
        """Hash the data, as a checkpoint records it: a run goes on only with the same.

        Parameters
        ----------
        data_dir
            As `load` takes it.
        loaded
            What `load_training` returned.

        Raises
        ------
        DataError
            If files are missing or damaged.
        """
        if self.hash_files is not None:
            return self.hash_files(data_dir)
        found = {}
        for name, collection in loaded.items():
            digest = hashlib.sha256(np.ascontiguousarray(collection.values).tobytes())
            digest.update(np.ascontiguousarray(collection.labels).tobytes())
            found[name] = digest.hexdigest()
        return found

    def _checked(self, modality: Modality, collection: "Collection") -> "Collection":
        """Return a collection, once it was found to hold samples of the modality and labels of the task."""
        if collection.values.shape[1:] != modality.shape or not len(collection.values):
            msg = (
                f"The loader of {modality.name} gives values of the shape {collection.values.shape}; the "
                f"task says (n, {', '.join(map(str, modality.shape))})."
            )
            raise TaskError(msg)
        labels = collection.labels
        if labels.shape != (len(collection.values),) or not 0 <= labels.min() <= labels.max() < len(
            self.classes
        ):
            msg = (
                f"The loader of {modality.name} must give one label a sample, from 0 to "
                f"{len(self.classes) - 1}: the task has {len(self.classes)} classes."
            )
            raise TaskError(msg)
        return collection


def _check(modality: Modality) -> None:
    kind = KINDS.get(modality.kind)
    if kind is None:
        msg = f"{modality.name} is of the kind {modality.kind}; there are {', '.join(KINDS)}."
        raise TaskError(msg)
    if not re.fullmatch("[a-z][a-z0-9_]*", modality.name) or modality.name in _RESERVED:
        raise TaskError(_NO_NAME.format(name=modality.name))
    if len(modality.value_names) not in {0, modality.size}:
        msg = f"{modality.name} has {modality.size} values; name each of them, or none."
        raise TaskError(msg)
    if not kind.takes(modality.shape, modality.likelihood):
        shape = "(d,)" if kind.shape is None else str(kind.shape)
        msg = (
            f"{modality.name}, a {modality.kind}, must have the shape {shape} and the likelihood "
            f"{' or '.join(kind.likelihoods)}."
        )
        raise TaskError(msg)
