"""Switches, Sample or Mean, and another sample: the page paints at once, then the server says the same."""

from typing import Any

import pytest

pytest.importorskip("playwright", reason="needs the package playwright")
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.actions import dragged, record, switch
from tests.browser.line import AHEAD, READY, asked, live
from tests.browser.test_live import (
    MODALITIES,
    NEAR,
    ONE,
    RING,
    apart,
    bars,
    clear,
    grey,
    label,
    pictures,
    places,
    said_badge,
)

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
RECORD = """() => {
  window.shown = [];
  const images = (place) => [...document.querySelectorAll(`${place} img`)];
  const last = (place) => images(place).filter((each) => each.checkVisibility()).at(-1);
  const look = () => {
    const now = [".st-key-output-speech", ".st-key-ways-speech"].map((place) => last(place)?.src ?? null);
    if (String(shown.at(-1)) !== String(now)) shown.push(now);
    window.looks = requestAnimationFrame(look);
  };
  look();
}"""
"""What two of the pictures show, frame by frame."""


def ways(page: Page) -> dict[str, list[Any]]:
    found = {}
    for name in MODALITIES:
        images = page.locator(f".st-key-eight-ways .st-key-ways-{name} img").filter(visible=True).all()
        found[name] = [grey(str(image.get_attribute("src"))) for image in images]
    return found


def said(page: Page) -> list[str]:
    places = page.locator(".st-key-eight-ways").filter(visible=True)
    badges = [said_badge(page, name).inner_text() for name in MODALITIES]
    alts = (
        page.locator(".st-key-eight-ways img")
        .filter(visible=True)
        .evaluate_all("all => all.map(each => each.alt)")
    )
    return [label(page), bars(page, "label"), bars(page, "shares"), *badges, *places.all_inner_texts(), *alts]


def far(some: list[str], others: list[str]) -> float:
    return max(float(abs(grey(one) - grey(other)).max()) for one, other in zip(some, others, strict=True))


def test_the_server_says_what_the_page_has_painted_at_once(chromium: BrowserContext, server: str) -> None:
    with live(chromium, server, "?ways=yes") as (page, line):
        again = page.locator(".st-key-imagine-again button")
        picker = page.locator(".st-key-imagination_picker")
        for act, given in (
            (lambda: [again.click() for _ in range(3)], ["farsi"]),
            (lambda: switch(page, "kannada").click(), ["farsi", "kannada"]),
            (lambda: picker.get_by_role("radio", name="Mean").click(), ["farsi", "kannada"]),
            (lambda: page.locator(".st-key-present-farsi input").press("Space"), ["kannada"]),
            (lambda: picker.get_by_role("radio", name="Sample").press("Enter"), ["kannada"]),
        ):
            before = pictures(page), ways(page)
            with line.hold():
                act()
                expect(page.locator(AHEAD)).to_be_attached()
                page.wait_for_timeout(500)
                for name in MODALITIES:
                    word = "given" if name in given else "imagined"
                    expect(said_badge(page, name)).to_contain_text(word)
                seen, words = (pictures(page), ways(page)), said(page)
                assert str(seen) != str(before)
                page.evaluate(RECORD)
            asked(page)
            shown = page.evaluate("() => { cancelAnimationFrame(looks); return shown; }")
            assert all(far(shown[0], each) <= NEAR for each in shown)
            assert said(page) == words
            assert apart(seen[0], pictures(page)) <= NEAR
            assert apart(seen[1], ways(page)) <= NEAR


def test_who_wins_a_quarrel_is_said_at_once_and_by_the_server(chromium: BrowserContext, server: str) -> None:
    with live(chromium, server, "?farsi=3&kannada=7&on=farsi") as (page, line):
        quarrel, alone = page.locator(".st-key-quarrel .quarrel"), page.locator(".st-key-cards .alone")
        expect(quarrel).to_be_hidden()
        with line.hold():
            switch(page, "kannada").click()
            expect(quarrel).to_contain_text("They disagree: Farsi says 3, Kannada says 7.")
            expect(alone.nth(1)).to_contain_text("Alone, it is read as 7, ")
            words = [quarrel.inner_text(), *alone.all_inner_texts()]
            assert " nats, about " in words[0]
        asked(page)
        assert [quarrel.inner_text(), *alone.all_inner_texts()] == words


SILENCE = """() => {
  const seconds = 1, rate = 48000;
  const bytes = new Uint8Array(44 + 2 * seconds * rate), view = new DataView(bytes.buffer);
  const write = (at, text) => bytes.set([...text].map((each) => each.charCodeAt(0)), at);
  write(0, "RIFF"), write(8, "WAVEfmt "), write(36, "data");
  view.setUint32(4, 36 + 2 * seconds * rate, true), view.setUint32(16, 16, true);
  view.setUint16(20, 1, true), view.setUint16(22, 1, true), view.setUint32(24, rate, true);
  view.setUint32(28, 2 * rate, true), view.setUint16(32, 2, true), view.setUint16(34, 16, true);
  view.setUint32(40, 2 * seconds * rate, true);
  URL.createObjectURL(new Blob([bytes], { type: "audio/wav" }));
}"""
"""What a recorder does of a second in which nothing is to be heard."""


def test_a_recording_is_heard_before_it_has_been_sent(chromium: BrowserContext, server: str) -> None:
    with live(chromium, server, "") as (page, line):
        with line.hold():
            record(page, 1500)
            expect(page.locator(AHEAD)).to_be_attached()
            page.wait_for_timeout(300)
            expect(said_badge(page, "speech")).to_contain_text("given")
            seen, words = pictures(page), said(page)
            assert len(seen["speech"]) == 2
        expect(page.locator(".st-key-card-speech audio")).to_be_attached()
        asked(page)
        assert said(page)[0] == words[0]
        assert apart(seen, pictures(page)) <= NEAR
        page.evaluate(SILENCE)
        page.wait_for_timeout(1000)
        expect(page.locator(READY)).to_be_attached()


def test_two_strokes_that_are_quicker_than_the_server_switch_a_modality_on(
    chromium: BrowserContext, server: str
) -> None:
    with live(chromium, server, "") as (page, line):
        clear(page, "kannada")
        with line.hold():
            for stroke in (ONE, RING):
                with dragged(page, *places(page, "kannada", stroke)):
                    expect(page.locator(AHEAD)).to_be_attached()
                page.wait_for_timeout(500)  # the server hears of it alone
        asked(page)
        expect(switch(page, "kannada")).to_contain_text("present")
        expect(said_badge(page, "kannada")).to_contain_text("given")
