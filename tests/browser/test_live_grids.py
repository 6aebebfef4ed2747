"""Grids and film while their inputs change: the page's model decodes, then the server says the same."""

import re
from typing import Any

import pytest

pytest.importorskip("playwright", reason="needs the package playwright")
from playwright.sync_api import BrowserContext, Locator, Page, expect

from mvae.ui.latent.text import LatentSpace
from tests.browser.actions import Place, dragged, expect_address, middle, wait_for_script, wait_until
from tests.browser.conftest import watched
from tests.browser.test_live import AHEAD, WITHOUT_WEBASSEMBLY, grey
from tests.browser.test_live_latent import NEAR, apart, live, settled

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PLACE = ':is([class*="st-key-walk-grid-"], .st-key-line-film) [data-testid="stImageContainer"]'
OURS, THEIRS = f"{PLACE} > img.mvae-live", f"{PLACE} > img:not(.mvae-live)"
"""What stands in the place of Streamlit's images while the page is ahead, and those themselves."""
SEEN = f"{OURS}, {PLACE}:not(:has(> img.mvae-live)) > img"
SAID = ".st-key-walk-said, .st-key-line-said, .st-key-line-label, .st-key-line-film"
CONTENT = """async (image) => {
  const bytes = new Uint8Array(await (await fetch(image.src)).arrayBuffer());
  return "," + btoa(Array.from(bytes, (each) => String.fromCharCode(each)).join(""));
}"""
RECORD = """(images) => {
  window.shown = new Set();
  const look = () => {
    for (const image of document.querySelectorAll(images)) shown.add(image.naturalWidth ? image.src : null);
    requestAnimationFrame(look);
  };
  look();
}"""
"""What the pictures show, frame by frame."""


def pictures(page: Page) -> list[Any]:
    return [grey(each.evaluate(CONTENT)) for each in page.locator(SEEN).all()]


def sources(page: Page) -> set[str]:
    return {str(each.get_attribute("src")) for each in page.locator(SEEN).all()}


def said(page: Page) -> list[str | None]:
    """All that is said of what is shown."""
    alts = [each.get_attribute("alt") for each in page.locator(THEIRS).all()]
    bars = [each.get_attribute("aria-label") for each in page.locator(".st-key-line-label .bars").all()]
    return [*(each.inner_text() for each in page.locator(SAID).all()), *alts, *bars]


def rests(page: Page) -> bool:
    """Whether nothing changes any more."""
    before = sources(page), said(page)
    page.wait_for_timeout(400)
    return before == (sources(page), said(page))


def slider(page: Page, name: str) -> Locator:
    return page.get_by_role("group", name=name).get_by_role("slider").last


def way(page: Page, name: str, share: float) -> list[Place]:
    """From a slider's last thumb to a share of its way."""
    start = middle(slider(page, name).locator("xpath=ancestor::*[@data-rac][1]"))
    track = page.get_by_role("group", name=name).bounding_box()
    assert track is not None
    return [start, (track["x"] + share * track["width"], start[1])]


def expect_ahead(page: Page, sent: list[int], before: int, words: list[str | None]) -> tuple[Any, Any]:
    """Check that the page is ahead, and nothing was sent; return pictures and words, and watch what comes."""
    expect(page.locator(AHEAD)).to_be_attached()
    wait_until(page, lambda: said(page) != words, "it says something else")
    wait_until(page, lambda: rests(page), "the last move is painted")
    assert len(sent) == before
    seen = pictures(page), said(page)
    page.evaluate(RECORD, SEEN)
    return seen


def expect_the_same(page: Page, held: set[str], seen: tuple[Any, Any]) -> None:
    """Check that the server says the same, and that nothing else was to be seen meanwhile."""
    settled(page)
    expect(page.locator(OURS)).to_have_count(0)
    words = said(page)
    assert words == seen[1]
    assert apart(seen[0], pictures(page)) <= NEAR
    assert set(page.evaluate("[...shown]")) <= held | sources(page)


def expect_drag_followed(page: Page, sent: list[int], name: str, share: float) -> None:
    words, before = said(page), len(sent)
    with dragged(page, *way(page, name, share)):
        seen, held = expect_ahead(page, sent, before, words), sources(page)
    expect_the_same(page, held, seen)
    assert len(sent) > before


def test_the_grids_follow_range_and_dimension(desk: BrowserContext, server: str) -> None:
    with live(desk, f"{server}/latent_space?tab=walk") as (page, sent):
        expect(page.locator(THEIRS)).to_have_count(3)
        expect_drag_followed(page, sent, LatentSpace.RANGE, 0.98)
        expect_address(page, "step=")
        words, before = said(page), len(sent)
        page.get_by_role("spinbutton", name=re.compile("^Index")).fill("28")
        seen, held = expect_ahead(page, sent, before, words), sources(page)
        assert "dimension 28 is" in seen[1][0]
        page.keyboard.press("Enter")
        expect_address(page, "index=28")
        expect_the_same(page, held, seen)


def test_the_film_follows_its_sliders(desk: BrowserContext, server: str) -> None:
    with live(desk, f"{server}/latent_space?tab=line&start=1&to=8") as (page, sent):
        expect(page.locator(THEIRS)).to_have_count(1)
        expect_drag_followed(page, sent, LatentSpace.CHOSEN, 0.98)
        expect_drag_followed(page, sent, LatentSpace.STEPS, 0.02)
        expect(page.locator(THEIRS)).to_have_attribute("alt", re.compile("^Filmstrip of 3 steps"))


@pytest.mark.parametrize(("tab", "name"), [("walk", LatentSpace.RANGE), ("line", LatentSpace.CHOSEN)])
def test_where_the_model_cannot_run_all_is_as_ever(
    chromium: BrowserContext, server: str, tab: str, name: str
) -> None:
    with watched(chromium, server, model=True) as page:
        page.add_init_script(WITHOUT_WEBASSEMBLY)
        page.goto(f"{server}/latent_space?tab={tab}")
        expect(page.locator(THEIRS).first).to_be_visible()
        wait_for_script(page)
        page.wait_for_timeout(1000)
        words, first = said(page), sources(page)
        with dragged(page, *way(page, name, 0.98)):
            page.wait_for_timeout(500)
            assert said(page) == words
        wait_until(page, lambda: said(page) != words and not sources(page) & first, "the server has answered")
        assert page.locator("[data-live]").count() == 0
