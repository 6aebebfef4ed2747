"""Take the README's pictures from the running app: `python tools/screenshots.py`.

It starts the app itself, opens the pages by lesson links at 1440x900, light, and writes ``docs/images``.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Page, expect, sync_playwright  # noqa: E402

from benchmarks.app import CHROMIUM, FLAGS  # noqa: E402
from benchmarks.serving import running_app  # noqa: E402

IMAGES = ROOT / "docs" / "images"
PAGES = {
    "draw-and-speak": "?ways=yes",
    "all-subsets": "all_subsets?farsi=4&kannada=4&speech=4&on=farsi,kannada",
    "experts": "experts?farsi=3&kannada=3&speech=3&on=farsi,speech",
    "conflict": "experts?experts=conflict&drawn=3&spoken=7",
    "interpolate": "latent_space?tab=line&start=4&to=9",
    "latent-space": "latent_space?tab=map",
    "training": "training?training=replay",
}
"""Name of each picture, and what is opened for it."""


def main() -> None:
    """Save one picture a page."""
    IMAGES.mkdir(exist_ok=True)
    with running_app() as app, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900}, color_scheme="light")
        for name, address in PAGES.items():
            page.goto(f"{app.address}/{address}")
            settle(page)
            page.screenshot(path=IMAGES / f"{name}.png")
            print(IMAGES / f"{name}.png")
        browser.close()


def settle(page: Page) -> None:
    """Wait until the app has drawn everything."""
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=60_000)
    for _ in range(3):  # a page may run again once it knows more
        page.wait_for_timeout(1500)
        expect(page.get_by_test_id("stApp")).to_have_attribute(
            "data-test-script-state", "notRunning", timeout=60_000
        )


if __name__ == "__main__":
    main()
