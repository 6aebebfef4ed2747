"""The download, against a server on 127.0.0.1 that misbehaves in all the ways a network does."""

import errno
import gzip
import hashlib
import io
import socket
import tarfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from server import Server, serve

from mvae.data import download as module
from mvae.data.download import RETRIES, describe_size, download
from mvae.data.sources import SOURCES, DataFile, Item, Recordings, Source, content_hash, listing_hash
from mvae.errors import DownloadError

LOST = 8192  # bytes that a broken connection may cost
CONTENT = np.random.default_rng(0).bytes(300_000)


@pytest.fixture
def server() -> Iterator[Server]:
    with serve() as state:
        yield state


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Record the pauses before the retries instead of waiting."""
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    return waited


def data_file(server: Server, path: str = "farsi/Test 20000.cdb", content: bytes = CONTENT) -> DataFile:
    server.files[path] = content
    return DataFile(
        path, server.url(path.replace(" ", "%20")), hashlib.sha256(content).hexdigest(), len(content)
    )


def source(*items: Item, name: str = "hoda", optional: bool = False) -> Source:
    return Source(name, "A title", "a licence", "a homepage", items, optional)


def fetch(data_dir: Path, *items: Item, optional: bool = False) -> list[str]:
    news: list[str] = []
    download(data_dir, sources=[source(*items, optional=optional)], report=news.append)
    return news


def leftovers(data_dir: Path) -> list[str]:
    return sorted(path.name for path in data_dir.rglob("*") if path.is_file())


def test_a_file_is_fetched_and_a_second_call_asks_for_nothing(server: Server, tmp_path: Path) -> None:
    item = data_file(server)
    news = fetch(tmp_path, item)
    assert (tmp_path / item.path).read_bytes() == CONTENT
    assert leftovers(tmp_path) == ["Test 20000.cdb"]
    assert not (tmp_path / ".partial").exists()
    assert "300.0 kB" in news[0]
    assert "a licence" in news[0]

    assert fetch(tmp_path, item) == ["hoda: farsi/Test 20000.cdb is already there"]
    assert len(server.asked) == 1


def test_the_content_of_a_gzip_file_counts_not_its_compression(server: Server, tmp_path: Path) -> None:
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    server.files["x.gz"] = gzip.compress(CONTENT, compresslevel=1)
    item = DataFile("kannada/x.gz", server.url("x.gz"), sha256, 1)
    fetch(tmp_path, item)
    assert (tmp_path / item.path).read_bytes() == server.files["x.gz"]
    (tmp_path / item.path).write_bytes(gzip.compress(CONTENT, compresslevel=9))
    fetch(tmp_path, item)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "content", [b"other content", CONTENT[:1000], b""], ids=["other", "cut short", "empty"]
)
def test_a_wrong_hash_says_which_file_from_where_and_what_to_do(
    server: Server, tmp_path: Path, content: bytes
) -> None:
    item = data_file(server)
    server.files[item.path] = content
    with pytest.raises(DownloadError) as failure:
        fetch(tmp_path, item)
    sentence = str(failure.value)
    assert item.address in sentence
    assert "Test 20000.cdb" in sentence
    assert item.sha256 in sentence
    assert "run `python -m mvae data download` again later" in sentence
    assert "\n" not in sentence
    assert leftovers(tmp_path) == []
    assert len(server.asked) == 1


def test_a_gzip_file_cut_short_is_refused(server: Server, tmp_path: Path) -> None:
    server.files["x.gz"] = gzip.compress(CONTENT)[:-100]
    item = DataFile("x.gz", server.url("x.gz"), hashlib.sha256(CONTENT).hexdigest(), 1)
    with pytest.raises(DownloadError, match=r"x\.gz .*is not the published file or was cut short"):
        fetch(tmp_path, item)


def test_a_file_that_is_gone_is_not_asked_for_again(server: Server, tmp_path: Path) -> None:
    item = data_file(server)
    server.files.clear()
    with pytest.raises(DownloadError, match=r"is not at http://.* any more \(the server answered 404\); run"):
        fetch(tmp_path, item)
    assert len(server.asked) == 1


def test_an_optional_source_can_be_left_out(server: Server, tmp_path: Path) -> None:
    item = data_file(server)
    server.files.clear()
    with pytest.raises(DownloadError, match=r"or leave it out with `--skip hoda`\.$"):
        fetch(tmp_path, item, optional=True)
    news: list[str] = []
    download(tmp_path, sources=[source(item)], skip=["hoda"], report=news.append)
    assert news == ["hoda: left out"]


def test_a_dropped_connection_is_resumed_after_growing_pauses(
    server: Server, tmp_path: Path, pauses: list[float]
) -> None:
    item = data_file(server)
    server.break_off_after = [100_000, 50_000]
    fetch(tmp_path, item)
    assert (tmp_path / item.path).read_bytes() == CONTENT
    starts = [int(asked[len("bytes=") : -1]) for asked in server.asked if asked is not None]
    assert server.asked[0] is None
    assert starts[0] == pytest.approx(100_000, abs=LOST)
    assert starts[1] == pytest.approx(starts[0] + 50_000, abs=LOST)
    assert pauses == sorted(pauses)
    assert pauses[1] > pauses[0]


def test_what_has_arrived_is_kept_for_the_next_call(server: Server, tmp_path: Path) -> None:
    item = data_file(server)
    server.break_off_after = [70_000, *[10] * RETRIES]
    with pytest.raises(DownloadError) as failure:
        fetch(tmp_path, item)
    assert "check the network connection and run `python -m mvae data download` again" in str(failure.value)
    assert item.address in str(failure.value)
    assert len(server.asked) == 1 + RETRIES
    assert not (tmp_path / item.path).exists()

    fetch(tmp_path, item)
    start = (server.asked[-1] or "").removeprefix("bytes=").removesuffix("-")
    assert int(start) == pytest.approx(70_000, abs=LOST)
    assert (tmp_path / item.path).read_bytes() == CONTENT


def test_a_server_without_ranges_starts_again(server: Server, tmp_path: Path) -> None:
    item = data_file(server)
    server.ranges = False
    server.break_off_after = [100_000]
    fetch(tmp_path, item)
    assert (tmp_path / item.path).read_bytes() == CONTENT


@pytest.mark.parametrize(
    "part", [b"of another file", CONTENT, CONTENT + b"more"], ids=["other", "whole", "more"]
)
def test_a_part_that_was_left_behind_never_spoils_the_file(
    server: Server, tmp_path: Path, part: bytes
) -> None:
    item = data_file(server)
    (tmp_path / ".partial").mkdir()
    (tmp_path / ".partial" / "farsi_Test 20000.cdb.part").write_bytes(part)
    fetch(tmp_path, item)
    assert (tmp_path / item.path).read_bytes() == CONTENT
    assert leftovers(tmp_path) == ["Test 20000.cdb"]


def test_parts_that_never_fit_together_are_one_sentence(server: Server, tmp_path: Path) -> None:
    item = data_file(server)
    server.files[item.path] = CONTENT[::-1]
    server.break_off_after = [100_000, *[10_000] * (RETRIES - 1)]
    with pytest.raises(DownloadError, match=r"\(the parts that arrived do not fit together\); check"):
        fetch(tmp_path, item)
    assert leftovers(tmp_path) == []


def test_a_busy_server_is_asked_again(server: Server, tmp_path: Path, pauses: list[float]) -> None:
    item = data_file(server)
    server.status = [503, 429]
    fetch(tmp_path, item)
    assert (tmp_path / item.path).read_bytes() == CONTENT
    assert len(pauses) == 2
    server.status = [503] * (1 + RETRIES)
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


def test_a_damaged_file_is_replaced(server: Server, tmp_path: Path) -> None:
    item = data_file(server)
    (tmp_path / "farsi").mkdir()
    (tmp_path / item.path).write_bytes(CONTENT[:100])
    fetch(tmp_path, item)
    assert (tmp_path / item.path).read_bytes() == CONTENT


def test_a_place_that_cannot_be_written_to_is_one_sentence(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DownloadError, match=r"cannot be written to .*/file/data .*name another place"):
        fetch(tmp_path / "file" / "data", data_file(server))


def test_a_full_disk_is_one_sentence(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> bool:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module._ResumingDownloader, "_receive", full)
    with pytest.raises(DownloadError, match=r"\(No space left on device\); make room there"):
        fetch(tmp_path, data_file(server))


def wav(seed: int) -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, np.random.default_rng(seed).integers(-99, 99, 50, np.int16), 16000, format="WAV")
    return buffer.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


CLIPS = {f"{digit}_sai_0.wav": wav(digit) for digit in range(3)}


def recordings(server: Server, archive: str, *, by_content: bool) -> Recordings:
    folder = "speech/extra" if by_content else "speech/recordings"
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in CLIPS.items()}
    return Recordings(
        path=f"{folder}/*.wav",
        folder=folder,
        names=tuple(sorted(CLIPS)),
        address=server.url(archive),
        sha256=listing_hash(folder, hashes),
        size=sum(map(len, CLIPS.values())),
        download_size=None,
        clips=hashes if by_content else {},
    )


def test_recordings_are_taken_out_of_a_zip_by_their_names(server: Server, tmp_path: Path) -> None:
    inside = {f"fsdd-HEAD/recordings/{name}": content for name, content in CLIPS.items()}
    server.files["HEAD.zip"] = zipped(
        {"fsdd-HEAD/README.md": b"text", "fsdd-HEAD/other/0_sai_0.wav": b"x"} | inside
    )
    item = recordings(server, "HEAD.zip", by_content=False)
    fetch(tmp_path, item)
    assert leftovers(tmp_path) == sorted(CLIPS)
    assert content_hash(item, tmp_path) == item.sha256
    fetch(tmp_path, item)
    assert len(server.asked) == 1


@pytest.mark.parametrize(("archive", "pack"), [("HEAD.zip", zipped), ("clips.tar.gz", tarred)])
def test_recordings_are_recognised_by_their_content(
    server: Server, tmp_path: Path, archive: str, pack
) -> None:
    others = {"./_background_noise_/a.wav": wav(99), "./zero/README.txt": b"text", "./empty.wav": b""}
    inside = {f"./folder {row}/some.wav": content for row, content in enumerate(CLIPS.values())}
    server.files[archive] = pack(others | inside)
    fetch(tmp_path, recordings(server, archive, by_content=True))
    assert {path.name: path.read_bytes() for path in (tmp_path / "speech/extra").iterdir()} == CLIPS
    assert not (tmp_path / ".partial").exists()


@pytest.mark.parametrize("by_content", [True, False])
@pytest.mark.parametrize(("archive", "pack"), [("HEAD.zip", zipped), ("clips.tar.gz", tarred)])
def test_no_archive_can_write_outside_the_data_directory(
    server: Server, tmp_path: Path, archive: str, pack, by_content: bool
) -> None:
    data_dir = tmp_path / "data"
    inside = {f"../../recordings/{name}": content for name, content in CLIPS.items()}
    server.files[archive] = pack(
        {"/etc/recordings/../evil.wav": wav(7), "../recordings/../../evil.wav": wav(8)} | inside
    )
    fetch(data_dir, recordings(server, archive, by_content=by_content))
    assert leftovers(tmp_path) == sorted(CLIPS)
    assert leftovers(data_dir) == sorted(CLIPS)


def test_an_archive_that_lacks_recordings_says_how_many(server: Server, tmp_path: Path) -> None:
    server.files["HEAD.zip"] = zipped(dict(list(CLIPS.items())[:2]))
    with pytest.raises(DownloadError, match=r"HEAD\.zip has 2 of 3 recordings as they were published; run"):
        fetch(tmp_path, recordings(server, "HEAD.zip", by_content=True))
    server.files["HEAD.zip"] = zipped(CLIPS)
    fetch(tmp_path, recordings(server, "HEAD.zip", by_content=True))


@pytest.mark.parametrize("name", ["HEAD.zip", "clips.tar.gz"])
def test_an_archive_that_is_none_or_damaged_is_refused(server: Server, tmp_path: Path, name: str) -> None:
    item = recordings(server, name, by_content=True)
    whole = (zipped if name == "HEAD.zip" else tarred)(CLIPS)
    flipped = bytearray(whole)
    flipped[60] ^= 0xFF
    for content in (b"<html>moved</html>", whole[: len(whole) // 2], bytes(flipped)):
        server.files[name] = content
        with pytest.raises(
            DownloadError, match=r"archive for speech/extra/\*\.wav from http://.* (is damaged|has \d of 3)"
        ):
            fetch(tmp_path, item)
    assert not list(tmp_path.rglob("*.zip")) + list(tmp_path.rglob("*.gz"))


@pytest.mark.data
def test_all_real_sources_arrive_whole(server: Server, tmp_path: Path, data_dir: Path) -> None:
    local = []
    for real in SOURCES:
        items: list[Item] = []
        for number, item in enumerate(real.items):
            path = f"{real.name}/{number}.zip"
            if isinstance(item, Recordings):
                folder = f"repository-HEAD/{Path(item.folder).name}"
                files = {
                    f"{folder}/{name}": (data_dir / item.folder / name).read_bytes() for name in item.names
                }
                server.files[path] = zipped({"repository-HEAD/README.md": b"text", **files})
            else:
                server.files[path] = (data_dir / item.path).read_bytes()
            items.append(replace(item, address=server.url(path)))
        local.append(replace(real, items=tuple(items)))
    download(tmp_path, sources=local, report=lambda _: None)
    assert {item.path: content_hash(item, tmp_path) for source in SOURCES for item in source.items} == {
        item.path: item.sha256 for source in SOURCES for item in source.items
    }
    assert len(server.asked) == len(server.files)


def test_the_size_of_a_large_archive_is_said_before_it_starts(server: Server, tmp_path: Path) -> None:
    item = replace(recordings(server, "HEAD.zip", by_content=True), download_size=2_428_923_189)
    server.files["HEAD.zip"] = zipped(CLIPS)
    assert "out of an archive of 2.4 GB" in fetch(tmp_path, item)[0]


def test_sizes_are_written_for_people() -> None:
    sizes = [0, 999, 1000, 6_900_000, 2_428_923_189]
    assert [describe_size(size) for size in sizes] == ["0 bytes", "999 bytes", "1.0 kB", "6.9 MB", "2.4 GB"]
