"""Experts: the page follows each widget, and the server then says the same."""

import pytest

pytest.importorskip("playwright", reason="needs the package playwright")
from playwright.sync_api import BrowserContext, Page, expect

from mvae.ui.experts.text import Experts
from tests.browser.actions import point_at, wait_until_idle
from tests.browser.conftest import watched
from tests.browser.line import live, settled, unanswered
from tests.browser.test_live import AHEAD, WITHOUT_WEBASSEMBLY

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


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


def test_the_ellipses_follow_the_switches_and_the_plane(desk: BrowserContext, server: str) -> None:
    with live(desk, server, "experts") as (page, line):
        first, product = in_plane(page), outline(page)
        with unanswered(page, line):
            point_at(page.locator(".st-key-present-kannada label"))
            expect(page.locator(AHEAD)).to_be_attached()
            expect(page.get_by_role("switch", name="Kannada: given")).to_be_checked()
            assert outline(page) != product
            point_at(page.get_by_role("radio", name=Experts.PLANES["dimensions"]))
            expect(page.get_by_text("The dimensions")).to_be_visible()
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


@pytest.mark.parametrize("tab", ["plane"])
def test_where_the_model_cannot_run_all_is_as_ever(chromium: BrowserContext, server: str, tab: str) -> None:
    with watched(chromium, server, model=True) as page:
        page.add_init_script(WITHOUT_WEBASSEMBLY)
        page.goto(f"{server}/experts?experts={tab}")
        wait_until_idle(page)
        bars = page.locator(".bars.shares")
        before = bars.get_attribute("aria-label")
        point_at(page.locator(".st-key-present-kannada label"))
        expect(bars).not_to_have_attribute("aria-label", str(before))
        assert page.locator("[data-live]").count() == 0
