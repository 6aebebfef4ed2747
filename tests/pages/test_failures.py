"""A bug that nobody has foreseen costs the part of the page that has it, and only until the next action."""

import logging
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from mvae.errors import InputError
from mvae.ui.experts.text import Experts
from mvae.ui.text import Common, inputs_title
from tests.pages.conftest import Opener

DRAW_TITLE = inputs_title(["drawing", "sound"])
BUGS = [RuntimeError("a bug"), MemoryError(), KeyError("a bug"), RecursionError()]


def failing(error: Exception) -> Callable[..., Any]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


def expect_one_sentence(app: AppTest, title: str, sentence: str = Common.FAILED) -> None:
    """The page has its head and says one sentence, no traceback."""
    assert not app.exception
    assert [heading.value for heading in app.title] == [title]
    assert app.segmented_control(key="checkpoint_picker")
    assert [error.value for error in app.error] == [sentence]


def expect_mended(app: AppTest, title: str) -> None:
    assert not app.exception
    assert not app.error
    assert [heading.value for heading in app.title] == [title]


@pytest.mark.parametrize("error", BUGS, ids=lambda error: type(error).__name__)
def test_a_part_of_the_first_page_fails(
    open_page: Opener, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    app = open_page("draw_and_speak")
    outputs = len(app.get("imgs"))
    with monkeypatch.context() as broken:
        broken.setattr("mvae.ui.draw.outputs.label_bars", failing(error))
        app.toggle(key="present-kannada").set_value(True).run()
        sentence = Common.TOO_LARGE if isinstance(error, MemoryError) else Common.FAILED
        expect_one_sentence(app, DRAW_TITLE, sentence)
        assert app.button(key="clear-farsi")  # the cards are there and work
        app.button(key="clear-farsi").click().run()
        assert app.session_state["slots"]["farsi"].content is None
    logged = [record for record in caplog.records if record.exc_info and record.exc_info[1] is error]
    assert logged
    assert logged[0].levelno == logging.ERROR
    app.button(key="undo-farsi").click().run()
    expect_mended(app, DRAW_TITLE)
    assert len(app.get("imgs")) == outputs


@pytest.mark.parametrize(
    ("page", "kept", "broken"),
    [
        ("all_subsets", {}, "mvae.ui.subsets.table.table"),
        ("all_subsets", {}, "mvae.ui.frame.player.player"),
        ("experts", {}, "mvae.ui.experts.plane.show"),
        ("experts", {"experts-view-kept": "bench"}, "mvae.ui.experts.bench.show"),
        ("experts", {"experts-view-kept": "conflict"}, "mvae.ui.experts.conflict.show"),
        ("latent_space", {}, "mvae.ui.latent.sliders.show_sliders"),
        ("latent_space", {"latent-view-kept": "walk"}, "mvae.ui.latent.walk.show_walk"),
        ("latent_space", {"latent-view-kept": "line"}, "mvae.ui.latent.line.film_image"),
        ("latent_space", {"latent-view-kept": "map"}, "mvae.ui.latent.atlas.plane"),
        ("training", {}, "mvae.ui.training.curves.show_curves"),
        ("training", {"training-view-kept": "table"}, "mvae.ui.training.table.read_table"),
        ("how_it_works", {}, "mvae.ui.how_it_works.posterior.show_product"),
        ("how_it_works", {}, "mvae.ui.how_it_works.sources.show_data"),
    ],
    ids=lambda value: value.rpartition("mvae.")[2] if isinstance(value, str) else "",
)
def test_a_part_of_every_page_fails(
    open_page: Opener,
    monkeypatch: pytest.MonkeyPatch,
    page: str,
    kept: dict[str, str],
    broken: str,
) -> None:
    app = open_page(page)
    title = app.title[0].value
    for key, value in kept.items():
        app.session_state[key] = value
    with monkeypatch.context() as patch:
        patch.setattr(broken, failing(RuntimeError("a bug")))
        app.run()
        expect_one_sentence(app, title)
    app.run()
    expect_mended(app, title)


def test_a_callback_fails(open_page: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page("draw_and_speak")
    outputs = len(app.get("imgs"))
    with monkeypatch.context() as broken:
        broken.setattr("mvae.ui.state.slots.Slot.put", failing(RuntimeError("a bug")))
        app.button(key="clear-farsi").click().run()
        expect_one_sentence(app, DRAW_TITLE)
        assert len(app.get("imgs")) == outputs  # all of the page is there
    app.toggle(key="present-speech").set_value(False).run()  # of another part
    expect_mended(app, DRAW_TITLE)
    app.button(key="clear-farsi").click().run()
    expect_mended(app, DRAW_TITLE)
    assert app.session_state["slots"]["farsi"].content is None


def test_a_callback_outside_the_parts_fails(open_page: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page("experts")
    app.session_state["slots"]["kannada"].put(None)
    app.run()
    with monkeypatch.context() as broken:
        broken.setattr("mvae.ui.state.slots.Slot.put", failing(InputError("Draw something else.")))
        app.button_group(key="example-kannada").set_value(4).run()
        expect_one_sentence(app, Experts.TITLE, "Draw something else.")
    app.button_group(key="example-kannada").set_value(4).run()
    expect_mended(app, Experts.TITLE)
    assert app.session_state["slots"]["kannada"].prepared is not None


def test_a_known_error_says_its_own_sentence() -> None:
    def script() -> None:
        import streamlit as st  # noqa: PLC0415

        from mvae.errors import InputError  # noqa: PLC0415
        from mvae.ui.runtime.failures import error_boundary  # noqa: PLC0415

        with error_boundary():
            st.write("before")
            msg = "Draw something."
            raise InputError(msg)
        st.write("after")

    app = AppTest.from_function(script).run()
    assert [each.value for each in app.markdown] == ["before", "after"]
    assert [each.value for each in app.error] == ["Draw something."]
    assert not app.exception


def test_to_stop_and_to_run_again_are_no_failures() -> None:
    def script() -> None:
        import streamlit as st  # noqa: PLC0415

        from mvae.ui.runtime.failures import error_boundary  # noqa: PLC0415

        with error_boundary():
            if "again" not in st.session_state:
                st.session_state["again"] = True
                st.rerun()
            st.write("once")
            st.stop()

    app = AppTest.from_function(script).run()
    assert [each.value for each in app.markdown] == ["once"]
    assert not app.error
