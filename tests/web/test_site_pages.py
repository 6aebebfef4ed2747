"""A site's pages in a real Chromium: from a plain server's sub-path, without a network, from one file."""

import base64
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("playwright", reason="needs the package playwright")
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Playwright, expect
from voice import sound_file

from benchmarks.app import CHROMIUM, FLAGS
from mvae.checkpoint.latent_map import load_map
from mvae.checkpoint.place import find_checkpoint
from mvae.inference.completion import Completion
from mvae.inference.latent import straight_line
from mvae.inference.pipeline import Pipeline
from mvae.inference.quarrel import judge_quarrel
from mvae.modalities.sound import SAMPLE_RATE, mfcc, waveform_of
from mvae.modalities.strokes import render, template
from mvae.ui.glossary.text import WORDS, Poster
from mvae.ui.site import of_app
from mvae.ui.views.colours import looks
from mvae.ui.views.quarrel import quarrel_words
from mvae.ui.views.samples import sample_grid, sample_image
from mvae.web.site.content import site_content
from mvae.web.site.folder import write_folder
from mvae.web.site.single import write_single
from tests.browser.actions import wait_until
from tests.web.parity import NEAR

pytestmark = pytest.mark.browser

AXE = (Path(__file__).parents[1] / "browser" / "vendor" / "axe.min.js").read_text(encoding="utf-8")
SERIOUS = """async () => (await axe.run()).violations
  .filter(({ impact }) => ["serious", "critical"].includes(impact))
  .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)"""
PIXELS = "(canvas) => canvas.toDataURL()"
READY = "Saved in this browser: the site now works without a network, too."
PATH = "a/b/site"
ELSEWHERE = "elsewhere.test"  # a name of this machine that browsers do not trust as they do localhost


class Handler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served(root: Path) -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(root))) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, checkpoints: dict[str, Path]) -> Path:
    """Sites of conv, as a folder and as one file, and of wine."""
    root = tmp_path_factory.mktemp("sites")
    conv, wine = (site_content(checkpoints[name], of_app) for name in ("conv", "wine"))
    write_folder(root / PATH, conv)
    write_single(root / "one.html", conv)
    write_folder(root / "wine", wine)
    write_single(root / "wine.html", wine)
    return root


@pytest.fixture(scope="module")
def address(written: Path) -> Iterator[str]:
    with served(written) as server:
        yield f"http://127.0.0.1:{server.server_port}"


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    mapped = f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1"
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, mapped])
    yield browser
    browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(30_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page in which nothing may fail, and which asks nobody else."""
    page, wrong, asked = context.new_page(), [], []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: said.type == "error" and wrong.append(said.text))
    context.on("request", lambda request: asked.append(request.url))
    yield page
    assert wrong == []
    home = page.url.split("#")[0].removesuffix("index.html")
    assert [url for url in asked if not url.startswith((home, "data:"))] == []


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    expect(page.locator(".best-label").first).to_have_text(re.compile("[^–]"), timeout=30_000)
    return page


def shown(page: Page, of: str) -> np.ndarray:
    """The picture that the model makes of a modality, on the page Draw & speak: (height, width, 3)."""
    return pixels(page.get_by_role("region", name=of, exact=True).locator("figure:last-child canvas"))


def pixels(canvas: Locator) -> np.ndarray:
    content = base64.b64decode(canvas.evaluate(PIXELS).split(",")[1])
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB")).astype(int)


def read(pipe: Pipeline, out: Completion) -> str:
    """The label, as a guess where an input is unlike any known."""
    return pipe.classes[out.label] + "?" * any(score > 1 for score in pipe.unfamiliarity(out).values())


def same_as(page: Page, pipe: Pipeline, out: Completion) -> None:
    """The page shows what the pipeline says: the label, its probability, the shares, and all pictures."""
    best = f"{out.label_probs[out.label]:.1%}"
    expect(page.locator(".label .best span").last).to_have_text(best)
    expect(page.locator(".best-label").first).to_have_text(read(pipe, out))
    for name, share in out.expert_shares.items():
        expect(page.locator(f".shares .{name} span").last).to_have_text(f"{share:.1%}")
    for modality in pipe.model.config.modalities:
        picture = sample_image(
            modality, out[modality.name], pipe.description.standardisation, cell=(10, 5)
        ).convert("RGB")
        expect_picture(page, modality.title, np.asarray(picture).astype(int))


def expect_picture(page: Page, title: str, expected: np.ndarray) -> None:
    """A modality's output is soon a picture, up to values at the border of two colours."""
    wait_until(page, lambda: np.abs(shown(page, title) - expected).max() <= 4, f"{title} is as expected")


@pytest.fixture(scope="module")
def pipe() -> Pipeline:
    return Pipeline("conv")


def drawn(page: Page, name: str, points: list[tuple[int, int]]) -> np.ndarray:
    """Draw a stroke with the mouse on an empty canvas; returns the ink, as Python renders it."""
    card = page.get_by_role("region", name=name).first
    clear = card.get_by_role("button", name=f"Clear: {name}")
    if clear.is_enabled():
        clear.click()
    canvas = card.get_by_role("img", name=f"Drawing area for {name}")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + points[0][0], box["y"] + points[0][1])
    page.mouse.down()
    for x, y in points[1:]:
        page.mouse.move(box["x"] + x, box["y"] + y)
    page.mouse.up()
    return render([[(x / box["width"], y / box["height"]) for x, y in points]])


SEVEN = [(60, 40), (75, 90), (90, 130), (105, 180), (120, 130), (140, 85), (160, 40)]
SCRIBBLE = [(20, 20), (200, 200), (200, 20), (20, 200), (20, 20)]


def test_a_stroke_is_completed_as_the_pipeline_does(page: Page, address: str, pipe: Pipeline) -> None:
    opened(page, f"{address}/{PATH}/")
    inputs = pipe.prepare(farsi=drawn(page, "Farsi digit", SEVEN))
    same_as(page, pipe, pipe.complete(inputs, [("farsi",)], seed=0)[0])
    page.get_by_role("button", name="Imagine again").click()
    same_as(page, pipe, pipe.complete(inputs, [("farsi",)], seed=1)[0])
    page.get_by_text("Mean", exact=True).click()
    same_as(page, pipe, pipe.complete(inputs, [("farsi",)])[0])


def test_outputs_change_while_the_pen_moves(page: Page, address: str) -> None:
    opened(page, f"{address}/{PATH}/")
    drawn(page, "Farsi digit", SEVEN[:2])
    box = page.get_by_role("img", name="Drawing area for Farsi digit").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    seen = []
    for x, y in SEVEN:
        page.mouse.move(box["x"] + x, box["y"] + y)
        page.wait_for_timeout(100)
        seen.append(shown(page, "Kannada digit").tobytes())
    assert len(set(seen)) >= 4  # and the button is still down
    page.mouse.up()


def test_the_keyboard_gives_examples_switches_and_takes_back(
    page: Page, address: str, pipe: Pipeline
) -> None:
    opened(page, f"{address}/{PATH}/")
    page.get_by_role("button", name="Kannada digit: example of 3").press("Enter")
    farsi, kannada = (pipe.prepare(**{name: render(template(name, digit))}) for name, digit in
                      (("farsi", 5), ("kannada", 3)))  # fmt: skip
    (both,) = pipe.complete(farsi | kannada, [("farsi", "kannada")], seed=0)
    same_as(page, pipe, both)
    quarrel = judge_quarrel(pipe, both)
    said = quarrel_words(quarrel, {"farsi": "Farsi", "kannada": "Kannada", "speech": "Speech"}, pipe.classes)
    assert said.startswith("They disagree: Farsi says 5, Kannada says 3.")
    expect(page.locator(".draw .quarrel")).to_have_text(said)
    expect(page.locator('.alone[data-name="kannada"]')).to_have_text(re.compile("^Alone, it is read as 3, 9"))
    page.get_by_role("switch", name="Farsi digit: present").press("Space")
    same_as(page, pipe, pipe.complete(kannada, [("kannada",)], seed=0)[0])
    page.get_by_role("switch", name="Kannada digit: present").press("Space")
    expect(page.get_by_text("Everything is missing")).to_be_visible()
    page.get_by_role("button", name="Undo: Kannada digit").press("Enter")
    expect(page.get_by_role("switch", name="Kannada digit: present")).to_be_checked()
    expect(page.locator(".best-label").first).to_have_text("5")


def test_a_scribble_is_only_a_guess(page: Page, address: str, pipe: Pipeline) -> None:
    opened(page, f"{address}/{PATH}/")
    guess = page.locator(".badge.guess")
    expect(guess).to_be_hidden()
    inputs = pipe.prepare(farsi=drawn(page, "Farsi digit", SCRIBBLE))
    expect(guess).to_be_visible()
    expect(guess).to_have_text("only a guess")
    expect(page.get_by_text("This does not look like a Farsi digit.")).to_be_visible()
    (out,) = pipe.complete(inputs, [("farsi",)], seed=0)
    assert read(pipe, out) == f"{pipe.classes[out.label]}?"
    same_as(page, pipe, out)
    for _ in range(2):
        page.get_by_role("button", name="Undo: Farsi digit").click()
    expect(guess).to_be_hidden()
    expect(page.locator(".best-label").first).to_have_text("5")


def test_eight_ways_are_the_pipelines(page: Page, address: str, pipe: Pipeline) -> None:
    opened(page, f"{address}/{PATH}/")
    page.get_by_role("button", name="Imagine again").click()
    page.get_by_role("switch", name="Show 8 ways").click()
    outs = pipe.imagine(pipe.prepare(farsi=render(template("farsi", 5))), range(8, 16))
    labels = ", ".join(str(out.label) for out in outs)
    ways = page.get_by_role(
        "img", name=f"imagined in eight ways from the same inputs; the label decoder reads {labels}"
    )
    expect(ways).to_have_count(2)  # of what is missing
    tiles = pixels(ways.first)
    for place, out in enumerate(outs):
        expected = np.asarray(
            sample_image(pipe.model.config.modalities[1], out["kannada"], {}, scale=3).convert("RGB")
        )
        height, width, _ = expected.shape
        top, left = (place // 4) * (height + 6) + 3, (place % 4) * (width + 6) + 3
        assert np.abs(tiles[top : top + height, left : left + width] - expected.astype(int)).max() <= 4
    page.get_by_role("switch", name="Farsi digit: present").click()
    expect(ways).to_have_count(0)
    expect(page.get_by_role("switch", name="Show 8 ways")).to_be_disabled()


def test_a_digit_is_traced_and_the_model_does_not_see_it(page: Page, address: str, pipe: Pipeline) -> None:
    opened(page, f"{address}/{PATH}/")
    page.locator("#trace-farsi").select_option("4")
    expect(page.locator(".guide polyline")).to_be_visible()
    expect(page.get_by_text("Everything is missing")).to_be_visible()  # the canvas was cleared
    inputs = pipe.prepare(farsi=drawn(page, "Farsi digit", SEVEN))
    same_as(page, pipe, pipe.complete(inputs, [("farsi",)], seed=0)[0])
    expect(page.locator(".guide polyline")).to_be_visible()
    page.locator("#trace-farsi").select_option("")
    expect(page.locator(".guide polyline")).to_have_count(0)
    same_as(page, pipe, pipe.complete(inputs, [("farsi",)], seed=0)[0])


def test_a_sound_is_read_heard_and_refused(page: Page, address: str, pipe: Pipeline) -> None:
    opened(page, f"{address}/{PATH}/")
    page.get_by_role("switch", name="Farsi digit: present").click()
    (three,) = pipe.complete(pipe.prepare(farsi=render(template("farsi", 3))), [("farsi",)])
    waveform = waveform_of(three["speech"])
    chosen = page.locator("input[type=file]")
    wav = {"name": "<i>three</i>.wav", "mimeType": "audio/wav", "buffer": sound_file(waveform, SAMPLE_RATE)}
    chosen.set_input_files(wav)
    out = pipe.complete({"speech": mfcc(waveform, SAMPLE_RATE)}, [("speech",)], seed=0)[0]
    expect(page.get_by_text("The input: <i>three</i>.wav")).to_be_visible()
    expect(page.locator(".best-label").first).to_have_text(str(out.label))
    silence = {"name": "s.wav", "mimeType": "audio/wav", "buffer": sound_file(np.zeros(8000), SAMPLE_RATE)}
    chosen.set_input_files(silence)
    expect(page.locator(".complaint", has_text="The sound from before is kept.")).to_be_visible()
    chosen.set_input_files({"name": "s.ogg", "mimeType": "audio/ogg", "buffer": b"no sound"})
    expect(page.get_by_text("This file is no sound that the browser can read.")).to_be_visible()
    page.get_by_role("region", name="Spoken digit").last.get_by_role("button", name="Listen").click()
    player = page.get_by_role("region", name="Spoken digit").last.locator("audio")
    expect(player).to_be_visible()
    assert len(player.get_attribute("src") or "") > 10_000


def test_all_subsets_have_a_row_each(page: Page, address: str, pipe: Pipeline) -> None:
    opened(page, f"{address}/{PATH}/")
    page.get_by_role("link", name="All subsets").click()
    page.get_by_role("button", name="Spoken digit: let the model imagine 7").click()
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(8)
    drawings = pipe.prepare(**{name: render(template(name, 7)) for name in ("farsi", "kannada")})
    voice = pipe.complete(drawings, [("farsi", "kannada")])[0]["speech"]
    inputs = {**drawings, "speech": voice}
    outs = pipe.complete(inputs, seed=0)
    elbos = pipe.elbo(inputs, outs)
    for row, out, elbo in zip(rows.all()[1:], outs, elbos, strict=True):
        expect(row.locator("td").last).to_have_text(f"{out.kl:.1f}")
        expect(row.locator("td small").first).to_have_text(f"{out.label_probs[out.label]:.1%}")
        highest = "highest" if elbo == max(elbos) else ""
        expect(row.locator("td").nth(-2)).to_have_text(f"{elbo:,.1f}{highest}".replace("-", "−"))
    rows.nth(6).get_by_role("button", name="Kannada + Speech").click()
    page.get_by_role("link", name="Draw & speak").click()
    expect(page.get_by_role("switch", name="Farsi digit: missing")).not_to_be_checked()
    expect(page.get_by_role("switch", name="Spoken digit: present")).to_be_checked()


def test_a_slider_moves_the_pictures_and_a_range_the_grid(page: Page, address: str, pipe: Pipeline) -> None:
    opened(page, f"{address}/{PATH}/#latent")
    canvas = page.locator(".figures canvas").first
    expect(canvas).to_have_attribute(
        "aria-label", "Farsi digit decoded from this latent; the label decoder reads 7."
    )
    before = pixels(canvas)
    slider = page.locator(".sliders input").first
    slider.press("End")
    wait_until(page, lambda: np.abs(pixels(canvas) - before).max() > 20, "the picture follows the slider")
    page.get_by_role("button", name="Reset").click()
    wait_until(page, lambda: np.abs(pixels(canvas) - before).max() == 0, "the picture is as it was")

    page.get_by_label("Start from").select_option("3")
    page.get_by_text("Walk along one dimension").click()
    page.locator("#dimension").select_option("22")
    page.get_by_text("±10", exact=True).click()
    for end, key in zip(page.locator(".settings input[type=range]").all(), ("Home", "End"), strict=True):
        end.press(key)
    drawings = pipe.prepare(**{name: render(template(name, 3)) for name in ("farsi", "kannada")})
    z = np.repeat(pipe.complete(drawings, [("farsi", "kannada")])[0].mean[None], 100, axis=0)
    z[:, 22] = np.linspace(-10, 10, 100)
    labels = pipe.decode(z).label
    met = [str(label) for place, label in enumerate(labels) if not place or label != labels[place - 1]]
    expect(page.get_by_text(f"Labels met along the way: {' → '.join(met)}")).to_be_visible()
    out = pipe.decode(z)
    rows = [f"{value:g}" for value in np.linspace(-10, 10, 100, dtype=np.float32)[::10]]
    expected = sample_grid(
        pipe.model.config.modalities[0], out["farsi"], pipe.description.standardisation,
        [str(label) for label in labels], columns=10, row_labels=rows,
    )  # fmt: skip
    grid, theirs = pixels(page.locator(".grids canvas").first), np.asarray(expected.convert("RGB"))
    assert grid.shape[:2] == theirs.shape[:2]
    assert np.abs(grid[..., :3] - theirs.astype(int)).max() <= 4


def test_a_line_leads_to_another_digit(page: Page, address: str, pipe: Pipeline) -> None:
    opened(page, f"{address}/{PATH}/#latent")
    page.get_by_text("Interpolate", exact=True).click()
    page.locator("#end").select_option("4")
    page.get_by_role("slider", name="Steps").press("Home")
    ends = [
        pipe.complete(pipe.prepare(**{name: render(template(name, digit)) for name in names}), [names])[
            0
        ].mean
        for digit, names in ((5, ("farsi",)), (4, ("farsi", "kannada")))
    ]
    out = pipe.decode(straight_line(*ends, 3))
    labels = page.locator(".film tr").last.locator("td")
    expect(labels).to_have_text([str(label) for label in out.label])
    expect(page.get_by_role("button", name="3", exact=True)).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="1", exact=True).click()
    expect(page.locator(".line-step .best-label")).to_have_text("5")
    expect(page.get_by_text("from the current input to a drawn 4")).to_be_visible()
    seen = pixels(page.get_by_role("img", name="Kannada digit at step 3; the label decoder reads 4."))
    expected = sample_image(pipe.model.config.modalities[1], out["kannada"][2], {}, scale=3).convert("RGB")
    assert np.abs(seen - np.asarray(expected).astype(int)).max() <= 4


def test_what_is_under_the_pointer_on_the_map_is_decoded(page: Page, address: str, pipe: Pipeline) -> None:
    there = load_map(find_checkpoint("conv"))
    assert there is not None
    opened(page, f"{address}/{PATH}/#latent")
    page.get_by_text("Map", exact=True).click()
    area = page.get_by_role("application")
    home = there.place_of(
        pipe.complete(pipe.prepare(farsi=render(template("farsi", 5))), [("farsi",)])[0].mean
    )
    expect(area).to_have_attribute(
        "aria-label", re.compile(f"Ring: the current input. Cross, {home[0]:.0%} from the")
    )
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    assert box is not None
    for label, place in there.landmarks().items():
        x, y = map(float, place)
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        expect(page.locator(".decoded .best-label")).to_have_text(str(label))
    page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.move(5, 5)
    out = pipe.decode(there.latent_at(np.array([0.5, 0.5]))[None])
    expect(area).to_have_attribute("aria-label", re.compile(f"Cross, 50% from .* decoded as {out.label[0]}"))
    expected = sample_image(pipe.model.config.modalities[0], out["farsi"][0], {}, scale=6).convert("RGB")
    assert np.abs(pixels(page.locator(".figures canvas").first) - np.asarray(expected).astype(int)).max() <= 4
    area.press("Shift+ArrowRight")
    expect(area).to_have_attribute("aria-label", re.compile("Cross, 55% from the left"))
    page.get_by_text("3", exact=True).click()
    expect(page.locator(".decoded .best-label")).to_have_text("3")
    page.get_by_role("button", name="Go to the start").click()
    expect(page.locator(".decoded .best-label")).to_have_text("5")


def test_words_are_explained_and_the_poster_is_cited(page: Page, address: str) -> None:
    opened(page, f"{address}/{PATH}/")
    page.locator('.shares a[href="#word-precision"]').click()
    card = page.get_by_role("tooltip")
    expect(card).to_contain_text(WORDS["precision"].sentence)
    expect(card.locator("svg")).to_be_visible()
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    expect(page.locator("footer")).to_contain_text(WORDS["poster"].sentence)
    expect(page.get_by_role("link", name=Poster.ADDRESS)).to_have_attribute("href", Poster.ADDRESS)
    farsi = looks(["farsi"])["farsi"]
    expect(page.locator(".card.input").first.locator(".sign")).to_have_text(farsi.sign)
    assert (
        page.locator(".card.input").first.evaluate("each => each.style.getPropertyValue('--colour')")
        == farsi.colour
    )


def test_a_lesson_asks_before_it_shows(page: Page, address: str) -> None:
    opened(page, f"{address}/{PATH}/")
    page.get_by_role("link", name="Lessons").click()
    page.get_by_role("link", name="Two weak hints make one strong one").click()
    panel, label = page.locator("aside.lesson"), page.locator(".beside .best-label")
    expect(panel).to_contain_text("step 1 of 4")
    expect(page.locator("main")).to_have_css("visibility", "hidden")
    panel.get_by_role("link", name="9, for it was a 9.").click()
    expect(panel).to_contain_text("Not so: 9, for it was a 9.")
    expect(panel).to_contain_text("Right is: 6.")
    expect(label).to_have_text(re.compile("^6"))
    for answer, read in (("0.", "0"), ("9.", "9")):
        panel.get_by_role("link", name="Next step").click()
        panel.get_by_role("link", name=answer, exact=True).click()
        expect(panel).to_contain_text(f"Right: {answer}")
        expect(label).to_have_text(re.compile(f"^{read}"))  # perhaps with a question mark: it is half a digit
    panel.get_by_role("link", name="Next step").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("All subsets")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(4)
    for row, read in zip(rows.all()[1:], ("6", "0", "9"), strict=True):
        expect(row.locator("td").nth(-3)).to_contain_text(read)
    page.evaluate("location.hash = 'latent?lesson=between.1.b'")
    labels = page.locator(".film tr").last.locator("td")
    expect(labels.first).to_have_text("4")
    expect(labels.last).to_have_text("9")
    panel.get_by_role("link", name="End").click()
    expect(panel).to_be_hidden()


def test_the_second_visit_needs_no_network(context: BrowserContext, page: Page, address: str) -> None:
    opened(page, f"{address}/{PATH}/")
    expect(page.get_by_text(READY)).to_be_visible()
    context.set_offline(True)
    opened(page, f"{address}/{PATH}/#draw")
    page.reload()
    expect(page.locator(".best-label").first).to_have_text("5")
    drawn(page, "Farsi digit", SEVEN)
    expect(page.locator(".best-label").first).to_have_text("7")


def test_a_spoilt_file_is_noticed(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    page.route("**/model.safetensors", lambda route: route.fulfill(body=b"\0" * 8_545_252))
    page.goto(f"{address}/{PATH}/")
    expect(page.get_by_text("model.safetensors is not the file of this site")).to_be_visible()


def test_a_page_without_its_files_is_not_blank(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    page.route("**/site.json", lambda route: route.fulfill(status=404))
    page.goto(f"{address}/{PATH}/")
    expect(page.get_by_text("it needs an up-to-date browser, and all its files")).to_be_visible()


def test_without_https_the_microphone_is_explained(page: Page, address: str) -> None:
    opened(page, f"{address}/{PATH}/".replace("127.0.0.1", ELSEWHERE))
    expect(page.get_by_text("Browsers give pages the microphone only over HTTPS")).to_be_visible()
    expect(page.get_by_role("button", name="Record")).to_have_count(0)
    expect(page.locator(".best-label").first).to_have_text("5")


def test_the_single_file_opens_from_a_disk(page: Page, written: Path, pipe: Pipeline) -> None:
    opened(page, f"file://{written / 'one.html'}")
    inputs = pipe.prepare(farsi=drawn(page, "Farsi digit", SEVEN))
    same_as(page, pipe, pipe.complete(inputs, [("farsi",)], seed=0)[0])
    page.get_by_role("button", name="Spoken digit: example of 7").click()
    expect(page.get_by_text("Lucas says 7")).to_be_visible()
    assert page.locator(".label b").first.evaluate("(b) => document.fonts.load('16px \"Farsi digits\"', '۷')"
                                                   ".then((found) => found.length)") == 1  # fmt: skip


@pytest.mark.parametrize("file", ["wine/index.html", "wine.html"])
def test_any_task_has_a_site(
    page: Page, address: str, written: Path, checkpoints: dict[str, Path], file: str
) -> None:
    pipe = Pipeline(checkpoints["wine"])
    home = f"{address}/wine/" if file.startswith("wine/") else f"file://{written / file}"
    opened(page, home)
    first, *_ = pipe.model.config.modalities
    out = pipe.decode([pipe.description.latent_class_mean[0]])
    page.get_by_role("button", name=f"{first.title}: example of {pipe.classes[0]}").click()
    fields = page.locator(".fields").first.locator("input")
    values = [float(f"{value:.6g}") for value in out[first.name][0]]
    np.testing.assert_allclose([float(each.input_value()) for each in fields.all()], values, rtol=1e-4)
    fields.first.fill("1e9")
    expect(page.get_by_text("A value must be a number from -1,000,000 to 1,000,000.")).to_be_visible()
    fields.first.fill("13.5")
    given = np.array([13.5, *(float(each.input_value()) for each in fields.all()[1:])], np.float32)
    expected = pipe.complete({first.name: given}, [(first.name,)], seed=0)[0]
    expect(page.locator(".best-label").first).to_have_text(read(pipe, expected))
    best = page.locator(".label .best span").last
    probability = float(str(best.text_content()).rstrip("%")) / 100
    assert abs(probability - expected.label_probs.max()) <= 1e-3 + NEAR["label"]


@pytest.mark.parametrize("path", [PATH, "wine"])
@pytest.mark.parametrize("size", [(1440, 900), (820, 1180), (390, 844)])
def test_axe_finds_nothing_serious_and_nothing_is_too_wide(
    browser: Browser, address: str, size: tuple[int, int], path: str
) -> None:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, bypass_csp=True)
    page = context.new_page()
    opened(page, f"{address}/{path}/")
    page.evaluate(AXE)
    for name in (
        "draw",
        "subsets",
        "latent",
        "latent line",
        "latent map",
        "draw?lesson=missing.1.a",
        "lessons",
    ):
        page.evaluate("(name) => { location.hash = name; }", name.split()[0])
        for tab in name.split()[1:]:
            page.locator(f"input[value={tab}]").evaluate_all("(found) => found.map((each) => each.click())")
        page.wait_for_timeout(300)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            assert page.evaluate(SERIOUS) == [], (name, theme)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], name
    context.close()


def test_two_fingers_and_a_palm_leave_one_stroke(browser: Browser, address: str) -> None:
    context = browser.new_context(has_touch=True, viewport={"width": 390, "height": 844})
    page = context.new_page()
    opened(page, f"{address}/{PATH}/")
    page.get_by_role("button", name="Clear: Farsi digit").click()
    box = page.get_by_role("img", name="Drawing area for Farsi digit").bounding_box()
    assert box is not None
    send = context.new_cdp_session(page).send

    def touch(kind: str, *points: tuple[float, float, int]) -> None:
        touches: list[dict[str, Any]] = [
            {"x": box["x"] + x, "y": box["y"] + y, "id": n} for x, y, n in points
        ]
        send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    touch("touchStart", (60, 40, 1))
    touch("touchMove", (80, 100, 1))
    touch("touchStart", (80, 100, 1), (180, 180, 2))
    touch("touchMove", (105, 180, 1), (20, 180, 2))
    touch("touchMove", (160, 40, 1), (20, 180, 2))
    touch("touchEnd")
    expect(page.locator(".short-label")).not_to_be_empty()
    page.get_by_role("button", name="Undo: Farsi digit").click()
    expect(page.get_by_role("switch", name="Farsi digit: missing")).not_to_be_checked()
    context.close()


def test_a_recording_is_read(playwright: Playwright, address: str, tmp_path: Path, pipe: Pipeline) -> None:
    (three,) = pipe.complete(pipe.prepare(farsi=render(template("farsi", 3))), [("farsi",)])
    spoken = np.concatenate([np.zeros(4000, np.float32), waveform_of(three["speech"])])
    (tmp_path / "spoken.wav").write_bytes(sound_file(spoken, SAMPLE_RATE))
    heard = f"--use-file-for-fake-audio-capture={tmp_path / 'spoken.wav'}%noloop"
    fake = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", heard]
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *fake])
    page = browser.new_page()
    opened(page, f"{address}/{PATH}/")
    page.get_by_role("switch", name="Farsi digit: present").click()
    page.get_by_role("button", name="Record: Spoken digit").click()
    expect(page.get_by_text("Recording … 2 s")).to_be_visible(timeout=10_000)
    page.get_by_role("button", name="Record: Spoken digit").click()
    expect(page.get_by_text("The input: your recording")).to_be_visible(timeout=10_000)
    expect(page.locator(".best-label").first).to_have_text("3")
    browser.close()
