"""After an upgrade that took away what `mvae.ui.runtime.compat` asks for, the app does the same, slower."""

from collections.abc import Iterator

import pytest

from benchmarks.serving import running_app
from tests.browser.actions import badge, canvas, draw, expect_change, go_to, output, press, switch
from tests.browser.conftest import answered, watched

pytest.importorskip("playwright", reason="needs the package playwright")
from playwright.sync_api import BrowserContext, Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture
def page(chromium: BrowserContext) -> Iterator[Page]:
    with running_app("tests/browser/other_streamlit.py") as app, watched(chromium, app.address) as page:
        yield answered(page, app.address)


def test_draw_switch_clear_and_turn_to_another_page(page: Page) -> None:
    before = output(page, "speech").get_attribute("src")
    draw(page, "farsi", (0.1, 0.9), (0.9, 0.9))
    expect_change(output(page, "speech"), before)  # the outputs are another part than the card
    switch(page, "kannada").click()
    expect(badge(page, "kannada")).to_contain_text("given")
    press(page, "clear", "farsi")
    expect(badge(page, "farsi")).to_contain_text("imagined")
    go_to(page, "Training")
    go_to(page, "Draw & speak")
    expect(badge(page, "kannada")).to_contain_text("given")
    expect(canvas(page, "farsi").locator("canvas").last).to_be_visible()
