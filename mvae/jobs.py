"""Trainings that people start from the app: one at a time, in a process of its own, the others in a queue.

Everybody who clicks comes before the training (`mvae.background`). A training belongs to whoever started it:
when that person has gone, it leaves the queue, or ends, and its files are removed; so are all when the server
ends.
"""

import atexit
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from threading import Event, RLock, Thread

from mvae.checkpoint import DESCRIPTION, SHIPPED
from mvae.data.location import data_directory
from mvae.data.sources import SOURCES
from mvae.networks import EncoderKind

ABSENCE_WAITING, ABSENCE = 10.0, 120.0
"""Seconds for which a person may be away until a place in the queue is lost, and until a training and its
files are; then Streamlit has forgotten the session, too."""
LONGEST_PAUSE = 120.0
"""Seconds after which a training goes on by itself if others wait."""
LONGEST = 900.0
"""Seconds after which a training is stopped and saved: on a busy server it may take many times its length."""
_LAST_STEP = 30.0  # seconds from the wish to stop until it is stopped by force
_EPOCHS_PER_MINUTE = 10
IMAGES: dict[EncoderKind, int] = {"linear": 2500, "conv": 900}
"""Of each digit of each script: an epoch then takes about six seconds on one core of 2.4 GHz."""
_ROOT = SHIPPED.parent
_LOG = "log.txt"


@dataclass(frozen=True)
class Choice:
    """What a person may choose about a training.

    Attributes
    ----------
    encoder, latent_size
        As of `mvae.model.MVAEConfig`.
    joint_only
        Train with the ELBO of the full subset alone.
    minutes
        How long it takes on a server that has nothing else to do.
    """

    encoder: EncoderKind = "linear"
    latent_size: int = 20
    joint_only: bool = False
    minutes: int = 1

    @property
    def epochs(self) -> int:
        """How many short epochs there are."""
        return _EPOCHS_PER_MINUTE * self.minutes

    @property
    def arguments(self) -> list[str]:
        """What is given to ``train.py``, without the place of the checkpoint."""
        options = {
            "config": "small", "encoder": self.encoder, "latent-size": self.latent_size,
            "images": IMAGES[self.encoder], "epochs": self.epochs,
        }  # fmt: skip
        given = [text for name, value in options.items() for text in (f"--{name}", str(value))]
        return [*given, "--holdout", "--device", "cpu", *(["--joint-only"] if self.joint_only else [])]


class State(Enum):
    """What becomes of a training."""

    WAITING = auto()
    TRAINING = auto()
    PAUSED = auto()
    DONE = auto()
    STOPPED = auto()
    FAILED = auto()

    @property
    def active(self) -> bool:
        """Whether it will change by itself or can be stopped."""
        return self in {State.WAITING, State.TRAINING, State.PAUSED}


@dataclass(eq=False)
class Job:
    """One training; `Jobs` alone changes it.

    Attributes
    ----------
    choice
        What was chosen.
    directory
        Of its checkpoint; its name cannot be guessed, and no other training ever has it.
    present
        Says whether its owner is there.
    seen, started, paused, stopping
        When its owner was last there, and when it was started, paused and asked to stop; in seconds.
    """

    choice: Choice
    directory: Path
    present: Callable[[], bool]
    seen: float
    started: float | None = None
    paused: float | None = None
    stopping: float | None = None
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def state(self) -> State:
        """What becomes of it."""
        if self.process is None:
            return State.WAITING if self.stopping is None else State.STOPPED
        status = self.process.poll()
        if status is None:
            return State.TRAINING if self.paused is None else State.PAUSED
        if status == 0:
            return State.DONE
        return State.FAILED if self.stopping is None else State.STOPPED

    @property
    def usable(self) -> bool:
        """Whether it has ended and left a checkpoint."""
        return not self.state.active and (self.directory / DESCRIPTION).is_file()

    @property
    def complaint(self) -> str:
        """The sentence with which ``train.py`` ended; empty where it did not come to say one."""
        try:
            text = (self.directory.parent / _LOG).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
        lines = text.replace("\r", "\n").split("\n")
        said = [line.strip() for line in lines if line.strip()]
        known = self.process is not None and self.process.returncode == 1 and "Traceback" not in text
        return said[-1] if known and said else ""


class Jobs:
    """The trainings of one server.

    Parameters
    ----------
    command
        What starts a training; its arguments follow.
    clock
        Seconds, for tests.
    """

    def __init__(
        self,
        command: Sequence[str] = (sys.executable, "-m", "mvae.background", "train.py"),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._command, self._clock = list(command), clock
        self._folder = Path(tempfile.mkdtemp(prefix="mvae-trainings-"))
        self._jobs: list[Job] = []  # in the order in which they were started or wait
        self._lock = RLock()
        self._closing = Event()
        atexit.register(self.close)
        Thread(target=self._look_after_all, name="trainings", daemon=True).start()

    def start(self, choice: Choice, present: Callable[[], bool]) -> Job:
        """Let a training wait for its turn, which may come at once."""
        name = f"own-{secrets.token_hex(12)}"
        job = Job(choice, self._folder / name / name, present, self._clock())
        with self._lock:
            self._jobs.append(job)
            self.look_after()
        return job

    def before(self, job: Job) -> int:
        """Count the people whose turn comes before this training's."""
        with self._lock:
            active = [each for each in self._jobs if each.state.active]
            return active.index(job) if job in active else 0

    def pause(self, job: Job) -> None:
        """Stop a training where it is, until `go_on`."""
        with self._lock:
            if job.state == State.TRAINING and job.stopping is None:
                self._signal(job, signal.SIGSTOP)
                job.paused = self._clock()

    def go_on(self, job: Job) -> None:
        """End a pause."""
        with self._lock:
            if job.state == State.PAUSED:
                self._signal(job, signal.SIGCONT)
                job.paused = None

    def stop(self, job: Job) -> None:
        """Let a training save and end, or leave the queue."""
        with self._lock:
            if job.state.active and job.stopping is None:
                job.stopping = self._clock()
                self._signal(job, signal.SIGINT)
                self._signal(job, signal.SIGCONT)
                job.paused = None

    def remove(self, job: Job) -> None:
        """End a training at once, and remove its files."""
        with self._lock:
            if job in self._jobs:
                self._jobs.remove(job)
            if job.stopping is None:
                job.stopping = self._clock()
            if job.process is not None:
                job.process.kill()
                job.process.communicate()
            shutil.rmtree(job.directory.parent, ignore_errors=True)

    def look_after(self) -> None:
        """Do what is due now: remove what nobody waits for, end what takes too long, start the next."""
        with self._lock:
            now = self._clock()
            for job in list(self._jobs):
                if job.present():
                    job.seen = now
                elif now - job.seen > (ABSENCE_WAITING if job.state == State.WAITING else ABSENCE):
                    self.remove(job)
            active = [job for job in self._jobs if job.state.active]
            if not active or self._closing.is_set():
                return
            first = active[0]
            if first.process is None:
                try:
                    self._begin(first)
                except OSError:  # a full disk, or no more processes: whoever waits next may have more luck
                    first.stopping = now
                return
            if first.paused is not None and len(active) > 1 and now - first.paused > LONGEST_PAUSE:
                self.go_on(first)
            if first.started is not None and now - first.started > LONGEST:
                self.stop(first)
            if first.stopping is not None and now - first.stopping > _LAST_STEP:
                first.process.kill()

    def close(self) -> None:
        """End all trainings and remove all files."""
        with self._lock:
            self._closing.set()
            for job in list(self._jobs):
                self.remove(job)
            shutil.rmtree(self._folder, ignore_errors=True)
        atexit.unregister(self.close)

    def _look_after_all(self) -> None:
        while not self._closing.wait(1):
            self.look_after()

    def _begin(self, job: Job) -> None:
        job.directory.parent.mkdir()
        with (job.directory.parent / _LOG).open("wb") as log:
            # A group of its own: Ctrl-C in the server's terminal is not meant for it.
            job.process = subprocess.Popen(  # noqa: S603 - of our own program, with options of our own
                [*self._command, *job.choice.arguments, "--out", str(job.directory)],
                cwd=_ROOT, env=os.environ | {"OMP_NUM_THREADS": "1"}, stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL, stderr=log, process_group=0,
            )  # fmt: skip
        job.started = self._clock()

    def _signal(self, job: Job, number: signal.Signals) -> None:
        if job.process is not None:
            job.process.send_signal(number)  # nothing happens if it has ended


def missing_file() -> Path | None:
    """Return a file that training needs and that is not there, or None; takes milliseconds."""
    directory = data_directory()
    needed = [item.path for source in SOURCES if not source.optional for item in source.items]
    return next((directory / path for path in needed if not any(directory.glob(path))), None)
