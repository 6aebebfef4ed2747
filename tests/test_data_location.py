"""Where the data directory is, and atomic writing."""

from pathlib import Path

import pytest

from mvae.data.location import ENVIRONMENT_VARIABLE, atomic_path, cache_directory, data_directory


def test_the_argument_wins_over_the_environment_over_the_cache(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(tmp_path / "from environment"))
    assert data_directory(tmp_path / "given") == tmp_path / "given"
    assert data_directory(None) == tmp_path / "from environment"
    monkeypatch.delenv(ENVIRONMENT_VARIABLE)
    assert data_directory() == cache_directory() / "data"
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, "")
    assert data_directory() == cache_directory() / "data"


def test_a_relative_place_is_made_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert data_directory("data") == tmp_path / "data"
    assert data_directory("~/data") == Path.home() / "data"


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
    assert path.read_text() == "old"
    assert [entry.name for entry in path.parent.iterdir()] == ["file"]
