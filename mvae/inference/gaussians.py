"""Diagonal Gaussians over the latent as arrays: their product, and how far two lie apart.

Conventions
-----------
A Gaussian is a pair of mean and variance, (Z,) each, as in `Completion.experts`. The prior N(0, I) is an
expert, too.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from mvae.arguments import as_list
from mvae.arrays import as_array, as_floats
from mvae.errors import InputError
from mvae.inference.inputs import FARTHEST_LATENT

Gaussian = tuple[NDArray[np.floating], NDArray[np.floating]]
_LEAST_VARIANCE, _LARGEST_VARIANCE = 1e-30, 1e30  # squares and quotients of these are finite in float64


def product_of_gaussians(
    means: NDArray[np.floating], variances: NDArray[np.floating]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Multiply densities: precisions add up, and each mean counts by its precision.

    The formula of `mvae.model.gaussian.product_of_experts`, without a prior expert that is always there.

    Parameters
    ----------
    means, variances
        (n, …): n Gaussians in each place.

    Returns
    -------
    tuple[NDArray[np.float64], NDArray[np.float64]]
        Mean and variance of the product, (…) each.

    Raises
    ------
    InputError
        If these are no n means and n positive variances, n at least 1.
    """
    mean, variance = as_gaussian((means, variances), as_array(means, "Means").shape)
    if not mean.ndim or not len(mean):
        msg = "A product is of at least one Gaussian, along the first axis."
        raise InputError(msg)
    precisions = 1 / variance
    precision = precisions.sum(0)
    return (precisions * mean).sum(0) / precision, 1 / precision


def kl_divergence(p: Gaussian, q: Gaussian) -> float:
    """Kullback-Leibler divergence of p from q, KL(p || q), in nats.

    Kingma & Welling 2014, appendix B, for any two diagonal Gaussians: the sum over dimensions of
    (var_p / var_q + (mean_p - mean_q)² / var_q - 1 - log(var_p / var_q)) / 2.

    Raises
    ------
    InputError
        If one is no Gaussian, or they have different sizes.
    """
    mean_p, variance_p = as_gaussian(p)
    mean_q, variance_q = as_gaussian(q, mean_p.shape)
    ratio = variance_p / variance_q
    return float(0.5 * (ratio + (mean_p - mean_q) ** 2 / variance_q - 1 - np.log(ratio)).sum())


def symmetric_kl(p: Gaussian, q: Gaussian) -> float:
    """How far two Gaussians lie apart: KL(p || q) + KL(q || p) in nats, the divergence of Jeffreys (1946)."""
    return kl_divergence(p, q) + kl_divergence(q, p)


def with_prior(experts: Mapping[str, Gaussian]) -> dict[str, Gaussian]:
    """Return the experts and, as the first of them, the prior N(0, I) under the name "prior".

    Raises
    ------
    InputError
        If these are no experts by name, of one size, or none at all.
    """
    if not isinstance(experts, Mapping) or not experts:
        msg = "Experts must be a mapping of names to Gaussians, and at least one."
        raise InputError(msg)
    size = len(as_gaussian(next(iter(experts.values())))[0])
    checked = {name: as_gaussian(expert, (size,)) for name, expert in experts.items()}
    return {"prior": (np.zeros(size), np.ones(size)), **checked}


def as_gaussian(
    value: object, shape: tuple[int | None, ...] = (None,)
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return mean and variance, each of the shape.

    Raises
    ------
    InputError
        If they are no two such arrays, or a variance is not positive.
    """
    pair = as_list(value, "A Gaussian's mean and variance", 2)
    if len(pair) != 2:
        msg = "A Gaussian is a pair of mean and variance."
        raise InputError(msg)
    mean = as_floats(pair[0], "A mean", shape, within=FARTHEST_LATENT, dtype=np.float64)
    variance = as_floats(pair[1], "A variance", mean.shape, dtype=np.float64)
    if not mean.size:
        msg = "A mean must have at least one dimension."
        raise InputError(msg)
    if not _LEAST_VARIANCE <= variance.min() <= variance.max() <= _LARGEST_VARIANCE:
        msg = f"A variance must lie between {_LEAST_VARIANCE:g} and {_LARGEST_VARIANCE:g}."
        raise InputError(msg)
    return mean, variance
