"""Atomic writing: one file, and several that belong together."""

import errno
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from helpers import held_by_another_process

from mvae.files import COMMIT, LOCK, InUseError, atomic_path, exclusive, exists, read_current, write_together

OLD = {"weights": b"old weights", "description": b"old description"}
NEW = {"weights": b"new weights", "description": b"new description"}


def contents(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def write_half(path: Path) -> None:
    with atomic_path(path) as temporary:
        temporary.write_text("half of the n")
        raise RuntimeError


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "file"
    with atomic_path(path) as temporary:
        temporary.write_text("old")
    with pytest.raises(RuntimeError):
        write_half(path)
    assert contents(path.parent) == {"file": b"old"}


def test_files_can_be_read_by_everybody(tmp_path: Path) -> None:
    write_together(tmp_path / "folder", NEW)
    assert contents(tmp_path / "folder") == NEW
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "folder").iterdir()} == {0o644}


@pytest.mark.parametrize("failing", [1, 2])
def test_a_disk_that_is_full_at_any_file_leaves_all_the_old_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    synced: list[int] = []

    def full(handle: int) -> None:
        synced.append(handle)
        if len(synced) == failing:
            raise OSError(errno.ENOSPC, "No space left on device")

    write_together(tmp_path, OLD)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_together(tmp_path, NEW)
    assert contents(tmp_path) == OLD


def test_what_could_not_be_moved_is_read_all_the_same_and_moved_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    move = Path.replace
    moved: list[str] = []

    def move_one(self: Path, target: Path) -> Path:
        if moved:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        moved.append(target.name)
        return move(self, target)

    write_together(tmp_path, OLD)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", move_one)
        write_together(tmp_path, NEW)
    assert len(moved) == 1
    assert {name: read_current(tmp_path / name, Path.read_bytes) for name in NEW} == NEW
    assert all(exists(tmp_path / name) for name in NEW)
    write_together(tmp_path, {"another": b"one"})
    assert contents(tmp_path) == NEW | {"another": b"one"}


def test_the_newest_of_two_that_were_not_moved_counts(tmp_path: Path) -> None:
    (tmp_path / COMMIT).mkdir()
    (tmp_path / COMMIT / "weights").write_bytes(b"older")
    write_together(tmp_path, {"weights": b"newest"})
    assert contents(tmp_path) == {"weights": b"newest"}


@pytest.mark.parametrize("newer", [{}, {"weights": b"newest"}])
def test_two_processes_may_move_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, newer: dict[str, bytes]
) -> None:
    """The other one has moved all, and perhaps committed again, when this one begins to."""
    committed, listed = tmp_path / COMMIT, Path.iterdir

    def commit(files: dict[str, bytes]) -> None:
        committed.mkdir(exist_ok=True)
        for name, content in files.items():
            (committed / name).write_bytes(content)

    def overtaken(self: Path) -> Iterator[Path]:
        found = list(listed(self))
        for file in found:
            file.rename(tmp_path / file.name)
        committed.rmdir()
        if newer:
            commit(newer | {"more": b"of it"})
        return iter(found)

    commit(NEW)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "iterdir", overtaken)
        write_together(tmp_path, {"measured": b"1"})
    assert {name: read_current(tmp_path / name, Path.read_bytes) for name in NEW} == NEW | newer
    write_together(tmp_path, {"measured": b"2"})
    assert contents(tmp_path) == NEW | newer | ({"more": b"of it"} if newer else {}) | {"measured": b"2"}


def test_what_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for path in (tmp_path / "none", tmp_path / "file" / "below"):
        assert not exists(path)
        with pytest.raises(OSError, match=r"none|below"):
            read_current(path, Path.read_bytes)


def test_two_processes_do_not_write_at_once_but_one_reads(tmp_path: Path) -> None:
    write_together(tmp_path, OLD)
    with held_by_another_process(tmp_path):
        with pytest.raises(InUseError):
            write_together(tmp_path, NEW)
        assert {name: read_current(tmp_path / name, Path.read_bytes) for name in OLD} == OLD
        write_together(tmp_path, {"measured": b"1"})  # one file concerns nobody else
    write_together(tmp_path, NEW)
    assert contents(tmp_path) == NEW | {"measured": b"1"}


def test_the_dead_keep_nobody_out(tmp_path: Path) -> None:
    with held_by_another_process(tmp_path) as process:
        process.kill()
        process.wait()
        assert (tmp_path / LOCK).exists()
        write_together(tmp_path, NEW)
    assert contents(tmp_path) == NEW


def test_two_threads_do_not_write_at_once(tmp_path: Path) -> None:
    with exclusive(tmp_path), exclusive(tmp_path), ThreadPoolExecutor(1) as thread:
        with pytest.raises(InUseError):
            thread.submit(write_together, tmp_path, NEW).result()
        write_together(tmp_path, NEW)
    assert contents(tmp_path) == NEW


def test_unfinished_files_go_and_others_stay(tmp_path: Path) -> None:
    kept = {".env": b"1", ".weights.safetensors": b"2", ".bashrc.abcdefgh": b"3", "weights.abcdefgh": b"4"}
    for name, content in (kept | {".weights.abc_efg8": b"half", ".other.json.abc_efg8": b"half"}).items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / f"{COMMIT}.abcdefgh").mkdir()
    (tmp_path / f"{COMMIT}.abcdefgh" / "weights").write_bytes(b"half")
    with exclusive(tmp_path, leftovers=["weights", "*.json"]):
        pass
    assert contents(tmp_path) == kept
