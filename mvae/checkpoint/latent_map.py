"""The latent's map: where the test split's joint posteriors lie, laid out on a square by t-SNE.

t-SNE (L. van der Maaten and G. Hinton, *Visualizing Data using t-SNE*, JMLR 9, 2008) keeps near what is near
in the latent, and nothing else: distances between groups, their sizes, and the empty space between them mean
nothing. A linear projection (principal components, linear discriminants) could be inverted exactly, but on
its two axes the poster's ten digits cover each other. t-SNE has no inverse, so both ways between map and
latent go through the nearest points, weighted by the inverse of their squared distance (D. Shepard, *A
two-dimensional interpolation function for irregularly-spaced data*, ACM 1968).

The map is drawn once after training and lies beside the checkpoint. It holds latents, places and labels,
nothing of the data. A place is (x, y) in [0, 1], x to the right and y downwards; Z is the latent's size.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mvae.arrays import Array, as_array, as_floats
from mvae.checkpoint.beside import load_beside, save_beside
from mvae.checkpoint.files import writing_alone
from mvae.checkpoint.place import MAP, find_checkpoint
from mvae.checkpoint.store import load_checkpoint
from mvae.model.gaussian import live_dimensions
from mvae.model.model import MVAEConfig, subset_mask
from mvae.model.scaling import scaled, standardised

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mvae.data.collections import Collection

NEAREST = 6
"""Points that decide what lies between them."""
_PER_CLASS = 150  # triplets of each class: enough for a full map, in a file of 0.2 MB
_MARGIN = 0.04  # of the square, on each side
_HERE = 1e-8  # squared distance that counts as none
_FARTHEST = 1e15  # beyond it squares leave float32


@dataclass(frozen=True)
class LatentMap:
    """Points of the latent and their places on the map.

    Attributes
    ----------
    latents
        (n, Z): means of joint posteriors.
    places
        (n, 2).
    labels
        (n,): which class each is.
    """

    latents: Array
    places: Array
    labels: NDArray[np.int64]

    def latent_at(self, place: NDArray[np.floating]) -> Array:
        """Return the latent (Z,) that belongs to a place (2,): a mean of those of the nearest points."""
        return _between(place, self.places, self.latents)

    def place_of(self, latent: NDArray[np.floating]) -> Array:
        """Return the place (2,) that belongs to a latent (Z,): a mean of those of the nearest points."""
        return _between(latent, self.latents, self.places)

    def neighbours(self, place: NDArray[np.floating]) -> NDArray[np.int64]:
        """Return the labels (NEAREST,) of the points that decide at a place (2,), the nearest first."""
        return self.labels[_nearest(place, self.places)[0]]

    def landmarks(self) -> dict[int, Array]:
        """Return a place (2,) in the middle of each class: of the point that is nearest to their median."""
        found = {}
        for label in np.unique(self.labels):
            places = self.places[self.labels == label]
            away = np.square(places - np.median(places, axis=0)).sum(axis=1)
            found[int(label)] = places[away.argmin()]
        return found


def write_map(name_or_path: str | Path, collections: "Mapping[str, Collection]") -> LatentMap:
    """Draw a checkpoint's map and write it beside its weights; takes about ten seconds.

    Parameters
    ----------
    name_or_path
        As `mvae.checkpoint.place.find_checkpoint` takes it.
    collections
        Name -> the test split of that modality.

    Raises
    ------
    CheckpointError
        If the checkpoint is missing or damaged, its directory cannot be written, or a training writes into
        it.
    """
    directory = find_checkpoint(name_or_path)
    with writing_alone(directory):
        save_beside(directory, MAP, _draw(directory, collections))
    found = load_map(directory)
    assert found is not None  # noqa: S101 - it was just written for these weights
    return found


def _draw(directory: Path, collections: "Mapping[str, Collection]") -> dict[str, Tensor]:
    # The app, which only reads the map, waits for none of these.
    from sklearn.manifold import TSNE  # noqa: PLC0415

    from mvae.data.triplets import balanced_triplets  # noqa: PLC0415

    model, description = load_checkpoint(directory)
    names = model.config.names
    rows = balanced_triplets({name: collections[name].labels for name in names}, per_class=_PER_CLASS)
    inputs = {
        name: scaled(standardised(description.standardisation, name, collections[name].values[column]))
        for name, column in zip(names, rows.T, strict=True)
    }
    with torch.inference_mode():
        mean = model.fuse(model.encode(inputs), subset_mask([names], names)).mean[0]
    labels = collections[names[0]].labels[rows[:, 0]]

    live = live_dimensions(mean)
    if not len(live):  # hardly trained
        live = torch.arange(mean.shape[1])
    # From the principal components, so that the same latents give the same map.
    places = TSNE(init="pca", random_state=0).fit_transform(mean[:, live].numpy())
    return {
        "latents": mean[:, live].half(),
        "live": live.to(torch.int16),
        "places": torch.from_numpy(_fitted(places)).half(),
        "labels": torch.from_numpy(labels).to(torch.uint8),
        "size": torch.tensor([model.config.latent_size], dtype=torch.int32),
    }


def load_map(directory: Path) -> LatentMap | None:
    """Read what `write_map` wrote beside a checkpoint: None where it was not written, or for other weights.

    Raises
    ------
    CheckpointError
        If the file is damaged, or what it holds fits no model like the one beside it.
    """
    return load_beside(directory, MAP, "map", _placed)


def _placed(tensors: "Mapping[str, Tensor]", config: MVAEConfig) -> LatentMap:
    """Build a map of what its file holds; raises an error if it is of another latent, or none."""
    size = config.latent_size
    labels, live = (tensors[name].numpy().astype(np.int64) for name in ("labels", "live"))
    whole = [(labels, len(config.classes)), (live, size)]
    if (
        int(tensors["size"]) != size
        or not len(labels)
        or any(((each < 0) | (each >= limit)).any() for each, limit in whole)
    ):
        msg = "sizes, labels or dimensions of another model"
        raise ValueError(msg)
    latents = np.zeros((len(labels), size), np.float32)
    latents[:, live] = as_floats(tensors["latents"], "Latents", (len(labels), len(live)))
    return LatentMap(latents, as_floats(tensors["places"], "Places", (len(labels), 2)), labels)


def _between(point: NDArray[np.floating], points: Array, values: Array) -> Array:
    """Return a mean of the values of the points that are nearest to this one."""
    nearest, squared = _nearest(point, points)
    weights = 1 / (squared + _HERE)
    mean: Array = (weights @ values[nearest] / weights.sum()).astype(np.float32)
    return mean


def _nearest(point: NDArray[np.floating], points: Array) -> tuple[NDArray[np.int64], Array]:
    """Return which points are nearest to this one, and their squared distances, (NEAREST,) each."""
    array = as_array(point, "A place or latent")
    dtype = np.float32 if array.dtype == np.float32 else np.float64
    place = as_floats(array, "A place or latent", points.shape[1:], dtype=dtype)
    squared = np.square(points - place.clip(-_FARTHEST, _FARTHEST)).sum(axis=1)
    nearest = np.argsort(squared, kind="stable")[:NEAREST]
    return np.asarray(nearest, np.int64), np.asarray(squared[nearest], np.float32)


def _fitted(places: NDArray[np.floating]) -> Array:
    """Move and scale places into the square, both axes alike, with a margin."""
    low, high = places.min(axis=0), places.max(axis=0)
    scale = (1 - 2 * _MARGIN) / (high - low).max()
    return np.asarray((places - (low + high) / 2) * scale + 0.5, np.float32)
