"""A class without its pages: seats, the board, votes, bounds, and who may do what."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from clock import Clock

from mvae.errors import InputError
from mvae.ui.classroom.address import own_address, way_from
from mvae.ui.classroom.room import (
    CHOICES,
    DRAWING_BYTES,
    DRAWINGS,
    DRAWINGS_OF_A_STUDENT,
    SEND_SECONDS,
    SENDS,
    STUDENTS,
    VOTES,
    Room,
)
from mvae.ui.classroom.rooms import ABSENCE, CODE, LETTER, LETTERS, ROOMS, Rooms, is_code
from mvae.ui.classroom.text import ClassView as Text
from mvae.ui.state import task
from mvae.ui.state.classes import classes_are_allowed
from mvae.ui.state.task import POSTERS
from mvae.ui.views.bars import vote_bars

PICTURE = {"farsi": "data:image/png;base64,iVBOR"}


@pytest.fixture
def room(clock: Clock) -> Room:
    return Room("BCDFGH", "conv", here, clock)


def here() -> bool:
    return True


def gone() -> bool:
    return False


def send(room: Room, key: str, clock: Clock) -> None:
    clock.now += SEND_SECONDS
    room.may_send(key)
    room.put(key, PICTURE, 3, (0.5, 0.5))


def test_a_class_is_full_at_sixty_and_who_has_gone_makes_room(room: Room) -> None:
    keys = [room.join(here) for _ in range(STUDENTS - 1)]
    absent = room.join(gone)
    assert room.present == STUDENTS - 1
    assert room.has(absent)
    late = room.join(here)
    assert not room.has(absent)
    assert len({*keys, late}) == STUDENTS
    with pytest.raises(InputError, match="full"):
        room.join(here)


def test_the_seat_of_a_page_that_is_loaded_again_is_the_same(room: Room) -> None:
    key = room.join(gone)
    assert room.come_back(key, here)
    assert room.present == 1
    assert not room.come_back("made up", here)


def test_a_students_sixth_drawing_takes_the_place_of_the_first(room: Room, clock: Clock) -> None:
    one, other = room.join(here), room.join(here)
    send(room, other, clock)
    for _ in range(DRAWINGS_OF_A_STUDENT + 1):
        send(room, one, clock)
    assert room.sent_by(one) == DRAWINGS_OF_A_STUDENT
    assert [each.number for each in room.sent] == [1, 3, 4, 5, 6, 7]


def test_the_board_is_full_at_two_hundred(room: Room, clock: Clock) -> None:
    keys = [room.join(here) for _ in range(DRAWINGS // DRAWINGS_OF_A_STUDENT + 1)]
    for key in keys[:-1]:
        for _ in range(DRAWINGS_OF_A_STUDENT):
            send(room, key, clock)
    assert len(room.sent) == DRAWINGS
    with pytest.raises(InputError, match="full"):
        send(room, keys[-1], clock)
    send(room, keys[0], clock)  # its own oldest makes room
    assert len(room.sent) == DRAWINGS
    room.take_away(room.sent[0].number)
    send(room, keys[-1], clock)
    room.clear()
    assert room.sent == []


def test_a_drawing_is_bounded_in_size_and_rate(room: Room, clock: Clock) -> None:
    key = room.join(here)
    for pictures in ({}, {"farsi": "x" * (DRAWING_BYTES + 1)}):
        with pytest.raises(InputError):
            room.put(key, pictures, 3, None)
    for _ in range(SENDS):
        room.may_send(key)
    with pytest.raises(InputError, match="wait"):
        room.may_send(key)
    room.may_send(room.join(here))  # each student alone
    clock.now += SEND_SECONDS
    room.may_send(key)


@pytest.mark.parametrize(
    ("words", "choices"),
    [("", "ab"), ("x" * 121, "ab"), ("Why?", "a"), ("Why?", "aa"), ("Why?", ["a", "b" * 41]), ("Why?", " ")],
)
def test_a_question_that_makes_no_sense(room: Room, words: str, choices: list[str]) -> None:
    with pytest.raises(InputError):
        room.ask(words, choices)
    with pytest.raises(InputError):
        room.ask("Why?", [str(number) for number in range(CHOICES + 1)])
    assert room.question is None


def test_votes_can_be_changed_until_they_are_closed(room: Room, clock: Clock) -> None:
    one, other = room.join(here), room.join(here)
    room.ask("Who wins?", ["Farsi", "Speech"])
    number = room.question.number
    room.vote(one, number, "Farsi")
    room.vote(other, number, "Farsi")
    room.vote(other, number, "Speech")
    room.vote(other, number, "no such choice")
    assert room.votes() == {"Farsi": 1, "Speech": 1}
    room.vote(one, number, None)
    assert room.votes() == {"Farsi": 0, "Speech": 1}
    room.leave(other)
    assert sum(room.votes().values()) == 0
    for _ in range(VOTES - 2):
        room.vote(one, number, "Speech")
    with pytest.raises(InputError, match="wait"):
        room.vote(one, number, "Farsi")
    clock.now += 10
    room.close_vote()
    with pytest.raises(InputError, match="over"):
        room.vote(one, number, "Farsi")
    assert room.votes() == {"Farsi": 0, "Speech": 1}
    room.ask("Who wins?", ["Farsi", "Speech"])
    assert sum(room.votes().values()) == 0
    with pytest.raises(InputError, match="over"):
        room.vote(one, number, "Farsi")  # of the question before


@pytest.mark.parametrize(
    "act", [lambda room: room.may_send("x"), lambda room: room.put("x", PICTURE, 1, None)]
)
def test_only_who_sits_in_a_class_can_send(room: Room, act: Callable[[Room], None]) -> None:
    with pytest.raises(InputError, match="not in this class"):
        act(room)


def test_a_class_is_found_by_its_code_and_led_by_its_secret_alone() -> None:
    rooms = Rooms()
    one, other = rooms.open("conv", here), rooms.open("linear", here)
    assert one.code != other.code
    assert is_code(one.code)
    typed = f" {one.code[:3].lower()}-{one.code[3:]} "
    assert rooms.find(typed) is one
    assert rooms.led_with(one.secret) is one
    assert rooms.led_with(one.code) is None
    key = one.join(here)
    assert not other.has(key)
    rooms.end(one)
    assert rooms.find(one.code) is None
    assert rooms.find(other.code) is other
    assert not is_code("ABCDEF")


def test_a_server_has_so_many_classes_and_no_more() -> None:
    rooms = Rooms()
    for _ in range(ROOMS):
        rooms.open("conv", here)
    with pytest.raises(InputError, match="already"):
        rooms.open("conv", here)


def test_a_class_ends_when_its_teacher_has_been_away_for_long(clock: Clock) -> None:
    rooms = Rooms(clock)
    kept, left = rooms.open("conv", here), rooms.open("conv", gone)
    clock.now = ABSENCE - 1
    rooms.look_after()
    assert rooms.find(left.code) is left
    clock.now = ABSENCE + 1
    rooms.look_after()
    assert rooms.find(left.code) is None
    assert rooms.find(kept.code) is kept


def test_codes_of_a_replica_begin_with_its_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    for said, begins in (("c", "C"), ("", LETTERS), ("E", LETTERS), ("BC", LETTERS)):
        monkeypatch.setenv(LETTER, said)
        code = Rooms().open("conv", here).code
        assert len(code) == CODE
        assert code[0] in begins


def test_the_address_is_one_that_others_can_open() -> None:
    public = way_from("https://demo.school/class?join=x", "", "192.0.2.7")
    assert (public.link("BCDFGH"), public.remark) == ("https://demo.school/class?join=BCDFGH", "")
    below = way_from("https://demo.school:8443/vae/class", "", "192.0.2.7")
    assert below.page == "https://demo.school:8443/vae/class"
    for host in ("localhost", "127.0.0.1", "[::1]"):
        local = way_from(f"http://{host}:8501/class", "", "192.0.2.7")
        assert local.page == "http://192.0.2.7:8501/class"
        assert local.works
        assert host.strip("[]") in local.remark
    alone = way_from("http://localhost:8501/class", "127.0.0.1", "192.0.2.7")
    assert (alone.works, alone.remark) == (False, Text.ONLY_HERE)
    assert way_from("http://localhost:8501/class", "0.0.0.0", "").remark == Text.NO_NETWORK  # noqa: S104
    several = way_from("https://demo.school/class", "", "", several_without_letters=True)
    assert several.remark == Text.NO_ROUTE
    assert not own_address().startswith("127.")


def test_a_task_without_drawings_has_no_class(monkeypatch: pytest.MonkeyPatch) -> None:
    assert classes_are_allowed()
    sounds = tuple(POSTERS.of_kind("sound"))
    monkeypatch.setattr(task._Server, "shown", replace(POSTERS, modalities=sounds))
    assert not classes_are_allowed()


def test_bars_of_votes_are_escaped_and_say_how_many() -> None:
    bars = vote_bars({"<b>Farsi": 2, "Speech": 1}, Text.VOTES_ALT.format)
    assert "<b>Farsi" not in bars
    assert "--share: 0.6667" in bars
    assert 'class="best"><span>&lt;b&gt;Farsi' in bars
    assert "Speech 1" in bars
    assert "--share: 0.0000" in vote_bars({"a": 0, "b": 0}, Text.VOTES_ALT.format)
