"""Latent space while a slider or a pointer moves: the page's model decodes, then the server says the same."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

pytest.importorskip("playwright", reason="needs the package playwright")
from playwright.sync_api import BrowserContext, Locator, Page, expect

from mvae.ui.latent.text import LatentSpace
from tests.browser.actions import (
    Place,
    dragged,
    expect_change,
    middle,
    wait_for_script,
    wait_until,
    wait_until_idle,
)
from tests.browser.conftest import on_wide, watched
from tests.browser.line import AHEAD, READY, asked, settled
from tests.browser.test_live import WITHOUT_WEBASSEMBLY, grey

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

MODALITIES = ("farsi", "kannada", "speech")
NEAR = 2
"""Grey levels by which the server's pictures may differ from the page's."""


@contextmanager
def live(context: BrowserContext, address: str) -> Iterator[tuple[Page, list[int]]]:
    """The page with its model ready, and the sizes of the messages that it has sent."""
    with watched(context, address.partition("/latent_space")[0], model=True) as page:
        sent: list[int] = []
        page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(len(frame))))
        page.goto(address)
        expect(page.locator(READY)).to_be_attached()
        wait_until_idle(page)
        yield page, sent


def picture(page: Page, modality: str) -> Locator:
    return page.locator(f".st-key-decoded-{modality} img")


def said(page: Page) -> list[str | None]:
    """What is said of the latent: the label, the words of the pictures, and those of the bars."""
    alts = [picture(page, name).get_attribute("alt") for name in MODALITIES]
    bars = page.locator(".st-key-bars-decoded .bars").get_attribute("aria-label")
    around = [each.inner_text() for each in page.locator(".st-key-map-neighbours p").all()]
    return [page.locator(".st-key-label-decoded strong").inner_text(), *alts, bars, *around]


def pictures(page: Page) -> list[Any]:
    return [grey(str(picture(page, name).get_attribute("src"))) for name in MODALITIES]


def apart(one: list[Any], other: list[Any]) -> float:
    """The largest difference of two pictures of the same, in grey levels."""
    return max(float(np.abs(before - after).max()) for before, after in zip(one, other, strict=True))


def slider(page: Page) -> Locator:
    return page.get_by_role("group", name=re.compile("^Dimension")).first


def way(page: Page, share: float) -> list[tuple[float, float]]:
    """From the first slider's thumb to a share of its way."""
    start = middle(slider(page).get_by_role("slider").locator("xpath=ancestor::*[@data-rac][1]"))
    track = slider(page).bounding_box()
    assert track is not None
    return [start, (track["x"] + share * track["width"], start[1])]


def on_map(page: Page, x: float, y: float) -> tuple[float, float]:
    box = page.get_by_role("application").bounding_box()
    assert box is not None
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


RECORD = """() => {
  window.shown = [];
  const look = () => {
    const now = document.querySelector('.st-key-decoded-farsi img')?.src ?? null;
    if (shown.at(-1) !== now) shown.push(now);
    requestAnimationFrame(look);
  };
  look();
}"""
"""What a picture shows, frame by frame."""


def expect_no_flicker(page: Page, held: str | None) -> None:
    """Since `RECORD`, the picture was always there, and always the one that was held."""
    frames = page.evaluate("shown")
    assert None not in frames
    assert max(float(np.abs(grey(each) - grey(str(held))).max()) for each in frames) <= NEAR


def expect_ahead(page: Page, sent: list[int], first: list[Any], places: list[Place]) -> None:
    """Check that a drag is followed before anything is sent, and that the server then says the same."""
    before = len(sent)
    with dragged(page, *places):
        expect(page.locator(AHEAD)).to_be_attached()
        page.wait_for_timeout(300)  # until the last move is painted
        seen, words, held = pictures(page), said(page), picture(page, "farsi").get_attribute("src")
        assert len(sent) == before
        page.evaluate(RECORD)
    asked(page)
    assert len(sent) > before
    assert apart(first, seen) > 20
    assert apart(seen, pictures(page)) <= NEAR
    assert said(page) == words
    expect_no_flicker(page, held)


def test_what_is_decoded_follows_the_slider_and_the_server_says_the_same(
    desk: BrowserContext, server: str
) -> None:
    with live(desk, f"{server}/latent_space") as (page, sent):
        first = pictures(page)
        for share in (0.97, 0.05):
            expect_ahead(page, sent, first, way(page, share))
        page.get_by_role("button", name=LatentSpace.RESET).click()
        wait_until(page, lambda: apart(first, pictures(page)) == 0, "all is as it was")
        settled(page)
        assert apart(first, pictures(page)) == 0


def test_keys_move_a_slider_at_once(chromium: BrowserContext, server: str) -> None:
    with live(chromium, f"{server}/latent_space") as (page, _):
        first, source = pictures(page), picture(page, "farsi").get_attribute("src")
        page.evaluate(RECORD)
        slider(page).get_by_role("slider").focus()
        page.keyboard.press("End")
        expect_change(picture(page, "farsi"), source)
        asked(page)
        assert apart(first, pictures(page)) > 20
        before, *after = page.evaluate("shown")
        assert before == source
        last = grey(str(picture(page, "farsi").get_attribute("src")))
        assert all(np.abs(grey(each) - last).max() <= NEAR for each in after)


@on_wide
def test_what_is_decoded_follows_the_cross_of_the_map(desk: BrowserContext, server: str) -> None:
    with live(desk, f"{server}/latent_space?tab=map&place=0.5,0.5") as (page, sent):
        page.get_by_role("application").scroll_into_view_if_needed()
        expect_ahead(page, sent, pictures(page), [on_map(page, 0.5, 0.5), on_map(page, 0.2, 0.3)])


def test_a_mouse_over_the_map_shows_what_is_under_it(chromium: BrowserContext, server: str) -> None:
    with live(chromium, f"{server}/latent_space?tab=map&place=0.5,0.5") as (page, sent):
        first, words, before = pictures(page), said(page), len(sent)
        page.mouse.move(*on_map(page, 0.2, 0.3))
        expect(page.locator(AHEAD)).to_be_attached()
        page.wait_for_timeout(300)
        assert apart(first, pictures(page)) > 20
        assert said(page) != words
        expect(page.locator(".map.hovered .cross")).to_be_visible()
        page.mouse.move(5, 5)
        expect(page.locator(READY)).to_be_attached()
        assert apart(first, pictures(page)) == 0
        assert said(page) == words
        expect(page.locator(".map.hovered")).to_have_count(0)
        assert len(sent) == before


@pytest.mark.parametrize("tab", ["sliders", "map"])
def test_where_the_model_cannot_run_all_is_as_ever(chromium: BrowserContext, server: str, tab: str) -> None:
    with watched(chromium, server, model=True) as page:
        page.add_init_script(WITHOUT_WEBASSEMBLY)
        page.goto(f"{server}/latent_space?tab={tab}")
        expect(picture(page, "farsi")).to_be_visible()
        wait_for_script(page)
        page.wait_for_timeout(2000)
        source = picture(page, "farsi").get_attribute("src")
        places = way(page, 0.97) if tab == "sliders" else [on_map(page, 0.5, 0.5), on_map(page, 0.2, 0.3)]
        page.mouse.move(*places[0])
        page.wait_for_timeout(500)
        assert picture(page, "farsi").get_attribute("src") == source
        with dragged(page, *places):
            pass
        expect_change(picture(page, "farsi"), source)
        assert page.locator("[data-live]").count() == 0
