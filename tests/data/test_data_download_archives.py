"""Fetching archives and taking out of them what belongs to a set: by name or by content, and nothing else."""

import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pytest
from downloads import fetch, leftovers, tarred, wav, zipped
from server import Server

from mvae.data.download import download
from mvae.data.items import Archive, DigitWords, Item, Recordings
from mvae.data.sources import SOURCES
from mvae.data.verification import content_hash, listing_hash
from mvae.errors import DownloadError

CLIPS = {f"{digit}_sai_0.wav": wav(digit) for digit in range(3)}


def recordings(file_server: Server, archive: str, *, by_content: bool) -> Recordings:
    folder = "speech/extra" if by_content else "speech/recordings"
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in CLIPS.items()}
    return Recordings(
        path=f"{folder}/*.wav",
        folder=folder,
        names=tuple(sorted(CLIPS)),
        archive=Archive(file_server.url(archive)),
        sha256=listing_hash(folder, hashes),
        size=sum(map(len, CLIPS.values())),
        clips=hashes if by_content else {},
    )


def test_recordings_are_taken_out_of_a_zip_by_their_names(file_server: Server, tmp_path: Path) -> None:
    inside = {f"fsdd-HEAD/recordings/{name}": content for name, content in CLIPS.items()}
    file_server.files["HEAD.zip"] = zipped(
        {"fsdd-HEAD/README.md": b"text", "fsdd-HEAD/other/0_sai_0.wav": b"x"} | inside
    )
    item = recordings(file_server, "HEAD.zip", by_content=False)
    fetch(tmp_path, item)
    assert leftovers(tmp_path) == sorted(CLIPS)
    assert content_hash(item, tmp_path) == item.sha256
    fetch(tmp_path, item)
    assert len(file_server.asked) == 1


@pytest.mark.parametrize(("archive", "pack"), [("HEAD.zip", zipped), ("clips.tar.gz", tarred)])
def test_recordings_are_recognised_by_their_content(
    file_server: Server, tmp_path: Path, archive: str, pack
) -> None:
    others = {"./_background_noise_/a.wav": wav(99), "./zero/README.txt": b"text", "./empty.wav": b""}
    inside = {f"./folder {row}/some.wav": content for row, content in enumerate(CLIPS.values())}
    file_server.files[archive] = pack(others | inside)
    fetch(tmp_path, recordings(file_server, archive, by_content=True))
    assert {path.name: path.read_bytes() for path in (tmp_path / "speech/extra").iterdir()} == CLIPS
    assert not (tmp_path / ".partial").exists()


@pytest.mark.parametrize("by_content", [True, False])
@pytest.mark.parametrize(("archive", "pack"), [("HEAD.zip", zipped), ("clips.tar.gz", tarred)])
def test_no_archive_can_write_outside_the_data_directory(
    file_server: Server, tmp_path: Path, archive: str, pack, by_content: bool
) -> None:
    data_dir = tmp_path / "data"
    inside = {f"../../recordings/{name}": content for name, content in CLIPS.items()}
    file_server.files[archive] = pack(
        {"/etc/recordings/../evil.wav": wav(7), "../recordings/../../evil.wav": wav(8)} | inside
    )
    fetch(data_dir, recordings(file_server, archive, by_content=by_content))
    assert leftovers(tmp_path) == sorted(CLIPS)
    assert leftovers(data_dir) == sorted(CLIPS)


def test_an_archive_that_lacks_recordings_says_how_many(file_server: Server, tmp_path: Path) -> None:
    file_server.files["HEAD.zip"] = zipped(dict(list(CLIPS.items())[:2]))
    with pytest.raises(DownloadError, match=r"HEAD\.zip has 2 of 3 recordings as they were published; run"):
        fetch(tmp_path, recordings(file_server, "HEAD.zip", by_content=True))
    file_server.files["HEAD.zip"] = zipped(CLIPS)
    fetch(tmp_path, recordings(file_server, "HEAD.zip", by_content=True))


@pytest.mark.parametrize("name", ["HEAD.zip", "clips.tar.gz"])
def test_an_archive_that_is_none_or_damaged_is_refused(
    file_server: Server, tmp_path: Path, name: str
) -> None:
    item = recordings(file_server, name, by_content=True)
    whole = (zipped if name == "HEAD.zip" else tarred)(CLIPS)
    flipped = bytearray(whole)
    flipped[60] ^= 0xFF
    for content in (b"<html>moved</html>", whole[: len(whole) // 2], bytes(flipped)):
        file_server.files[name] = content
        with pytest.raises(
            DownloadError, match=r"archive for speech/extra/\*\.wav from http://.* (is damaged|has \d of 3)"
        ):
            fetch(tmp_path, item)
    assert not list(tmp_path.rglob("*.zip")) + list(tmp_path.rglob("*.gz"))


@pytest.mark.data
def test_all_real_sources_arrive_whole(file_server: Server, tmp_path: Path, data_dir: Path) -> None:
    local = []
    for real in SOURCES:
        items: list[Item] = []
        for number, item in enumerate(item for item in real.items if not isinstance(item, DigitWords)):
            path = f"{real.name}/{number}.zip"
            if isinstance(item, Recordings):
                folder = f"repository-HEAD/{Path(item.folder).name}"
                files = {
                    f"{folder}/{name}": (data_dir / item.folder / name).read_bytes() for name in item.names
                }
                file_server.files[path] = zipped({"repository-HEAD/README.md": b"text", **files})
                items.append(replace(item, archive=Archive(file_server.url(path))))
            else:
                file_server.files[path] = (data_dir / item.path).read_bytes()
                items.append(replace(item, address=file_server.url(path)))
        local.append(replace(real, items=tuple(items)))
    download(tmp_path, sources=local, report=lambda _: None)
    arrived = [item for source in local for item in source.items]
    assert {item.path: content_hash(item, tmp_path) for item in arrived} == {
        item.path: item.sha256 for item in arrived
    }
    assert len(file_server.asked) == len(file_server.files)


def test_the_size_of_a_large_archive_is_said_before_it_starts(file_server: Server, tmp_path: Path) -> None:
    item = recordings(file_server, "HEAD.zip", by_content=True)
    item = replace(item, archive=replace(item.archive, size=2_428_923_189))
    file_server.files["HEAD.zip"] = zipped(CLIPS)
    (news,) = fetch(tmp_path, item)
    assert re.search(r"out of an archive of 2\.4 GB, which is then removed; the disk has \S+ \wB free", news)
