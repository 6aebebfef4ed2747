"""The app works under nginx's Content-Security-Policy, and a browser reports no violation on any page."""

from collections.abc import Iterator

import pytest

from tests.deploy.conftest import HOST, PATIENCE, Proxy, wait_until

pytest.importorskip("playwright", reason="needs the package playwright")
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.test_app import draw, expect_change, output, wait_until_idle

pytestmark = [pytest.mark.deploy, pytest.mark.browser]

WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", event =>
  window.violations.push(event.violatedDirective + " " + event.blockedURI));
"""
CHART = '[data-testid="stPlotlyChart"] .main-svg'
PAGES = {
    "experts": ".st-key-experts-ellipses svg",
    "latent_space?tab=map": ".st-key-latent-map",
    "all_subsets": ".st-key-listen-to",
    "training": CHART,
    "how_it_works": ".katex",
}


@pytest.fixture
def page(playwright: Playwright, proxy: Proxy) -> Iterator[Page]:
    flags = [*FLAGS, "--ignore-certificate-errors", f"--host-resolver-rules=MAP {HOST} 127.0.0.1",
             "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]  # fmt: skip
    browser: Browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.set_default_timeout(1000 * PATIENCE)
    page.add_init_script(WATCH)
    yield page
    browser.close()


def complaints(page: Page) -> list[str]:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    return said


def nothing_was_blocked(page: Page, said: list[str]) -> None:
    assert page.evaluate("window.violations") == []
    assert [text for text in said if "Content Security Policy" in text or "Permissions policy" in text] == []


def test_drawing_recording_and_downloads(page: Page, proxy: Proxy) -> None:
    said = complaints(page)
    page.goto(proxy.public_address)
    first = output(page, "kannada")
    expect(first).to_be_visible()
    before = first.get_attribute("src")
    draw(page, "farsi", (0.1, 0.9), (0.9, 0.9))
    expect_change(first, before)
    assert page.evaluate(
        "navigator.mediaDevices.getUserMedia({audio: true, video: true}).then(stream => stream.active)"
    )
    page.locator('[data-testid="stAudioInput"] button').first.click()
    page.wait_for_timeout(500)
    wait_until_idle(page)
    nothing_was_blocked(page, said)


def test_all_pages(page: Page, proxy: Proxy) -> None:
    said = complaints(page)
    for path, shown in PAGES.items():
        page.goto(f"{proxy.public_address}/{path}")
        expect(page.locator(shown).first).to_be_visible()
        wait_until_idle(page)
        nothing_was_blocked(page, said)


def test_no_page_shows_it_in_a_frame(page: Page, proxy: Proxy) -> None:
    page.goto("about:blank")
    page.evaluate(
        "src => document.body.append(Object.assign(document.createElement('iframe'), {src}))",
        f"{proxy.public_address}/experts",
    )

    def refused() -> bool:
        page.wait_for_timeout(50)
        return [frame.url for frame in page.frames[1:]] == ["chrome-error://chromewebdata/"]

    wait_until(refused, "the browser's refusal")
