"""The connection between a page and its server, for tests of what the page shows without an answer."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import BrowserContext, Page, WebSocketRoute, expect

from tests.browser.actions import wait_until_idle
from tests.browser.conftest import watched

READY, AHEAD = '[data-live="ready"]', '[data-live="ahead"]'
"""What the page's model does: it waits, or what it has painted is newer than the server's."""


class Line:
    """The connection to the server, whose answers can be held back."""

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
        """Let the page do without the server's answers for the block; afterwards they stand alone."""
        self.held = True
        yield
        self.held = False
        for message in self.messages:
            self.browser.send(message)
        self.messages.clear()
        self.settled()

    def settled(self) -> None:
        """Wait until the server's answer stands alone."""
        expect(self.page.locator(READY)).to_be_attached()
        wait_until_idle(self.page)
        expect(self.page.locator(READY)).to_be_attached()
        assert self.page.locator(".mvae-live").count() == 0


@contextmanager
def live(context: BrowserContext, server: str, path: str) -> Iterator[tuple[Page, Line]]:
    """A page of the app with its model ready."""
    with watched(context, server, model=True) as page:
        line = Line(page)
        page.goto(f"{server}/{path}")
        expect(page.locator(READY)).to_be_attached()
        wait_until_idle(page)
        yield page, line
