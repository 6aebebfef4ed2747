"""What is decoded from a posterior, as live pictures: from its mean, from draws, and given back once."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from mvae.arrays import Array
from mvae.inference.completion import Completion, Decoding
from mvae.modalities.kinds import kind_of
from mvae.model.imagination import ROUNDS
from mvae.ui.how_it_works.case import Case
from mvae.ui.how_it_works.text import HowItWorks as Text
from mvae.ui.state import models, sampling
from mvae.ui.state.task import shown
from mvae.ui.views.look import picture, plain
from mvae.ui.views.samples import sample_strip
from mvae.ui.views.values import values_table

_DRAWS = 3
_STRIP_WIDTH = 500  # pixels


def show_sampling(case: Case) -> None:
    """Show what is decoded from the posterior's mean and from draws of it."""
    target, out = case.target, case.out
    drawn = _drawn(case, case.given, out, _DRAWS)
    tiles = np.stack([out[target.name], *drawn[target.name]])
    read = ", ".join(shown().classes[label] for label in (out.label, *drawn.label.tolist()))
    how = Text.GIVEN_TOO if target.name in case.given else Text.IMAGINED
    st.markdown(Text.SAMPLING_TITLE.format(target=plain(target.title), how=how))
    labels = [Text.MEAN, *(Text.DRAW.format(count=count + 1) for count in range(_DRAWS))]
    _strip(case, tiles, labels, Text.SAMPLING_ALT.format(targets=_several(case), labels=read))


def show_training(case: Case) -> None:
    """Show how what is imagined changes when it is given back, and the factors of the training."""
    target = case.target
    seen = tuple(name for name in case.given if name != target.name)
    if seen:  # always, but of a model with one modality
        _show_given_back(case, seen)
    config = case.pipe.model.config
    factors = ", ".join(
        f"{plain(modality.short_title)} {modality.weight:g}" for modality in config.modalities
    )
    st.caption(Text.TRAINING_FACTORS.format(factors=factors, label=config.label_weight))
    words = Text.OF_DIGITS if shown().is_posters else Text.OF_OTHERS
    st.markdown(Text.HONEST.format(rounds=ROUNDS, **words))


@st.cache_resource(show_spinner=False, max_entries=64)
def imagined(checkpoint: str, inputs: dict[str, Array]) -> list[Completion]:
    """Return some completions by drawing; sessions share them."""
    return models.load_pipeline(checkpoint).imagine(inputs, range(_DRAWS))


def _drawn(case: Case, given: Sequence[str], out: Completion, count: int) -> Decoding:
    inputs = {name: case.inputs[name] for name in given}
    return draws(models.chosen_checkpoint(), inputs, count, sampling.seed() or 0, out)


@st.cache_resource(show_spinner=False, max_entries=64)
def draws(
    checkpoint: str,
    inputs: dict[str, Array],  # noqa: ARG001 - what tells draws apart
    count: int,
    seed: int,
    _out: Completion,
) -> Decoding:
    """Return so many draws of the posterior of these inputs, which is given, too; sessions share them."""
    return models.load_pipeline(checkpoint).sample(count, posterior=_out, seed=seed)


def _show_given_back(case: Case, seen: tuple[str, ...]) -> None:
    target, out = case.target, case.completions[seen]
    first = _drawn(case, seen, out, 1)
    backs = imagined(models.chosen_checkpoint(), {name: case.inputs[name] for name in seen})
    tiles = np.stack([out[target.name], *first[target.name], *(back[target.name] for back in backs)])
    names = shown().listed(seen)
    st.markdown(Text.TRAINING_TITLE.format(target=plain(target.title), seen=plain(names)))
    labels = [Text.MEAN, Text.FIRST, *(Text.BACK.format(count=count + 1) for count in range(_DRAWS))]
    alt = Text.TRAINING_ALT.format(targets=_several(case), seen=names, label=shown().classes[out.label])
    _strip(case, tiles, labels, alt)


def _several(case: Case) -> str:
    return Text.SEVERAL[case.target.kind].format(target=case.target.title)


def _strip(case: Case, tiles: Array, labels: Sequence[str], alt: str) -> None:
    """Show samples of the target beside one another: with labels below, and of a vector the values, too."""
    target = case.target
    with st.container(width=_STRIP_WIDTH):
        picture(sample_strip(target, tiles, case.pipe.description.standardisation, labels), "", alt)
        if kind_of(target).heat:
            st.caption(Text.FROM_THE_LEFT.format(labels=", ".join(labels)))
        if target.kind == "vector":
            described = Text.VALUES_ALT.format(target=target.title, labels=", ".join(labels))
            st.html(values_table(target, dict(zip(labels, tiles, strict=True)), described))
