"""What nobody gave follows what was given: it never says another class."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from mvae.modalities.strokes import template
from mvae.ui.state.contents import Drawing
from mvae.ui.state.slots import Slot, example
from tests.pages.conftest import Opener

THREE = Drawing.of([[(x * 0.9 + 0.05, y * 0.9 + 0.05) for x, y in stroke] for stroke in template("farsi", 3)])


def slots(app: AppTest) -> dict[str, Slot]:
    return app.session_state["slots"]


@pytest.fixture
def app(open_page: Opener) -> AppTest:
    return open_page("draw_and_speak")


def drawn(app: AppTest) -> AppTest:
    """As a person draws it: a drawing of which nobody knows what it is."""
    slots(app)["farsi"].put(THREE)
    return app.run()


def test_an_example_that_is_copied_takes_the_missing_one_along(app: AppTest) -> None:
    assert slots(app)["kannada"].content is example("kannada", 5)
    app.button_group(key="example-farsi").set_value(3).run()
    assert slots(app)["kannada"].content is example("kannada", 3)
    app.button(key="undo-farsi").click().run()
    assert slots(app)["kannada"].content is example("kannada", 5)


def test_a_drawing_leaves_nothing_that_contradicts_it_and_switching_on_agrees(app: AppTest) -> None:
    drawn(app)
    kannada = slots(app)["kannada"]
    assert kannada.is_blank
    app.toggle(key="present-kannada").set_value(True).run()
    assert not app.exception
    assert kannada.content is example("kannada", 3)
    assert kannada.present


def test_what_a_page_has_suggested_is_gone_with_what_it_was_read_from(app: AppTest) -> None:
    drawn(app)
    app.switch_page("pages/all_subsets.py").run()
    assert slots(app)["kannada"].content is example("kannada", 3)
    assert slots(app)["speech"].content.label == 3
    app.switch_page("pages/draw_and_speak.py").run()
    assert slots(app)["kannada"].is_blank
    app.switch_page("pages/latent_space.py").run()
    assert slots(app)["kannada"].is_blank


def test_a_link_with_a_digit_has_no_other_beside_it(app: AppTest) -> None:
    fresh = AppTest.from_file(app._script_path, default_timeout=60)
    fresh.query_params["farsi"] = "2"
    fresh.run()
    assert slots(fresh)["kannada"].content is example("kannada", 2)


def test_where_examples_contradict_one_another_nothing_is_suggested(open_page: Opener) -> None:
    app = open_page("draw_and_speak")
    app.button_group(key="example-speech").set_value(7).run()
    assert slots(app)["kannada"].is_blank
    app.toggle(key="present-farsi").set_value(False).run()
    assert slots(app)["kannada"].content is example("kannada", 7)


def test_what_a_person_has_given_stays(app: AppTest) -> None:
    app.button_group(key="example-kannada").set_value(8).run()
    app.toggle(key="present-kannada").set_value(False).run()
    drawn(app)
    kept = slots(app)["kannada"].content
    assert kept is example("kannada", 8)
    np.testing.assert_array_equal(kept.prepared, example("kannada", 8).prepared)
