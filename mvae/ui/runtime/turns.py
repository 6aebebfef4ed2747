"""Reruns take turns: many people at once are served quicker one after the other than side by side.

A rerun takes some hundred small steps in torch and numpy, and lets go of Python's interpreter lock in each.
Side by side, reruns hand the lock to and fro all the time, which costs more than a second core brings
(`python -m benchmarks.load`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Semaphore, local
from typing import Any

from streamlit.runtime.scriptrunner.script_runner import ScriptRunner

PATIENCE = 1.0
"""Seconds after which a rerun goes on without its turn, so that one that takes long does not hold up all."""
_free = Semaphore()
_thread = local()
_run_script: Any = ScriptRunner._run_script  # noqa: SLF001 - Streamlit has no setting for it


def take_turns() -> None:
    """Let this process's reruns, whether of pages or of fragments, take turns."""
    ScriptRunner._run_script = _run_script_in_turn  # type: ignore[assignment]  # noqa: SLF001


@contextmanager
def turn() -> Iterator[None]:
    """Wait for the turn, and pass it on at the end."""
    _thread.has_it = _free.acquire(timeout=PATIENCE)
    try:
        yield
    finally:
        _pass_on()


@contextmanager
def waiting() -> Iterator[None]:
    """Let others have the turn while a rerun does nothing but wait; call it where no lock is held."""
    had_it = _pass_on()
    try:
        yield
    finally:
        if had_it:
            _thread.has_it = _free.acquire(timeout=PATIENCE)


def _pass_on() -> bool:
    """Give the turn back, and return whether this thread had it."""
    had_it = getattr(_thread, "has_it", False)
    if had_it:
        _thread.has_it = False
        _free.release()
    return had_it


def _run_script_in_turn(runner: ScriptRunner, rerun: Any) -> None:
    with turn():
        _run_script(runner, rerun)
