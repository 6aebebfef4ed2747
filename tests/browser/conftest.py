import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.voice import sound_file, voice

pytest.importorskip("playwright", reason="needs the package playwright")
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 60_000  # milliseconds; the first page waits for torch and librosa

expect.set_options(timeout=PATIENCE)


@contextmanager
def running_app() -> Iterator[str]:
    """Run the app without data on a free port; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
    command += [f"--server.port={port}", "--server.address=127.0.0.1"]
    environment = {name: value for name, value in os.environ.items() if name != "MVAE_DATA"}
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        wait_for(f"{address}/_stcore/health", process)
        yield address
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of the app, the same server for all tests."""
    with running_app() as address:
        yield address


@pytest.fixture
def fresh_server() -> Iterator[str]:
    """The address of an app that nobody has opened yet."""
    with running_app() as address:
        yield address


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own server
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    pytest.fail("The app did not start.")


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """A browser whose microphone hears one utterance after the other; each of its pages is a session."""
    spoken = tmp_path_factory.mktemp("microphone") / "spoken.wav"
    spoken.write_bytes(sound_file(voice(48_000), 48_000))
    microphone = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    microphone += [f"--use-file-for-fake-audio-capture={spoken}"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS + microphone)
        yield browser.new_context(viewport={"width": 1440, "height": 900}, permissions=["microphone"])
        browser.close()


@pytest.fixture
def page(chromium: BrowserContext, server: str) -> Iterator[Page]:
    """The app's first page, answered; afterwards nothing may have gone wrong unseen."""
    page = chromium.new_page()
    page.set_default_timeout(PATIENCE)
    trouble: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            trouble.append(f"console: {message.text} {message.location.get('url')}")

    page.on("console", note)
    page.on("pageerror", lambda error: trouble.append(f"script: {error}"))
    page.on("request", lambda request: away(request.url, server, trouble))
    page.goto(server)
    expect(page.locator(".st-key-output-speech audio")).to_be_visible()
    yield page
    traceback = page.get_by_test_id("stException").count()
    page.close()
    assert not trouble
    assert not traceback


def away(url: str, server: str, trouble: list[str]) -> None:
    own = (server, server.replace("http", "ws", 1), "data:", "blob:")
    if not url.startswith(own):
        trouble.append(f"request to another host: {url}")
