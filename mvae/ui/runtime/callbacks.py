"""The callbacks of widgets: of which part of the page each is, and what is said where one fails."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any

import streamlit as st

from mvae.ui.runtime.failures import in_words, show

_FAILED = "callback-failed"  # in the session: the sentence about it, until it is shown
_SHOWN = "callback-failure-shown"  # in the session: whether such a sentence stands in the page's head
_part: ContextVar[str | None] = ContextVar("part", default=None)
_log = logging.getLogger(__name__)


@contextmanager
def within(part: str | None) -> Iterator[None]:
    """Note in which part of the page widgets are shown, or one calls back."""
    before = _part.set(part)
    try:
        yield
    finally:
        _part.reset(before)


def current_part() -> str | None:
    """Return the part of the page that is shown, or whose widget calls back; None outside all parts."""
    return _part.get()


def guarded(callback: Callable[..., object]) -> Callable[..., None]:
    """Return a widget's callback that does nothing where it fails; the whole page runs, and its head says so.

    Left to itself, Streamlit shows a traceback in place of the page's head and runs nothing of the page.
    Every callback of a widget goes through this, where the widget is shown. After one that has failed, the
    whole page runs with the next, too, and its head says so no more.
    """
    part = current_part()

    @wraps(callback)
    def run(*args: Any, **kwargs: Any) -> None:
        run_all = st.session_state.pop(_SHOWN, False)
        try:
            with within(part):
                callback(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - a bug nobody has foreseen is what this is for
            _log.exception("A widget's callback failed.")
            st.session_state[_FAILED] = in_words(error)
            run_all = True
        finally:
            if run_all:
                st.rerun()  # also where the callback has asked for some parts of the page only

    return run


def tell_of_callback() -> None:
    """Say that a widget's callback has failed, if one has since this was called last.

    What stands on the page below must not move: a canvas that is made anew forgets what was drawn.
    """
    sentence = st.session_state.pop(_FAILED, None)
    if sentence is not None:
        show(sentence)
    st.session_state[_SHOWN] = sentence is not None
