"""The class that an address names."""

import streamlit as st

from mvae.ui import keys
from mvae.ui.classroom.rooms import is_code, tidy
from mvae.ui.classroom.seats import taken_seat
from mvae.ui.state.fields import Field


def asked_code() -> str | None:
    """Return the code of the class that the link asks to join, once."""
    code: str | None = st.session_state.pop(keys.CLASS_CODE, None)
    return code


def _read() -> str | None:
    sits = taken_seat()
    return None if sits is None else sits[0].code


def _write(text: str) -> None:
    if not is_code(text):
        raise ValueError(text)
    st.session_state[keys.CLASS_CODE] = tidy(text)


FIELDS = (Field("join", _read, _write),)
