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

from mvae.errors import CheckpointError, InputError
from mvae.tasks.digits import DIGITS, FARSI, KANNADA, MODALITIES, SPEECH
from mvae.ui.frame.address import show_address
from mvae.ui.results import voices
from mvae.ui.state import models, sampling
from mvae.ui.state import slots as session
from mvae.ui.state.fields import NOTHING_HIDDEN, Field, hidden_names, one_of, whole_number, widget_field
from mvae.ui.state.slots import Drawing, Picture, Recording, Slot, example, slots
from mvae.ui.state.stroke_text import strokes_from_text
from mvae.ui.text import Common

NAMES = tuple(modality.name for modality in MODALITIES)
HIDEABLE = {
    "model": ".st-key-checkpoint_picker",
    "lessons": ".st-key-lessons",
    "link": ".st-key-copy-link",
    "download": ".st-key-download",
    "pages": '[data-testid="stHeader"]',
    "tabs": '[data-testid="stTabs"] [role="tablist"]',
    "switches": '[class*="st-key-present-"], .st-key-how-given',
    "examples": '[class*="st-key-example-"]',
    "trace": '[class*="st-key-guide-"]',
    "undo": '[class*="st-key-undo-"], [class*="st-key-clear-"]',
    "upload": '[class*="st-key-upload-popover"]',
    "picture": '[class*="st-key-picture-"]',
    "microphone": '[data-testid="stAudioInput"]',
    "listen": ".st-key-listen, .st-key-listen-to",
    "settings": '[class*="st-key-experts-"]:not(.st-key-experts-view, .st-key-experts-bench-component), '
    '[class*="st-key-latent-"]:not(.st-key-latent-view, .st-key-latent-map), [class*="st-key-preset-"], '
    '[class*="st-key-grid-index-"], [class*="st-key-grid-first-"], [class*="st-key-grid-step-"]',
    "training": '[class*="st-key-own-"], .st-key-training-study',
    **{name: f".st-key-card-{name}, .st-key-output-{name}, .st-key-ways-{name}" for name in NAMES},
    "label": ".st-key-label",
    "shares": ".st-key-shares",
    "imagination": ".st-key-imagination",
    "ways": '[class*="st-key-ways-"]',
}
"""What `?hide=` may name, and the CSS selector of what it hides."""
BLANK, NOTHING, OF_APP = "blank", "none", "auto"
_SEED_LIMIT = 10_000
_NAMED_PROBLEMS = 5
_LONGEST_VALUE = 4_000  # characters; a drawing, the longest, has 2,500


def open_link(fields: Sequence[Field]) -> None:
    """Put what the page's address says into the session, once; call it before the page's first widget.

    Also says what was not understood, and hides what the link hides.
    """
    said = st.query_params.to_dict()
    written: set[int] = st.session_state.setdefault("link-written", set())
    if _mark(said) not in written:  # else it is this session's own address, perhaps an earlier one
        written.add(_mark(said))
        problems = _apply(said, (*_common_fields(), *fields))
        st.session_state["link-problems"] = _Problems(problems, frozenset(each.name for each in fields))
    found: _Problems | None = st.session_state.get("link-problems")
    if found and found.names and found.page == {each.name for each in fields}:
        st.warning(Common.LINK_PROBLEM.format(names=", ".join(found.names)), icon=":material/link_off:")
    if hidden_names():
        selectors = ", ".join(HIDEABLE[name] for name in hidden_names())
        st.html(f"<style>{selectors} {{ display: none !important; }}</style>")


def keep_link(fields: Sequence[Field] = ()) -> None:
    """Write the state of the screen into the page's address; call it at the end of a page or fragment.

    The browser replaces the address: its Back button leads to the page before, not to the stroke before.
    """
    state = {field.name: field.read() for field in (*_common_fields(), *fields)}
    said = {name: value for name, value in state.items() if value is not None}
    st.session_state.setdefault("link-written", set()).add(_mark(said))
    found: _Problems | None = st.session_state.get("link-problems")
    if found:  # the sentence stays until something of the screen is changed
        found.seen = found.seen or _mark(said)
        if found.seen != _mark(said):
            del st.session_state["link-problems"]
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
    if models.chosen_checkpoint() not in models.CHECKPOINTS:
        missing.append(Common.OWN_MODEL_IN_WORDS)
    for slot in slots().values():
        match slot.content:
            case Drawing(text=None):
                missing.append(Common.DRAWING_IN_WORDS)
            case Picture():
                missing.append(Common.PICTURE_IN_WORDS)
            case Recording() if _read_speech() is None:
                missing.append(Common.SOUND_IN_WORDS)
    return missing


def _mark(said: dict[str, str]) -> int:
    return hash(frozenset(said.items()))


def _common_fields() -> tuple[Field, ...]:
    """Return what every page's link says; the model comes first, because it imagines the voice."""
    return (
        Field("model", _read_model, _write_model),
        *(
            Field(script.name, partial(_read_drawing, script.name), partial(_write_drawing, script.name))
            for script in (FARSI, KANNADA)
        ),
        Field(SPEECH.name, _read_speech, _write_speech),
        Field("on", _read_switches, _write_switches),
        widget_field("imagine", "imagination_kind", sampling.KINDS[0], one_of(sampling.KINDS)),
        widget_field("seed", "imagination_seed", 0, partial(whole_number, low=0, high=_SEED_LIMIT)),
        widget_field("hide", "hidden", NOTHING_HIDDEN, _parse_hidden, ",".join),
    )


def _read_model() -> str | None:
    name = models.chosen_checkpoint()
    shipped = name in models.CHECKPOINTS and name != models.DEFAULT_CHECKPOINT
    return name if shipped else None  # a session's own model cannot be sent


def _write_model(text: str) -> None:
    st.session_state["checkpoint"] = one_of(models.CHECKPOINTS)(text)


def _read_drawing(script: str) -> str | None:
    slot = slots()[script]
    if not isinstance(slot.content, Drawing):
        return BLANK
    for digit in range(DIGITS):
        if slot.content is example(script, digit):
            first = digit == session.FIRST_DIGIT and slot.automatic == (script != FARSI.name)
            return None if first else _of_app(slot) + str(digit)
    return None if slot.content.text is None else f"~{slot.content.text}"


def _write_drawing(script: str, text: str) -> None:
    if text == BLANK:
        slots()[script].put(None)
    elif text.startswith("~"):
        slots()[script].put(Drawing.of(strokes_from_text(text[1:])))
    else:
        digit = whole_number(text.removeprefix(OF_APP), low=0, high=DIGITS - 1)
        _fill(slots()[script], example(script, digit), text)


def _read_speech() -> str | None:
    slot = slots()[SPEECH.name]
    content = slot.content
    if not isinstance(content, Recording):
        return None if slot.automatic else BLANK
    if content.digit is None:
        return None
    said = _of_app(slot) + str(content.digit)
    if content.checkpoint == (_read_model() or models.DEFAULT_CHECKPOINT):
        return said
    return f"{said}@{content.checkpoint}" if content.checkpoint in models.CHECKPOINTS else None


def _write_speech(text: str) -> None:
    if text == BLANK:
        slots()[SPEECH.name].put(None)
        return
    spoken, _, checkpoint = text.removeprefix(OF_APP).partition("@")
    digit = whole_number(spoken, low=0, high=DIGITS - 1)
    checkpoint = one_of(models.CHECKPOINTS)(checkpoint) if checkpoint else models.chosen_checkpoint()
    try:
        _fill(slots()[SPEECH.name], voices.imagined(digit, checkpoint), text)
    except (CheckpointError, InputError) as error:
        raise ValueError(text) from error


def _of_app(slot: Slot) -> str:
    return OF_APP if slot.automatic else ""


def _fill(slot: Slot, content: Drawing | Recording, text: str) -> None:
    """Put what a link says into a slot, as the app's own choice or a person's."""
    if text.startswith(OF_APP):
        slot.automatic, slot.present = True, False
        slot.suggest(content)
    else:
        slot.put(content)


def _read_switches() -> str | None:
    """Leave out what opening the link gives: Farsi, and what a person put in."""
    said = {KANNADA.name: _read_drawing(KANNADA.name), SPEECH.name: _read_speech()}
    opened = [
        name
        for name, slot in slots().items()
        if name == FARSI.name
        or (said[name] not in {None, BLANK} and slot.prepared is not None and not slot.automatic)
    ]
    on = [name for name, slot in slots().items() if slot.present]
    return None if on == opened else ",".join(on) or NOTHING


def _write_switches(text: str) -> None:
    on = [] if text == NOTHING else [one_of(slots())(name) for name in text.split(",")]
    for name, slot in slots().items():
        slot.present = name in on


def _parse_hidden(text: str) -> tuple[str, ...]:
    return tuple(one_of(HIDEABLE)(name) for name in text.split(","))
