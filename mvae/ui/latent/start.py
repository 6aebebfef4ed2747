"""Where a walk through the latent starts or ends: an input of one's own, a class, or the prior mean."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import streamlit as st

from mvae.arrays import Array
from mvae.inference.pipeline import Pipeline
from mvae.ui import keys
from mvae.ui.frame.live import as_base64
from mvae.ui.latent.text import words
from mvae.ui.results import completions
from mvae.ui.runtime.callbacks import guarded
from mvae.ui.state.fields import one_of, widget_field
from mvae.ui.state.models import chosen_checkpoint
from mvae.ui.state.slots import all_inputs, current_inputs, templates
from mvae.ui.state.task import shown
from mvae.ui.text import Common

CURRENT, PRIOR = "current", "prior"


def choices() -> tuple[str, ...]:
    """Return what can be chosen.

    It is all that is given, one modality's input alone, whether given or not, a class by its number, and the
    prior. A class stands for drawings of it where there are templates, else for the mean latent of the class.
    """
    return (CURRENT, *shown().names, *map(str, range(len(shown().classes))), PRIOR)


def parse_choice(text: str) -> str:
    """Read a choice from a lesson link; raises ValueError if there is none of that name."""
    return one_of(choices())(text)


FIELD = widget_field("start", keys.LATENT_START, CURRENT, parse_choice)


@dataclass(frozen=True, eq=False)
class Point:
    """A place in the latent.

    Attributes
    ----------
    mean, variance
        (Z,) each, of the distribution around it.
    words
        Its name within a sentence.
    """

    mean: Array
    variance: Array
    words: str


def point_picker(pipe: Pipeline, label: str, key: str, on_change: Callable[[], None] = lambda: None) -> Point:
    """Show the choice of a point, say if there is none, and return it as `chosen_point` does.

    `on_change` is called after a change, in the widget's callback; without it, all runs that is around it.
    """
    offered, there = _offered(), all_inputs()
    if (chosen := st.session_state.get(key)) in shown().names and chosen not in there:  # as a link says
        offered.append(chosen)
    choice = str(
        st.selectbox(
            label, offered, format_func=option, key=key, persist_state="session", width=290,
            on_change=guarded(on_change),
        )
    )  # fmt: skip
    found = _point(pipe, choice)
    if found is None:
        st.info(f"{Common.NO_CLASS_MEANS} {words().NO_MEAN}" if choice.isdigit() else words().NOT_THERE)
    return found or _prior(pipe)


def chosen_point(pipe: Pipeline, key: str) -> Point:
    """Return the point that was chosen in a picker; the prior mean where that is not there."""
    return _point(pipe, st.session_state[key]) or _prior(pipe)


def is_there(pipe: Pipeline, choice: str) -> bool:
    """Say whether there is a point of one of `choices`."""
    return _point(pipe, choice) is not None


def offered_points(pipe: Pipeline) -> dict[str, Point]:
    """Return the points to choose from that there are: how each is called in a picker -> the point."""
    found = {option(choice): _point(pipe, choice) for choice in _offered()}
    return {option: point for option, point in found.items() if point is not None}


def told_points(pipe: Pipeline) -> dict[str, dict[str, str]]:
    """Return what a page is told of the points to choose from: how each is called there -> mean and name."""
    return {
        each: {"mean": as_base64(point.mean), "words": point.words}
        for each, point in offered_points(pipe).items()
    }


def told_choice(key: str) -> dict[str, str]:
    """Return what a page is told of a picker: its key, and how the point is called that is chosen."""
    return {"key": key, "value": option(str(st.session_state[key]))}


def option(choice: str) -> str:
    """Return how one of `choices` is called in a picker."""
    if choice in {CURRENT, PRIOR}:
        return {CURRENT: words().CURRENT, PRIOR: words().PRIOR}[choice]
    if choice.isdigit():
        label = int(choice)
        text = words().DRAWN if templates(label) else words().OF_CLASS
        return text.format(name=shown().classes[label])
    return words().OWN.get(choice) or words().OF_MODALITY.format(name=shown().names[choice])


def _offered() -> list[str]:
    there = all_inputs()
    return [each for each in choices() if each not in shown().names or each in there]


def _point(pipe: Pipeline, choice: str) -> Point | None:
    """Return the point of a choice; None where there is no input, and no mean of a class."""
    if choice == PRIOR:
        return _prior(pipe)
    if choice.isdigit():
        return _class_point(pipe, choice)
    inputs = current_inputs() if choice == CURRENT else all_inputs()
    if choice != CURRENT:
        inputs = {name: values for name, values in inputs.items() if name == choice}
    return _posterior(chosen_checkpoint(), inputs, choice) if inputs else None


def _prior(pipe: Pipeline) -> Point:
    return Point(*_standard(pipe), words().THE_PRIOR)


def _class_point(pipe: Pipeline, choice: str) -> Point | None:
    label = int(choice)
    if templates(label):
        return _drawn_point(chosen_checkpoint(), choice)
    means = pipe.description.latent_class_mean
    if not means:
        return None
    # How far samples of a class lie from its mean is not known: as far as the prior reaches.
    _, variance = _standard(pipe)
    return Point(np.array(means[label], np.float32), variance, _in_words(choice))


@st.cache_resource(show_spinner=False, max_entries=64)
def _drawn_point(checkpoint: str, choice: str) -> Point:
    """Return the point of a class that has drawings, which sessions share."""
    return _posterior(checkpoint, templates(int(choice)), choice)


def _posterior(checkpoint: str, inputs: dict[str, Array], choice: str) -> Point:
    out = completions.completion(checkpoint, inputs)
    return Point(out.mean, out.variance, _in_words(choice))


def _standard(pipe: Pipeline) -> tuple[Array, Array]:
    """Return mean and variance of the prior."""
    return np.zeros(pipe.latent_size, np.float32), np.ones(pipe.latent_size, np.float32)


def _in_words(choice: str) -> str:
    if choice == CURRENT:
        return words().THE_CURRENT
    if choice.isdigit():
        label = int(choice)
        text = words().THE_DRAWN if templates(label) else words().THE_OF_CLASS
        return text.format(name=shown().classes[label])
    return words().THE_OWN.get(choice) or words().THE_OF_MODALITY.format(name=shown().names[choice])
