"""What this session is in a class: its teacher, or a student; kept over a reload by the browser's tab alone.

Streamlit makes a new session when a page is loaded again. The tab therefore keeps in its `sessionStorage`,
which no other site and no other tab sees, the secret of the class or the key of the seat, and tells it to a
session that has none.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import streamlit as st

from mvae.errors import InputError
from mvae.ui import keys
from mvae.ui.classroom.room import Room
from mvae.ui.classroom.rooms import WRONG_CODES, rooms, tidy
from mvae.ui.classroom.text import Refusals as Text
from mvae.ui.runtime.callbacks import guarded
from mvae.ui.runtime.compat import connection

_LONGEST = 200  # letters that a tab may tell


@dataclass(frozen=True)
class Lead:
    """Leads the class that has this secret."""

    secret: str


@dataclass(frozen=True)
class Seat:
    """Sits in the class with this code, on the seat with this key."""

    code: str
    key: str


def open_class(checkpoint: str) -> None:
    """Open a class that this session leads; raises an InputError where the server has too many."""
    _be(Lead(rooms().open(checkpoint, connection()).secret))


def join(code: str) -> None:
    """Sit down in the class with a code, unless this session does already; raises an InputError otherwise."""
    sits = taken_seat()
    if sits is not None and sits[0].code == tidy(code):
        return
    tries = st.session_state.get(keys.CLASS_TRIES, 0)
    if tries >= WRONG_CODES:
        raise InputError(Text.TOO_MANY_CODES)
    room = rooms().find(code)
    if room is None:
        st.session_state[keys.CLASS_TRIES] = tries + 1
        raise InputError(Text.NO_CLASS.format(code=tidy(code)))
    leave()
    _be(Seat(room.code, room.join(connection())))


def leave() -> None:
    """Give the seat back, if this session has one."""
    sits = taken_seat()
    if sits is not None:
        room, key = sits
        room.leave(key)
    forget()


def forget() -> None:
    """Be in no class, and let the tab forget it, too."""
    _be(None)


def led_room() -> Room | None:
    """Return the class that this session leads, if there is one."""
    match _what_i_am():
        case Lead(secret):
            return rooms().led_with(secret)
    return None


def taken_seat() -> tuple[Room, str] | None:
    """Return the class in which this session sits, and the key of its seat, if there is one."""
    match _what_i_am():
        case Seat(code, key) if (room := rooms().find(code)) is not None and room.has(key):
            return room, key
    return None


def has_ended() -> Lead | Seat | None:
    """Return what this session was in a class that is no longer there."""
    gone = led_room() is None and taken_seat() is None
    return _what_i_am() if gone else None


def is_new() -> bool:
    """Say whether nothing is known of this session: its tab may know more."""
    return keys.CLASS_KEPT not in st.session_state


def keep_in_tab() -> None:
    """Let the browser's tab keep what this session is, or tell it, if it is new; there is nothing to see."""
    alive = led_room() is not None or taken_seat() is not None
    kept = None if is_new() else json.dumps(asdict(_what_i_am())) if alive else ""  # type: ignore[arg-type]
    with st.container(key=keys.CLASS_TAB):
        _keeper()(key=keys.CLASS_KEEPER, data={"kept": kept}, height=1, on_told_change=guarded(_told))


def _told() -> None:
    """Take what the tab has kept; anybody may have sent anything."""
    told = (st.session_state.get(keys.CLASS_KEEPER) or {}).get("told")
    if not isinstance(told, str) or len(told) > _LONGEST:
        return
    try:
        kept = json.loads(told)
    except ValueError:
        return
    match kept:
        case {"secret": str(secret)} if secret.isascii():
            _lead_again(secret)
        case {"code": str(code), "key": str(key)}:
            _sit_again(code, key)


def _lead_again(secret: str) -> None:
    if led_room() is not None:
        return
    room = rooms().led_with(secret)
    if room is not None:
        room.teacher_is_there = connection()
    leave()
    _be(Lead(secret))  # also of a class that has ended: the page says so


def _sit_again(code: str, key: str) -> None:
    room, now = rooms().find(code), taken_seat()
    if led_room() is not None or (now is not None and now[0] is not room):
        return  # this session has gone to another class meanwhile
    if room is not None and room.come_back(key, connection()):
        if now is not None and now[1] != key:
            room.leave(now[1])  # the link that was loaded again had taken another seat
        _be(Seat(room.code, key))
    elif now is None:
        _be(Seat(code, key))  # of a class that has ended: the page says so


def _what_i_am() -> Lead | Seat | None:
    what: Lead | Seat | None = st.session_state.get(keys.CLASS_KEPT)
    return what


def _be(what: Lead | Seat | None) -> None:
    st.session_state[keys.CLASS_KEPT] = what
    st.session_state.pop(keys.CLASS_SAID, None)


@cache
def _keeper() -> Callable[..., object]:
    script = Path(__file__).with_name("keeper.js").read_text(encoding="utf-8")
    component: Callable[..., object] = st.components.v2.component("mvae-class-keeper", js=script)
    return component
