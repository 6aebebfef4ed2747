"""Grids and film while their inputs change: the page's model decodes, then the server says the same."""

import re
from typing import Any

import pytest

pytest.importorskip("playwright", reason="needs the package playwright")
from playwright.sync_api import BrowserContext, Locator, Page, WebSocketRoute, expect

from mvae.ui.latent.text import LatentSpace
from tests.browser.actions import Place, choose, dragged, expect_address, middle, wait_for_script, wait_until
from tests.browser.conftest import on_wide, watched
from tests.browser.line import AHEAD, asked
from tests.browser.test_live import WITHOUT_WEBASSEMBLY, grey
from tests.browser.test_live_latent import NEAR, apart, live

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


def slider(page: Page, name: str) -> Locator:
    return page.get_by_role("group", name=name).get_by_role("slider").last


def way(page: Page, name: str, share: float) -> list[Place]:
    """From a slider's last thumb to a share of its way."""
    start = middle(slider(page, name).locator("xpath=ancestor::*[@data-rac][1]"))
    track = page.get_by_role("group", name=name).bounding_box()
    assert track is not None
    return [start, (track["x"] + share * track["width"], start[1])]


def expect_ahead(page: Page, sent: list[int], before: int, told: str, thumb: Locator) -> tuple[Any, Any]:
    """Check that the page says what an input says, and nothing was sent; return pictures and words."""
    page.wait_for_timeout(300)  # until the page has heard of the last move
    expect(page.locator(AHEAD)).to_be_attached()
    wait_until(
        page, lambda: value_in(page, told) == pytest.approx(float(thumb.input_value()), abs=0.1),
        "the last move is painted",
    )  # fmt: skip
    assert len(sent) == before
    seen = pictures(page), said(page)
    page.evaluate(RECORD, SEEN)
    return seen


def expect_the_same(page: Page, held: set[str], seen: tuple[Any, Any]) -> None:
    """Check that the server says the same, and that nothing else was to be seen meanwhile."""
    asked(page)
    expect(page.locator(OURS)).to_have_count(0)
    words = said(page)
    assert words == seen[1]
    assert apart(seen[0], pictures(page)) <= NEAR
    assert set(page.evaluate("[...shown]")) <= held | sources(page)


def value_in(page: Page, told: str) -> float:
    """The number that is said, by a pattern of the words."""
    return float(re.findall(told, str(said(page)))[0])


def expect_drag_followed(page: Page, sent: list[int], name: str, share: float, told: str) -> None:
    before = len(sent)
    with dragged(page, *way(page, name, share)):
        seen, held = expect_ahead(page, sent, before, told, slider(page, name)), sources(page)
    expect_the_same(page, held, seen)
    assert len(sent) > before


@on_wide
def test_the_grids_follow_range_and_dimension(desk: BrowserContext, server: str) -> None:
    with live(desk, f"{server}/latent_space?tab=walk") as (page, sent):
        expect(page.locator(THEIRS)).to_have_count(3)
        expect_drag_followed(page, sent, LatentSpace.RANGE, 0.98, r"from -3 to ([\d.]+\d)\.")
        expect_address(page, "step=")
        before = len(sent)
        index = page.get_by_role("spinbutton", name=re.compile("^Index"))
        index.fill("28")
        seen, held = expect_ahead(page, sent, before, r"dimension (\d+) is", index), sources(page)
        page.keyboard.press("Enter")
        expect_address(page, "index=28")
        expect_the_same(page, held, seen)


def test_the_film_follows_its_sliders(chromium: BrowserContext, server: str) -> None:
    with live(chromium, f"{server}/latent_space?tab=line&start=1&to=8") as (page, sent):
        expect(page.locator(THEIRS)).to_have_count(1)
        expect_drag_followed(page, sent, LatentSpace.CHOSEN, 0.98, r"Step (\d+) is")
        expect_drag_followed(page, sent, LatentSpace.STEPS, 0.02, r"Filmstrip of (\d+)")
        expect(page.locator(THEIRS)).to_have_attribute("alt", re.compile("^Filmstrip of 3 steps"))


def test_the_film_leads_elsewhere_before_the_server_hears_of_it(
    chromium: BrowserContext, server: str
) -> None:
    assert chromium.browser is not None
    context, held = chromium.browser.new_context(), list[str | bytes]()
    holds = False

    def between(page: WebSocketRoute) -> None:
        there = page.connect_to_server()
        page.on_message(lambda message: held.append(message) if holds else there.send(message))
        sockets.append(there)

    sockets: list[WebSocketRoute] = []
    context.route_web_socket(re.compile("_stcore/stream"), between)
    with live(context, f"{server}/latent_space?tab=line&start=1&to=8") as (page, _):
        for label, digit in ((LatentSpace.END, 0), (LatentSpace.START, 4)):
            holds = True
            choose(page, label, LatentSpace.DRAWN.format(name=digit))
            expect(page.locator(THEIRS)).to_have_attribute("alt", re.compile(f"a drawn {digit}"))
            seen = pictures(page), said(page)
            page.evaluate(RECORD, SEEN)
            shown = sources(page)
            holds = False
            while held:
                sockets[-1].send(held.pop(0))
            expect_the_same(page, shown, seen)
    context.close()


def test_where_the_model_cannot_run_all_is_as_ever(chromium: BrowserContext, server: str) -> None:
    with watched(chromium, server, model=True) as page:
        page.add_init_script(WITHOUT_WEBASSEMBLY)
        page.goto(f"{server}/latent_space?tab=walk")
        expect(page.locator(THEIRS).first).to_be_visible()
        wait_for_script(page)
        page.wait_for_timeout(1000)
        words, first = said(page), sources(page)
        with dragged(page, *way(page, LatentSpace.RANGE, 0.98)):
            page.wait_for_timeout(500)
            assert said(page) == words
        wait_until(page, lambda: said(page) != words and not sources(page) & first, "the server has answered")
        assert page.locator("[data-live]").count() == 0
