import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import mvae
from mvae.checkpoint import SHIPPED
from mvae.latent import active_dimensions, digits_met, grid_values, traverse
from mvae.pipeline import Completion, Pipeline
from mvae.strokes import render, template
from tests.pages.conftest import Opener

PAGE = "latent_space"
WALK = "Walk along one dimension"


@pytest.fixture(scope="module")
def conv() -> Pipeline:
    return mvae.load_pretrained("conv")


@pytest.fixture(scope="module")
def linear() -> Pipeline:
    return mvae.load_pretrained("linear")


@pytest.fixture
def app(open_page: Opener) -> AppTest:
    return open_page(PAGE)


def drawn(pipe: Pipeline, digit: int) -> Completion:
    return pipe(farsi=render(template("farsi", digit)), kannada=render(template("kannada", digit)))


def pictures(app: AppTest) -> list[str]:
    """Addresses that contain a hash of the picture."""
    return [item.proto.imgs[0].url for item in app.get("image")]


def walk(app: AppTest) -> AppTest:
    app.session_state["latent-view"] = WALK
    return app.run()


def number(app: AppTest, what: str, checkpoint: str = "conv"):
    return app.number_input(key=f"grid-{what}-{checkpoint}")


def met(app: AppTest) -> str:
    (text,) = (item.value for item in app.markdown if "Digits met" in item.value)
    return text


def test_sliders_stand_on_the_posterior_mean_of_the_most_active_dimensions(
    app: AppTest, conv: Pipeline
) -> None:
    dimensions = active_dimensions(conv, SHIPPED / "conv")[:8]
    posterior = conv(farsi=render(template("farsi", 7)))
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
    app.selectbox(key="latent-start").set_value("Posterior of a drawn 0").run()
    posterior = drawn(conv, 0)
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
    app.selectbox(key="latent-start").set_value("Prior mean, 0").run()
    assert app.slider[2].value == 0
    app.selectbox(key="latent-start").set_value("Posterior of the current input").run()
    assert app.slider[2].value == end


def test_the_walk_starts_with_the_most_active_dimension_over_three_deviations(
    app: AppTest, conv: Pipeline
) -> None:
    walk(app)
    assert not app.slider
    assert number(app, "index").value == active_dimensions(conv, SHIPPED / "conv")[0]
    assert number(app, "index").max == conv.latent_size - 1
    assert (number(app, "start").value, number(app, "step").value) == (-3, 0.06)
    assert "from -3 to 2.94" in met(app)
    assert len(pictures(app)) == 2


def test_the_walk_names_the_digits_that_the_model_sees(app: AppTest, conv: Pipeline) -> None:
    walk(app)
    app.selectbox(key="latent-start").set_value("Posterior of a drawn 4").run()
    before = pictures(app)
    number(app, "index").set_value(5).run()
    number(app, "start").set_value(-40.0).run()
    number(app, "step").set_value(0.5).run()
    out = conv.decode(traverse(drawn(conv, 4).mean, 5, grid_values(-40, 0.5)))
    assert f"**{' → '.join(map(str, digits_met(out.label)))}**" in met(app)
    assert all(old != new for old, new in zip(before, pictures(app), strict=True))


def test_the_posters_setting_is_one_click(app: AppTest, linear: Pipeline) -> None:
    walk(app)
    (button,) = (button for button in app.button if "poster" in button.label)
    button.click().run()
    assert not app.exception
    assert not app.warning
    assert app.session_state["checkpoint"] == "linear"
    assert app.button_group(key="checkpoint_picker").value == "linear"
    assert app.selectbox(key="latent-start").value == "Posterior of a drawn 7"
    values = [number(app, what, "linear").value for what in ("index", "start", "step")]
    assert values == [201, -1500, 30]
    out = linear.decode(traverse(drawn(linear, 7).mean, 201, np.arange(-1500, 1500, 30)))
    assert f"**{' → '.join(map(str, digits_met(out.label)))}**" in met(app)
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
    app.session_state["latent-view-kept"] = WALK
    app.switch_page(f"pages/{PAGE}.py").run()
    assert not app.slider
    assert "Digits met" in met(app)


def test_a_step_of_zero_is_refused_with_a_sentence(app: AppTest) -> None:
    walk(app)
    number(app, "step").set_value(0.0).run()
    assert not app.exception
    assert "step other than zero" in app.warning[0].value
    assert not pictures(app)


@pytest.mark.parametrize("start", [-1e5, 1e5])
def test_the_furthest_walk_still_has_digits(app: AppTest, start: float) -> None:
    walk(app)
    number(app, "start").set_value(start).run()
    assert not app.exception
    assert len(pictures(app)) == 2
