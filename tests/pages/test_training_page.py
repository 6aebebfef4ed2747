import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from helpers import add_strip, write_small_checkpoint
from streamlit.testing.v1 import AppTest

import mvae
import mvae.checkpoint.files
import mvae.checkpoint.place
from mvae.checkpoint.place import DESCRIPTION, METRICS, SHIPPED, WEIGHTS, weights_hash
from mvae.checkpoint.store import load_checkpoint
from mvae.evaluation.table import COLUMNS, POSTER_TABLE1, TABLE_ROWS
from mvae.inference.latent import ALIVE, RANKING
from mvae.model.subsets import subset_key
from mvae.training.job import STAND_INS, Choice, Job, State
from mvae.training.jobs import Jobs
from mvae.ui.state import models
from tests.helpers import read
from tests.pages.conftest import Opener

PAGE = "training"
LEARNING = """
import sys, time
from pathlib import Path
out = Path(sys.argv[sys.argv.index("--out") + 1])
out.mkdir()
for name in ("checkpoint.json", "model.safetensors"):
    (out / name).write_bytes((Path(sys.argv[1]) / name).read_bytes())
while not (out.parent / "enough").exists():
    time.sleep(0.02)
"""
"""Stands in for train.py: copies a checkpoint, and ends when it is told to."""


@pytest.fixture
def show(open_page: Opener) -> Callable[[str], AppTest]:
    """Open the page at one of its tabs."""

    def show(tab: str, app: AppTest | None = None) -> AppTest:
        app = app or open_page(PAGE)
        app.session_state["training-view-kept"] = tab
        app.run()
        assert not app.exception
        return app

    return show


@pytest.fixture
def trainings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Jobs]:
    """The server's trainings, for which `LEARNING` stands in, with a small checkpoint."""
    write_small_checkpoint(tmp_path / "small")
    script = tmp_path / "learning.py"
    script.write_text(LEARNING)
    jobs = Jobs([sys.executable, str(script), str(tmp_path / "small")])
    monkeypatch.setattr("mvae.ui.training.live.server_jobs", lambda: jobs)
    monkeypatch.setattr("mvae.training.jobs.missing_file", lambda: None)
    yield jobs
    jobs.close()


def end(app: AppTest, job: Job) -> AppTest:
    """Let a training end, and show what became of it."""
    (job.directory.parent / "enough").write_text("")
    while job.state.active:
        time.sleep(0.01)
    return app.run()


def said(app: AppTest) -> str:
    return " ".join(item.value for kind in ("info", "success", "warning", "error") for item in app.get(kind))


@pytest.fixture
def conv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A shipped checkpoint without metrics and tables, in a place of its own."""
    directory = tmp_path / "checkpoints" / "conv"
    directory.mkdir(parents=True)
    for name in (DESCRIPTION, WEIGHTS):
        (directory / name).symlink_to(SHIPPED / "conv" / name)
    monkeypatch.setattr(mvae.checkpoint.place, "SHIPPED", tmp_path / "checkpoints")
    yield directory
    models._load.clear()  # it may be this one that is remembered


def write_metrics(directory: Path, epochs: int = 3) -> list[dict]:
    records = [
        {
            "epoch": epoch,
            "loss": 7000.5 / epoch,
            "seconds": 2.0,
            "accuracy": {
                subset_key(subset): 100 - (row + 1) / epoch for row, subset in enumerate(TABLE_ROWS)
            },
        }
        for epoch in range(1, epochs + 1)
    ]
    (directory / METRICS).write_text("".join(json.dumps(record) + "\n" for record in records))
    return records


def write_table(directory: Path, split: str, accuracy: float) -> None:
    rows = [
        {"inputs": list(subset), **dict.fromkeys(COLUMNS, 12.3456), "accuracy": accuracy}
        for subset in TABLE_ROWS
    ]
    (directory / f"evaluation-{split}.json").write_text(
        json.dumps({"weights_sha256": weights_hash(directory), "split": split, "rows": rows})
    )


def figures(app: AppTest) -> list[dict]:
    return [json.loads(item.proto.spec or item.proto.figure.spec) for item in app.get("plotly_chart")]


def tables(app: AppTest) -> list[str]:
    return [item.value for item in app.markdown if item.value.startswith("Given |")]


def test_curves_are_the_recorded_metrics(conv: Path, open_page: Opener) -> None:
    records = write_metrics(conv)
    loss, accuracy = figures(open_page(PAGE))
    assert loss["data"][0]["y"] == [record["loss"] for record in records]
    assert loss["data"][0]["x"] == [1, 2, 3]
    curves = {trace["name"]: trace["y"] for trace in accuracy["data"]}
    assert len(curves) == 7
    assert curves["Farsi"] == [99.0, 99.5, pytest.approx(100 - 1 / 3)]
    assert curves["Farsi + Kannada + Speech"] == [93.0, 96.5, pytest.approx(100 - 7 / 3)]


def test_one_epoch_is_enough(conv: Path, open_page: Opener) -> None:
    write_metrics(conv, epochs=1)
    assert len(figures(open_page(PAGE))) == 2


def test_tables_show_each_split_beside_the_poster(conv: Path, show: Callable[[str], AppTest]) -> None:
    write_table(conv, "test", 97.914)
    write_table(conv, "train", 99.321)
    app = show("table")
    held_out, training = tables(app)
    for subset, here, trained in zip(
        TABLE_ROWS, held_out.splitlines()[2:], training.splitlines()[2:], strict=True
    ):
        poster = POSTER_TABLE1[subset]
        assert f"**97.91**\N{NO-BREAK SPACE}({poster['accuracy']:g})" in here
        assert f"**99.32**\N{NO-BREAK SPACE}({poster['accuracy']:g})" in trained
        assert f"**12.346**\N{NO-BREAK SPACE}({poster['speech_mse']:g})" in here
    notes = " ".join(item.value for item in app.caption)
    assert "training split" in notes
    assert "pixel scaling" in notes


def test_what_is_not_there_is_named_with_the_command_that_makes_it(
    conv: Path, show: Callable[..., AppTest]
) -> None:
    app = show("curves")
    assert not figures(app)
    assert "python train.py --config conv" in said(app)
    assert "python train.py --config conv" in said(show("replay", app))
    tables = [item.value for item in show("table", app).info]
    for split, text in zip(("test", "train"), tables, strict=True):
        command = f"python -m mvae evaluate --checkpoint conv --split {split}"
        assert f"{command} --json checkpoints/conv/evaluation-{split}.json" in text
    assert "python -m mvae study" in said(show("studies", app))


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", '{"rows": 3}', '{"rows": []}', '{"rows": [{"inputs": ["farsi"], "accuracy": 1}]}'],
)
def test_a_damaged_table_is_measured_anew(content: str, conv: Path, show: Callable[[str], AppTest]) -> None:
    (conv / "evaluation-test.json").write_text(content)
    write_table(conv, "train", 99.0)
    app = show("table")
    assert len(tables(app)) == 1
    assert any("--split test" in item.value for item in app.info)


def test_a_run_of_random_subsets_has_no_accuracy_curves(conv: Path, open_page: Opener) -> None:
    (conv / METRICS).write_text('{"epoch": 1, "loss": 3.5, "seconds": 2}\n')
    app = open_page(PAGE)
    assert len(figures(app)) == 1
    assert any("random subsets" in item.value for item in app.info)


def test_a_run_with_held_out_digits_shows_how_they_are_read(conv: Path, open_page: Opener) -> None:
    accuracy = {subset_key(subset): 80.0 + row for row, subset in enumerate(TABLE_ROWS)}
    record = {"epoch": 1, "loss": 3.5, "seconds": 2, "holdout_accuracy": accuracy}
    (conv / METRICS).write_text(json.dumps(record) + "\n")
    app = open_page(PAGE)
    curves = {trace["name"]: trace["y"] for trace in figures(app)[1]["data"]}
    assert curves["Farsi + Kannada + Speech"] == [86.0]
    assert any("held out" in item.value for item in app.caption)


def test_one_study_is_shown_at_a_time(conv: Path, show: Callable[..., AppTest]) -> None:
    alive = [(index, kl) for index, kl in enumerate(load_checkpoint(conv)[1].latent_kl) if kl > ALIVE]
    entry = {"effects": {"label": 0.1, "farsi": 0.5}, "acts_on": ["farsi"]}
    indices = [entry | {"index": index, "kl": kl} for index, kl in alive]
    study = {"latent_size": 64, "triplets": 300, "outputs": ["label", "farsi"], "indices": indices}
    (conv / RANKING).write_text(json.dumps(study))
    (conv.parent / "studies").mkdir()
    speakers = {"speakers": [{"speaker": "a", "accuracy": 80.0}], "mean": 80.0, "pooled": 80.0}
    (conv.parent / "studies" / "speakers.json").write_text(json.dumps(speakers))
    app = show("studies")
    picker = app.button_group(key="training-study")
    assert picker.options == ["What each latent index does", "Speech of strangers"]
    (heat_map,) = figures(app)
    assert heat_map["data"][0]["x"] == [str(index) for index, _ in alive]
    picker.set_value("speakers").run()
    (bars,) = figures(app)
    assert bars["data"][0]["y"] == [80.0]


def test_only_the_open_tab_runs(conv: Path, show: Callable[..., AppTest]) -> None:
    write_metrics(conv)
    write_table(conv, "test", 97.0)
    assert not tables(show("curves"))
    app = show("table")
    assert not figures(app)
    app.switch_page("pages/all_subsets.py").run()
    app.switch_page("pages/training.py").run()
    assert len(tables(app)) == 1


def replays(app: AppTest) -> list[dict]:
    protos = [item.proto for item in app.get("bidi_component")]
    return [json.loads(each.json) for each in protos if each.component_name.endswith("replay")]


def test_replay_shows_every_epoch_with_its_figures(conv: Path, show: Callable[..., AppTest]) -> None:
    records = write_metrics(conv)
    net = load_checkpoint(conv)[0]
    for epoch in (1, 2, 3):
        add_strip(conv, epoch, net)
    (replay,) = replays(show("replay"))
    assert (replay["epochs"], replay["total"], replay["epoch"]) == (3, 3, None)
    assert replay["loss"] == [record["loss"] for record in records]
    assert replay["accuracy"]["All given"] == [93.0, 96.5, pytest.approx(100 - 7 / 3)]
    assert replay["accuracy"]["One given"][0] == pytest.approx((99 + 98 + 97) / 3, abs=2)
    assert replay["sheet"].startswith("data:image/png;base64,")
    assert [row["top"] for row in replay["rows"]] == [0, 28, 56]
    assert all(row["alt"] for row in replay["rows"])


def test_a_replay_without_figures_is_shown_alone(conv: Path, show: Callable[..., AppTest]) -> None:
    add_strip(conv, 1, load_checkpoint(conv)[0])
    (replay,) = replays(show("replay"))
    assert (replay["epochs"], replay["loss"], replay["accuracy"]) == (1, [], {})


def test_a_link_opens_the_same_screen(conv: Path, show: Callable[..., AppTest]) -> None:
    add_strip(conv, 1, load_checkpoint(conv)[0])
    app = show("curves")
    app.query_params["training"] = "replay"
    app.query_params["epoch"] = "1"
    app.run()
    (replay,) = replays(app)
    assert replay["epoch"] == 1


@pytest.mark.parametrize("query", [{"training": "x"}, {"epoch": "0"}, {"study": "3"}, {"own-latent": "21"}])
def test_a_link_that_makes_no_sense_gives_the_default(
    query: dict[str, str], show: Callable[..., AppTest]
) -> None:
    app = show("curves")
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    assert len(figures(app)) == 2
    assert next(iter(query)) in said(app)


def test_without_data_it_is_said_that_stand_ins_are_trained_on(
    show: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    started: list[Choice] = []
    jobs = SimpleNamespace(start=lambda choice, _: started.append(choice))
    monkeypatch.setattr("mvae.ui.training.live.server_jobs", lambda: jobs)
    monkeypatch.setenv("MVAE_DATA", str(tmp_path))
    app = show("own")
    assert "python -m mvae data download" in said(app)
    assert "stand-ins" in said(app)
    (command,) = [code.value for code in app.code if "train" in code.value]
    assert f"--task {STAND_INS}" in command
    app.button(key="own-start").click().run()
    assert [choice.stand_ins for choice in started] == [True]


def test_a_training_is_watched_and_then_used(trainings: Jobs, show: Callable[..., AppTest]) -> None:
    app = show("own")
    app.button_group(key="own-latent").set_value(8).run()
    app.button_group(key="own-subsets").set_value("joint").run()
    app.button(key="own-start").click().run()
    job = app.session_state["own-job"]
    assert (job.choice.latent_size, job.choice.joint_only) == (8, True)
    assert "being loaded" in said(app)
    assert app.button_group(key="own-latent").disabled
    assert app.button(key="own-use").disabled
    assert replays(app)[0]["total"] == 20

    app.button(key="own-pause").click().run()
    assert "Paused" in said(app)
    app.button(key="own-go-on").click().run()
    end(app, job)
    assert "Done" in said(app)
    assert not app.button_group(key="own-latent").disabled
    app.button(key="own-use").click().run()
    assert "“Yours”" in said(app)
    picker = app.button_group(key="checkpoint_picker")
    assert picker.options[-1] == "Yours"
    assert picker.value == job.directory.name

    own = mvae.load_pretrained(job.directory)
    for page in ("draw_and_speak", "latent_space", "all_subsets", "training"):
        app.switch_page(f"pages/{page}.py").run()
        assert not app.exception, page
        assert app.button_group(key="checkpoint_picker").value == job.directory.name
    for tab in ("curves", "replay", "table", "studies"):
        assert not show(tab, app).exception
    assert app.session_state["own-model"].pipe.latent_size == own.latent_size == 8


def test_nobody_else_sees_a_model_of_ones_own(
    trainings: Jobs, show: Callable[..., AppTest], open_page: Opener
) -> None:
    app = show("own")
    app.button(key="own-start").click().run()
    job = app.session_state["own-job"]
    end(app, job).button(key="own-use").click().run()
    other = open_page("draw_and_speak")
    assert len(other.button_group(key="checkpoint_picker").options) == 2
    other.session_state["checkpoint"] = job.directory.name
    other.run()
    assert not other.exception
    assert other.button_group(key="checkpoint_picker").value == "conv"
    other.query_params["model"] = job.directory.name
    other.run()
    assert other.button_group(key="checkpoint_picker").value == "conv"


def test_two_models_of_ones_own_never_share_what_is_kept(
    trainings: Jobs, show: Callable[..., AppTest], tmp_path: Path
) -> None:
    """Both are called "Yours", and pages keep answers by the model's name: it must be another one."""
    answers, names = [], []
    app = show("own")
    for seed in (0, 1):
        write_small_checkpoint(tmp_path / "small", seed=seed)
        app.button(key="own-start").click().run()
        job = app.session_state["own-job"]
        end(app, job).button(key="own-use").click().run()
        names.append(job.directory.name)
        app.switch_page("pages/all_subsets.py").run()
        assert not app.exception
        answers.append([item.proto.body for item in app.get("html") if "<table" in item.proto.body])
        app.switch_page("pages/training.py").run()
    assert names[0] != names[1]
    assert answers[0] != answers[1]
    assert not (job.directory.parent.parent / names[0]).exists()  # what is no longer used has gone


def test_others_wait_and_are_told_their_place(trainings: Jobs, show: Callable[..., AppTest]) -> None:
    apps = [show("own") for _ in range(3)]
    for app in apps:
        app.button(key="own-start").click().run()
    first, second, third = (app.session_state["own-job"] for app in apps)
    assert "One person is before you" in said(apps[1])
    assert "2 people are before you" in said(apps[2])
    apps[1].button(key="own-stop").click().run()
    assert second.state == State.STOPPED
    assert "nothing" not in said(apps[0])
    assert "anything to use" in said(apps[1].run())
    assert "One person is before you" in said(apps[2].run())
    end(apps[0], first)
    trainings.look_after()
    assert third.state == State.TRAINING


def test_a_training_that_is_killed_is_a_sentence(trainings: Jobs, show: Callable[..., AppTest]) -> None:
    app = show("own")
    app.button(key="own-start").click().run()
    job = app.session_state["own-job"]
    job.process.kill()
    job.process.wait()
    app.run()
    assert "ended unexpectedly" in said(app)
    assert not app.button(key="own-start").disabled


def test_a_damaged_model_of_ones_own_is_a_sentence(trainings: Jobs, show: Callable[..., AppTest]) -> None:
    app = show("own")
    app.button(key="own-start").click().run()
    job = app.session_state["own-job"]
    end(app, job)
    (job.directory / WEIGHTS).write_bytes(b"x")
    app.button(key="own-use").click().run()
    assert not app.exception
    assert "is damaged" in said(app)
    assert len(app.button_group(key="checkpoint_picker").options) == 2


def test_the_shipped_checkpoints_open(open_page: Opener) -> None:
    app = open_page(PAGE)
    app.button_group(key="checkpoint_picker").set_value("linear").run()
    assert not app.exception
    assert any("256 latent dimensions" in read(item.value) for item in app.caption)
