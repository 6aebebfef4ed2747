"""Collections of one's own data: from samples in memory, or from folders of files named by class."""

import logging
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from mvae.data.collections import Collection, Split
from mvae.errors import DataError, InputError
from mvae.modalities.base import Modality
from mvae.modalities.kinds import kind_of

_LOG = logging.getLogger(__name__)


def collect(
    modality: Modality, samples: Iterable[object], labels: Sequence[int], groups: Sequence[str] | None = None
) -> Collection:
    """Prepare samples as `mvae.inference.pipeline.Pipeline` prepares what it is given.

    Samples that cannot be prepared, such as blank drawings, are left out with a warning.

    Parameters
    ----------
    modality
        Whose kind says how they are prepared.
    samples
        A sample each: whatever the kind's `prepare` takes, a path of a file among it.
    labels
        Which class each is, from 0.
    groups
        Who wrote or spoke each; None: nobody knows.

    Raises
    ------
    DataError
        If none of them can be prepared.
    """
    kind = kind_of(modality)
    values: list[Any] = []
    kept = []
    for row, sample in enumerate(samples):
        try:
            values.append(kind.stored(kind.prepare(modality, sample)))
            kept.append(row)
        except InputError as error:
            _LOG.warning("Left a sample of %s out (%s): %s", modality.name, str(sample)[:80], error)
    if not values:
        msg = f"None of the samples of {modality.name} can be used."
        raise DataError(msg)
    known = [""] * len(labels) if groups is None else groups
    return Collection(
        np.stack(values), np.array(labels, np.int64)[kept], np.array([known[row] for row in kept], np.str_)
    )


def folder_loader(
    modality: Modality, classes: Sequence[str], folder: str
) -> Callable[[Split, Path], Collection]:
    """Return a loader of files that lie in ``DATA/folder/SPLIT/CLASS/``, as `mvae.tasks.task.Task` takes it.

    The split is ``train`` or ``test``, and each class has a folder of its name. A file's name up to the first
    ``-`` says who wrote or spoke it; a name without one says nothing.
    """

    def load(split: Split, data_dir: Path) -> Collection:
        """Load one split."""
        files, labels = [], []
        for label, name in enumerate(classes):
            place = data_dir / folder / split / name
            found = sorted(each for each in place.glob("*") if each.is_file() and each.name[0] != ".")
            if not found:
                msg = f"There are no files in {place}: {modality.name} needs some for each class."
                raise DataError(msg)
            files += found
            labels += [label] * len(found)
        groups = [each.name.partition("-")[0] if "-" in each.name else "" for each in files]
        return collect(modality, files, labels, groups)

    return load
