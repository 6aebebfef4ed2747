"""Each interaction of the pages Experts and Latent space, by mouse and keys or by finger, on both screens."""

import re

import numpy as np
import pytest

from tests.browser.conftest import on_tablet

pytest.importorskip("playwright", reason="needs the package playwright")
from playwright.sync_api import Locator, Page, expect

from mvae.inference.gaussians import product_of_gaussians
from mvae.ui.experts import bench
from mvae.ui.experts.text import Experts
from mvae.ui.latent import walk_settings as walk
from mvae.ui.latent.text import LatentSpace
from mvae.ui.state.task import POSTERS
from mvae.ui.text import Common
from tests.browser.actions import (
    choose,
    dragged,
    expect_address,
    expect_change,
    is_touched,
    middle,
    point_at,
    wait_for_script,
    wait_until,
)

pytestmark = [pytest.mark.browser, on_tablet]


def go(page: Page, address: str, tab: str) -> None:
    """Open an address of the app whose tab of this title is then to be seen."""
    page.goto(address)
    expect(page.get_by_role("tabpanel", name=tab)).to_be_visible()
    wait_for_script(page)


def shares(page: Page) -> dict[str, str]:
    """What is said at each expert's bar, by the expert's name; the percentages make a whole."""
    bars = label(page.locator(".bars.shares"))
    said = {
        name: re.findall(rf"{title} ([\d.]+%|{Common.MISSING})", bars)[0]
        for name, title in POSTERS.experts.items()
    }
    assert sum(per_cent(each) for each in said.values()) == pytest.approx(100, abs=0.3)
    return said


def per_cent(said: str) -> float:
    return 0.0 if said == Common.MISSING else float(said.removesuffix("%"))


def expect_new_label(place: Locator, before: str) -> str:
    """Wait until a picture's words are others than before, and return them."""
    expect(place).not_to_have_attribute("aria-label", before)
    return label(place)


def label(place: Locator) -> str:
    return place.get_attribute("aria-label") or ""


def slide(page: Page, name: str, share: float) -> None:
    """Drag one of Streamlit's sliders to a share of its way."""
    group = page.get_by_role("group", name=name)
    thumb = group.get_by_role("slider").locator("xpath=ancestor::*[@data-rac][1]")
    start = middle(thumb)
    track = group.bounding_box()
    assert track is not None
    with dragged(page, start, (track["x"] + share * track["width"], start[1])):
        pass


# Experts


def ellipses(page: Page) -> dict[str, tuple[str, str]]:
    """Outline and opacity of what is drawn for the prior, each expert, and the product, last."""
    drawn = page.locator(".ellipses [data-expert]").evaluate_all(
        "all => all.map(each => [each.dataset.expert, each.querySelector('.outline').getAttribute('d'),"
        " getComputedStyle(each).opacity])"
    )
    return {name: (line, opacity) for name, line, opacity in drawn}


def test_the_ellipses_move_as_a_modality_is_switched(screen: Page, server: str) -> None:
    go(screen, f"{server}/experts", Experts.TABS["plane"])
    figure = screen.get_by_role("img", name="Ellipses")
    first, drawn, before = label(figure), ellipses(screen), shares(screen)
    assert before["kannada"] == Common.MISSING

    point_at(screen.locator(".st-key-present-kannada label"))
    expect(screen.get_by_role("switch", name="Kannada: given")).to_be_checked()
    expect_new_label(figure, first)
    moved = ellipses(screen)
    assert list(moved) == ["prior", "farsi", "kannada", "speech", "product"]
    assert moved["product"] != drawn["product"]
    for name in ("prior", "farsi", "speech"):  # the frame stays, and so do they
        assert moved[name] == drawn[name]
    assert moved["kannada"][0] == drawn["kannada"][0]
    assert float(moved["kannada"][1]) > float(drawn["kannada"][1])  # no longer only hinted at
    assert per_cent(shares(screen)["kannada"]) > 0
    assert per_cent(shares(screen)["farsi"]) < per_cent(before["farsi"])

    point_at(screen.locator(".st-key-present-kannada label"))
    expect(figure).to_have_attribute("aria-label", first)
    point_at(screen.locator(".st-key-present-farsi label"))
    expect(screen.get_by_text(Experts.ALL_MISSING)).to_be_visible()
    prior, product = re.findall(r"(?:Prior|Product) at (.*?)(?:;|\.$)", label(figure))
    assert prior == product
    assert shares(screen)["prior"] == "100.0%"


def test_another_plane_shows_two_dimensions_of_the_latent(screen: Page, server: str) -> None:
    go(screen, f"{server}/experts", Experts.TABS["plane"])
    figure = screen.get_by_role("img", name="Ellipses")
    first = label(figure)
    point_at(screen.get_by_role("radio", name=Experts.PLANES["dimensions"]))
    expect_new_label(figure, first)
    expect(figure.get_by_text(re.compile(r"Latent dimension \d+,"))).to_have_count(2)
    expect_address(screen, "plane=dimensions")


def handle(page: Page, name: str) -> Locator:
    return page.get_by_role("slider", name=name, exact=True)


def value(handle: Locator) -> float:
    return float(handle.get_attribute("aria-valuenow") or "nan")


def expect_formula(page: Page) -> None:
    """Wait until formula and package say the product of what the handles say."""
    words = Experts.BENCH_WORDS
    expect(handle(page, words["mean"].format(name="A"))).to_be_visible()
    names = [name for name in "ABCD" if handle(page, words["mean"].format(name=name)).count()]
    means = [value(handle(page, words["mean"].format(name=name))) for name in names]
    widths = [value(handle(page, words["width"].format(name=name))) for name in names]
    if page.get_by_role("switch", name=Experts.BENCH_PRIOR).is_checked():
        means, widths = [0.0, *means], [1.0, *widths]
    mean, variance = product_of_gaussians(np.array(means), np.array(widths) ** 2)
    numbers = [f"{number:.2f}".replace("-", "−") for number in (mean, np.sqrt(variance))]
    formula = page.get_by_role("group", name=words["formula"]).locator("math").last
    expect(formula).to_have_text(re.compile(r"μ=\(?{}\)?,\s*σ={}".format(*numbers)))
    check = Experts.BENCH_CHECK.format(mean=0, deviation=0).partition(":")[0]
    expect(page.get_by_text(check)).to_have_text(
        re.compile(r"mean {}, standard deviation {}".format(*numbers))
    )


def test_a_gaussian_of_the_bench_is_dragged_and_moved_by_keys(screen: Page, server: str) -> None:
    go(screen, f"{server}/experts?experts=bench", Experts.TABS["bench"])
    product = screen.locator("path.product")
    expect_formula(screen)
    first = curve = product.get_attribute("d")
    formula = screen.get_by_role("group", name=Experts.BENCH_WORDS["formula"])
    for name, by in (("Mean of A", 120), ("Standard deviation of A", 60)):
        knob = handle(screen, name)
        before, said, (x, y) = value(knob), formula.inner_text(), middle(knob)
        with dragged(screen, (x, y), (x + by, y)):
            expect(product).not_to_have_attribute("d", curve or "")  # at once
            expect(formula).not_to_have_text(said)
        assert value(knob) > before + 0.5
        expect_formula(screen)
        curve = product.get_attribute("d")
    expect_address(screen, "bench=")
    mean, width = value(handle(screen, "Mean of A")), value(handle(screen, "Standard deviation of A"))
    for name, key, expected in (
        ("Mean of A", "ArrowLeft", mean - 0.1), ("Mean of B", "End", bench.FURTHEST),
        ("Standard deviation of A", "ArrowUp", width + 0.1),
    ):  # fmt: skip
        handle(screen, name).focus()
        screen.keyboard.press(key)
        expect(product).not_to_have_attribute("d", curve or "")
        assert value(handle(screen, name)) == pytest.approx(expected)
        expect_formula(screen)
        curve = product.get_attribute("d")
    point_at(screen.get_by_role("button", name=Experts.BENCH_RESET))
    expect(product).to_have_attribute("d", first or "")
    expect_formula(screen)


def test_the_bench_takes_more_gaussians_and_leaves_out_the_prior(screen: Page, server: str) -> None:
    go(screen, f"{server}/experts?experts=bench", Experts.TABS["bench"])
    product = screen.locator("path.product")
    curve = product.get_attribute("d")
    expect(screen.locator("path.prior")).to_be_visible()
    point_at(screen.get_by_test_id("stCheckbox").filter(has_text=Experts.BENCH_PRIOR).locator("label"))
    expect(product).not_to_have_attribute("d", curve or "")
    expect(screen.locator("path.prior")).to_be_hidden()
    expect_formula(screen)
    curve = product.get_attribute("d")
    point_at(screen.get_by_role("radio", name="4", exact=True))
    expect(handle(screen, "Mean of D")).to_be_visible()
    expect(product).not_to_have_attribute("d", curve or "")
    expect_formula(screen)


def metric(page: Page, name: str) -> Locator:
    return page.get_by_test_id("stMetric").filter(has_text=name).get_by_test_id("stMetricValue")


def test_a_conflict_is_settled_anew_when_the_spoken_digit_changes(screen: Page, server: str) -> None:
    go(screen, f"{server}/experts?experts=conflict&drawn=4&spoken=1", Experts.TABS["conflict"])
    names = Experts.HEAD_WINNER, Experts.HEAD_ODDS, Experts.HEAD_APART
    winner, odds, apart = (metric(screen, name) for name in names)
    earlier = [each.inner_text() for each in (winner, odds, apart)]
    imagined = screen.get_by_role("img", name=re.compile("Kannada, .* Given: Both"))
    picture = imagined.get_attribute("src")
    drawn, spoken = Experts.CHOICES["drawing"].format(name="Farsi"), Experts.CHOICES["sound"]
    choose(screen, drawn, Experts.TEMPLATE.format(label=3))
    choose(screen, spoken, Experts.RECORDING.format(label=7))
    expect_address(screen, "spoken=", there=False)  # 7 is the default; the address comes last
    note = screen.get_by_text(re.compile("Alone, Farsi says 3 and speech 7; together they say"))
    together = note.inner_text()[-2]
    expect(winner).to_have_text(re.compile("^(Farsi: 3|Speech: 7|Neither: .)$"))
    assert winner.inner_text()[-1] == together
    for each, before in zip((winner, odds, apart), earlier, strict=True):
        expect(each).not_to_have_text(before)
    expect(odds).to_have_text(re.compile(r"^−?[\d,.]+ nats$"))
    bars = screen.locator(".bars.label")
    expect(bars).to_have_attribute("aria-label", re.compile(f"the highest is that of {together}:"))
    expect_change(imagined, picture)
    picture = imagined.get_attribute("src")
    far = apart.inner_text()
    (near,) = re.findall(r"it is ([\d,.]+ nats)\.", screen.get_by_text("Symmetric KL").inner_text())

    choose(screen, spoken, Experts.RECORDING.format(label=3))
    expect(apart).to_have_text(near)  # as was foretold of a voice that agrees
    assert far != near
    expect(winner).to_have_text("No conflict: 3")
    expect(odds).to_have_text(Experts.NOT_APPLICABLE)
    expect_change(imagined, picture)
    expect_address(screen, "spoken=3")


def test_the_others_take_over_from_an_input_that_is_spoilt(screen: Page, server: str) -> None:
    go(screen, f"{server}/experts?experts=corrupt&strength=0&image-spoilt=cover", Experts.TABS["corrupt"])
    spoilt = screen.get_by_role("img", name=re.compile("Farsi, spoilt by"))
    bars, chart = screen.locator(".bars.shares"), screen.locator(".shapelayer path").first
    said, before, picture = label(bars), shares(screen), spoilt.get_attribute("src")
    expect(chart).to_be_attached()
    mark = chart.get_attribute("d")

    slide(screen, Experts.STRENGTH, 1.0)
    expect(screen.get_by_text(re.compile("Shares of precision at 100 %"))).to_be_visible()
    said = expect_new_label(bars, said)
    after = shares(screen)
    assert after["farsi"] != before["farsi"]
    change = per_cent(after["farsi"]) - per_cent(before["farsi"])
    others = sum(per_cent(after[name]) - per_cent(before[name]) for name in before if name != "farsi")
    assert others == pytest.approx(-change, abs=0.5)
    expect(screen.get_by_text("Nothing is left to see, yet Farsi's expert")).to_contain_text(after["farsi"])
    expect_change(spoilt, picture)
    expect(chart).not_to_have_attribute("d", mark or "")

    picture = spoilt.get_attribute("src")
    point_at(screen.get_by_role("radio", name=Experts.WAYS["drawing"]["noise"]))
    expect_change(spoilt, picture)
    expect_new_label(bars, said)
    screen.get_by_role("slider", name=Experts.STRENGTH).focus()
    screen.keyboard.press("Home")
    expect(screen.get_by_text("Nothing is spoilt yet: Farsi")).to_be_visible()
    assert shares(screen) == before


def test_speech_is_spoilt_until_it_is_refused(screen: Page, server: str) -> None:
    go(screen, f"{server}/experts?experts=corrupt&strength=30&sound-spoilt=cut", Experts.TABS["corrupt"])
    point_at(screen.get_by_role("radio", name=POSTERS.names["speech"]))
    spoilt = screen.get_by_role("img", name="Speech, spoilt by 30 %")
    expect(spoilt).to_be_visible()
    sound = screen.locator("audio")
    bars = screen.locator(".bars.shares")
    said, picture, heard = label(bars), spoilt.get_attribute("src"), sound.get_attribute("src")
    point_at(screen.get_by_role("radio", name=Experts.WAYS["sound"]["noise"]))
    expect_change(spoilt, picture)
    expect_change(sound, heard)
    said, before = expect_new_label(bars, said), shares(screen)

    slide(screen, Experts.STRENGTH, 1.0)  # nothing but noise
    expect(screen.get_by_role("img", name=Experts.REFUSED)).to_be_visible()
    expect_new_label(bars, said)
    after = shares(screen)
    assert after.pop("speech") == Common.MISSING
    assert all(per_cent(after[name]) > per_cent(before[name]) for name in after)
    expect(screen.get_by_text("So speech is missing")).to_contain_text("goes to the others")
    expect_address(screen, "spoilt=speech")


# Latent space


def decoded(page: Page, script: str) -> Locator:
    """The digit that is decoded."""
    return page.get_by_test_id("stImage").get_by_role("img", name=f"{script} digit decoded")


def test_a_slider_moves_the_pictures(screen: Page, server: str) -> None:
    go(screen, f"{server}/latent_space", LatentSpace.TABS["sliders"])
    farsi, kannada = decoded(screen, "Farsi"), decoded(screen, "Kannada")
    first = farsi.get_attribute("src"), kannada.get_attribute("src")
    name = label(screen.get_by_role("group", name=re.compile("^Dimension")).first)
    slide(screen, name, 0.95)
    expect_change(farsi, first[0])
    expect_change(kannada, first[1])
    expect_address(screen, "moved=")
    moved = farsi.get_attribute("src")
    screen.get_by_role("slider", name=name).focus()
    screen.keyboard.press("Home")
    expect_change(farsi, moved)
    point_at(screen.get_by_role("button", name=LatentSpace.RESET))
    expect(farsi).to_have_attribute("src", first[0] or "")
    expect(kannada).to_have_attribute("src", first[1] or "")
    expect_address(screen, "moved=", there=False)


def test_more_sliders_and_another_start(screen: Page, server: str) -> None:
    go(screen, f"{server}/latent_space", LatentSpace.TABS["sliders"])
    sliders = screen.get_by_role("slider", name=re.compile("^Dimension"))
    expect(sliders).to_have_count(8)
    point_at(screen.get_by_role("radio", name="16"))
    expect(sliders).to_have_count(16)
    before = decoded(screen, "Kannada").get_attribute("src"), sliders.first.input_value()
    choose(screen, LatentSpace.START, LatentSpace.DRAWN.format(name=3))
    expect_change(decoded(screen, "Kannada"), before[0])
    expect(sliders).to_have_count(16)
    expect(sliders.first).not_to_have_value(before[1])
    expect_address(screen, "start=3")


def test_a_preset_of_the_grid_walks_along_its_dimension(screen: Page, server: str) -> None:
    go(screen, f"{server}/latent_space?tab=walk", LatentSpace.TABS["walk"])
    grids = screen.get_by_test_id("stImage").get_by_role("img", name=re.compile("^10 by 10"))
    expect(grids).to_have_count(3)
    index = screen.get_by_role("spinbutton", name=re.compile("^Index"))
    before, walked = grids.first.get_attribute("src"), ""
    for name in LatentSpace.PRESETS:
        button = screen.locator(f".st-key-preset-{name} button:visible")
        dimension = button.inner_text().rpartition(" ")[2]
        point_at(button)
        expect(index).to_have_value(dimension)
        for grid in grids.all():
            expect(grid).to_have_attribute("alt", re.compile(rf"values of dimension {dimension}\b"))
        expect(screen.get_by_text(f"dimension {dimension} move")).to_be_visible()
        if dimension != walked:  # two presets may name the same one
            expect_change(grids.first, before)
        before, walked = grids.first.get_attribute("src"), dimension
    screen.get_by_role("spinbutton", name=LatentSpace.STEP).fill("0.02")
    screen.keyboard.press("Enter")
    expect_change(grids.first, before)
    expect_address(screen, "step=0.02")
    point_at(screen.get_by_role("button", name=LatentSpace.POSTER))
    expect(index).to_have_value(str(walk.POSTER_INDEX))
    expect(grids.first).to_have_attribute("alt", re.compile(rf"values of dimension {walk.POSTER_INDEX}\b"))
    expect(screen.get_by_text("row by row from -1500 to 1470")).to_be_visible()
    expect(screen.get_by_role("radio", name="Linear, as the poster")).to_be_checked()


def film(page: Page) -> Locator:
    return page.get_by_test_id("stImage").get_by_role("img", name="Filmstrip")


def digits(page: Page) -> list[str]:
    """The digit at each step of the filmstrip."""
    return (film(page).get_attribute("alt") or "").rpartition(": ")[2].rstrip(".").split(", ")


def expect_step(page: Page, step: int) -> None:
    """Wait until a step is heard, and check that its label is the filmstrip's."""
    expect(page.get_by_text(f"Label of step {step}: {digits(page)[step - 1]}")).to_be_visible()
    bars = page.locator(".bars.label")
    highest = re.compile(f"the highest is that of {digits(page)[step - 1]}:")
    expect(bars).to_have_attribute("aria-label", highest)


def test_each_end_of_the_line_changes_the_digit_at_each_step(screen: Page, server: str) -> None:
    go(screen, f"{server}/latent_space?tab=line&start=1&to=8", LatentSpace.TABS["line"])
    expect(film(screen)).to_be_visible()
    met, picture = digits(screen), film(screen).get_attribute("src")
    expect_step(screen, 5)
    choose(screen, LatentSpace.END, LatentSpace.DRAWN.format(name=0))
    expect(film(screen)).to_have_attribute("alt", re.compile("from a drawn 1 to a drawn 0,"))
    expect_change(film(screen), picture)
    other_end = digits(screen)
    assert len(other_end) == len(met) == 9
    assert (other_end[0], other_end[-1]) == (met[0], "0")
    expect_step(screen, 5)
    picture = film(screen).get_attribute("src")
    choose(screen, LatentSpace.START, LatentSpace.DRAWN.format(name=4))
    expect(film(screen)).to_have_attribute("alt", re.compile("from a drawn 4 to a drawn 0,"))
    expect_change(film(screen), picture)
    assert digits(screen)[0] != other_end[0]
    assert digits(screen)[-1] == "0"
    expect_step(screen, 5)


def test_the_line_takes_as_many_steps_as_wanted_and_one_is_heard(screen: Page, server: str) -> None:
    go(screen, f"{server}/latent_space?tab=line&start=1&to=8", LatentSpace.TABS["line"])
    picture = film(screen).get_attribute("src")
    slide(screen, LatentSpace.CHOSEN, 0.98)
    expect(screen.get_by_text("Step 9 is framed")).to_be_visible()
    expect_change(film(screen), picture)
    expect_step(screen, 9)
    picture = film(screen).get_attribute("src")
    screen.get_by_role("slider", name=LatentSpace.STEPS).focus()
    screen.keyboard.press("Home")
    expect(film(screen)).to_have_attribute("alt", re.compile("^Filmstrip of 3 steps"))
    expect_change(film(screen), picture)
    assert len(digits(screen)) == 3
    expect_step(screen, 3)
    point_at(screen.get_by_role("button", name="Listen"))
    expect(screen.locator("audio")).to_be_visible()


def cross(page: Page) -> tuple[float, float]:
    """Where the cross of the map stands, in per cent from the left and from the top."""
    x, y = page.locator(".cross").evaluate("each => [each.style.left, each.style.top]")
    return per_cent(x), per_cent(y)


def expect_decoded_at_cross(page: Page) -> None:
    """Wait until the server has answered for the place of the cross, and check what it says."""
    x, y = cross(page)
    there = page.get_by_role("application")
    expect(there).to_have_attribute(
        "aria-label", re.compile(f"Cross, {x:.0f}% from the left and {y:.0f}% from")
    )
    digit = label(there).partition("decoded as ")[2][0]
    expect(decoded(page, "Farsi")).to_have_attribute("alt", re.compile(f"reads {digit}"))


def test_a_place_of_the_map_is_decoded(screen: Page, server: str) -> None:
    go(screen, f"{server}/latent_space?tab=map", LatentSpace.TABS["map"])
    there, pictures = (
        screen.get_by_role("application"),
        [decoded(screen, each) for each in ("Farsi", "Kannada")],
    )
    expect(screen.locator(".cross")).to_be_visible()
    home, first = cross(screen), [each.get_attribute("src") for each in pictures]
    there.scroll_into_view_if_needed()
    box = there.bounding_box()
    assert box is not None
    left, top, side = box["x"], box["y"], box["width"]
    place = (left + 0.25 * side, top + 0.75 * side)
    if is_touched(screen):
        screen.touchscreen.tap(*place)
    else:
        screen.mouse.click(*place)
    for picture, before in zip(pictures, first, strict=True):
        expect_change(picture, before)
    assert cross(screen) == pytest.approx((25, 75), abs=0.5)
    expect_decoded_at_cross(screen)
    expect_address(screen, "place=")

    before = pictures[0].get_attribute("src")
    with dragged(screen, place, (left + 0.6 * side, top + 0.3 * side)):
        there_now = pytest.approx((60, 30), abs=0.5)  # with the browser's next frame, not when it is let go
        wait_until(screen, lambda: cross(screen) == there_now, "the cross has followed")
    expect_change(pictures[0], before)
    expect_decoded_at_cross(screen)
    point_at(screen.get_by_role("button", name=LatentSpace.TO_START))
    expect(pictures[0]).to_have_attribute("src", first[0] or "")
    assert cross(screen) == home
    expect_address(screen, "place=", there=False)


def test_arrow_keys_and_a_digits_button_move_the_cross_of_the_map(screen: Page, server: str) -> None:
    go(screen, f"{server}/latent_space?tab=map&place=0.5,0.5", LatentSpace.TABS["map"])
    expect(screen.locator(".cross")).to_be_visible()
    before, picture = decoded(screen, "Farsi").get_attribute("src"), decoded(screen, "Farsi")
    assert cross(screen) == pytest.approx((50, 50))
    screen.get_by_role("application").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "Shift+ArrowUp"):
        screen.keyboard.press(key)
    assert cross(screen) == pytest.approx((52, 44))
    expect_decoded_at_cross(screen)
    point_at(screen.get_by_role("radio", name="3", exact=True))
    expect_change(picture, before)
    expect(picture).to_have_attribute("alt", re.compile("reads 3"))
    assert cross(screen) != pytest.approx((52, 44))
    expect_decoded_at_cross(screen)
