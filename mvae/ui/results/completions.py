"""What a model makes of inputs, computed once and shared between sessions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from mvae.arrays import Array
from mvae.checkpoint.place import most_active
from mvae.inference.completion import Completion
from mvae.inference.first import First, load_first
from mvae.model.subsets import Subset
from mvae.ui.state.models import checkpoint_directory, load_pipeline
from mvae.ui.state.task import shown

if TYPE_CHECKING:  # they import torch, for which the first paint does not wait
    from mvae.inference.pipeline import Pipeline
    from mvae.inference.quarrel import Quarrel
    from mvae.model.scaling import Standardisation


@dataclass(frozen=True)
class Answer:
    """What a model makes of inputs, and what is needed to show it.

    Attributes
    ----------
    out
        From all the inputs together.
    unfamiliarity
        Name of each given modality -> how unlike the training data it is (`Pipeline.unfamiliarity`).
    standardisation
        Of each modality with a Gaussian likelihood, by name.
    pipeline
        Returns the model; the first call imports torch.
    quarrel
        What each input alone is read as, and who wins; None of one input.
    """

    out: Completion
    unfamiliarity: Mapping[str, float]
    standardisation: "Mapping[str, Standardisation]"
    pipeline: "Callable[[], Pipeline]"
    quarrel: "Quarrel | None" = None


def answer(name: str, inputs: dict[str, Array], seed: int | None) -> Answer:
    """Return what a model makes of all the inputs together; `seed` as for `Pipeline.complete`.

    What the app itself gives at first is answered from what lies beside the weights, without torch.

    Raises
    ------
    CheckpointError
        If the checkpoint is missing or damaged.
    """
    first = first_answer(name) if name in shown().checkpoints else None
    if first is not None and first.answers(inputs, seed):
        return Answer(first.out, first.unfamiliarity, first.standardisation, partial(load_pipeline, name))
    return answer_of(load_pipeline(name), inputs, seed)


def answer_of(pipe: "Pipeline", inputs: dict[str, Array], seed: int | None) -> Answer:
    """Return what this model makes of all the inputs together; `seed` as for `Pipeline.complete`."""
    (out,) = pipe.complete(inputs, [tuple(inputs)], seed=seed)
    quarrel = _judged(pipe, out) if len(out.given) > 1 else None
    return Answer(out, pipe.unfamiliarity(out), pipe.description.standardisation, lambda: pipe, quarrel)


def _judged(pipe: "Pipeline", out: Completion) -> "Quarrel":
    from mvae.inference.quarrel import judge_quarrel  # noqa: PLC0415 - imports torch, which takes seconds

    return judge_quarrel(pipe, out)


@st.cache_resource(show_spinner=False, max_entries=4)
def first_answer(name: str) -> First | None:
    """Return what one of the server's models makes of the app's first example, if that was kept."""
    return load_first(name, shown().modalities)


@st.cache_resource(show_spinner=False, max_entries=256)
def completion(name: str, inputs: dict[str, Array]) -> Completion:
    """Return what a model makes of all the inputs together, decoded from the mean.

    It depends on nothing else, so sessions share it; nobody changes it.
    """
    (out,) = load_pipeline(name).complete(inputs, [tuple(inputs)])
    return out


@st.cache_resource(show_spinner=False, max_entries=64)
def quarrel_of(name: str, inputs: dict[str, Array]) -> "Quarrel":
    """Return what a model reads of each of these inputs alone, and who wins; sessions share it."""
    return _judged(load_pipeline(name), completion(name, inputs))


@st.cache_resource(show_spinner=False, max_entries=64)
def completions(name: str, inputs: dict[str, Array], seed: int | None) -> dict[Subset, Completion]:
    """Return what a model makes of every subset of the inputs; `seed` as for `Pipeline.complete`.

    Sessions share them like a `completion`.
    """
    return {out.given: out for out in load_pipeline(name).complete(inputs, seed=seed)}


@st.cache_resource(show_spinner=False, max_entries=64)
def elbos(name: str, inputs: dict[str, Array], seed: int | None) -> dict[Subset, float]:
    """Return the ELBO of all inputs from each of these `completions`, in nats."""
    outs = completions(name, inputs, seed)
    return dict(zip(outs, load_pipeline(name).elbo(inputs, outs.values()), strict=True))


def most_active_dimension() -> int:
    """Return the latent dimension of the chosen model that says most about its inputs, without torch."""
    return _most_active(checkpoint_directory())


@st.cache_resource(show_spinner=False, max_entries=8)
def _most_active(checkpoint: Path) -> int:
    return most_active(checkpoint)


def ranked_dimensions(pipe: "Pipeline") -> list[int]:
    """Return the latent dimensions of the chosen model, which is given, the most active first."""
    return _ranked(checkpoint_directory(), pipe)


@st.cache_resource(show_spinner=False, max_entries=8)
def _ranked(checkpoint: Path, _pipe: "Pipeline") -> list[int]:
    from mvae.inference.latent import active_dimensions  # noqa: PLC0415 - imports torch, which takes seconds

    return [int(index) for index in active_dimensions(_pipe, checkpoint)]
