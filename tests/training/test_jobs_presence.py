"""Whoever leaves a training behind gives the place back; what is loaded meanwhile is told as it goes."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers import wait_until
from streamlit.testing.v1 import AppTest
from test_jobs import SCRIPT, Clock, ready

from mvae.training.job import Choice, Job, Progress, State
from mvae.training.jobs import ABSENCE_AFTERWARDS, Jobs
from mvae.ui.frame.presence import Presence, ask

MINUTE = 60

LOADING = """
import sys, time
from pathlib import Path
from tqdm import tqdm
out = Path(sys.argv[sys.argv.index("--out") + 1])
for step in tqdm(range(8), "Changing voices", unit=" recordings", leave=False, disable=None):
    while not (out.parent / f"go-{step}").exists():
        time.sleep(0.01)
    time.sleep(1.1)
"""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def jobs(clock: Clock, tmp_path: Path) -> Iterator[Jobs]:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    jobs = Jobs([sys.executable, "-m", "mvae.training.background", str(script)], clock)
    yield jobs
    jobs.close()


def start(jobs: Jobs, clock: Clock) -> Job:
    """Start a training from a page that stays connected."""
    return jobs.start(Choice(), Presence(lambda: True, clock))


def let_pass(seconds: int, jobs: Jobs, clock: Clock, *asking: Job) -> None:
    """Let time pass, in which these pages ask how their trainings go."""
    for _ in range(seconds):
        clock.now += 1
        for job in asking:
            ask(job)
        jobs.look_after()


def test_an_abandoned_tab_gives_its_training_and_its_place_back_within_a_minute(
    jobs: Jobs, clock: Clock
) -> None:
    """The hostile one and the victim: its browser stays connected, and asks no more."""
    trains, waits, victim = (start(jobs, clock) for _ in range(3))
    ready(trains)
    let_pass(MINUTE, jobs, clock, victim)
    assert [trains.state, waits.state, victim.state] == [State.STOPPED, State.STOPPED, State.TRAINING]
    assert not trains.directory.parent.exists()
    ready(victim)


def test_the_place_of_whoever_waits_is_lost_first(jobs: Jobs, clock: Clock) -> None:
    trains, waits = start(jobs, clock), start(jobs, clock)
    let_pass(MINUTE // 2 + 1, jobs, clock)
    assert [trains.state, waits.state] == [State.TRAINING, State.STOPPED]


def test_whoever_asks_now_and_then_loses_nothing(jobs: Jobs, clock: Clock) -> None:
    trains, waits = start(jobs, clock), start(jobs, clock)
    for _ in range(20):
        let_pass(15, jobs, clock)
        let_pass(1, jobs, clock, trains, waits)
    assert [trains.state, waits.state] == [State.TRAINING, State.WAITING]


def test_after_the_end_nobody_needs_to_ask(jobs: Jobs, clock: Clock) -> None:
    job = start(jobs, clock)
    ready(job)
    jobs.stop(job)
    wait_until(lambda: job.state == State.STOPPED)
    ask(job)
    let_pass(10 * MINUTE, jobs, clock)
    assert job.usable


def test_files_of_whoever_is_gone_stay_as_long_as_streamlit_keeps_the_session(
    jobs: Jobs, clock: Clock
) -> None:
    connected = [True]
    job = jobs.start(Choice(), Presence(lambda: connected[0], clock))
    ready(job)
    jobs.stop(job)
    wait_until(lambda: job.state == State.STOPPED)
    ask(job)
    connected[0] = False
    let_pass(int(ABSENCE_AFTERWARDS) - 1, jobs, clock)
    assert job.usable
    let_pass(2, jobs, clock)
    assert not job.directory.parent.exists()


def test_what_is_loaded_is_told_as_it_goes(clock: Clock, tmp_path: Path) -> None:
    script = tmp_path / "loading.py"
    script.write_text(LOADING)
    jobs = Jobs([sys.executable, "-m", "mvae.training.background", str(script)], clock)
    try:
        job = start(jobs, clock)
        assert job.progress is None
        seen: list[Progress] = []
        for step in range(2):
            (job.directory.parent / f"go-{step}").touch()
            wait_until(lambda: job.progress not in {None, *seen})
            assert job.progress is not None
            seen.append(job.progress)
        assert {(each.what, each.total) for each in seen} == {("Changing voices", 8)}
        assert seen[0].done < seen[1].done <= 2
        assert job.state == State.TRAINING
        assert job.complaint == ""
    finally:
        jobs.close()


PAGE = """
from types import SimpleNamespace
import streamlit as st
from mvae.ui.training import live
live._show_progress(SimpleNamespace(progress=st.session_state["progress"]))
"""


@pytest.mark.parametrize(
    ("progress", "sentence"),
    [
        (Progress("Changing voices", 800, 3_200), "Making changed copies of the voices: 800 of 3,200"),
        (Progress("Preparing train, farsi", 15_000, 60_000), "Preparing the Farsi digits: 15,000 of 60,000"),
        (Progress("epoch 1/10", 5, 20), "Training the first epoch: 5 of 20"),
        (Progress("something new", 1, 4), "Loading the data: 1 of 4"),
    ],
)
def test_the_page_shows_a_bar(progress: Progress, sentence: str) -> None:
    app = AppTest.from_string(PAGE)
    app.session_state["progress"] = progress
    app.run()
    assert not app.exception
    (bar,) = app.get("progress")
    assert bar.proto.value == 25
    assert bar.proto.text == sentence
