from collections.abc import Iterator
from threading import Event, Thread

import pytest
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.testing.v1 import AppTest

from mvae.ui.runtime import turns
from mvae.ui.runtime.turns import take_turns, turn, waiting

LONG = 60.0
"""Seconds that nothing here takes unless it is wrong."""


@pytest.fixture
def other() -> Iterator["Other"]:
    other = Other()
    yield other
    other.end.set()
    other.join(LONG)


class Other(Thread):
    """Another rerun, which takes its turn and keeps it until it is told to end."""

    def __init__(self) -> None:
        super().__init__()
        self.has_begun, self.end = Event(), Event()

    def run(self) -> None:
        with turn():
            self.has_begun.set()
            self.end.wait(LONG)


def test_a_second_rerun_begins_when_the_first_has_ended(
    monkeypatch: pytest.MonkeyPatch, other: Other
) -> None:
    monkeypatch.setattr(turns, "PATIENCE", LONG)
    with turn():
        other.start()
        assert not other.has_begun.wait(0.2)
    assert other.has_begun.wait(LONG)


def test_who_only_waits_lets_others_have_the_turn_and_takes_it_again(
    monkeypatch: pytest.MonkeyPatch, other: Other
) -> None:
    monkeypatch.setattr(turns, "PATIENCE", LONG)
    third = Other()
    with turn():
        with waiting():
            other.start()
            assert other.has_begun.wait(LONG)
            other.end.set()
        third.start()
        assert not third.has_begun.wait(0.2)
    third.end.set()
    assert third.has_begun.wait(LONG)


def test_who_takes_long_holds_up_nobody_for_longer_than_the_patience(
    monkeypatch: pytest.MonkeyPatch, other: Other
) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0.05)
    with turn():
        other.start()
        assert other.has_begun.wait(LONG)
    other.end.set()
    other.join(LONG)
    monkeypatch.setattr(turns, "PATIENCE", LONG)
    with turn():  # who went on without a turn has given none back: there is still only one
        assert not turns._free.acquire(blocking=False)


def test_waiting_outside_a_turn_changes_nothing() -> None:
    with waiting():
        assert turns._free.acquire(blocking=False)
    turns._free.release()


def test_reruns_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    def script() -> None:
        import streamlit as st  # noqa: PLC0415

        from mvae.ui.runtime import turns  # noqa: PLC0415

        st.write("mine" if turns._thread.has_it else "nobody's")
        st.button("again")

    monkeypatch.setattr(ScriptRunner, "_run_script", ScriptRunner._run_script)  # brought back at the end
    take_turns()
    take_turns()
    app = AppTest.from_function(script).run()
    assert app.markdown[0].value == "mine"
    assert app.button[0].click().run().markdown[0].value == "mine"
    assert turns._free.acquire(blocking=False)
    turns._free.release()
