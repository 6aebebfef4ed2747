"""On a Streamlit that has none of what `mvae.ui.runtime.compat` asks for, the app does the same, slower."""

from collections.abc import Iterator

import pytest

from mvae.ui.runtime import compat
from tests.pages.conftest import Opener
from tests.pages.test_failures import DRAW_TITLE, expect_mended, expect_one_sentence, failing


@pytest.fixture(autouse=True)
def _other_streamlit(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(compat, "VERSIONS", ((0, 1), (0, 2)))
    compat._is_there.cache_clear()
    yield
    compat._is_there.cache_clear()


def test_a_modality_is_switched_off_and_an_input_cleared(open_page: Opener) -> None:
    app = open_page("draw_and_speak")
    outputs = len(app.get("imgs"))
    app.toggle(key="present-speech").set_value(False).run()
    assert not app.session_state["slots"]["speech"].present
    app.button(key="clear-farsi").click().run()
    assert app.session_state["slots"]["farsi"].content is None
    expect_mended(app, DRAW_TITLE)
    assert len(app.get("imgs")) == outputs


def test_a_callback_fails(open_page: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page("draw_and_speak")
    with monkeypatch.context() as broken:
        broken.setattr("mvae.ui.state.slots.Slot.put", failing(RuntimeError("a bug")))
        app.button(key="clear-farsi").click().run()
        expect_one_sentence(app, DRAW_TITLE)
    app.button(key="clear-farsi").click().run()
    expect_mended(app, DRAW_TITLE)
    assert app.session_state["slots"]["farsi"].content is None


@pytest.mark.parametrize("page", ["all_subsets", "experts", "latent_space", "training", "how_it_works"])
def test_every_page_opens(open_page: Opener, page: str) -> None:
    assert open_page(page).title
