"""The classes of this server: opened by a teacher, found by their code, and forgotten when they end.

A class is of one process. Behind nginx its code begins with the letter of the replica, by which nginx leads
whoever opens the link to that replica (`deploy/nginx/replicas.conf`).
"""

import os
import re
import secrets
import time
from collections.abc import Callable
from functools import cache
from threading import RLock, Thread

from mvae.errors import InputError
from mvae.ui.classroom.room import Room
from mvae.ui.classroom.text import Refusals as Text

ROOMS = 20
"""Classes of one process at a time."""
ABSENCE = 1200.0
"""Seconds without the teacher's browser after which a class ends by itself."""
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""Of codes: no vowels, so that no code is a word, and none that is taken for another or for a digit."""
CODE = 6
"""Letters of a code: 64 million, of which a session may try few (`WRONG_CODES`)."""
WRONG_CODES = 20
"""Codes of no class that a session may try."""
LETTER = "MVAE_CLASS_LETTER"
"""Environment: with which letter the codes of this replica begin."""
_EVERY = 30.0  # seconds between two looks at who is still there


class Rooms:
    """All classes of a process.

    Parameters
    ----------
    clock
        Seconds, for tests.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, RLock()
        self._rooms: dict[str, Room] = {}
        self._watcher: Thread | None = None

    def __bool__(self) -> bool:
        """Whether there is any class."""
        return bool(self._rooms)

    def open(self, checkpoint: str, teacher_is_there: Callable[[], bool]) -> Room:
        """Open a class; as of `Room`."""
        with self._lock:
            self.look_after()
            if len(self._rooms) >= ROOMS:
                raise InputError(Text.TOO_MANY_CLASSES.format(classes=ROOMS))
            code = _new_code()
            while code in self._rooms:
                code = _new_code()
            room = self._rooms[code] = Room(code, checkpoint, teacher_is_there, self._clock)
            if self._watcher is None:
                self._watcher = Thread(target=self._look_after_all, name="classes", daemon=True)
                self._watcher.start()
            return room

    def find(self, code: str) -> Room | None:
        """Return the class with a code, as a person may type it."""
        return self._rooms.get(tidy(code))

    def led_with(self, secret: str) -> Room | None:
        """Return the class that is led with this secret."""
        with self._lock:
            rooms = list(self._rooms.values())
        return next((room for room in rooms if secrets.compare_digest(room.secret, secret)), None)

    def end(self, room: Room) -> None:
        """Forget a class, and all that is in it."""
        with self._lock:
            if self._rooms.get(room.code) is room:
                del self._rooms[room.code]

    def look_after(self) -> None:
        """End the classes whose teacher has been away for long."""
        with self._lock:
            now = self._clock()
            for room in list(self._rooms.values()):
                if room.teacher_is_there():
                    room.seen = now
                elif now - room.seen > ABSENCE:
                    self.end(room)

    def _look_after_all(self) -> None:
        while True:
            time.sleep(_EVERY)
            with self._lock:
                self.look_after()
                if not self._rooms:
                    self._watcher = None
                    return


@cache
def rooms() -> Rooms:
    """Return the classes of this process."""
    return Rooms()


def letter() -> str:
    """Return with which letter the codes of this replica begin; empty where it is the only one."""
    said = os.environ.get(LETTER, "").strip().upper()
    return said if len(said) == 1 and said in LETTERS else ""


def tidy(code: str) -> str:
    """Return a code without what a person adds to it: blanks, hyphens, small letters."""
    return re.sub(r"[\s-]", "", code[:40]).upper()


def is_code(code: str) -> bool:
    """Say whether a class could have this code."""
    return len(tidy(code)) == CODE and set(tidy(code)) <= set(LETTERS)


def _new_code() -> str:
    first = letter()
    return first + "".join(secrets.choice(LETTERS) for _ in range(CODE - len(first)))
