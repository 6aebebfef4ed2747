"""A teacher and a student, each with a browser of their own, in a class."""

import re

import pytest

pytest.importorskip("playwright", reason="needs the package playwright")
from playwright.sync_api import BrowserContext, expect

from mvae.ui import keys
from mvae.ui.classroom.text import ClassView as Text
from tests.browser.actions import wait_until_idle
from tests.browser.conftest import PATIENCE, watched
from tests.browser.line import READY
from tests.browser.test_accessibility import AXE, serious_violations

pytestmark = pytest.mark.browser


def test_a_class(chromium: BrowserContext, server: str) -> None:
    assert chromium.browser is not None
    tablet = chromium.browser.new_context(viewport={"width": 820, "height": 1180}, color_scheme="dark")
    with watched(chromium, server) as teacher, watched(tablet, server, model=True) as student:
        teacher.goto(f"{server}/class")
        teacher.get_by_role("button", name=Text.OPEN).click()
        code = teacher.locator(".code").inner_text()
        qr = teacher.locator("img.qr")
        assert qr.evaluate("each => each.naturalWidth > 20 && each.alt.includes(location.origin)")

        student.goto(f"{server}/class")
        student.get_by_label(Text.CODE).fill(f" {code[:3].lower()} {code[3:]}")
        student.get_by_role("button", name=Text.JOIN).click()
        expect(student.get_by_text(f"You are in class {code}")).to_be_visible()
        student.get_by_test_id("stPageLink").filter(has_text="Draw & speak").last.click()
        send = student.get_by_role("button", name=Text.SEND)
        expect(send).to_be_visible()
        expect(student.locator(READY)).to_be_attached()
        student.locator(".st-key-example-farsi button").nth(1).click()
        send.click()
        expect(student.get_by_text(Text.SENT_FEW)).to_be_visible()
        sent = teacher.locator(".sent")
        expect(sent).to_have_count(1)
        expect(sent).to_have_accessible_name("Farsi digit, read as 1")
        page = student.locator(f".st-key-{keys.ANSWER}")
        wait_until_idle(student)
        painted = page.inner_html()
        student.wait_for_timeout(4000)  # the part has looked: what the model in the page painted stands
        assert page.inner_html() == painted

        first = sent.element_handle()
        teacher.get_by_role("button", name=Text.ASK).click()
        student.get_by_role("radio", name="Speech").or_(
            student.get_by_role("button", name="Speech", exact=True)
        ).first.click()
        expect(teacher.get_by_role("img", name=re.compile("Votes: .*Speech 1"))).to_be_visible()
        assert first.evaluate("each => each.isConnected")  # it was not drawn anew: nothing flickers
        teacher.evaluate(AXE)
        assert serious_violations(teacher) == []

        teacher.reload()
        student.reload()
        expect(send).to_be_visible()
        sent.click()
        expect(teacher.get_by_text(Text.READ_AS.format(label=1))).to_be_visible()
        teacher.get_by_role("button", name=Text.TAKE_AWAY).click()
        expect(sent).to_have_count(0)
        teacher.get_by_role("button", name=Text.END, exact=True).click()
        teacher.get_by_role("button", name=Text.END_SURELY).click()
        expect(teacher.get_by_role("button", name=Text.OPEN)).to_be_visible()
        expect(send).to_have_count(0, timeout=PATIENCE)
        expect(student.get_by_text(Text.ENDED)).to_be_visible()
    tablet.close()
