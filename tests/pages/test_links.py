"""Links and lessons, without a browser: every lesson opens, and nothing in a link can do harm."""

import json
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from mvae.lessons.files import SHIPPED, Lesson, read_lessons
from mvae.modalities.stroke_text import strokes_to_text
from mvae.ui.state.contents import Drawing, Recording
from mvae.ui.state.hideable import hideable
from mvae.ui.state.slots import example

ROOT = Path(__file__).resolve().parents[2]
LESSONS = read_lessons(SHIPPED, hideable())


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


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_each_step_is_understood_whole_and_leads_to_the_next(
    monkeypatch: pytest.MonkeyPatch, lesson: Lesson
) -> None:
    app = None
    for number, step in enumerate(lesson.steps, 1):
        if step.page is not None:
            app = opened(monkeypatch, step.page, **step.said, lesson=f"{lesson.name}.{number}")
        else:  # it stays on the page
            assert app is not None
            app = app.button(key="lesson-next").click().run()
        assert not problems(app)
        assert any(step.question in each.value for each in app.markdown)
        choice = number % len(step.choices)
        app = app.button(key=f"lesson-choice-{choice}").click().run()
        assert not app.exception
        said = " ".join(each.value for each in (*app.success, *app.warning))
        assert step.choices[choice].why in said


def choices(app: AppTest) -> list[str]:
    return [each.label for each in app.button if (each.key or "").startswith("lesson-choice-")]


@pytest.mark.parametrize("choice", [0, 2], ids=["wrong", "right"])
def test_both_answers_are_answered_with_the_why(monkeypatch: pytest.MonkeyPatch, choice: int) -> None:
    step = LESSONS[0].steps[0]
    app = opened(monkeypatch, "", **step.said, lesson="missing.1")
    assert choices(app) == [each.text for each in step.choices]
    app = app.button(key=f"lesson-choice-{choice}").click().run()
    assert choices(app) == []
    said = " ".join(each.value for kind in (app.success, app.warning, app.info) for each in kind)
    assert step.choices[choice].why in said
    assert step.choices[2].why in said
    app = app.button(key="lesson-next").click().run()  # this step stays on the page
    assert choices(app) == [each.text for each in LESSONS[0].steps[1].choices]
    assert app.session_state["lesson-answers"] == {"missing": {1: choice}}


def test_a_link_opens_a_lesson_where_it_was_left(monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(monkeypatch, "", farsi="5", lesson="missing.2", answers="missing.ab,hints.-b")
    assert app.session_state["lesson-answers"] == {"missing": {1: 0, 2: 1}, "hints": {2: 1}}
    assert choices(app) == []
    assert app.success


@pytest.mark.parametrize(
    "said",
    [{"lesson": "missing.9"}, {"lesson": "none.1"}, {"lesson": "missing"}, {"answers": "missing.z"},
     {"answers": "missing.A"}, {"answers": "none.a"}, {"answers": "missing.aaaaaaaaa"}],
)  # fmt: skip
def test_a_lesson_that_is_not_there_is_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, said: dict[str, str]
) -> None:
    app = opened(monkeypatch, "", **said)
    assert next(iter(said)) in problems(app)
    assert not app.exception


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
    assert slots["speech"].content.label == 4
    assert app.session_state["imagination_seed"] == 12
    assert app.session_state["checkpoint"] == "linear"
    assert not problems(app)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("farsi", "10"), ("farsi", "~"), ("farsi", "~%00"), ("farsi", "auto"), ("kannada", "-1"),
        ("speech", "voice"), ("speech", "auto4@own"), ("speech", "4@../conv"), ("on", "all"), ("on", ""),
        ("seed", "1e9"), ("seed", "-1"), ("model", "../conv"), ("imagine", "mode"), ("hide", "body"),
        ("ways", "no"), ("trace-farsi", "11"), ("anything", "1"),
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


@pytest.mark.parametrize("name", ["![](//evil.example/a.png)", "<b>", "a" * 30])
def test_an_address_puts_no_markdown_into_the_sentence(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    app = opened(monkeypatch, "", **{name: "1"})
    assert name[:9] not in problems(app)
    assert "(…)" in problems(app)


def test_the_sentence_names_few_and_goes_when_something_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(monkeypatch, "", **{"bad-" + letter: "1" for letter in "abcdefgh"})
    assert problems(app).count("bad-") == 5
    app.run()
    assert problems(app)
    app.button_group(key="example-farsi").set_value(3).run()
    app.run()
    assert not problems(app)


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("", {}),
        ("", {"kannada": "5", "on": "farsi"}),
        ("", {"kannada": "5"}),
        ("", {"farsi": "blank", "kannada": "blank", "speech": "3", "on": "none"}),
        ("", {"model": "linear", "speech": "4@conv"}),
        ("", {"model": "linear", "speech": "4"}),
        ("all_subsets", {}),
        ("experts", {"farsi": "3"}),
        ("", {"kannada": "7", "on": "farsi", "speech": "blank"}),
        ("all_subsets", {"farsi": "3", "kannada": "7", "on": "farsi"}),
        ("all_subsets", {"farsi": "3", "kannada": "auto3", "speech": "auto3"}),
        ("all_subsets", {"speech": "blank"}),
    ],
)
def test_what_a_page_says_of_itself_opens_as_the_same_screen(
    monkeypatch: pytest.MonkeyPatch, page: str, said: dict[str, str]
) -> None:
    app = opened(monkeypatch, page, **said)
    address = said_by(app)
    again = opened(monkeypatch, page, **address)
    assert said_by(again) == address
    assert screen(again) == screen(app)
    assert not problems(again)


def said_by(app: AppTest) -> dict[str, str]:
    """Return what the page writes into the address."""
    bar = next(item.proto for item in app.get("bidi_component") if "address-bar" in item.proto.id)
    return dict(parse_qsl(json.loads(bar.json)["search"]))


def screen(app: AppTest) -> list[object]:
    slots = app.session_state["slots"].values()
    empty = [slot.content is None for slot in slots]
    recordings = [slot.content.mfcc.tobytes() for slot in slots if isinstance(slot.content, Recording)]
    drawings = [slot.content.strokes for slot in slots if isinstance(slot.content, Drawing)]
    return [empty, recordings, drawings, *(slot.present for slot in slots)]


def test_what_nobody_gave_says_what_the_person_gave(monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(monkeypatch, "all_subsets")
    app.switch_page("pages/draw_and_speak.py").run()
    app.button_group(key="example-farsi").set_value(3).run()
    app.switch_page("pages/all_subsets.py").run()
    slots = app.session_state["slots"]
    assert slots["kannada"].content is example("kannada", 3)
    assert slots["speech"].content.label == 3
    assert [slot.present for slot in slots.values()] == [True, False, False]


def test_what_nobody_gave_follows_in_an_opened_link_too(monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(monkeypatch, "all_subsets", **said_by(opened(monkeypatch, "all_subsets")))
    app.switch_page("pages/draw_and_speak.py").run()
    app.button_group(key="example-farsi").set_value(3).run()
    app.switch_page("pages/all_subsets.py").run()
    slots = app.session_state["slots"]
    assert slots["kannada"].content is example("kannada", 3)
    assert slots["speech"].content.label == 3


def test_what_a_person_gave_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(monkeypatch, "", kannada="5", on="farsi")
    app.switch_page("pages/all_subsets.py").run()
    assert app.session_state["slots"]["kannada"].content is example("kannada", 5)


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
