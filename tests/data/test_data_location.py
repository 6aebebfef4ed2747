"""Where the data directory is."""

from pathlib import Path

import pytest

from mvae.data.location import ENVIRONMENT_VARIABLE, cache_directory, data_directory


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
