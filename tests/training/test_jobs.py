"""Trainings in the background: the queue, and what becomes of the processes."""

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from clock import Clock
from helpers import alive, kernel_state, wait_until

from mvae.checkpoint.place import DESCRIPTION
from mvae.checkpoint.replay import REPLAY, read_replay
from mvae.data.location import ENVIRONMENT_VARIABLE
from mvae.files import PROJECT
from mvae.training.config import CONFIGS
from mvae.training.job import IMAGES, Choice, Job, State
from mvae.training.jobs import ABSENCE, ABSENCE_WAITING, LONGEST, LONGEST_PAUSE, Jobs, missing_file

ROOT = PROJECT

# Stands in for train.py: writes a checkpoint when it is interrupted, as train.py does, and counts meanwhile.
SCRIPT = """
import signal, sys, time
from pathlib import Path
out = Path(sys.argv[sys.argv.index("--out") + 1])
def save(*_):
    out.mkdir(exist_ok=True)
    (out / "checkpoint.json").write_text("{}")
    sys.exit(130)
signal.signal(signal.SIGINT, save)
(out.parent / "ready").write_text("")
while True:
    with (out.parent / "ticks").open("a") as ticks:
        ticks.write("x")
    time.sleep(0.02)
"""


# Another one: a process that it starts counts, as processes change the voices for a server's first training.
CHILD = """
import os, sys, time
from pathlib import Path
folder = Path(sys.argv[1])
(folder / "child").write_text(str(os.getpid()))
(folder / "ready").write_text("")
while True:
    with (folder / "ticks").open("a") as ticks:
        ticks.write("x")
    time.sleep(0.02)
"""
PARENT = f"""
import subprocess, sys
from pathlib import Path
out = Path(sys.argv[sys.argv.index("--out") + 1])
subprocess.run([sys.executable, "-c", {CHILD!r}, str(out.parent)])
"""


needs_proc = pytest.mark.skipif(not Path("/proc").exists(), reason="needs /proc")


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "script.py"
    path.write_text(SCRIPT)
    return path


@pytest.fixture
def jobs(clock: Clock, script: Path) -> Iterator[Jobs]:
    jobs = Jobs([sys.executable, "-m", "mvae.training.background", str(script)], clock)
    yield jobs
    jobs.close()


@pytest.fixture
def with_child(clock: Clock, tmp_path: Path) -> Iterator[Jobs]:
    """Trainings that start a process of their own."""
    path = tmp_path / "parent.py"
    path.write_text(PARENT)
    jobs = Jobs([sys.executable, "-m", "mvae.training.background", str(path)], clock)
    yield jobs
    jobs.close()


def start(jobs: Jobs, present: Callable[[], bool] = lambda: True) -> Job:
    return jobs.start(Choice(), present)


def ready(job: Job) -> None:
    wait_until((job.directory.parent / "ready").exists)


def ticks(job: Job) -> int:
    return (job.directory.parent / "ticks").stat().st_size


def child(job: Job) -> int:
    return int((job.directory.parent / "child").read_text())


def expect_standstill(job: Job, pid: int) -> int:
    """Wait until the process is stopped, and check that it counts no further; return how far it came."""
    wait_until(lambda: kernel_state(pid) == "T")
    count = ticks(job)
    time.sleep(0.2)
    assert ticks(job) == count
    return count


def test_one_trains_and_the_others_wait_in_their_order(jobs: Jobs) -> None:
    first, second, third = (start(jobs) for _ in range(3))
    assert [each.state for each in (first, second, third)] == [State.TRAINING, State.WAITING, State.WAITING]
    assert [jobs.before(each) for each in (first, second, third)] == [0, 1, 2]
    jobs.stop(second)
    assert second.state == State.STOPPED
    assert not second.usable
    assert jobs.before(third) == 1
    ready(first)
    jobs.stop(first)
    wait_until(lambda: not first.state.active)
    jobs.look_after()
    assert third.state == State.TRAINING


def test_names_are_never_the_same(jobs: Jobs) -> None:
    first, second = start(jobs), start(jobs)
    assert first.directory.name != second.directory.name
    assert len(first.directory.name) > 20
    assert first.directory.parent.parent.stat().st_mode & 0o077 == 0


def test_a_training_gives_way_to_everybody(jobs: Jobs) -> None:
    job = start(jobs)
    ready(job)
    assert job.process is not None
    assert os.getpriority(os.PRIO_PROCESS, job.process.pid) == 19
    if hasattr(os, "SCHED_IDLE"):
        assert os.sched_getscheduler(job.process.pid) == os.SCHED_IDLE


@needs_proc
def test_a_pause_stops_it_where_it_is(jobs: Jobs) -> None:
    job = start(jobs)
    ready(job)
    jobs.pause(job)
    assert job.state == State.PAUSED
    assert job.process is not None
    before = expect_standstill(job, job.process.pid)
    jobs.go_on(job)
    assert job.state == State.TRAINING
    wait_until(lambda: ticks(job) > before)


def test_a_pause_ends_if_others_wait_and_only_then(jobs: Jobs, clock: Clock) -> None:
    job = start(jobs)
    ready(job)
    jobs.pause(job)
    clock.now = LONGEST_PAUSE + 1
    jobs.look_after()
    assert job.state == State.PAUSED
    start(jobs)
    jobs.look_after()
    assert job.state == State.TRAINING


@pytest.mark.parametrize("paused", [False, True])
def test_what_is_stopped_saves_first(paused: bool, jobs: Jobs) -> None:
    job = start(jobs)
    ready(job)
    if paused:
        jobs.pause(job)
    assert not job.usable
    jobs.stop(job)
    wait_until(lambda: job.state == State.STOPPED)
    assert job.usable
    assert job.complaint == ""


def test_what_does_not_stop_is_killed(clock: Clock, tmp_path: Path) -> None:
    deaf = tmp_path / "deaf.py"
    deaf.write_text(SCRIPT.replace("signal.SIGINT, save", "signal.SIGINT, signal.SIG_IGN"))
    jobs = Jobs([sys.executable, "-m", "mvae.training.background", str(deaf)], clock)
    try:
        job = start(jobs)
        ready(job)
        jobs.stop(job)
        clock.now = 60
        jobs.look_after()
        wait_until(lambda: job.state == State.STOPPED)
        assert not job.usable
    finally:
        jobs.close()


def test_what_takes_too_long_is_stopped(jobs: Jobs, clock: Clock) -> None:
    job = start(jobs)
    ready(job)
    clock.now = LONGEST + 1
    jobs.look_after()
    wait_until(lambda: job.state == State.STOPPED)
    assert job.usable


def test_whoever_leaves_loses_first_the_place_and_then_the_training(jobs: Jobs, clock: Clock) -> None:
    there = {"runs": True, "waits": True, "stays": True}
    runs, waits, stays = (start(jobs, lambda name=name: there[name]) for name in there)
    ready(runs)
    there["runs"] = there["waits"] = False
    clock.now = ABSENCE_WAITING + 1
    jobs.look_after()
    assert waits.state == State.STOPPED
    assert runs.state == State.TRAINING
    clock.now = ABSENCE + 1
    jobs.look_after()
    assert runs.state == State.STOPPED
    assert not runs.directory.parent.exists()
    assert stays.state == State.TRAINING


def test_whoever_comes_back_in_time_loses_nothing(jobs: Jobs, clock: Clock) -> None:
    there = [True]
    job = start(jobs, lambda: there[0])
    there[0] = False
    clock.now = ABSENCE - 1
    jobs.look_after()
    there[0] = True
    jobs.look_after()
    there[0] = False
    clock.now += ABSENCE - 1
    jobs.look_after()
    assert job.state == State.TRAINING


@pytest.mark.parametrize(
    ("code", "complaint"),
    [
        ('sys.stderr.write("epoch 1: 3 %\\repoch 1: 5 %\\rThe file is missing; fetch it.\\n"); sys.exit(1)',
         "The file is missing; fetch it."),
        ("1 / 0", ""),
        ("os.kill(os.getpid(), 9)", ""),
    ],
)  # fmt: skip
def test_what_fails_says_why_but_never_a_traceback(
    code: str, complaint: str, clock: Clock, tmp_path: Path
) -> None:
    failing = tmp_path / "failing.py"
    failing.write_text(f"import os, sys\n{code}\n")
    jobs = Jobs([sys.executable, "-m", "mvae.training.background", str(failing)], clock)
    try:
        job = start(jobs)
        wait_until(lambda: job.state == State.FAILED)
        assert job.complaint == complaint
        assert not job.usable
    finally:
        jobs.close()


def test_what_cannot_be_started_says_why_and_the_next_has_its_turn(clock: Clock, tmp_path: Path) -> None:
    jobs = Jobs([str(tmp_path / "no such program")], clock)
    try:
        first, second = start(jobs), start(jobs)
        assert first.state == second.state == State.FAILED
        assert first.complaint == "It could not be started (No such file or directory); try again later."
        assert not first.usable
    finally:
        jobs.close()


def test_a_full_disk_says_so(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "mkdir", full)
        job = start(jobs)
    assert job.state == State.FAILED
    assert "No space left on device" in job.complaint
    assert start(jobs).state == State.TRAINING


def test_the_queue_goes_on_after_its_folder_was_removed(jobs: Jobs) -> None:
    first = start(jobs)
    ready(first)
    jobs.remove(first)
    folder = first.directory.parent.parent
    folder.rmdir()
    job = start(jobs)
    ready(job)
    assert folder.stat().st_mode & 0o077 == 0


def test_the_queue_goes_on_though_an_owner_cannot_be_asked(
    jobs: Jobs, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    def unknown() -> bool:
        msg = "there is no runtime"
        raise RuntimeError(msg)

    first, second = start(jobs, unknown), start(jobs)
    ready(first)
    clock.now = ABSENCE + 1
    jobs.look_after()
    assert first.state == State.STOPPED
    assert second.state == State.TRAINING
    assert "there is no runtime" in caplog.text


def test_the_queue_goes_on_after_an_error(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    begin = Jobs._begin
    fails = iter([True])

    def once(self: Jobs, job: Job) -> None:
        if next(fails, False):
            raise ValueError
        begin(self, job)

    monkeypatch.setattr(Jobs, "_begin", once)
    jobs._jobs.append(Job(Choice(), jobs._folder / "own" / "own", lambda: True, 0))
    wait_until(lambda: jobs._jobs[0].state == State.TRAINING)
    assert "trying again" in caplog.text


@needs_proc
@pytest.mark.parametrize("how", ["removed", "removed in a pause", "too slow to stop", "out of memory"])
def test_what_a_training_has_started_ends_with_it(how: str, with_child: Jobs, clock: Clock) -> None:
    job = start(with_child)
    ready(job)
    assert job.process is not None
    pid = child(job)
    assert alive(pid)
    if how == "out of memory":
        job.process.kill()
        wait_until(lambda: job.state == State.FAILED)
    elif how == "too slow to stop":
        job.stopping = clock.now
        clock.now = 60
        with_child.look_after()
    else:
        if "pause" in how:
            with_child.pause(job)
        with_child.remove(job)
    wait_until(lambda: not alive(pid))
    wait_until(lambda: not job.state.active)


@needs_proc
def test_a_pause_stops_what_a_training_has_started(with_child: Jobs) -> None:
    job = start(with_child)
    ready(job)
    with_child.pause(job)
    before = expect_standstill(job, child(job))
    with_child.go_on(job)
    wait_until(lambda: ticks(job) > before)


def test_removing_ends_the_process_and_leaves_no_files(jobs: Jobs) -> None:
    job = start(jobs)
    ready(job)
    jobs.pause(job)
    jobs.remove(job)
    assert job.process is not None
    assert not alive(job.process.pid)
    assert not job.directory.parent.exists()
    assert job.state == State.STOPPED
    jobs.remove(job)  # nothing happens


def test_closing_ends_everything(clock: Clock, script: Path) -> None:
    jobs = Jobs([sys.executable, "-m", "mvae.training.background", str(script)], clock)
    first, second = start(jobs), start(jobs)
    ready(first)
    jobs.close()
    assert first.state == second.state == State.STOPPED
    assert not first.directory.parent.parent.exists()


SERVER = """
import signal, sys, time
from pathlib import Path
from mvae.training.job import IMAGES, Choice
from mvae.training.jobs import Jobs
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
jobs = Jobs([sys.executable, "-m", "mvae.training.background", sys.argv[1]])
job = jobs.start(Choice(), lambda: True)
while not (job.directory.parent / "ready").exists():
    time.sleep(0.01)
if sys.argv[2] == "paused":
    jobs.pause(job)
    # It has the lowest priority, so on a busy machine it takes a while until it stands still.
    while Path(f"/proc/{job.process.pid}/stat").read_text().rpartition(")")[2].split()[0] != "T":
        time.sleep(0.01)
print((job.directory.parent / "child").read_text(), job.process.pid, job.directory, flush=True)
time.sleep(60)
"""


@needs_proc
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
@pytest.mark.parametrize("state", ["training", "paused"])
def test_no_process_outlives_the_server_however_that_ends(state: str, how: int, tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(script), state], cwd=ROOT, stdout=subprocess.PIPE, text=True,
        stderr=subprocess.DEVNULL, env=os.environ | {"TMPDIR": str(script.parent)},
    )  # fmt: skip
    assert server.stdout is not None
    *pids, directory = server.stdout.readline().strip().split(" ", 2)
    assert pids, "the server has not started"
    assert all(alive(int(pid)) for pid in pids)
    server.send_signal(how)
    server.wait(60)
    server.stdout.close()
    wait_until(lambda: not any(alive(int(pid)) for pid in pids))
    if how == signal.SIGINT:
        assert not Path(directory).parent.parent.exists()


def test_what_was_chosen_is_given_to_train_py() -> None:
    import train  # noqa: PLC0415

    for choice in (Choice(), Choice("conv", 2, joint_only=True, minutes=2), Choice(stand_ins=True)):
        options = train.parse(choice.arguments)
        assert options.task.name == ("stand-ins" if choice.stand_ins else "digits")
        assert options.images == IMAGES[choice.encoder]
        small, chosen = CONFIGS["small"], options.settings
        model = replace(small.model, encoder=choice.encoder, latent_size=choice.latent_size)
        expected = replace(small, model=model, epochs=20 * choice.minutes, holdout=True)
        if choice.joint_only:
            expected = replace(expected, extra_subsets=0, single_subsets=False)
        assert chosen == expected


def test_a_file_that_training_needs_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(tmp_path))
    assert missing_file() == tmp_path / "farsi/Data_hoda_full.mat"


@pytest.mark.data
def test_with_all_data_nothing_is_missing() -> None:
    assert missing_file() is None


@pytest.mark.data
def test_the_real_program_trains(clock: Clock, prepared_data: Path) -> None:
    jobs = Jobs([sys.executable, "train.py"], clock)  # without giving way: this machine may be busy
    try:
        job = jobs.start(Choice(latent_size=2), lambda: True)
        wait_until(lambda: (job.directory / DESCRIPTION).exists() or job.state == State.FAILED)
        assert job.complaint == ""
        jobs.stop(job)
        wait_until(lambda: not job.state.active)
        assert job.usable
    finally:
        jobs.close()


def test_the_real_program_trains_without_data(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(tmp_path))
    jobs = Jobs([sys.executable, "train.py"], clock)
    try:
        job = jobs.start(Choice(latent_size=2, stand_ins=True), lambda: True)
        wait_until(lambda: (job.directory / REPLAY).exists() or job.state == State.FAILED)
        assert job.complaint == ""
        assert len(read_replay(job.directory)) >= 1
    finally:
        jobs.close()
