"""The page Latent space with models of other tasks: other classes, other kinds, and what they lack."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from mvae.inference.latent import active_dimensions, grid_values, labels_met, traverse
from mvae.inference.pipeline import Pipeline
from mvae.ui import keys
from mvae.ui.latent.text import LatentSpaceOfAnyTask as Text
from mvae.ui.latent.text import words
from mvae.ui.state.task import POSTERS, show, show_checkpoint, shown
from mvae.ui.text import Common
from tests.pages.conftest import ROOT, Opener

PAGE = "latent_space"


@pytest.fixture
def wine_app(wine: Path, open_page: Opener) -> Iterator[AppTest]:
    show_checkpoint(wine)
    yield open_page(PAGE)
    show(POSTERS)


@pytest.fixture
def four_app(four: Path, open_page: Opener) -> Iterator[AppTest]:
    show_checkpoint(four)
    yield open_page(PAGE)
    show(POSTERS)


def alt_texts(app: AppTest) -> list[str]:
    return [item.proto.imgs[0].alt for item in app.get("image")]


def captions(app: AppTest) -> list[str]:
    return [item.proto.imgs[0].caption for item in app.get("image")]


def tab(app: AppTest, name: str) -> AppTest:
    app.session_state[f"{keys.LATENT_VIEW}-kept"] = name
    app.run()
    assert not app.exception
    assert not app.error
    return app


def said(app: AppTest) -> str:
    return "\n".join(item.value for item in app.markdown)


def test_each_class_is_a_start_by_its_name(wine_app: AppTest, wine: Path) -> None:
    picker = wine_app.selectbox(key=keys.LATENT_START)
    assert picker.options == [
        Text.CURRENT,
        "My input: Composition",
        *(f"Mean latent of Grower {letter}" for letter in "ABC"),
        Text.PRIOR,
    ]
    picker.set_value("2").run()
    pipe = Pipeline(wine)
    mean = np.array(pipe.description.latent_class_mean[2], np.float32)
    shown_dimensions = active_dimensions(pipe, wine)[:8]
    assert [slider.value for slider in wine_app.slider] == pytest.approx(mean[shown_dimensions], abs=1e-4)
    assert "Label **Grower C**" in [item.value for item in wine_app.markdown]


def test_a_class_with_templates_is_drawn(four_app: AppTest) -> None:
    options = four_app.selectbox(key=keys.LATENT_START).options
    assert "Posterior of a drawn 9" in options
    assert not any("Mean latent" in option for option in options)


def test_a_vector_is_shown_by_bars_and_its_values(wine_app: AppTest) -> None:
    assert alt_texts(wine_app)[1].startswith("Bars of the values of Colour")
    (table,) = (
        item.proto.body
        for item in wine_app.get("html")
        if 'class="values" aria-label="Colour' in item.proto.body
    )
    assert table.count("<td>") == 7
    assert not any(button.key == keys.LISTEN for button in wine_app.button), "nothing is to be heard"
    assert not any("wav" in str(button.proto.label).lower() for button in wine_app.get("download_button"))


def test_a_sound_of_another_task_is_heard(four_app: AppTest) -> None:
    assert four_app.button(key=keys.LISTEN).help == Text.HEARD
    assert "Speech: 13 MFCCs over 0.8 s" in captions(four_app)


def test_of_two_sounds_one_is_chosen(four_app: AppTest) -> None:
    speech = shown().modality("speech")
    copy = replace(speech, name="western", short="Western")  # only its kind matters here
    show(replace(shown(), modalities=(*shown().modalities[:3], copy)))
    four_app.run()
    assert four_app.button_group(key=keys.LATENT_SOUND).options == ["Speech", "Western"]


def test_the_walk_names_classes_in_full_and_shortens_them_in_its_tiles(wine_app: AppTest, wine: Path) -> None:
    tab(wine_app, "walk")
    pipe = Pipeline(wine)
    wine_app.selectbox(key=keys.LATENT_START).set_value("0").run()
    key = f"{keys.GRID}{{}}-{wine}"
    wine_app.number_input(key=key.format("first")).set_value(-6.0).run()
    wine_app.number_input(key=key.format("step")).set_value(0.12).run()
    index = wine_app.number_input(key=key.format("index")).value
    mean = np.array(pipe.description.latent_class_mean[0], np.float32)
    out = pipe.decode(traverse(mean, index, grid_values(-6, 0.12)))
    met = [shown().classes[label] for label in labels_met(out.label)]
    assert f"Classes met along the way: **{' → '.join(met)}**" in said(wine_app)
    assert all(alt.endswith(f"{', '.join(met)}.") for alt in alt_texts(wine_app))
    assert "In the pictures, A is Grower A, B is Grower B, C is Grower C." in [
        item.value for item in wine_app.caption
    ]
    assert not any(button.label == Text.POSTER for button in wine_app.button)
    assert "disentanglement" not in said(wine_app), "nobody has studied it"


def test_the_line_leads_to_a_class_and_its_link_opens_it(
    wine_app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab(wine_app, "line")
    assert wine_app.selectbox(key=keys.LATENT_END).value == "2", "there is no class 3"
    (film,) = alt_texts(wine_app)
    assert film.startswith(
        "Filmstrip of 9 steps from the current input to the mean latent of Grower C, as Composition"
    )
    wine_app.selectbox(key=keys.LATENT_START).set_value("1").run()
    wine_app.selectbox(key=keys.LATENT_END).set_value("0").run()
    (bar,) = (
        item.proto for item in wine_app.get("bidi_component") if "mvae-address" in item.proto.component_name
    )
    link = dict(parse_qsl(json.loads(bar.json)["search"]))
    assert link == {"tab": "line", "start": "1", "to": "0"}
    monkeypatch.chdir(ROOT)
    opened = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    opened.run()
    opened.query_params.update(link)
    opened.switch_page(f"pages/{PAGE}.py").run()
    assert "from the mean latent of Grower B to the mean latent of Grower A" in alt_texts(opened)[0]


def test_a_link_to_a_class_that_there_is_not_is_refused(wine_app: AppTest) -> None:
    opened = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    opened.run()
    opened.query_params["start"] = "3"
    opened.switch_page(f"pages/{PAGE}.py").run()
    assert not opened.exception
    assert "start" in opened.warning[0].value
    assert opened.selectbox(key=keys.LATENT_START).value == "current"


def test_the_map_has_a_mark_of_each_class_and_a_legend(wine_app: AppTest) -> None:
    tab(wine_app, "map")
    (component,) = (
        item.proto for item in wine_app.get("bidi_component") if "map-points" in item.proto.component_name
    )
    data = json.loads(component.json)
    assert data["marks"] == ["A", "B", "C"]
    assert set(np.array(data["points"]).reshape(-1, 3)[:, 2].tolist()) == {0, 1, 2}
    (legend,) = (item.proto.body for item in wine_app.get("html") if '"map-marks"' in item.proto.body)
    assert "A Grower A, B Grower B, C Grower C" in legend
    wine_app.button_group(key=keys.MAP_CLASS).set_value(1).run()
    assert "Label **Grower B**" in [item.value for item in wine_app.markdown]
    assert "The 6 nearest points: 6 × Grower B." in [item.value for item in wine_app.markdown]


def test_digits_need_no_legend(four_app: AppTest) -> None:
    tab(four_app, "map")
    assert not any('"map-marks"' in item.proto.body for item in four_app.get("html"))


def test_without_a_map_a_sentence_says_how_to_draw_it(
    wine_app: AppTest, wine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mvae.ui.latent.atlas.load_map", lambda _: None)
    tab(wine_app, "map")
    assert f"python -m mvae map --checkpoint {wine} --task FILE.py:TASK" in wine_app.info[0].value


def test_a_checkpoint_that_knows_no_class_means_says_so(
    wine: Path, wine_app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe = Pipeline(wine)
    object.__setattr__(pipe, "description", replace(pipe.description, latent_class_mean=[]))
    monkeypatch.setattr("mvae.ui.frame.frame.load_pipeline", lambda _: pipe)
    wine_app.selectbox(key=keys.LATENT_START).set_value("1").run()
    assert wine_app.info[0].value == f"{Common.NO_CLASS_MEANS} {Text.NO_MEAN}"
    assert [slider.value for slider in wine_app.slider] == [0.0] * 8


def test_names_of_classes_are_nobodys_markup(wine_app: AppTest) -> None:
    show(replace(shown(), classes=("*a* <b>", "x $1$ y", "[c](d)")))
    wine_app.run()
    assert r"Label **\*a\* \<b\>**" in [item.value for item in wine_app.markdown]
    tab(wine_app, "map")
    (legend,) = (item.proto.body for item in wine_app.get("html") if '"map-marks"' in item.proto.body)
    assert "&lt;b&gt;" in legend
    assert "<b>*a*" not in legend


def test_the_words_are_the_posters_for_its_task_alone(four: Path) -> None:
    assert words() is not Text
    show_checkpoint(four)
    assert words() is Text
    show(POSTERS)
