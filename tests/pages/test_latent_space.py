import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

import mvae
from mvae.checkpoint.latent_map import load_map
from mvae.checkpoint.place import SHIPPED
from mvae.inference.completion import Completion
from mvae.inference.latent import (
    active_dimensions,
    grid_values,
    labels_met,
    measured_dimensions,
    straight_line,
    striking_dimensions,
    traverse,
)
from mvae.inference.pipeline import Pipeline
from mvae.modalities.strokes import render
from mvae.ui.keys import LATENT_PLACE as PLACE
from mvae.ui.latent.film import film_image
from mvae.ui.latent.text import LatentSpace as Text
from mvae.ui.state.models import OwnModel
from mvae.ui.state.slots import example
from mvae.ui.state.task import POSTERS
from mvae.ui.views.pictures import ACCENT, PAPER
from mvae.ui.views.points import COLOURS
from tests.pages.conftest import ROOT, Opener

PAGE = "latent_space"


@pytest.fixture(scope="module")
def conv() -> Pipeline:
    return mvae.load_pretrained("conv")


@pytest.fixture(scope="module")
def linear() -> Pipeline:
    return mvae.load_pretrained("linear")


@pytest.fixture
def app(open_page: Opener) -> AppTest:
    return open_page(PAGE)


def drawn(pipe: Pipeline, digit: int, *scripts: str) -> Completion:
    """What the model makes of digits to copy, rounded as in a link."""
    return pipe(**{script: render(example(script, digit).strokes) for script in scripts})


def pictures(app: AppTest) -> list[str]:
    """Addresses that contain a hash of the picture."""
    return [item.proto.imgs[0].url for item in app.get("image")]


def alt_texts(app: AppTest) -> list[str]:
    return [item.proto.imgs[0].alt for item in app.get("image")]


def tab(app: AppTest, name: str) -> AppTest:
    app.session_state["latent-view-kept"] = name
    app.run()
    assert not app.exception
    return app


def walk(app: AppTest) -> AppTest:
    return tab(app, "walk")


def number(app: AppTest, what: str, checkpoint: str = "conv"):
    return app.number_input(key=f"grid-{what}-{checkpoint}")


def met(app: AppTest) -> str:
    (text,) = (item.value for item in app.markdown if "Digits met" in item.value)
    return text


def test_sliders_stand_on_the_posterior_mean_of_the_most_active_dimensions(
    app: AppTest, conv: Pipeline
) -> None:
    dimensions = active_dimensions(conv, SHIPPED / "conv")[:8]
    posterior = drawn(conv, 5, "farsi")
    assert [int(slider.label.split()[1]) for slider in app.slider] == list(dimensions)
    assert [slider.value for slider in app.slider] == pytest.approx(posterior.mean[dimensions], abs=1e-4)
    for slider in app.slider:
        assert slider.max - slider.value == pytest.approx(slider.value - slider.min, abs=1e-3)
        assert slider.max - slider.min > 1


def test_three_outputs_and_the_label_are_shown_each_with_a_text_for_those_who_cannot_see_it(
    app: AppTest,
) -> None:
    assert len(pictures(app)) == 3
    assert any('class="bars label"' in item.proto.body for item in app.get("html"))
    assert app.button(key="listen").label == "Listen"
    assert all(item.proto.imgs[0].alt for item in app.get("image"))


def test_a_slider_redraws_and_reset_brings_the_start_back(app: AppTest) -> None:
    before, slider = pictures(app), app.slider[0]
    start, end = slider.value, slider.max
    slider.set_value(end).run()
    assert app.slider[0].value == end
    assert all(old != new for old, new in zip(before, pictures(app), strict=True))
    app.button[0].click().run()
    assert app.slider[0].value == start
    assert pictures(app) == before


def test_more_sliders_leave_the_outputs_as_they_are(app: AppTest) -> None:
    before = pictures(app)
    app.button_group(key="latent-shown").set_value(16).run()
    assert len(app.slider) == 16
    assert pictures(app) == before


def test_without_an_input_the_start_is_the_prior_mean(app: AppTest) -> None:
    for slot in app.session_state["slots"].values():
        slot.present = False
    app.run()
    assert "prior mean" in app.info[0].value
    assert [slider.value for slider in app.slider] == [0.0] * 8
    assert [slider.max for slider in app.slider] == [-slider.min for slider in app.slider]


def test_a_drawn_digit_can_be_the_start(app: AppTest, conv: Pipeline) -> None:
    app.selectbox(key="latent-start").set_value("0").run()
    posterior = drawn(conv, 0, "farsi", "kannada")
    assert [slider.value for slider in app.slider] == pytest.approx(
        posterior.mean[active_dimensions(conv, SHIPPED / "conv")[:8]], abs=1e-4
    )
    assert f"Label **{posterior.label}**" in [item.value for item in app.markdown]


def test_sliders_survive_going_to_another_page_and_to_another_start(app: AppTest) -> None:
    end = app.slider[2].max
    app.slider[2].set_value(end).run()
    app.switch_page("pages/training.py").run()
    app.switch_page(f"pages/{PAGE}.py").run()
    assert app.slider[2].value == end
    app.selectbox(key="latent-start").set_value("prior").run()
    assert app.slider[2].value == 0
    app.selectbox(key="latent-start").set_value("current").run()
    assert app.slider[2].value == end


def test_the_walk_starts_with_the_most_active_dimension_over_three_deviations(
    app: AppTest, conv: Pipeline
) -> None:
    walk(app)
    assert [slider.label for slider in app.slider] == [Text.RANGE]
    assert number(app, "index").value == active_dimensions(conv, SHIPPED / "conv")[0]
    assert number(app, "index").max == conv.latent_size - 1
    assert (number(app, "first").value, number(app, "step").value) == (-3, 0.06)
    assert "from -3 to 2.94" in met(app)
    assert len(pictures(app)) == 3
    assert all(alt_texts(app))


def test_the_walk_names_the_digits_that_the_model_sees(app: AppTest, conv: Pipeline) -> None:
    walk(app)
    app.selectbox(key="latent-start").set_value("4").run()
    before = pictures(app)
    number(app, "index").set_value(5).run()
    number(app, "first").set_value(-40.0).run()
    number(app, "step").set_value(0.5).run()
    out = conv.decode(traverse(drawn(conv, 4, "farsi", "kannada").mean, 5, grid_values(-40, 0.5)))
    assert f"**{' → '.join(map(str, labels_met(out.label)))}**" in met(app)
    assert all(old != new for old, new in zip(before, pictures(app), strict=True))


def test_the_posters_setting_is_one_click(app: AppTest, linear: Pipeline) -> None:
    walk(app)
    (button,) = (button for button in app.button if button.label == Text.POSTER)
    button.click().run()
    assert not app.exception
    assert not app.warning
    assert app.session_state["checkpoint"] == "linear"
    assert app.button_group(key="checkpoint_picker").value == "linear"
    assert app.selectbox(key="latent-start").value == "7"
    values = [number(app, what, "linear").value for what in ("index", "first", "step")]
    assert values == [201, -1500, 30]
    out = linear.decode(traverse(drawn(linear, 7, "farsi", "kannada").mean, 201, np.arange(-1500, 1500, 30)))
    assert f"**{' → '.join(map(str, labels_met(out.label)))}**" in met(app)
    assert "from -1500 to 1470" in met(app)
    assert any("5, 3, 7, 0" in item.value for item in app.markdown)
    number(app, "step", "linear").set_value(29.0).run()
    assert not any("5, 3, 7, 0" in item.value for item in app.markdown)


def test_each_checkpoint_keeps_its_own_walk(app: AppTest, conv: Pipeline) -> None:
    walk(app)
    number(app, "index").set_value(9).run()
    app.button_group(key="checkpoint_picker").set_value("linear").run()
    number(app, "index", "linear").set_value(255).run()
    app.button_group(key="checkpoint_picker").set_value("conv").run()
    assert not app.exception
    assert number(app, "index").value == 9


def test_the_open_tab_survives_going_to_another_page(app: AppTest) -> None:
    app.switch_page("pages/training.py").run()
    app.session_state["latent-view-kept"] = "walk"
    app.switch_page(f"pages/{PAGE}.py").run()
    assert [slider.label for slider in app.slider] == [Text.RANGE]
    assert "Digits met" in met(app)


def ends(app: AppTest) -> Any:
    return app.slider(key="grid-range-conv")


def reach(app: AppTest) -> Any:
    return app.button_group(key="grid-reach-conv")


def walked(app: AppTest) -> tuple[float, float]:
    assert not app.exception
    return number(app, "first").value, number(app, "step").value


def test_the_ends_of_the_walk_are_dragged(app: AppTest) -> None:
    walk(app)
    assert ends(app).value == pytest.approx((-3, 2.94))
    assert ends(app).max == 10
    ends(app).set_value((-4.5, 7.0)).run()
    assert walked(app) == (-4.5, 0.1162)
    assert "from -4.5 to 7.0038" in met(app)
    assert ends(app).value == (-4.5, 7.0)  # where it was let go, though the step is rounded
    number(app, "step").set_value(0.1).run()
    assert ends(app).value == pytest.approx((-4.5, 5.4))
    ends(app).set_value((2.0, 2.0)).run()
    assert walked(app) == (-4.5, 0.1)
    assert ends(app).value == pytest.approx((-4.5, 5.4))


def test_the_ends_of_the_walk_can_be_dragged_as_far_as_is_wanted(app: AppTest) -> None:
    walk(app)
    reach(app).set_value(100).run()
    ends(app).set_value((-100.0, 99.0)).run()
    assert walked(app) == (-100, 2.01)
    assert ends(app).max == 100
    reach(app).set_value(3).run()
    assert walked(app) == (-3, 0.06061)
    assert ends(app).value == (-3, 3)
    assert ends(app).max == 3
    number(app, "first").set_value(-1e5).run()
    assert walked(app) == (-1e5, 0.06061)
    assert reach(app).value == 1500
    assert ends(app).value == (-1500, -1500)
    number(app, "first").set_value(3.0).run()
    number(app, "step").set_value(-0.06).run()
    assert walked(app) == (3, -0.06)
    assert ends(app).value == pytest.approx((-2.94, 3))


def test_a_step_of_zero_is_refused_with_a_sentence(app: AppTest) -> None:
    walk(app)
    number(app, "step").set_value(0.0).run()
    assert not app.exception
    assert "step other than zero" in app.warning[0].value
    assert not pictures(app)


@pytest.mark.parametrize("start", [-1e5, 1e5])
def test_the_furthest_walk_still_has_digits(app: AppTest, start: float) -> None:
    walk(app)
    number(app, "first").set_value(start).run()
    assert not app.exception
    assert len(pictures(app)) == 3


@pytest.mark.parametrize("checkpoint", ["conv", "linear"])
@pytest.mark.parametrize("preset", ["label", "agnostic", "single"])
def test_presets_come_from_the_study_and_say_what_it_found(
    app: AppTest, conv: Pipeline, linear: Pipeline, checkpoint: str, preset: str
) -> None:
    walk(app).button_group(key="checkpoint_picker").set_value(checkpoint).run()
    pipe = conv if checkpoint == "conv" else linear
    expected = striking_dimensions(measured_dimensions(pipe, SHIPPED / checkpoint))[preset]
    button = app.button(key=f"preset-{preset}")
    assert str(expected.index) in button.label
    button.click().run()
    assert [number(app, what, checkpoint).value for what in ("index", "first", "step")] == [
        expected.index,
        -6,
        0.12,
    ]
    assert f"Farsi by {expected.effects['farsi']:.1%}" in met(app)


def test_without_the_study_there_are_no_presets_but_the_posters(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mvae.inference.latent.read_disentanglement", lambda *_: None)
    walk(app)
    assert Text.NO_STUDY in met(app)
    assert [button.label for button in app.button if button.key and button.key.startswith("preset")] == []
    assert any(button.label == Text.POSTER for button in app.button)


def film(app: AppTest) -> str:
    (alt,) = alt_texts(app)
    return alt


def said_of_labels(app: AppTest) -> str:
    (text,) = (item.value for item in app.markdown if "straight line" in item.value)
    return text


def test_a_film_leads_from_the_start_to_the_end_and_says_where_the_label_changes(
    app: AppTest, conv: Pipeline
) -> None:
    app.selectbox(key="latent-start").set_value("0").run()
    tab(app, "line").selectbox(key="latent-end").set_value("8").run()
    app.slider(key="latent-steps").set_value(7).run()
    out = conv.decode(
        straight_line(drawn(conv, 0, "farsi", "kannada").mean, drawn(conv, 8, "farsi", "kannada").mean, 7)
    )
    labels = out.label.tolist()
    assert film(app).endswith(f"the labels: {', '.join(map(str, labels))}.")
    assert "from a drawn 0 to a drawn 8" in film(app)
    assert labels[0] == 0
    assert labels[-1] == 8
    step = next(place for place, label in enumerate(labels) if label != 0)
    assert f"from **0** to **{labels[step]}** at step {step + 1}" in said_of_labels(app)
    assert "between the means" in said_of_labels(app)


@pytest.mark.parametrize("steps", [3, 7, 9])
def test_a_films_size_does_not_jump_with_its_steps(conv: Pipeline, steps: int) -> None:
    out = conv.decode(
        straight_line(drawn(conv, 0, "farsi", "kannada").mean, drawn(conv, 8, "farsi", "kannada").mean, steps)
    )
    titles = (Text.FILM_STEP, *POSTERS.names.values(), Text.FILM_LABEL)
    pictures = [
        film_image(out, conv.description.standardisation, chosen, titles, conv.classes)
        for chosen in (0, steps - 1)
    ]
    assert {picture.height for picture in pictures} == {433}
    assert all(1402 - steps < picture.width <= 1402 for picture in pictures)
    first, last = (np.asarray(picture)[200] == ACCENT for picture in pictures)
    columns = [np.flatnonzero(row.all(axis=1)) for row in (first, last)]
    assert columns[0].max() < 124 + 1278 // steps
    assert columns[1].max() == pictures[1].width - 1


def test_a_film_without_a_change_says_so(app: AppTest) -> None:
    app.selectbox(key="latent-start").set_value("3").run()
    tab(app, "line")
    assert "The label is **3** all along" in said_of_labels(app)


def test_the_chosen_step_is_framed_and_stays_within_the_film(app: AppTest) -> None:
    tab(app, "line")
    before = pictures(app)
    app.slider(key="latent-heard").set_value(9).run()
    assert not app.exception
    assert pictures(app) != before
    assert any("Label of step 9" in item.value for item in app.markdown)
    app.slider(key="latent-steps").set_value(4).run()
    assert app.slider(key="latent-heard").value == 4
    assert "4 steps" in film(app)


def test_the_map_decodes_the_place_of_the_start_at_first_and_then_the_picked_one(
    app: AppTest, conv: Pipeline
) -> None:
    found = load_map(SHIPPED / "conv")
    assert found is not None
    app.selectbox(key="latent-start").set_value("4").run()
    tab(app, "map")
    place = found.place_of(drawn(conv, 4, "farsi", "kannada").mean)
    label = conv.decode(found.latent_at(np.round(place, 3))[None]).label[0]
    assert f"Label **{label}**" in [item.value for item in app.markdown]
    before = pictures(app)
    app.session_state[PLACE] = (0.5, 0.5)
    app.run()
    assert pictures(app) != before
    label = conv.decode(found.latent_at(np.array([0.5, 0.5]))[None]).label[0]
    assert f"Label **{label}**" in [item.value for item in app.markdown]


def test_a_click_on_the_map_is_kept_within_it(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[dict[str, Any]] = []

    def mount(*, key: str, data: dict[str, Any], on_place_change: Callable[[], None]) -> None:
        shown.append(data)
        if len(shown) == 1:
            st.session_state[key] = {"place": [1.2, 0.12345, 1.0]}
            on_place_change()

    points: list[dict[str, Any]] = []
    told = "mvae.ui.latent.plane._points_component"
    monkeypatch.setattr(told, lambda: lambda *, data, **_: points.append(data))
    monkeypatch.setattr("mvae.ui.latent.plane._component", lambda: mount)
    tab(app, "map")
    assert app.session_state[PLACE] == (1.0, 0.123)
    app.run()
    assert shown[1]["place"] == (1.0, 0.123)
    assert shown[1]["start"] == shown[0]["place"]
    assert "the current input" in shown[1]["alt"]
    assert "100% from the left and 12% from the top" in shown[1]["alt"]
    assert len(json.dumps(shown[0])) < 500  # it is sent with each click
    assert points[0]["name"] == shown[0]["name"]
    drawn = np.array(points[0]["points"]).reshape(-1, 3)
    assert len(drawn) == 1500
    assert drawn[:, :2].min() >= 0
    assert drawn[:, :2].max() <= points[0]["units"]
    assert np.bincount(drawn[:, 2]).tolist() == [150] * 10
    assert [digit for _, _, digit in points[0]["middles"]] == list(range(10))
    assert len(json.dumps(points[0])) < 25_000


@pytest.mark.parametrize("colour", COLOURS)
def test_the_maps_digits_stand_out_from_its_paper(colour: str) -> None:
    def luminance(rgb: tuple[int, ...]) -> float:
        parts = [
            value / 255 / 12.92 if value < 11 else ((value / 255 + 0.055) / 1.055) ** 2.4 for value in rgb
        ]
        return float(np.dot(parts, (0.2126, 0.7152, 0.0722)))

    ink = luminance(tuple(bytes.fromhex(colour[1:])))
    assert (ink + 0.05) / (luminance(PAPER) + 0.05) > 4.5
    assert len(set(COLOURS)) == 12


@pytest.mark.parametrize("digit", range(10))
def test_the_middle_of_a_digit_is_that_digit(app: AppTest, digit: int) -> None:
    tab(app, "map").button_group(key="map-digit").set_value(digit).run()
    assert not app.exception
    assert f"Label **{digit}**" in [item.value for item in app.markdown]
    assert f"The 6 nearest points: 6 × {digit}." in [item.value for item in app.markdown]
    (back,) = (button for button in app.button if button.label == Text.TO_START)
    back.click().run()
    assert PLACE not in app.session_state
    assert "Label **5**" in [item.value for item in app.markdown]


def test_a_checkpoint_without_a_map_says_how_to_draw_it(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mvae.ui.latent.atlas.load_map", lambda _: None)
    tab(app, "map")
    assert "python -m mvae map --checkpoint" in app.info[0].value
    assert not pictures(app)


def said(app: AppTest) -> dict[str, str]:
    """What the address says of this page, the common fields left out."""
    (bar,) = (item.proto for item in app.get("bidi_component") if "mvae-address" in item.proto.component_name)
    link = dict(parse_qsl(json.loads(bar.json)["search"]))
    link.pop("model", None)
    return link


def open_link(monkeypatch: pytest.MonkeyPatch, **said: str) -> AppTest:
    monkeypatch.chdir(ROOT)
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.run()
    app.query_params.update(said)
    app.switch_page(f"pages/{PAGE}.py").run()
    assert not app.exception
    return app


def test_a_link_opens_the_same_sliders(monkeypatch: pytest.MonkeyPatch, conv: Pipeline) -> None:
    first, second = active_dimensions(conv, SHIPPED / "conv")[:2].tolist()
    app = open_link(monkeypatch, start="4", sliders="16", moved=f"{first}:1.5,{second}:-999")
    assert len(app.slider) == 16
    assert app.selectbox(key="latent-start").value == "4"
    assert app.slider[0].value == 1.5
    assert app.slider[1].value == app.slider[1].min  # what is too far stops at the end
    assert app.slider[2].value == pytest.approx((app.slider[2].min + app.slider[2].max) / 2)
    assert said(app)["moved"] == f"{first}:1.5,{second}:-999"


def test_a_link_opens_the_same_walk(monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_link(monkeypatch, tab="walk", model="linear", index="201", first="-1500", step="30", start="7")
    assert [number(app, what, "linear").value for what in ("index", "first", "step")] == [201, -1500, 30]
    assert any("5, 3, 7, 0" in item.value for item in app.markdown)
    assert said(app) == {
        "tab": "walk", "start": "7", "index": "201", "first": "-1500", "step": "30"
    }  # fmt: skip


def test_a_link_opens_the_same_film(monkeypatch: pytest.MonkeyPatch) -> None:
    link = {"tab": "line", "start": "0", "to": "8", "steps": "5", "heard": "2"}
    app = open_link(monkeypatch, **link)
    assert "5 steps from a drawn 0 to a drawn 8" in film(app)
    assert any("Label of step 2" in item.value for item in app.markdown)
    assert said(app) == link


def test_a_link_opens_the_same_place(monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_link(monkeypatch, tab="map", place="0.25,0.75")
    assert app.session_state[PLACE] == (0.25, 0.75)
    assert said(app) == {"tab": "map", "place": "0.25,0.75"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("tab", "sky"), ("start", "11"), ("sliders", "7"), ("moved", "1:2:3"), ("moved", "1"),
        ("moved", "1:nan"), ("moved", "1:1e9"), ("index", "64"), ("index", "-1"), ("first", "inf"),
        ("step", "x"),
        ("to", ""),
        ("steps", "99"), ("heard", "0"), ("place", "0.5"), ("place", "nan,0"), ("place", "1.1,0"),
    ],
)  # fmt: skip
def test_a_tampered_link_gives_the_default(monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> None:
    app = open_link(monkeypatch, **{name: text})
    assert name in app.warning[0].value
    assert name not in said(app)
    assert len(app.slider) == 8


def test_a_line_leads_between_two_inputs_of_ones_own(app: AppTest, conv: Pipeline) -> None:
    slots = app.session_state["slots"]
    slots["farsi"].put(example("farsi", 2))
    slots["kannada"].put(example("kannada", 8))
    slots["kannada"].present = False  # it counts all the same
    app.run()
    app.selectbox(key="latent-start").set_value("farsi").run()
    tab(app, "line").selectbox(key="latent-end").set_value("kannada").run()
    assert not app.exception
    assert "from your Farsi drawing to your Kannada drawing" in film(app)
    ends = [drawn(conv, 2, "farsi").mean, drawn(conv, 8, "kannada").mean]
    labels = conv.decode(straight_line(*ends, 9)).label
    assert film(app).endswith(f"the labels: {', '.join(map(str, labels))}.")


def test_only_inputs_that_there_are_can_be_chosen_and_a_link_to_another_says_so(app: AppTest) -> None:
    assert Text.OWN["farsi"] in app.selectbox(key="latent-start").options
    assert Text.OWN["speech"] not in app.selectbox(key="latent-start").options
    linked = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    linked.query_params["start"] = "speech"
    linked.switch_page(f"pages/{PAGE}.py").run()
    assert not linked.exception
    assert not linked.warning
    assert linked.selectbox(key="latent-start").value == "speech"
    assert linked.info[0].value == Text.NOT_THERE
    assert [slider.value for slider in linked.slider] == [0.0] * 8


def test_a_model_of_ones_own_without_a_map_is_not_told_to_run_a_command(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mvae.ui.latent.atlas.load_map", lambda _: None)
    tab(app, "map")
    assert app.info[0].value == Text.NO_MAP.format(checkpoint="conv")
    app.session_state["own-model"] = OwnModel("mine", SHIPPED / "linear", mvae.load_pretrained("linear"))
    app.session_state["checkpoint"] = "mine"
    app.run()
    assert not app.exception
    assert app.info[0].value == Text.NO_MAP_OWN
