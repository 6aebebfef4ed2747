"""What a model makes of inputs, computed once and shared between sessions."""

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from mvae.arrays import Array
from mvae.ui.state.models import checkpoint_directory, load_pipeline

if TYPE_CHECKING:
    from mvae.inference.completion import Completion
    from mvae.inference.pipeline import Pipeline
    from mvae.model.subsets import Subset


@st.cache_resource(show_spinner=False, max_entries=256)
def completion(name: str, inputs: dict[str, Array]) -> "Completion":
    """Return what a model makes of all the inputs together, decoded from the mean.

    It depends on nothing else, so sessions share it; nobody changes it.
    """
    (out,) = load_pipeline(name).complete(inputs, [tuple(inputs)])
    return out


@st.cache_resource(show_spinner=False, max_entries=64)
def completions(name: str, inputs: dict[str, Array], seed: int | None) -> "dict[Subset, Completion]":
    """Return what a model makes of every subset of the inputs; `seed` as for `Pipeline.complete`.

    Sessions share them like a `completion`.
    """
    return {out.given: out for out in load_pipeline(name).complete(inputs, seed=seed)}


@st.cache_resource(show_spinner=False, max_entries=64)
def elbos(name: str, inputs: dict[str, Array], seed: int | None) -> "dict[Subset, float]":
    """Return the ELBO of all inputs from each of these `completions`, in nats."""
    outs = completions(name, inputs, seed)
    return dict(zip(outs, load_pipeline(name).elbo(inputs, outs.values()), strict=True))


def ranked_dimensions(pipe: "Pipeline") -> list[int]:
    """Return the latent dimensions of the chosen model, which is given, the most active first."""
    return _ranked(checkpoint_directory(), pipe)


@st.cache_resource(show_spinner=False, max_entries=8)
def _ranked(checkpoint: Path, _pipe: "Pipeline") -> list[int]:
    from mvae.inference.latent import active_dimensions  # noqa: PLC0415 - imports torch, which takes seconds

    return [int(index) for index in active_dimensions(_pipe, checkpoint)]
