"""Where a walk through the latent starts or ends: an input of one's own, a drawn digit, or the prior mean."""

import numpy as np
import streamlit as st

from mvae.arrays import Array
from mvae.inference.pipeline import Pipeline
from mvae.tasks.digits import DIGITS
from mvae.ui.latent.text import LatentSpace as Text
from mvae.ui.results import completions
from mvae.ui.state import models
from mvae.ui.state import slots as session

CURRENT, PRIOR = "current", "prior"
POINTS = (CURRENT, *Text.OWN, *map(str, range(DIGITS)), PRIOR)
"""What can be chosen: all that is given, or one modality's input alone, whether given or not; a digit stands
for drawings of it in both scripts."""


def point_picker(label: str, key: str) -> str:
    """Show the choice of a point, say if there is none, and return it."""
    there = session.all_inputs()
    offered = [point for point in POINTS if point not in Text.OWN or point in there]
    if (chosen := st.session_state.get(key)) in Text.OWN and chosen not in there:  # as a link says
        offered.append(chosen)
    point = str(
        st.selectbox(label, offered, format_func=_option, key=key, persist_state="session", width=290)
    )
    if point != PRIOR and not _inputs_of(point):
        st.info(Text.NOT_THERE)
    return point


def posterior_of(pipe: Pipeline, point: str) -> tuple[Array, Array]:
    """Return mean and variance, (Z,) each, of a point's distribution: of the prior, if there is no input."""
    inputs = _inputs_of(point)
    if not inputs:
        return np.zeros(pipe.latent_size, np.float32), np.ones(pipe.latent_size, np.float32)
    out = completions.completion(models.chosen_checkpoint(), inputs)
    return out.mean, out.variance


def in_words(point: str) -> str:
    """Name a point within a sentence."""
    if not _inputs_of(point):
        return Text.THE_PRIOR
    if point == CURRENT:
        return Text.THE_CURRENT
    return Text.THE_OWN.get(point) or Text.THE_DRAWN.format(digit=point)


def _inputs_of(point: str) -> dict[str, Array]:
    """Return what the model is given for a point: nothing for the prior."""
    if point == PRIOR:
        return {}
    if point == CURRENT:
        return session.current_inputs()
    if point in Text.OWN:
        return {name: values for name, values in session.all_inputs().items() if name == point}
    return session.templates(int(point))


def _option(point: str) -> str:
    named = {CURRENT: Text.CURRENT, PRIOR: Text.PRIOR, **Text.OWN}
    return named.get(point) or Text.DRAWN.format(digit=point)
