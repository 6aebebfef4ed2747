"""Fetching files, from a server on 127.0.0.1 that misbehaves in all the ways a network does."""

import errno
import gzip
import hashlib
import socket
import time
from pathlib import Path

import numpy as np
import pytest
from downloads import fetch, leftovers, source
from server import Server

from mvae.data import download as module
from mvae.data.download import RETRIES, download
from mvae.data.items import DataFile, describe_size
from mvae.errors import DownloadError

LOST = 8192  # bytes that a broken connection may cost
CONTENT = np.random.default_rng(0).bytes(300_000)


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Record the pauses before the retries instead of waiting."""
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    return waited


def data_file(file_server: Server, path: str = "farsi/Test 20000.cdb", content: bytes = CONTENT) -> DataFile:
    file_server.files[path] = content
    return DataFile(
        path, file_server.url(path.replace(" ", "%20")), hashlib.sha256(content).hexdigest(), len(content)
    )


def test_a_file_is_fetched_and_a_second_call_asks_for_nothing(file_server: Server, tmp_path: Path) -> None:
    item = data_file(file_server)
    news = fetch(tmp_path, item)
    assert (tmp_path / item.path).read_bytes() == CONTENT
    assert leftovers(tmp_path) == ["Test 20000.cdb"]
    assert not (tmp_path / ".partial").exists()
    assert "300.0 kB" in news[0]
    assert "a licence" in news[0]

    assert fetch(tmp_path, item) == ["hoda: farsi/Test 20000.cdb is already there"]
    assert len(file_server.asked) == 1


def test_the_content_of_a_gzip_file_counts_not_its_compression(file_server: Server, tmp_path: Path) -> None:
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    file_server.files["x.gz"] = gzip.compress(CONTENT, compresslevel=1)
    item = DataFile("kannada/x.gz", file_server.url("x.gz"), sha256, 1)
    fetch(tmp_path, item)
    assert (tmp_path / item.path).read_bytes() == file_server.files["x.gz"]
    (tmp_path / item.path).write_bytes(gzip.compress(CONTENT, compresslevel=9))
    fetch(tmp_path, item)
    assert len(file_server.asked) == 1


@pytest.mark.parametrize(
    "content", [b"other content", CONTENT[:1000], b""], ids=["other", "cut short", "empty"]
)
def test_a_wrong_hash_says_which_file_from_where_and_what_to_do(
    file_server: Server, tmp_path: Path, content: bytes
) -> None:
    item = data_file(file_server)
    file_server.files[item.path] = content
    with pytest.raises(DownloadError) as failure:
        fetch(tmp_path, item)
    sentence = str(failure.value)
    assert item.address in sentence
    assert "Test 20000.cdb" in sentence
    assert item.sha256 in sentence
    assert "run `python -m mvae data download` again later" in sentence
    assert "\n" not in sentence
    assert leftovers(tmp_path) == []
    assert len(file_server.asked) == 1


def test_a_gzip_file_cut_short_is_refused(file_server: Server, tmp_path: Path) -> None:
    file_server.files["x.gz"] = gzip.compress(CONTENT)[:-100]
    item = DataFile("x.gz", file_server.url("x.gz"), hashlib.sha256(CONTENT).hexdigest(), 1)
    with pytest.raises(DownloadError, match=r"x\.gz .*is not the published file or was cut short"):
        fetch(tmp_path, item)


def test_a_file_that_is_gone_is_not_asked_for_again(file_server: Server, tmp_path: Path) -> None:
    item = data_file(file_server)
    file_server.files.clear()
    with pytest.raises(DownloadError, match=r"is not at http://.* any more \(the server answered 404\); run"):
        fetch(tmp_path, item)
    assert len(file_server.asked) == 1


def test_an_optional_source_can_be_left_out(file_server: Server, tmp_path: Path) -> None:
    item = data_file(file_server)
    file_server.files.clear()
    with pytest.raises(DownloadError, match=r"or leave it out with `--skip hoda`\.$"):
        fetch(tmp_path, item, optional=True)
    news: list[str] = []
    download(tmp_path, sources=[source(item)], skip=["hoda"], report=news.append)
    assert news == ["hoda: left out"]


def test_a_dropped_connection_is_resumed_after_growing_pauses(
    file_server: Server, tmp_path: Path, pauses: list[float]
) -> None:
    item = data_file(file_server)
    file_server.break_off_after = [100_000, 50_000]
    fetch(tmp_path, item)
    assert (tmp_path / item.path).read_bytes() == CONTENT
    starts = [int(asked[len("bytes=") : -1]) for asked in file_server.asked if asked is not None]
    assert file_server.asked[0] is None
    assert starts[0] == pytest.approx(100_000, abs=LOST)
    assert starts[1] == pytest.approx(starts[0] + 50_000, abs=LOST)
    assert pauses == sorted(pauses)
    assert pauses[1] > pauses[0]


def test_what_has_arrived_is_kept_for_the_next_call(file_server: Server, tmp_path: Path) -> None:
    item = data_file(file_server)
    file_server.break_off_after = [70_000, *[10] * RETRIES]
    with pytest.raises(DownloadError) as failure:
        fetch(tmp_path, item)
    assert "check the network connection and run `python -m mvae data download` again" in str(failure.value)
    assert item.address in str(failure.value)
    assert len(file_server.asked) == 1 + RETRIES
    assert not (tmp_path / item.path).exists()

    fetch(tmp_path, item)
    start = (file_server.asked[-1] or "").removeprefix("bytes=").removesuffix("-")
    assert int(start) == pytest.approx(70_000, abs=LOST)
    assert (tmp_path / item.path).read_bytes() == CONTENT


def test_a_server_without_ranges_starts_again(file_server: Server, tmp_path: Path) -> None:
    item = data_file(file_server)
    file_server.ranges = False
    file_server.break_off_after = [100_000]
    fetch(tmp_path, item)
    assert (tmp_path / item.path).read_bytes() == CONTENT


@pytest.mark.parametrize(
    "part", [b"of another file", CONTENT, CONTENT + b"more"], ids=["other", "whole", "more"]
)
def test_a_part_that_was_left_behind_never_spoils_the_file(
    file_server: Server, tmp_path: Path, part: bytes
) -> None:
    item = data_file(file_server)
    (tmp_path / ".partial").mkdir()
    (tmp_path / ".partial" / "farsi_Test 20000.cdb.part").write_bytes(part)
    fetch(tmp_path, item)
    assert (tmp_path / item.path).read_bytes() == CONTENT
    assert leftovers(tmp_path) == ["Test 20000.cdb"]


def test_parts_that_never_fit_together_are_one_sentence(file_server: Server, tmp_path: Path) -> None:
    item = data_file(file_server)
    file_server.files[item.path] = CONTENT[::-1]
    file_server.break_off_after = [100_000, *[10_000] * (RETRIES - 1)]
    with pytest.raises(DownloadError, match=r"\(the parts that arrived do not fit together\); check"):
        fetch(tmp_path, item)
    assert leftovers(tmp_path) == []


def test_a_busy_server_is_asked_again(file_server: Server, tmp_path: Path, pauses: list[float]) -> None:
    item = data_file(file_server)
    file_server.status = [503, 429]
    fetch(tmp_path, item)
    assert (tmp_path / item.path).read_bytes() == CONTENT
    assert len(pauses) == 2
    file_server.status = [503] * (1 + RETRIES)
    (tmp_path / item.path).unlink()
    with pytest.raises(DownloadError, match="the server answered 503"):
        fetch(tmp_path, item)


def test_no_network_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    item = DataFile("a.mat", f"http://127.0.0.1:{port}/a.mat", "0" * 64, 1)
    with pytest.raises(DownloadError) as failure:
        fetch(tmp_path, item)
    assert str(failure.value) == (
        f"a.mat could not be fetched from {item.address} (no connection); check the network connection "
        "and run `python -m mvae data download` again, which goes on where this stopped."
    )


def test_a_damaged_file_is_replaced(file_server: Server, tmp_path: Path) -> None:
    item = data_file(file_server)
    (tmp_path / "farsi").mkdir()
    (tmp_path / item.path).write_bytes(CONTENT[:100])
    fetch(tmp_path, item)
    assert (tmp_path / item.path).read_bytes() == CONTENT


def test_a_place_that_cannot_be_written_to_is_one_sentence(file_server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DownloadError, match=r"cannot be written to .*/file/data .*name another place"):
        fetch(tmp_path / "file" / "data", data_file(file_server))


def test_a_full_disk_is_one_sentence(
    file_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> bool:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module._ResumingDownloader, "_receive", full)
    with pytest.raises(DownloadError, match=r"\(No space left on device\); make room there"):
        fetch(tmp_path, data_file(file_server))


def test_sizes_are_written_for_people() -> None:
    sizes = [0, 999, 1000, 6_900_000, 2_428_923_189]
    assert [describe_size(size) for size in sizes] == ["0 bytes", "999 bytes", "1.0 kB", "6.9 MB", "2.4 GB"]
