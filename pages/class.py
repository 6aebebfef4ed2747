"""Class: a teacher opens one; students join it by its code, send their drawings, and vote."""

import streamlit as st

from mvae.errors import InputError
from mvae.ui.classroom import seats, student, teacher
from mvae.ui.classroom.link import FIELDS, asked_code
from mvae.ui.classroom.text import ClassView as Text
from mvae.ui.frame.frame import page_header
from mvae.ui.frame.link import keep_link
from mvae.ui.runtime.failures import error_boundary
from mvae.ui.state.classes import classes_are_allowed
from mvae.ui.state.task import shown

page_header(Text.TITLE, Text.LEAD, FIELDS)
student.style()
with error_boundary():
    if not classes_are_allowed():
        st.info(Text.NOT_ALLOWED if shown().of_kind("drawing") else Text.NO_DRAWINGS)
        st.stop()
    if (code := asked_code()) and seats.led_room() is None:
        try:
            seats.join(code)
        except InputError as error:
            st.warning(str(error))
    room = seats.led_room()
    if room is not None:
        teacher.show_class(room)
    elif seats.taken_seat() is not None:
        student.show_seat()
    else:
        gone = seats.has_ended()
        if gone is not None:
            st.info(Text.GONE_TEACHER if isinstance(gone, seats.Lead) else Text.ENDED)
        for place, show in zip(
            st.columns(2, gap="large"), (student.ask_for_code, teacher.offer_class), strict=True
        ):
            with place:
                show()
    seats.keep_in_tab()
keep_link(FIELDS)
