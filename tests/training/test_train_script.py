"""The command line of train.py, in a process of its own where Ctrl-C is pressed."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from helpers import held_by_another_process, synthetic_collections
from test_distributed import torchrun

import train
from mvae.checkpoint.files import load_tensors, read_metrics
from mvae.checkpoint.latent_map import load_map
from mvae.checkpoint.place import DESCRIPTION
from mvae.checkpoint.replay import read_replay
from mvae.checkpoint.store import load_checkpoint
from mvae.data.collections import Collection
from mvae.errors import DataError
from mvae.tasks.digits import TASK
from mvae.tasks.task import Task
from mvae.training.run import RESUME
from mvae.web.manifest import read_manifest

REPOSITORY = Path(__file__).resolve().parents[2]
RUN = """
import sys, helpers, train
from mvae.tasks.task import Task
Task.load_training = lambda *_: helpers.synthetic_collections(per_class=12)
Task.hashes = lambda *_: {"farsi": "0"}
sys.exit(train.main())
"""
END_TORCHRUN = """
import os, signal
from mvae.training.trainer import Trainer
train_step = Trainer.train_step
def end_torchrun(self, batch):
    train_step(self, batch)
    if self.step_count == 3 and self.workers.first:
        os.kill(os.getppid(), signal.SIGTERM)
Trainer.train_step = end_torchrun
"""


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-u", "-c", RUN, *arguments],
        cwd=REPOSITORY,
        env=os.environ | {"PYTHONPATH": f"{REPOSITORY}:{REPOSITORY / 'tests'}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_sigterm_save_and_say_how_to_resume(tmp_path: Path, number: signal.Signals) -> None:
    arguments = [
        "--config",
        "linear",
        "--epochs",
        "500",
        "--batch-size",
        "60",
        "--out",
        str(tmp_path / "a run"),
    ]
    process = start(*arguments)
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("epoch"):
            process.send_signal(number)
            break
    rest, errors = process.communicate(timeout=60)
    output = "".join(lines) + rest
    assert process.returncode == 130
    assert "Traceback" not in errors
    found = re.search(r"Saved\. Go on with: python train\.py (.*)\n", output)
    assert found is not None
    again = shlex.split(found[1])
    assert again == [*arguments, "--resume"]
    assert re.search(
        r"epoch +1/500  loss \d+\.\d  training accuracy %  f \d.*f\+k\+s \d.* triplets/s .* min left", output
    )
    assert load_checkpoint(tmp_path / "a run")[1].epochs >= 1
    assert int(load_tensors(tmp_path / "a run" / RESUME)[0]["step_count"]) >= 2


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(Task, "load_training", lambda *_: synthetic_collections(per_class=3))
    monkeypatch.setattr(Task, "hashes", lambda *_: {})
    monkeypatch.setattr(Task, "load", _no_test_split)
    return train.main([*arguments])


def _no_test_split(*_: object) -> None:
    msg = "The test split is not there."
    raise DataError(msg)


def test_the_map_is_drawn_where_the_test_split_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ["--config", "linear", "--epochs", "1", "--out", str(tmp_path)]
    assert run(monkeypatch, *arguments) == 0
    assert load_map(tmp_path) is None
    monkeypatch.setattr(Task, "load", lambda *_: synthetic_collections(per_class=3))
    monkeypatch.setattr("mvae.checkpoint.latent_map._PER_CLASS", 6)
    assert train.main([*arguments, "--resume"]) == 0
    assert load_map(tmp_path) is not None


def test_command_line_trains_refuses_and_resumes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--config", "linear", "--epochs", "1", "--out", str(tmp_path)]
    assert run(monkeypatch, *arguments) == 0
    assert f"python -m mvae evaluate --checkpoint {tmp_path}" in capsys.readouterr().out
    assert json.loads((tmp_path / DESCRIPTION).read_text())["training"]["batch_size"] == 256
    assert read_manifest(tmp_path) is not None
    assert run(monkeypatch, *arguments) == 1
    assert "already holds a checkpoint" in capsys.readouterr().err
    assert run(monkeypatch, *arguments, "--resume", "--seed", "1") == 1
    assert "other settings" in capsys.readouterr().err
    assert run(monkeypatch, *arguments, "--resume") == 0


def test_missing_data_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train.main(["--data-dir", str(tmp_path / "none"), "--out", str(tmp_path / "out")]) == 1
    message = capsys.readouterr().err
    assert message.count("\n") == 1
    assert str(tmp_path / "none") in message
    assert not (tmp_path / "out").exists()


def test_missing_gpu_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 0)
    assert train.main(["--device", "cuda", "--out", str(tmp_path / "out")]) == 1
    assert capsys.readouterr().err == "PyTorch finds no CUDA device here; leave --device out.\n"


def test_sigterm_to_torchrun_saves_too(tmp_path: Path) -> None:
    script, out = tmp_path / "script.py", tmp_path / "out"
    script.write_text(f"{END_TORCHRUN}{RUN}")
    options = ["--config", "linear", "--epochs", "500", "--batch-size", "60", "--out", out]
    done = torchrun(script, *map(str, options))
    assert done.returncode != 0
    assert done.stdout.count("Saved. Go on with the same command and --resume.") == 1
    assert load_tensors(out / RESUME)[0]["step_count"] >= 3
    assert load_checkpoint(out)[1].epochs >= 1.5


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_before_training_is_one_sentence(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    number: signal.Signals,
) -> None:
    before = signal.getsignal(number)
    monkeypatch.setattr(Task, "hashes", lambda *_: signal.raise_signal(number))
    assert train.main(["--out", str(tmp_path)]) == 130
    assert "Stopped at once" in capsys.readouterr().err
    assert signal.getsignal(number) is before


def test_a_second_training_into_the_same_directory_is_refused_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with held_by_another_process(tmp_path):
        assert run(monkeypatch, "--config", "linear", "--epochs", "1", "--out", str(tmp_path)) == 1
    message = capsys.readouterr().err
    assert message.startswith(f"Another training is writing into {tmp_path}; ")
    assert message.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [["--epochs", "0"], ["--batch-size", "-1"], ["--seed", "-1"], ["--seed", "x"], ["--config", "none"]],
)
def test_wrong_arguments(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        train.main(arguments)
    assert arguments[0] in capsys.readouterr().err


def test_a_small_model_may_differ_in_what_teaches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = ["--encoder", "linear", "--latent-size", "3", "--joint-only", "--images", "2"]
    assert run(monkeypatch, "--config", "small", "--epochs", "1", "--out", str(tmp_path), *chosen) == 0
    model, description = load_checkpoint(tmp_path)
    assert (model.config.encoder, model.config.latent_size, model.config.hidden_size) == ("linear", 3, 256)
    training = description.training
    assert (training["extra_subsets"], training["single_subsets"]) == (0, False)
    (record,) = read_metrics(tmp_path)
    assert "accuracy" not in record  # of the subsets it trains only one
    assert len(read_replay(tmp_path)) == 1


def test_few_images_are_loaded_alone_where_the_task_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def load_few(_directory: Path, per_class: int) -> dict[str, Collection]:
        asked.append(per_class)
        return synthetic_collections(per_class=per_class)

    fails = dict.fromkeys(TASK.loaders, _no_test_split)
    few = replace(TASK, load_few=load_few, loaders=fails, training_loaders={})
    load = Task.load_training
    monkeypatch.setattr(Task, "load_training", lambda _, *asked_for: load(few, *asked_for))
    monkeypatch.setattr(Task, "hashes", lambda *_: {})
    monkeypatch.setattr(Task, "load", _no_test_split)
    arguments = ["--config", "small", "--epochs", "1", "--hidden-size", "10", "--images", "2"]
    assert train.main([*arguments, "--out", str(tmp_path / "few")]) == 0
    assert asked == [2]


def test_a_training_is_repeated_from_what_its_checkpoint_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, again = tmp_path / "first", tmp_path / "again"
    settings = ["--encoder", "linear", "--latent-size", "3", "--hidden-size", "10", "--learning-rate", "2e-3"]
    settings += ["--kl-warmup", "0.5", "--extra-subsets", "1", "--label-weight", "4", "--seed", "7"]
    chosen = ["--config", "small", "--epochs", "1", "--precision", "float32", *settings]
    assert run(monkeypatch, *chosen, "--out", str(first)) == 0
    file = str(first / DESCRIPTION)
    assert run(monkeypatch, "--config", file, "--out", str(again)) == 0
    written = [json.loads((out / DESCRIPTION).read_text()) for out in (first, again)]
    assert written[0]["training"]["learning_rate"] == 0.002
    assert written[0]["model"]["label_weight"] == 4
    assert written[0]["weights_sha256"] == written[1]["weights_sha256"]
    # To this program it is the same run: it could be gone on with, either way.
    assert run(monkeypatch, *chosen, "--out", str(again), "--resume") == 0
    assert run(monkeypatch, "--config", file, "--out", str(first), "--resume") == 0
    assert run(monkeypatch, "--config", file, "--out", str(first), "--resume", "--bend", "0.5") == 1
