"""Disentanglement (the poster's Figure 3): what happens when one latent index alone is moved.

Conventions
-----------
The start is the joint posterior's mean of some hundred training triplets. From there each index that is alive
(KL divergence above 0.01 nat) is moved by -2, -1, 1 and 2 standard deviations of the *aggregate posterior*,
the mixture of all those posteriors. An *effect* is how far an output then lies from where it was, averaged
over triplets and steps: total variation for the probabilities of the label, mean absolute difference for the
values of a modality. It is divided by how far apart the outputs for two different digits are on average, so 0
is no change and 1 is as much as another digit. An index *acts on* a modality where its effect is at least
0.1; one that acts on several modalities is modality-agnostic.
"""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from tqdm import tqdm

from mvae.checkpoint.place import find_checkpoint
from mvae.checkpoint.store import load_checkpoint
from mvae.data.collections import load_split
from mvae.data.triplets import balanced_triplets
from mvae.inference.latent import ALIVE
from mvae.model.model import MVAE, Decoded, Gaussians, expectation, subset_mask
from mvae.model.scaling import scaled, standardised

LABEL = "label"
_TRIPLETS_PER_CLASS = 30
_STEPS = (-2.0, -1.0, 1.0, 2.0)
_ACTS = 0.1


def run(
    checkpoint: str | Path, data_dir: Path, *, seed: int = 0, show_progress: bool = True
) -> dict[str, Any]:
    """Measure what every latent index of a checkpoint that is alive does; takes about half a minute.

    Returns
    -------
    dict[str, Any]
        ``checkpoint``, ``latent_size``, ``triplets``; ``outputs``, the label and the modalities; and
        ``indices``, those that are alive, the strongest first by the mean of its effects: ``index``, ``kl``
        (nats), ``effects`` (by output) and ``acts_on`` (names of modalities).

    Raises
    ------
    CheckpointError, DataError
        If either is missing or damaged.
    """
    model, description = load_checkpoint(checkpoint)
    names = model.config.names
    collections = load_split("train", data_dir)
    order = balanced_triplets(
        {name: collections[name].labels for name in names}, per_class=_TRIPLETS_PER_CLASS, seed=seed
    )
    inputs = {
        name: scaled(standardised(description.standardisation, name, collections[name].values[column]))
        for name, column in zip(names, order.T, strict=True)
    }
    digits = torch.from_numpy(collections[names[0]].labels[order[:, 0]])
    alive = [index for index, kl in enumerate(description.latent_kl) if kl > ALIVE]
    found = effects(model, inputs, digits, alive, show_progress=show_progress)

    outputs = [LABEL, *names]
    ranking = torch.argsort(found.mean(1), descending=True, stable=True).tolist()
    indices = [
        {
            "index": alive[row],
            "kl": description.latent_kl[alive[row]],
            "effects": {name: round(float(found[row, column]), 4) for column, name in enumerate(outputs)},
            "acts_on": [name for name, effect in zip(names, found[row, 1:], strict=True) if effect >= _ACTS],
        }
        for row in ranking
    ]
    return {
        "checkpoint": find_checkpoint(checkpoint).resolve().name,
        "latent_size": model.config.latent_size,
        "triplets": len(order),
        "outputs": outputs,
        "indices": indices,
    }


@torch.inference_mode()
def effects(
    model: MVAE,
    inputs: dict[str, Tensor],
    digits: Tensor,
    indices: list[int],
    *,
    show_progress: bool = False,
) -> Tensor:
    """Return the effects of latent indices, (indices, 1 + M): on the label first, then on each modality.

    Parameters
    ----------
    inputs
        Name -> (B, *shape), all modalities.
    digits
        (B,), at least two different ones.
    indices
        Which to move.
    """
    joint = model.fuse(model.encode(inputs), subset_mask([model.config.names], model.config.names))
    mean = joint.mean[0]  # (B, Z)
    deviation = aggregate_deviation(joint)
    before = _outputs(model, model.decode(mean))
    other = digits[:, None] != digits  # (B, B)
    unit = torch.stack([_distance(out.unsqueeze(1), out)[other].mean() for out in before])
    steps = torch.tensor(_STEPS)[:, None]
    rows = []
    for index in tqdm(indices, "moving indices", disable=not show_progress, leave=False):
        moved = mean.repeat(len(_STEPS), 1, 1)  # (steps, B, Z)
        moved[:, :, index] += steps * deviation[index]
        after = _outputs(model, model.decode(moved))
        rows.append(torch.stack([_distance(new, old).mean() for new, old in zip(after, before, strict=True)]))
    return torch.stack(rows) / unit if rows else torch.zeros(0, len(before))


def aggregate_deviation(posterior: Gaussians) -> Tensor:
    """Return each index's standard deviation over the mixture of (1, B, Z) posteriors: (Z,)."""
    return (posterior.mean.var((0, 1), unbiased=False) + posterior.log_variance.exp().mean((0, 1))).sqrt()


def _outputs(model: MVAE, decoded: Decoded) -> list[Tensor]:
    """Probabilities of the label, and the values of each modality, in the model's order: (…, B, D) each."""
    values = [decoded.label.softmax(-1)]
    for modality in model.config.modalities:
        parameters = decoded.modalities[modality.name].flatten(-len(modality.shape))
        values.append(expectation(modality, parameters))
    return values


def _distance(one: Tensor, other: Tensor) -> Tensor:
    """Mean absolute difference over the last axis: in proportion to total variation for probabilities."""
    return (one - other).abs().mean(-1)
