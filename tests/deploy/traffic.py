"""How much nginx sends to a browser, as deploy/plan.py wants it: python -m tests.deploy.traffic.

The first page is opened with an empty cache; then digits are copied onto the canvas, one after the other.
"""

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.test_app import expect_change, output, wait_until_idle
from tests.deploy.conftest import HOST, Proxy, running_replicas, wait_until

ACTIONS = 20


def sent(browser: Browser, proxy: Proxy, actions: int) -> float:
    """Return how many kB were sent to one new browser that did so many things and was closed."""
    before = proxy.log()
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(proxy.public_address)
    expect(output(page, "farsi")).to_be_visible()
    wait_until_idle(page)
    for action in range(actions):
        picture = output(page, "farsi").get_attribute("src")
        page.locator(".st-key-example-farsi button").nth(action % 7).click()
        expect_change(output(page, "farsi"), picture)
        wait_until_idle(page)
    context.close()
    # A websocket is written down when it ends.
    wait_until(lambda: any("stream" in line["path"] for line in proxy.log()[len(before) :]), "the log")
    return sum(int(line["bytes"]) for line in proxy.log()[len(before) :]) / 1000


def main() -> None:
    """Measure and print."""
    flags = [*FLAGS, "--ignore-certificate-errors", f"--host-resolver-rules=MAP {HOST} 127.0.0.1"]
    with (
        tempfile.TemporaryDirectory() as folder,
        running_replicas(Path(folder)) as proxy,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        opening = sent(browser, proxy, 0)
        action = (sent(browser, proxy, ACTIONS) - opening) / ACTIONS
        print(f"--opening-kb {opening:.0f} --action-kb {action:.0f}")
        browser.close()


if __name__ == "__main__":
    main()
