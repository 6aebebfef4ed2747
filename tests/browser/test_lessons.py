"""Links, lessons, downloads, and people who must not meet: in a real browser."""

import io
import json
import re
import wave
from collections.abc import Iterator
from hashlib import sha256

import pytest

from tests.browser.line import asked

pytest.importorskip("playwright", reason="needs the package playwright")
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Download, Page, expect

from mvae.lessons.files import SHIPPED, read_lessons
from mvae.ui.lessons.text import Lessons
from mvae.ui.state.hideable import hideable
from mvae.ui.text import Common
from tests.browser.actions import (
    badge,
    canvas,
    draw,
    expect_address,
    expect_change,
    go_to,
    menu,
    output,
    press,
    switch,
    wait_until_idle,
)

pytestmark = pytest.mark.browser
LESSONS = read_lessons(SHIPPED, hideable())


@pytest.fixture
def elsewhere(chromium: BrowserContext) -> Iterator[BrowserContext]:
    """Another person's browser."""
    browser = chromium.browser
    assert isinstance(browser, Browser)
    context = browser.new_context(viewport={"width": 820, "height": 1180})
    yield context
    context.close()


def fingerprint(page: Page, modality: str) -> str:
    """A short name for an output's picture."""
    return sha256((output(page, modality).get_attribute("src") or "").encode()).hexdigest()[:12]


def label(page: Page) -> str:
    return page.locator('.st-key-label [data-testid="stMetricValue"]').inner_text()


def test_a_copied_link_shows_the_same_screen_to_another_person(page: Page, elsewhere: BrowserContext) -> None:
    page.locator(".st-key-example-kannada button").nth(5).click()
    expect(badge(page, "kannada")).to_contain_text("given")
    press(page, "clear", "farsi")
    draw(page, "farsi", (0.5, 0.15), (0.45, 0.5), (0.5, 0.85))
    expect_address(page, "farsi=~")
    expect_address(page, "kannada=5")
    wait_until_idle(page)
    page.get_by_role("button", name="Imagine again").click()
    expect_address(page, "seed=1")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name=Common.COPY_LINK).click()
    expect(page.get_by_role("button", name=Common.COPIED)).to_be_visible()
    address = page.evaluate("navigator.clipboard.readText()")
    assert address == page.url
    asked(page)
    other = elsewhere.new_page()
    other.goto(address)
    for modality in ("farsi", "kannada", "speech"):
        expect(output(other, modality)).to_be_visible()
        wait_until_idle(other)
        assert fingerprint(other, modality) == fingerprint(page, modality)
    assert label(other) == label(page)
    assert other.url == address


def test_a_tampered_link_gives_defaults_and_a_sentence(page: Page, server: str) -> None:
    page.goto(f"{server}/?farsi=~AAAA&seed=-1&on=farsi,smell&model=../../etc&hello=1")
    sentence = page.get_by_test_id("stAlert")
    expect(sentence).to_contain_text("not understood")
    for name in ("hello", "model", "farsi", "on", "seed"):
        expect(sentence).to_contain_text(name)
    expect(badge(page, "farsi")).to_contain_text("given")
    assert label(page) == "5"
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_a_guided_lesson_hides_controls_on_every_page(page: Page, server: str) -> None:
    page.goto(f"{server}/?hide=model,shares,download")
    expect(page.locator(".st-key-label")).to_be_visible()
    for place in (".st-key-shares", ".st-key-checkpoint_picker", ".st-key-download"):
        expect(page.locator(place)).to_be_hidden()
    go_to(page, "All seven subsets")
    expect(page.locator(".st-key-checkpoint_picker")).to_be_hidden()
    expect_address(page, "hide=model,shares,download")


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("?ways=yes", hideable().keys() - {"tabs", "settings", "training"}),
        ("latent_space?tab=line", {"tabs", "listen", "settings"}),
        ("training?training=studies", {"tabs", "training"}),
        ("how_it_works?", {"switches"}),
    ],
)
def test_all_that_a_lesson_may_hide_is_there_and_can_be_hidden(
    page: Page, server: str, address: str, names: set[str]
) -> None:
    page.goto(f"{server}/{address}")
    for name in names:
        expect(page.locator(hideable()[name]).filter(visible=True).first, name).to_be_visible()
    wait_until_idle(page)
    page.goto(f"{server}/{address}&hide={','.join(hideable())}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    wait_until_idle(page)
    for name, selector in hideable().items():
        expect(page.locator(selector).filter(visible=True), name).to_have_count(0)


def test_a_row_is_no_button_where_the_switches_are_hidden(page: Page, server: str) -> None:
    page.goto(f"{server}/all_subsets?hide=switches")
    expect(page.get_by_role("rowheader", name="Farsi + Kannada", exact=True)).to_be_visible()
    expect(page.locator("button[data-choice]")).to_have_count(0)


def test_a_student_walks_each_lesson(page: Page, server: str) -> None:
    """Right and wrong answers in turn; what is to be predicted is out of sight before, and seen after."""
    menu(page, Lessons.BUTTON).get_by_role("link", name=LESSONS[0].title).click()
    for lesson in LESSONS:
        for number, step in enumerate(lesson.steps, 1):
            panel = page.locator(".st-key-lesson-panel")
            expect(panel).to_contain_text(Lessons.WHERE.format(title=lesson.title, number=number, steps=4))
            expect(panel.get_by_text(step.question)).to_be_visible()
            assert page.url.partition("?")[0].rpartition("/")[2] == lesson.situation(number).page
            expect(panel.get_by_text(Lessons.HIDDEN)).to_have_count(int(bool(step.hides)))
            choice = (number + len(lesson.name)) % len(step.choices)
            panel.locator(f".st-key-lesson-choice-{choice} button").click()
            verdict = panel.locator('[data-testid="stAlert"]')
            expect(verdict).to_have_count(1 if choice == step.right else 2)
            expect(panel.get_by_text(Lessons.HIDDEN)).to_have_count(0)
            expect_address(page, f"lesson={lesson.name}.{number}")
            expect(page.get_by_test_id("stException")).to_have_count(0)
            if lesson is LESSONS[-1] and number == len(lesson.steps):
                return
            panel.get_by_text(re.compile("^Next ")).click()


def test_what_is_predicted_is_out_of_sight_before(page: Page, server: str) -> None:
    page.goto(f"{server}/?farsi=5&lesson=missing.1")
    expect(page.locator(".st-key-lesson-panel")).to_be_visible()
    wait_until_idle(page)
    hidden = (".st-key-label", ".st-key-output-kannada", ".st-key-output-kannada img")
    for place in hidden:
        expect(page.locator(place).first).to_be_hidden()
    # The panel covers nothing: the page ends where it begins.
    panel, rest = (
        page.locator(each).bounding_box() for each in (".st-key-lesson-panel", '[data-testid="stMain"]')
    )
    assert panel is not None
    assert rest is not None
    assert rest["y"] + rest["height"] <= panel["y"] + 1
    page.locator(".st-key-lesson-choice-2 button").click()
    for place in hidden:
        expect(page.locator(place).first).to_be_visible()
    page.get_by_role("button", name=Lessons.FOLD).click()
    expect(page.locator(".st-key-lesson-answer")).to_have_count(0)
    page.get_by_role("button", name=Lessons.CLOSE).click()
    expect(page.locator(".st-key-lesson-folded")).to_have_count(0)
    expect_address(page, "answers=missing.c")


def test_two_people_never_see_each_others_input(page: Page, elsewhere: BrowserContext, server: str) -> None:
    other = elsewhere.new_page()
    other.goto(server)
    expect(badge(other, "farsi")).to_contain_text("given")
    before = [fingerprint(other, modality) for modality in ("farsi", "kannada")]
    press(page, "clear", "farsi")
    draw(page, "farsi", (0.2, 0.2), (0.8, 0.8))
    expect_address(page, "farsi=~")
    switch(other, "speech").click()  # a run of the other session, after this one has drawn
    asked(other)
    assert [fingerprint(other, modality) for modality in ("farsi", "kannada")] == before
    assert "farsi=" not in other.url


def test_eight_ways_show_how_sure_the_model_is(page: Page) -> None:
    page.locator(".st-key-ways-toggle label").click()
    strip = page.locator(".st-key-ways-kannada img")
    expect(strip).to_be_visible()
    expect(page.locator(".st-key-ways-farsi")).to_contain_text("nothing to imagine")
    before = strip.get_attribute("src")
    wait_until_idle(page)
    page.get_by_role("button", name="Imagine again").click()
    expect_change(strip, before)
    expect_address(page, "ways=yes")


def test_a_guide_to_trace_over_is_no_part_of_the_input(page: Page) -> None:
    opened = page.locator(".st-key-guide-farsi-popover button").first
    opened.click()
    page.get_by_test_id("stPopoverBody").locator("button").nth(3).click()
    expect_address(page, "trace-farsi=3")
    expect(badge(page, "farsi")).to_contain_text("missing")
    background = canvas(page, "farsi").evaluate("each => getComputedStyle(each, '::before').backgroundImage")
    assert background.startswith('url("data:image/png')
    page.keyboard.press("Escape")


def test_a_row_of_the_subsets_becomes_the_switches(page: Page) -> None:
    go_to(page, "All seven subsets")
    row = page.get_by_role("button", name="Farsi + Kannada", exact=True)
    wait_until_idle(page)
    row.click()
    expect(page.locator('[data-choice="farsi+kannada"]')).to_have_attribute("aria-pressed", "true")
    wait_until_idle(page)
    page.locator('[data-choice="kannada"]').focus()
    page.keyboard.press("Enter")
    expect(page.locator('[data-choice="kannada"]')).to_have_attribute("aria-pressed", "true")
    go_to(page, "Draw & speak")
    expect(badge(page, "kannada")).to_contain_text("given")
    expect(badge(page, "farsi")).to_contain_text("imagined")


def test_everything_can_be_taken_home(page: Page) -> None:
    opened = menu(page, "Download")

    def taken(button: str) -> tuple[Download, bytes]:
        with page.expect_download() as download:
            opened.get_by_role("button", name=re.compile(button)).first.click()
        return download.value, download.value.path().read_bytes()

    download, content = taken("Handout as PDF, Letter")
    assert download.suggested_filename == "handout-letter.pdf"
    assert content.startswith(b"%PDF")
    result = json.loads(taken("JSON")[1])
    assert result["given"] == ["farsi"]
    assert str(result["label"]) == label(page)
    assert taken("CSV")[1].decode().startswith("quantity,name,value")
    with wave.open(io.BytesIO(taken("WAV")[1])) as sound:
        assert sound.getnframes() > 2000
    download, content = taken("Kannada digit, imagined")
    assert re.fullmatch(
        rf"draw-speak-{label(page)}-kannada-digit-imagined.*\.png", download.suggested_filename
    )
    picture = Image.open(io.BytesIO(content))
    assert picture.format == "PNG"
