"""How the app serves a class: python -m benchmarks.load [--quick] [--replicas N] [--json PATH].

Students are simulated in this process, which speaks Streamlit's protocol; the app runs in one of its own,
freshly started, or in several among which the students are dealt out, as nginx does it (docs/deploy.md). All
share the processor, so how much of it the simulation takes is reported, too.
"""

import argparse
import asyncio
import sys
import time
from collections import Counter
from collections.abc import Coroutine, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from benchmarks.figures import Figure, report, spread
from benchmarks.frontend import Failure
from benchmarks.serving import Server, running_app
from benchmarks.student import PAGES, Student

PAUSE = 2.0
"""Seconds between two actions of a student."""
CLASS = 30
CROWDS = {CLASS: 60.0, 2 * CLASS: 100.0, 200: 250.0}
"""Students at a time -> milliseconds in which 95 % of their actions are to be answered."""
NO_GROWTH = 2.0
"""Per cent by which the memory may differ by chance: the allocator's."""


@dataclass(frozen=True)
class Plan:
    """How long and how often."""

    seconds: float = 30.0  # of each class
    joinings: int = 3
    groups: int = 36  # of 30 students who come, act and go: an hour's worth
    actions: int = 5  # of each of them


QUICK = Plan(seconds=8.0, joinings=1, groups=4, actions=3)


@dataclass
class Lesson:
    """What happened: the seconds of each action, and what failed."""

    seconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    async def watch(self, deed: Coroutine[Any, Any, float]) -> None:
        """Wait for a student's deed and write down how it went."""
        try:
            self.seconds.append(await deed)
        except Failure as failure:
            self.failures.append(str(failure))


@dataclass(frozen=True)
class Servers:
    """The replicas of the app, taken together."""

    each: Sequence[Server]

    def cpu_seconds(self) -> float:
        """Processor time used since they started."""
        return sum(server.cpu_seconds() for server in self.each)

    def memory(self) -> float:
        """Resident memory, MiB."""
        return sum(server.memory() for server in self.each)


class Clock:
    """Cores that the server and this process have used, on average, since it was made."""

    def __init__(self, servers: "Servers") -> None:
        self._servers = servers
        self._before = servers.cpu_seconds(), time.process_time(), time.perf_counter()

    def cores(self) -> tuple[float, float]:
        """Return those of the servers, and those of this process."""
        server, own, wall = self._before
        seconds = time.perf_counter() - wall
        return (self._servers.cpu_seconds() - server) / seconds, (time.process_time() - own) / seconds


async def measure(plan: Plan, replicas: int = 1) -> list[Figure]:
    """Run all scenarios against one app, freshly started in so many processes."""
    with ExitStack() as stack:
        server = Servers([stack.enter_context(running_app()) for _ in range(replicas)])
        for each in server.each:
            await prepare(each)
        empty = server.memory()
        joined, students = await join(server, seed=1000)
        lessons = [joined]
        opening = np.mean([student.tab.received for student in students]) / 1000
        figures: list[Figure] = []
        for size in CROWDS:
            while len(students) < size:
                room = len(students) // CLASS
                joined, others = await join(server, 1000 * (room + 1), min(CLASS, size - len(students)), room)
                students += others
                lessons.append(joined)
            figures += await _work(server, students, plan.seconds, lessons)
        full = server.memory()
        await leave(students)
        joinings = [lessons[0]]
        for round_ in range(1, plan.joinings):
            joined, students = await join(server, seed=3000 + 100 * round_)
            joinings.append(joined)
            await leave(students)
        memory, visits = await _come_and_go(server, plan)
        lessons += [*joinings[1:], visits]
    waited = [second for lesson in joinings for second in lesson.seconds]
    how = f"joins, {CLASS} within 1 s, from the first request to all outputs"
    return [
        *figures,
        *spread(f"first paint, {CLASS} joining", waited, "s", {95: 1.5}, how),
        failures(lessons),
        Figure("received to open the app", opening, "kB", None, "a browser with an empty cache"),
        Figure("memory before the first student", empty, "MiB", None, "all loaded, each page shown once"),
        Figure("memory a student adds", (full - empty) / max(CROWDS), "MiB", None, f"{max(CROWDS)} at work"),
        _growth(memory, plan),
    ]


async def _work(
    server: Servers, students: Sequence[Student], seconds: float, lessons: list[Lesson]
) -> list[Figure]:
    """Let the students work; the lesson is added to the others."""
    before = sum(student.tab.received for student in students)
    clock = Clock(server)
    lesson = await teach(students, seconds)
    used, simulated = clock.cores()
    lessons.append(lesson)
    size, actions = len(students), len(lesson.seconds)
    received = (sum(student.tab.received for student in students) - before) / actions / 1000
    each = 1000 * used * seconds / actions
    how = f"actions in {seconds:.0f} s; the simulation took {simulated:.2f} cores"
    answered = [1000 * second for second in lesson.seconds]
    return [
        *spread(f"rerun, {size} students", answered, "ms", {95: CROWDS[size]}, how),
        Figure(f"server, {size} students", used, "cores", None, f"{each:.0f} ms a rerun"),
        Figure(f"received an action, {size} students", received, "kB", None, f"{actions} actions"),
    ]


def failures(lessons: Sequence[Lesson]) -> Figure:
    """Count them, and print which they were."""
    failures = [failure for lesson in lessons for failure in lesson.failures]
    for failure, count in Counter(failures).most_common(10):
        print(f"{count} x {failure}", file=sys.stderr)
    reruns = sum(len(lesson.seconds) for lesson in lessons) + len(failures)
    return Figure("failures", len(failures), "", 0, f"of {reruns:,} reruns")


def _growth(memory: Sequence[float], plan: Plan) -> Figure:
    """Compare the memory after the last third of the groups with that after the second.

    During the first, the server still remembers everybody who has gone, for two minutes, and its caches fill.
    """
    thirds = [float(np.median(third)) for third in np.array_split(memory, 3)]
    course = ", ".join(f"{mib:.0f}" for mib in thirds)
    return Figure(
        f"growth of memory, {plan.groups * CLASS:,} students gone",
        100 * (thirds[2] / thirds[1] - 1), "%", NO_GROWTH,
        f"third third of {plan.groups} groups against the second; MiB, median of each third: {course}",
    )  # fmt: skip


async def prepare(server: Server) -> None:
    """Open every page once with each model, as a teacher does before the lesson."""
    teacher = Student(server.address, seed=0)
    await teacher.tab.open()
    for page in (*PAGES, ""):
        await teacher.tab.turn_to(page)
    await asyncio.to_thread(_wait_until_idle, server)
    await teacher.tab.close()


def _wait_until_idle(server: Server) -> None:
    """Wait, at most 30 s, until nothing is loaded in the background any more."""
    for _ in range(30):
        before = server.cpu_seconds()
        time.sleep(1)
        if server.cpu_seconds() - before < 0.1:
            return


async def join(server: Servers, seed: int, size: int = CLASS, room: int = 0) -> tuple[Lesson, list[Student]]:
    """Let so many students open the app, evenly within one second; each room has an address of its own."""
    source = f"127.0.0.{room + 1}"
    addresses = [server.each[index % len(server.each)].address for index in range(size)]
    students = [Student(address, seed + index, source) for index, address in enumerate(addresses)]
    lesson = Lesson()

    async def come(student: Student, delay: float) -> float:
        await asyncio.sleep(delay)
        return await student.come()

    deeds = [come(student, index / size) for index, student in enumerate(students)]
    await asyncio.gather(*map(lesson.watch, deeds))
    return lesson, students


async def teach(students: Sequence[Student], seconds: float) -> Lesson:
    """Let each student act every two seconds, each in a rhythm of their own."""
    phases = Random(len(students))  # noqa: S311 - no secret
    lesson, started = Lesson(), time.perf_counter()

    async def study(student: Student) -> None:
        turn = started + phases.uniform(0, PAUSE)
        while turn < started + seconds:
            await asyncio.sleep(turn - time.perf_counter())
            await lesson.watch(student.act())
            turn = max(turn + PAUSE, time.perf_counter())

    await asyncio.gather(*map(study, students))
    return lesson


async def _come_and_go(server: Servers, plan: Plan) -> tuple[list[float], Lesson]:
    """Let one group after the other join, act without a pause and leave: the memory after each, in MiB."""
    memory, lesson = [], Lesson()

    async def visit(student: Student) -> None:
        for _ in range(plan.actions):
            await lesson.watch(student.act())

    for group in range(plan.groups):
        joined, students = await join(server, seed=10_000 + 100 * group)
        lesson.failures += joined.failures
        await asyncio.gather(*map(visit, students))
        await leave(students)
        await asyncio.sleep(0.5)
        memory.append(server.memory())
    return memory, lesson


async def leave(students: Sequence[Student]) -> None:
    """Close all tabs."""
    await asyncio.gather(*(student.tab.close() for student in students))


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a minute instead of eight, for development")
    parser.add_argument("--replicas", type=int, default=1, metavar="N", help="processes; default: 1")
    parser.add_argument("--json", type=Path, help="write the figures to this file, too")
    arguments = parser.parse_args()
    report(asyncio.run(measure(QUICK if arguments.quick else Plan(), arguments.replicas)), arguments.json)


if __name__ == "__main__":
    main()
