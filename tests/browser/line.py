"""A live page whose server's answers can be held back, for tests of what the page shows without them."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.actions import wait_until_idle
from tests.browser.conftest import watched
from tests.browser.test_live import READY
from tests.browser.test_live_settings import Line


@contextmanager
def live(context: BrowserContext, server: str, path: str) -> Iterator[tuple[Page, Line]]:
    """A page of the app with its model ready."""
    with watched(context, server, model=True) as page:
        line = Line(page)
        page.goto(f"{server}/{path}")
        expect(page.locator(READY)).to_be_attached()
        wait_until_idle(page)
        yield page, line


@contextmanager
def unanswered(page: Page, line: Line) -> Iterator[None]:
    """Let the page do without the server's answers for the block; afterwards they stand alone."""
    with line.hold():
        yield
    settled(page)


def settled(page: Page) -> None:
    """Wait until the server's answer stands alone."""
    expect(page.locator(READY)).to_be_attached()
    wait_until_idle(page)
    expect(page.locator(READY)).to_be_attached()
    assert page.locator(".mvae-live").count() == 0
