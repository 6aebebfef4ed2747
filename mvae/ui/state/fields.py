"""Settings that a lesson link may name, and how their text is read."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

import streamlit as st

from mvae.ui import keys

Value = TypeVar("Value")


@dataclass(frozen=True)
class Field:
    """One setting in a link.

    Attributes
    ----------
    name
        Of the query parameter.
    read
        Returns the present value as text; None where it is the default, which is left out.
    write
        Puts a value from a link into the session; raises ValueError where it makes no sense.
    """

    name: str
    read: Callable[[], str | None]
    write: Callable[[str], None]


def widget_field(
    name: str, key: str, default: Value, parse: Callable[[str], Value], show: Callable[[Any], str] = str
) -> Field:
    """Return the field of a value that lies in the session state under a key.

    Parameters
    ----------
    name
        Of the query parameter.
    key
        Of the session state.
    default
        What is left out of the link.
    parse
        Text -> value; raises ValueError where it makes no sense.
    show
        Value -> text.
    """

    def read() -> str | None:
        value = st.session_state.get(key, default)
        return None if value is None or value == default else show(value)

    def write(text: str) -> None:
        st.session_state[key] = parse(text)

    return Field(name, read, write)


def one_of(allowed: Iterable[str]) -> Callable[[str], str]:
    """Return a parser, for `widget_field`, of one of these words."""
    words = tuple(allowed)

    def parse(text: str) -> str:
        if text not in words:
            raise ValueError(text)
        return text

    return parse


def whole_number(text: str, *, low: int, high: int) -> int:
    """Parse a whole number from `low` to `high`, both included; raises ValueError otherwise."""
    if not (text.isascii() and text.lstrip("-").isdigit() and low <= int(text) <= high):
        raise ValueError(text)
    return int(text)


NOTHING_HIDDEN: tuple[str, ...] = ()


def hidden_names() -> tuple[str, ...]:
    """Return what the opened link hides, by the names of `?hide=`."""
    names: tuple[str, ...] = st.session_state.get(keys.HIDDEN, NOTHING_HIDDEN)
    return names


def hidden(name: str) -> bool:
    """Say whether the link hides this: for what is no place of its own, but a way to use another."""
    return name in hidden_names()
