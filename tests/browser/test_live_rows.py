"""All subsets: the page follows what is chosen, and the server then says the same."""

import pytest

pytest.importorskip("playwright", reason="needs the package playwright")
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.actions import point_at
from tests.browser.line import live, unanswered
from tests.browser.test_live import AHEAD

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def expect_marked(page: Page, row: str) -> None:
    """Wait until this row alone is said to be switched on: pressed, and with a dot."""
    expect(page.locator('.table button[aria-pressed="true"]')).to_have_text([f"● {row}"])
    expect(page.locator(".table button", has_text="●")).to_have_count(1)


def test_a_row_is_marked_at_once(desk: BrowserContext, server: str) -> None:
    with live(desk, server, "all_subsets") as (page, line):
        expect_marked(page, "Farsi")
        with unanswered(page, line):
            for row in ("Kannada + Speech", "Speech"):
                point_at(page.get_by_role("button", name=row, exact=True))
                expect_marked(page, row)
                expect(page.locator(AHEAD)).to_be_attached()
        expect_marked(page, "Speech")
