"""What is downloaded is what is on the screen."""

import csv
import io
import json

import numpy as np
import pytest
import soundfile
from PIL import Image

from tests.browser.actions import go_to, menu, wait_until_idle

pytest.importorskip("playwright", reason="needs the package playwright")
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def saved(page: Page, name: str) -> bytes:
    """Press a button of the menu Download, or all that begin so: the first; return the file."""
    opened = menu(page, "Download")
    button = opened.get_by_role("button", name=name).first
    expect(button).to_be_visible()
    with page.expect_download() as download:
        button.click()
    content = download.value.path().read_bytes()
    page.keyboard.press("Escape")
    expect(opened).to_have_count(0)
    return content


def picture(page: Page, name: str) -> Image.Image:
    return Image.open(io.BytesIO(saved(page, f"Save as PNG: {name}"))).convert("RGB")


def is_drawn(image: Image.Image) -> bool:
    """Whether there is a background, of the page's colour at the corners, and something on it."""
    pixels = np.asarray(image)
    background = pixels[0, 0]
    share = (np.abs(pixels.astype(int) - background).sum(2) > 60).mean()
    return bool((pixels[-1, -1] == background).all() and 0.002 < share < 0.5)


def test_the_result_follows_what_is_imagined_again(page: Page) -> None:
    first = json.loads(saved(page, "Result as JSON"))
    page.get_by_role("button", name="Imagine again").click()
    page.wait_for_function("location.search.includes('seed=1')")
    again = json.loads(saved(page, "Result as JSON"))
    assert (first["seed"], again["seed"]) == (0, 1)
    assert first["outputs"]["kannada"] != again["outputs"]["kannada"]
    page.get_by_role("radio", name="Mean").click()
    page.wait_for_function("location.search.includes('imagine=mean')")
    assert json.loads(saved(page, "Result as JSON"))["seed"] is None
    sound, rate = soundfile.read(io.BytesIO(saved(page, "Speech as WAV")))
    assert rate == 8000
    assert np.abs(sound).max() > 0.05
    assert saved(page, "Handout as PDF, A4").startswith(b"%PDF")


def test_what_was_drawn_can_be_saved(page: Page) -> None:
    drawn = picture(page, "Drawing area")
    assert is_drawn(drawn)
    both = menu(page, "Download").get_by_role("button", name="Save as PNG: Drawing area")
    expect(both).to_have_count(2)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("experts", "Ellipses in a plane"),
        ("experts?experts=bench", "Densities"),
        ("training", "Line chart of the loss"),
        ("training?training=replay", "Loss"),
        ("how_it_works", "Graphical model"),
    ],
)
def test_charts_and_drawings_are_saved_as_they_look(
    screen: Page, server: str, address: str, name: str
) -> None:
    screen.goto(f"{server}/{address}")
    image = picture(screen, name)
    page_colour = screen.evaluate(
        "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
    )
    assert f"rgb{image.getpixel((0, 0))}" == page_colour
    assert is_drawn(image)


def test_pictures_of_a_canvas_within_a_component_are_saved(page: Page, server: str) -> None:
    page.goto(f"{server}/training?training=replay")
    strips = picture(page, "Epoch")
    assert strips.width == 1200
    assert np.asarray(strips).std() > 20


def test_a_moved_slider_of_the_latent_changes_its_numbers(page: Page) -> None:
    go_to(page, "Latent space")
    before = json.loads(saved(page, "Result as JSON"))
    page.locator('input[type="range"]').first.focus()
    page.keyboard.press("End")
    page.wait_for_function("location.search.includes('moved=')")
    wait_until_idle(page)
    after = json.loads(saved(page, "Result as JSON"))
    (latent,), (moved,) = before["latents"], after["latents"]
    assert sum(a != b for a, b in zip(latent, moved, strict=True)) == 1
    table = list(csv.DictReader(io.StringIO(saved(page, "Result as CSV").decode())))
    assert [int(row["label"]) for row in table] == [row["label"] for row in after["table"]]
