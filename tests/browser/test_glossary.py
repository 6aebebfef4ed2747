"""A word's card comes by mouse, by touch and by keyboard, and goes by Escape."""

import pytest

pytest.importorskip("playwright", reason="needs the package playwright")
from playwright.sync_api import Page, expect

from mvae.ui.glossary.text import WORDS, Poster
from tests.browser.actions import is_touched, wait_until_idle
from tests.browser.test_accessibility import AXE, serious_violations

pytestmark = pytest.mark.browser


def test_a_word_is_explained_by_mouse_touch_and_keyboard(screen: Page, server: str) -> None:
    screen.goto(f"{server}/experts?experts=bench")
    word = screen.locator('a[href="#word-posterior"]').first
    expect(word).to_be_visible()
    wait_until_idle(screen)
    address, card = screen.url, screen.get_by_role("tooltip")
    if is_touched(screen):
        word.tap()
    else:
        word.hover()
    expect(card).to_contain_text(WORDS["posterior"].sentence)
    expect(card.locator("svg")).to_be_visible()
    box, size = card.bounding_box(), screen.viewport_size
    assert box is not None
    assert size is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= size["width"]
    screen.evaluate(AXE)
    assert serious_violations(screen) == []
    screen.keyboard.press("Escape")
    expect(card).to_have_count(0)

    poster = screen.locator('a[href="#word-poster"]').first
    poster.focus()
    expect(poster).to_have_attribute("aria-describedby", "word-card")
    expect(card).to_contain_text(Poster.TITLE)
    screen.keyboard.press("Enter")  # into the card, where there is a link
    expect(card.get_by_role("link")).to_be_focused()
    expect(card.get_by_role("link")).to_have_attribute("href", Poster.ADDRESS)
    screen.keyboard.press("Escape")
    expect(card).to_have_count(0)
    expect(poster).to_be_focused()
    assert screen.url == address
