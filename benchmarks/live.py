"""How quick the first page is while the pen moves: python -m benchmarks.live [--quick] [--json PATH].

A real Chromium draws on the app's canvas, by turns with the model in the page and, in another profile without
workers, by the server alone. What happens in the browser is timed there: from the event of the pen to the
frame in which an output is new. The time of the page's thread is the processor time of its tasks, beyond what
the same strokes cost without the model; part of it is painting, which a graphics card would take over.
"""

import argparse
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from playwright.sync_api import Browser, CDPSession, Page, Playwright, sync_playwright

from benchmarks.app import CHROMIUM, FLAGS, SCRIPT, WINDOW, result, wait_until_idle
from benchmarks.door import door_to
from benchmarks.figures import Figure, report, spread
from benchmarks.serving import Server, running_app

READY = '[data-live="ready"]'
MOVES, MOVE_EVERY = 40, 20.0
"""Of a stroke, and the milliseconds between them: a hand's."""
SCRIPTS = ("ScriptDuration", "LayoutDuration", "RecalcStyleDuration")
WITHOUT = "delete window.Worker;"
# From a move of the pen to the frame in which what it has changed is painted.
WATCH = """() => {
  window.moved = 0;
  window.took = [];
  window.repaints = 0;
  const note = (event) => { if (event.buttons) moved ||= event.timeStamp; };
  addEventListener("pointermove", note, { capture: true });
  new MutationObserver(() => {
    repaints++;
    const start = moved;
    moved = 0;
    const channel = new MessageChannel();
    channel.port1.onmessage = () => start && took.push(performance.now() - start);
    requestAnimationFrame(() => channel.port2.postMessage(0));
  }).observe(document.querySelector(".st-key-output-kannada"),
    { subtree: true, childList: true, attributes: true, attributeFilter: ["src"] });
}"""
RELEASED = """() => { window.pending = paintedAfter("pointerup",
  ((before) => () => outputs().every((each, at) => each && each !== before[at]))(outputs())); }"""


@dataclass
class Drawn:
    """What strokes have cost, a number for each of them but for `frames`.

    Attributes
    ----------
    frames
        Milliseconds from a move of the pen to painted outputs.
    released
        Milliseconds from the lifted pen to the server's outputs.
    thread, script
        Milliseconds of the page's thread while the pen was down: all, and of it scripts, styles and layout.
    repaints
        Of the outputs while the pen was down, a second.
    messages
        To the server while the pen was down.
    server
        Milliseconds of the server's processor time.
    """

    frames: list[float] = field(default_factory=list)
    released: list[float] = field(default_factory=list)
    thread: list[float] = field(default_factory=list)
    script: list[float] = field(default_factory=list)
    repaints: list[float] = field(default_factory=list)
    messages: list[int] = field(default_factory=list)
    server: list[float] = field(default_factory=list)


def measure(strokes: int) -> list[Figure]:
    """Draw so many strokes in both ways, by turns."""
    with running_app() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        with opened(browser, server) as (page, sent), opened(browser, server, WITHOUT) as (plain, plain_sent):
            page.locator(READY).wait_for(state="attached")
            page.wait_for_timeout(10_000)  # until what the server loads in the background is there
            live, today = Drawn(), Drawn()
            for number in range(strokes + 2):  # the first of each are not counted
                draw(page, server, sent, live if number > 1 else Drawn(), number)
                draw(plain, server, plain_sent, today if number > 1 else Drawn(), number)
        browser.close()
        first, second = visits(playwright, server)
    how = "all that the server sends until the model in the page is ready"
    return [
        *figures(live, today),
        Figure("received at the first visit", first / 1e6, "MB", 14, how),
        Figure("received at the second visit", second / 1e3, "kB", 100, how),
    ]


def visits(playwright: Playwright, server: Server) -> tuple[int, int]:
    """Visit the first page twice in one profile, which is empty at first: the bytes received by each."""
    received = []
    with door_to(server.address) as door, TemporaryDirectory() as profile:
        chromium = playwright.chromium
        context = chromium.launch_persistent_context(profile, executable_path=CHROMIUM, args=FLAGS)
        for _ in range(2):
            before = door.sent
            page = context.new_page()
            page.goto(door.address)
            page.locator(READY).wait_for(state="attached")
            wait_until_idle(page)
            page.close()
            received.append(door.sent - before)
        context.close()
    first, second = received
    return first, second


@contextmanager
def opened(browser: Browser, server: Server, script: str = "") -> Iterator[tuple[Page, list[int]]]:
    """Open the first page in a profile of its own; gives what it sends, too."""
    context = browser.new_context(viewport=WINDOW)
    page = context.new_page()
    page.add_init_script(SCRIPT + script)
    sent: list[int] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(len(frame))))
    page.goto(server.address)
    page.evaluate("() => painted(shows[''])")
    wait_until_idle(page)
    page.evaluate(WATCH)
    yield page, sent
    context.close()


def draw(page: Page, server: Server, sent: list[int], drawn: Drawn, number: int) -> None:
    """Draw a stroke, and undo it."""
    page.bring_to_front()
    wait_until_idle(page)
    box = page.locator('[class*="st-key-canvas-farsi"]').bounding_box()
    assert box is not None  # noqa: S101 - it is visible
    thread, messages, cpu = page.context.new_cdp_session(page), len(sent), server.cpu_seconds()
    thread.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.evaluate("() => { took.length = 0; repaints = 0; }")
    before = thread_seconds(thread)
    began = page.evaluate("performance.now()")
    for move in range(MOVES):
        angle = 2 * math.pi * move / MOVES + number
        x, y = box["x"] + 110 + 70 * math.cos(angle), box["y"] + 110 + 70 * math.sin(angle)
        page.mouse.move(x, y)
        if not move:
            page.mouse.down()
        page.wait_for_timeout(MOVE_EVERY)
    page.wait_for_timeout(100)
    seconds = (page.evaluate("performance.now()") - began) / 1000
    after = thread_seconds(thread)
    drawn.thread.append(1000 * (after["TaskDuration"] - before["TaskDuration"]))
    drawn.script.append(1000 * sum(after[name] - before[name] for name in SCRIPTS))
    drawn.frames += page.evaluate("took")
    drawn.repaints.append(page.evaluate("repaints") / seconds)
    drawn.messages.append(len(sent) - messages)
    page.evaluate(RELEASED)
    page.mouse.up()
    drawn.released.append(result(page))
    wait_until_idle(page)
    drawn.server.append(1000 * (server.cpu_seconds() - cpu))
    thread.detach()
    page.locator(".st-key-undo-farsi button").click()
    wait_until_idle(page)


def thread_seconds(session: CDPSession) -> dict[str, float]:
    """Processor time of the page's thread until now, by what for."""
    found = session.send("Performance.getMetrics")["metrics"]
    return {each["name"]: each["value"] for each in found}


def figures(live: Drawn, today: Drawn) -> list[Figure]:
    """Return what is printed."""
    repaints = np.mean(live.repaints) * MOVES * MOVE_EVERY / 1000
    extra = (np.mean(live.thread) - np.mean(today.thread)) / repaints
    script = (np.mean(live.script) - np.mean(today.script)) / repaints
    beyond = f"of {len(live.thread)} strokes, beyond what they cost without the model"
    return [
        *spread("pen's move to painted outputs", live.frames, "ms", {50: 20, 95: 40}, "moves"),
        *spread("by the server: pen lifted to painted outputs", today.released, "ms", {}, "strokes"),
        Figure("outputs repainted while drawing", float(np.median(live.repaints)), "a second", None,
               f"repaints, of {1000 / MOVE_EVERY:.0f} moves at the most"),
        Figure("page's thread for a repaint: scripts, styles, layout", float(script), "ms", 4, beyond),
        Figure("page's thread for a repaint: all", float(extra), "ms", None, beyond),
        Figure("messages from pen down to pen up", float(max(live.messages)), "", 0, "the most of a stroke"),
        Figure("server's CPU for a stroke, live", float(np.mean(live.server)), "ms", 8, "mean"),
        Figure("server's CPU for a stroke, as ever", float(np.mean(today.server)), "ms", None, "mean"),
    ]  # fmt: skip


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer of each, for development")
    parser.add_argument("--json", type=Path, help="write the figures to this file, too")
    arguments = parser.parse_args()
    report(measure(5 if arguments.quick else 20), arguments.json)


if __name__ == "__main__":
    main()
