"""The registry: its hashes against the real files, and what is said about files that are not right."""

import gzip
import hashlib
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from mvae.data.items import DataFile, DigitWords, Recordings
from mvae.data.sources import SOURCES, find_item
from mvae.data.verification import content_hash, file_hash, listing_hash, size_on_disk, verify
from mvae.errors import DataError

ALL = [item for source in SOURCES for item in source.items]
ITEMS = [item for item in ALL if not isinstance(item, DigitWords)]  # what is there without being asked for


def test_every_source_says_where_it_comes_from_and_under_which_licence() -> None:
    assert len({source.name for source in SOURCES}) == len(SOURCES)
    assert len({item.path for item in ALL}) == len(ALL)
    for source in SOURCES:
        assert source.licence
        assert source.homepage.startswith("http")
    for item in ALL:
        address = item.address if isinstance(item, DataFile) else item.archive.address
        assert urlsplit(address).scheme == "https"
        assert len(bytes.fromhex(item.sha256)) == 32
        assert item.size > 0
        if isinstance(item, DataFile):
            assert unquote(address).endswith(Path(item.path).name)


def test_the_sets_of_recordings_have_their_numbers() -> None:
    counts = {item.path: len(item.names) for item in ITEMS if isinstance(item, Recordings)}
    assert counts == {
        "speech/recordings/*.wav": 3000,
        "speech/extra/*_sc*.wav": 100,
        "speech/extra/*_sai_*.wav": 200,
        "speech/extra/*_jay_*.wav": 200,
    }


def test_a_listing_is_hashed_as_the_lines_of_sha256sum(tmp_path: Path) -> None:
    folder = tmp_path / "speech" / "recordings"
    folder.mkdir(parents=True)
    for name in ("1_b_0.wav", "1_a_10.wav", "1_a_2.wav"):
        (folder / name).write_text(name)
    hashes = {path.name: file_hash(path, compressed=False) for path in folder.iterdir()}
    command = ["sh", "-c", "sha256sum speech/recordings/*.wav"]
    lines = subprocess.run(
        command, cwd=tmp_path, env={"LC_ALL": "C"}, stdout=subprocess.PIPE, check=True
    ).stdout
    assert listing_hash("speech/recordings", hashes) == hashlib.sha256(lines).hexdigest()


def test_gzip_content_is_hashed_and_damage_is_no_hash(tmp_path: Path) -> None:
    path = tmp_path / "x.gz"
    path.write_bytes(gzip.compress(b"content"))
    assert file_hash(path, compressed=True) == hashlib.sha256(b"content").hexdigest()
    for content in (gzip.compress(b"content" * 1000)[:-20], b"no gzip", gzip.compress(b"abc")[:5]):
        path.write_bytes(content)
        assert file_hash(path, compressed=True) == "damaged"


def test_what_is_missing_has_no_hash_and_what_is_wrong_is_one_sentence(tmp_path: Path) -> None:
    item = find_item("farsi/Test 20000.cdb")
    assert verify(item, tmp_path) is None
    (tmp_path / "farsi").mkdir()
    (tmp_path / item.path).write_bytes(b"half a file")
    with pytest.raises(
        DataError, match=r"Test 20000\.cdb is damaged or incomplete .*run `python -m mvae data download`"
    ):
        verify(item, tmp_path)


def test_a_set_of_which_a_part_is_missing_is_incomplete(tmp_path: Path) -> None:
    item = find_item("speech/extra/*_sai_*.wav")
    assert isinstance(item, Recordings)
    assert content_hash(item, tmp_path) is None
    (tmp_path / item.folder).mkdir(parents=True)
    (tmp_path / item.folder / item.names[0]).write_bytes(b"")
    with pytest.raises(DataError, match=r"\*_sai_\*\.wav is damaged or incomplete"):
        verify(item, tmp_path)


@pytest.mark.data
@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.path)
def test_the_real_files_are_the_published_ones(data_dir: Path, item) -> None:
    assert content_hash(item, data_dir) == item.sha256


@pytest.mark.data
def test_the_recordings_have_the_sizes_that_are_announced(data_dir: Path) -> None:
    for item in ITEMS:
        assert size_on_disk(item, data_dir) == pytest.approx(item.size, rel=0.02, abs=200)
