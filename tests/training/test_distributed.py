"""Several workers train one model: with torchrun itself, two workers, gloo, and the loopback only."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from helpers import synthetic_collections
from torch import nn
from worker import LINEAR, RUNS, compare, in_float64

from mvae.checkpoint.files import load_tensors, read_metrics
from mvae.checkpoint.place import DESCRIPTION, FAMILIARITY, METRICS, WEIGHTS
from mvae.checkpoint.replay import REPLAY
from mvae.checkpoint.store import load_checkpoint
from mvae.errors import CheckpointError, TrainingError
from mvae.modalities.augmentation import augment_images, augment_speech
from mvae.model.networks import ChannelDropout
from mvae.training.batches import Batch
from mvae.training.config import TrainConfig
from mvae.training.distributed import ALONE, Workers, choose_device, join_workers
from mvae.training.run import RESUME, fit
from mvae.training.trainer import Trainer

REPOSITORY = Path(__file__).resolve().parents[2]
WORKER = REPOSITORY / "tests" / "worker.py"
LONG = replace(LINEAR, epochs=4, batch_size=4)  # 120 steps

ROUNDING = 1e-8  # what float64's may come to: AdamW moves no weight further that has no gradient but rounding
# Relative, of an epoch's loss: it hardly depends on the weights that rounding moves. In bfloat16 up to 4e-5
# were seen; other draws of the noise change it by 4e-4 and more.
SAME_CURVE = {"float64": 1e-8, "float32": 1e-6, "bfloat16": 2e-4}


def torchrun(
    *command: str | Path, options: tuple[str, ...] = (), **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a script in two workers of this machine, and wait until all have ended."""
    process = subprocess.Popen(
        [
            sys.executable, "-m", "torch.distributed.run",
            "--standalone", "--nproc-per-node", "2", *options, *map(str, command),
        ],
        cwd=REPOSITORY,
        env=os.environ | {"PYTHONPATH": f"{REPOSITORY}:{REPOSITORY / 'tests'}"} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    try:
        output, errors = process.communicate()
    finally:
        if process.poll() is None:  # the test's time is up
            process.terminate()  # it ends its workers, which are in sessions of their own
            print(*process.communicate())
    return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


def command(config: TrainConfig, out: Path) -> list[str]:
    """Return the arguments with which worker.py trains as `train_alone` does."""
    options = {"--config": "linear", "--precision": "float32", "--seed": config.seed, "--out": out}
    options |= {"--epochs": config.epochs, "--batch-size": config.batch_size}
    return ["small", *(str(part) for option in options.items() for part in option)]


def train_alone(config: TrainConfig, out: Path, *, resume: bool = False) -> None:
    with in_float64():
        fit(config, synthetic_collections(), out, precision="float32", resume=resume, show_progress=False)


def assert_same_up_to_rounding(found: Path, expected: Path) -> None:
    """Compare every tensor that a resumed run goes on from, but for the time; both runs were in float64."""
    tensors, others = (load_tensors(path)[0] for path in (found, expected))
    assert tensors.keys() == others.keys()
    assert all(each.dtype == torch.float64 for name, each in others.items() if name.startswith("model/"))
    for name in others.keys() - {"sums/seconds"}:
        torch.testing.assert_close(tensors[name], others[name], rtol=ROUNDING, atol=ROUNDING, msg=name)


def curve(out: Path) -> list[float]:
    return [record["loss"] for record in read_metrics(out)]


def images_seen(out: Path, run: str) -> list[bytes]:
    seen = [load_tensors(path)[0]["images"] for path in sorted(out.glob(f"seen-*/{run}"))]
    return [image.tobytes() for image in torch.cat(seen).numpy()]


def test_two_workers_train_what_one_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    monkeypatch.setattr(Trainer, "train_step", Trainer.train_step)  # undone after the test
    compare(one, ALONE)
    done = torchrun(WORKER, "compare", two)
    assert done.returncode == 0, done.stderr
    for run, config in RUNS.items():
        arithmetic = run.partition("/")[0]
        assert len(curve(two / run)) == config.epochs
        assert curve(two / run) == pytest.approx(curve(one / run), rel=SAME_CURVE[arithmetic]), run
        seen = images_seen(two, run)
        assert len(seen) == 120 * config.epochs
        assert sorted(seen) == sorted(images_seen(one, run))
        assert {path.name for path in (two / run).iterdir()} == {
            DESCRIPTION, WEIGHTS, METRICS, RESUME, FAMILIARITY, REPLAY,
        }  # fmt: skip
        if arithmetic == "float64":
            assert_same_up_to_rounding(two / run / RESUME, one / run / RESUME)
    assert_same_up_to_rounding(two / "missing", one / "missing")
    assert (two / "failures-0").read_text() == "OtherWorkerError TrainingError"
    assert (two / "failures-1").read_text() == "DataError TrainingError"


def test_ctrl_c_saves_and_the_number_of_workers_may_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One worker until step 3, two until Ctrl-C, then one again: as if nothing had been."""
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    train_alone(LONG, whole)
    original = Trainer.train_step

    def interrupted(self: Trainer, batch: Batch) -> None:
        original(self, batch)
        if self.step_count == 3:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Trainer, "train_step", interrupted)
    train_alone(LONG, broken)
    monkeypatch.undo()
    done = torchrun(WORKER, *command(LONG, broken), "--resume", ACCIDENT="Ctrl-C 7")
    assert done.returncode != 0
    assert done.stdout.count("Saved. Go on with the same command and --resume.") == 1
    step = int(load_tensors(broken / RESUME)[0]["step_count"])
    assert 7 <= step < 120
    assert load_checkpoint(broken)[1].epochs == step / 30
    train_alone(LONG, broken, resume=True)
    assert curve(broken) == pytest.approx(curve(whole), rel=ROUNDING)
    assert_same_up_to_rounding(broken / RESUME, whole / RESUME)


def test_a_killed_worker_costs_nothing(tmp_path: Path) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    train_alone(LINEAR, whole)
    done = torchrun(WORKER, *command(LINEAR, broken), options=("--max-restarts", "1"), ACCIDENT="killed 7")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("Training linear") == 2  # before the accident and after it, each by one worker
    assert done.stdout.count("Done") == 1
    lines = [line for line in done.stdout.splitlines() if line.startswith("epoch")]
    assert [line.split()[1] for line in lines] == ["1/2", "2/2"]  # the first was not trained again
    assert curve(broken) == pytest.approx(curve(whole), rel=ROUNDING)
    assert_same_up_to_rounding(broken / RESUME, whole / RESUME)


def test_an_existing_checkpoint_ends_all_workers_with_one_sentence(tmp_path: Path) -> None:
    train_alone(replace(LINEAR, epochs=1), tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    done = torchrun(WORKER, *command(LINEAR, tmp_path))
    assert done.returncode != 0
    assert done.stderr.count("already holds a checkpoint; add --resume to go on with it") == 1
    assert str(WORKER) not in done.stderr.split("ChildFailedError")[0]  # no traceback but torchrun's own
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.data
def test_two_workers_train_on_the_real_data(tmp_path: Path, prepared_data: Path) -> None:
    done = torchrun(WORKER, "real", "--config", "linear", "--out", tmp_path, ACCIDENT="Ctrl-C 5")
    assert "with 2 workers" in done.stdout
    assert "Saved." in done.stdout
    assert 5 / 235 <= load_checkpoint(tmp_path)[1].epochs < 0.5


@pytest.mark.parametrize("total", [0, 1, 2, 7, 256])
@pytest.mark.parametrize("count", [1, 2, 3, 8])
def test_every_row_belongs_to_one_worker(total: int, count: int) -> None:
    shares = [Workers(rank, count).share(total) for rank in range(count)]
    rows = torch.arange(total)
    assert torch.equal(torch.cat([share.of(rows) for share in shares]), rows)
    sizes = [len(share.of(rows)) for share in shares]
    assert max(sizes) - min(sizes) <= 1
    wide = torch.arange(2 * total).view(2, total)
    assert torch.equal(torch.cat([share.of(wide, dim=1) for share in shares], dim=1), wide)


def test_augmentation_does_not_depend_on_the_number_of_workers() -> None:
    images, speech = torch.rand(7, 28, 28), torch.randn(7, 13, 32)
    for augment, batch in ((augment_images, images), (augment_speech, speech)):
        whole = augment(batch, torch.Generator().manual_seed(3))
        shares = [Workers(rank, 3).share(7) for rank in range(3)]
        parts = [augment(share.of(batch), torch.Generator().manual_seed(3), share) for share in shares]
        torch.testing.assert_close(torch.cat(parts), whole)


@pytest.mark.parametrize(("theirs", "shape"), [(nn.Dropout2d, (5, 8, 3, 3)), (nn.Dropout1d, (5, 8, 4))])
def test_channel_dropout_is_that_of_pytorch(theirs: type[nn.Module], shape: tuple[int, ...]) -> None:
    x, ours = torch.randn(shape), ChannelDropout(8, 0.4)
    torch.manual_seed(0)
    expected = theirs(0.4)(x)
    torch.manual_seed(0)
    assert torch.equal(ours(x), expected)
    ours.factors = ours.draw(5, x.device, torch.Generator().manual_seed(0))
    assert torch.equal(ours(x), expected)
    assert torch.equal(ours.eval()(x), x)


def test_only_the_torchrun_that_began_a_run_goes_on_unasked(tmp_path: Path) -> None:
    def train(epochs: int, workers: Workers) -> bool:
        collections = synthetic_collections(per_class=3)
        config = replace(LINEAR, epochs=epochs)
        return fit(config, collections, tmp_path, show_progress=False, workers=workers)

    assert train(1, Workers(launch="first"))
    assert train(1, Workers(launch="first"))
    for workers in (Workers(launch="second"), ALONE):
        with pytest.raises(CheckpointError, match="already holds a checkpoint"):
            train(1, workers)
    with pytest.raises(CheckpointError, match="other settings"):
        train(2, Workers(launch="first"))


def test_without_torchrun_there_is_one_worker_and_no_group(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TORCHELASTIC_RUN_ID", raising=False)
    with join_workers() as workers:
        assert workers is ALONE
        assert not torch.distributed.is_initialized()
    assert workers.any(flag=True)
    assert not workers.any(flag=False)
    assert workers.broadcast(b"x") == b"x"


@pytest.mark.parametrize(
    ("choice", "gpus", "local_rank", "expected"),
    [("auto", 0, 0, "cpu"), ("auto", 2, 1, "cuda:1"), ("cpu", 2, 1, "cpu"), ("cuda", 2, 0, "cuda:0")],
)
def test_device(
    monkeypatch: pytest.MonkeyPatch, choice: Any, gpus: int, local_rank: int, expected: str
) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: gpus)
    monkeypatch.setattr(torch.cuda, "set_device", lambda _: None)
    assert str(choose_device(choice, Workers(local_rank, 2, local_rank))) == expected


@pytest.mark.parametrize(
    ("gpus", "sentence"), [(0, "no CUDA device here; leave --device out"), (1, "--nproc-per-node 1, or give")]
)
def test_a_gpu_that_is_not_there(monkeypatch: pytest.MonkeyPatch, gpus: int, sentence: str) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: gpus)
    with pytest.raises(TrainingError, match=sentence):
        choose_device("cuda", Workers(1, 2, local_rank=1))
