"""The objective: the negative ELBO of many subsets at once.

For every subset s of the modalities, with posterior q_s from the product of its experts,

    -ELBO_s = - sum_m weight_m * E_q log p(x_m | z) - label_weight * E_q log p(y | z)
              + kl_weight * KL(q_s || N(0, I)),

with one draw of z for each subset and sample. The poster's rule reconstructs *every* modality from each
subset; the paper's (Wu & Goodman 2018, equations 3 and 4) only those that are given, and for large N it
replaces the 2^N - 1 subsets by the joint one, the single ones and k random ones. Between the two rules lies
a factor for the modalities that a subset lacks. Sizes in comments: M
modalities, S subsets, B samples, Z latent dimensions.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from mvae.modalities.base import Likelihood, Modality
from mvae.model.gaussian import at_least_float32, kl_from_prior, reparameterise
from mvae.model.model import MVAE, Decoded, Gaussians
from mvae.model.subsets import Subset, all_subsets

LOG_TWO_PI = math.log(2 * math.pi)
_PIECE = 2**18
"""Numbers that are widened to float32 at a time: 1 MiB."""


class Terms(NamedTuple):
    """The parts of the ELBO, in nats and unweighted, for each subset and sample."""

    log_likelihood: dict[str, Tensor]  # name -> (S, B)
    label_log_likelihood: Tensor  # (S, B)
    kl: Tensor  # (S, B)
    label_logits: Tensor  # (S, B, C)


def negative_elbo(
    model: MVAE,
    inputs: Mapping[str, Tensor],
    labels: Tensor,
    subsets: Tensor,
    noise: Tensor,
    *,
    kl_weight: float | Tensor = 1.0,
    present: Tensor | None = None,
    absent_weight: float = 1.0,
    targets: Mapping[str, Tensor] | None = None,
    compiled: bool = False,
) -> tuple[Tensor, Terms]:
    """Sum the negative ELBO over subsets, and average it over samples.

    Parameters
    ----------
    model, inputs, labels
        `inputs` holds every modality of the model, name -> (B, *shape); `labels` is (B,) int64.
    subsets
        (S, M), 1 where a subset holds a modality.
    noise
        (S, B, Z) standard normal draws.
    kl_weight
        Factor of the KL divergence: less than 1 during its warm-up.
    present
        (B, M) booleans, False where a modality is missing from a sample's data. Such a sample trains the
        subsets that it has wholly, and only what it has is a target. None where nothing is missing.
    absent_weight
        Factor of the log-likelihood of those modalities that a subset lacks. 1: every modality is a target of
        every subset alike (poster). 0: only the given ones are targets (paper). In between, a subset learns
        which class to imagine, but is hardly paid for imagining the mean of all its samples.
    targets
        What is to be reconstructed, name -> (B, *shape), where the inputs are noisy copies of it: whatever
        the posterior has seen, this is a bound of the targets' log-likelihood. None: the inputs.
    compiled
        Whether PyTorch compiles all but the encoding, which takes a while at each new size of the batch;
        `kl_weight` is then a tensor, lest each value of it be compiled by itself.

    Returns
    -------
    tuple[Tensor, Terms]
        The loss, a scalar, and its parts.
    """
    experts = model.encode(inputs, present)
    decoded_elbo = _compiled_elbo() if compiled else _decoded_elbo
    result: tuple[Tensor, Terms] = decoded_elbo(
        model, experts, inputs if targets is None else targets, labels, subsets, noise,
        kl_weight=kl_weight, present=present, absent_weight=absent_weight,
    )  # fmt: skip
    return result


def _decoded_elbo(  # noqa: PLR0917 - as `negative_elbo`
    model: MVAE,
    experts: Gaussians,
    targets: Mapping[str, Tensor],
    labels: Tensor,
    subsets: Tensor,
    noise: Tensor,
    *,
    kl_weight: float | Tensor,
    present: Tensor | None,
    absent_weight: float,
) -> tuple[Tensor, Terms]:
    """Fuse the experts, draw, decode, and compare with the targets; see `negative_elbo`."""
    posterior = model.fuse(experts, subsets, present)
    z = reparameterise(*posterior, noise)  # (S, B, Z)
    kl = kl_from_prior(*posterior).sum(-1)
    terms = elbo_terms(model, model.decode(z), targets, labels, kl)

    loss = kl_weight * terms.kl - model.config.label_weight * terms.label_log_likelihood  # (S, B)
    for index, modality in enumerate(model.config.modalities):
        fitted = modality.weight * terms.log_likelihood[modality.name]
        if absent_weight != 1:
            fitted = torch.where(subsets[:, index, None] > 0, fitted, absent_weight * fitted)
        if present is not None:
            fitted = torch.where(present[:, index], fitted, 0.0)
        loss = loss - fitted
    if present is not None:
        # (S, B): how many of the subset's modalities the sample lacks
        missing = subsets @ (~present).to(subsets).T
        loss = torch.where(missing == 0, loss, 0.0)
    return loss.sum(0).mean(), terms


@cache
def _compiled_elbo() -> Callable[..., tuple[Tensor, Terms]]:
    """Return `_decoded_elbo`, compiled at its first call: only to load what compiles takes seconds."""
    return torch.compile(_decoded_elbo, dynamic=False)


def elbo_terms(
    model: MVAE, decoded: Decoded, inputs: Mapping[str, Tensor], labels: Tensor, kl: Tensor
) -> Terms:
    """Evaluate the likelihoods of `inputs` and `labels` under what was decoded from (S, B, Z) latents."""
    fitted = {
        modality.name: log_likelihood(modality, decoded.modalities[modality.name], inputs[modality.name])
        for modality in model.config.modalities
        if modality.name in inputs
    }
    log_probabilities = functional.log_softmax(at_least_float32(decoded.label), dim=-1)  # (S, B, C)
    picked = log_probabilities.gather(-1, labels.expand(kl.shape).unsqueeze(-1)).squeeze(-1)
    return Terms(fitted, picked, kl, decoded.label)


def log_likelihood(modality: Modality, parameters: Tensor, target: Tensor) -> Tensor:
    """Log-likelihood of a target under a decoder's output, in nats, summed over the sample's values.

    Parameters
    ----------
    modality
        Says which likelihood: Bernoulli (of grey levels in [0, 1]) or Gaussian with unit variance.
    parameters
        (S, B, *shape): logits or means.
    target
        (B, *shape).

    Returns
    -------
    Tensor
        (S, B), float32 or double.
    """
    flat, wide = parameters.flatten(2), at_least_float32(target.flatten(1))
    if torch.compiler.is_compiling():  # it makes one pass of it by itself
        return _fit(flat, wide, modality.likelihood)
    fitted: Tensor = _LogLikelihood.apply(flat, wide, modality.likelihood)  # type: ignore[no-untyped-call]
    return fitted


class _LogLikelihood(torch.autograd.Function):
    """Log-likelihood of (B, D) targets under (S, B, D) parameters, and its gradient in closed form.

    The parameters stay in the precision that the networks computed in. They are widened a piece at a time, so
    small that it stays in a core's cache: one pass over memory forward and one backward.
    """

    @staticmethod
    def forward(ctx: Any, parameters: Tensor, target: Tensor, likelihood: Likelihood) -> Tensor:
        ctx.save_for_backward(parameters, target)
        ctx.likelihood = likelihood
        pieces = parameters.tensor_split(_piece_count(parameters))
        return torch.cat([_fit(piece, target, likelihood) for piece in pieces])

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:
        parameters, target = ctx.saved_tensors
        result = torch.empty_like(parameters)
        pieces = (each.tensor_split(_piece_count(parameters)) for each in (parameters, gradient, result))
        for piece, weight, out in zip(*pieces, strict=True):
            wide = at_least_float32(piece)
            mean = torch.sigmoid(wide) if ctx.likelihood == "bernoulli" else wide
            out.copy_((target - mean).mul_(weight.unsqueeze(-1)))
        return result, None, None


def _fit(parameters: Tensor, target: Tensor, likelihood: Likelihood) -> Tensor:
    wide = at_least_float32(parameters)
    if likelihood == "bernoulli":  # log p = x l - log(1 + exp(l)) for a logit l
        return (target * wide).sub_(functional.softplus(wide)).sum(-1)
    return -0.5 * ((target - wide).square_().sum(-1) + target.shape[-1] * LOG_TWO_PI)


def _piece_count(parameters: Tensor) -> int:
    """Into how many pieces, along their first axis, (S, B, D) are cut."""
    return max(1, min(len(parameters), math.ceil(parameters.numel() / _PIECE)))


def sampled_subsets(names: Sequence[str], k: int, generator: torch.Generator) -> list[Subset]:
    """Return the joint subset, each single modality, and up to `k` different others drawn at random.

    Wu & Goodman 2018, equation 4: for N modalities this costs N + 1 + k subsets a step instead of 2^N - 1.
    """
    others = [subset for subset in all_subsets(names) if 1 < len(subset) < len(names)]
    picked = torch.randperm(len(others), generator=generator)[:k].tolist()
    joint = [tuple(names)] if len(names) > 1 else []
    return [*joint, *((name,) for name in names), *(others[index] for index in picked)]
