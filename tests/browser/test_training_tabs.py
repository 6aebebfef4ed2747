"""The page Training as a person uses it, on both screens."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from tests.browser.conftest import on_tablet

pytest.importorskip("playwright", reason="needs the package playwright")
from playwright.sync_api import Locator, Page, expect

from benchmarks.serving import running_app
from mvae.checkpoint.files import read_metrics
from mvae.checkpoint.place import SHIPPED
from mvae.ui.how_it_works.text import HowItWorks as How
from mvae.ui.state.task import POSTERS
from mvae.ui.text import Common
from mvae.ui.training.text import Studies
from mvae.ui.training.text import Training as Text
from tests.browser.actions import (
    Place,
    badge,
    dragged,
    expect_address,
    expect_change,
    go_to,
    output,
    point_at,
    switch,
    wait_until_idle,
)

pytestmark = pytest.mark.browser

CHECKPOINTS = POSTERS.checkpoints
DEFAULT_CHECKPOINT = next(iter(CHECKPOINTS))
EPOCHS = len(read_metrics(SHIPPED / DEFAULT_CHECKPOINT))
LINEAR = CHECKPOINTS["linear"]
STUDIES = (Studies.MISSING, Studies.SUBSETS, Studies.INDICES, Studies.SPEAKERS, Studies.PEER)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of an app that has the data, if they are here: so that a person can train a model."""
    with running_app(data=True) as app:
        yield app.address


def open_training(page: Page, server: str, tab: str) -> None:
    page.goto(f"{server}/training")
    expect(page.get_by_role("heading", name=Text.TITLE, level=1)).to_be_visible()
    wait_until_idle(page)
    title = page.get_by_role("tab", name=Text.TABS[tab])
    point_at(title)
    expect(title).to_have_attribute("aria-selected", "true")
    wait_until_idle(page)


def choose_model(page: Page, name: str) -> None:
    wait_until_idle(page)
    point_at(page.locator(".st-key-checkpoint_picker").get_by_role("radio", name=name))
    expect(page.locator(".st-key-checkpoint_picker").get_by_role("radio", name=name)).to_be_checked()
    wait_until_idle(page)


def curves(page: Page, count: int) -> list[list[float]]:
    """Where the curves or bars of the page's charts run, when so many charts are there.

    Looked for at one moment: while a page is built anew, old charts stand beside new ones.
    """
    wait_until_idle(page)
    found = page.wait_for_function(
        """count => {
            const charts = [...document.querySelectorAll(".stPlotlyChart .js-plotly-plot")];
            const there = charts.length === count && charts.every(chart => chart.querySelector(".main-svg"));
            const settled = there && !document.querySelector("[data-stale=true]");
            return settled ? charts.map(chart => chart.data.flatMap(trace => [...trace.y])) : null;
        }""",
        arg=count,
    )
    return cast("list[list[float]]", found.json_value())


def epoch_slider(page: Page) -> Locator:
    return page.get_by_role("slider", name=Text.REPLAY_WORDS["slider"])


def handle_at(slider: Locator, *shares: float) -> list[Place]:
    """Where the handle is when the slider stands at each share of its range."""
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box is not None
    inset = 8  # half the handle's width
    y = box["y"] + box["height"] / 2
    return [(box["x"] + inset + share * (box["width"] - 2 * inset), y) for share in shares]


def expect_epoch(page: Page, epoch: int | str, total: int) -> None:
    said = Text.REPLAY_WORDS["epoch"].format(epoch=epoch, total=total)
    expect(page.locator(".replay .epoch")).to_have_text(re.compile(f"^{said}$"))


def painted(page: Page) -> list[str]:
    """What is on the replay's canvases: Kannada, Farsi and speech."""
    canvases = page.locator(".replay canvas")
    expect(canvases).to_have_count(3)
    return canvases.evaluate_all("each => each.map(canvas => canvas.toDataURL())")


def marker(page: Page) -> list[str]:
    """Where the line stands in the replay's two charts."""
    return page.locator(".replay .marker").evaluate_all("each => each.map(line => line.getAttribute('x1'))")


def expect_other_pictures(page: Page, before: list[str]) -> list[str]:
    """Check that every picture differs from what it was; return what there is now."""
    now = painted(page)
    assert all(one != other for one, other in zip(before, now, strict=True))
    return now


@on_tablet
def test_the_curves_are_those_of_the_chosen_model(screen: Page, server: str) -> None:
    open_training(screen, server, "curves")
    loss, accuracy = curves(screen, 2)
    assert len(loss) == EPOCHS
    assert len(accuracy) == 7 * EPOCHS
    about = screen.get_by_text("latent dimensions, trained for")
    said = about.inner_text()
    choose_model(screen, LINEAR)
    expect(about).not_to_have_text(said)
    other_loss, other_accuracy = curves(screen, 2)
    assert other_loss != loss
    assert other_accuracy != accuracy
    point_at(screen.get_by_role("tab", name=Text.TABS["table"]))
    tables = screen.get_by_role("table")
    expect(tables).to_have_count(2)
    poster = tables.first.get_by_role("row").nth(1)
    linear = poster.inner_text()
    assert re.search(r"Farsi\s+\d+\.\d+.\(\d+", linear)
    choose_model(screen, CHECKPOINTS[DEFAULT_CHECKPOINT])
    expect(poster).not_to_have_text(linear)


@on_tablet
def test_every_study_shows_its_figures(screen: Page, server: str) -> None:
    open_training(screen, server, "studies")
    seen = []
    for number, title in enumerate(STUDIES):
        choice = screen.locator(".st-key-training-study").get_by_role("radio").nth(number)
        point_at(choice)
        expect(screen.get_by_role("heading", name=title, level=5)).to_be_visible()
        wait_until_idle(screen)
        expect(screen.locator(".stPlotlyChart .main-svg").first).to_be_visible()
        seen.append(screen.locator(".js-plotly-plot").first.evaluate("chart => JSON.stringify(chart.data)"))
    assert len(set(seen)) == len(STUDIES)
    expect_address(screen, "study=peer")
    go_to(screen, How.PAGE)
    go_to(screen, Text.TITLE)  # the same tab and study are open
    expect(screen.get_by_role("heading", name=Studies.PEER, level=5)).to_be_visible()


@on_tablet
def test_the_replay_goes_through_the_epochs(screen: Page, server: str) -> None:
    open_training(screen, server, "replay")
    slider = epoch_slider(screen)
    expect_epoch(screen, EPOCHS, EPOCHS)
    at_end, marked = painted(screen), marker(screen)
    with dragged(screen, *handle_at(slider, 1, 0)):
        expect_epoch(screen, 1, EPOCHS)  # at once, while it is held
        first = expect_other_pictures(screen, at_end)
        assert marker(screen) != marked
    expect_address(screen, "epoch=1")
    slider.focus()
    screen.keyboard.press("ArrowRight")
    expect_epoch(screen, 2, EPOCHS)
    expect_other_pictures(screen, first)
    expect(slider).to_have_attribute("aria-valuetext", re.compile(f"^Epoch 2 of {EPOCHS}, Loss"))
    screen.keyboard.press("End")
    expect_epoch(screen, EPOCHS, EPOCHS)
    assert painted(screen) == at_end
    point_at(slider)
    middle = (1 + EPOCHS) // 2
    expect_epoch(screen, f"({middle}|{middle + 1})", EPOCHS)
    middle = int(slider.input_value())
    expect_address(screen, f"epoch={middle}")
    pictures = painted(screen)
    screen.reload()  # a link to an epoch opens at this epoch
    expect_epoch(screen, middle, EPOCHS)
    wait_until_idle(screen)
    assert painted(screen) == pictures


@on_tablet
def test_the_replay_plays(screen: Page, server: str) -> None:
    open_training(screen, server, "replay")
    play = screen.get_by_role("button", name=Text.REPLAY_WORDS["play"])
    pause = screen.get_by_role("button", name=Text.REPLAY_WORDS["pause"])
    expect_epoch(screen, EPOCHS, EPOCHS)
    at_end = painted(screen)
    point_at(play)  # from the end it starts anew
    expect_epoch(screen, "[2-4]", EPOCHS)
    expect_other_pictures(screen, at_end)
    point_at(pause)
    expect(play).to_be_visible()
    expect_address(screen, "epoch=")  # it stands still
    assert 2 <= int(epoch_slider(screen).input_value()) < EPOCHS
    epoch_slider(screen).focus()
    screen.keyboard.press("End")
    screen.keyboard.press("ArrowLeft")
    screen.keyboard.press("ArrowLeft")
    expect_epoch(screen, EPOCHS - 2, EPOCHS)
    play.focus()
    screen.keyboard.press("Enter")
    expect(pause).to_be_visible()
    expect_epoch(screen, EPOCHS, EPOCHS)
    expect(play).to_be_visible()  # it has stopped by itself
    assert painted(screen) == at_end


def own(page: Page, button: str) -> Locator:
    return page.locator(f".st-key-own-{button} button")


def says(page: Page, text: str) -> Locator:
    """The page's sentence about a training; what stands in braces may be any number."""
    pattern = re.sub(r"\\{\w+\\}", r"\\d+", re.escape(text))
    return page.get_by_test_id("stAlert").filter(has_text=re.compile(pattern))


def expect_training_to_come_to(page: Page, there: Locator) -> None:
    """Wait as long as the test may take: who trains comes after all that the machine has to do."""
    said = "|".join(re.escape(text) for text in (Text.FAILED, Text.FAILED_WITH.partition("{")[0]))
    failed = page.get_by_test_id("stAlert").filter(has_text=re.compile(said))
    there.or_(failed).first.wait_for(timeout=0)
    expect(failed).to_have_count(0)
    expect(there).to_be_visible()


def expect_own_epoch(page: Page, epoch: int) -> None:
    expect_training_to_come_to(page, page.locator(".replay .epoch", has_text=f"Epoch {epoch} of 20"))


def models(page: Page) -> Locator:
    return page.locator(".st-key-checkpoint_picker").get_by_role("radio")


def queue_and_leave(page: Page) -> None:
    """Ask for a training while there is another one, and do not wait for it."""
    go_to(page, Text.TITLE)
    wait_until_idle(page)
    page.get_by_role("tab", name=Text.TABS["own"]).click()
    own(page, "start").click()
    expect(says(page, Text.WAITING.format(people=Text.PEOPLE[1]))).to_be_visible()
    expect(own(page, "pause")).to_be_disabled()
    own(page, "stop").click()
    expect(says(page, Text.STOPPED_EARLY)).to_be_visible()
    go_to(page, "Draw & speak")


@pytest.mark.data
@pytest.mark.timeout(600)
@on_tablet  # it takes long, and is the same on all screens
def test_train_a_model_and_use_it(screen: Page, page: Page, server: str, prepared_data: Path) -> None:
    other = page  # of another person
    others_output = output(other, "kannada").get_attribute("src")
    screen.goto(server)
    expect(output(screen, "kannada")).to_have_attribute("src", others_output or "")
    go_to(screen, Text.TITLE)
    wait_until_idle(screen)
    point_at(screen.get_by_role("tab", name=Text.TABS["own"]))
    point_at(screen.get_by_role("radio", name="8", exact=True))
    expect(screen.get_by_text("--latent-size 8")).to_have_count(1)
    point_at(own(screen, "start"))
    expect(own(screen, "start")).to_be_disabled()
    expect(says(screen, Text.LOADING)).to_be_visible()
    expect(screen.get_by_role("radio", name="8", exact=True)).to_be_disabled()
    expect(own(screen, "use")).to_be_disabled()

    queue_and_leave(other)

    curve = screen.locator(".replay .loss polyline")
    expect_own_epoch(screen, 1)
    expect(curve).to_have_attribute("points", re.compile(r"^\S+$"))
    after_one = painted(screen)
    point_at(own(screen, "pause"))
    expect(says(screen, Text.PAUSED.partition(".")[0])).to_be_visible()
    expect(own(screen, "pause")).to_have_count(0)
    point_at(own(screen, "go-on"))
    expect(says(screen, Text.TRAINING)).to_be_visible()
    expect(own(screen, "go-on")).to_have_count(0)
    expect_own_epoch(screen, 2)
    expect(curve).to_have_attribute("points", re.compile(r"^\S+ \S+$"))
    expect_other_pictures(screen, after_one)

    point_at(own(screen, "stop"))
    expect_training_to_come_to(screen, says(screen, Text.STOPPED))
    expect(own(screen, "start")).to_be_enabled()
    expect(models(screen)).to_have_count(2)
    point_at(own(screen, "use"))
    expect(says(screen, Text.USED.format(name=Common.OWN_MODEL))).to_be_visible()
    expect(models(screen)).to_have_count(3)

    go_to(screen, "Draw & speak")
    expect_change(output(screen, "kannada"), others_output)
    expect(screen.get_by_role("radio", name=Common.OWN_MODEL)).to_be_checked()
    go_to(screen, "Latent space")
    expect(screen.get_by_role("radio", name=Common.OWN_MODEL)).to_be_checked()
    expect(screen.get_by_test_id("stImage").first).to_be_visible()

    switch(other, "kannada").click()  # a run of the other session, after this one has its model
    expect(badge(other, "kannada")).to_contain_text("given")
    switch(other, "kannada").click()
    expect(output(other, "kannada")).to_have_attribute("src", others_output or "")
    expect(models(other)).to_have_count(2)
    expect(other.get_by_role("radio", name=Common.OWN_MODEL)).to_have_count(0)
