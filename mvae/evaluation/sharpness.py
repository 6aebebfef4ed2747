"""Sharpness: whether imagined images look like drawings, or like a mean of drawings.

Conventions
-----------
Gradient energy is the sum of the squared differences between neighbouring pixels of an image in [0, 1]; a
mean of many drawings has little of it. The share of grey is that of the pixels between 0.1 and 0.9: a mean is
grey where a pen is not. Both are given as ratios to the real images of the same triplets, so 1 is as sharp as
the data. Compared are images imagined as the app shows them (see `mvae.model.imagination`), by one draw of
the posterior, from its mean, and given ones reconstructed from the mean, averaged over all subsets that lack,
or hold, the modality.
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from mvae.evaluation.encoded import Encoded, draw, imagined, in_batches
from mvae.model.subsets import all_subsets

PER_CLASS = 200
"""Triplets of each class."""
_GREY = (0.1, 0.9)
_KINDS = {
    "shown": "imagined as shown",
    "by_sample": "by one draw",
    "by_mean": "from the mean",
    "given": "given, reconstructed",
}


@torch.inference_mode()
def measure(encoded: Encoded, *, per_class: int = PER_CLASS) -> dict[str, Any] | None:
    """Measure the images of every modality of drawings.

    Returns
    -------
    dict[str, Any] | None
        ``rows``: of each modality the ``gradient_energy`` and the ``grey`` of a real image, and of each kind
        of decoded image the ratios to them. None where the model has no drawings.
    """
    names = [modality.name for modality in encoded.model.config.modalities if modality.kind == "drawing"]
    if not names:
        return None
    triplets = encoded.triplets(per_class)
    return {"triplets": len(triplets), "rows": [_row(encoded, name, triplets) for name in names]}


def _row(encoded: Encoded, name: str, triplets: Tensor) -> dict[str, Any]:
    subsets = all_subsets(encoded.model.config.names)
    with_it = [subset for subset in subsets if name in subset]
    without = [subset for subset in subsets if name not in subset]
    generator = torch.Generator().manual_seed(0)
    sums: dict[str, Tensor] = {}
    for part in in_batches(triplets):
        imagining = encoded.posterior(part, without)
        latents = {
            "shown": torch.stack([encoded.imagining(part, subset, generator) for subset in without]),
            "by_sample": draw(imagining, generator),
            "by_mean": imagining.mean,
            "given": encoded.posterior(part, with_it).mean,
        }
        images = {kind: imagined(encoded.model, name, z) for kind, z in latents.items()}
        images["real"] = encoded.inputs(part)[name].unsqueeze(0)
        for kind, batch in images.items():
            figures = torch.stack([gradient_energy(batch).sum(1), grey_share(batch).sum(1)]).double().mean(1)
            sums[kind] = sums.get(kind, torch.zeros(2, dtype=torch.double)) + figures
    real = sums["real"] / len(triplets)
    row: dict[str, Any] = {"modality": name}
    row |= dict(zip(("gradient_energy", "grey"), (round(each, 4) for each in real.tolist()), strict=True))
    for kind in _KINDS:
        ratios = (sums[kind] / sums["real"]).tolist()
        row[kind] = dict(zip(("gradient_energy", "grey"), (round(each, 3) for each in ratios), strict=True))
    return row


def gradient_energy(images: Tensor) -> Tensor:
    """Sum the squared differences between neighbouring pixels: (…, H, W) -> (…)."""
    return images.diff(dim=-1).square().sum((-2, -1)) + images.diff(dim=-2).square().sum((-2, -1))


def grey_share(images: Tensor) -> Tensor:
    """Return the share of pixels that are neither ink nor paper: (…, H, W) -> (…)."""
    low, high = _GREY
    return ((images > low) & (images < high)).float().mean((-2, -1))


def format(result: Mapping[str, Any]) -> str:  # noqa: A001 - every section has a `measure` and a `format`
    """Lay out what `measure` returned, as text."""
    lines = [
        f"Sharpness, {result['triplets']:,} triplets; ratio to real images of gradient energy, share of grey"
    ]
    for row in result["rows"]:
        cells = [
            f"{title} {row[kind]['gradient_energy']:.2f}, {row[kind]['grey']:.2f}"
            for kind, title in _KINDS.items()
        ]
        lines.append(f"{row['modality']:<10}" + "; ".join(cells))
    return "\n".join(lines)
