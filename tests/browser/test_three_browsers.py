"""What must hold in WebKit and Firefox, too: the app with the model in its page, and the site of one file."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("selenium", reason="needs the package selenium")
from mvae.inference.pipeline import Pipeline
from mvae.modalities.sound import SAMPLE_RATE, waveform_of
from mvae.modalities.strokes import render, template
from mvae.ui.site import of_app
from mvae.web.site.content import site_content
from mvae.web.site.single import write_single
from tests.browser.driven import (
    DOWN,
    UP,
    Driven,
    Place,
    firefox,
    mouse,
    moves,
    wait_until,
    webkit,
)
from tests.voice import sound_file

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

pytestmark = pytest.mark.timeout(300)

BROWSERS = (
    pytest.param(webkit, marks=pytest.mark.webkit, id="webkit"),
    pytest.param(firefox, marks=pytest.mark.firefox, id="firefox"),
)
READY, AHEAD = '[data-live="ready"]', '[data-live="ahead"]'
IDLE = '[data-testid="stApp"][data-test-script-state="notRunning"]'
KANNADA, DECODED = ".st-key-output-kannada img", ".st-key-decoded-farsi img"
SIDE = 220  # of the app's canvas, in pixels
ONE = ((0.5, 0.15), (0.5, 0.85))
SEEN = """(selector) => {
  const found = [...document.querySelectorAll(selector)].at(-1);
  return found && (found.src ?? found.toDataURL?.() ?? found.textContent.trim());
}"""
"""What the last element of a kind shows: its picture, or its text."""
BOX = """(selector) => {
  const place = document.querySelector(selector);
  place?.scrollIntoView({ block: "center" });
  const { x, y, width, height } = place?.getBoundingClientRect() ?? {};
  return width ? [x, y, width, height] : null;
}"""


@pytest.fixture(scope="module", params=BROWSERS)
def started(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driven]:
    start: Callable[[Path], AbstractContextManager[Driven]] = request.param
    with start(tmp_path_factory.mktemp("home")) as browser:
        yield browser


@pytest.fixture
def browser(started: Driven) -> Iterator[Driven]:
    """One browser for all its tests; nothing may go wrong in it."""
    started.trouble.clear()
    yield started
    trouble = list(started.trouble)  # what is on its way to a page that is left, such as a sound, fails
    started.go_to("about:blank")
    assert trouble == []


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording of a three."""
    pipe = Pipeline("conv")
    (out,) = pipe.complete(pipe.prepare(farsi=render(template("farsi", 3))), [("farsi",)])
    file = tmp_path_factory.mktemp("sounds") / "three.wav"
    file.write_bytes(sound_file(waveform_of(out["speech"]), SAMPLE_RATE))
    return file


@pytest.fixture(scope="module")
def one_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("site") / "one.html"
    write_single(file, site_content("conv", of_app))
    return file


def seen(browser: Driven, selector: str) -> str | None:
    found: str | None = browser.run(SEEN, selector)
    return found


def places(browser: Driven, selector: str, *shares: Place) -> list[Place]:
    """Where shares of the sides of an element lie in the window."""
    x, y, width, height = wait_until(lambda: browser.run(BOX, selector), f"{selector} is there")
    return [(x + across * width, y + down * height) for across, down in shares]


def click(browser: Driven, selector: str) -> None:
    mouse(browser, *moves(*places(browser, selector, (0.5, 0.5))), DOWN, UP)


def live(browser: Driven, address: str) -> None:
    """Open a page of the app and wait until its model, and the server, have nothing more to say."""
    browser.go_to(address)
    settled(browser)


def settled(browser: Driven) -> None:
    wait_until(lambda: there(browser, READY) and there(browser, IDLE), "the model and the server are through")


def heard(browser: Driven, said: str) -> None:
    """Wait until the server has heard of it: the page's address says so."""
    wait_until(
        lambda: browser.run("(said) => location.search.includes(said)", said), f"the address says {said}"
    )
    wait_until(lambda: there(browser, IDLE), "the server is through")


def there(browser: Driven, selector: str) -> bool:
    return bool(browser.run("(selector) => document.querySelector(selector) !== null", selector))


def label(browser: Driven) -> str | None:
    return seen(browser, '.st-key-label [data-testid="stMetricValue"], .st-key-label .best-label')


def test_a_stroke_imagines_before_the_server(browser: Driven, server: str) -> None:
    live(browser, server)
    assert label(browser) == "5"
    click(browser, ".st-key-clear-farsi button")
    wait_until(lambda: seen(browser, KANNADA) is None, "nothing is imagined")
    settled(browser)
    ((x, y),) = places(browser, '[class*="st-key-canvas-farsi"]', (0, 0))
    start, *rest = [(x + across * SIDE, y + down * SIDE) for across, down in ONE]
    mouse(browser, *moves(start), DOWN, *moves(start, *rest))
    wait_until(
        lambda: there(browser, AHEAD) and label(browser) == "1", "the page reads the stroke before it ends"
    )
    assert seen(browser, KANNADA) is not None
    mouse(browser, UP)
    heard(browser, "farsi=~")
    assert label(browser) == "1"


def test_a_slider_moves_what_is_decoded_before_the_server(browser: Driven, server: str) -> None:
    live(browser, f"{server}/latent_space")
    before = seen(browser, DECODED)
    (thumb,) = places(browser, '[data-testid="stSlider"] [data-rac]:has(> div > input)', (0.5, 0.5))
    (end,) = places(browser, '[data-testid="stSlider"] [role="group"]', (0.97, 0.5))
    mouse(browser, *moves(thumb), DOWN, *moves(thumb, (end[0], thumb[1])))
    wait_until(
        lambda: there(browser, AHEAD) and seen(browser, DECODED) != before, "the picture follows the slider"
    )
    mouse(browser, UP)
    heard(browser, "moved=")
    assert seen(browser, DECODED) not in {before, None}


def test_a_recording_gives_the_right_digit(browser: Driven, server: str, three: Path) -> None:
    live(browser, server)
    click(browser, ".st-key-present-farsi label")
    wait_until(lambda: label(browser) != "5", "nothing is given")
    settled(browser)
    click(browser, ".st-key-upload-popover-speech-0 button")
    uploader = '[data-testid="stFileUploader"] input[type="file"]'
    wait_until(
        lambda: browser.run("(selector) => document.querySelector(selector) !== null", uploader), "it opened"
    )
    browser.choose_file(uploader, three)
    wait_until(lambda: label(browser) == "3", "the spoken three is read")


def test_the_site_of_one_file_opens_from_a_disk(browser: Driven, one_file: Path, three: Path) -> None:
    browser.go_to(one_file.as_uri())
    read, imagined = ".label .best-label", '.output[aria-label="Kannada digit"] figure:last-child canvas'
    wait_until(lambda: seen(browser, read) == "5", "the example is read")
    before = seen(browser, imagined)
    click(browser, '[aria-label="Clear: Farsi digit"]')
    start, *rest = places(browser, ".paper", *ONE)
    mouse(browser, *moves(start), DOWN, *moves(start, *rest))
    wait_until(lambda: seen(browser, read) == "1", "the stroke is read before it ends")
    mouse(browser, UP)
    assert seen(browser, imagined) != before
    click(browser, "#present-farsi")
    browser.choose_file("input[type=file]", three)
    wait_until(lambda: seen(browser, read) == "3", "the spoken three is read")
