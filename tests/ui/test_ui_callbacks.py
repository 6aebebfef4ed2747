"""Which parts of a page run after a widget's callback."""

from collections.abc import Callable
from functools import partial
from typing import Any, NoReturn

import pytest
import streamlit as st

from mvae.ui.runtime import callbacks, parts
from mvae.ui.runtime.callbacks import guarded, within
from mvae.ui.runtime.parts import run_changed

LOOKS: parts.Looks = {"card": lambda: 1, "outputs": lambda: 2, "eight": lambda: 3, "new": lambda: 4}


class Rerun(BaseException):
    """As Streamlit's own: no `Exception`."""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What callbacks have asked to run, in a session that has shown all but one of the parts."""
    asked: list[object] = []

    def rerun(scope: object = "app") -> NoReturn:
        asked.append(scope)
        raise Rerun

    monkeypatch.setattr(st, "rerun", rerun)
    monkeypatch.setattr(st, "session_state", {"shown-parts": {"card": 1, "outputs": "before", "eight": 3}})
    monkeypatch.setattr(parts, "only_parts_run", lambda: True)
    return asked


def call_back(callback: Callable[..., Any], *, part: str | None) -> None:
    with within(part):
        widget = guarded(callback)
    with pytest.raises(Rerun):  # some time later, outside all parts
        widget()


@pytest.mark.parametrize(
    ("part", "run"),
    [(None, ["outputs", "new"]), ("card", ["card", "outputs", "new"]), ("new", ["outputs", "new"])],
)
def test_what_looks_otherwise_and_the_widgets_own_part(
    asked: list[object], part: str | None, run: list[str]
) -> None:
    call_back(partial(run_changed, LOOKS), part=part)
    assert asked == [run]


def test_the_whole_page_where_nobody_knows_what_runs(
    asked: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "only_parts_run", lambda: None)
    call_back(partial(run_changed, LOOKS), part="card")
    assert asked == ["app"]


def test_nothing_is_asked_while_the_whole_page_is_about_to_run(
    asked: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "only_parts_run", lambda: False)
    guarded(partial(run_changed, LOOKS))()
    assert asked == []


def test_the_whole_page_after_a_failure_and_once_more_to_take_the_sentence_away(
    asked: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(callbacks, "show", said.append)

    def fail() -> None:
        msg = "a bug"
        raise RuntimeError(msg)

    call_back(fail, part="card")
    assert asked == ["app"]
    callbacks.tell_of_callback()
    assert len(said) == 1
    call_back(partial(run_changed, LOOKS), part="card")
    assert asked[-1] == "app"
    callbacks.tell_of_callback()
    assert len(said) == 1
    call_back(partial(run_changed, LOOKS), part="card")
    assert asked[-1] == ["card", "outputs", "new"]
