"""One training that a person starts from the app: what was chosen, how far it is, and what becomes of it."""

import os
import re
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path

from mvae.checkpoint.place import DESCRIPTION
from mvae.files import INSTALLED, PACKAGE, PROJECT, exists
from mvae.model.networks import EncoderKind
from mvae.training.options import as_arguments

_EPOCHS_PER_MINUTE = 20
IMAGES: dict[EncoderKind, int] = {"linear": 1250, "conv": 450}
"""Of each digit of each script: an epoch then takes about three seconds on one core of 2.4 GHz."""
_STAND_INS = PACKAGE / "inference" / "stand_ins.py"
STAND_INS = f"{_STAND_INS if INSTALLED else _STAND_INS.relative_to(PROJECT).as_posix()}:TASK"
"""The task on which a model is trained where there is no data."""
LOG = "log.txt"
"""Beside the checkpoint's directory: what a training says."""
_LOG_END = 4096  # bytes: several bars
BAR = {"TQDM_BAR_FORMAT": "{desc}\t{n}\t{total}", "TQDM_MININTERVAL": "1"}
"""Environment of a training, so that `Job.progress` can read its bars."""


@dataclass(frozen=True)
class Choice:
    """What a person may choose about a training.

    Attributes
    ----------
    encoder, latent_size
        As of `mvae.model.model.MVAEConfig`.
    joint_only
        Train with the ELBO of the full subset alone.
    minutes
        How long it takes on a server that has nothing else to do.
    stand_ins
        Train on strokes and imagined digits, because there is no data.
    """

    encoder: EncoderKind = "linear"
    latent_size: int = 20
    joint_only: bool = False
    minutes: int = 1
    stand_ins: bool = False

    @property
    def epochs(self) -> int:
        """How many short epochs there are."""
        return _EPOCHS_PER_MINUTE * self.minutes

    @property
    def arguments(self) -> list[str]:
        """What is given to ``train.py``, without the place of the checkpoint."""
        settings = {
            "encoder": self.encoder, "latent_size": self.latent_size, "epochs": self.epochs, "holdout": True
        }  # fmt: skip
        task = ["--task", STAND_INS] if self.stand_ins else []
        images = str(IMAGES[self.encoder])
        return [
            "--config", "small", *task, "--images", images, *as_arguments(settings), "--device", "cpu",
            *(["--joint-only"] if self.joint_only else []),
        ]  # fmt: skip


@dataclass(frozen=True)
class Progress:
    """How far a training has come with something that takes long: what, and so many of all."""

    what: str
    done: int
    total: int


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
    obstacle
        Why it could not be started, as the system says it; else empty.
    """

    choice: Choice
    directory: Path
    present: Callable[[], bool]
    seen: float
    started: float | None = None
    paused: float | None = None
    stopping: float | None = None
    obstacle: str = ""
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def state(self) -> State:
        """What becomes of it."""
        if self.obstacle:
            return State.FAILED
        if self.process is None:
            return State.WAITING if self.stopping is None else State.STOPPED
        status = self.status
        if status is None:
            return State.TRAINING if self.paused is None else State.PAUSED
        if status == 0:
            return State.DONE
        return State.FAILED if self.stopping is None else State.STOPPED

    @property
    def status(self) -> int | None:
        """With which status its process ended, or None; what it left running has ended with it."""
        if self.process is None:
            return None
        if self.process.returncode is None and self.process.poll() is not None:
            signal_all(self.process, signal.SIGTERM)
        return self.process.returncode

    @property
    def usable(self) -> bool:
        """Whether it has ended and left a checkpoint."""
        return not self.state.active and exists(self.directory / DESCRIPTION)

    @property
    def progress(self) -> Progress | None:
        """How far it is with what it does before it trains; None where it does not say."""
        try:
            with (self.directory.parent / LOG).open("rb") as log:
                log.seek(max(0, log.seek(0, os.SEEK_END) - _LOG_END))
                text = log.read().decode(errors="replace")
        except OSError:
            return None
        bars = re.findall(r"([^\r\n\t]+)\t(\d+)\t(\d+) *(?=[\r\n])", text)
        what, done, total = bars[-1] if bars else ("", 0, 0)
        return Progress(what.strip().removesuffix(":"), int(done), int(total)) if int(total) else None

    @property
    def complaint(self) -> str:
        """Why it failed, in one sentence; empty where ``train.py`` ended without saying one."""
        if self.obstacle:
            return f"It could not be started ({self.obstacle}); try again later."
        try:
            text = (self.directory.parent / LOG).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
        lines = text.replace("\r", "\n").split("\n")
        said = [line.strip() for line in lines if line.strip()]
        known = self.process is not None and self.process.returncode == 1 and "Traceback" not in text
        return said[-1] if known and said else ""


def signal_all(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Signal a training and all processes that it has started; nothing happens if they have ended."""
    with suppress(ProcessLookupError, PermissionError):  # the latter on macOS, of those just ended
        os.killpg(process.pid, number)


def end_by_force(job: Job) -> None:
    """Kill a training, and end what it has started, even if that stands still."""
    if job.process is not None and job.status is None:
        job.process.kill()
        # Not killed: one of them clears away the semaphores of the others.
        signal_all(job.process, signal.SIGTERM)
        signal_all(job.process, signal.SIGCONT)
