"""What goes wrong in a part of a page costs that part alone: there stands a sentence, and the log says why.

Left to itself, Streamlit shows a traceback, and where a widget's callback fails, it shows that in place of
the page's head and runs nothing of the page.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state.session_state import SessionState

from mvae.errors import MVAEError
from mvae.ui.text import Common

_FAILED = "callback-failed"
_log = logging.getLogger(__name__)
_run_callback: Any = SessionState._run_callback_and_record_rerun  # noqa: SLF001 - no setting for it


@contextmanager
def told() -> Iterator[bool]:
    """Say in a sentence what goes wrong in the block, or in the decorated function, below what it has shown.

    What follows goes on, and the next run of the block tries again. `st.stop` and `st.rerun` are no errors.

    Yields
    ------
    bool
        Whether a sentence will stand there in any case, because a widget's callback has failed.
    """
    context = get_script_run_ctx()
    in_fragment = context is not None and bool(context.fragment_ids_this_run)
    try:
        yield in_fragment and _FAILED in st.session_state
    except Exception as error:  # noqa: BLE001 - a bug nobody has foreseen is what this is for
        _log.log(logging.ERROR, "A part of a page failed.", exc_info=True)
        _show(in_words(error))
    if in_fragment:
        tell_of_callback()


def guard_callbacks() -> None:
    """Let the page run where a widget's callback fails, as if it had done nothing, and say so there."""
    SessionState._run_callback_and_record_rerun = _run_guarded  # type: ignore[assignment,method-assign]  # noqa: SLF001


def tell_of_callback() -> None:
    """Say that a widget's callback has failed, if one has since this was called last.

    What stands on the page below must not move: a canvas that is made anew forgets what was drawn.
    """
    sentence = st.session_state.pop(_FAILED, None)
    if sentence is not None:
        _show(sentence)


def in_words(error: Exception) -> str:
    """Return a sentence for the person at the screen; a bug's own message would tell them nothing."""
    if isinstance(error, MVAEError):
        return str(error)
    return Common.TOO_LARGE if isinstance(error, MemoryError) else Common.FAILED


def _run_guarded(state: SessionState, votes: Any, run: Callable[[], None]) -> None:
    try:
        _run_callback(state, votes, run)
    except Exception as error:  # noqa: BLE001 - a bug nobody has foreseen is what this is for
        _log.log(logging.ERROR, "A widget's callback failed.", exc_info=True)
        st.session_state[_FAILED] = in_words(error)
        votes.wants_interaction_default = True  # the part runs that has the widget, or the page


def _show(sentence: str) -> None:
    st.error(sentence, icon=":material/error:")
