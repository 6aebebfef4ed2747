"""The inputs of the conflict lab: which two modalities, and what each of them is given."""

from collections.abc import Callable
from functools import partial
from itertools import combinations

import streamlit as st

from mvae.arrays import Array
from mvae.modalities.base import Modality
from mvae.ui import keys
from mvae.ui.experts.text import Experts as Text
from mvae.ui.results.examples import example_of
from mvae.ui.runtime.callbacks import guarded
from mvae.ui.state.fields import Field, one_of, widget_field
from mvae.ui.state.slots import slots
from mvae.ui.state.task import shown
from mvae.ui.text import inputs_title
from mvae.ui.views.look import plain

OWN = "own"
KEYS = keys.CONFLICT_FIRST, keys.CONFLICT_SECOND
"""Of the widgets with which the two inputs are chosen."""
_POSTERS = ("3", "7")  # the classes that are given at first, where there are such


def fields() -> tuple[Field, ...]:
    """Return the settings that a link may name; the classes have the names of when there was one pair."""
    drawn, spoken = first_classes()
    return (
        widget_field("between", keys.CONFLICT_BETWEEN, pairs()[0] if pairs() else "", one_of(pairs())),
        widget_field("drawn", keys.CONFLICT_FIRST, drawn, one_of(choices())),
        widget_field("spoken", keys.CONFLICT_SECOND, spoken, one_of(choices())),
    )


def pairs() -> list[str]:
    """Return the pairs of modalities as links name them; that of the first and the last is the default."""
    names = list(shown().names)
    found = list(combinations(names, 2))
    found.sort(key=lambda pair: pair != (names[0], names[-1]))
    return [",".join(pair) for pair in found]


def choices() -> list[str]:
    """Return what may be given of a modality: the session's own input, or an example of a class."""
    return [OWN, *map(str, range(len(shown().classes)))]


def first_classes() -> tuple[str, str]:
    """Return the two classes that are given at first."""
    classes = shown().classes
    if set(_POSTERS) <= set(classes):
        return str(classes.index(_POSTERS[0])), str(classes.index(_POSTERS[1]))
    return "0", "1"


def choose_pair(update: Callable[[], None]) -> None:
    """Show the choice between pairs of modalities, where there is one."""
    found = pairs()
    if st.session_state.get(keys.CONFLICT_BETWEEN) not in found:
        st.session_state[keys.CONFLICT_BETWEEN] = found[0]
    if len(found) > 1:
        st.selectbox(
            Text.BETWEEN, found, format_func=pair_words, key=keys.CONFLICT_BETWEEN, persist_state="session",
            width=300, on_change=guarded(update),
        )  # fmt: skip


def chosen_pair() -> tuple[Modality, Modality]:
    """Return the pair that is chosen."""
    first, second = map(shown().modality, st.session_state[keys.CONFLICT_BETWEEN].split(","))
    return first, second


def pair_words(pair: str) -> str:
    """Return what a person reads of one of `pairs`."""
    first, second = (shown().names[name] for name in pair.split(","))
    return Text.PAIR.format(first=first, second=second)


def choose_input(modality: Modality, key: str, first: str, update: Callable[[], None]) -> None:
    """Show the choice among the classes, and the session's own input where there is one."""
    options = options_of(modality)
    if st.session_state.get(key) not in options:
        st.session_state[key] = first
    st.selectbox(
        Text.CHOICES[modality.kind].format(name=plain(modality.short_title)), options,
        format_func=partial(option_words, modality), key=key, persist_state="session", width=300,
        on_change=guarded(update),
    )  # fmt: skip


def options_of(modality: Modality) -> list[str]:
    """Return what may be given of a modality in this session: its own input only where there is one."""
    return choices() if slots()[modality.name].prepared is not None else choices()[1:]


def input_of(modality: Modality, option: str) -> Array:
    """Return the input that one of `options_of` names."""
    own = slots()[modality.name].prepared
    found = own if option == OWN else example_of(modality, int(option)).prepared
    assert found is not None  # noqa: S101 - only what there is is offered, and no example is blank
    return found


def option_words(modality: Modality, option: str) -> str:
    """Return what a person reads of one of `options_of`."""
    if option == OWN:
        page = inputs_title(each.kind for each in shown().modalities)
        return Text.OWN[modality.kind].format(page=page)
    return example_words(modality, int(option))


def example_words(modality: Modality, label: int) -> str:
    """Return what a person reads of an example of a class."""
    words = Text.EXAMPLES[modality.kind]
    if shown().has_templates(modality):
        words = Text.TEMPLATE
    elif shown().has_recordings(modality):
        words = Text.RECORDING
    return words.format(label=shown().classes[label])
