"""The map of the latent, where a button undoes what the keys did."""

import re

import pytest

pytest.importorskip("playwright", reason="needs the package playwright")
from playwright.sync_api import Page, expect

from mvae.ui.latent.text import LatentSpace
from tests.browser.actions import expect_address, wait_until_idle

pytestmark = pytest.mark.browser


def test_the_same_place_is_decoded_again_after_going_back_to_the_start(page: Page, server: str) -> None:
    page.goto(f"{server}/latent_space?tab=map")
    there = page.get_by_role("application")
    expect(page.locator(".cross")).to_be_visible()
    wait_until_idle(page)
    home = there.get_attribute("aria-label") or ""
    for _ in range(2):
        there.focus()
        page.keyboard.press("Shift+ArrowRight")
        expect_address(page, "place=")
        expect(there).not_to_have_attribute("aria-label", home)
        page.get_by_role("button", name=LatentSpace.TO_START).click()
        expect_address(page, "place=", there=False)
        expect(there).to_have_attribute("aria-label", re.compile(re.escape(home)))
