"""What the product of experts does: who pulls the posterior where, how far experts lie apart, who gives way.

Conventions
-----------
A Gaussian is a pair of mean and variance, (Z,) each, as in `Completion.experts`: diagonal, over the latent.
The prior N(0, I) is an expert, too. Lengths in a `Plane` count standard deviations of the posterior of all
inputs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from mvae.arguments import as_choice, as_instance, as_list, as_mapping, as_number
from mvae.arrays import Array, as_array, as_floats
from mvae.errors import InputError
from mvae.inference.completion import Completion, as_completion
from mvae.inference.inputs import FARTHEST_LATENT, MOST_COMPLETIONS, input_of
from mvae.inference.pipeline import Pipeline
from mvae.model.gaussian import precision_shares
from mvae.model.model import subset_mask
from mvae.model.scaling import standardised

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
    mean, variance = _as_gaussian((means, variances), as_array(means, "Means").shape)
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
    mean_p, variance_p = _as_gaussian(p)
    mean_q, variance_q = _as_gaussian(q, mean_p.shape)
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
    size = len(_as_gaussian(next(iter(experts.values())))[0])
    checked = {name: _as_gaussian(expert, (size,)) for name, expert in experts.items()}
    return {"prior": (np.zeros(size), np.ones(size)), **checked}


def _as_gaussian(
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
        mean, variance = _as_gaussian(gaussian, self.origin.shape)
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
    first, second = (int(index) for index in np.argsort(-(forces**2).sum(0), kind="stable")[:2])
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


@torch.inference_mode()
def log_label_probs(pipe: Pipeline, latents: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the log-probabilities of the C labels, (n, C) in nats, for latents (n, Z).

    In logarithms nothing is rounded to 0 or to 1, however sure the label decoder is.

    Raises
    ------
    InputError
        As `Pipeline.decode`.
    """
    pipe = as_instance(pipe, Pipeline, "The model", "load_pretrained")
    logits = pipe.model.label_decoder(torch.from_numpy(pipe.as_latents(latents)))
    found: NDArray[np.float64] = logits.double().log_softmax(-1).numpy()
    return found


@dataclass(frozen=True)
class Conflict:
    """What comes of two inputs that may contradict each other.

    Attributes
    ----------
    alone
        Name of each of the two modalities -> the label that it gives alone.
    together
        The label of both.
    odds
        Log-odds of the first modality's label against the second's, log p(first) - log p(second) in nats, of
        the label decoder at the mean of the joint posterior; 0 where the two are the same label.
    distance
        `symmetric_kl` of the two experts, in nats.
    """

    alone: dict[str, int]
    together: int
    odds: float
    distance: float

    @property
    def agree(self) -> bool:
        """Whether both give the same label alone."""
        return len(set(self.alone.values())) == 1

    @property
    def winner(self) -> str | None:
        """Name of the modality whose label is that of both; None where they agree, or neither's is."""
        if self.agree:
            return None
        return next((name for name, label in self.alone.items() if label == self.together), None)


def judge_conflict(pipe: Pipeline, first: Completion, second: Completion, both: Completion) -> Conflict:
    """Judge a conflict by the completions of one modality, of another, and of the two together.

    Raises
    ------
    InputError
        If these are no such completions.
    """
    pipe = as_instance(pipe, Pipeline, "The model", "load_pretrained")
    first, second, both = (as_completion(out, pipe.latent_size) for out in (first, second, both))
    if sorted(first.given + second.given) != sorted(both.given) or len(both.given) != 2:
        msg = "A conflict is between completions of one modality, of another, and of the two together."
        raise InputError(msg)
    alone = {out.given[0]: out.label for out in (first, second)}
    log_probs = log_label_probs(pipe, both.mean[None])[0]
    return Conflict(
        alone=alone,
        together=both.label,
        odds=float(log_probs[first.label] - log_probs[second.label]),
        distance=symmetric_kl(*(both.experts[name] for name in alone)),
    )


@dataclass(frozen=True)
class Series:
    """What the model makes of n versions of one input.

    Attributes
    ----------
    shares
        "prior" and each input -> (n,) share of the posterior's precision; 0 where a version is missing.
    label_probs
        (n, C) of the posterior of all inputs.
    alone
        (n, C) of the posterior of that version alone; where it is missing, of the prior.
    """

    shares: dict[str, Array]
    label_probs: Array
    alone: Array


@torch.inference_mode()
def series(
    pipe: Pipeline, inputs: Mapping[str, Array], name: str, versions: Sequence[Array | None]
) -> Series:
    """Fuse n versions of one input with the other inputs, in one batch.

    Parameters
    ----------
    pipe
        The model.
    inputs
        What `Pipeline.prepare` gave, for all modalities that are given.
    name
        Which of them is replaced by its versions.
    versions
        n inputs of this modality; None where it is missing. At least one, and `MOST_COMPLETIONS` at the most.

    Raises
    ------
    InputError
        If something else is given.
    """
    pipe = as_instance(pipe, Pipeline, "The model", "load_pretrained")
    inputs = pipe.as_inputs(inputs)
    name = as_choice(name, "The input that has versions", tuple(inputs))
    versions = [
        None if version is None else input_of(name, version, inputs[name].shape)
        for version in as_list(versions, "Versions", MOST_COMPLETIONS)
    ]
    if not versions:
        msg = "Give at least one version."
        raise InputError(msg)
    names = pipe.model.given(inputs)
    missing = torch.tensor([version is None for version in versions])
    batch = {}
    for each in names:
        values = np.stack(
            [inputs[each] if version is None or each != name else version for version in versions]
        )
        batch[each] = standardised(pipe.description.standardisation, each, values)
    present = torch.ones(len(versions), len(names), dtype=torch.bool)
    present[:, names.index(name)] = ~missing
    experts = pipe.model.encode(batch)
    posterior = pipe.model.fuse(experts, subset_mask([names, (name,)], names), present)
    label_probs, alone = pipe.model.label_decoder(posterior.mean).softmax(-1).numpy()
    shares = precision_shares(experts.log_variance.masked_fill(~present.T.unsqueeze(-1), torch.inf))
    return Series(dict(zip(("prior", *names), shares.numpy(), strict=True)), label_probs, alone)


def count_conflicts(pipe: Pipeline, inputs: Mapping[str, Sequence[Array]]) -> dict[str, int]:
    """Judge the conflict of each input of one modality with each input of another.

    Parameters
    ----------
    pipe
        The model.
    inputs
        Name of each of the two modalities -> inputs, as `Pipeline.prepare` gives them.

    Returns
    -------
    dict[str, int]
        Winner, one of the two names or "neither" -> how many conflicts; pairs that alone say the same are
        none.

    Raises
    ------
    InputError
        If these are no inputs of two modalities.
    """
    lists = {
        name: as_list(each, "Inputs of a modality", MOST_COMPLETIONS)
        for name, each in as_mapping(inputs, "Inputs").items()
    }
    if len(lists) != 2:
        msg = "A conflict is between inputs of two modalities."
        raise InputError(msg)
    (first, firsts), (second, seconds) = lists.items()
    counts = {first: 0, second: 0, "neither": 0}
    if not seconds:
        return counts
    for each in firsts:
        found = series(pipe, {first: each, second: seconds[0]}, second, seconds)
        (own,) = series(pipe, {first: each}, first, [each]).alone.argmax(1)
        for other, together in zip(found.alone.argmax(1), found.label_probs.argmax(1), strict=True):
            if other != own:
                winners = {int(own): first, int(other): second}
                counts[winners.get(int(together), "neither")] += 1
    return counts


def _share_within(forces: NDArray[np.float64], axes: NDArray[np.float64]) -> float:
    return float(((forces @ axes.T) ** 2).sum() / max((forces**2).sum(), np.finfo(np.float64).tiny))
