"""Samples of any modality -> pictures: its kind says what is seen of them, and whether as ink or as heat.

Conventions
-----------
Samples are as a pipeline gives them: drawings in [0, 1], sounds in MFCC units, vectors in their own. Each
coefficient of a sound, and each value of a vector, is shown by its distance from its own mean, in standard
deviations of the training split: some are many times as large as others. The range is fixed, so that two
pictures compare. `standardisation` is the checkpoint's.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PIL import Image

from mvae.arrays import Array
from mvae.modalities.base import Modality
from mvae.modalities.kinds import kind_of
from mvae.ui.views.pictures import grid_image, heat_grid, heat_image, ink_image

if TYPE_CHECKING:  # it imports torch, for which the first paint of the app does not wait
    from mvae.model.scaling import Standardisation

    Scales = Mapping[str, Standardisation]


def sample_image(
    modality: Modality,
    sample: Array,
    standardisation: "Scales",
    *,
    scale: int = 4,
    cell: tuple[int, int] = (10, 13),
) -> Image.Image:
    """Draw one sample.

    Parameters
    ----------
    modality, sample
        The sample has the modality's shape.
    standardisation
        By the modality's name.
    scale
        Pixels of the picture for each value, where it is ink.
    cell
        Width and height of one value, in pixels, where it is a heat map.
    """
    (seen,) = _seen(modality, sample[None], standardisation)
    kind = kind_of(modality)
    return heat_image(seen, cell=cell) if kind.heat else ink_image(seen, scale=scale, smooth=kind.smooth)


def sample_grid(
    modality: Modality,
    samples: Array,
    standardisation: "Scales",
    labels: Sequence[object],
    *,
    columns: int,
    cell: tuple[int, int] = (3, 7),
    row_labels: Sequence[str] = (),
) -> Image.Image:
    """Compose samples (n, *shape) into one picture, row by row; ink has labels, whose changes are marked."""
    seen = _seen(modality, samples, standardisation)
    if kind_of(modality).heat:
        return heat_grid(seen, columns=columns, cell=cell)
    return grid_image(
        seen, labels, columns=columns, smooth=kind_of(modality).smooth,
        row_labels=row_labels, mark_changes=True,
    )  # fmt: skip


def sample_strip(
    modality: Modality, samples: Array, standardisation: "Scales", labels: Sequence[str]
) -> Image.Image:
    """Compose samples (n, *shape) into one row; ink has the labels below, which heat maps lack."""
    seen = _seen(modality, samples, standardisation)
    if kind_of(modality).heat:
        return heat_grid(seen, columns=len(seen), cell=(3, 7))
    return grid_image(seen, labels, columns=len(seen), scale=4)


def _seen(modality: Modality, samples: Array, standardisation: "Scales") -> Array:
    if modality.name in standardisation:
        samples = standardisation[modality.name].apply(samples)
    return kind_of(modality).pictures(modality, samples)
