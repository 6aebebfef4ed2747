"""The class view: a teacher and students, each a session of the same process."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from mvae.checkpoint.latent_map import load_map
from mvae.checkpoint.place import SHIPPED
from mvae.inference.pipeline import load_pretrained
from mvae.ui import keys
from mvae.ui.classroom import seats
from mvae.ui.classroom.room import Room
from mvae.ui.classroom.rooms import WRONG_CODES, rooms
from mvae.ui.classroom.text import ClassView as Text
from mvae.ui.classroom.text import Refusals
from mvae.ui.state.classes import SWITCH
from mvae.ui.state.slots import templates
from tests.pages.conftest import ROOT, Opener

PAGE, DRAW = "pages/class.py", "pages/draw_and_speak.py"


@pytest.fixture(autouse=True)
def _no_class_is_left() -> Iterator[None]:
    yield
    rooms.cache_clear()


@pytest.fixture
def teacher(open_page: Opener) -> AppTest:
    app = open_page("class")
    return app.button(keys.CLASS_OPEN).click().run()


@pytest.fixture
def room(teacher: AppTest) -> Room:
    return rooms().led_with(teacher.session_state[keys.CLASS_KEPT].secret)


def joined(code: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    app.query_params["join"] = code
    app.switch_page(PAGE).run()
    assert not app.exception
    return app


def has(app: AppTest, key: str) -> bool:
    return any(button.key == key for button in app.button)


def said(app: AppTest) -> str:
    return " ".join(element.value for element in (*app.markdown, *app.info, *app.warning, *app.error))


def tell(app: AppTest, kept: object) -> AppTest:
    """Let a tab tell what it has kept, as its component does."""
    with pytest.MonkeyPatch.context() as patch:
        shown = seats.keep_in_tab

        def telling() -> None:
            if not st.session_state.get("told-once"):
                st.session_state["told-once"] = True
                st.session_state[keys.CLASS_KEEPER] = {"told": json.dumps(kept)}
                seats._told()
                del st.session_state[keys.CLASS_KEEPER]
                st.rerun()
            shown()

        patch.setattr(seats, "keep_in_tab", telling)
        patch.setattr("mvae.ui.classroom.student.keep_in_tab", telling)
        return app.run()


def test_nothing_of_a_class_is_shown_before_one_was_opened(open_page: Opener) -> None:
    app = open_page("draw_and_speak")
    assert not has(app, keys.CLASS_SEND)
    assert not rooms()
    app.switch_page(PAGE).run()
    assert not rooms()
    assert Text.OPEN in [button.label for button in app.button]


def test_the_teachers_screen_says_how_to_join(teacher: AppTest, room: Room) -> None:
    html = " ".join(str(element.value) for element in teacher.get("html"))
    assert room.code in html
    assert 'src="data:image/svg+xml' in html
    assert "join=" not in str(teacher.query_params)
    assert room.secret not in html


def test_a_drawing_lies_on_the_board_where_the_model_puts_it(teacher: AppTest, room: Room) -> None:
    student = joined(room.code)
    assert room.code in said(student)
    student.switch_page(DRAW).run()
    student.button(keys.CLASS_SEND).click().run()
    assert Text.SENT_FEW in said(student)
    (sent,) = room.sent
    pipe = load_pretrained(room.checkpoint)
    ink = {"farsi": templates(5)["farsi"]}
    (out,) = pipe.complete(ink, [("farsi",)])
    found = load_map(SHIPPED / "conv")
    assert found is not None
    assert sent.place == pytest.approx(found.place_of(out.mean), abs=2e-3)
    assert (sent.label, list(sent.pictures)) == (5, ["farsi"])
    told = board(teacher.run())
    assert [each["number"] for each in told["sent"]] == [1]
    assert told["map"]["points"]


def board(app: AppTest) -> dict:
    (found,) = [
        element for element in app.get("bidi_component") if element.proto.id.endswith(keys.CLASS_BOARD)
    ]
    return json.loads(found.proto.json)


def test_what_cannot_be_sent_is_said_beside_the_button(room: Room) -> None:
    student = joined(room.code).switch_page(DRAW).run()
    student.toggle(f"{keys.PRESENT}farsi").set_value(False).run()
    student.button(keys.CLASS_SEND).click().run()
    assert "There is no drawing to send" in said(student)
    assert room.sent == []
    student.toggle(f"{keys.PRESENT}farsi").set_value(True).run()
    for _ in range(4):
        student.button(keys.CLASS_SEND).click().run()
    assert "wait a little" in said(student)
    assert len(room.sent) == 3


def test_a_vote(teacher: AppTest, room: Room) -> None:
    student = joined(room.code)
    assert Text.NO_QUESTION in [caption.value for caption in student.caption]
    teacher.button(keys.CLASS_ASK).click().run()
    key = f"{keys.CLASS_VOTE}{room.question.number}"
    student.run()
    student.button_group(key).set_value("Kannada").run()
    assert room.votes() == {"Farsi": 0, "Kannada": 1, "Speech": 0, Text.NOBODY: 0}
    student.switch_page(DRAW).run()  # the same vote stands there
    assert student.button_group(key).value == "Kannada"
    teacher.button(keys.CLASS_CLOSE).click().run()
    student.run()
    assert student.button_group(key).disabled
    teacher.selectbox(keys.CLASS_QUESTION).set_value("own").run()
    teacher.text_input(keys.CLASS_WORDS).set_value("Is *this* one?")
    teacher.text_input(keys.CLASS_CHOICES).set_value("[yes](http://evil.test), no").run()
    teacher.button(keys.CLASS_ASK).click().run()
    group = student.run().button_group(f"{keys.CLASS_VOTE}{room.question.number}")
    assert group.label == r"Is \*this\* one?"
    assert group.options == [r"\[yes\]\(http\://evil.test\)", "no"]
    teacher.text_input(keys.CLASS_CHOICES).set_value("yes").run()
    teacher.button(keys.CLASS_ASK).click().run()
    assert "two to" in said(teacher)


def test_when_the_teacher_ends_it_all_is_forgotten(teacher: AppTest, room: Room) -> None:
    student = joined(room.code).switch_page(DRAW).run()
    student.button(keys.CLASS_SEND).click().run()
    teacher.button(keys.CLASS_END).click().run()
    assert not rooms()
    assert has(teacher, keys.CLASS_OPEN)
    student.run()
    assert not has(student, keys.CLASS_SEND)
    assert Text.ENDED in said(student)
    assert Text.ENDED not in said(student.run())
    late = joined(room.code)
    assert Refusals.NO_CLASS.format(code=room.code) in said(late)


def test_a_student_cannot_lead_or_end_a_class_nor_see_another(room: Room, open_page: Opener) -> None:
    other = open_page("class").button(keys.CLASS_OPEN).click().run()
    theirs = rooms().led_with(other.session_state[keys.CLASS_KEPT].secret)
    student = joined(room.code)
    for key in (keys.CLASS_END, keys.CLASS_ASK, keys.CLASS_CLEAR):
        assert not has(student, key)
    seat = student.session_state[keys.CLASS_KEPT]
    for kept in ({"secret": seat.key}, {"secret": room.code}, {"secret": ""}, {"secret": "é"}):
        app = tell(joined(theirs.code), kept)
        assert not has(app, keys.CLASS_END)
    tell(joined(room.code), {"code": theirs.code, "key": seat.key}).switch_page(DRAW).run()
    assert theirs.sent == []
    assert rooms().find(room.code) is room


def test_a_page_that_is_loaded_again_is_what_it_was(room: Room, teacher: AppTest, open_page: Opener) -> None:
    lead = {"secret": room.secret}
    again = tell(open_page("class"), lead)
    assert has(again, keys.CLASS_END)
    student = joined(room.code)
    seat = student.session_state[keys.CLASS_KEPT]
    anew = joined(room.code)  # its link has taken another seat before the tab could tell
    assert room.present == 2
    tell(anew, {"code": seat.code, "key": seat.key})
    assert anew.session_state[keys.CLASS_KEPT] == seat
    assert room.present == 1
    on_first_page = tell(open_page("draw_and_speak"), {"code": seat.code, "key": seat.key})
    assert has(on_first_page, keys.CLASS_SEND)
    rooms().end(room)
    assert Text.GONE_TEACHER in said(tell(open_page("class"), lead))


def test_codes_cannot_be_guessed_for_long(room: Room, open_page: Opener) -> None:
    app = open_page("class")
    app.session_state[keys.CLASS_TRIES] = WRONG_CODES
    app.session_state[keys.CLASS_CODE] = room.code
    app.run()
    assert Refusals.TOO_MANY_CODES in said(app)
    assert room.present == 0


def test_a_link_with_no_code(room: Room) -> None:
    app = joined("<script>")
    assert "not understood" in said(app)
    assert room.present == 0


def test_a_server_that_allows_no_class(monkeypatch: pytest.MonkeyPatch, open_page: Opener) -> None:
    monkeypatch.setenv(SWITCH, "off")
    app = open_page("class")
    assert Text.NOT_ALLOWED in said(app)
    assert not has(app, keys.CLASS_OPEN)


def test_nothing_is_written_or_logged(
    room: Room, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    student = joined(room.code).switch_page(DRAW).run()
    student.button(keys.CLASS_SEND).click().run()
    captured = capfd.readouterr()
    for text in (caplog.text, captured.out, captured.err):
        assert room.code not in text
        assert room.secret not in text
