"""The command ``python -m mvae lessons``: checks a teacher's files, and prints the key to them."""

import argparse
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from mvae.lessons.files import SHIPPED, read_lessons
from mvae.lessons.text import Key


def add_commands(commands: Any, hideable: Callable[[], Collection[str]]) -> None:
    """Add the parser; `hideable` returns what a lesson may hide in the app."""
    parser = commands.add_parser(
        "lessons", help="check the files of lessons, and print the teacher's key: times and expected answers"
    )
    parser.add_argument(
        "directory", nargs="?", type=Path, default=SHIPPED, metavar="DIR",
        help="a folder with a file *.md for each lesson; by default those that come with the app",
    )  # fmt: skip
    parser.set_defaults(run=lambda arguments: _run(arguments, hideable()))


def _run(arguments: argparse.Namespace, hideable: Collection[str]) -> int:
    print(key(arguments.directory, hideable))
    return 0


def key(directory: Path, hideable: Collection[str]) -> str:
    """Return the teacher's key in Markdown: of each step the question, the expected answer, and why.

    Raises
    ------
    LessonError
        If a lesson cannot be understood.
    """
    lessons = read_lessons(directory, hideable)
    total = sum(lesson.minutes for lesson in lessons)
    lines = [f"# {Key.TITLE}", "", Key.ALTOGETHER.format(count=len(lessons), minutes=total), ""]
    begins = 0
    for lesson in lessons:
        ends = begins + lesson.minutes
        lines += [f"## {Key.LESSON.format(title=lesson.title, begins=begins, ends=ends)}", ""]
        for number, step in enumerate(lesson.steps, 1):
            lines.append(f"{number}. **{step.title}.** {step.question}")
            if step.right is not None:
                expected = step.choices[step.right]
                lines += [f"   → *{expected.text}* {expected.why}"]
        lines.append("")
        begins = ends
    return "\n".join(lines).rstrip()
