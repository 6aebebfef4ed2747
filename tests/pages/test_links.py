"""Links and lessons, without a browser: every lesson opens, and nothing in a link can do harm."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from mvae.strokes import strokes_to_text
from mvae.ui.lessons import LESSONS
from mvae.ui.session import Drawing
from mvae.ui.text import Lessons

ROOT = Path(__file__).resolve().parents[2]


def opened(monkeypatch: pytest.MonkeyPatch, page: str, **said: str) -> AppTest:
    """Open a page by a link."""
    monkeypatch.chdir(ROOT)
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    if page:
        app = app.run().switch_page(f"pages/{page}.py")
    for name, value in said.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def problems(app: AppTest) -> str:
    return " ".join(warning.value for warning in app.warning)


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_is_understood_whole(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    lesson = LESSONS[name]
    app = opened(monkeypatch, lesson.page, **lesson.said)
    assert not problems(app)
    assert Lessons.LOOK_FOR[name].count(". ") + Lessons.LOOK_FOR[name].count(": ") >= 1


def test_there_are_six_lessons_with_a_title_each() -> None:
    assert len(LESSONS) == 6
    assert LESSONS.keys() == Lessons.TITLES.keys() == Lessons.LOOK_FOR.keys()


def test_a_link_sets_inputs_switches_and_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    strokes = strokes_to_text([[(0.2, 0.2), (0.8, 0.8)]])
    app = opened(
        monkeypatch,
        "",
        farsi=f"~{strokes}",
        kannada="0",
        speech="4",
        on="kannada,speech",
        seed="12",
        model="linear",
    )
    slots = app.session_state["slots"]
    assert isinstance(slots["farsi"].content, Drawing)
    assert len(slots["farsi"].content.strokes) == 1
    assert [slot.present for slot in slots.values()] == [False, True, True]
    assert slots["speech"].content.digit == 4
    assert app.session_state["imagination_seed"] == 12
    assert app.session_state["checkpoint"] == "linear"
    assert not problems(app)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("farsi", "10"), ("farsi", "~"), ("farsi", "~%00"), ("kannada", "-1"), ("speech", "voice"),
        ("on", "all"), ("on", ""), ("seed", "1e9"), ("seed", "-1"), ("model", "../conv"), ("imagine", "mode"),
        ("hide", "body"), ("ways", "no"), ("trace-farsi", "11"), ("anything", "1"), ("<b>", "1"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_left_out_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    app = opened(monkeypatch, "", **{name: value})
    assert name in problems(app)
    fresh = opened(monkeypatch, "")
    assert app.metric[0].value == fresh.metric[0].value
    assert not problems(fresh)


def test_a_sessions_own_address_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(monkeypatch, "", farsi="3")
    app.button(key="clear-farsi").click().run()
    assert app.session_state["slots"]["farsi"].content is None
    app.run()
    assert app.session_state["slots"]["farsi"].content is None


def test_hidden_controls_stay_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(monkeypatch, "", hide="model,shares")
    styles = [item.proto.body for item in app.get("html") if "display: none !important" in item.proto.body]
    assert len(styles) == 1
    assert ".st-key-checkpoint_picker" in styles[0]
    assert ".st-key-shares" in styles[0]
