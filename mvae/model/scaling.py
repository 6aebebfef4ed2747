"""From stored numbers to what networks take, and back: grey levels, and standardised values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


@dataclass(frozen=True)
class Standardisation:
    """Mean and standard deviation of each MFCC over the training split; (13,) each, in MFCC units."""

    mean: NDArray[np.float32]
    deviation: NDArray[np.float32]

    def apply(self, mfcc: NDArray[np.number[Any]]) -> NDArray[np.float32]:
        """MFCC units -> standardised, (…, 13, T)."""
        return ((mfcc - self.mean[:, None]) / self.deviation[:, None]).astype(np.float32)

    def undo(self, standardised: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
        """Standardised -> MFCC units, (…, 13, T)."""
        return (standardised * self.deviation[:, None] + self.mean[:, None]).astype(np.float32)

    @classmethod
    def of(cls, mfcc: NDArray[np.number[Any]]) -> "Standardisation":
        """Measure (n, 13, T) MFCCs."""
        values = mfcc.astype(np.float64)
        return cls(values.mean((0, 2)).astype(np.float32), values.std((0, 2)).astype(np.float32))


def standardised(
    standardisation: Mapping[str, Standardisation], name: str, values: NDArray[np.number[Any]]
) -> Tensor:
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
    return torch.from_numpy(standardisation[name].apply(values) if name in standardisation else values)


def scaled(values: Tensor) -> Tensor:
    """Turn stored values into what networks take, float32: uint8 images into [0, 1], others as they are."""
    return values.float() / 255 if values.dtype == torch.uint8 else values.float()
