"""Trainings that people start from the app: one at a time, in a process of its own, the others in a queue.

Everybody who clicks comes before the training (`mvae.training.background`). A training belongs to whoever
started it: when that person has gone, it leaves the queue, or ends, and its files are removed; so are all
when the server ends.
"""

import atexit
import logging
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event, RLock, Thread

from mvae.data.location import data_directory
from mvae.data.sources import SOURCES
from mvae.files import PROJECT
from mvae.training.job import BAR, LOG, Choice, Job, State, end_by_force, signal_all

ABSENCE_WAITING, ABSENCE, ABSENCE_AFTERWARDS = 10.0, 35.0, 120.0
"""Seconds for which a person may be away until a place in the queue is lost, until a training that runs is,
and until the files of one that has ended are; then Streamlit has forgotten the session, too."""
LONGEST_PAUSE = 120.0
"""Seconds after which a training goes on by itself if others wait."""
LONGEST = 900.0
"""Seconds after which a training is stopped and saved: on a busy server it may take many times its length."""
_LAST_STEP = 30.0  # seconds from the wish to stop until it is stopped by force
_LOGGER = logging.getLogger(__name__)


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
        command: Sequence[str] = (sys.executable, "-m", "mvae.training.background", "train.py"),
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
            if job.process is not None and job.state == State.TRAINING and job.stopping is None:
                signal_all(job.process, signal.SIGSTOP)
                job.paused = self._clock()

    def go_on(self, job: Job) -> None:
        """End a pause."""
        with self._lock:
            if job.process is not None and job.state == State.PAUSED:
                signal_all(job.process, signal.SIGCONT)
                job.paused = None

    def stop(self, job: Job) -> None:
        """Let a training save and end, or leave the queue."""
        with self._lock:
            if job.state.active and job.stopping is None:
                job.stopping = self._clock()
                job.paused = None
                if job.process is not None:
                    job.process.send_signal(signal.SIGINT)  # it alone can save
                    signal_all(job.process, signal.SIGCONT)

    def remove(self, job: Job) -> None:
        """End a training at once, and remove its files."""
        with self._lock:
            if job in self._jobs:
                self._jobs.remove(job)
            if job.stopping is None:
                job.stopping = self._clock()
            if job.process is not None:
                end_by_force(job)
                job.process.communicate()
            shutil.rmtree(job.directory.parent, ignore_errors=True)

    def look_after(self) -> None:
        """Do what is due now: remove what nobody waits for, end what takes too long, start the next."""
        with self._lock:
            now = self._clock()
            for job in list(self._jobs):
                if _present(job):
                    job.seen = now
                elif now - job.seen > _patience(job.state):
                    self.remove(job)
            active = [job for job in self._jobs if job.state.active]
            if not active or self._closing.is_set():
                return
            first = active[0]
            if first.process is None:
                try:
                    self._begin(first)
                except OSError as error:  # a full disk, no more processes: the next one may have more luck
                    first.obstacle = error.strerror or str(error)
                return
            if first.paused is not None and len(active) > 1 and now - first.paused > LONGEST_PAUSE:
                self.go_on(first)
            if first.started is not None and now - first.started > LONGEST:
                self.stop(first)
            if first.stopping is not None and now - first.stopping > _LAST_STEP:
                end_by_force(first)

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
            try:
                self.look_after()
            except Exception:  # this thread alone moves the queue on: it must not end
                _LOGGER.exception("The trainings could not be looked after; trying again.")

    def _begin(self, job: Job) -> None:
        # A server may run for months, and what cleans /tmp may have removed the folder meanwhile.
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        job.directory.parent.mkdir()
        with (job.directory.parent / LOG).open("wb") as log:
            # A group of its own: Ctrl-C in the server's terminal is not meant for it, and the processes that
            # it starts itself, to change the voices, can be signalled with it.
            job.process = subprocess.Popen(  # noqa: S603 - of our own program, with options of our own
                [*self._command, *job.choice.arguments, "--out", str(job.directory)],
                cwd=PROJECT, env=os.environ | BAR | {"OMP_NUM_THREADS": "1"}, stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL, stderr=log, process_group=0,
            )  # fmt: skip
        job.started = self._clock()


def _patience(state: State) -> float:
    """Return for how many seconds a training's owner may be away."""
    if state == State.WAITING:
        return ABSENCE_WAITING
    return ABSENCE if state.active else ABSENCE_AFTERWARDS


def _present(job: Job) -> bool:
    """Ask whether a training's owner is there; whoever cannot be asked is not."""
    try:
        return job.present()
    except Exception as error:  # noqa: BLE001 - one owner's trouble must not cost the others their turn
        _LOGGER.warning("The owner of %s cannot be asked: %r", job.directory.name, error)
        return False


def missing_file() -> Path | None:
    """Return a file that training needs and that is not there, or None; takes milliseconds."""
    directory = data_directory()
    needed = [item.path for source in SOURCES if not source.optional for item in source.items]
    return next((directory / path for path in needed if not any(directory.glob(path))), None)
