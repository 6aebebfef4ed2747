"""Experts: the page follows each widget, and the server then says the same."""

from typing import Any

import numpy as np
import pytest

pytest.importorskip("playwright", reason="needs the package playwright")
from playwright.sync_api import BrowserContext, Locator, Page, expect

from mvae.ui.experts.text import Experts
from tests.browser.actions import choose, dragged, middle, point_at, wait_until, wait_until_idle
from tests.browser.conftest import on_wide, watched
from tests.browser.line import AHEAD, READY, Line, asked, live, settled, unanswered
from tests.browser.test_live import WITHOUT_WEBASSEMBLY, grey

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

NEAR = 2
"""Grey levels by which the server's pictures may differ from the page's."""


def in_plane(page: Page) -> list[str | None]:
    """What is said of the ellipses, of the shares, of the plane and of the switches."""
    alts = [page.locator(place).get_attribute("aria-label") for place in (".ellipses svg", ".bars.shares")]
    switches = [each.get_attribute("aria-label") for each in page.get_by_role("switch").all()]
    caption = page.locator(".st-key-experts-plane-said p").filter(visible=True).all_inner_texts()
    return [*alts, *caption, *switches, *page.locator(".ellipses text").all_inner_texts()]


def outline(page: Page) -> list[float]:
    """The points of the product's ellipses, in pixels."""
    line = page.locator('.ellipses [data-expert="product"] .outline').get_attribute("d")
    return [float(each) for each in str(line).replace("M", " ").replace("L", " ").split()]


@on_wide
def test_the_ellipses_follow_the_switches_and_the_plane(desk: BrowserContext, server: str) -> None:
    with live(desk, server, "experts") as (page, line):
        first, product = in_plane(page), outline(page)
        with unanswered(page, line):
            point_at(page.locator(".st-key-present-kannada label"))
            expect(page.locator(AHEAD)).to_be_attached()
            expect(page.get_by_role("switch", name="Kannada: given")).to_be_checked()
            assert outline(page) != product
            point_at(page.get_by_role("radio", name=Experts.PLANES["dimensions"]))
            expect(page.get_by_text("pull the product's mean apart most")).to_be_visible()
            seen, held = in_plane(page), outline(page)
        assert first != seen == in_plane(page)
        assert outline(page) == pytest.approx(held, abs=0.2)


def test_of_nothing_the_product_is_the_prior(chromium: BrowserContext, server: str) -> None:
    with live(chromium, server, "experts") as (page, line):
        point_at(page.locator(".st-key-present-farsi label"))
        expect(page.get_by_text(Experts.ALL_MISSING)).to_be_visible()
        settled(page)
        with unanswered(page, line):
            point_at(page.locator(".st-key-present-speech label"))
            expect(page.get_by_text(Experts.ALL_MISSING)).to_be_hidden()
        expect(page.get_by_text(Experts.ALL_MISSING)).to_have_count(0)


def slider(page: Page) -> Locator:
    return page.get_by_role("group", name=Experts.STRENGTH)


def marks(page: Page) -> list[float]:
    """Where the strength is marked in the charts, in pixels."""
    return [
        float(each)
        for each in page.locator(".shapelayer .shape-group path").evaluate_all(
            "all => all.map(each => each.getBoundingClientRect().x)"
        )
    ]


def spoilt(page: Page) -> tuple[list[str | None], Any]:
    """What is said of the input that is spoilt, and its pictures, in grey levels."""
    pictures = page.locator(".st-key-experts-spoilt-pictures img").all()
    said = page.locator(".st-key-experts-spoilt-answer p").filter(visible=True).all_inner_texts()[:2]
    bars = page.locator(".bars.shares").get_attribute("aria-label")
    captions = page.locator(".st-key-experts-spoilt-pictures p").all_inner_texts()
    alts = [each.get_attribute("alt") for each in pictures]
    return [bars, *said, *captions, *alts], [grey(str(each.get_attribute("src"))) for each in pictures]


@pytest.mark.parametrize("way", ["spoilt=farsi&image-spoilt=blur", "spoilt=speech&sound-spoilt=cut"])
def test_what_is_spoilt_follows_the_slider(chromium: BrowserContext, server: str, way: str) -> None:
    with live(chromium, server, f"experts?experts=corrupt&strength=20&{way}") as (page, line):
        expect(page.locator(".shapelayer .shape-group path")).to_have_count(2)
        before, places = spoilt(page), marks(page)
        thumb = middle(slider(page).get_by_role("slider").locator("xpath=ancestor::*[@data-rac][1]"))
        track = slider(page).bounding_box()
        assert track is not None
        with unanswered(page, line), dragged(page, thumb, (track["x"] + 0.7 * track["width"], thumb[1])):
            expect(page.get_by_text("Shares of precision at 70 %")).to_be_visible()
            expect(page.locator(AHEAD)).to_be_attached()
            seen, held = spoilt(page), marks(page)
            assert all(after > first + 20 for first, after in zip(places, held, strict=True))
        said, pictures = spoilt(page)
        assert seen[0] == said != before[0]
        assert max(np.abs(one - other).max() for one, other in zip(seen[1], pictures, strict=True)) <= NEAR
        assert marks(page) == pytest.approx(held, abs=0.5)


def test_a_sound_that_is_refused_is_missing_at_once(chromium: BrowserContext, server: str) -> None:
    address = "experts?experts=corrupt&strength=0&spoilt=speech&sound-spoilt=quieter"
    with live(chromium, server, address) as (page, line):
        pictures = page.locator(".st-key-experts-spoilt-pictures img").filter(visible=True)
        expect(pictures).to_have_count(2)
        for key, there in (("End", 1), ("Home", 2)):
            with unanswered(page, line):
                slider(page).get_by_role("slider").focus()
                page.keyboard.press(key)
                expect(pictures).to_have_count(there)
                shares = page.locator(".bars.shares").get_attribute("aria-label")
                assert ("Speech missing" in str(shares)) == (there == 1)
                expect(page.get_by_text("So speech is missing").filter(visible=True)).to_have_count(2 - there)
            expect(pictures).to_have_count(there)
            assert page.locator(".bars.shares").get_attribute("aria-label") == shares


def settled_conflict(page: Page) -> tuple[list[str | None], Any]:
    """All that is said of a conflict, and its pictures, in grey levels."""
    pictures = page.locator(".table img").all()
    said = [each.get_attribute("aria-label") for each in page.locator(".bars").all()]
    places = ('[data-testid="stMetricValue"]', ".st-key-experts-conflict-said p", ".table tbody")
    for place in places:
        said += page.locator(place).filter(visible=True).all_inner_texts()
    said += [each.get_attribute("alt") for each in pictures]
    return said, [grey(str(each.get_attribute("src"))) for each in pictures]


def test_a_conflict_is_settled_at_once(chromium: BrowserContext, server: str) -> None:
    with live(chromium, server, "experts?experts=conflict&seed=3") as (page, line):
        before = settled_conflict(page)
        with unanswered(page, line):
            drawn, spoken = Experts.CHOICES["drawing"].format(name="Farsi"), Experts.CHOICES["sound"]
            choose(page, drawn, Experts.TEMPLATE.format(label=8))
            expect(page.get_by_text("Alone, Farsi says 8 and speech 7").filter(visible=True)).to_be_visible()
            expect(page.locator(AHEAD)).to_be_attached()
            choose(page, spoken, Experts.RECORDING.format(label=8))
            expect(page.get_by_text("No conflict: 8")).to_be_visible()
            choose(page, spoken, Experts.RECORDING.format(label=1))
            expect(page.get_by_text("and speech 1;").filter(visible=True)).to_be_visible()
            seen, pictures = settled_conflict(page)
        said, theirs = settled_conflict(page)
        assert seen == said != before[0]
        assert max(np.abs(one - other).max() for one, other in zip(pictures, theirs, strict=True)) <= NEAR


def test_a_conflict_of_another_pair_is_settled_at_once(chromium: BrowserContext, server: str) -> None:
    with live(chromium, server, "experts?experts=conflict&seed=3") as (page, line):
        before = settled_conflict(page)
        with unanswered(page, line):
            choose(page, Experts.BETWEEN, Experts.PAIR.format(first="Farsi", second="Kannada"))
            expect(page.get_by_text("Alone, Farsi says 3 and Kannada 7").filter(visible=True)).to_be_visible()
            expect(page.get_by_role("rowheader", name="Kannada alone")).to_be_visible()
            expect(page.locator(".st-key-conflict-counted p")).to_be_hidden()
            seen, pictures = settled_conflict(page)
        said, theirs = settled_conflict(page)
        assert seen == said != before[0]
        assert max(np.abs(one - other).max() for one, other in zip(pictures, theirs, strict=True)) <= NEAR
        expect(page.locator(".st-key-conflict-counted p")).to_contain_text("Kannada")


def on_bench(page: Page) -> list[str | None]:
    """The names beside the curves, where the handles are, and the formula."""
    names = page.locator(".bench text:not(.tick)").filter(visible=True).all_inner_texts()
    handles = [each.get_attribute("aria-valuetext") for each in page.locator(".bench .handle").all()]
    return [*names, *handles, page.locator(".bench .formula").inner_text()]


@on_wide
def test_the_bench_follows_count_and_prior(desk: BrowserContext, server: str) -> None:
    with watched(desk, server) as page:  # it computes by itself
        line = Line(page)
        page.goto(f"{server}/experts?experts=bench")
        expect(page.locator(".bench .handle")).to_have_count(4)
        wait_until_idle(page)
        before = on_bench(page)
        with line.hold():
            point_at(page.get_by_role("radio", name="4", exact=True))
            expect(page.locator(".bench .handle")).to_have_count(8)
            point_at(page.locator(".st-key-experts-bench-prior label"))
            expect(page.locator(".bench text").filter(has_text="prior")).to_be_hidden()
            seen = on_bench(page)
        wait_until_idle(page)
        page.wait_for_timeout(500)
        assert before != seen == on_bench(page)
        with line.hold():
            point_at(page.get_by_role("radio", name="2", exact=True))
            expect(page.locator(".bench .handle")).to_have_count(4)


@pytest.mark.parametrize("tab", ["conflict", "corrupt"])
def test_inputs_travel_once(chromium: BrowserContext, server: str, tab: str) -> None:
    with watched(chromium, server, model=True) as page:
        sizes: list[int] = []
        page.on(
            "websocket", lambda socket: socket.on("framereceived", lambda frame: sizes.append(len(frame)))
        )
        page.goto(f"{server}/experts?experts={tab}&spoilt=speech")
        expect(page.locator(READY)).to_be_attached()
        wait_until_idle(page)
        first = max(sizes)
        sizes.clear()
        if tab == "conflict":
            choose(page, Experts.CHOICES["sound"], Experts.RECORDING.format(label=1))
        else:
            slider(page).get_by_role("slider").focus()
            page.keyboard.press("End")
        wait_until(page, lambda: bool(sizes), "the server answers")
        asked(page)
        assert 0 < max(sizes) < first / 2


@pytest.mark.parametrize("tab", ["plane", "conflict", "corrupt"])
def test_where_the_model_cannot_run_all_is_as_ever(chromium: BrowserContext, server: str, tab: str) -> None:
    with watched(chromium, server, model=True) as page:
        page.add_init_script(WITHOUT_WEBASSEMBLY)
        page.goto(f"{server}/experts?experts={tab}")
        wait_until_idle(page)
        bars = page.locator(".bars.shares")
        before = bars.get_attribute("aria-label")
        if tab == "plane":
            point_at(page.locator(".st-key-present-kannada label"))
        elif tab == "conflict":
            choose(page, Experts.CHOICES["sound"], Experts.RECORDING.format(label=1))
        else:
            slider(page).get_by_role("slider").focus()
            page.keyboard.press("End")
        expect(bars).not_to_have_attribute("aria-label", str(before))
        assert page.locator("[data-live]").count() == 0
