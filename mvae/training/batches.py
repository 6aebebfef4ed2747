"""The training data on the device that trains: batches of label-matched triplets, gathered by index."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mvae.data.collections import Collection, first_of_each_class
from mvae.data.triplets import balanced_triplets, epoch_triplets
from mvae.modalities.base import Modality
from mvae.modalities.kinds import Values, kind_of
from mvae.model.model import subset_mask
from mvae.model.scaling import Standardisation, scaled
from mvae.model.subsets import all_subsets
from mvae.share import Share
from mvae.training.distributed import ALONE, Workers

Rows = Mapping[str, NDArray[np.int64]]
"""Name -> one number for each of some rows of that collection."""

_ORIGINAL = 0.2  # how often a sample that has changed copies is itself shown
_HELD_OUT = 10  # every class's last tenth


class Batch(NamedTuple):
    """Samples of the same class in every modality."""

    inputs: dict[str, Tensor]  # name -> (B, *shape), float32
    labels: Tensor  # (B,) int64
    present: Tensor | None  # (B, M) booleans; None where nothing is missing
    share: Share  # which rows of the whole batch these are; other workers have the others
    rows: Tensor  # (B, M) int64: where in the collections they are


class TripletData:
    """Collections as tensors that stay uint8 and float16, and the triplets of each epoch.

    Parameters
    ----------
    collections
        Name -> the training split of that modality.
    modalities
        In the model's order.
    seed
        Of the triplets' order.
    holdout
        Keep the last tenth of each class aside.
    device
        Where the tensors live; batches need no transfer.
    complete
        Share of each class's samples, in every modality, that are complete examples, 0 < share <= 1: they are
        matched with each other, anew in each epoch. All other samples are only ever seen in triplets of which
        one modality or more is missing, but not all; which, is drawn anew in each epoch. So the set of
        complete examples is fixed for the whole training, as in Wu & Goodman 2018, section 5. Every triplet
        keeps its label.
    """

    def __init__(
        self,
        collections: Mapping[str, Collection],
        modalities: Sequence[Modality],
        *,
        seed: int,
        holdout: bool = False,
        device: torch.device | str = "cpu",
        complete: float = 1.0,
    ) -> None:
        self.modalities, self.seed, self.device = tuple(modalities), seed, torch.device(device)
        names = [modality.name for modality in modalities]
        kept = {name: _split_tail(collections[name].labels, holdout=holdout) for name in names}
        self.standardisation = {
            modality.name: Standardisation.of(collections[modality.name].values[kept[modality.name][0]])
            for modality in modalities
            if modality.likelihood == "gaussian"
        }
        self._labels = {name: collections[name].labels for name in names}
        self._first_labels = torch.from_numpy(self._labels[names[0]]).to(self.device)
        self._scarce = {modality.name for modality in modalities if modality.scarce}
        self._speakers = {name: collections[name].groups for name in names if name in self._scarce}
        self._values = {name: self._tensor(name, collections[name].values) for name in names}
        self._copies = {
            name: self._tensor(name, copies)
            for name in names
            if (copies := collections[name].copies) is not None
        }
        self._train, self._held_out = ({name: kept[name][part] for name in names} for part in (0, 1))
        self.incomplete = complete < 1
        pools = {
            name: _split_share(self._labels[name], rows, complete, seed) for name, rows in self._train.items()
        }
        self._complete, self._others = ({name: pools[name][part] for name in names} for part in (0, 1))
        self.triplets = len(self._epoch(0)[0])

    def batches(self, epoch: int, size: int, *, skip: int = 0, workers: Workers = ALONE) -> Iterator[Batch]:
        """Yield one epoch's triplets in batches of `size`, leaving out the first `skip` batches.

        Of each batch this gives the rows of one of the `workers`: none where it has fewer rows than workers.
        """
        order, present = self._epoch(epoch)
        for rows in torch.split(torch.arange(skip * size, len(order)), size):
            share = workers.share(len(rows))
            yield self._gather(order[rows], share, None if present is None else present[rows])

    def holdout_batches(self, size: int) -> Iterator[Batch]:
        """Yield triplets of the held-out tenth, each item of a modality equally often."""
        order = self._triplets(self._held_out, partial(balanced_triplets, per_class=600))
        for rows in torch.split(order, size):
            yield self._gather(rows, ALONE.share(len(rows)))

    def examples(self, classes: int) -> dict[str, Tensor]:
        """Return the first training sample of each class, (C, *shape), as the networks take it.

        It is zeros where a modality has none of a class.
        """
        found = {}
        for modality in self.modalities:
            rows, labels = self._train[modality.name], self._labels[modality.name]
            samples = torch.zeros(classes, *modality.shape, device=self.device)
            for row in rows[::-1]:
                samples[labels[row]] = scaled(self._values[modality.name][row])
            found[modality.name] = samples
        return found

    def augmented(self, batch: Batch, generator: torch.Generator, *, bend: float = 0.0) -> dict[str, Tensor]:
        """Return the inputs of a batch, or copies where there are some, each changed a little at random.

        Images are bent by `bend`; see `mvae.modalities.augmentation.augment_images`.
        """
        if not len(batch.labels):
            return batch.inputs
        inputs = batch.inputs | {name: self._copied(name, batch, generator) for name in self._copies}
        return {
            modality.name: kind_of(modality).augment(inputs[modality.name], generator, batch.share, bend=bend)
            for modality in self.modalities
        }

    def targets(self, batch: Batch, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Return what is to be reconstructed from `inputs`, which `augmented` gave.

        Where there are copies, as of recordings, it is the sample itself: noise and echo are to be
        understood, and not imagined. Elsewhere it is the input.
        """
        return dict(inputs) | {name: batch.inputs[name] for name in self._copies}

    def _copied(self, name: str, batch: Batch, generator: torch.Generator) -> Tensor:
        """Draw one of its copies for most samples of a modality, and the sample itself for the others."""
        copies, rows = self._copies[name], batch.rows[:, list(self._values).index(name)]
        which = torch.rand(2, batch.share.total, generator=generator, device=self.device)
        original, number = batch.share.of(which, dim=1)
        copied = scaled(copies[rows, (number * copies.shape[1]).long()])
        chosen = (original < _ORIGINAL).view(-1, *[1] * (copied.dim() - 1))
        return torch.where(chosen, batch.inputs[name], copied)

    def _epoch(self, epoch: int) -> tuple[Tensor, Tensor | None]:
        """Draw an epoch's triplets, (n, M) indices, and what is there of each, (n, M) booleans or None."""
        whole = self._epoch_of(self._complete, epoch)
        if not self.incomplete:
            return whole, None
        others = self._epoch_of(self._others, epoch)
        names = [modality.name for modality in self.modalities]
        some = subset_mask(all_subsets(names)[:-1], names).bool()  # every way to have something, but not all
        rng = np.random.default_rng([self.seed, epoch, 1])
        present = torch.cat([
            torch.ones(whole.shape, dtype=torch.bool),
            some[torch.from_numpy(rng.integers(len(some), size=len(others)))],
        ])  # fmt: skip
        shuffled = torch.from_numpy(rng.permutation(len(present)))
        return torch.cat([whole, others])[shuffled], present[shuffled]

    def _epoch_of(self, kept: Rows, epoch: int) -> Tensor:
        speakers = {name: speakers[kept[name]] for name, speakers in self._speakers.items()}
        draw = partial(epoch_triplets, seed=self.seed, epoch=epoch, scarce=self._scarce, speakers=speakers)
        return self._triplets(kept, draw)

    def _triplets(self, kept: Rows, draw: Callable[[Rows], NDArray[np.int64]]) -> Tensor:
        """Draw triplets among the kept rows: (n, M) indices into the whole collections."""
        order = draw({name: self._labels[name][rows] for name, rows in kept.items()})
        columns = zip(kept.values(), order.T, strict=True)
        return torch.from_numpy(np.stack([rows[column] for rows, column in columns], axis=1))

    def _gather(self, order: Tensor, share: Share, present: Tensor | None = None) -> Batch:
        order = share.of(order).to(self.device)
        columns = dict(zip(self._values, order.unbind(1), strict=True))
        inputs = {name: scaled(self._values[name][rows]) for name, rows in columns.items()}
        labels = self._first_labels[order[:, 0]]
        present = None if present is None else share.of(present).to(self.device)
        return Batch(inputs, labels, present, share, order)

    def _tensor(self, name: str, values: Values) -> Tensor:
        if name in self.standardisation:
            values = self.standardisation[name].apply(values).astype(np.float16)
        return torch.from_numpy(values).to(self.device)


def fewer_samples(
    collections: Mapping[str, Collection], modalities: Sequence[Modality], per_class: int
) -> dict[str, Collection]:
    """Return the collections with the first samples of each class only; of scarce modalities all stay."""
    fewer = dict(collections)
    for modality in modalities:
        name, each = modality.name, collections[modality.name]
        if not modality.scarce:
            rows = first_of_each_class(each.labels, per_class)
            fewer[name] = Collection(each.values[rows], each.labels[rows], each.groups[rows])
    return fewer


def _split_share(
    labels: NDArray[np.int64], rows: NDArray[np.int64], share: float, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return a random share of the rows, the same share of each class but at least one row, and the rest."""
    if share == 1:
        return rows, rows[:0]
    rng = np.random.default_rng([seed, 2])
    classes = [rng.permutation(rows[labels[rows] == label]) for label in np.unique(labels[rows])]
    picked = np.concatenate([members[: max(1, round(share * len(members)))] for members in classes])
    return np.sort(picked), np.setdiff1d(rows, picked)


def _split_tail(labels: NDArray[np.int64], *, holdout: bool) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows to train on and those held out: where `holdout`, the last tenth of each class."""
    if not holdout:
        return np.arange(len(labels)), np.arange(0)
    classes = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    tail = np.concatenate([rows[len(rows) - len(rows) // _HELD_OUT :] for rows in classes])
    return np.setdiff1d(np.arange(len(labels)), tail), np.sort(tail)
