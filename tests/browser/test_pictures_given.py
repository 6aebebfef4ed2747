"""A picture that is chosen, pasted or photographed becomes the card's input, and drawing takes its place."""

import base64
import io

import numpy as np
from PIL import Image
from playwright.sync_api import Page, expect

from mvae.modalities.strokes import render, template
from tests.browser.actions import canvas, switch
from tests.browser.conftest import answered

PASTE = """async (content) => {
  const answer = await fetch("data:image/png;base64," + content);
  const file = new File([await answer.blob()], "image.png", { type: "image/png" });
  const clipboardData = new DataTransfer();
  clipboardData.items.add(file);
  document.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""


def page_of(digit: int) -> bytes:
    file = io.BytesIO()
    scan = np.pad(255 - render(template("kannada", digit), size=200, pen_width=14), 8)
    Image.fromarray(scan).save(file, "PNG")
    return file.getvalue()


def test_choose_paste_and_draw(screen: Page, server: str) -> None:
    page = answered(screen, server)
    card = page.locator(".st-key-card-kannada")
    height = card.bounding_box()["height"]
    card.get_by_role("button", name="Picture").click()
    chooser = page.get_by_test_id("stPopoverBody").locator("input[type=file]")
    file = {"name": "three.png", "mimeType": "image/png", "buffer": page_of(3)}
    chooser.set_input_files(file)
    given = card.get_by_role("img", name="The picture from three.png", exact=False)
    expect(given).to_be_attached()
    expect(card.get_by_text("Kannada digit: present")).to_be_visible()
    assert card.bounding_box()["height"] == height

    card.hover()
    page.evaluate(PASTE, base64.b64encode(page_of(2)).decode())
    expect(card.get_by_role("img", name="The picture from the clipboard", exact=False)).to_be_attached()
    card.get_by_role("button", name="Undo").click()
    expect(given).to_be_attached()

    switch(page, "kannada").click()
    expect(card.get_by_text("Kannada digit: missing")).to_be_visible()
    photo = canvas(page, "kannada")
    assert photo.evaluate("(it) => getComputedStyle(it, '::before').opacity") == "0.3", "it looks missing"
    switch(page, "kannada").click()
    expect(card.get_by_text("Kannada digit: present")).to_be_visible()

    box = card.locator('[class*="st-key-canvas-kannada"] canvas').last.bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 150, steps=5)
    page.mouse.up()
    expect(given).not_to_be_attached()
    assert card.bounding_box()["height"] == height
