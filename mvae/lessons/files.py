"""Lessons: texts that teach, one Markdown file each, read into steps, questions and answers.

A file begins with a header between two lines of ``---`` that says ``title: …`` and ``minutes: …``. Each step
begins with ``## Title``; then, in this order and each as wanted, come ``Open: PAGE?SETTINGS``, what *Copy
link* gives behind the server's name; ``Hide: NAME, NAME``, what is hidden until the question is answered; a
text in Markdown; and ``Predict: QUESTION`` with its answers, ``- [x]`` before the right one and ``- [ ]``
before each other one, each with its why, indented, in the lines below it.

Whatever is wrong with a file is one sentence that names the file and the line.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, NoReturn
from urllib.parse import parse_qsl

from mvae.errors import LessonError
from mvae.files import PROJECT
from mvae.lessons.text import Refusals as Text
from mvae.reading import read_regular_file

SHIPPED = PROJECT / "lessons"
"""Where the lessons lie that come with the app."""
PAGES = ("", "all_subsets", "experts", "latent_space", "training", "how_it_works")
"""What may stand before the question mark: the pages' addresses, the first page's is empty."""
WHOLE_PAGE = "page"
"""What `Hide` names to hide all of a page."""
_MOST_BYTES, _MOST_LESSONS, _MOST_STEPS = 100_000, 30, 20
_CHOICES = range(2, 7)
_MINUTES = range(1, 91)
_BOX = re.compile(r"- \[([ xX])\]\s*(.*)")


@dataclass(frozen=True)
class Choice:
    """One answer to a question: its text, whether it is right, and why or why not; both in Markdown."""

    text: str
    right: bool
    why: str


@dataclass(frozen=True)
class Step:
    """One step of a lesson.

    Attributes
    ----------
    title, look
        Its heading, and what to look at, in Markdown.
    page, said
        The page that it opens and its settings; None and nothing: it stays where the step before is.
    hides
        What is hidden until the question is answered, by the names of ``?hide=``, or `WHOLE_PAGE`.
    question, choices
        What is to be predicted; "" and nothing: the step asks nothing.
    """

    title: str
    look: str
    page: str | None
    said: dict[str, str]
    hides: tuple[str, ...]
    question: str
    choices: tuple[Choice, ...]

    @property
    def right(self) -> int | None:
        """The place of the right answer among the choices, from 0; None if nothing is asked."""
        return next((place for place, choice in enumerate(self.choices) if choice.right), None)


@dataclass(frozen=True)
class Lesson:
    """A lesson: its name in an address, its title, how many minutes it takes, and its steps."""

    name: str
    title: str
    minutes: int
    steps: tuple[Step, ...]

    def situation(self, number: int) -> Step:
        """Return the step that has opened what is on the screen at a step, both counted from 1."""
        return next(step for step in reversed(self.steps[:number]) if step.page is not None)


class _Line(NamedTuple):
    number: int
    text: str


def read_lessons(directory: str | Path, hideable: Collection[str]) -> list[Lesson]:
    """Read all lessons of a folder, in the order of the files' names.

    Parameters
    ----------
    directory
        With a file ``NAME.md`` for each lesson; digits and a hyphen before the name only give the order.
    hideable
        The names that `Hide` may have, besides `WHOLE_PAGE`.

    Raises
    ------
    LessonError
        If there is none, or one cannot be understood; the sentence names the file and the line.
    """
    try:
        files = sorted(path for path in Path(directory).iterdir() if path.suffix == ".md")
    except (OSError, ValueError) as error:
        msg = Text.NO_FOLDER.format(directory=directory)
        raise LessonError(msg) from error
    if not 0 < len(files) <= _MOST_LESSONS:
        msg = Text.HOW_MANY.format(directory=directory, most=_MOST_LESSONS, count=len(files))
        raise LessonError(msg)
    lessons = [_Reader(file, {*hideable, WHOLE_PAGE}).lesson() for file in files]
    for file, lesson in zip(files, lessons, strict=True):
        if [each.name for each in lessons].count(lesson.name) > 1:
            msg = f"{file}: {Text.TWICE.format(name=lesson.name)}"
            raise LessonError(msg)
    return lessons


class _Reader:
    """Reads one file."""

    def __init__(self, file: Path, hideable: set[str]) -> None:
        self._file, self._hideable = file, hideable
        self.name = re.sub(r"^\d+-", "", file.stem)
        if not re.fullmatch("[a-z][a-z0-9-]{0,30}", self.name):
            self._refuse(1, Text.NAME)
        try:
            text = read_regular_file(file, most=_MOST_BYTES).decode()
        except (OSError, UnicodeDecodeError) as error:
            msg = f"{file}: {Text.NO_TEXT.format(most=_MOST_BYTES)}"
            raise LessonError(msg) from error
        self._lines = [_Line(number, line.rstrip()) for number, line in enumerate(text.splitlines(), 1)]

    def lesson(self) -> Lesson:
        title, minutes, rest = self._header()
        starts = [place for place, line in enumerate(rest) if line.text.startswith("## ")]
        before = next((line for line in rest[: starts[0] if starts else None] if line.text), None)
        if before is not None:
            self._refuse(before.number, Text.BEFORE_STEPS)
        if not 0 < len(starts) <= _MOST_STEPS:
            self._refuse(len(self._lines), Text.STEPS.format(most=_MOST_STEPS))
        ends = [*starts[1:], len(rest)]
        steps = tuple(self._step(rest[start:end]) for start, end in zip(starts, ends, strict=True))
        if steps[0].page is None:
            self._refuse(rest[starts[0]].number, Text.FIRST_OPENS)
        return Lesson(self.name, title, minutes, steps)

    def _header(self) -> tuple[str, int, list[_Line]]:
        bars = [place for place, line in enumerate(self._lines) if line.text == "---"][:2]
        if len(bars) < 2 or bars[0] != 0:
            self._refuse(1, Text.NO_HEADER)
        said: dict[str, str] = {}
        for line in self._lines[1 : bars[1]]:
            name, colon, value = (each.strip() for each in line.text.partition(":"))
            if name not in {"title", "minutes"} or not colon or not value or name in said:
                self._refuse(line.number, Text.HEADER)
            if name == "minutes" and not (value.isascii() and value.isdigit() and int(value[:4]) in _MINUTES):
                self._refuse(line.number, Text.MINUTES.format(most=_MINUTES[-1]))
            said[name] = value
        for name in ("title", "minutes"):
            if name not in said:
                self._refuse(bars[1] + 1, Text.NOT_SAID.format(name=name))
        return said["title"], int(said["minutes"]), self._lines[bars[1] + 1 :]

    def _step(self, lines: Sequence[_Line]) -> Step:
        head, *rest = lines
        title = head.text[3:].strip()
        if not title:
            self._refuse(head.number, Text.NO_TITLE)
        page: str | None = None
        said: dict[str, str] = {}
        hides: tuple[str, ...] = ()
        look: list[str] = []
        for place, line in enumerate(rest):
            word, _, value = (each.strip() for each in line.text.partition(":"))
            if word == "Open" and not look:
                page, said = self._situation(line.number, value)
            elif word == "Hide" and not look:
                hides = self._hidden(line.number, value)
            elif word == "Predict":
                question = value
                if not question:
                    self._refuse(line.number, Text.NO_QUESTION)
                choices = self._choices(line.number, rest[place + 1 :])
                return Step(title, "\n".join(look).strip(), page, said, hides, question, choices)
            elif _BOX.match(line.text):
                self._refuse(line.number, Text.NOT_BELOW_QUESTION)
            elif line.text or look:
                look.append(line.text)
        if hides:
            self._refuse(head.number, Text.HIDES_FOR_EVER)
        return Step(title, "\n".join(look).strip(), page, said, hides, "", ())

    def _situation(self, number: int, address: str) -> tuple[str, dict[str, str]]:
        page, _, settings = address.partition("?")
        if page.strip("/.") not in PAGES:
            self._refuse(number, Text.NO_PAGE.format(page=page, pages=", ".join(filter(None, PAGES))))
        try:
            pairs = parse_qsl(settings, keep_blank_values=True, strict_parsing=bool(settings))
        except ValueError:
            self._refuse(number, Text.NO_SETTINGS)
        taken = {"lesson", "answers"} & {name for name, _ in pairs}
        if taken:
            self._refuse(number, Text.TAKEN.format(name=taken.pop()))
        return page.strip("/."), dict(pairs)

    def _hidden(self, number: int, names: str) -> tuple[str, ...]:
        hides = tuple(name.strip() for name in names.split(","))
        for name in hides:
            if name not in self._hideable:
                known = ", ".join(sorted(self._hideable))
                self._refuse(number, Text.NOT_HIDEABLE.format(name=name, known=known))
        return hides

    def _choices(self, number: int, lines: Sequence[_Line]) -> tuple[Choice, ...]:
        choices = tuple(self._each_choice(lines))
        if len(choices) not in _CHOICES:
            self._refuse(
                number, Text.ANSWERS.format(fewest=_CHOICES[0], most=_CHOICES[-1], count=len(choices))
            )
        if sum(choice.right for choice in choices) != 1:
            self._refuse(number, Text.ONE_RIGHT)
        return choices

    def _each_choice(self, lines: Sequence[_Line]) -> Iterator[Choice]:
        found: list[tuple[_Line, str, str, list[str]]] = []
        for line in lines:
            box = _BOX.fullmatch(line.text)
            if box:
                if not box[2]:
                    self._refuse(line.number, Text.NO_ANSWER)
                found.append((line, box[1], box[2], []))
            elif line.text and (not found or not line.text.startswith((" ", "\t"))):
                self._refuse(line.number, Text.NOT_AN_ANSWER)
            elif line.text:
                found[-1][-1].append(line.text.strip())
        for line, mark, text, why in found:
            if not why:
                self._refuse(line.number, Text.NO_WHY)
            yield Choice(text, mark != " ", " ".join(why))

    def _refuse(self, number: int, what: str) -> NoReturn:
        msg = f"{self._file}, line {number}: {what}"
        raise LessonError(msg)
