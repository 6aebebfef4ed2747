"""The app as a person uses it: a real browser, a mouse, files and a microphone."""

import re
from pathlib import Path

import pytest

from mvae.ui.text import Inputs
from tests.browser.actions import (
    badge,
    canvas,
    draw,
    expect_change,
    expect_look,
    go_to,
    output,
    press,
    record,
    switch,
    upload,
    wait_until_idle,
)
from tests.browser.conftest import answered
from tests.voice import sound_file, voice

pytest.importorskip("playwright", reason="needs the package playwright")
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

SCRIPTS = ["farsi", "kannada"]


@pytest.fixture
def page(screen: Page, server: str) -> Page:
    """The app's first page, answered, on each screen."""
    return answered(screen, server)


@pytest.mark.parametrize("modality", SCRIPTS)
def test_draw_a_stroke(page: Page, modality: str) -> None:
    press(page, "clear", modality)
    expect(switch(page, modality)).to_have_text(re.compile("empty|missing"))
    other = output(page, "farsi" if modality == "kannada" else "kannada")
    draw(page, modality, (0.5, 0.1), (0.5, 0.9))
    expect(switch(page, modality)).to_contain_text("present")
    expect(badge(page, modality)).to_contain_text("given")
    before = other.get_attribute("src"), output(page, modality).get_attribute("src")
    draw(page, modality, (0.5, 0.1), (0.8, 0.3), (0.5, 0.5))
    expect_change(output(page, modality), before[1])
    expect_change(other, before[0])


@pytest.mark.parametrize("modality", SCRIPTS)
def test_a_canvas_has_a_name_and_no_toolbar(page: Page, modality: str) -> None:
    expect_named_and_bare(canvas(page, modality))
    press(page, "clear", modality)  # makes it anew
    expect(switch(page, modality)).to_have_text(re.compile("empty|missing"))
    expect_named_and_bare(canvas(page, modality))


def expect_named_and_bare(paper: Locator) -> None:
    expect(paper.get_by_role("group", name=Inputs.CANVAS)).to_have_count(1)
    expect(paper.locator(".dc-toolbar")).to_have_count(1)
    expect(paper.locator(".dc-toolbar:visible")).to_have_count(0)


def test_one_dot_is_a_drawing(page: Page) -> None:
    press(page, "clear", "farsi")
    expect(switch(page, "farsi")).to_contain_text("empty")
    draw(page, "farsi", (0.5, 0.5))
    expect(badge(page, "farsi")).to_contain_text("given")


def test_switch_a_modality_on_and_off(page: Page) -> None:
    expect(badge(page, "kannada")).to_contain_text("imagined")
    switch(page, "kannada").click()
    expect(badge(page, "kannada")).to_contain_text("given")
    switch(page, "farsi").click()
    expect(badge(page, "farsi")).to_contain_text("imagined")
    switch(page, "kannada").click()
    expect(page.get_by_text("All three modalities are missing")).to_be_visible()
    for script in SCRIPTS:
        wait_until_covered(page, script)


def wait_until_covered(page: Page, script: str) -> None:
    """Wait until the canvas says that its modality is missing."""
    covered = (
        f"getComputedStyle(document.querySelector('[class*=st-key-canvas-{script}]'), '::after').content"
    )
    page.wait_for_function(f"{covered} === '\"missing\"'")


def test_undo_and_clear(page: Page) -> None:
    paper = canvas(page, "farsi")
    first, first_output = paper.screenshot(), output(page, "farsi").get_attribute("src")
    draw(page, "farsi", (0.1, 0.9), (0.9, 0.9))
    expect_change(output(page, "farsi"), first_output)
    press(page, "undo", "farsi")
    expect(output(page, "farsi")).to_have_attribute("src", first_output or "")
    page.mouse.move(0, 0)
    expect_look(paper, first)
    press(page, "clear", "farsi")
    expect(badge(page, "farsi")).to_contain_text("missing")
    press(page, "undo", "farsi")
    expect(output(page, "farsi")).to_have_attribute("src", first_output or "")


def test_copy_a_digit_and_find_it_again_after_other_pages(page: Page) -> None:
    before = output(page, "kannada").get_attribute("src")
    page.locator(".st-key-example-kannada button").nth(4).click()
    expect_change(output(page, "kannada"), before)
    page.mouse.move(0, 0)
    paper = canvas(page, "kannada")
    drawn, result = paper.screenshot(), output(page, "kannada").get_attribute("src")
    go_to(page, "Training")
    go_to(page, "Draw & speak")
    expect(output(page, "kannada")).to_have_attribute("src", result or "")
    page.mouse.move(0, 0)
    assert paper.screenshot() == drawn
    draw(page, "kannada", (0.1, 0.1), (0.9, 0.1))
    expect_change(output(page, "kannada"), result)


def test_upload_a_sound(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "seven.wav"
    file.write_bytes(sound_file(voice()))
    upload(page, file)
    expect(badge(page, "speech")).to_contain_text("given")
    expect(page.get_by_text("The input: seven.wav")).to_be_visible()
    expect(page.locator(".st-key-output-speech img")).to_have_count(2)


def test_upload_a_text_named_wav(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "seven.wav"
    file.write_text("This is no sound at all.")
    upload(page, file)
    expect(page.get_by_text("This file cannot be read as sound")).to_be_visible()
    page.keyboard.press("Escape")
    switch(page, "kannada").click()
    expect(badge(page, "kannada")).to_contain_text("given")


def test_record(page: Page) -> None:
    record(page, 2500)
    expect(badge(page, "speech")).to_contain_text("given")
    expect(page.get_by_text("The input: your recording")).to_be_visible()


def test_a_persons_recording(page: Page) -> None:
    page.locator(".st-key-example-speech button").nth(2).click()
    expect(page.get_by_text("The input: Lucas says 2")).to_be_visible()
    expect(badge(page, "speech")).to_contain_text("given")


def test_imagine_again(page: Page) -> None:
    given, before = output(page, "farsi").get_attribute("src"), output(page, "kannada").get_attribute("src")
    page.get_by_role("button", name="Imagine again").click()
    expect_change(output(page, "kannada"), before)
    sample = output(page, "kannada").get_attribute("src")
    assert output(page, "farsi").get_attribute("src") == given
    page.get_by_role("radio", name="Mean").click()
    expect_change(output(page, "kannada"), sample)
    expect(page.locator(".st-key-output-kannada").get_by_text("imagined: mean")).to_be_visible()


def test_a_scribble_is_no_digit_and_nothing_moves(page: Page) -> None:
    place = page.locator(".st-key-output-farsi")
    before = place.bounding_box()
    zigzag = [(0.1 + 0.1 * step, 0.1 if step % 2 else 0.9) for step in range(9)]
    draw(page, "farsi", *zigzag)
    expect(page.get_by_text("This does not look like a Farsi digit.")).to_be_visible()
    expect(page.get_by_text("only a guess")).to_be_visible()
    assert place.bounding_box() == before


def test_listen(page: Page) -> None:
    page.get_by_role("button", name="Listen").click()
    player = page.locator(".st-key-output-speech audio")
    expect(player).to_be_visible()
    # It plays at once.
    page.wait_for_function("audio => audio.currentTime > 0.2", arg=player.element_handle())
    switch(page, "kannada").click()
    expect(page.get_by_role("button", name="Listen")).to_be_visible()  # another sound, not made yet
    expect(player).to_have_count(0)


def test_the_apps_scripts_come_compressed(page: Page) -> None:
    script = page.evaluate("() => [...document.scripts].find((script) => script.src).src")
    assert page.request.get(script).headers["content-encoding"] == "gzip"


def test_open_every_page_and_move_a_slider(page: Page) -> None:
    go_to(page, "All seven subsets")
    expect(page.get_by_role("table").get_by_role("img")).to_have_count(24)
    go_to(page, "Training")
    go_to(page, "Latent space")
    picture = page.get_by_test_id("stImage").first.locator("img")
    expect(picture).to_be_visible()
    before = picture.get_attribute("src")
    wait_until_idle(page)
    page.locator('input[type="range"]').first.focus()
    page.keyboard.press("End")
    expect_change(picture, before)
    wait_until_idle(page)


def test_canvases_are_seen_whole(page: Page) -> None:
    for modality in ("farsi", "kannada"):
        box = canvas(page, modality).bounding_box()
        assert box is not None
        assert box["width"] >= 220
        assert box["height"] >= 220
