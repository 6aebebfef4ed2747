"""The teacher's screen: how to join, the board, and the vote."""

from collections.abc import Callable
from html import escape

import segno
import streamlit as st

from mvae.ui import keys
from mvae.ui.classroom.address import way
from mvae.ui.classroom.board import show_board, show_votes
from mvae.ui.classroom.room import DRAWINGS, STUDENTS, Room
from mvae.ui.classroom.rooms import ABSENCE, rooms
from mvae.ui.classroom.seats import forget, led_room, open_class
from mvae.ui.classroom.text import ClassView as Text
from mvae.ui.runtime.callbacks import guarded
from mvae.ui.runtime.failures import error_boundary
from mvae.ui.state.models import chosen_checkpoint, default_checkpoint
from mvae.ui.state.task import shown
from mvae.ui.views.look import plain

_EVERY = 2.0  # seconds between two looks at what has come


def offer_class() -> None:
    """Show what a class is, and the button that opens one."""

    def open_one() -> None:
        chosen = chosen_checkpoint()  # perhaps this session's own model, which nobody else has
        open_class(chosen if chosen in shown().checkpoints else default_checkpoint())

    st.subheader(Text.TEACHERS, anchor=False)
    st.markdown(Text.ABOUT.format(minutes=round(ABSENCE / 60), students=STUDENTS, drawings=DRAWINGS))
    st.button(
        Text.OPEN, icon=":material/groups:", type="primary", key=keys.CLASS_OPEN, on_click=guarded(open_one)
    )


def show_class(room: Room) -> None:
    """Show a class to the teacher who leads it."""
    with st.container(horizontal=True, gap="medium"):
        with st.container(key=keys.CLASS_DOOR):
            _show_door(room)
        with st.container(key=keys.CLASS_PLACE):
            _ticking(lambda: show_board(room))
        with st.container(key=keys.CLASS_BESIDE):
            _ticking(lambda: _show_vote(room))


def _ticking(show: Callable[[], None]) -> None:
    """Show a part that looks for what is new by itself, as long as there is the class."""

    def fragment() -> None:
        if led_room() is None:  # ended in another tab, or elsewhere
            st.rerun()
        show()

    st.fragment(error_boundary()(fragment), run_every=_EVERY)()


def _show_door(room: Room) -> None:
    """Show how to join, and let the teacher end the class."""
    found = way()
    link = found.link(room.code)
    qr = segno.make(link, error="m", micro=False).svg_data_uri(
        border=3, omitsize=True, dark="#000", light="#fff"
    )
    alt = escape(Text.QR_ALT.format(address=link))
    st.html(f'<img class="qr" alt="{alt}" src="{qr}">')
    st.html(
        f'<div class="to-join">{Text.TO_JOIN}<b>{escape(found.page)}</b>{Text.CODE_IS} '
        f'<div class="code">{room.code}</div></div>'
    )
    if not found.works:
        st.error(found.remark, icon=":material/wifi_off:")
    elif found.remark:
        st.info(found.remark)

    def end() -> None:
        rooms().end(room)
        forget()

    with st.popover(Text.END, icon=":material/logout:"):
        st.markdown(Text.END_ABOUT)
        st.button(Text.END_SURELY, key=keys.CLASS_END, type="primary", on_click=guarded(end))


def _show_vote(room: Room) -> None:
    """Show the question and its votes, and let the teacher ask another."""
    st.subheader(Text.VOTE, anchor=False)
    show_votes(room)
    asked = room.question
    if asked is not None and asked.open:
        st.button(Text.CLOSE, icon=":material/lock:", key=keys.CLASS_CLOSE, on_click=guarded(room.close_vote))
    which = st.selectbox(
        Text.QUESTION, list(Text.QUESTIONS), format_func=Text.QUESTIONS.__getitem__, key=keys.CLASS_QUESTION
    )
    ready = {
        "wins": [*shown().names.values(), Text.NOBODY],
        "label": list(shown().classes),
    }
    if which == "own":
        st.text_input(Text.OWN_WORDS, key=keys.CLASS_WORDS)
        st.text_input(Text.OWN_CHOICES, key=keys.CLASS_CHOICES)
    else:
        st.caption(plain(", ".join(ready[which])))

    def ask() -> None:
        if which == "own":
            words, choices = (st.session_state.get(key, "") for key in (keys.CLASS_WORDS, keys.CLASS_CHOICES))
            room.ask(words, choices.split(","))
        else:
            room.ask(Text.QUESTIONS[which], ready[which])

    st.button(
        Text.ASK if asked is None else Text.ASK_AGAIN, icon=":material/how_to_vote:", key=keys.CLASS_ASK,
        on_click=guarded(ask),
    )  # fmt: skip
