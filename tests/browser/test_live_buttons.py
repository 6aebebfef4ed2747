"""Latent space: the page follows buttons and the start picker, and the server then says the same."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import on_wide

pytest.importorskip("playwright", reason="needs the package playwright")
from playwright.sync_api import BrowserContext, Page, expect

from mvae.ui.latent.text import LatentSpace
from tests.browser.actions import choose, point_at, wait_until
from tests.browser.line import AHEAD, Line, asked, live, unanswered
from tests.browser.test_live_grids import RECORD as RECORD_GRIDS
from tests.browser.test_live_grids import SEEN, expect_the_same, sources
from tests.browser.test_live_grids import pictures as grids
from tests.browser.test_live_grids import said as said_of_grids
from tests.browser.test_live_latent import (
    NEAR,
    RECORD,
    apart,
    expect_no_flicker,
    picture,
    pictures,
    said,
    slider,
)

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

CURRENT = LatentSpace.CURRENT
Act = Callable[[Page], None]


def press(name: str) -> Act:
    return lambda page: point_at(page.get_by_role("button", name=name))


def pick(name: str) -> Act:
    return lambda page: point_at(page.get_by_role("radio", name=name, exact=True))


def start_from(option: str) -> Act:
    def act(page: Page) -> None:
        page.get_by_role("heading", level=1).scroll_into_view_if_needed()
        page.wait_for_timeout(500)  # while the page still moves, a list that opens closes
        choose(page, LatentSpace.START, option)

    return act


def on_map(page: Page) -> list[Any]:
    """Where cross and ring stand, and what is said of the map; on another tab nothing."""
    if not page.locator(".map").count():
        return []
    places = [page.locator(f".map .{name}").get_attribute("style") for name in ("cross", "start")]
    caption = page.locator('.st-key-map-given [data-testid="stCaptionContainer"] p').filter(visible=True)
    return [*places, page.get_by_role("application").get_attribute("aria-label"), *caption.all_inner_texts()]


def expect_at_once(page: Page, line: Line, act: Act, *, is_different: bool = True) -> None:
    """Check what the page shows of an act while the server is silent, which then says the same."""
    first = pictures(page)
    with unanswered(page, line):
        act(page)
        expect(page.locator(AHEAD)).to_be_attached()
        if is_different:
            wait_until(page, lambda: apart(first, pictures(page)) > NEAR, "the page has painted")
        page.wait_for_timeout(200)
        seen, words, held = pictures(page), said(page), picture(page, "farsi").get_attribute("src")
        place = on_map(page)
        page.evaluate(RECORD)
    assert apart(seen, pictures(page)) <= NEAR
    assert said(page) == words
    assert on_map(page) == place
    expect_no_flicker(page, held)


@on_wide
def test_reset_more_sliders_and_another_start(desk: BrowserContext, server: str) -> None:
    with live(desk, server, "latent_space?sliders=16") as (page, line):
        first = pictures(page)
        last = page.get_by_role("group", name=re.compile("^Dimension")).nth(15)
        for thumb in (slider(page), last):
            thumb.get_by_role("slider").focus()
            page.keyboard.press("End")
            page.wait_for_timeout(1000)  # what is moved the page paints, and the server leaves to it
        both = pictures(page)
        expect_at_once(page, line, pick("8"))
        expect_at_once(page, line, pick("16"))
        assert apart(both, pictures(page)) <= NEAR
        expect_at_once(page, line, start_from(LatentSpace.DRAWN.format(name=4)))
        expect_at_once(page, line, start_from(CURRENT))  # its sliders are as they were left
        assert apart(both, pictures(page)) <= NEAR
        expect_at_once(page, line, press(LatentSpace.RESET))
        assert apart(first, pictures(page)) <= NEAR


def test_a_slider_that_is_moved_after_reset_counts(chromium: BrowserContext, server: str) -> None:
    with live(chromium, server, "latent_space") as (page, line):
        thumbs = page.get_by_role("group", name=re.compile("^Dimension")).get_by_role("slider")
        for place in (0, 1):
            thumbs.nth(place).focus()
            page.keyboard.press("PageUp")
            asked(page)
        before = pictures(page)
        with line.hold():
            press(LatentSpace.RESET)(page)
            wait_until(page, lambda: apart(before, pictures(page)) > NEAR, "the page has painted")
            page.wait_for_timeout(200)
            reset = pictures(page)
            thumbs.nth(1).focus()
            page.keyboard.press("PageUp")
            wait_until(page, lambda: apart(reset, pictures(page)) > NEAR, "the page has painted")


@on_wide
def test_buttons_lead_to_places_on_the_map(desk: BrowserContext, server: str) -> None:
    with live(desk, server, "latent_space?tab=map") as (page, line):
        expect_at_once(page, line, pick("4"))
        expect_at_once(page, line, pick("0"))
        expect_at_once(page, line, press(LatentSpace.TO_START))


def test_another_start_is_where_the_map_begins(chromium: BrowserContext, server: str) -> None:
    with live(chromium, server, "latent_space?tab=map") as (page, line):
        expect_at_once(page, line, start_from(LatentSpace.DRAWN.format(name=4)))
        expect_at_once(page, line, pick("0"))
        before = on_map(page)
        expect_at_once(page, line, start_from(LatentSpace.DRAWN.format(name=1)), is_different=False)
        after = on_map(page)
        assert after[0] == before[0]  # where the cross was put, it stays
        assert after[1] != before[1]
        assert "a drawn 1" in after[-1]


@pytest.mark.parametrize(
    ("model", "button"), [("conv", re.compile("^Moves the label")), ("linear", LatentSpace.POSTER)]
)
def test_a_preset_is_walked_at_once(
    chromium: BrowserContext, server: str, model: str, button: str | re.Pattern[str]
) -> None:
    with live(chromium, server, f"latent_space?tab=walk&model={model}&index=3") as (page, line):
        first = said_of_grids(page)
        with line.hold():
            point_at(page.get_by_role("button", name=button))
            expect(page.locator(AHEAD)).to_be_attached()
            wait_until(page, lambda: said_of_grids(page) != first, "the page has painted")
            page.wait_for_timeout(500)
            seen, held = (grids(page), said_of_grids(page)), sources(page)
            page.evaluate(RECORD_GRIDS, SEEN)
        expect_the_same(page, held, seen)
