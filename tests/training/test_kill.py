"""Killed at any moment: before, within and after every step that changes the disk.

What SIGKILL leaves is what is on the disk at that moment, so one training is enough to see them all: at each
step the directory is copied. That the copies are what a kill leaves is tested too, with real ones.
"""

import itertools
import os
import re
import shutil
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
from helpers import synthetic_collections

import mvae.checkpoint.files
from mvae.checkpoint.familiarity import load_familiarity
from mvae.checkpoint.files import load_tensors, read_metrics, write_atomically
from mvae.checkpoint.place import DESCRIPTION, FAMILIARITY, METRICS, RESUME, WEIGHTS
from mvae.checkpoint.replay import REPLAY, read_replay
from mvae.checkpoint.store import load_checkpoint
from mvae.errors import CheckpointError
from mvae.files import COMMIT, LOCK, read_current
from mvae.tasks.digits import TASK
from mvae.training.config import TrainConfig
from mvae.training.run import fit

EPOCHS = 2
CONFIG = TrainConfig(TASK.model("linear", latent_size=2, hidden_size=4), epochs=EPOCHS, batch_size=15)
NAMES = {METRICS, RESUME, WEIGHTS, DESCRIPTION, REPLAY}
STEPS = ("mkdir", "open", "fsync", "chmod", "rename", "replace", "unlink", "rmdir")

Contents = dict[str, bytes]


@pytest.fixture(autouse=True)
def same_time_in_every_run(monkeypatch: pytest.MonkeyPatch) -> None:
    count_time(monkeypatch)


def count_time(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("mvae.training.run.time", SimpleNamespace(perf_counter=itertools.count(0.0, 0.5).__next__))


def train(out: Path, *, resume: bool = False) -> bool:
    return fit(CONFIG, synthetic_collections(per_class=3), out, resume=resume, show_progress=False)


def contents(directory: Path) -> Contents:
    """Everything in a directory by its path, without what is drawn at random in the names."""
    paths = (path for path in directory.rglob("*") if path.is_file())
    return {
        re.sub(r"\.[a-z0-9_]{8}(?=/|$)", ".RANDOM", str(path.relative_to(directory))): path.read_bytes()
        for path in paths
    }


def visible(directory: Path) -> Contents:
    """What a reader finds."""
    found = {}
    for name in NAMES | {FAMILIARITY}:
        try:
            found[name] = read_current(directory / name, Path.read_bytes)
        except FileNotFoundError:
            continue
    return found


def at_each_step(monkeypatch: pytest.MonkeyPatch, note: Callable[[str], None]) -> None:
    """Call `note` before and after every step that changes the disk, and in the midst of writing."""

    def around(original: Callable[..., object], name: str, *args: object, **kwargs: object) -> object:
        if name == "open" and not int(args[1]) & os.O_CREAT:  # type: ignore[call-overload]
            return original(*args, **kwargs)
        note(f"before {name}")
        result = original(*args, **kwargs)
        note(f"after {name}")
        return result

    for name in STEPS:
        monkeypatch.setattr(os, name, partial(around, getattr(os, name), name))
    write = Path.write_bytes

    def torn(self: Path, data: bytes) -> int:
        note("before write")
        write(self, data[: len(data) // 2])
        note("within write")
        size = write(self, data)
        note("after write")
        return size

    monkeypatch.setattr(Path, "write_bytes", torn)


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[str, Path]], list[Contents]]:
    """A whole run, what a kill at each of its steps leaves, and what a reader finds after each commit."""
    out, copies = tmp_path_factory.mktemp("unbroken"), tmp_path_factory.mktemp("killed")
    moments: list[tuple[str, Path]] = []
    commits: list[Contents] = [{}]
    with pytest.MonkeyPatch.context() as patch:
        count_time(patch)
        write = mvae.checkpoint.files.write_together

        def noted(directory: Path, files: Contents) -> None:
            commits.append(commits[-1] | files)
            write(directory, files)

        def copy(step: str) -> None:
            with pytest.MonkeyPatch.context() as plain:  # copying changes the disk, too
                for name, original in originals.items():
                    plain.setattr(os, name, original)
                moments.append((step, shutil.copytree(out, copies / str(len(moments)))))

        originals = {name: getattr(os, name) for name in STEPS}
        patch.setattr(mvae.checkpoint.files, "write_together", noted)
        at_each_step(patch, copy)
        assert train(out)
    return out, moments, commits


Unbroken = tuple[Path, list[tuple[str, Path]], list[Contents]]


def test_every_step_is_tried(unbroken: Unbroken) -> None:
    out, moments, commits = unbroken
    assert {path.name for path in out.iterdir()} == NAMES | {FAMILIARITY}
    steps = [step for step, _ in moments]
    several = EPOCHS * len(NAMES)  # files of commits
    assert steps.count("within write") == several + 1  # and the familiarity
    assert steps.count("before replace") == steps.count("after replace") == several + 1
    assert steps.count("before rename") == steps.count("after rename") == EPOCHS
    assert steps.count("before fsync") >= several + 4 * EPOCHS
    assert len(commits) == 1 + EPOCHS + 1


def test_a_reader_finds_one_whole_epoch_at_every_moment(unbroken: Unbroken) -> None:
    _, moments, commits = unbroken
    last = 0
    for step, killed in moments:
        found = visible(killed)
        assert found in commits[last : last + 2], step
        last = commits.index(found)
        if found:
            epoch = min(last, EPOCHS)
            assert load_checkpoint(killed)[1].epochs == epoch
            assert len(read_metrics(killed)) == len(read_replay(killed)) == epoch
            assert int(load_tensors(killed / RESUME)[0]["step_count"]) == epoch * 2
            assert len(load_familiarity(killed)) == (3 if last > EPOCHS else 0)
    assert last == len(commits) - 1


def test_a_reader_need_not_be_allowed_to_write(unbroken: Unbroken) -> None:
    committed = [killed for _, killed in unbroken[1] if (killed / COMMIT).exists()]
    assert committed
    for killed in committed:
        before = contents(killed)
        load_checkpoint(killed)
        assert contents(killed) == before
        assert (killed / COMMIT).stat().st_mode & 0o777 == 0o755


def test_resumed_it_ends_as_if_nothing_had_been(unbroken: Unbroken, tmp_path: Path) -> None:
    """All files, byte for byte, and nothing else; once for each set of files that a kill leaves."""
    out, moments, _ = unbroken
    tried: set[frozenset[str]] = set()
    for step, killed in moments:
        state = frozenset(contents(killed)) | {f"epoch {len(read_metrics(killed))}"}
        if state in tried:
            continue
        tried.add(state)
        run = shutil.copytree(killed, tmp_path / str(len(tried)))
        if not visible(run):
            with pytest.raises(CheckpointError, match="start again without --resume"):
                train(run, resume=True)
        assert train(run, resume=bool(visible(run)))
        assert contents(run) == contents(out), step
    assert len(tried) > 20


def test_that_is_what_a_kill_leaves(unbroken: Unbroken, tmp_path: Path) -> None:
    out, moments, _ = unbroken
    steps = [step for step, _ in moments]
    for step in ("after open", "within write", "after rename", "after replace", "before rmdir"):
        run = tmp_path / step
        run.mkdir()
        child = os.fork()
        if child == 0:
            die_at(step, run)
        assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
        assert contents(run) == contents(moments[steps.index(step)][1]), step
    assert (run / LOCK).exists()
    train(run, resume=True)  # the lock of the dead keeps nobody out
    assert contents(run) == contents(out)


def die_at(last: str, out: Path) -> None:
    """In a child process: train until the first step of a kind, and be killed there."""

    def die(step: str) -> None:
        if step == last:
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        with pytest.MonkeyPatch.context() as patch:
            at_each_step(patch, die)
            train(out)
    finally:
        os._exit(1)


def test_what_kills_left_before_is_removed(tmp_path: Path) -> None:
    """Also what earlier versions left; but nobody else's files."""
    others = ["evaluation-test.json", ".bashrc", ".evaluation-test.json.ab3_de5g"]
    for name in (".resume.safetensors.abcd1234", ".replay.png.k3_x5z78", f"{COMMIT}.abcd1234/x", *others):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"half")
    write_atomically(tmp_path, {"x": b"1"})
    train(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == NAMES | {FAMILIARITY, "x", *others}
