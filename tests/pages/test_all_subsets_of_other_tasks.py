"""All subsets, of models of other tasks than the poster's."""

import re
from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from mvae.model.subsets import all_subsets, subset_key
from mvae.tasks.digits import TASK
from tests.helpers import read
from tests.pages.conftest import OwnOpener
from tests.pages.other_tasks import (
    FOUR,
    GROWERS,
    SIX,
    TWO_SOUNDS,
    TWO_VECTORS,
    write_checkpoint,
    write_measured,
)
from tests.pages.test_all_subsets import captions, slots, table

PAGE = "all_subsets"


@pytest.fixture
def wine(tmp_path: Path) -> Path:
    return write_checkpoint(tmp_path / "wine", TWO_VECTORS, GROWERS)


def heard(app: AppTest) -> list[str]:
    return [button.label for button in app.get("download_button")]


def rows(app: AppTest) -> list[str]:
    return [unescape(name) for name in re.findall(r'data-choice="(.*?)"', table(app))]


def test_two_vectors_have_three_subsets(open_own: OwnOpener, wine: Path) -> None:
    app = open_own(wine, PAGE)
    assert app.title[0].value == "All three subsets"
    assert "of the two modalities" in read(app.markdown[0].value)
    assert rows(app) == ["body", "shares", "body+shares"]
    assert captions(app) == ["input"] * 2 + ["given", "imagined", "imagined", "given", "given", "given"]
    assert re.findall(r"<small>(BCE|MSE) [\d.]+</small>", table(app)) == ["MSE", "BCE"] * 3
    assert re.findall(r'alt="Body of the wine, given: alcohol \S+, hue \S+; the label', table(app))
    assert re.findall(r'title="1 \S+, 2 \S+, 3 \S+"', table(app)), "values without names are numbered"
    assert "not measured" in table(app)
    said = " ".join(item.value for item in app.caption)
    assert "triplets" not in said
    assert "Table 1" not in said + table(app)


def test_where_nothing_is_heard_nothing_is_to_be_listened_to(open_own: OwnOpener, wine: Path) -> None:
    app = open_own(wine, PAGE)
    assert not [box for box in app.selectbox if box.key == "listen-to"]
    assert not [button for button in app.button if button.key == "listen"]
    assert heard(app) == ["Result as JSON", "Result as CSV"]


def test_names_of_others_cannot_become_markup(open_own: OwnOpener, tmp_path: Path) -> None:
    app = open_own(write_checkpoint(tmp_path / "six", SIX, GROWERS), PAGE)
    assert rows(app) == [subset_key(subset) for subset in all_subsets([each.name for each in SIX])]
    assert len(rows(app)) == 63
    assert app.title[0].value == "All 63 subsets"
    assert "<i>" not in table(app)
    assert "<b>" not in table(app)
    assert '<div class="table long apart">' in table(app), "it scrolls below its head"
    assert not [item.value for item in app.caption if "<i>" in item.value.replace(r"\<i\>", "")]


def test_what_is_missing_is_imagined_when_asked_for(open_own: OwnOpener, wine: Path) -> None:
    app = open_own(wine, PAGE)
    slots(app)["shares"].put(None)
    app.run()
    assert app.info[0].value == "Shares is missing: 1 of the three rows can be shown."
    assert "Add Shares to see this row." in table(app)
    (button,) = (button for button in app.button if button.label.startswith("Let the model imagine"))
    button.click().run()
    assert not app.exception
    assert rows(app) == ["body", "shares", "body+shares"]
    assert slots(app)["shares"].imagined


def test_four_modalities_have_fifteen_subsets_with_their_own_errors(
    open_own: OwnOpener, tmp_path: Path
) -> None:
    app = open_own(write_checkpoint(tmp_path / "four", FOUR, TASK.classes), PAGE)
    assert app.title[0].value == "All 15 subsets"
    assert rows(app)[:5] == ["farsi", "kannada", "speech", "western", "farsi+kannada"]
    assert rows(app)[-1] == "farsi+kannada+speech+western"
    assert re.findall(r"<small>(BCE|MSE) ", table(app)) == ["BCE", "BCE", "MSE", "BCE"] * 15
    assert heard(app)[0] == "Speech as WAV"
    app.button(key="listen").click().run()
    assert app.get("audio")


def test_of_several_sounds_one_is_chosen(open_own: OwnOpener, tmp_path: Path) -> None:
    directory = write_checkpoint(tmp_path / "sounds", TWO_SOUNDS, GROWERS)
    app = open_own(directory, PAGE)
    picker = app.button_group(key="listen-sound")
    assert picker.options == ["Call", "Song"]
    urls = set()
    for name in ("call", "song"):
        app.button_group(key="listen-sound").set_value(name).run()
        app.button(key="listen").click().run()
        urls.add(app.get("audio")[0].proto.url)
        app.run()
    assert len(urls) == 2
    other = open_own(directory, PAGE)
    other.query_params["listen-sound"] = "song"
    other.query_params["listen"] = "song"
    other.run()
    assert other.button_group(key="listen-sound").value == "song"
    assert other.selectbox(key="listen-to").value == "song"


def test_accuracy_is_that_of_the_models_own_table(open_own: OwnOpener, wine: Path) -> None:
    write_measured(wine, TWO_VECTORS)
    app = open_own(wine, PAGE)
    assert re.findall(r"<td>([\d.]+)%</td>", table(app)) == ["0.50", "4.50", "8.50"]
    assert "Accuracy over the test data" in table(app)
