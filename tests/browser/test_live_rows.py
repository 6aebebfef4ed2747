"""All subsets: the page follows what is chosen, and the server then says the same."""

from typing import Any

import numpy as np
import pytest

from tests.browser.conftest import on_wide

pytest.importorskip("playwright", reason="needs the package playwright")
from playwright.sync_api import BrowserContext, Page, expect

from mvae.ui.text import Common
from tests.browser.actions import expect_address, point_at, wait_until
from tests.browser.line import AHEAD, asked, live, unanswered
from tests.browser.test_live import grey

NEAR = 2
"""Grey levels by which the server's pictures may differ from the page's."""
pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def expect_marked(page: Page, row: str) -> None:
    """Wait until this row alone is said to be switched on: pressed, and with a dot."""
    expect(page.locator('.table button[aria-pressed="true"]')).to_have_text([f"● {row}"])
    expect(page.locator(".table button", has_text="●")).to_have_count(1)


def test_a_row_is_marked_at_once(chromium: BrowserContext, server: str) -> None:
    with live(chromium, server, "all_subsets") as (page, line):
        expect_marked(page, "Farsi")
        with unanswered(page, line):
            for row in ("Kannada + Speech", "Speech"):
                point_at(page.get_by_role("button", name=row, exact=True))
                expect_marked(page, row)
                expect(page.locator(AHEAD)).to_be_attached()
        expect_marked(page, "Speech")


def rows(page: Page, kind: str) -> list[Any]:
    """The pictures of what is given, or imagined, in all rows, in grey levels."""
    images = page.locator(f".table td.{kind} img").all()
    return [grey(str(each.get_attribute("src"))) for each in images]


def apart(one: list[Any], other: list[Any]) -> float:
    """The largest difference of two pictures of the same."""
    return max(float(np.abs(before - after).max()) for before, after in zip(one, other, strict=True))


def expect_other(page: Page, before: list[Any]) -> None:
    wait_until(page, lambda: apart(before, rows(page, "imagined")) > 20, "other digits are imagined")


def said(page: Page) -> str:
    return page.locator(".st-key-imagination p").filter(visible=True).last.inner_text()


@on_wide
def test_all_rows_are_imagined_otherwise_at_once(desk: BrowserContext, server: str) -> None:
    with live(desk, server, "all_subsets") as (page, line):
        first, given, words = rows(page, "imagined"), rows(page, "given"), said(page)
        assert len(first) == len(given) - 3 == 9
        with unanswered(page, line):
            point_at(page.get_by_role("radio", name=Common.KINDS["mean"]))
            expect(page.locator(AHEAD)).to_be_attached()
            wait_until(page, lambda: said(page) != words, "it says that it is the mean")
            mean = rows(page, "imagined")
        assert apart(first, mean) > 20
        assert apart(mean, rows(page, "imagined")) <= NEAR
        assert apart(given, rows(page, "given")) == 0
        point_at(page.get_by_role("radio", name=Common.KINDS["sample"]))
        wait_until(page, lambda: said(page) == words, "it says that it is a sample")
        asked(page)
        with unanswered(page, line):
            again = page.get_by_role("button", name=Common.IMAGINE_AGAIN)
            for _ in range(2):
                before = rows(page, "imagined")
                point_at(again)
                wait_until(
                    page, lambda before=before: apart(before, rows(page, "imagined")) > 20, "it is another"
                )
            seen = rows(page, "imagined")
        assert apart(seen, rows(page, "imagined")) <= NEAR
        expect_address(page, "seed=2")
