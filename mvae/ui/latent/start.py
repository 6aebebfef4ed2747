"""Where a walk through the latent starts or ends: the current input, a drawn digit, or the prior mean."""

import numpy as np
import streamlit as st

from mvae.completion import Array
from mvae.modalities import DIGITS
from mvae.pipeline import Pipeline
from mvae.ui import session
from mvae.ui.text import LatentSpace as Text

CURRENT, PRIOR = "current", "prior"
POINTS = (CURRENT, *map(str, range(DIGITS)), PRIOR)
"""What can be chosen; a digit stands for drawings of it in both scripts."""


def point_picker(label: str, key: str) -> str:
    """Show the choice of a point and return it."""
    return st.selectbox(label, POINTS, format_func=_option, key=key, persist_state="session", width=290)


def posterior_of(pipe: Pipeline, point: str) -> tuple[Array, Array]:
    """Return mean and variance, (Z,) each, of a point's distribution: of the prior, if there is no input."""
    inputs: dict[str, Array] = {}
    if point == CURRENT:
        inputs = session.current_inputs()
    elif point != PRIOR:
        inputs = session.both_drawings(int(point))
    if not inputs:
        return np.zeros(pipe.latent_size, np.float32), np.ones(pipe.latent_size, np.float32)
    return session.posterior(session.chosen_checkpoint(), inputs)


def in_words(point: str) -> str:
    """Name a point within a sentence."""
    names = {CURRENT: Text.THE_CURRENT, PRIOR: Text.THE_PRIOR}
    if point == CURRENT and not session.current_inputs():
        return Text.THE_PRIOR
    return names.get(point) or Text.THE_DRAWN.format(digit=point)


def _option(point: str) -> str:
    return {CURRENT: Text.CURRENT, PRIOR: Text.PRIOR}.get(point) or Text.DRAWN.format(digit=point)
