"""What the model makes of many versions of one input beside the others, such as ever more spoilt ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from mvae.arguments import as_choice, as_instance, as_list
from mvae.arrays import Array
from mvae.errors import InputError
from mvae.inference.inputs import MOST_COMPLETIONS, input_of
from mvae.inference.pipeline import Pipeline
from mvae.model.gaussian import precision_shares
from mvae.model.model import subset_mask
from mvae.model.scaling import standardised


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
