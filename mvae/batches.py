"""The training data on the device that trains: batches of label-matched triplets, gathered by index."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mvae.augmentation import augment_images, augment_speech
from mvae.checkpoint import Standardisation
from mvae.data.collections import Collection
from mvae.data.triplets import balanced_triplets, epoch_triplets
from mvae.distributed import ALONE, Share, Workers
from mvae.modalities import Modality

Rows = Mapping[str, NDArray[np.int64]]
"""Name -> one number for each of some rows of that collection."""

_HELD_OUT = 10  # every class's last tenth
_AUGMENT = {"bernoulli": augment_images, "gaussian": augment_speech}


class Batch(NamedTuple):
    """Samples that say the same digit in every modality."""

    inputs: dict[str, Tensor]  # name -> (B, *shape), float32
    labels: Tensor  # (B,) int64
    present: Tensor | None  # (B, M) booleans; None where nothing is missing
    share: Share  # which rows of the whole batch these are; other workers have the others


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
    present
        Name -> one boolean a sample of its collection: False where that sample is to count as missing.
    """

    def __init__(
        self,
        collections: Mapping[str, Collection],
        modalities: Sequence[Modality],
        *,
        seed: int,
        holdout: bool = False,
        device: torch.device | str = "cpu",
        present: Mapping[str, NDArray[np.bool_]] | None = None,
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
        self._values = {name: self._tensor(name, collections[name]) for name in names}
        self._train, self._held_out = ({name: kept[name][part] for name in names} for part in (0, 1))
        self._present = {
            name: torch.from_numpy(flags).to(self.device) for name, flags in (present or {}).items()
        }
        self.triplets = len(self._epoch(0))

    @property
    def incomplete(self) -> bool:
        """Whether some samples count as missing."""
        return bool(self._present)

    def batches(self, epoch: int, size: int, *, skip: int = 0, workers: Workers = ALONE) -> Iterator[Batch]:
        """Yield one epoch's triplets in batches of `size`, leaving out the first `skip` batches.

        Of each batch this gives the rows of one of the `workers`: none where it has fewer rows than workers.
        """
        for order in torch.split(self._epoch(epoch)[skip * size :], size):
            yield self._gather(order, workers.share(len(order)))

    def holdout_batches(self, size: int) -> Iterator[Batch]:
        """Yield triplets of the held-out tenth, each item of a modality equally often."""
        order = self._triplets(self._held_out, partial(balanced_triplets, per_class=600))
        for rows in torch.split(order, size):
            yield self._gather(rows, ALONE.share(len(rows)))

    def augmented(self, batch: Batch, generator: torch.Generator) -> dict[str, Tensor]:
        """Return the inputs of a batch, each changed a little at random."""
        if not len(batch.labels):
            return batch.inputs
        return {
            modality.name: _AUGMENT[modality.likelihood](batch.inputs[modality.name], generator, batch.share)
            for modality in self.modalities
        }

    def _epoch(self, epoch: int) -> Tensor:
        return self._triplets(self._train, partial(epoch_triplets, seed=self.seed, epoch=epoch))

    def _triplets(self, kept: Rows, draw: Callable[[Rows], NDArray[np.int64]]) -> Tensor:
        """Draw triplets among the kept rows: (n, M) indices into the whole collections."""
        order = draw({name: self._labels[name][rows] for name, rows in kept.items()})
        columns = zip(kept.values(), order.T, strict=True)
        return torch.from_numpy(np.stack([rows[column] for rows, column in columns], axis=1))

    def _gather(self, order: Tensor, share: Share) -> Batch:
        order = share.of(order).to(self.device)
        columns = dict(zip(self._values, order.unbind(1), strict=True))
        inputs = {name: scaled(self._values[name][rows]) for name, rows in columns.items()}
        labels = self._first_labels[order[:, 0]]
        present = None
        if self._present:
            everything = torch.ones(len(order), dtype=torch.bool, device=self.device)
            flags = [
                self._present[name][rows] if name in self._present else everything
                for name, rows in columns.items()
            ]
            present = torch.stack(flags, dim=1)
        return Batch(inputs, labels, present, share)

    def _tensor(self, name: str, collection: Collection) -> Tensor:
        values = collection.values
        if name in self.standardisation:
            values = self.standardisation[name].apply(values).astype(np.float16)
        return torch.from_numpy(values).to(self.device)


def scaled(values: Tensor) -> Tensor:
    """Turn stored values into what networks take, float32: uint8 images into [0, 1], others as they are."""
    return values.float() / 255 if values.dtype == torch.uint8 else values.float()


def _split_tail(labels: NDArray[np.int64], *, holdout: bool) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows to train on and those held out: where `holdout`, the last tenth of each class."""
    if not holdout:
        return np.arange(len(labels)), np.arange(0)
    classes = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    tail = np.concatenate([rows[len(rows) - len(rows) // _HELD_OUT :] for rows in classes])
    return np.setdiff1d(np.arange(len(labels)), tail), np.sort(tail)
