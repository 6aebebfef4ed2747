"""One class: who sits in it, the drawings that were sent, and the question that is voted on.

All of it lies in the memory of one process and goes with the object. Nobody has a name: a student is a key
that nobody can guess, which only the student's own browser tab and session have. Every method may be called
from any thread; what cannot be is an `InputError` with a sentence for the person at the screen.
"""

import secrets
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import RLock

from mvae.errors import InputError
from mvae.ui.classroom.text import Refusals as Text

STUDENTS, DRAWINGS, DRAWINGS_OF_A_STUDENT = 60, 200, 5
"""How many a class holds; a student's newest drawing takes the place of the oldest of the same student."""
DRAWING_BYTES = 8_000
"""Letters of all pictures of one drawing, as addresses that hold their data."""
SENDS, SEND_SECONDS = 3, 20.0
"""So many drawings a student may send within so many seconds."""
VOTES, VOTE_SECONDS = 5, 5.0
"""So often a student may vote within so many seconds: who hesitates taps more than once."""
CHOICES, LONGEST_CHOICE, LONGEST_QUESTION = 12, 40, 120
"""Of a question: most choices, and letters."""


@dataclass(frozen=True, eq=False)
class Sent:
    """A drawing that a student has sent.

    Attributes
    ----------
    number
        Tells it from all others of the class, in the order in which they came.
    student
        The sender's key.
    pictures
        Name of each modality that was drawn -> its picture, an address that holds the data.
    label
        Which class the model reads.
    place
        Where it lies on the latent's map, (x, y) in [0, 1]; None where the model has no map.
    """

    number: int
    student: str
    pictures: Mapping[str, str]
    label: int
    place: tuple[float, float] | None


@dataclass(frozen=True)
class Question:
    """What is voted on.

    Attributes
    ----------
    number
        Tells it from all others of the class.
    words, choices
        What a person reads.
    open
        Whether one may still vote.
    """

    number: int
    words: str
    choices: tuple[str, ...]
    open: bool = True


@dataclass
class _Student:
    """One seat: whether its browser is connected, and when it has sent and voted lately, in seconds."""

    connected: Callable[[], bool]
    sends: deque[float] = field(default_factory=lambda: deque(maxlen=SENDS))
    votes: deque[float] = field(default_factory=lambda: deque(maxlen=VOTES))


class Room:
    """A class.

    Parameters
    ----------
    code
        With which students join.
    checkpoint
        Name of the model whose map is shown; one of the server's.
    teacher_is_there
        Says whether the teacher's browser is connected.
    clock
        Seconds, for tests.

    Attributes
    ----------
    secret
        Who has it leads the class.
    """

    def __init__(
        self,
        code: str,
        checkpoint: str,
        teacher_is_there: Callable[[], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.code, self.checkpoint, self.secret = code, checkpoint, secrets.token_urlsafe(24)
        self.teacher_is_there = teacher_is_there
        self.seen = clock()
        self._clock, self._lock = clock, RLock()
        self._students: dict[str, _Student] = {}
        self._sent: list[Sent] = []
        self._question: Question | None = None
        self._votes: dict[str, str] = {}  # student -> choice
        self._number = 0

    def join(self, connected: Callable[[], bool]) -> str:
        """Take a seat and return its key; where all are taken, that of somebody who has gone."""
        with self._lock:
            if len(self._students) >= STUDENTS:
                for key in [key for key, each in self._students.items() if not each.connected()]:
                    self.leave(key)
            if len(self._students) >= STUDENTS:
                raise InputError(Text.FULL.format(students=STUDENTS))
            key = secrets.token_urlsafe(24)
            self._students[key] = _Student(connected)
            return key

    def come_back(self, key: str, connected: Callable[[], bool]) -> bool:
        """Take a seat again, with its key; returns whether there still is one."""
        with self._lock:
            if key in self._students:
                self._students[key].connected = connected
            return key in self._students

    def leave(self, key: str) -> None:
        """Give a seat back, and with it the vote; what was sent stays."""
        with self._lock:
            self._students.pop(key, None)
            self._votes.pop(key, None)

    def has(self, key: str) -> bool:
        """Say whether somebody sits there."""
        return key in self._students

    @property
    def present(self) -> int:
        """How many students are connected."""
        with self._lock:
            return sum(each.connected() for each in self._students.values())

    def may_send(self, key: str) -> None:
        """Count an attempt to send a drawing; raises an InputError where it is one too many, or too soon."""
        with self._lock:
            _count(self._seat(key).sends, SENDS, SEND_SECONDS, self._clock(), Text.TOO_OFTEN)
            others = sum(each.student != key for each in self._sent)
            own = min(len(self._sent) - others, DRAWINGS_OF_A_STUDENT - 1)
            if others + own >= DRAWINGS:
                raise InputError(Text.BOARD_FULL.format(drawings=DRAWINGS))

    def put(
        self, key: str, pictures: Mapping[str, str], label: int, place: tuple[float, float] | None
    ) -> None:
        """Put a drawing on the board, after `may_send`; as of `Sent`."""
        if not pictures or sum(map(len, pictures.values())) > DRAWING_BYTES:
            raise InputError(Text.TOO_LARGE)
        with self._lock:
            self._seat(key)
            own = [each for each in self._sent if each.student == key]
            if len(own) >= DRAWINGS_OF_A_STUDENT:
                self._sent.remove(own[0])
            if len(self._sent) >= DRAWINGS:  # somebody else was quicker
                raise InputError(Text.BOARD_FULL.format(drawings=DRAWINGS))
            self._number += 1
            self._sent.append(Sent(self._number, key, dict(pictures), label, place))

    @property
    def sent(self) -> list[Sent]:
        """All drawings on the board, the oldest first."""
        with self._lock:
            return list(self._sent)

    def sent_by(self, key: str) -> int:
        """Count a student's drawings on the board."""
        return sum(each.student == key for each in self.sent)

    def take_away(self, number: int) -> None:
        """Remove a drawing from the board, if it is there."""
        with self._lock:
            self._sent = [each for each in self._sent if each.number != number]

    def clear(self) -> None:
        """Remove all drawings."""
        with self._lock:
            self._sent = []

    def ask(self, words: str, choices: Sequence[str]) -> None:
        """Open a question; the one before, and its votes, are forgotten."""
        words, choices = words.strip(), [each.strip() for each in choices if each.strip()]
        if not words or len(words) > LONGEST_QUESTION:
            raise InputError(Text.NO_QUESTION.format(letters=LONGEST_QUESTION))
        distinct = len(set(choices)) == len(choices)
        if not distinct or not 2 <= len(choices) <= CHOICES or max(map(len, choices)) > LONGEST_CHOICE:
            raise InputError(Text.NO_CHOICES.format(most=CHOICES, letters=LONGEST_CHOICE))
        with self._lock:
            self._number += 1
            self._question, self._votes = Question(self._number, words, tuple(choices)), {}

    @property
    def question(self) -> Question | None:
        """The question that was asked last."""
        return self._question

    def close_vote(self) -> None:
        """Let nobody vote any more; the votes stay."""
        with self._lock:
            asked = self._question
            if asked is not None:
                self._question = replace(asked, open=False)

    def vote(self, key: str, number: int, choice: str | None) -> None:
        """Vote for a choice of the question with this number, or for none; an earlier vote is replaced."""
        with self._lock:
            student, asked = self._seat(key), self._question
            if asked is None or asked.number != number or not asked.open:
                raise InputError(Text.VOTE_IS_OVER)
            _count(student.votes, VOTES, VOTE_SECONDS, self._clock(), Text.VOTES_TOO_OFTEN)
            if choice is None:
                self._votes.pop(key, None)
            elif choice in asked.choices:
                self._votes[key] = choice

    def vote_of(self, key: str) -> str | None:
        """Return for what a student has voted."""
        return self._votes.get(key)

    def votes(self) -> dict[str, int]:
        """Return how many votes each choice of the question has, in its order."""
        with self._lock:
            counts = Counter(self._votes.values())
            return {} if self._question is None else {each: counts[each] for each in self._question.choices}

    def _seat(self, key: str) -> _Student:
        if key not in self._students:
            raise InputError(Text.NOT_IN_CLASS)
        return self._students[key]


def _count(lately: deque[float], most: int, seconds: float, now: float, sentence: str) -> None:
    """Note that something is done now; raises an InputError where it was done too often lately."""
    if len(lately) == most and now - lately[0] < seconds:
        raise InputError(sentence.format(seconds=seconds))
    lately.append(now)
