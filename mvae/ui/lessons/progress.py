"""How far a person is: the step that is open, and what was predicted in each lesson; both in the address.

An address says ``lesson=NAME.STEP`` and ``answers=NAME.LETTERS,NAME.LETTERS``: a letter for each step, from
a for the first answer on, and a hyphen where nothing was answered.
"""

import string
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import streamlit as st

from mvae.lessons.files import Lesson, Step
from mvae.ui import keys
from mvae.ui.state.fields import Field, whole_number

_OPEN = "-"


class At(NamedTuple):
    """The open lesson's name, and its step, counted from 1."""

    lesson: str
    number: int


class Place(NamedTuple):
    """The open lesson and its step, and that one's number, counted from 1."""

    lesson: Lesson
    step: Step
    number: int


def place(lessons: Sequence[Lesson]) -> Place | None:
    """Return where the person is; None if no lesson is open, or it is not among these."""
    at: At | None = st.session_state.get(keys.LESSON_AT)
    lesson = next((each for each in lessons if at is not None and each.name == at.lesson), None)
    if at is None or lesson is None or at.number > len(lesson.steps):
        return None
    return Place(lesson, lesson.steps[at.number - 1], at.number)


def go_to(at: At | None) -> None:
    """Open a step, or end the lesson."""
    st.session_state[keys.LESSON_AT] = at


def answers() -> dict[str, dict[int, int]]:
    """Return what was predicted: lesson's name -> step's number, from 1 -> place of the answer, from 0."""
    given: dict[str, dict[int, int]] = st.session_state.setdefault(keys.LESSON_ANSWERS, {})
    return given


def answered(lesson: Lesson, number: int) -> int | None:
    """Return the place of the answer that was given at a step; None if there is none."""
    return answers().get(lesson.name, {}).get(number)


def predict(at: At, choice: int) -> None:
    """Keep an answer; the first one counts."""
    answers().setdefault(at.lesson, {}).setdefault(at.number, choice)


def said(at: At) -> dict[str, str]:
    """Return what an address says that opens a step, with all answers that were given."""
    text = _answers_text()
    return {"lesson": f"{at.lesson}.{at.number}"} | ({} if text is None else {"answers": text})


def hides(lessons: Sequence[Lesson]) -> tuple[str, ...]:
    """Return what the open step hides until its question is answered."""
    found = place(lessons)
    if found is None or answered(found.lesson, found.number) is not None:
        return ()
    return found.step.hides


def fields(lessons: Sequence[Lesson]) -> tuple[Field, ...]:
    """Return what of this an address says."""
    known = {lesson.name: lesson for lesson in lessons}

    def read_at() -> str | None:
        at: At | None = st.session_state.get(keys.LESSON_AT)
        return None if at is None else f"{at.lesson}.{at.number}"

    def write_at(text: str) -> None:
        name, _, number = text.partition(".")
        if name not in known:
            raise ValueError(text)
        go_to(At(name, whole_number(number, low=1, high=len(known[name].steps))))

    def write_answers(text: str) -> None:
        st.session_state[keys.LESSON_ANSWERS] = {
            name: _of_letters(known, name, letters)
            for name, _, letters in (each.partition(".") for each in text.split(","))
        }

    return (Field("lesson", read_at, write_at), Field("answers", _answers_text, write_answers))


def _answers_text() -> str | None:
    return ",".join(f"{name}.{_letters(given)}" for name, given in answers().items() if given) or None


def _letters(given: Mapping[int, int]) -> str:
    numbers = range(1, max(given) + 1)
    return "".join(string.ascii_lowercase[given[each]] if each in given else _OPEN for each in numbers)


def _of_letters(known: Mapping[str, Lesson], name: str, letters: str) -> dict[int, int]:
    if name not in known or len(letters) > len(known[name].steps):
        raise ValueError(name)
    given = {
        number: string.ascii_lowercase.index(letter)  # ValueError where it is none
        for number, letter in enumerate(letters, 1)
        if letter != _OPEN
    }
    if any(choice >= len(known[name].steps[number - 1].choices) for number, choice in given.items()):
        raise ValueError(letters)
    return given
