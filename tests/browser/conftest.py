from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.voice import sound_file, voice

pytest.importorskip("playwright", reason="needs the package playwright")
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Playwright, expect

from benchmarks.app import CHROMIUM, FLAGS
from benchmarks.serving import running_app

PATIENCE = 60_000  # milliseconds; the first page waits for torch and librosa
SCREENS: dict[str, dict[str, Any]] = {
    "wide": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"},
    "tablet": {"viewport": {"width": 820, "height": 1180}, "color_scheme": "dark", "has_touch": True},
}

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of the app, the same server for all tests."""
    with running_app() as app:
        yield app.address


@pytest.fixture
def fresh_server() -> Iterator[str]:
    """The address of an app that nobody has opened yet."""
    with running_app() as app:
        yield app.address


@pytest.fixture(scope="session")
def chromium(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """A browser whose microphone hears one utterance after the other; each of its pages is a session."""
    spoken = tmp_path_factory.mktemp("microphone") / "spoken.wav"
    spoken.write_bytes(sound_file(voice(48_000), 48_000))
    microphone = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    microphone += [f"--use-file-for-fake-audio-capture={spoken}"]
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS + microphone)
    yield browser.new_context(viewport={"width": 1440, "height": 900}, permissions=["microphone"])
    browser.close()


@contextmanager
def watched(context: BrowserContext, server: str, *, model: bool = False) -> Iterator[Page]:
    """A new page of a browser; afterwards nothing may have gone wrong unseen.

    To start the model takes a page seconds of a processor: what is not about it does without.
    """
    page = context.new_page()
    if not model:
        page.add_init_script("delete window.Worker;")
    page.set_default_timeout(PATIENCE)
    trouble: list[str] = []

    def note(message: ConsoleMessage) -> None:
        url = str(message.location.get("url"))
        # At a page's own address Streamlit's scripts first look for the server below it; and what a page that
        # is left would play, the server has dropped, perhaps before it was fetched.
        if message.type == "error" and "/_stcore/" not in url and "/media/" not in url:
            trouble.append(f"console: {message.text} {url}")

    page.on("console", note)
    page.on("pageerror", lambda error: trouble.append(f"script: {error}"))
    page.on("request", lambda request: away(request.url, server, trouble))
    yield page
    traceback = page.get_by_test_id("stException").count()
    silent = "players => players.filter((player) => player.error).map((player) => player.currentSrc)"
    trouble += [f"nothing to play: {url}" for url in page.locator("audio, video").evaluate_all(silent)]
    page.close()
    assert not trouble
    assert not traceback


@pytest.fixture
def page(chromium: BrowserContext, server: str) -> Iterator[Page]:
    """The app's first page, answered, with the model in it."""
    with watched(chromium, server, model=True) as page:
        yield answered(page, server)


def answered(page: Page, server: str) -> Page:
    """Open the first page and wait for its first answer."""
    page.goto(server)
    expect(page.locator('[class*="st-key-canvas-farsi"] canvas').last).to_be_visible()
    expect(page.locator('[class*="st-key-canvas-kannada"] canvas').last).to_be_attached()  # on phones behind
    expect(page.get_by_role("button", name="Listen")).to_be_visible()
    expect(page.locator(".st-key-output-farsi img")).to_have_count(2)  # the drawing, and what is made of it
    return page


on_tablet = pytest.mark.parametrize("desk", ["tablet"], indirect=True)
"""For what a screen's size does not change: a test runs once, where the page is touched."""
on_wide = pytest.mark.parametrize("desk", ["wide"], indirect=True)
"""The same with a mouse."""


@pytest.fixture(scope="session", params=SCREENS)
def desk(request: pytest.FixtureRequest, chromium: BrowserContext) -> Iterator[BrowserContext]:
    """A browser as a person sits before it: a wide light screen, then a dark tablet that is touched."""
    browser = chromium.browser
    assert browser is not None
    context = browser.new_context(**SCREENS[request.param], permissions=["microphone"])
    yield context
    context.close()


@pytest.fixture
def screen(desk: BrowserContext, server: str) -> Iterator[Page]:
    """A blank page on each screen: a test goes to the address that it is about."""
    with watched(desk, server) as page:
        yield page


def away(url: str, server: str, trouble: list[str]) -> None:
    own = (server, server.replace("http", "ws", 1), "data:", "blob:")
    if not url.startswith(own):
        trouble.append(f"request to another host: {url}")
