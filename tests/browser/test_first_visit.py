"""What comes when a page is opened at its own address: the menu, the title, then what the page shows."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from mvae.ui import DRAW_PAGE
from mvae.ui.navigation import Entry, entries
from tests.browser.actions import wait_until_idle
from tests.browser.conftest import watched

pytest.importorskip("playwright", reason="needs the package playwright")
from playwright.sync_api import BrowserContext, Page, expect

pytestmark = pytest.mark.browser

# Notes what the browser has in its page after each change: the menu's names, the title, and whether there is
# more than the title.
WATCH = """
window.steps = [];
new MutationObserver(() => {
  const links = document.querySelectorAll('[data-testid="stTopNavLink"], [data-testid="stSidebarNavLink"]');
  const name = (link) => [...link.querySelectorAll("p")].map((each) => each.textContent).join("");
  const menu = [...links].map(name);
  const title = document.querySelector('[data-testid="stMain"] h1')?.textContent ?? '';
  const parts = Boolean(document.querySelector('.st-key-tools button'));
  const step = { menu, title, parts };
  if (JSON.stringify(step) !== JSON.stringify(window.steps.at(-1))) window.steps.push(step);
}).observe(document, { subtree: true, childList: true, characterData: true });
"""


@dataclass(frozen=True)
class Step:
    menu: list[str]
    title: str
    parts: bool


def steps_to(page: Page, server: str, entry: Entry) -> list[Step]:
    """Open a page at its own address and return what was there, one after the other."""
    page.add_init_script(WATCH)
    name = "" if entry.script == DRAW_PAGE else entry.script.removeprefix("pages/").removesuffix(".py")
    page.goto(f"{server}/{name}")
    expect(page.locator(".st-key-tools button").first).to_be_visible()
    wait_until_idle(page)
    return [Step(**step) for step in page.evaluate("steps")]


def expect_order(steps: list[Step], entry: Entry, *, alone: bool) -> None:
    """The right menu, then the title, which stays, then the parts; the title alone while these are loaded."""
    right = [each.title for each in entries() if each.in_menu]
    assert all(step.menu in ([], right) for step in steps)
    titled = [number for number, step in enumerate(steps) if step.title]
    assert titled == list(range(titled[0], len(steps)))
    assert {step.title for step in steps[titled[0] :]} == {entry.title}
    assert not any(step.parts for step in steps[: titled[0]])
    if alone:
        assert not steps[titled[0]].parts
    assert steps[-1].parts


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.title)
def test_the_title_comes_first(chromium: BrowserContext, server: str, entry: Entry) -> None:
    with watched(chromium, server) as page:
        steps = steps_to(page, server, entry)
        assert steps[-1].menu
        expect_order(steps, entry, alone=False)


def test_on_a_server_that_has_just_started(chromium: BrowserContext, fresh_server: str) -> None:
    entry = next(entry for entry in entries() if entry.script == "pages/experts.py")
    hosts: set[str] = set()
    with watched(chromium, fresh_server) as page:
        page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
        steps = steps_to(page, fresh_server, entry)
        assert steps[-1].menu
        expect_order(steps, entry, alone=True)
        expect(page.get_by_test_id("stSidebar")).to_have_count(0)
    assert hosts <= {urlsplit(fresh_server).netloc, ""}


def test_on_a_phone_and_a_server_that_has_just_started(chromium: BrowserContext, fresh_server: str) -> None:
    assert chromium.browser is not None
    entry = next(entry for entry in entries() if entry.script == "pages/all_subsets.py")
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    context = chromium.browser.new_context(**phone)  # type: ignore[arg-type]
    with watched(context, fresh_server) as page:
        expect_order(steps_to(page, fresh_server, entry), entry, alone=True)
        expect(page.get_by_test_id("stSidebar")).not_to_be_in_viewport()
    context.close()
