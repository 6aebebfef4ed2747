"""Whoever leaves a page, however soon, finds the next page whole, and on coming back all that was put in."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest

from mvae.ui.navigation import entries
from tests.browser.actions import badge, canvas, dragged, record, switch, wait_until_idle
from tests.browser.conftest import answered, watched
from tests.voice import sound_file, voice

pytest.importorskip("playwright", reason="needs the package playwright")
from playwright.sync_api import BrowserContext, Page, expect

pytestmark = pytest.mark.browser

PAUSE = 200  # milliseconds after which a canvas tells what was drawn
DELAYS = [0, 90, 150, PAUSE - 10, 260]


def click_training(page: Page) -> None:
    """As quick as a hand can be: without waiting for anything."""
    place = page.get_by_test_id("stTopNavLink").filter(has_text="Training").bounding_box()
    assert place is not None
    page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)


def go_back(page: Page) -> None:
    page.evaluate("history.back()")


def leave_and_come_back(page: Page, leave: Callable[[Page], None], delay: int) -> None:
    """Leave for the page Training a while after an input, see that it stays, and come back."""
    page.wait_for_timeout(delay)
    leave(page)
    expect(page.get_by_role("heading", name="Training", level=1)).to_be_visible()
    expect(page.get_by_role("tab").first).to_be_visible()
    page.wait_for_timeout(PAUSE)  # what came too late made the page blank now
    wait_until_idle(page)
    expect(page.get_by_role("tab").first).to_be_visible()
    page.get_by_test_id("stTopNavLink").filter(has_text="Draw & speak").click()
    expect(page.get_by_role("button", name="Listen")).to_be_visible()
    wait_until_idle(page)


def draw_line(page: Page, height: float) -> None:
    """Draw a line across the Farsi canvas; unlike `actions.draw`, wait neither before nor after."""
    paper = canvas(page, "farsi").bounding_box()
    assert paper is not None
    places = [(paper["x"] + x * 220, paper["y"] + height * 220) for x in (0.1, 0.9)]
    with dragged(page, *places):
        pass


def expect_drawn(page: Page, before: str | None) -> str | None:
    """Wait until the canvas takes a pen, and see that the model was given another drawing than before."""
    expect(canvas(page, "farsi").locator("canvas").last).to_be_visible()
    given = page.locator(".st-key-output-farsi img").first
    expect(given).not_to_have_attribute("src", before or "")
    page.wait_for_timeout(300)  # a new canvas gets its mouse events only after it has appeared
    return given.get_attribute("src")


def test_a_stroke(page: Page) -> None:
    given = expect_drawn(page, None)
    for number, delay in enumerate(DELAYS):
        draw_line(page, 0.1 + 0.12 * number)
        leave_and_come_back(page, click_training, delay)
        given = expect_drawn(page, given)


@pytest.mark.parametrize("key", ["Control", "Shift"])
def test_another_tab_or_window_leaves_nothing(page: Page, key: Literal["Control", "Shift"]) -> None:
    given = expect_drawn(page, None)
    draw_line(page, 0.1)
    with page.context.expect_page() as opened:
        page.get_by_test_id("stTopNavLink").filter(has_text="Training").click(modifiers=[key])
    expect(opened.value.get_by_role("heading", name="Training", level=1)).to_be_visible()
    opened.value.close()
    expect(page.get_by_role("heading", name="Draw & speak", level=1)).to_be_visible()
    expect_drawn(page, given)


def test_a_stroke_before_the_browser_goes_back(page: Page) -> None:
    leave_and_come_back(page, click_training, 0)
    given = expect_drawn(page, None)
    draw_line(page, 0.1)
    leave_and_come_back(page, go_back, 0)
    expect_drawn(page, given)


def test_a_switch(page: Page) -> None:
    switch(page, "kannada").click()
    leave_and_come_back(page, click_training, 0)
    expect(badge(page, "kannada")).to_contain_text("given")


def test_a_recording(page: Page) -> None:
    record(page, 1000)
    leave_and_come_back(page, click_training, 0)
    expect(page.get_by_text("The input: your recording")).to_be_visible()


def test_an_upload(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "seven.wav"
    file.write_bytes(sound_file(voice()))
    page.get_by_role("button", name="Upload").click()
    page.locator('[data-testid="stFileUploader"] input[type="file"]').set_input_files(file)
    leave_and_come_back(page, click_training, 0)
    expect(page.get_by_text("The input: seven.wav")).to_be_visible()


def test_a_slider(page: Page) -> None:
    page.get_by_test_id("stTopNavLink").filter(has_text="Latent space").click()
    slider = page.locator('input[type="range"]').first
    expect(slider).to_be_attached()
    wait_until_idle(page)
    slider.focus()
    before = slider.input_value()
    page.keyboard.press("PageUp")
    moved = slider.input_value()
    assert moved != before
    leave_and_come_back(page, click_training, 0)
    page.get_by_test_id("stTopNavLink").filter(has_text="Latent space").click()
    expect(slider).to_have_value(moved)


def test_a_phone_has_its_pages_at_the_bottom(chromium: BrowserContext, server: str) -> None:
    assert chromium.browser is not None
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    context = chromium.browser.new_context(**phone)  # type: ignore[arg-type]
    with watched(context, server) as page:
        answered(page, server)
        expect(page.get_by_role("button", name="Expand sidebar")).to_be_hidden()
        links = page.locator(".st-key-bar a")
        expect(links).to_have_count(len(entries()))
        for link in links.all():
            expect(link).to_be_in_viewport(ratio=1)
        links.filter(has_text="Training").tap()
        expect(page.get_by_role("heading", name="Training", level=1)).to_be_visible()
    context.close()
