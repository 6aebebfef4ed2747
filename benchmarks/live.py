"""How quick the first page is while the pen moves: python -m benchmarks.live [--quick] [--json PATH].

A real Chromium draws on the app's canvas, by turns with the model in the page and, in another profile without
workers, by the server alone. What happens in the browser is timed there: from the event of the pen to the
frame in which all outputs are new. What the page asks of the model's worker says which moves an output has
seen: of those that it is the first to show, the oldest is timed. The time of the page's thread is the
processor time of its tasks, beyond what the same strokes cost without the model; part of it is painting,
which a graphics card would take over.
"""

import argparse
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from playwright.sync_api import Browser, CDPSession, Page, Playwright, sync_playwright

from benchmarks.app import CHROMIUM, FLAGS, SCRIPT, SERVER_ALONE, WINDOW, result, wait_until_idle
from benchmarks.door import door_to
from benchmarks.figures import Figure, report, spread
from benchmarks.live_engine import worker_seconds
from benchmarks.serving import Server, running_app

READY = '[data-live="ready"]'
MOVES, MOVE_EVERY = 40, 20.0
"""Of a stroke, and the milliseconds between them: a hand's. A busy machine makes them later."""
IDLE_SECONDS = 10.0
SCRIPTS = ("ScriptDuration", "LayoutDuration", "RecalcStyleDuration")
# Before anything of the page: the moves of the pen as the browser hears of them, and the oldest of those of
# which the model first hears with what it is asked.
NOTE = """
window.forget = () => {
  window.moves = [];
  window.took = [];
  window.repaints = [];
  window.unseen = window.shown = 0;
};
forget();
{
  const note = (event) => {
    if (!event.buttons) return;
    moves.push(event.timeStamp);
    unseen ||= event.timeStamp;
  };
  addEventListener("pointerrawupdate", note, { capture: true });
  const asked = new Map();
  if (window.Worker) window.Worker = class extends Worker {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data: { id } }) => {
        shown ||= asked.get(id) ?? 0;
        asked.delete(id);
      });
    }
    postMessage(message, ...given) {
      if (message.operation === "scene") {
        asked.set(message.id, unseen);
        unseen = 0;
      }
      super.postMessage(message, ...given);
    }
  };
}
"""
# From the oldest of these moves to the frame in which all outputs are painted that have seen it.
WATCH = """() => {
  const images = document.querySelector(".st-key-outputs").getElementsByTagName("img");
  new MutationObserver(() => {
    const start = shown, channel = new MessageChannel();
    shown = 0;
    channel.port1.onmessage = () => {
      repaints.push(performance.now());
      if (start) took.push(performance.now() - start);
    };
    const look = () => {
      const isRead = [...images].every(({ complete, naturalWidth }) => complete && naturalWidth);
      if (isRead) channel.port2.postMessage(0);
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
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
    moves
        Of the pen, a second.
    released
        Milliseconds from the lifted pen to the server's outputs.
    thread, script, worker
        Milliseconds while the pen was down: of the page's thread, and of it scripts, styles and layout; and
        of the model's thread.
    repaints, between
        Of the outputs while the pen was down: how many, and milliseconds from one to the next.
    messages
        To the server while the pen was down.
    server
        Milliseconds of the server's processor time, beyond what it takes when nobody does anything.
    """

    frames: list[float] = field(default_factory=list)
    moves: list[float] = field(default_factory=list)
    released: list[float] = field(default_factory=list)
    thread: list[float] = field(default_factory=list)
    script: list[float] = field(default_factory=list)
    worker: list[float] = field(default_factory=list)
    repaints: list[int] = field(default_factory=list)
    between: list[float] = field(default_factory=list)
    messages: list[int] = field(default_factory=list)
    server: list[float] = field(default_factory=list)


def measure(strokes: int) -> list[Figure]:
    """Draw so many strokes in both ways, by turns."""
    with running_app() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        with (
            opened(browser, server) as (page, sent),
            opened(browser, server, SERVER_ALONE) as (plain, plain_sent),
        ):
            page.locator(READY).wait_for(state="attached")
            page.wait_for_timeout(10_000)  # until what the server loads in the background is there
            idle = idle_share(server)
            live, today = Drawn(), Drawn()
            for number in range(strokes + 2):  # the first of each are not counted
                draw(page, server, sent, live if number > 1 else Drawn(), number, idle=idle)
                by_server = today if number > 1 else Drawn()
                draw(plain, server, plain_sent, by_server, number, idle=idle, answered=True)
        browser.close()
        first, second = visits(playwright, server)
    how = "all that the server sends until the model in the page is ready"
    return [
        *figures(live, today, idle),
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
    page.add_init_script(SCRIPT + script + NOTE)
    sent: list[int] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(len(frame))))
    page.goto(server.address)
    page.evaluate("() => painted(shows[''])")
    wait_until_idle(page)
    page.evaluate(WATCH)
    yield page, sent
    context.close()


def idle_share(server: Server) -> float:
    """Processor time that the server takes a second when nobody does anything."""
    before = server.cpu_seconds()
    time.sleep(IDLE_SECONDS)
    return (server.cpu_seconds() - before) / IDLE_SECONDS


def draw(
    page: Page, server: Server, sent: list[int], drawn: Drawn, number: int, *,
    idle: float, answered: bool = False,
) -> None:  # fmt: skip
    """Draw a stroke, and undo it unless it is the first; `answered` says whether the server paints.

    So there is always something to undo, as while a person draws; else Undo is switched on by each stroke.
    """
    page.bring_to_front()
    wait_until_idle(page)
    box = page.locator('[class*="st-key-canvas-farsi"]').bounding_box()
    assert box is not None  # noqa: S101 - it is visible
    thread, messages = page.context.new_cdp_session(page), len(sent)
    thread.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.evaluate("forget()")
    before, worker = thread_seconds(thread), worker_seconds()
    began, cpu = time.perf_counter(), server.cpu_seconds()
    for move in range(MOVES):
        angle = 2 * math.pi * move / MOVES + number
        x, y = box["x"] + 110 + 70 * math.cos(angle), box["y"] + 110 + 70 * math.sin(angle)
        page.mouse.move(x, y)
        if not move:
            page.mouse.down()
        late = 1000 * (time.perf_counter() - began) - (move + 1) * MOVE_EVERY
        page.wait_for_timeout(max(0, -late))
    page.wait_for_timeout(100)
    after = thread_seconds(thread)
    drawn.worker.append(1000 * (worker_seconds() - worker))
    drawn.thread.append(1000 * (after["TaskDuration"] - before["TaskDuration"]))
    drawn.script.append(1000 * sum(after[name] - before[name] for name in SCRIPTS))
    drawn.frames += page.evaluate("took")
    moves, repaints = page.evaluate("[moves, repaints]")
    drawn.moves.append(1000 * (len(moves) - 1) / (moves[-1] - moves[0]))
    drawn.repaints.append(len(repaints))
    drawn.between += np.diff(repaints).tolist()
    drawn.messages.append(len(sent) - messages)
    if answered:
        page.evaluate(RELEASED)
    page.mouse.up()
    if answered:
        drawn.released.append(result(page))
    page.wait_for_timeout(300)  # until the server has heard of it
    wait_until_idle(page)
    elsewhere = idle * (time.perf_counter() - began)
    drawn.server.append(1000 * (server.cpu_seconds() - cpu - elsewhere))
    thread.detach()
    if number:
        page.locator(".st-key-undo-farsi button").click()
    wait_until_idle(page)


def thread_seconds(session: CDPSession) -> dict[str, float]:
    """Processor time of the page's thread until now, by what for."""
    found = session.send("Performance.getMetrics")["metrics"]
    return {each["name"]: each["value"] for each in found}


def figures(live: Drawn, today: Drawn, idle: float) -> list[Figure]:
    """Return what is printed."""
    repaints = np.mean(live.repaints)
    extra = (np.mean(live.thread) - np.mean(today.thread)) / repaints
    script = (np.mean(live.script) - np.mean(today.script)) / repaints
    idly = f"mean, beyond the {1000 * idle:.0f} ms a second of an idle server"
    beyond = f"of {len(live.thread)} strokes, beyond what they cost without the model"
    return [
        *spread("pen's move to painted outputs", live.frames, "ms", {50: 20, 95: 40}, "moves"),
        *spread("by the server: pen lifted to painted outputs", today.released, "ms", {}, "strokes"),
        Figure("from outputs to the next while drawing", float(np.mean(live.between)), "ms", 33.3,
               f"mean, of {np.median(live.moves):.0f} moves a second"),
        Figure("page's thread for a repaint: scripts, styles, layout", float(script), "ms", 4, beyond),
        Figure("page's thread for a repaint: all", float(extra), "ms", None, beyond),
        Figure("model's thread for a repaint", float(np.mean(live.worker) / repaints), "ms", None, "mean"),
        Figure("messages from pen down to pen up", float(max(live.messages)), "", 0, "the most of a stroke"),
        Figure("server's CPU for a stroke, live", float(np.mean(live.server)), "ms", 8, idly),
        Figure("server's CPU for a stroke, as ever", float(np.mean(today.server)), "ms", None, idly),
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
