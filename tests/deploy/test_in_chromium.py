"""The app behind nginx in real browsers, opened by a name of the local network over HTTPS."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.conftest import HOST, PATIENCE, Proxy, wait_until
from tests.voice import sound_file, voice

pytest.importorskip("playwright", reason="needs the package playwright")
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.test_app import badge, draw, expect_change, output, upload, wait_until_idle

pytestmark = [pytest.mark.deploy, pytest.mark.browser]


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """A browser that finds the host's name here, and whose user has passed the certificate's warning."""
    flags = [*FLAGS, "--ignore-certificate-errors", f"--host-resolver-rules=MAP {HOST} 127.0.0.1"]
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
    yield browser
    browser.close()


@pytest.fixture
def pages(chromium: Browser, proxy: Proxy) -> Iterator[list[Page]]:
    """Two people, each with a drawing, one on each replica."""
    pages = []
    for _ in range(2):
        page = chromium.new_context(viewport={"width": 1440, "height": 900}).new_page()
        page.set_default_timeout(1000 * PATIENCE)
        page.goto(proxy.public_address)
        pages.append(page)
    for page in pages:
        first = output(page, "kannada")
        expect(first).to_be_visible()
        before = first.get_attribute("src")
        draw(page, "farsi", (0.1, 0.9), (0.9, 0.9))
        expect_change(output(page, "kannada"), before)
    assert {own_replica(page) for page in pages} == set(proxy.replicas)
    yield pages
    for page in pages:
        page.context.close()


def own_replica(page: Page) -> str:
    (value,) = [cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "mvae_replica"]
    return value


def say(page: Page, file: Path, proxy: Proxy, *, seconds: float) -> None:
    """Upload a sound; wait until the app has heard it and plays it back, all from this page's replica."""
    file.write_bytes(sound_file(voice(seconds=seconds)))
    before = len(proxy.log())
    upload(page, file)
    expect(page.get_by_text(f"The input: {file.name}")).to_be_visible()
    expect(badge(page, "speech")).to_contain_text("given")
    # Not wait_for_function, which needs the eval that the page's policy forbids.
    wait_until(lambda: page.evaluate("document.querySelector('audio')?.readyState > 0"), "the sound")
    answered = [line["path"] for line in proxy.log()[before:] if line["replica"] == own_replica(page)]
    assert any(path.startswith("/_stcore/upload_file/") for path in answered)
    assert any(path.startswith("/media/") for path in answered)


def test_people_of_a_killed_replica_go_on_at_another_one(
    pages: list[Page], proxy: Proxy, tmp_path: Path
) -> None:
    one, other = pages
    dead, alive = proxy.replicas[own_replica(one)], own_replica(other)
    assert one.evaluate("isSecureContext && navigator.mediaDevices !== undefined")  # it may record
    say(one, tmp_path / "before.wav", proxy, seconds=0.4)
    one.evaluate("window.notReloaded = true")
    kept = output(other, "kannada").get_attribute("src")
    lost = output(one, "kannada").get_attribute("src")

    dead.kill()
    try:
        killed = time.monotonic()
        while own_replica(one) != alive:
            assert time.monotonic() < killed + PATIENCE
            one.wait_for_timeout(50)
        print(f"connected to another replica {time.monotonic() - killed:.1f} s after the kill")
        draw(one, "farsi", (0.1, 0.1), (0.9, 0.1))
        expect_change(output(one, "kannada"), lost)
        print(f"first stroke answered {time.monotonic() - killed:.1f} s after the kill")
        wait_until_idle(one)
        for height in (0.3, 0.5):
            before = output(one, "kannada").get_attribute("src")
            draw(one, "farsi", (0.1, height), (0.9, height))
            expect_change(output(one, "kannada"), before)
        say(one, tmp_path / "then.wav", proxy, seconds=0.45)
        assert one.evaluate("window.notReloaded")
        # Who was on the other replica notices nothing.
        assert output(other, "kannada").get_attribute("src") == kept
        draw(other, "farsi", (0.1, 0.1), (0.9, 0.1))
        expect_change(output(other, "kannada"), kept)
    finally:
        dead.start()
        dead.wait_until_healthy()
    say(one, tmp_path / "after.wav", proxy, seconds=0.5)
    assert own_replica(one) == own_replica(other) == alive
