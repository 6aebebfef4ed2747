"""Imagining the modalities that are missing: draws from what the model believes about them.

What is decoded from one draw of the posterior is a first answer. It is soft: that posterior is wider than any
that the decoders met with everything given. So the answer is given back as an input, and the posterior is
drawn from anew, with what was really given kept as it is. This is one step of the Markov chain of D. J.
Rezende, S. Mohamed and D. Wierstra, *Stochastic Backpropagation and Approximate Inference in Deep Generative
Models*, ICML 2014, appendix F, https://arxiv.org/abs/1401.4082, but with the mean of each pixel given back,
not a draw of it: good for a picture, but no sample of the model's p(missing | given). Sizes in comments:
M modalities, B samples, Z latent dimensions.
"""

import torch
from torch import Tensor

from mvae.model.gaussian import at_least_float32, reparameterise
from mvae.model.model import MVAE, Gaussians, expectation

ROUNDS = 1
"""How often what was imagined is given back: once makes it sharp, more loses the class (docs/model.md)."""


def imagine(model: MVAE, given: Tensor, posterior: Gaussians, noise: Tensor) -> Tensor:
    """Draw the latents from which the missing modalities are to be decoded.

    Only what a sample lacks is decoded and given back to its expert; what was given lies in the posterior.

    Parameters
    ----------
    model
        In evaluation mode.
    given
        (B, M) booleans: what each sample has, in the order of the model's modalities.
    posterior
        Of what is given, (B, Z) each.
    noise
        (rounds + 1, B, Z) standard normal draws.

    Returns
    -------
    Tensor
        (B, Z).
    """
    z = reparameterise(*posterior, noise[0])
    for draw in noise[1:]:
        z = reparameterise(*_completed(model, given, posterior, z), draw)
    return z


def _completed(model: MVAE, given: Tensor, posterior: Gaussians, z: Tensor) -> Gaussians:
    """Multiply posteriors with the experts of what they lack, as decoded from the latents."""
    precision = torch.exp(-at_least_float32(posterior.log_variance))
    weighted = precision * posterior.mean
    for index, modality in enumerate(model.config.modalities):
        rows = (~given[:, index]).nonzero().squeeze(1)
        if len(rows):
            imagined = expectation(modality, model.decoders[modality.name](z[rows]))
            mean, log_variance = model.encoders[modality.name](imagined)
            found = torch.exp(-at_least_float32(log_variance))
            precision = precision.index_add(0, rows, found)
            weighted = weighted.index_add(0, rows, found * mean)
    return Gaussians(weighted / precision, -precision.log())
