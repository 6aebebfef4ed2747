"""Planes through the latent, in which it is seen how far each expert pulls the product, and where to.

Lengths count standard deviations of the posterior of all inputs. Gaussians are those of
`mvae.inference.gaussians`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mvae.arguments import as_number
from mvae.arrays import Array, as_floats
from mvae.errors import InputError
from mvae.inference.gaussians import Gaussian, as_gaussian, product_of_gaussians, with_prior
from mvae.inference.inputs import FARTHEST_LATENT

_AGREE = 2.0  # of its own standard deviations by which an expert may be off the product where all agree


@dataclass(frozen=True)
class Plane:
    """A plane through the latent, to look at Gaussians.

    Attributes
    ----------
    origin, unit
        (Z,) the mean and the standard deviation of the posterior of all inputs.
    axes
        (2, Z), orthonormal, in latents of which the origin was subtracted and which were divided by the unit.
    share
        Of the squared pull of all experts, what lies in the plane: 1 if they pull nowhere else.
    dimensions
        The two latent dimensions that the plane shows, or None where it mixes them all.
    """

    origin: NDArray[np.floating]
    unit: NDArray[np.floating]
    axes: NDArray[np.floating]
    share: float
    dimensions: tuple[int, int] | None = None

    def project(self, gaussian: Gaussian) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
        """Return the marginal of a Gaussian in the plane: mean (2,) and covariance (2, 2).

        Raises
        ------
        InputError
            If it is none of this latent.
        """
        mean, variance = as_gaussian(gaussian, self.origin.shape)
        return self.axes @ ((mean - self.origin) / self.unit), (
            self.axes * (variance / self.unit**2)
        ) @ self.axes.T


def pulls(experts: Mapping[str, Gaussian]) -> tuple[NDArray[np.float64], Gaussian]:
    """Say how far each expert, and the prior, pulls the mean of their product towards its own.

    The product's mean is where the forces precision · (mean - product's mean) of all experts sum to zero.
    Divided by the product's precision they are lengths, and by its standard deviation they have no unit.

    Parameters
    ----------
    experts
        All that are to be fused, without the prior.

    Returns
    -------
    tuple[NDArray[np.float64], Gaussian]
        (M + 1, Z) pulls, the prior's first, whose sum is 0; and the product.
    """
    means, variances = (
        np.array(part, np.float64) for part in zip(*with_prior(experts).values(), strict=True)
    )
    mean, variance = product_of_gaussians(means, variances)
    return (means - mean) / variances * np.sqrt(variance), (mean, variance)


def pulling_plane(experts: Mapping[str, Gaussian]) -> Plane:
    """Return the plane in which the experts pull the product apart most: the principal one of their `pulls`.

    A single expert and the prior pull along one line; the second axis is then the surest direction besides.
    """
    forces, (mean, variance) = pulls(experts)
    tie = 1e-6 * variance.min() / variance
    axes = np.linalg.svd(np.vstack([forces, tie]), full_matrices=False)[2][:2]
    axes *= np.where(axes.sum(1, keepdims=True) < 0, -1, 1)  # SVD leaves the sign open
    return Plane(mean, np.sqrt(variance), axes, _share_within(forces, axes))


def pulling_dimensions(experts: Mapping[str, Gaussian]) -> Plane:
    """Return the plane of the two latent dimensions in which the experts pull the product apart most.

    Here, and in no plane that mixes dimensions, the product of what is seen of the experts is what is seen of
    their product.
    """
    forces, (mean, variance) = pulls(experts)
    return _of_dimensions(forces, (mean, variance), np.argsort(-(forces**2).sum(0), kind="stable"))


def agreeing_dimensions(experts: Mapping[str, Gaussian]) -> Plane:
    """Return the plane of the two latent dimensions in which experts that agree are surest.

    They agree in a dimension if none has its mean further from the product's than two of its own standard
    deviations. Of these dimensions it is the two in which the least sure expert is surest; of the others, by
    the same rule, only if these are fewer. There the product is narrower than each, and lies among them.
    """
    forces, (mean, variance) = pulls(experts)
    means, variances = (np.array(part, np.float64) for part in zip(*experts.values(), strict=True))
    agree = (np.abs(means - mean) <= _AGREE * np.sqrt(variances)).all(0)
    least = 1 / variances.max(0)
    return _of_dimensions(forces, (mean, variance), np.lexsort((-least, ~agree)))


def _of_dimensions(forces: NDArray[np.float64], product: Gaussian, ranking: NDArray[np.integer]) -> Plane:
    """Return the plane of the first two dimensions of a ranking."""
    mean, variance = product
    first, second = ranking[:2].tolist()
    axes = np.eye(len(mean))[[first, second]]
    return Plane(mean, np.sqrt(variance), axes, _share_within(forces, axes), (first, second))


def ellipse(mean: NDArray[np.floating], covariance: NDArray[np.floating], deviations: float) -> Array:
    """Return the (65, 2) points of a closed line, so many standard deviations around a Gaussian's mean.

    Raises
    ------
    InputError
        If these are no mean (2,), no covariance (2, 2), or no number.
    """
    centre = as_floats(mean, "A mean", (2,), dtype=np.float64)
    spread = as_floats(covariance, "A covariance", (2, 2), dtype=np.float64)
    radius = as_number(deviations, "The number of deviations", 0, FARTHEST_LATENT)
    try:
        root = np.linalg.cholesky(spread)
    except np.linalg.LinAlgError as error:
        msg = "A covariance must be symmetric and positive definite."
        raise InputError(msg) from error
    angle = np.linspace(0, 2 * np.pi, 65)
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return as_floats(centre + radius * circle @ root.T, "An ellipse", (None, 2))


def _share_within(forces: NDArray[np.float64], axes: NDArray[np.float64]) -> float:
    return float(((forces @ axes.T) ** 2).sum() / max((forces**2).sum(), np.finfo(np.float64).tiny))
