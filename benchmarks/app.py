"""How quick the app feels: python -m benchmarks.app [--quick] [--json PATH].

A real Chromium in front of a freshly started app, then a class of simulated students (`benchmarks.load`, in a
process of its own). What happens in the browser is timed in the browser: from the event of the mouse to the
frame in which the outputs are new, the app says that it is done, and all pictures are loaded and painted.

How long Python, Streamlit and a browser take to start depends on the machine, so the app's starts take turns
with those of a bare page of Streamlit (`benchmarks/bare_page.py`), which has the same canvases and settings.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from benchmarks.figures import Figure, report, spread
from benchmarks.serving import ROOT, group_that_ends_with_us, running_app

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
WINDOW = {"width": 1440, "height": 900}
CANVASES = "() => canvases().length >= 2"
PATIENCE = 15_000  # milliseconds; what takes longer counts as this

# What is in the page when a frame's callbacks run is painted in this frame, and a message posted by them is
# handled after that.
SCRIPT = """
window.painted = (ready) => new Promise((resolve) => {
  const channel = new MessageChannel();
  channel.port1.onmessage = () => resolve(performance.now());
  const look = () => {
    if (ready() && [...document.images].every((image) => image.complete)) channel.port2.postMessage(0);
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
});
window.paintedAfter = (event, ready) => {
  let start = null;
  addEventListener(event, (e) => { start = e.timeStamp; }, { capture: true, once: true });
  return window.painted(() => start !== null && ready()).then((end) => end - start);
};
window.all = (selector, root = document) => [...root.querySelectorAll(selector)];
window.canvases = () => all('[class*="st-key-card-"] *').flatMap(
  (host) => host.shadowRoot ? all('canvas', host.shadowRoot) : []
).filter((canvas) => canvas.getBoundingClientRect().width > 0);
window.outputs = () => ['farsi', 'kannada', 'speech'].map(
  (name) => all(`.st-key-output-${name} img`).at(-1)?.src
);
window.idle = () => all('[data-testid="stApp"]')[0]?.dataset.testScriptState === 'notRunning';
window.changed = (before, after) => idle() && after.some((source, index) => source !== before[index]);
window.pictures = () => all('[data-testid="stImage"] img').map((image) => image.src);
window.shows = {
  '': () => canvases().length >= 2 && outputs().every(Boolean),
  'latent_space': () => all('[data-testid="stSlider"]').length >= 8 && pictures().length >= 3
    && all('.bars').length >= 1,
  'all_subsets': () => all('.table img').length >= 24,
  'training': () => all('.js-plotly-plot .main-svg').length >= 2,
  'experts': () => all('.bars').length >= 1
    && all('.st-key-experts-ellipses *').some((host) => host.shadowRoot?.querySelector('svg')),
  'how_it_works': () => all('[class*="st-key-how-live-"] :is(svg, img, table)').length >= 8,
};
"""


SERVER_ALONE = "delete window.Worker;"
"""Without it the page has no model: what that makes quicker `benchmarks.live` measures."""


@dataclass(frozen=True)
class Plan:
    """How often each is done."""

    starts: int = 5
    strokes: int = 20
    slides: int = 20
    rounds: int = 5  # through all pages


QUICK = Plan(starts=1, strokes=5, slides=5, rounds=2)
TITLES = {
    "latent_space": "Latent space",
    "all_subsets": "All seven subsets",
    "training": "Training",
    "experts": "Experts",
    "how_it_works": "How it works",
    "": "Draw & speak",
}


def measure(plan: Plan) -> list[Figure]:
    """Run all that needs a browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        starts, bare = [], []
        for _ in range(plan.starts):
            starts.append(start(browser, "app.py", CANVASES, "shows['']"))
            bare += start(browser, "benchmarks/bare_page.py", CANVASES)
        with running_app() as server, opened(browser, server.address, SERVER_ALONE) as page:
            show(page, "")
            wait_until_idle(page)
            page.wait_for_timeout(10_000)  # until what is loaded in the background is there
            strokes = draw_strokes(page, plan.strokes)
            turns = turn_pages(page, plan.rounds)
            turn_to(page, "latent_space")
            slides = move_sliders(page, plan.slides)
        browser.close()
    canvas, digit = zip(*starts, strict=True)
    how = "starts of the server, from `streamlit run`"
    return [
        spread("start to canvas visible", canvas, "s", {50: 3.5}, how)[0],
        spread("start to first imagined digit", digit, "s", {50: 5.0}, how)[0],
        spread("bare page: start to canvas visible", bare, "s", {}, how)[0],
        *(
            Figure(
                f"{name}, of the bare page's canvas", float(np.median(np.divide(moments, bare))), "times",
                asked, f"{len(bare)} pairs of starts that took turns; median of the ratios",
            )
            for name, moments, asked in (
                ("start to canvas visible", canvas, 1.2), ("start to first imagined digit", digit, 1.6),
            )
        ),
        *spread(
            "stroke released to outputs painted", strokes, "ms", {50: 310},
            "strokes, by the server alone",
        ),
        *spread("slider released to outputs painted", slides, "ms", {50: 100}, "slides"),
        *spread("page chosen to all of it painted", turns, "ms", {50: 400}, "turns, first visits included"),
    ]  # fmt: skip


@contextmanager
def opened(browser: Browser, address: str, script: str = "") -> Iterator[Page]:
    """Open the app in a profile of its own, with nothing in its cache; the script runs before the page's."""
    context = browser.new_context(viewport=WINDOW)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.add_init_script(SCRIPT + script)
    page.goto(address)
    yield page
    context.close()


def start(browser: Browser, script: str, *shown: str) -> list[float]:
    """Start the server and open its page at once: seconds until each of some conditions in it is painted."""
    started = time.time()
    with running_app(script) as server, opened(browser, server.address) as page:
        moments = page.evaluate(
            f"""() => Promise.all([{", ".join(f"painted({condition})" for condition in shown)}])
                .then((moments) => moments.map((moment) => (performance.timeOrigin + moment) / 1000))"""
        )
    return [moment - started for moment in moments]


def draw_strokes(page: Page, count: int) -> list[float]:
    """Draw one stroke at a time, each undone before the next: milliseconds until all outputs are painted."""
    random = Random(count)  # noqa: S311 - no secret
    took = []
    for _ in range(count):
        wait_until_idle(page)
        box = page.locator('[class*="st-key-canvas-farsi"]').bounding_box()
        assert box is not None  # noqa: S101 - it is visible
        places = [(random.uniform(0.2, 0.8), random.uniform(0.2, 0.8)) for _ in range(3)]
        points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
        page.mouse.move(*points[0])
        page.mouse.down()
        for point in points[1:]:
            page.mouse.move(*point, steps=8)
        watch(page, "pointerup", "((before) => () => changed(before, outputs()))(outputs())")
        page.mouse.up()
        took.append(result(page))
        watch(page, "click", "((before) => () => changed(before, outputs()))(outputs())")
        page.locator(".st-key-undo-farsi button").click()
        result(page)
    return took


def move_sliders(page: Page, count: int) -> list[float]:
    """Drag the handle of one slider after the other: milliseconds until all outputs are painted."""
    random = Random(count)  # noqa: S311 - no secret
    sliders = page.get_by_test_id("stSlider")
    took = []
    for index in range(count):
        wait_until_idle(page)
        handle = middle(sliders.nth(index % 4).get_by_role("slider").locator(".."))
        track = sliders.nth(index % 4).bounding_box()
        assert track is not None  # noqa: S101 - it is visible
        page.mouse.move(*handle)
        page.mouse.down()
        on_the_left = handle[0] < track["x"] + track["width"] / 2
        share = random.uniform(0.6, 0.9) if on_the_left else random.uniform(0.1, 0.4)
        page.mouse.move(track["x"] + share * track["width"], handle[1], steps=5)
        watch(page, "pointerup", "((before) => () => changed(before, pictures()))(pictures())")
        page.mouse.up()
        took.append(result(page))
    return took


def turn_pages(page: Page, rounds: int) -> list[float]:
    """Go through all pages by the navigation bar: milliseconds until each is painted."""
    return [turn_to(page, address) for _ in range(rounds) for address in TITLES]


def turn_to(page: Page, address: str) -> float:
    """Choose a page in the navigation bar: milliseconds until all of it is painted."""
    wait_until_idle(page)
    heading = f"all('h1')[0]?.textContent === {json.dumps(TITLES[address])}"
    watch(page, "click", f"() => idle() && {heading} && shows[{json.dumps(address)}]()")
    page.get_by_test_id("stTopNavLink").filter(has_text=TITLES[address]).click()
    return result(page)


def watch(page: Page, event: str, ready: str) -> None:
    """Start to wait in the page for an event of the mouse, and then for what it brings about."""
    page.evaluate(f"() => {{ window.pending = paintedAfter({json.dumps(event)}, {ready}); }}")


def result(page: Page) -> float:
    """Return the milliseconds that were waited, at most `PATIENCE`."""
    too_late = f"new Promise((resolve) => setTimeout(resolve, {PATIENCE}, {PATIENCE}))"
    milliseconds: float = page.evaluate(f"() => Promise.race([window.pending, {too_late}])")
    return milliseconds


def show(page: Page, address: str) -> None:
    """Wait until a page is there."""
    page.evaluate(f"() => painted(shows[{json.dumps(address)}])")


def wait_until_idle(page: Page) -> None:
    """Wait until no script runs and a canvas that has just appeared takes the mouse."""
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
    page.wait_for_timeout(300)


def middle(place: Locator) -> tuple[float, float]:
    """Return the middle of what is seen, in pixels of the window."""
    box = place.bounding_box()
    assert box is not None  # noqa: S101 - it is visible
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def measure_load(quick: bool) -> list[Figure]:
    """Run `benchmarks.load` in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "load.json"
        command = [sys.executable, "-m", "benchmarks.load", "--json", str(file)] + ["--quick"] * quick
        with group_that_ends_with_us() as group:
            subprocess.run(  # noqa: S603 - our own
                command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, timeout=600, process_group=group
            )
        rows = json.loads(file.read_text(encoding="utf-8"))
    return [Figure(**{key: value for key, value in row.items() if key != "kept"}) for row in rows]


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer of each, for development")
    parser.add_argument("--json", type=Path, help="write the figures to this file, too")
    parser.add_argument("--browser-only", action="store_true", help="without the simulated class")
    arguments = parser.parse_args()
    figures = measure(QUICK if arguments.quick else Plan())
    if not arguments.browser_only:
        figures += measure_load(arguments.quick)
    report(figures, arguments.json)


if __name__ == "__main__":
    main()
