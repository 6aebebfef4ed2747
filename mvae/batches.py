"""The training data on the device that trains: batches of label-matched triplets, gathered by index."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mvae.augmentation import augment_images, augment_speech
from mvae.checkpoint import Standardisation
from mvae.data.collections import Collection
from mvae.data.triplets import balanced_triplets, epoch_triplets
from mvae.modalities import Modality

_HELD_OUT = 10  # every class's last tenth
_AUGMENT = {"bernoulli": augment_images, "gaussian": augment_speech}


class Batch(NamedTuple):
    """Samples that say the same digit in every modality."""

    inputs: dict[str, Tensor]  # name -> (B, *shape), float32
    labels: Tensor  # (B,) int64
    present: Tensor | None  # (B, M) booleans; None where nothing is missing


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

    def batches(self, epoch: int, size: int, *, skip: int = 0) -> Iterator[Batch]:
        """Yield one epoch's triplets in batches of `size`, leaving out the first `skip` batches."""
        order = torch.from_numpy(self._epoch(epoch))[skip * size :]
        yield from map(self._gather, torch.split(order, size))

    def holdout_batches(self, size: int) -> Iterator[Batch]:
        """Yield triplets of the held-out tenth, each item of a modality equally often."""
        labels = {name: self._labels[name][rows] for name, rows in self._held_out.items()}
        order = self._original(balanced_triplets(labels, per_class=600), self._held_out)
        yield from map(self._gather, torch.split(torch.from_numpy(order), size))

    def augmented(self, batch: Batch, generator: torch.Generator) -> dict[str, Tensor]:
        """Return the inputs of a batch, each changed a little at random."""
        return {
            modality.name: _AUGMENT[modality.likelihood](batch.inputs[modality.name], generator)
            for modality in self.modalities
        }

    def _epoch(self, epoch: int) -> NDArray[np.int64]:
        labels = {name: self._labels[name][rows] for name, rows in self._train.items()}
        return self._original(epoch_triplets(labels, seed=self.seed, epoch=epoch), self._train)

    def _original(self, order: NDArray[np.int64], rows: Mapping[str, NDArray[np.int64]]) -> NDArray[np.int64]:
        """Turn indices into the rows that were kept, (n, M), into indices into the whole collections."""
        columns = zip(self.modalities, order.T, strict=True)
        return np.stack([rows[modality.name][column] for modality, column in columns], axis=1)

    def _gather(self, order: Tensor) -> Batch:
        order = order.to(self.device)
        columns = dict(zip(self._values, order.unbind(1), strict=True))
        inputs = {name: self._scaled(self._values[name][rows]) for name, rows in columns.items()}
        labels = self._first_labels[order[:, 0]]
        present = None
        if self._present:
            everything = torch.ones(len(order), dtype=torch.bool, device=self.device)
            flags = [
                self._present[name][rows] if name in self._present else everything
                for name, rows in columns.items()
            ]
            present = torch.stack(flags, dim=1)
        return Batch(inputs, labels, present)

    def _tensor(self, name: str, collection: Collection) -> Tensor:
        values = collection.values
        if name in self.standardisation:
            values = self.standardisation[name].apply(values).astype(np.float16)
        return torch.from_numpy(values).to(self.device)

    @staticmethod
    def _scaled(values: Tensor) -> Tensor:
        """Images in [0, 1], speech as it is; float32."""
        return values.float() / 255 if values.dtype == torch.uint8 else values.float()


def _split_tail(labels: NDArray[np.int64], *, holdout: bool) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows to train on and those held out: where `holdout`, the last tenth of each class."""
    if not holdout:
        return np.arange(len(labels)), np.arange(0)
    classes = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    tail = np.concatenate([rows[len(rows) - len(rows) // _HELD_OUT :] for rows in classes])
    return np.setdiff1d(np.arange(len(labels)), tail), np.sort(tail)
