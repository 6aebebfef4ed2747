"""The lessons that this server has: those that come with the app, or a teacher's own."""

from collections.abc import Collection
from functools import lru_cache
from pathlib import Path

from mvae.lessons.files import SHIPPED, Lesson, read_lessons
from mvae.ui.state.task import shown


class _Server:
    """Where this server's lessons lie."""

    directory = SHIPPED


def teach(directory: Path, hideable: Collection[str]) -> None:
    """Let the app show the lessons of a folder; before anybody opens a page.

    Raises
    ------
    LessonError
        If one cannot be understood; see `mvae.lessons.files`.
    """
    read_lessons(directory, hideable)
    _Server.directory = directory.resolve()


def are_taught() -> bool:
    """Say whether there are lessons: those that come with the app are about the poster's digits."""
    return shown().is_posters or _Server.directory != SHIPPED


def lessons(hideable: Collection[str]) -> list[Lesson]:
    """Return the lessons; a file that has changed is read again.

    Raises
    ------
    LessonError
        If one cannot be understood any more.
    """
    directory = _Server.directory
    files = [(path.name, path.stat().st_mtime_ns) for path in directory.glob("*.md") if path.is_file()]
    return _read(directory, tuple(sorted(files)), tuple(hideable))


@lru_cache(maxsize=1)
def _read(directory: Path, _: tuple[tuple[str, int], ...], hideable: tuple[str, ...]) -> list[Lesson]:
    return read_lessons(directory, hideable)
