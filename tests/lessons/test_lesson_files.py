"""A teacher's files: what is understood, and the sentence about what is not, with its file and line."""

import os
import re
from pathlib import Path

import pytest

from mvae.__main__ import main
from mvae.errors import LessonError
from mvae.lessons.files import PAGES, SHIPPED, read_lessons
from mvae.ui.frame.link import taught
from mvae.ui.lessons import library
from mvae.ui.navigation import entries
from mvae.ui.server import choose_what_is_shown
from mvae.ui.state.hideable import hideable

GOOD = """---
title: Mine
minutes: 5
---

## First
Open: all_subsets?farsi=4&kannada=blank
Hide: label, page

Look **here**.

And here.

Predict: What?

- [ ] This: no.
  Because of that.
- [X] That.
  Because of this,
  and more.

## Second

Only to look at.
"""


def written(folder: Path, text: str, name: str = "1-mine.md") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_lesson_is_read_whole(tmp_path: Path) -> None:
    (lesson,) = read_lessons(written(tmp_path, GOOD), {"label"})
    assert (lesson.name, lesson.title, lesson.minutes) == ("mine", "Mine", 5)
    first, second = lesson.steps
    assert (first.page, first.said) == ("all_subsets", {"farsi": "4", "kannada": "blank"})
    assert first.hides == ("label", "page")
    assert first.look == "Look **here**.\n\nAnd here."
    assert [(each.text, each.right, each.why) for each in first.choices] == [
        ("This: no.", False, "Because of that."), ("That.", True, "Because of this, and more."),
    ]  # fmt: skip
    assert (second.page, second.question, second.choices, second.right) == (None, "", (), None)
    assert lesson.situation(2) is first


@pytest.mark.parametrize(
    ("wrong", "right", "line", "said"),
    [
        ("---\ntitle", "title", 1, "header"),
        ("title: Mine", "titel: Mine", 2, "title"),
        ("title: Mine\n", "", 3, "does not say the title"),
        ("minutes: 5", "minutes: five", 3, "whole number"),
        ("minutes: 5", "minutes: 5\nminutes: 6", 4, "once each"),
        ("## First", "text\n## First", 6, "before the first"),
        ("## First", "## ", 6, "title"),
        ("Open: all_subsets?farsi=4&kannada=blank\n", "", 6, "first step must open"),
        ("all_subsets?", "all?", 7, "no page “all”"),
        ("kannada=blank", "kannada", 7, "settings"),
        ("kannada=blank", "lesson=a.1", 7, "leave it out"),
        ("label, page", "labels", 8, "“labels” cannot be hidden"),
        ("Predict: What?", "Predict:", 14, "question is missing"),
        ("Predict: What?", "What?", 16, "below a question"),
        ("- [X] That.", "- [ ] That.", 14, "exactly one"),
        ("- [ ] This: no.", "- [x] This: no.", 14, "exactly one"),
        ("- [ ] This: no.\n  Because of that.\n", "", 14, "2 to 6 answers"),
        ("- [ ] This: no.", "- [ ] ", 16, "answer is missing"),
        ("  Because of that.", "Because of that.", 17, "indented"),
        ("  Because of that.\n", "", 16, "why"),
        ("Only to look at.", "Hide: label", 22, "asks no question"),
    ],
)
def test_what_is_wrong_is_said_with_file_and_line(
    tmp_path: Path, wrong: str, right: str, line: int, said: str
) -> None:
    assert wrong in GOOD
    with pytest.raises(LessonError) as caught:
        read_lessons(written(tmp_path, GOOD.replace(wrong, right, 1)), {"label"})
    found = re.fullmatch(r"(.*\.md), line (\d+): (.*)", str(caught.value))
    assert found is not None
    assert Path(found[1]) == tmp_path / "1-mine.md"
    assert int(found[2]) == line
    assert said in found[3]


def test_folders_and_files_that_cannot_be_read(tmp_path: Path) -> None:
    for folder, said in ((tmp_path / "none", "is it there"), (tmp_path, "1 to 30 files")):
        with pytest.raises(LessonError, match=said):
            read_lessons(folder, ())
    (tmp_path / "a.md").write_bytes(b"\xff\xfe")
    with pytest.raises(LessonError, match="UTF-8"):
        read_lessons(tmp_path, ())
    (tmp_path / "a.md").unlink()
    with pytest.raises(LessonError, match="letters"):
        read_lessons(written(tmp_path, GOOD, "Été 1.md"), ())


def test_two_lessons_have_two_names(tmp_path: Path) -> None:
    written(written(tmp_path, GOOD), GOOD, "2-mine.md")
    with pytest.raises(LessonError, match="two lessons named “mine”"):
        read_lessons(tmp_path, {"label"})


def test_the_pages_are_those_of_the_app_but_for_the_class() -> None:
    first, *others = [Path(entry.script).stem for entry in entries()]
    assert first == "draw_and_speak"
    assert set(PAGES) == {"", *others} - {"class", "class_view"}


def test_what_ships_is_understood() -> None:
    assert len(read_lessons(SHIPPED, hideable())) == 6


def test_the_command_prints_the_key_and_refuses_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lessons"]) == 0
    key = capsys.readouterr().out
    assert "6 lessons, 45 minutes." in key
    assert "Does more evidence always help? (minutes 37 to 45)" in key
    assert "→ *A Kannada 5.* The Farsi expert says" in key
    assert main(["lessons", str(written(tmp_path, GOOD.replace("minutes: 5", "minutes: 500")))]) == 1
    assert "1-mine.md, line 3: minutes" in capsys.readouterr().err


def test_a_server_shows_a_teachers_lessons_or_says_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(library._Server, "directory", SHIPPED)
    monkeypatch.setattr("sys.argv", ["app.py", "--lessons", str(written(tmp_path, GOOD))])
    choose_what_is_shown()
    assert [lesson.title for lesson in taught()[0]] == ["Mine"]
    written(tmp_path, GOOD.replace("title: Mine", "title:"))  # while the server runs
    os.utime(tmp_path / "1-mine.md", ns=(1, 1))
    assert taught()[0] == []
    assert "1-mine.md, line 2" in taught()[1]
    with pytest.raises(SystemExit) as caught:
        choose_what_is_shown()
    assert caught.value.code == 2
    assert "1-mine.md, line 2" in capsys.readouterr().err
