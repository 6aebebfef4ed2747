"""Thirty students in one class, at the same time, without browsers: they join, send, and vote."""

import asyncio
import json
import re
from collections import Counter
from time import perf_counter

import pytest
from helpers import run_async

from benchmarks import frontend
from benchmarks.frontend import Frontend, texts
from benchmarks.serving import running_app
from mvae.ui import keys
from mvae.ui.classroom.text import ClassView as Text

STUDENTS, AT_A_TIME = 30, 6
CHOICES = ("Farsi", "Kannada", "Speech")


async def lesson(address: str) -> tuple[dict, str, list[float]]:
    """Hold a lesson: what lies on the teacher's board then, what that says, and how long each send took."""
    teacher = Frontend(address)
    await teacher.open()
    await teacher.turn_to("class")
    await teacher.press(keys.CLASS_OPEN)
    code = re.search(r'class="code">([A-Z]{6})<', teacher.html())[1]
    await teacher.press(keys.CLASS_ASK)

    async def attend(number: int) -> tuple[Frontend, float]:
        student = Frontend(address)
        await student.open()
        student.query = f"join={code}"
        await student.turn_to("class")
        student.query = ""
        await student.turn_to("")
        digits = student.widgets["example-farsi"]
        await student.touch(texts(digits.id, [digits.options[number % 10].content]))
        seconds = await student.press(keys.CLASS_SEND)
        (vote,) = [key for key in student.widgets if key.startswith(keys.CLASS_VOTE)]
        await student.touch(texts(student.widgets[vote].id, [CHOICES[number % 3]]))
        return student, seconds

    students, took = [], []
    for first in range(0, STUDENTS, AT_A_TIME):
        for student, seconds in await asyncio.gather(*map(attend, range(first, first + AT_A_TIME))):
            students.append(student)
            took.append(seconds)
    await teacher.turn_to("class")
    board = json.loads(teacher.widgets[keys.CLASS_BOARD].json)
    said = teacher.html()
    for student in students:
        await student.close()
    await teacher.close()
    return board, said, took


def test_a_lesson(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frontend, "PATIENCE", 60.0)  # this machine may be busy
    with running_app() as app:
        started = perf_counter()
        board, said, took = run_async(lesson(app.address))
        print(f"{perf_counter() - started:.1f} s; slowest send {max(took):.2f} s")
    read = Counter(sent["read"] for sent in board["sent"])
    assert read == {Text.READ_AS.format(label=digit): STUDENTS // 10 for digit in range(10)}
    assert all(0 <= share <= 1 for sent in board["sent"] for share in sent["place"])
    for choice in CHOICES:
        assert f"{choice} {STUDENTS // 3}" in re.search(r'aria-label="Votes: ([^"]+)"', said)[1]
