"""Atomic writing: one file, and several that belong together."""

import errno
import os
from pathlib import Path

import pytest

from mvae.files import atomic_path, write_together

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


@pytest.mark.parametrize("stop", [KeyboardInterrupt, OSError])
def test_files_move_in_their_order_so_that_a_stop_leaves_the_last_one_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop: type[BaseException]
) -> None:
    move = Path.replace
    moved: list[str] = []

    def move_one(self: Path, target: Path) -> Path:
        if moved:
            raise stop
        moved.append(target.name)
        return move(self, target)

    write_together(tmp_path, OLD)
    monkeypatch.setattr(Path, "replace", move_one)
    with pytest.raises(stop):
        write_together(tmp_path, NEW)
    assert moved == ["weights"]
    assert contents(tmp_path) == {"weights": NEW["weights"], "description": OLD["description"]}
