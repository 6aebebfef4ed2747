"""How unlike the training data an input is: the score behind "this does not look like a Farsi digit".

A model that knows ten classes names one of them whatever it sees, and often surely. Whether it has seen
anything like it, the unimodal posterior and the reconstruction tell:

- where the posterior's mean lies: training samples form one cloud a class, and the score is the squared
  Mahalanobis distance from the nearest, with one covariance for all (Lee et al. 2018,
  https://arxiv.org/abs/1807.03888), over the dimensions that are alive;
- how badly it is reconstructed: by how many nats the log-likelihood falls short of that of a perfect
  reconstruction. Plain likelihood mostly tells how much ink there is, so the logarithms of the amount of ink
  or energy, of the length of its edges, and of the error are three more coordinates of the distance: the
  covariance knows what error is usual for them. To be reconstructed better than usual does not count.

Both come from what a completion has computed anyway and one decoder. What is needed of the training data,
some means and one matrix a modality, is measured once after training and lies beside the checkpoint: on
training samples as they are, and changed at random as in training, since another writer or speaker is not out
of domain. A score of 1 is the value that 3 % of the training samples held out of this measurement exceed;
drawings are changed in the same way, because a network knows those that it was trained with by heart.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mvae.checkpoint.beside import load_beside, save_beside
from mvae.checkpoint.files import writing_alone
from mvae.checkpoint.place import FAMILIARITY, find_checkpoint
from mvae.checkpoint.store import load_checkpoint
from mvae.modalities.base import Modality
from mvae.modalities.kinds import kind_of
from mvae.model.gaussian import live_dimensions
from mvae.model.model import MVAE, MVAEConfig
from mvae.model.objective import log_likelihood
from mvae.model.scaling import Standardisation, scaled, standardised

if TYPE_CHECKING:
    from mvae.data.collections import Collection

ALARM_RATE = 0.03
"""Share of the held-out training samples that score above 1."""
_RIDGE = 1e-3  # share of each variance that is added to it, so that the covariance can be inverted
_HELD_OUT = 10  # every class's last tenth sets the scale
_SAMPLES = 10_000  # of a modality: enough for a covariance, and done in seconds
_BATCH = 500
_MORE = 3  # coordinates beside the live dimensions: amount, edges and error
_BEND = 0.06  # as far as the training of `conv` bends images


@dataclass(frozen=True)
class Familiarity:
    """What one modality's training samples look like to the model; L dimensions are alive.

    Attributes
    ----------
    live
        (L,) int64: the dimensions that are alive.
    centres
        (C, L + 3): mean of each class in the coordinates of the score.
    whitening
        (L + 3, L + 3), lower triangular: makes the covariance within the classes the identity.
    scale
        (1,): the squared distance that is a score of 1.
    """

    live: Tensor
    centres: Tensor
    whitening: Tensor
    scale: Tensor

    @torch.inference_mode()
    def score(self, model: MVAE, modality: Modality, values: Tensor, mean: Tensor) -> NDArray[np.float32]:
        """Return how unlike the training samples inputs are, (n,); above 1 is out of the ordinary.

        Parameters
        ----------
        model, modality
            The model that this was measured for.
        values
            (n, *shape), as the networks take them.
        mean
            (n, Z): mean of the posterior of this modality alone.
        """
        coordinates = _coordinates(model, modality, values, mean, self.live)
        return (_squared_distance(coordinates, self.centres, self.whitening) / self.scale).numpy()


@torch.inference_mode()
def posterior_mean(model: MVAE, name: str, values: Tensor) -> Tensor:
    """Return the mean of the posterior of one modality alone, (n, Z), for inputs (n, *shape)."""
    mask = torch.ones(1, 1)
    parts = [model.fuse(model.encode({name: part}), mask).mean[0] for part in torch.split(values, _BATCH)]
    return torch.cat(parts)


def write_familiarity(
    name_or_path: str | Path, collections: "Mapping[str, Collection]"
) -> dict[str, Familiarity]:
    """Measure a checkpoint's training samples and write the result beside its weights; takes some seconds.

    Parameters
    ----------
    name_or_path
        As `mvae.checkpoint.place.find_checkpoint` takes it.
    collections
        Name -> the training split of that modality.

    Raises
    ------
    CheckpointError
        If the checkpoint is missing or damaged, its directory cannot be written, or a training writes into
        it.
    """
    directory = find_checkpoint(name_or_path)
    with writing_alone(directory):
        model, description = load_checkpoint(directory)
        fitted = fit_familiarity(model, description.standardisation, collections)
        tensors = {
            f"{name}/{field.name}": getattr(each, field.name)
            for name, each in fitted.items()
            for field in fields(each)
        }
        save_beside(directory, FAMILIARITY, tensors)
    return fitted


def load_familiarity(directory: Path) -> dict[str, Familiarity]:
    """Read what `write_familiarity` wrote: nothing where it was not written, or for other weights.

    Raises
    ------
    CheckpointError
        If the file is damaged, or what it holds fits no model like the one beside it.
    """
    return load_beside(directory, FAMILIARITY, "familiarity", _measured) or {}


def _measured(tensors: Mapping[str, Tensor], config: MVAEConfig) -> dict[str, Familiarity]:
    """Build from what the file holds; raises KeyError or ValueError if it is of another model, or none."""
    names = dict.fromkeys(key.partition("/")[0] for key in tensors)
    found = {
        name: Familiarity(**{field.name: tensors[f"{name}/{field.name}"] for field in fields(Familiarity)})
        for name in names
    }
    _check(found, config)
    return found


def _fits(found: Familiarity, config: MVAEConfig) -> bool:
    """Whether it can score a modality of such a model."""
    live, numbers = found.live, (found.centres, found.whitening, found.scale)
    if live.dtype != torch.int64 or live.dim() != 1 or found.centres.dim() != 2:
        return False
    size = len(live) + _MORE
    return (
        [tuple(each.shape) for each in numbers] == [(len(found.centres), size), (size, size), (1,)]
        and 0 < len(found.centres) <= len(config.classes)
        and all(each.dtype == torch.float32 and bool(each.isfinite().all()) for each in numbers)
        and bool(found.scale > 0)
        and bool(((live >= 0) & (live < config.latent_size)).all())
    )


def _check(found: Mapping[str, Familiarity], config: MVAEConfig) -> None:
    """Raise ValueError if it cannot score the modalities of such a model."""
    if not found.keys() <= set(config.names) or not all(_fits(each, config) for each in found.values()):
        msg = "wrong shapes, types or values"
        raise ValueError(msg)


def fit_familiarity(
    model: MVAE, standardisation: Mapping[str, Standardisation], collections: "Mapping[str, Collection]"
) -> dict[str, Familiarity]:
    """Measure the training samples of every modality of a model on the CPU, in evaluation mode."""
    fitted = {}
    for modality in model.config.modalities:
        collection = collections[modality.name]
        values = standardised(standardisation, modality.name, collection.values)
        fitted[modality.name] = _fit(model, modality, values, collection.labels)
    return fitted


def _fit(model: MVAE, modality: Modality, values: Tensor, labels: NDArray[np.int64]) -> Familiarity:
    """Measure one modality: the samples as they are and changed, and the scale on those held out."""
    rows, held_out = _split(labels)
    inputs = scaled(values[rows])
    generator = torch.Generator().manual_seed(0)
    kind = kind_of(modality)
    change = partial(kind.augment, bend=_BEND)
    inputs = torch.cat([inputs, change(inputs, generator)])
    mean = posterior_mean(model, modality.name, inputs)
    live = live_dimensions(mean)
    coordinates = _coordinates(model, modality, inputs, mean, live)

    classes = np.tile(labels[rows], 2)
    members = [torch.from_numpy(classes == label) for label in np.unique(classes)]
    centres = torch.stack([coordinates[each].mean(0) for each in members])
    within = torch.cat([coordinates[each] - centre for each, centre in zip(members, centres, strict=True)])
    within = within.double()
    covariance = within.T @ within / len(within)
    covariance += _RIDGE * torch.diag(covariance.diagonal() + _RIDGE)
    whitening = torch.linalg.inv(torch.linalg.cholesky(covariance)).to(coordinates)

    fitted = Familiarity(live, centres, whitening, torch.ones(1))
    others = scaled(values[held_out])
    if kind.changed_when_judged:
        others = change(others, generator)
    scores = fitted.score(model, modality, others, posterior_mean(model, modality.name, others))
    scale = max(float(np.quantile(scores, 1 - ALARM_RATE)), _RIDGE)
    return Familiarity(live, centres, whitening, torch.tensor([scale]))


def _coordinates(model: MVAE, modality: Modality, values: Tensor, mean: Tensor, live: Tensor) -> Tensor:
    """Put the logarithms of amount, edges and error behind the live dimensions of the mean: (n, L + 3)."""
    parts = [
        log_likelihood(modality, model.decoders[modality.name](place).unsqueeze(0), value).squeeze(0)
        for value, place in zip(torch.split(values, _BATCH), torch.split(mean, _BATCH), strict=True)
    ]
    if modality.likelihood == "bernoulli":  # of grey levels: a perfect reconstruction is not sure, either
        perfect = torch.special.xlogy(values, values) + torch.special.xlogy(1 - values, 1 - values)
        best = perfect.flatten(1).sum(1)
    else:
        best = log_likelihood(modality, values.unsqueeze(0), values).squeeze(0)
    amount = values.square().flatten(1).sum(1)
    steps = [values.diff(dim=axis).abs().flatten(1) for axis in range(1, values.dim())]
    edges = torch.cat(steps, dim=1).sum(1)
    error = (best - torch.cat(parts)).clamp(min=0)
    return torch.cat([mean[:, live], torch.stack([amount, edges, error], dim=1).log1p()], dim=1)


def _squared_distance(coordinates: Tensor, centres: Tensor, whitening: Tensor) -> Tensor:
    """Return the squared Mahalanobis distance of (n, L + 3) coordinates from the nearest centre, (n,)."""
    away = (coordinates.unsqueeze(1) - centres) @ whitening.T  # (n, C, L + 3)
    # The whitening is triangular: its last coordinate is the error beyond what the others let expect.
    away[..., -1].clamp_(min=0)
    return away.square().sum(-1).amin(1)


def _split(labels: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return rows to measure, drawn at random if there are many, and each class's last tenth or last item."""
    classes = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    tail = np.concatenate([rows[-max(1, len(rows) // _HELD_OUT) :] for rows in classes])
    rest = np.setdiff1d(np.arange(len(labels)), tail)
    return np.random.default_rng(0).permutation(rest)[:_SAMPLES], tail
