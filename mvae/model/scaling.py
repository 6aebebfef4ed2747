"""From stored numbers to what networks take, and back: grey levels, and standardised values.

Nothing here loads torch before a tensor is made: the app's first page does not wait for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Standardisation:
    """Mean and standard deviation of each MFCC, or of each value of a vector, over the training split.

    Attributes
    ----------
    mean, deviation
        (13,) each, in MFCC units, or (d,), in the vector's own.
    sequence
        Whether the values are sequences (…, 13, T), or vectors (…, d).
    """

    mean: NDArray[np.float32]
    deviation: NDArray[np.float32]
    sequence: bool = True

    def apply(self, values: NDArray[np.number[Any]]) -> NDArray[np.float32]:
        """Standardise values that are in the modality's units."""
        mean, deviation = self._columns
        return ((values - mean) / deviation).astype(np.float32)

    def undo(self, standardised: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
        """Return standardised values in the modality's units."""
        mean, deviation = self._columns
        return (standardised * deviation + mean).astype(np.float32)

    @classmethod
    def of(cls, values: NDArray[np.number[Any]]) -> "Standardisation":
        """Measure (n, 13, T) MFCCs, or (n, d) vectors; what never changes is taken to change by 1."""
        wide = values.astype(np.float64)
        sequence = wide.ndim > 2
        axes = (0, *range(2, wide.ndim))
        deviation = wide.std(axes).astype(np.float32)
        deviation[deviation == 0] = 1
        return cls(wide.mean(axes).astype(np.float32), deviation, sequence)

    @property
    def _columns(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return mean and deviation so that they meet the values' axis of coefficients."""
        if self.sequence:
            return self.mean[:, None], self.deviation[:, None]
        return self.mean, self.deviation


def standardised(
    standardisation: Mapping[str, Standardisation], name: str, values: NDArray[np.number[Any]]
) -> "Tensor":
    """Return a modality's values as a tensor: standardised if its likelihood is Gaussian, else as they are.

    Parameters
    ----------
    standardisation
        Of each modality with a Gaussian likelihood, by name.
    name
        Of the modality.
    values
        (n, *shape), or one sample, as a collection stores it or the app prepares it.
    """
    import torch  # noqa: PLC0415 - as the module says

    return torch.from_numpy(standardisation[name].apply(values) if name in standardisation else values)


def scaled(values: "Tensor") -> "Tensor":
    """Turn stored values into what networks take, float32: uint8 images into [0, 1], others as they are."""
    import torch  # noqa: PLC0415 - as the module says

    return values.float() / 255 if values.dtype == torch.uint8 else values.float()
