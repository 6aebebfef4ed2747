"""Every page, wide and on a tablet, light and dark: no serious finding of axe-core, nothing cut off."""

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="needs the package playwright")
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.actions import wait_until_idle

pytestmark = pytest.mark.browser

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
PAGES = {
    "": "Draw & speak",
    "all_subsets": "All seven subsets",
    "experts": "Experts",
    "experts?plane=dimensions": "Experts",
    "experts?experts=bench": "Experts",
    "experts?experts=conflict": "Experts",
    "experts?experts=corrupt": "Experts",
    "latent_space": "Latent space",
    "latent_space?tab=walk": "Latent space",
    "latent_space?tab=line": "Latent space",
    "latent_space?tab=map": "Latent space",
    "training": "Training",
    "training?training=replay": "Training",
    "training?training=table": "Training",
    "training?training=studies": "Training",
    "training?training=own": "Training",
    "how_it_works": "How it works",
}
SIZES = {"wide": (1440, 900), "tablet": (820, 1180)}
SILENT = """
[...document.querySelectorAll('[data-testid="stMain"] img')]
  .filter(each => !each.alt && !each.closest('button, [aria-hidden="true"]')).length
"""
CUT_OFF = """
() => [...document.querySelectorAll("[data-testid=stMain] :is(button, label, p, h1, h5, th, td, summary)")]
  .filter(each => {
    const style = getComputedStyle(each);
    return each.offsetParent && each.textContent.trim() && !["visible", "auto"].includes(style.overflowX)
      && each.scrollWidth > each.clientWidth + 2;
  })
  .map(each => each.textContent.trim().slice(0, 60))
"""


@pytest.fixture(scope="module")
def browser_context(chromium: BrowserContext) -> Iterator[BrowserContext]:
    browser = chromium.browser
    assert isinstance(browser, Browser)
    context = browser.new_context(color_scheme="light")
    context.set_default_timeout(60_000)
    yield context
    context.close()


def opened(context: BrowserContext, server: str, address: str) -> Page:
    page = context.new_page()
    page.goto(f"{server}/{address}")
    expect(page.get_by_role("heading", name=PAGES[address], level=1)).to_be_visible()
    wait_until_idle(page)
    shown = 'img, svg[role], table, canvas, [data-testid="stAlert"], .js-plotly-plot'
    expect(page.locator(f'[data-testid="stMain"] :is({shown})').first).to_be_visible()
    wait_until_idle(page)
    return page


@pytest.mark.parametrize("address", PAGES)
def test_nothing_is_cut_off_or_silent_and_axe_finds_nothing_serious(
    browser_context: BrowserContext, server: str, address: str
) -> None:
    page = opened(browser_context, server, address)
    page.evaluate(AXE)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        expect(page.locator(".stApp")).to_have_css("color-scheme", theme)
        for name, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(400)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name}, {theme}"
            hidden = page.get_by_test_id("stMain").evaluate("each => each.scrollWidth - each.clientWidth")
            assert hidden <= 1, f"{name}, {theme}: the page scrolls sideways"
            assert page.evaluate(CUT_OFF) == [], f"{name}, {theme}"
        assert serious_violations(page) == [], theme
    assert page.get_by_test_id("stException").count() == 0
    assert page.evaluate(SILENT) == 0
    page.close()


def serious_violations(page: Page) -> list[str]:
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [
        f"{each['id']}: {node['html'][:120]}"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]
