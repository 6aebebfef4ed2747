"""What is loaded in the background after the start, and what is done at the end."""

from collections.abc import Callable
from threading import Event, Thread

from mvae.ui.server import warm_up

HEAD_START = 5.0
"""Seconds after the start in which the first page has the processor for itself, until it asks for a model."""


_asked_for = Event()


_endings: list[Callable[[], None]] = []


def at_end(action: Callable[[], None]) -> None:
    """Do something when the server ends; after a signal, `atexit` would do nothing."""
    _endings.append(action)


def hurry() -> Thread:
    """Load now what takes seconds; returns the thread, which ends when all is ready."""
    _asked_for.set()
    return warm_up()
