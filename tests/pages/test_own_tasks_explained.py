"""Experts and How it works with models of other tasks: two to six modalities of all kinds, any classes."""

import json
import re
from collections.abc import Iterator
from html import escape
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from mvae.inference.conflict import judge_conflict
from mvae.inference.pipeline import Pipeline
from mvae.modalities.sound import mfcc, read_recording
from mvae.ui import keys
from mvae.ui.experts.text import Experts
from mvae.ui.how_it_works.text import HowItWorks
from mvae.ui.results.examples import example_of
from mvae.ui.state.contents import Recording
from mvae.ui.state.slots import Slot
from mvae.ui.state.task import POSTERS, show, show_checkpoint, shown
from mvae.ui.views.look import plain
from tests.pages.conftest import Opener
from tests.pages.own_tasks import BIRDS, GROWERS, SIX, TASKS, write_own_checkpoint
from tests.voice import sound_file, voice


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("own")
    return {name: write_own_checkpoint(folder / name, name) for name in TASKS}


@pytest.fixture
def open_task(checkpoints: dict[str, Path], open_page: Opener) -> Iterator[Opener]:
    """Opens a page with the task of a name: "page of task"."""

    def open_task(name: str) -> AppTest:
        page, _, task = name.partition(" of ")
        show_checkpoint(checkpoints[task])
        return open_page(page)

    yield open_task
    show(POSTERS)


def pipe_of(checkpoints: dict[str, Path], task: str) -> Pipeline:
    return Pipeline(checkpoints[task])


def tab(app: AppTest, name: str) -> AppTest:
    app.session_state[f"{keys.EXPERTS_VIEW}-kept"] = name
    app.run()
    nothing_failed(app)
    return app


def nothing_failed(app: AppTest) -> None:
    assert not app.exception
    assert not [item.value for item in app.error]


def slots(app: AppTest) -> dict[str, Slot]:
    return app.session_state[keys.SLOTS]


def html(app: AppTest, beginning: str) -> str:
    (found,) = (item.proto.body for item in app.get("html") if beginning in item.proto.body)
    return found


def shares(app: AppTest) -> list[str]:
    return re.findall(r"</i><span>(.*?)</span>", html(app, 'class="bars shares'))


def texts(app: AppTest) -> str:
    return "\n".join(item.value for item in (*app.markdown, *app.caption, *app.info))


def alts(app: AppTest, kind: str) -> list[str]:
    return [item.proto.alt for item in app.get(kind)]


@pytest.mark.parametrize("task", TASKS)
def test_the_plane_has_the_shares_of_what_is_switched_on(
    open_task: Opener, checkpoints: dict[str, Path], task: str
) -> None:
    app = open_task(f"experts of {task}")
    nothing_failed(app)
    names = [modality.name for modality in TASKS[task][0]]
    assert [name for name in names if slots(app)[name].prepared is None] == []
    app.toggle(key=keys.PRESENT + names[-1]).set_value(True).run()
    nothing_failed(app)
    inputs = {name: slots(app)[name].prepared for name in (names[0], names[-1])}
    (out,) = pipe_of(checkpoints, task).complete(inputs, [tuple(inputs)])
    expected = [
        f"{out.expert_shares[name]:.1%}" if name in out.expert_shares else "missing"
        for name in ("prior", *names)
    ]
    assert shares(app) == expected
    (chart,) = (
        item.proto for item in app.get("bidi_component") if item.proto.component_name == "mvae.ellipses"
    )
    assert json.loads(chart.json)["alt"].count(" at ") == len(names) + 2


def test_a_modality_without_input_offers_the_classes(open_task: Opener) -> None:
    app = open_task("experts of wine")
    slots(app)["colour"].put(None)
    app.run()
    pills = app.button_group(key=f"{keys.NAMED_EXAMPLE}colour")
    assert pills.options == [plain(name) for name in GROWERS]
    pills.set_value(2).run()
    nothing_failed(app)
    assert slots(app)["colour"].content.label == 2


@pytest.mark.parametrize("task", TASKS)
def test_any_two_modalities_conflict(open_task: Opener, checkpoints: dict[str, Path], task: str) -> None:
    app = tab(open_task(f"experts of {task}"), "conflict")
    pipe, task_shown = pipe_of(checkpoints, task), shown()
    names = list(task_shown.names)
    assert [item.key for item in app.selectbox].count(keys.CONFLICT_BETWEEN) == (len(names) > 2)
    for first, second in combinations(names, 2) if len(names) < 5 else [(names[2], names[5])]:
        if len(names) > 2:
            app.selectbox(key=keys.CONFLICT_BETWEEN).set_value(f"{first},{second}")
        app.selectbox(key=keys.CONFLICT_FIRST).set_value("1")
        app.selectbox(key=keys.CONFLICT_SECOND).set_value("0").run()
        nothing_failed(app)
        examples = {
            name: example_of(task_shown.modality(name), label).prepared
            for name, label in ((first, 1), (second, 0))
        }
        outs = pipe.complete(examples, [(first,), (second,), (first, second)])
        judged = judge_conflict(pipe, *outs)
        assert app.metric[0].value.endswith(plain(task_shown.classes[judged.together]))
        assert app.metric[2].value == f"{judged.distance:,.1f} nats"
        assert html(app, "<table>").count("<figure>") == 3 * len(names)
        assert re.search(r"Of all \d+ conflicts between ", texts(app))


def test_a_link_names_the_two_modalities_and_the_classes(open_task: Opener) -> None:
    app = open_task("experts of six")
    app.query_params.update({"experts": "conflict", "between": "call,colours", "drawn": "1", "spoken": "own"})
    app.run()
    nothing_failed(app)
    assert app.selectbox(key=keys.CONFLICT_BETWEEN).value == "call,colours"
    assert app.selectbox(key=keys.CONFLICT_FIRST).label == "Spoken"
    assert app.selectbox(key=keys.CONFLICT_SECOND).label == "Values of Colours"
    assert app.selectbox(key=keys.CONFLICT_SECOND).value == "own"
    app.query_params["between"] = "call,call"
    app.run()
    assert "between" in app.warning[0].value


@pytest.mark.parametrize("name", [modality.name for modality in SIX])
def test_each_kind_is_spoilt_in_its_own_ways(open_task: Opener, name: str) -> None:
    app = open_task("experts of six")
    modality = shown().modality(name)
    if modality.kind == "sound":  # what random weights say is refused
        heard = sound_file(voice(8_000), 8_000)
        slots(app)[name].put(Recording(heard, "a test's voice", mfcc(*read_recording(heard))))
    tab(app, "corrupt")
    app.button_group(key=keys.SPOILT).set_value(name)
    app.slider(key=keys.SPOILT_STRENGTH).set_value(0).run()
    nothing_failed(app)
    ways = app.button_group(key=keys.SPOILT_HOW[modality.kind])
    assert ways.options == list(Experts.WAYS[modality.kind].values())
    before = [item.proto.imgs[0].url for item in app.get("image")]
    app.slider(key=keys.SPOILT_STRENGTH).set_value(100).run()
    nothing_failed(app)
    after = [item.proto.imgs[0].url for item in app.get("image")]
    assert before[0] == after[0]
    assert before[1:] != after[1:]
    assert plain(modality.short_title) in texts(app)
    assert len(alts(app, "plotly_chart")) == 2
    if modality.kind == "vector":
        table = html(app, 'class="values"')
        rows = re.findall(r'<tr><th scope="row">(.*?)</th><td>(.*?)</td><td>(.*?)</td>', table)
        named = modality.value_names or tuple(map(str, range(1, modality.size + 1)))
        assert [row[0] for row in rows] == [escape(each) for each in named]
        given = slots(app)[name].prepared
        assert [float(row[1]) for row in rows] == pytest.approx(given, rel=1e-3)
        assert [row[1] for row in rows] != [row[2] for row in rows]


def test_what_is_somebodys_own_is_never_read_as_markup(open_task: Opener) -> None:
    for page in ("experts", "how_it_works"):
        app = open_task(f"{page} of six")
        for name in Experts.TABS if page == "experts" else [""]:
            if name:
                tab(app, name)
            nothing_failed(app)
            shown_html = [item.proto.body for item in app.get("html")]
            drawn = [item.value for item in app.markdown if item.value.startswith("<svg")]
            visible = [re.sub('aria-label="[^"]*"', "", svg) for svg in drawn]
            assert [text for text in shown_html if "<b>all</b>" in text or "<i>barn" in text] == []
            # Streamlit looks for Markdown between the tags of a drawing, too.
            assert [text for text in visible if re.search(r"\*|<b>|<i>", text)] == []
            written = [item.value for item in (*app.markdown, *app.caption) if item.value not in drawn]
            own = ("Sketch of *it*", "<b>all</b>", BIRDS[0], BIRDS[1])
            assert [text for text in written if any(each in text for each in own)] == []


@pytest.mark.parametrize("task", TASKS)
def test_how_it_works_is_about_the_task(open_task: Opener, task: str) -> None:
    app = open_task(f"how_it_works of {task}")
    nothing_failed(app)
    modalities, classes = TASKS[task]
    count = len(modalities)
    written = texts(app)
    assert f"$2^{count} - 1 = {2**count - 1}$" in written
    drawings = [item.value for item in app.markdown if item.value.startswith("<svg")]
    prose = "\n".join(item.value for item in (*app.markdown, *app.caption) if item.value not in drawings)
    assert re.findall(".{20}digit", re.sub("(Farsi|Kannada|Spoken|Western) digit", "", prose)) == []
    assert "HODA" not in written
    assert HowItWorks.DATA_OF_OTHERS in written
    labels = [ET.fromstring(svg).attrib["aria-label"] for svg in drawings]  # noqa: S314 - ours
    model = drawings[next(k for k, label in enumerate(labels) if label.startswith("Graphical model"))]
    assert model.count("<rect") == count + 1
    assert all(modality.title in labels[0] for modality in modalities)
    assert any(f"reads {name}" in labels[0] for name in classes)


def test_of_many_subsets_some_are_shown_and_the_page_says_so(
    open_task: Opener, checkpoints: dict[str, Path]
) -> None:
    app = open_task("how_it_works of six")
    for modality in SIX:
        slots(app)[modality.name].put(example_of(modality, 0))
        slots(app)[modality.name].present = modality.name != "call"
    app.run()
    nothing_failed(app)
    inputs = {name: slot.prepared for name, slot in slots(app).items()}
    pipe = pipe_of(checkpoints, "six")
    outs = pipe.complete(inputs)
    elbos = pipe.elbo(inputs, outs)
    best = outs[int(np.argmax(elbos))].given
    given = tuple(modality.name for modality in SIX if modality.name != "call")
    rows = {*[out.given for out in outs[:12]], best, given}
    mask = html(app, "<caption")
    assert mask.count("<tr") == 1 + len(rows)
    assert f"{len(rows)} of all 63 subsets" in mask
    (current,) = re.findall(r'aria-current="true">(.*?)</tr>', mask)
    assert re.findall(r">([01])<", current) == [str(int(each.name in given)) for each in SIX]
    assert f"the 63 ELBOs are {sum(elbos):,.1f}".replace("-", "−") in texts(app)


def test_without_an_input_an_example_of_the_first_modality_is_shown(open_task: Opener) -> None:
    app = open_task("how_it_works of wine")
    slots(app)["composition"].put(None)
    app.run()
    nothing_failed(app)
    example = HowItWorks.OF_CLASS.format(modality="Alcohol, acid, ash, magnesium, phenols", label="Grower A")
    assert example in app.info[0].value
    assert "“Give numbers”" in app.info[0].value
