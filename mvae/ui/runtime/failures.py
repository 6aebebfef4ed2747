"""What goes wrong in a part of a page costs that part alone: there stands a sentence; the log says why."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from mvae.errors import MVAEError
from mvae.ui.text import Common

_log = logging.getLogger(__name__)


@contextmanager
def error_boundary() -> Iterator[None]:
    """Say in a sentence what goes wrong in the block, or in the decorated function, below what it has shown.

    What follows goes on, and the next run of the block tries again. `st.stop` and `st.rerun` are no errors.
    """
    try:
        yield
    except Exception as error:  # noqa: BLE001 - a bug nobody has foreseen is what this is for
        _log.exception("A part of a page failed.")
        show(in_words(error))


def in_words(error: Exception) -> str:
    """Return a sentence for the person at the screen; a bug's own message would tell them nothing."""
    if isinstance(error, MVAEError):
        return str(error)
    return Common.TOO_LARGE if isinstance(error, MemoryError) else Common.FAILED


def show(sentence: str) -> None:
    """Show a sentence that says what went wrong."""
    st.error(sentence, icon=":material/error:")
