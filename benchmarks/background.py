"""What a training costs everybody else: python -m benchmarks.background [--quick] [--json PATH].

A class works (`benchmarks.load`) while "Train one now" is paused and while it goes on, in turns: what else
the machine does, and how warm it is, meets both alike. Needs the data; set MVAE_DATA.

The training is started here just as the app's server starts it. Whoever watches it is not among the students:
their page asks the server for the new curve every 1.5 s, about as often as a student acts.
"""

import argparse
import asyncio
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
from tqdm import tqdm

from benchmarks.figures import Figure, report, spread
from benchmarks.load import Clock, Lesson, Servers, failures, join, leave, prepare, teach
from benchmarks.serving import Server, running_app
from benchmarks.student import Student
from mvae.checkpoint.files import read_metrics
from mvae.training.job import Choice, Job
from mvae.training.jobs import Jobs, missing_file

SIZES = (10, 30)
"""Students of a class."""
TURNS = (False, True, True, False)
"""Whether the training goes on, turn by turn: nothing that only grows or shrinks favours one or the other."""
FIRST_EPOCH = 600.0
"""Seconds within which the first epoch must end; it reads all data."""


@dataclass(frozen=True)
class Plan:
    """How long each turn is, in seconds, and how often all turns are taken."""

    seconds: float = 15.0
    rounds: int = 2


QUICK = Plan(seconds=4.0, rounds=1)


@contextmanager
def training() -> Iterator[tuple[Jobs, Job]]:
    """Start a training that is longer than the benchmark, and pause it when it has begun to learn."""
    missing = missing_file()
    if missing is not None:
        sys.exit(f"To train, this needs the data, but {missing} is missing: set MVAE_DATA to their folder.")
    jobs = Jobs()
    try:
        job = jobs.start(Choice(minutes=60), lambda: True)
        deadline = time.monotonic() + FIRST_EPOCH
        while not read_metrics(job.directory):
            if not job.state.active or time.monotonic() > deadline:
                sys.exit(f"The training has not begun within {FIRST_EPOCH:.0f} s. {job.complaint}")
            time.sleep(0.2)
        jobs.pause(job)
        yield jobs, job
    finally:
        jobs.close()


async def measure(plan: Plan) -> list[Figure]:
    """Let classes of all sizes work against one freshly started app."""
    figures, lessons = [], []
    with training() as (jobs, job), running_app() as server:
        await prepare(server)
        for size in SIZES:
            joined, students = await join(Servers([server]), seed=1000 * size, size=size)
            warm = await teach(students, plan.seconds)
            turns, cores = await _take_turns(students, plan, jobs, job)
            await leave(students)
            lessons += [joined, warm, *turns[False], *turns[True]]
            figures += _compare(size, plan, turns, cores)
        if not job.state.active:
            sys.exit("The training ended before the benchmark did: these figures would say nothing.")
    return [*figures, failures(lessons)]


async def _take_turns(
    students: Sequence[Student], plan: Plan, jobs: Jobs, job: Job
) -> tuple[dict[bool, list[Lesson]], list[float]]:
    """Return the lessons with and without the training, and the cores that it had in those with it."""
    lessons: dict[bool, list[Lesson]] = defaultdict(list)
    cores = []
    for goes_on in tqdm(TURNS * plan.rounds, desc=f"{len(students)} students", unit="turn"):
        if goes_on:
            jobs.go_on(job)
        else:
            jobs.pause(job)
        clock = Clock(Server("", job.process))
        lessons[goes_on].append(await teach(students, plan.seconds))
        if goes_on:
            cores.append(clock.cores()[0])
    jobs.pause(job)
    return lessons, cores


def _compare(size: int, plan: Plan, turns: dict[bool, list[Lesson]], cores: Sequence[float]) -> list[Figure]:
    """Return the times without and with the training, and how many times longer the latter are."""
    each = {goes_on: [_milliseconds(lesson) for lesson in taken] for goes_on, taken in turns.items()}
    how = f"actions in {len(turns[True])} turns of {plan.seconds:.0f} s"
    had = f"{how}; the training had {np.mean(cores):.2f} cores"
    figures = [
        *spread(f"rerun, {size} students, no training", [*chain(*each[False])], "ms", {}, how),
        *spread(f"rerun, {size} students, with a training", [*chain(*each[True])], "ms", {}, had),
    ]
    without, with_it = figures[:2], figures[2:]
    for share, before, after in zip((50, 95), without, with_it, strict=True):
        ratios = [
            float(np.percentile(more, share) / np.percentile(less, share))
            for less, more in zip(each[False], each[True], strict=True)
        ]
        alone = "of all turns; turn by turn: " + " ".join(f"{ratio:.2f}" for ratio in ratios)
        name = f"with a training / without, {size} students, p{share}"
        figures.append(Figure(name, after.measured / before.measured, "times", None, alone))
    return figures


def _milliseconds(lesson: Lesson) -> list[float]:
    return [1000 * second for second in lesson.seconds]


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a minute instead of six, for development")
    parser.add_argument("--json", type=Path, help="write the figures to this file, too")
    arguments = parser.parse_args()
    report(asyncio.run(measure(QUICK if arguments.quick else Plan())), arguments.json)


if __name__ == "__main__":
    main()
