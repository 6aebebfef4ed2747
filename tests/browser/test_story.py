"""The first page tells its story on every screen: all of it at once, in motion, on a phone, and in a room."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

pytest.importorskip("playwright", reason="needs the package playwright")
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.actions import (
    badge,
    canvas,
    draw,
    expect_change,
    go_to,
    output,
    switch,
    wait_until_idle,
)
from tests.browser.conftest import answered, watched
from tests.browser.line import AHEAD, asked, live

pytestmark = pytest.mark.browser

LOOK = """drawing => [...drawing.querySelectorAll("*")].map((each) => [
  each.tagName, ...[...each.attributes].map(({ name, value }) => `${name}=${value.trim()}`).sort(),
  each.childElementCount ? "" : each.textContent].join(" ")).join("\\n")"""
"""All that a drawing is made of, however it came to be."""
PARTS = ("cards", "diagram", "outputs", "label", "imagination")


def diagram(page: Page) -> Locator:
    """The drawing that is seen: the server's, or the page's in its place."""
    return page.locator(".st-key-diagram svg.drawn >> visible=true")


@contextmanager
def phone(chromium: BrowserContext, server: str) -> Iterator[Page]:
    assert chromium.browser is not None
    look = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    context = chromium.browser.new_context(**look)  # type: ignore[arg-type]
    with watched(context, server) as page:
        yield answered(page, server)
    context.close()


def test_the_diagram_follows_switch_and_pen_and_the_server_draws_the_same(
    chromium: BrowserContext, server: str
) -> None:
    with live(chromium, server, "") as (page, line):
        for part in PARTS:
            expect(page.locator(f".st-key-{part}")).to_be_in_viewport(ratio=1)
        cut = page.locator(".st-key-diagram .mvae-live line.on.cut")
        with line.hold():
            switch(page, "kannada").click()
            expect(cut).to_have_count(1)
            expect(diagram(page)).to_have_attribute(
                "aria-label", re.compile("Kannada .*%, Speech|Kannada .*Imagined")
            )
        draw(page, "kannada", (0.1, 0.9), (0.9, 0.9))
        expect(page.locator(AHEAD)).to_be_attached()
        wait_until_idle(page)
        painted = diagram(page).evaluate(LOOK)
        asked(page)
        answer = diagram(page).evaluate(LOOK)
        assert numbers(painted)[0] == numbers(answer)[0]
        assert numbers(painted)[1] == pytest.approx(numbers(answer)[1], abs=0.25)


def numbers(drawing: str) -> tuple[str, list[float]]:
    """What a drawing says but for its numbers, and those."""
    number = re.compile(r"-?\d+(?:\.\d+)?")
    return number.sub("", drawing), [float(each) for each in number.findall(drawing)]


def test_a_phone_shows_one_input_at_a_time_and_what_is_made_of_it(
    chromium: BrowserContext, server: str
) -> None:
    with phone(chromium, server) as page:
        expect(canvas(page, "farsi")).to_be_in_viewport(ratio=1)
        expect(canvas(page, "kannada")).to_be_hidden()
        page.get_by_role("radio", name="Kannada").tap()
        expect(canvas(page, "kannada")).to_be_in_viewport(ratio=1)
        expect(canvas(page, "farsi")).to_be_hidden()
        before = output(page, "farsi").get_attribute("src")
        draw(page, "kannada", (0.2, 0.2), (0.8, 0.2), (0.5, 0.8))
        expect(badge(page, "kannada")).to_contain_text("given")
        expect_change(output(page, "farsi"), before)
        for modality in ("farsi", "kannada", "speech"):
            expect(output(page, modality)).to_be_in_viewport(ratio=1)
        expect(page.locator(".st-key-label").get_by_test_id("stMetric")).to_be_in_viewport(ratio=1)
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")


def test_in_a_room_text_is_larger_and_a_picture_fills_the_screen(
    chromium: BrowserContext, server: str
) -> None:
    with watched(chromium, server) as page:
        answered(page, server)
        small = page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
        page.locator(".st-key-projector label").click()
        expect(page.locator(".st-key-shares .bars span:last-child").first).to_be_hidden()
        large = page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
        assert large == pytest.approx(1.6 * small)
        wait_until_idle(page)
        room = page.get_by_role("dialog")
        output(page, "farsi").click()
        box = room.get_by_role("img").bounding_box()
        assert box is not None
        assert box["height"] > 600
        page.keyboard.press("Escape")
        expect(room).to_have_count(0)
        expect(output(page, "farsi")).to_be_focused()
        page.keyboard.press("Enter")
        expect(room).to_be_visible()
        room.click(position={"x": 5, "y": 5})
        expect(room).to_have_count(0)
        go_to(page, "Experts")  # it holds on all pages
        expect(page.locator(".st-key-projector input")).to_be_checked()
