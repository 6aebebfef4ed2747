"""Lesson links: what makes a screen, written into the page's address and read from it.

A page names its settings as `Field`s. `open_link` puts what an address says into the session before the
widgets are made; `keep_link` writes the session's state back, so that the address can be copied at any time.
Nothing in an address is trusted: what makes no sense is left out, and the page says so in a sentence.
Recordings and pictures are never part of an address.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

import streamlit as st

from mvae.errors import CheckpointError, InputError, LessonError
from mvae.lessons.files import Lesson
from mvae.modalities.base import Modality
from mvae.modalities.stroke_text import strokes_from_text
from mvae.ui import keys
from mvae.ui.frame.address import show_address
from mvae.ui.lessons import progress
from mvae.ui.lessons.library import are_taught, lessons
from mvae.ui.results.examples import example_of
from mvae.ui.state import models, sampling
from mvae.ui.state.contents import Content, Drawing, Numbers, Picture, Recording
from mvae.ui.state.fields import NOTHING_HIDDEN, Field, hidden_names, one_of, whole_number, widget_field
from mvae.ui.state.hideable import hideable
from mvae.ui.state.slots import Slot, example, slots
from mvae.ui.state.task import shown
from mvae.ui.text import Common

BLANK, NOTHING, OF_APP = "blank", "none", "auto"
_NAMED_PROBLEMS = 5
_LONGEST_VALUE = 4_000  # characters; a drawing, the longest, has 2,500


def taught() -> tuple[list[Lesson], str]:
    """Return the lessons that there are; or none, and a sentence that says what is wrong with a file."""
    if not are_taught():
        return [], ""
    try:
        return lessons(hideable()), ""
    except LessonError as error:
        return [], str(error)


def open_link(fields: Sequence[Field]) -> None:
    """Put what the page's address says into the session, once; call it before the page's first widget.

    Also says what was not understood, and hides what the link hides.
    """
    said = st.query_params.to_dict()
    written: set[int] = st.session_state.setdefault(keys.LINK_WRITTEN, set())
    if _mark(said) not in written:  # else it is this session's own address, perhaps an earlier one
        written.add(_mark(said))
        problems = _apply(said, (*_common_fields(), *fields))
        st.session_state[keys.LINK_PROBLEMS] = _Problems(problems, frozenset(each.name for each in fields))
    found: _Problems | None = st.session_state.get(keys.LINK_PROBLEMS)
    if found and found.names and found.page == {each.name for each in fields}:
        st.warning(Common.LINK_PROBLEM.format(names=", ".join(found.names)), icon=":material/link_off:")
    if hidden_names():
        selectors = ", ".join(hideable()[name] for name in hidden_names())
        st.html(f"<style>{selectors} {{ display: none !important; }}</style>")


def keep_link(fields: Sequence[Field] = ()) -> None:
    """Write the state of the screen into the page's address; call it at the end of a page or fragment.

    The browser replaces the address: its Back button leads to the page before, not to the stroke before.
    """
    state = {field.name: field.read() for field in (*_common_fields(), *fields)}
    said = {name: value for name, value in state.items() if value is not None}
    st.session_state.setdefault(keys.LINK_WRITTEN, set()).add(_mark(said))
    found: _Problems | None = st.session_state.get(keys.LINK_PROBLEMS)
    if found:  # the sentence stays until something of the screen is changed
        found.seen = found.seen or _mark(said)
        if found.seen != _mark(said):
            del st.session_state[keys.LINK_PROBLEMS]
    left_out = _left_out()
    copied = Common.COPIED_WITHOUT.format(names=", ".join(left_out)) if left_out else Common.COPIED
    show_address(urlencode(said, safe=",:~@"), copied)


@dataclass
class _Problems:
    """What was refused of a link, on the page that has these settings, and the state that it led to."""

    names: list[str]
    page: frozenset[str]
    seen: int | None = None


def _apply(said: dict[str, str], fields: Sequence[Field]) -> list[str]:
    """Put a link's values into the session in the fields' order; return the names of what was refused."""
    known = {field.name for field in fields}
    # An address is nobody's Markdown: what could be such is not repeated.
    problems = [name if re.fullmatch("[a-z-]{1,20}", name) else "…" for name in said if name not in known]
    for field in fields:
        if field.name in said:
            try:
                field.write(_of_sensible_length(said[field.name]))
            except (ValueError, OverflowError):
                problems.append(field.name)
    if len(problems) > _NAMED_PROBLEMS:
        problems[_NAMED_PROBLEMS:] = ["…"]
    return problems


def _of_sensible_length(text: str) -> str:
    if len(text) > _LONGEST_VALUE:
        raise ValueError(text[:20])
    return text


def _left_out() -> list[str]:
    """Return what of this screen no link can hold, in words."""
    missing = []
    if models.chosen_checkpoint() not in shown().checkpoints:
        missing.append(Common.OWN_MODEL_IN_WORDS)
    for slot in slots().values():
        match slot.content:
            case Drawing(text=None):
                missing.append(Common.DRAWING_IN_WORDS)
            case Picture() if _of_example(slot.content) is None:
                missing.append(Common.PICTURE_IN_WORDS)
            case Recording() if _of_example(slot.content) is None:
                missing.append(Common.SOUND_IN_WORDS)
    return missing


def _mark(said: dict[str, str]) -> int:
    return hash(frozenset(said.items()))


def _common_fields() -> tuple[Field, ...]:
    """Return what every page's link says; the model comes first, because it imagines examples."""
    return (
        Field("model", _read_model, _write_model),
        *(
            Field(_name(modality), partial(_read_input, modality), partial(_write_input, modality))
            for modality in shown().modalities
        ),
        Field("on", _read_switches, _write_switches),
        widget_field("imagine", keys.IMAGINATION_KIND, sampling.KINDS[0], one_of(sampling.KINDS)),
        widget_field(
            "seed", keys.IMAGINATION_SEED, 0, partial(whole_number, low=0, high=sampling.SEED_LIMIT)
        ),
        widget_field("hide", keys.HIDDEN, NOTHING_HIDDEN, _parse_hidden, ",".join),
        *progress.fields(taught()[0]),
    )


def _name(modality: Modality) -> str:
    """Return under which name an address gives a modality; another task's may be called like a setting."""
    return modality.name if shown().is_posters else f"give-{modality.name}"


def _read_model() -> str | None:
    name = models.chosen_checkpoint()
    known = name in shown().checkpoints and name != models.default_checkpoint()
    return name if known else None  # a session's own model cannot be sent


def _write_model(text: str) -> None:
    st.session_state[keys.CHECKPOINT] = one_of(shown().checkpoints)(text)


def _read_input(modality: Modality) -> str | None:
    slot = slots()[modality.name]
    match slot.content:
        case None:
            return None if slot.automatic else BLANK
        case Drawing() if (label := _template_of(modality, slot.content)) is not None:
            first = label == shown().first_label and slot.automatic == (modality != shown().modalities[0])
            return None if first else _of_app(slot) + str(label)
        case Content(label=int()):
            said = _of_example(slot.content)
            return None if said is None or _is_first(modality, slot) else _of_app(slot) + said
        case Drawing(text=str()) | Numbers():
            return f"~{slot.content.text}"
        case Picture():
            return BLANK
    return None


def _template_of(modality: Modality, content: Drawing) -> int | None:
    """Return the class whose template a drawing is, if it is one."""
    if not shown().has_templates(modality):
        return None
    labels = range(len(shown().classes))
    return next((label for label in labels if content is example(modality.name, label)), None)


def _of_example(content: Content) -> str | None:
    """Return a class, and the model that imagined it if one did and it is not the link's own.

    None: no link can say it.
    """
    if content.label is None:
        return None
    if content.checkpoint in {"", _read_model() or models.default_checkpoint()}:
        return str(content.label)
    return f"{content.label}@{content.checkpoint}" if content.checkpoint in shown().checkpoints else None


def _is_first(modality: Modality, slot: Slot) -> bool:
    """Whether a slot holds the example that `mvae.ui.results.examples.begin` puts there."""
    return (
        modality == shown().modalities[0]
        and not slot.past
        and slot.content is not None
        and slot.content.label == shown().first_label
    )


def _write_input(modality: Modality, text: str) -> None:
    slot = slots()[modality.name]
    if text == BLANK:
        slot.put(None)
    elif text.startswith("~"):
        slot.put(_own(modality, text[1:]))
    else:
        _fill(slot, _example(modality, text.removeprefix(OF_APP)), text)


def _own(modality: Modality, text: str) -> Content:
    """Return what a person drew, or the numbers; raises ValueError if the text tells of none."""
    try:
        if modality.kind == "drawing":
            return Drawing.of(strokes_from_text(text))
        if modality.kind == "vector":
            return Numbers.of(modality, [float(number) for number in text.split(",")])
    except InputError as error:
        raise ValueError(text) from error
    raise ValueError(text)


def _example(modality: Modality, text: str) -> Content:
    number, _, checkpoint = text.partition("@")
    label = whole_number(number, low=0, high=len(shown().classes) - 1)
    if checkpoint:
        checkpoint = one_of(shown().checkpoints)(checkpoint)
    try:
        return example_of(modality, label, checkpoint or None)
    except (CheckpointError, InputError) as error:
        raise ValueError(text) from error


def _of_app(slot: Slot) -> str:
    return OF_APP if slot.automatic else ""


def _fill(slot: Slot, content: Content, text: str) -> None:
    """Put what a link says into a slot, as the app's own choice or a person's."""
    if text.startswith(OF_APP):
        slot.automatic, slot.present = True, False
        slot.suggest(content)
    else:
        slot.put(content)


def _read_switches() -> str | None:
    """Leave out what opening the link gives: the first modality, and what a person put in."""
    first, *others = shown().modalities
    opened = [first.name]
    for modality in others:
        slot = slots()[modality.name]
        said = _read_input(modality) not in {None, BLANK}
        if said and not slot.is_blank and not slot.automatic:
            opened.append(modality.name)
    on = [name for name, slot in slots().items() if slot.present]
    return None if on == opened else ",".join(on) or NOTHING


def _write_switches(text: str) -> None:
    on = [] if text == NOTHING else [one_of(slots())(name) for name in text.split(",")]
    for name, slot in slots().items():
        slot.present = name in on


def _parse_hidden(text: str) -> tuple[str, ...]:
    return tuple(one_of(hideable())(name) for name in text.split(","))
