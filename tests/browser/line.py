"""A live page whose server's answers can be held back, for tests of what the page shows without them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import BrowserContext, Page, WebSocketRoute, expect

from tests.browser.actions import wait_until, wait_until_idle
from tests.browser.conftest import watched

READY, AHEAD = '[data-live="ready"]', '[data-live="ahead"]'
"""What the page's model does: it waits for the pen, or what it has painted is newer than the server's."""


class Line:
    """The connection to the server; what that sends can be held back."""

    def __init__(self, page: Page) -> None:
        self.page, self.held = page, False
        self.messages: list[str | bytes] = []
        page.route_web_socket(re.compile("_stcore/stream"), self._connect)

    def _connect(self, browser: WebSocketRoute) -> None:
        self.browser = browser
        browser.connect_to_server().on_message(self._told)

    def _told(self, message: str | bytes) -> None:
        if self.held:
            self.messages.append(message)
        else:
            self.browser.send(message)

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Let the page do without the server's answers for the block."""
        self.held = True
        yield
        self.held = False
        for message in self.messages:
            self.browser.send(message)
        self.messages.clear()


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
    """Let the page do without the server's answers for the block; afterwards all of them stand alone."""
    with line.hold():
        yield
    asked(page)


def settled(page: Page) -> None:
    """Wait until the server's answer stands alone."""
    expect(page.locator(READY)).to_be_attached()
    wait_until_idle(page)
    expect(page.locator(READY)).to_be_attached()
    expect(page.locator(".mvae-live")).to_have_count(0)


def asked(page: Page) -> None:
    """Let the server say what the page has painted, which it need not, and wait until that stands alone."""
    page.wait_for_timeout(500)  # until it has heard of it
    page.evaluate("document.activeElement.blur()")

    def stands_alone() -> bool:
        wait_until_idle(page)
        page.keyboard.press("r")  # runs the whole page; a slow server may hear of what was painted only then
        wait_until_idle(page)
        return page.locator(READY).count() == 1 and page.locator(".mvae-live").count() == 0

    wait_until(page, stands_alone, "the server's answer stands alone")
    settled(page)
