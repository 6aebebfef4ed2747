"""Take the README's pictures from the running app.

    streamlit run app.py --server.headless true &
    python docs/screenshots.py http://localhost:8501

The pictures go into docs/images.
"""

import sys
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
IMAGES = Path(__file__).parent / "images"
PAGES = {
    "": "draw-and-speak",
    "latent_space": "latent-space",
    "all_subsets": "all-subsets",
    "training": "training",
}


def main(address: str) -> None:
    """Save one picture a page at 1440x900, light."""
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900}, color_scheme="light")
        page.goto(address)
        settle(page)
        for path, name in PAGES.items():
            if path:
                page.locator(f"[data-testid=stTopNavLink][href$='/{path}']").click()
                settle(page)
            page.screenshot(path=IMAGES / f"{name}.png")
        browser.close()


def settle(page: Page) -> None:
    """Wait until the app has drawn everything."""
    page.wait_for_timeout(1500)
    expect(page.locator('[data-testid="stApp"]')).to_have_attribute(
        "data-test-script-state", "notRunning", timeout=60_000
    )
    page.wait_for_timeout(1500)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8501")
