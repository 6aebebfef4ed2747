"""The first page while the pen moves: the page's model paints, and the server says the same afterwards."""

import io
import json
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

pytest.importorskip("playwright", reason="needs the package playwright")
from PIL import Image
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.actions import (
    canvas,
    dragged,
    draw,
    expect_change,
    output,
    press,
    switch,
    wait_until,
    wait_until_idle,
)
from tests.browser.conftest import answered, watched
from tests.browser.line import AHEAD, READY, asked
from tests.browser.test_downloads import saved

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

MODALITIES = ("farsi", "kannada", "speech")
NEAR = 2
"""Grey levels by which the server's pictures may differ from the page's."""
RECORD = """() => {
  window.shown = [];
  const look = () => {
    const now = [...document.querySelectorAll('.st-key-output-kannada img')].at(-1)?.src ?? null;
    if (shown.at(-1) !== now) shown.push(now);
    requestAnimationFrame(look);
  };
  look();
}"""
"""What a picture shows, frame by frame."""
RING = ((0.5, 0.15), (0.8, 0.5), (0.5, 0.85), (0.2, 0.5), (0.5, 0.15))
ONE = ((0.5, 0.15), (0.5, 0.85))


@contextmanager
def live(context: BrowserContext, server: str) -> Iterator[tuple[Page, list[float]]]:
    """The first page with its model ready, and the sizes of the messages that it has sent."""
    with watched(context, server, model=True) as page:
        sent: list[float] = []
        page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(len(frame))))
        answered(page, server)
        expect(page.locator(READY)).to_be_attached()
        wait_until_idle(page)
        yield page, sent


def clear(page: Page, modality: str) -> None:
    press(page, "clear", modality)
    expect(page.locator(f".st-key-clear-{modality} button")).to_be_disabled()
    wait_until_idle(page)


def places(page: Page, modality: str, points: tuple[tuple[float, float], ...]) -> list[tuple[float, float]]:
    expect(canvas(page, modality).locator("canvas").last).to_be_visible()
    page.wait_for_timeout(300)  # a new canvas gets its mouse events only after it has appeared
    box = canvas(page, modality).bounding_box()
    assert box is not None
    return [(box["x"] + x * 220, box["y"] + y * 220) for x, y in points]


def label(page: Page) -> str:
    return page.locator('.st-key-label [data-testid="stMetricValue"], .st-key-label .best-label').inner_text()


def said_badge(page: Page, modality: str) -> Locator:
    """Whether an output is said to be given: Streamlit's badge, or the page's in its place."""
    badges = page.locator(f".st-key-output-{modality} :is(.stMarkdownBadge, .badge)")
    return badges.filter(visible=True)


def bars(page: Page, beside: str) -> str:
    return str(page.locator(f".st-key-{beside} .bars").get_attribute("aria-label"))


def top(page: Page, modality: str) -> float:
    """Where the pictures of an output begin, in pixels."""
    box = page.locator(f".st-key-output-{modality} img").filter(visible=True).first.bounding_box()
    assert box is not None
    return box["y"]


def pictures(page: Page) -> dict[str, list[Any]]:
    """All pictures of the outputs, by modality: grey levels."""
    found = {}
    for modality in MODALITIES:
        images = page.locator(f".st-key-output-{modality} img").filter(visible=True).all()
        found[modality] = [grey(str(image.get_attribute("src"))) for image in images]
    return found


def apart(one: dict[str, list[Any]], other: dict[str, list[Any]]) -> float:
    """The largest difference of any two pictures, in grey levels."""
    assert {name: len(each) for name, each in one.items()} == {
        name: len(each) for name, each in other.items()
    }
    return max(
        float(np.abs(before - after).max())
        for name in one
        for before, after in zip(one[name], other[name], strict=True)
    )


def grey(source: str) -> Any:
    """The pixels of a picture in its address."""
    return np.asarray(Image.open(io.BytesIO(b64decode(source.split(",")[1]))).convert("RGB"), np.float32)


@pytest.mark.parametrize("cleared", [False, True])
def test_outputs_follow_the_pen_and_the_server_says_the_same(
    chromium: BrowserContext, server: str, cleared: bool
) -> None:
    with live(chromium, server) as (page, sent):
        if cleared:
            clear(page, "farsi")
            expect(page.locator(".st-key-label .stAlert")).to_be_visible()
        before = len(sent)
        with dragged(page, *places(page, "farsi", ONE)):
            expect(page.locator(AHEAD)).to_be_attached()
            page.wait_for_timeout(300)  # until the last move is painted
            expect(said_badge(page, "farsi")).to_contain_text("given")
            expect(page.locator(".st-key-label .stAlert")).not_to_be_visible()
            seen, said = pictures(page), [label(page), bars(page, "label"), bars(page, "shares")]
            assert len(sent) == before
        asked(page)
        assert len(sent) > before
        assert [label(page), bars(page, "label"), bars(page, "shares")] == said
        assert apart(seen, pictures(page)) <= NEAR
        if cleared:
            assert said[0] == "1"


def test_a_canvas_that_is_switched_off_is_switched_on(chromium: BrowserContext, server: str) -> None:
    with live(chromium, server) as (page, sent):
        clear(page, "kannada")
        before = len(sent)
        assert "Kannada missing" in bars(page, "shares")
        with dragged(page, *places(page, "kannada", RING)):
            expect(page.locator(AHEAD)).to_be_attached()
            page.wait_for_timeout(300)
            expect(said_badge(page, "kannada")).to_contain_text("given")
            assert "Kannada missing" not in bars(page, "shares")
            assert len(pictures(page)["kannada"]) == 2
            seen, shares, height = pictures(page), bars(page, "shares"), top(page, "kannada")
            assert len(sent) == before
        asked(page)
        expect(switch(page, "kannada")).to_contain_text("present")
        assert bars(page, "shares") == shares
        assert top(page, "kannada") == pytest.approx(height, abs=0.1)
        assert apart(seen, pictures(page)) <= NEAR


def test_no_older_picture_comes_back_when_the_next_stroke_begins_at_once(
    chromium: BrowserContext, server: str
) -> None:
    with live(chromium, server) as (page, _):
        clear(page, "farsi")
        first, second = (
            places(page, "farsi", ONE),
            places(page, "farsi", ((0.5, 0.15), (0.8, 0.3), (0.5, 0.4))),
        )
        with dragged(page, *first):
            expect(page.locator(AHEAD)).to_be_attached()
            page.wait_for_timeout(300)
            old = str(output(page, "kannada").get_attribute("src"))
            page.evaluate(RECORD)
        with dragged(page, *second):
            page.wait_for_timeout(1500)  # the server answers to the first stroke meanwhile
            held = str(output(page, "kannada").get_attribute("src"))
            expect(page.locator(AHEAD)).to_be_attached()
        asked(page)
        shown = page.evaluate("shown")
        assert None not in shown
        frames = [grey(each) for each in shown]
        was_old = [float(np.abs(each - grey(old)).max()) <= NEAR for each in frames]
        assert was_old[0]
        assert not was_old[-1]
        assert was_old == sorted(was_old, reverse=True)  # never again
        is_last = [float(np.abs(each - grey(held)).max()) <= NEAR for each in frames]
        assert is_last == sorted(is_last)  # and once the last is there, it stays


def test_what_looks_like_no_digit_is_a_guess_at_once(chromium: BrowserContext, server: str) -> None:
    zigzag = tuple((0.1 + 0.8 * (step % 2), 0.08 + 0.07 * step) for step in range(13))
    with live(chromium, server) as (page, _):
        with dragged(page, *places(page, "farsi", zigzag)):
            expect(page.locator(AHEAD)).to_be_attached()
            page.wait_for_timeout(500)
            page_words = guess(page)
        asked(page)
        words = guess(page)
        press(page, "undo", "farsi")
        expect(page.locator(".st-key-label").get_by_text("only a guess")).not_to_be_visible()
    assert page_words == words
    assert words[0].endswith("?")
    assert words[1:] == ["only a guess", "This does not look like a Farsi digit."]


def guess(page: Page) -> list[str]:
    """What is said of a label that is only a guess."""
    badge = page.locator(".st-key-label :is(.stMarkdownBadge, .badge)").filter(visible=True)
    remark = page.get_by_text("This does not look like").filter(visible=True)
    return [label(page), badge.inner_text().split(" ", 1)[1], remark.inner_text()]


def test_undo_while_the_page_is_ahead(chromium: BrowserContext, server: str) -> None:
    with live(chromium, server) as (page, _):
        before = pictures(page)
        with dragged(page, *places(page, "farsi", ONE)):
            expect(page.locator(AHEAD)).to_be_attached()
        press(page, "undo", "farsi")
        asked(page)
        wait_until(page, lambda: apart(before, pictures(page)) == 0, "it is as it was")


def test_what_the_page_paints_the_server_does_not_but_links_downloads_and_sounds_are_of_it(
    chromium: BrowserContext, server: str
) -> None:
    with live(chromium, server) as (page, _):
        clear(page, "farsi")  # the first digit stays what it is, whatever is drawn over it
        draw(page, "farsi", *ONE)  # with which the server learns that the page paints
        wait_until_idle(page)
        address, label_before = page.url, label(page)
        draw(page, "farsi", *RING)
        page.wait_for_timeout(500)
        wait_until_idle(page)
        expect(page.locator(AHEAD)).to_be_attached()
        assert page.url != address
        said = label(page)
        result = json.loads(saved(page, "Result as JSON"))
        assert (result["label_name"], result["given"]) == (said.rstrip("?"), ["farsi"])
        page.goto(page.url)
        expect(page.locator(READY)).to_be_attached()
        assert label(page) == said != label_before


def test_nothing_is_painted_once_all_is_cleared(chromium: BrowserContext, server: str) -> None:
    with live(chromium, server) as (page, _):
        draw(page, "farsi", *ONE)
        draw(page, "farsi", *RING)
        expect(page.locator(AHEAD)).to_be_attached()
        clear(page, "farsi")
        expect(page.locator(".st-key-label .stAlert")).to_be_visible()
        expect(page.locator(READY)).to_be_attached()
        assert page.locator(".mvae-live").count() == 0


def test_where_the_page_paints_no_longer_the_server_does(chromium: BrowserContext, server: str) -> None:
    with watched(chromium, server, model=True) as page:
        page.add_init_script(KEEP_WORKERS)
        answered(page, server)
        expect(page.locator(READY)).to_be_attached()
        draw(page, "farsi", *ONE)
        expect(page.locator(AHEAD)).to_be_attached()
        wait_until_idle(page)
        page.evaluate("() => workers.forEach((each) => each.dispatchEvent(new ErrorEvent('error')))")
        before = page.locator(".st-key-output-kannada img").last.get_attribute("src")
        draw(page, "farsi", *RING)
        expect_change(output(page, "kannada"), before)
        page.wait_for_timeout(500)
        wait_until_idle(page)
        assert page.locator(".mvae-live").count() == 0
        source = output(page, "kannada").get_attribute("src")
        page.keyboard.press("r")
        page.wait_for_timeout(500)
        wait_until_idle(page)
        assert output(page, "kannada").get_attribute("src") == source


WITHOUT_WEBASSEMBLY = """
const script = (url) => `self.WebAssembly = undefined; import(${JSON.stringify(String(url))});`;
window.Worker = class extends Worker {
  constructor(url) { super(URL.createObjectURL(new Blob([script(url)]))); }
};"""
KEEP_WORKERS = """window.workers = [];
window.Worker = class extends Worker { constructor(...all) { super(...all); workers.push(this); } };"""
NO_WORKER = "window.Worker = function () { throw new Error('none'); };"


@pytest.mark.parametrize("spoilt", ["delete window.Worker;", NO_WORKER, WITHOUT_WEBASSEMBLY])
def test_where_the_model_cannot_run_all_is_as_ever(
    chromium: BrowserContext, server: str, spoilt: str
) -> None:
    with watched(chromium, server, model=True) as page:
        page.add_init_script(spoilt)
        answered(page, server)
        page.wait_for_timeout(2000)
        wait_until_idle(page)
        source = output(page, "kannada").get_attribute("src")
        with dragged(page, *places(page, "farsi", ONE)):
            page.wait_for_timeout(500)
            assert output(page, "kannada").get_attribute("src") == source
        expect_change(output(page, "kannada"), source)
        assert page.locator("[data-live]").count() == 0


def test_files_come_once_and_are_kept(chromium: BrowserContext, server: str) -> None:
    with watched(chromium, server, model=True) as page:
        found = {}
        page.on("response", lambda answer: found.setdefault(answer.url.rpartition("/")[2], answer))
        answered(page, server)
        expect(page.locator(READY)).to_be_attached()
        for name in ("live.js", "worker.js", "model.safetensors", "manifest.json", "constants.json"):
            assert found[name].headers["cache-control"] == "public, max-age=31536000, immutable", name
        assert found["live.js"].headers["content-encoding"] == "gzip"
        for path in ("live/live.py", "checkpoint.json", "engine/"):
            address = found["live.js"].url.removesuffix("live/live.js") + path
            assert page.request.get(address).status == 404


HEARD = """() => {
  window.heard = [];
  const note = ({ detail: { drawn } }) => heard.push(drawn.at(-1).map((point) => [...point]));
  addEventListener("mvae-pen", note);
}"""
"""What is told of the stroke that is drawn."""
MOVED = """async ([clientX, y]) => {
  const soon = () => new Promise((resolve) => setTimeout(resolve, 50));
  const pen = (type, down) => dispatchEvent(
    new PointerEvent(type, { pointerId: 1, pointerType: "mouse", buttons: 1, clientX, clientY: y + down }));
  pen("pointerrawupdate", 5);
  await soon();
  pen("pointerrawupdate", 9);
  pen("pointermove", 9);
  await soon();
  pen("pointerrawupdate", 12);
  pen("pointerrawupdate", 13);
  pen("pointermove", 14);
}"""
"""A mouse that the browser tells of, down from a place."""


def test_a_move_is_told_before_its_frame_and_once(chromium: BrowserContext, server: str) -> None:
    with live(chromium, server) as (page, _):
        start = places(page, "farsi", ((0.5, 0.2),))[0]
        with dragged(page, start):
            page.wait_for_timeout(100)
            page.evaluate(HEARD)
            page.evaluate(MOVED, start)
            heard = page.evaluate("heard")
        begun = heard[0][:-1]
        y = heard[0][-1][1] - 5
        downs = [[round(point[1] - y) for point in stroke[len(begun) :]] for stroke in heard]
        assert downs == [[5], [9], [9, 12], [9, 14]]
