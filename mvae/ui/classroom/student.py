"""What a student sees of a class: on its own page, and above the cards of the first page."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import streamlit as st

from mvae.errors import InputError, MVAEError
from mvae.ui import DRAW_PAGE, keys
from mvae.ui.classroom.board import map_of
from mvae.ui.classroom.room import DRAWINGS_OF_A_STUDENT, Room
from mvae.ui.classroom.rooms import CODE, rooms
from mvae.ui.classroom.seats import forget, has_ended, is_new, keep_in_tab, leave, taken_seat
from mvae.ui.classroom.text import ClassView as Text
from mvae.ui.classroom.text import Refusals
from mvae.ui.runtime.callbacks import guarded
from mvae.ui.runtime.failures import error_boundary
from mvae.ui.state.models import load_pipeline
from mvae.ui.state.slots import current_inputs
from mvae.ui.state.task import shown
from mvae.ui.text import inputs_title
from mvae.ui.views.look import plain
from mvae.ui.views.pictures import ink_image, png_url

_EVERY = 3.0  # seconds between two looks at whether something is asked
_HERE = Path(__file__).parent
_STYLE = _HERE / "style.css"


def style() -> None:
    """Add the look of the class view to the page."""
    st.html(_STYLE)


def ask_for_code() -> None:
    """Show where a code is typed: the browser then opens the link of that class."""
    st.subheader(Text.STUDENTS, anchor=False)
    st.markdown(Text.HOW_TO_JOIN.format(letters=CODE))
    data = {"label": Text.CODE, "join": Text.JOIN, "letters": CODE}
    _form()(key=keys.CLASS_FORM, data=data)


def show_seat() -> None:
    """Show a student's own page: where to draw, the vote, and the way out."""

    def fragment() -> None:
        sits = taken_seat()
        if sits is None:
            st.rerun()
        else:
            room, key = sits
            with st.container(border=True):
                if room.question is None:
                    st.caption(Text.NO_QUESTION)
                _show_question(room, key)

    room, _ = taken_seat() or (None, "")
    if room is None:
        return
    st.markdown(Text.JOINED.format(code=room.code))
    st.markdown(Text.DRAW.format(button=Text.SEND))
    title = inputs_title(modality.kind for modality in shown().modalities)
    st.page_link(DRAW_PAGE, label=title, icon=":material/draw:")
    st.fragment(error_boundary()(fragment), run_every=_EVERY)()
    st.button(Text.LEAVE, icon=":material/logout:", key=keys.CLASS_LEAVE, on_click=guarded(leave))


def send_to_class() -> None:
    """Show who sits in a class the button that sends the drawing, and what is asked; others see nothing."""
    sits = taken_seat() is not None
    perhaps = is_new() and bool(rooms())  # its tab may know of one
    if not sits and not perhaps and has_ended() is None:
        return
    style()

    def fragment() -> None:
        keep_in_tab()
        now = taken_seat()
        if (now is not None) != sits:
            st.rerun()  # it has ended, or the tab knew of it: from now on it looks by itself, or no more
        if now is not None:
            with st.container(border=True, key=keys.CLASS_PART):
                _show_part(*now)
        elif has_ended() is not None:
            st.info(Text.ENDED)
            forget()

    st.fragment(error_boundary()(fragment), run_every=_EVERY if sits else None)()


def _show_part(room: Room, key: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(Text.IN_CLASS.format(code=room.code), width="content")
        st.button(
            Text.SEND, icon=":material/send:", type="primary", key=keys.CLASS_SEND,
            on_click=guarded(_saying(lambda: _send(room, key))),
        )  # fmt: skip
        said = st.session_state.get(keys.CLASS_SAID)
        if said:
            st.markdown(said, width="content")
        _show_question(room, key)


def _send(room: Room, key: str) -> str:
    """Put on the board what is drawn, and return what is said about it."""
    drawings = {modality.name for modality in shown().of_kind("drawing")}
    inputs = {name: ink for name, ink in current_inputs().items() if name in drawings}
    if not inputs:
        raise InputError(Refusals.NOTHING_DRAWN)
    room.may_send(key)
    # Not by what sessions share: that would remember the drawing when the class has ended.
    (out,) = load_pipeline(room.checkpoint).complete(inputs, [tuple(inputs)])
    found = map_of(room.checkpoint)
    place = None
    if found is not None:
        x, y = found.place_of(out.mean).clip(0, 1).tolist()
        place = (round(x, 3), round(y, 3))
    room.put(key, {name: png_url(ink_image(ink, scale=2)) for name, ink in inputs.items()}, out.label, place)
    count = room.sent_by(key)
    if count < DRAWINGS_OF_A_STUDENT:
        return Text.SENT_FEW
    return Text.SENT.format(count=count, most=DRAWINGS_OF_A_STUDENT)


def _show_question(room: Room, key: str) -> None:
    """Show what is asked, and let the student vote."""
    asked = room.question
    if asked is None:
        return
    widget = f"{keys.CLASS_VOTE}{asked.number}"

    def vote() -> str:
        room.vote(key, asked.number, st.session_state[widget])
        return ""

    st.session_state[widget] = room.vote_of(key)
    st.segmented_control(
        plain(asked.words), asked.choices, format_func=plain, key=widget, on_change=guarded(_saying(vote)),
        disabled=not asked.open, width="content", help=Text.YOUR_VOTE,
    )  # fmt: skip
    if not asked.open:
        st.caption(Text.VOTE_CLOSED, width="content")


def _saying(action: Callable[[], str]) -> Callable[..., None]:
    """Return a callback whose sentence, or why it cannot be done, stands beside the button afterwards."""

    def run() -> None:
        try:
            st.session_state[keys.CLASS_SAID] = action()
        except MVAEError as error:
            st.session_state[keys.CLASS_SAID] = f":orange[{plain(str(error))}]"

    return run


@cache
def _form() -> Callable[..., object]:
    component: Callable[..., object] = st.components.v2.component(
        "mvae-class-form",
        html='<form method="get"><label><span></span><input name="join" autocomplete="off" '
        'autocapitalize="characters" spellcheck="false" required></label><button></button></form>',
        css=(_HERE / "form.css").read_text(encoding="utf-8"),
        js=(_HERE / "form.js").read_text(encoding="utf-8"),
    )
    return component
