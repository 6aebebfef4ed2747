"""What a person does and sees in the browser, for the tests."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect


def output(page: Page, modality: str) -> Locator:
    """The picture of what the model reconstructs or imagines."""
    return page.locator(f".st-key-output-{modality} img").last


def badge(page: Page, modality: str) -> Locator:
    """The word beside the name of an output: given, imagined or missing."""
    return page.locator(f".st-key-output-{modality} .stMarkdownBadge")


def switch(page: Page, modality: str) -> Locator:
    return page.locator(f".st-key-present-{modality} label")


def press(page: Page, button: str, modality: str) -> None:
    page.locator(f".st-key-{button}-{modality} button").click()


def canvas(page: Page, modality: str) -> Locator:
    return page.locator(f'[class*="st-key-canvas-{modality}"]')


def draw(page: Page, modality: str, *points: tuple[float, float]) -> None:
    """Draw with the mouse or a finger on a canvas that is at rest; places in shares of its side."""
    wait_until_idle(page)
    paper = canvas(page, modality)
    expect(paper.locator("canvas").last).to_be_visible()
    page.wait_for_timeout(300)  # a new canvas gets its mouse events only after it has appeared
    box = paper.bounding_box()
    assert box is not None
    places = [(box["x"] + x * 220, box["y"] + y * 220) for x, y in points]
    with dragged(page, *places):
        pass


def expect_look(place: Locator, expected: bytes) -> None:
    """Wait until a place looks like an earlier screenshot: a canvas is painted after its outputs."""
    expect(place).to_have_count(1)  # the one before may still be fading out
    wait_until(place.page, lambda: place.screenshot() == expected, "it looks as it looked before")


def wait_until(page: Page, holds: Callable[[], bool], what: str) -> None:
    """Look for a minute, ten times a second, whether it holds: for what Playwright cannot expect itself."""
    for _ in range(600):
        if holds():
            return
        page.wait_for_timeout(100)
    pytest.fail(f"not so: {what}")


def expect_change(picture: Locator, before: str | None) -> None:
    assert before is not None
    expect(picture).not_to_have_attribute("src", before)


def upload(page: Page, file: Path) -> None:
    page.get_by_role("button", name="Upload").click()
    page.locator('[data-testid="stFileUploader"] input[type="file"]').set_input_files(file)


def record(page: Page, milliseconds: int) -> None:
    page.get_by_role("button", name="Record", exact=True).click()
    stop = page.get_by_role("button", name="Stop recording")
    expect(stop).to_be_visible()
    page.wait_for_timeout(milliseconds)
    stop.click()


def wait_for_script(page: Page) -> None:
    """Wait until the page's script, which has begun, is through."""
    expect(page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')).to_be_visible()


def wait_until_idle(page: Page) -> None:
    wait_for_script(page)
    page.wait_for_load_state("networkidle")


def go_to(page: Page, title: str) -> None:
    wait_until_idle(page)
    page.get_by_test_id("stTopNavLink").filter(has_text=title).click()  # a page may have such links, too
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()


def menu(page: Page, name: str) -> Locator:
    """Open a menu of the page's head and return what is in it."""
    wait_until_idle(page)
    page.get_by_role("button", name=name).first.click()
    opened = page.get_by_test_id("stPopoverBody")
    expect(opened).to_be_visible()
    return opened


def expect_address(page: Page, said: str, *, there: bool = True) -> None:
    """Wait until the page's address says something, or does no longer."""
    page.wait_for_function("([said, there]) => location.search.includes(said) === there", arg=[said, there])


Place = tuple[float, float]
"""x and y in pixels of the window."""


def is_touched(page: Page) -> bool:
    """Whether the person has a finger in place of a mouse."""
    return bool(page.evaluate("navigator.maxTouchPoints > 0"))


def point_at(place: Locator) -> None:
    """Click it with the mouse, or tap it with a finger."""
    place.scroll_into_view_if_needed()  # before, not while: a list that opens closes when the page moves
    if is_touched(place.page):
        place.tap()
    else:
        place.click()


def middle(place: Locator) -> Place:
    place.scroll_into_view_if_needed()
    box = place.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@contextmanager
def dragged(page: Page, *places: Place) -> Iterator[None]:
    """Drag from place to place with the mouse or a finger, and let go after the block."""
    steps = [places[0]]
    for start, end in pairwise(places):
        shares = [step / 8 for step in range(1, 9)]
        steps += [tuple(a + (b - a) * share for a, b in zip(start, end, strict=True)) for share in shares]
    if is_touched(page):
        hand = page.context.new_cdp_session(page)
        for step, (x, y) in enumerate(steps):
            kind = "touchMove" if step else "touchStart"
            hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        yield
        hand.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        hand.detach()
        page.wait_for_timeout(400)  # a tap sooner than any finger is taken as half of a double tap
    else:
        page.mouse.move(*places[0])
        page.mouse.down()
        for x, y in steps:
            page.mouse.move(x, y)
        yield
        page.mouse.up()


def choose(page: Page, label: str, option: str) -> None:
    """Pick an option of a list that opens."""
    point_at(page.get_by_role("combobox", name=label))
    point_at(page.get_by_role("option", name=option, exact=True))
