"""Whoever draws while the server cannot be reached sees what the model makes of it, and loses nothing."""

from urllib.parse import parse_qs, urlsplit

import pytest

pytest.importorskip("playwright", reason="needs the package playwright")
from playwright.sync_api import BrowserContext, expect

from benchmarks.door import door_to
from mvae.modalities.stroke_text import strokes_from_text
from mvae.modalities.strokes import template
from tests.browser.actions import canvas, dragged, output, wait_until_idle
from tests.browser.conftest import answered

pytestmark = pytest.mark.browser


def test_what_is_drawn_meanwhile_is_told_later(chromium: BrowserContext, server: str) -> None:
    with door_to(server) as door:
        page = answered(chromium.new_page(), door.address)
        expect(page.locator('[data-live="ready"]')).to_be_attached()
        wait_until_idle(page)
        begun = len(template("farsi", 5))
        app = page.get_by_test_id("stApp")
        door.shut()
        expect(app).not_to_have_attribute("data-test-connection-state", "CONNECTED")
        box = canvas(page, "farsi").bounding_box()
        assert box is not None
        for height in (0.3, 0.6):
            before = output(page, "kannada").get_attribute("src")
            with dragged(page, *[(box["x"] + x * 220, box["y"] + height * 220) for x in (0.1, 0.9)]):
                pass
            expect(output(page, "kannada")).not_to_have_attribute("src", str(before))
            expect(page.locator('[data-live="ahead"]')).to_be_attached()
        door.is_open = True
        expect(app).to_have_attribute("data-test-connection-state", "CONNECTED")
        expect(page.locator('[data-live="ready"]')).to_be_attached()  # the server has all strokes
        page.wait_for_url("**/?farsi=~*")
        (told,) = parse_qs(urlsplit(page.url).query)["farsi"]
        assert len(strokes_from_text(told.removeprefix("~"))) == begun + 2
        page.close()
