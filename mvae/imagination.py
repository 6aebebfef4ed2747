"""Imagining the modalities that are missing: draws from what the model believes about them.

What is decoded from one draw of the posterior is a first answer. It is soft: that posterior is wider than any
that the decoders met with everything given. So the answer is given back as an input, and the posterior is
drawn from anew, with what was really given kept as it is. This is one step of the Markov chain of D. J.
Rezende, S. Mohamed and D. Wierstra, *Stochastic Backpropagation and Approximate Inference in Deep Generative
Models*, ICML 2014, appendix F, https://arxiv.org/abs/1401.4082, but with the mean of each pixel given back,
not a draw of it: good for a picture, but no sample of the model's p(missing | given). Sizes in comments:
M modalities, B samples, Z latent dimensions.
"""

from collections.abc import Mapping

import torch
from torch import Tensor

from mvae.gaussian import reparameterise
from mvae.model import MVAE, Gaussians, expectation

ROUNDS = 1
"""How often what was imagined is given back: once makes it sharp, more loses the digit (docs/model.md)."""


def imagine(
    model: MVAE, inputs: Mapping[str, Tensor], given: Tensor, posterior: Gaussians, noise: Tensor
) -> Tensor:
    """Draw the latents from which the missing modalities are to be decoded.

    Parameters
    ----------
    model
        In evaluation mode.
    inputs
        At least the modalities that any of the samples has, name -> (B, *shape); where a sample lacks one,
        its values do not matter.
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
    everything = torch.ones(1, len(model.config.names), device=noise.device)
    z = reparameterise(*posterior, noise[0])
    for draw in noise[1:]:
        completed = {}
        for index, (name, parameters) in enumerate(model.decode(z).modalities.items()):
            imagined = expectation(model.config.modalities[index], parameters)
            if name in inputs:
                kept = given[:, index].view(-1, *[1] * (imagined.dim() - 1))
                imagined = torch.where(kept, inputs[name], imagined)
            completed[name] = imagined
        z = reparameterise(*model.fuse(model.encode(completed), everything), draw).squeeze(0)
    return z
