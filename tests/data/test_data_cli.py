"""``python -m mvae data …``: what it prints, its exit status, and what it does not import."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import mvae.data.download
from mvae.__main__ import main
from mvae.data.items import DigitWords
from mvae.data.sources import SOURCES
from mvae.errors import DownloadError

ITEMS = [item for source in SOURCES for item in source.items if not isinstance(item, DigitWords)]


def test_check_lists_what_is_missing_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "check", "--data-dir", str(tmp_path)]) == 1
    printed = capsys.readouterr().out
    assert f"Data directory: {tmp_path}" in printed
    for source in SOURCES:
        assert source.licence in printed
    for item in ITEMS:
        assert any(line.startswith("  missing") and item.path in line for line in printed.splitlines())
    assert (
        "  optional     1.2 GB  speech/commands/*.wav, fetched only with `--with speech-commands`\n"
        in printed
    )
    assert "Run `python -m mvae data download`" in printed


def test_check_takes_a_file_for_a_folder_without_data(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    assert main(["data", "check", "--data-dir", str(tmp_path / "file")]) == 1
    assert capsys.readouterr().out.count("  missing") == len(ITEMS)


def test_check_tells_damaged_from_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "farsi").mkdir()
    (tmp_path / "farsi" / "Test 20000.cdb").write_bytes(b"0123456789")
    assert main(["data", "check", "--data-dir", str(tmp_path)]) == 1
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "Test 20000.cdb" in line]
    assert line.split() == ["damaged", "10", "bytes", "farsi/Test", "20000.cdb"]


@pytest.mark.data
def test_check_succeeds_where_all_is_there(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "check"]) == 0
    printed = capsys.readouterr().out
    assert printed.count("  present  ") >= len(ITEMS)
    assert "All data is there." in printed


@pytest.mark.data
def test_check_fails_where_one_recording_is_missing(
    data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(
        data_dir, tmp_path / "data", copy_function=lambda source, target: Path(target).symlink_to(source)
    )
    (tmp_path / "data/speech").chmod(0o755)
    (tmp_path / "data/speech/recordings").chmod(0o755)
    (tmp_path / "data/speech/recordings/7_theo_3.wav").unlink()
    assert main(["data", "check", "--data-dir", str(tmp_path / "data")]) == 1
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "speech/recordings" in line]
    assert line.startswith("  damaged")


@pytest.mark.data
def test_download_fetches_nothing_where_all_is_there(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", "download"]) == 0
    assert capsys.readouterr().out.count("is already there") >= len(ITEMS)


def test_download_prints_one_sentence_and_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        msg = "No network today."
        raise DownloadError(msg)

    monkeypatch.setattr(mvae.data.download, "download", broken)
    assert main(["data", "download", "--data-dir", str(tmp_path)]) == 1
    assert capsys.readouterr().err == "No network today.\n"


def test_download_passes_on_what_to_skip_and_what_else_to_fetch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Path, dict[str, list[str]]]] = []

    def download(place: Path, **options: list[str]) -> None:
        asked.append((place, options))

    monkeypatch.setattr(mvae.data.download, "download", download)
    command = ["data", "download", "--data-dir", str(tmp_path)]
    assert main([*command, "--skip", "sai", "--skip", "jay"]) == 0
    assert main([*command, "--with", "speech-commands"]) == 0
    assert asked == [
        (tmp_path, {"skip": ["sai", "jay"], "requested": []}),
        (tmp_path, {"skip": [], "requested": ["speech-commands"]}),
    ]


@pytest.mark.parametrize("option", ["--skip", "--with"])
def test_an_unknown_source_is_refused_with_the_known_ones(
    capsys: pytest.CaptureFixture[str], option: str
) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["data", "download", option, "nonsense"])
    assert stop.value.code == 2
    assert "speech-commands" in capsys.readouterr().err


def test_check_loads_neither_torch_nor_librosa(tmp_path: Path) -> None:
    code = (
        "import sys; from mvae.__main__ import main; main(sys.argv[1:]); "
        "print(sorted({'torch', 'librosa', 'streamlit', 'scipy.io'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "data", "check", "--data-dir", str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout.splitlines()[-1] == "[]"
