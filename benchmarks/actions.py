"""What each kind of action costs the server: python -m benchmarks.actions [--json PATH].

One student whose page paints does one thing after the other. Counted is processor time, to which other work
matters little, in steps of 10 ms: only the mean of many actions says something.
"""

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from streamlit.proto.WidgetStates_pb2 import WidgetState

from benchmarks.figures import Figure, report
from benchmarks.load import prepare
from benchmarks.serving import Server, running_app
from benchmarks.student import PAGES, Student
from mvae.ui.experts.text import Experts
from mvae.ui.latent.text import LatentSpace

TIMES = 16
SETTLED = 0.06
"""Seconds after an answer in which the server comes to rest."""
TABS = {
    "latent_space": (
        "latent-view", LatentSpace.TABS,
        {"walk": "grid-index-conv", "line": "latent-heard", "map": "map-digit"},
    ),
    "experts": (
        "experts-view", Experts.TABS,
        {"plane": "present-kannada", "conflict": "experts-drawn", "corrupt": "experts-strength"},
    ),
}  # fmt: skip


async def measure() -> list[Figure]:
    """Measure widgets of the tabs and turns to each page against one app, freshly started."""
    with running_app() as server:
        await prepare(server)
        student = Student(server.address, seed=1)
        await student.come()
        figures = []
        for page, (view, titles, widgets) in TABS.items():
            await student.tab.turn_to(page)
            for name, key in widgets.items():
                await student.tab.touch(WidgetState(id=student.widget(view).id, string_value=titles[name]))
                figures.append(await _cost(server, student, name, lambda key=key: student.use(key)))
        return [*figures, *[await _turn(server, student, page) for page in PAGES]]


async def _cost(server: Server, student: Student, name: str, act: Callable[[], WidgetState]) -> Figure:
    async def once() -> None:
        await student.tab.touch(act())

    return await _mean(server, student, name, [once] * TIMES)


async def _turn(server: Server, student: Student, page: str) -> Figure:
    """Measure turns to a page and away from it to the next one."""
    others = [other for other in PAGES if other != page]

    async def turn(to: str) -> None:
        await student.tab.turn_to(to)
        await student.paint()

    ways = [lambda to=to: turn(to) for other in others for to in (page, other)]
    return await _mean(server, student, f"turn to {page or 'the first page'} or away", ways)


async def _mean(
    server: Server, student: Student, name: str, acts: list[Callable[[], Awaitable[None]]]
) -> Figure:
    before, received = server.cpu_seconds(), student.tab.received
    for act in acts:
        await act()
        await asyncio.sleep(SETTLED)
    each = 1000 * (server.cpu_seconds() - before) / len(acts)
    kilobytes = (student.tab.received - received) / len(acts) / 1000
    return Figure(name, each, "ms", None, f"mean of {len(acts)}; {kilobytes:.1f} kB received")


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures to this file, too")
    report(asyncio.run(measure()), parser.parse_args().json)


if __name__ == "__main__":
    main()
