"""Speech Commands on request: what is taken out of its archive, how it is found again, who is kept apart."""

import hashlib
import io
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from downloads import fetch, leftovers, tarred, wav
from server import Server

from mvae.data import collections, speech_commands
from mvae.data.collections import data_hashes
from mvae.data.items import Archive, DigitWords, Recordings
from mvae.data.sources import find_item
from mvae.data.speech_commands import MANIFEST, WORDS, clip_names
from mvae.data.verification import content_hash, listing_hash, verify
from mvae.errors import DataError, DownloadError

TRAINED, VALIDATED, TESTED = "0ab3b47d", "1b4c9b89", "2f813234"
CLIPS = {
    f"./{word}/{speaker}_nohash_{take}.wav": wav(100 * digit + 10 * take + number)
    for digit, word in enumerate(WORDS)
    for number, speaker in enumerate((TRAINED, VALIDATED, TESTED))
    for take in range(2)
}
LISTS = {
    "./validation_list.txt": f"right/{VALIDATED}_nohash_0.wav\r\nbed/aaaaaaaa_nohash_1.wav\r\n".encode(),
    "./testing_list.txt": f"zero/{TESTED}_nohash_0.wav\nzero/{TESTED}_nohash_1.wav\n".encode(),
}
OTHERS = {
    "./_background_noise_/pink_noise.wav": np.random.default_rng(0).bytes(50_000),
    "./right/0ab3b47d_nohash_0.wav": wav(2),
    "./zero/README.md": b"text",
    "./LICENSE": b"text",
}
REQUEST = ["speech-commands"]


def digit_words(file_server: Server, files: dict[str, bytes], name: str = "commands.tar.gz") -> DigitWords:
    """Serve an archive of these files, and make the item whose archive it is."""
    content = file_server.files[name] = tarred(files)
    sha256 = hashlib.sha256(content).hexdigest()
    archive = Archive(file_server.url(name), len(content), sha256)
    return DigitWords("speech/commands/*.wav", "speech/commands", archive, sha256, 60_000, *REQUEST)


@pytest.fixture
def item(file_server: Server) -> DigitWords:
    return digit_words(file_server, OTHERS | dict(reversed(CLIPS.items())) | LISTS)


def test_it_is_fetched_only_on_request(file_server: Server, item: DigitWords, tmp_path: Path) -> None:
    assert fetch(tmp_path, item) == [
        "hoda: speech/commands/*.wav is fetched only with `--with speech-commands`"
    ]
    assert file_server.asked == []
    (news,) = fetch(tmp_path, item, requested=REQUEST)
    assert "fetching speech/commands/*.wav (60.0 kB out of an archive of" in news
    assert "the disk has" in news
    assert content_hash(item, tmp_path) == item.sha256
    assert not (tmp_path / ".partial").exists()
    assert fetch(tmp_path, item) == ["hoda: speech/commands/*.wav is already there"]
    assert len(file_server.asked) == 1


def test_the_digit_words_and_nothing_else_are_taken_under_names_of_our_own(
    item: DigitWords, tmp_path: Path
) -> None:
    fetch(tmp_path, item, requested=REQUEST)
    expected = {
        f"{digit}_sc{speaker}_{take}.wav": CLIPS[f"./{word}/{speaker}_nohash_{take}.wav"]
        for digit, word in enumerate(WORDS)
        for speaker in (TRAINED, VALIDATED, TESTED)
        for take in range(2)
    }
    folder = tmp_path / "speech/commands"
    assert {path.name: path.read_bytes() for path in folder.glob("*.wav")} == expected
    assert leftovers(tmp_path) == sorted([*expected, MANIFEST])


def test_no_name_in_the_archive_leads_elsewhere(file_server: Server, tmp_path: Path) -> None:
    evil = [
        f"../zero/{TRAINED}_nohash_0.wav",
        f"/zero/{TRAINED}_nohash_1.wav",
        f"zero/../{TRAINED}_nohash_2.wav",
        "zero/../../../evil_nohash_0.wav",
        f"other/zero/{TRAINED}_nohash_3.wav",
        f"zero/{TRAINED}_nohash_4.wav/x.wav",
        f"ten/{TRAINED}_nohash_0.wav",
        f"zero/{TRAINED}_nohash_0.wav\n.wav",
    ]
    item = digit_words(file_server, dict.fromkeys(evil, wav(7)) | CLIPS | LISTS)
    fetch(tmp_path / "data", item, requested=REQUEST)
    assert len(leftovers(tmp_path)) == len(CLIPS) + 1
    assert len(leftovers(tmp_path / "data/speech/commands")) == len(CLIPS) + 1


@pytest.mark.parametrize("first", [CLIPS, LISTS], ids=["clips first", "lists first"])
def test_whoever_is_in_a_list_is_kept_out_of_training(
    file_server: Server, tmp_path: Path, first: dict[str, bytes]
) -> None:
    item = digit_words(file_server, first | CLIPS | LISTS)
    fetch(tmp_path, item, requested=REQUEST)
    folder = tmp_path / item.folder
    for part, speaker in (("train", TRAINED), ("validation", VALIDATED), ("test", TESTED)):
        names = clip_names(folder, part)  # type: ignore[arg-type]
        assert names == [f"{digit}_sc{speaker}_{take}.wav" for digit in range(10) for take in range(2)]


def test_the_archive_must_have_its_hash(file_server: Server, item: DigitWords, tmp_path: Path) -> None:
    file_server.files["commands.tar.gz"] = tarred(CLIPS)
    with pytest.raises(DownloadError, match=r"commands\.tar\.gz is not the published file or was cut short"):
        fetch(tmp_path, item, requested=REQUEST)
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize(
    "files",
    [
        CLIPS,
        OTHERS | LISTS,
        *(CLIPS | {name: content} for name, content in LISTS.items()),
        CLIPS | LISTS | {"./testing_list.txt": b"in another layout"},
    ],
    ids=["no lists", "no clips", "one list", "the other list", "an unreadable list"],
)
def test_an_archive_that_lacks_clips_or_a_list_is_refused(
    file_server: Server, tmp_path: Path, files: dict[str, bytes]
) -> None:
    item = digit_words(file_server, files)
    with pytest.raises(DownloadError, match=r"archive for speech/commands/\*\.wav from http://.* is damaged"):
        fetch(tmp_path, item, requested=REQUEST)
    assert content_hash(item, tmp_path) is None


def test_a_broken_download_is_resumed(
    file_server: Server, item: DigitWords, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    file_server.break_off_after = [30_000]
    fetch(tmp_path, item, requested=REQUEST)
    assert [asked is None for asked in file_server.asked] == [True, False]
    assert content_hash(item, tmp_path) == item.sha256


def test_a_stop_while_clips_are_taken_out_is_made_up_for_without_the_network(
    file_server: Server, item: DigitWords, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(speech_commands, "write_together", stop)
        with pytest.raises(KeyboardInterrupt):
            fetch(tmp_path, item, requested=REQUEST)
    assert content_hash(item, tmp_path) is None
    fetch(tmp_path, item, requested=REQUEST)
    assert content_hash(item, tmp_path) == item.sha256
    assert len(file_server.asked) == 1


def test_both_sets_of_the_archive_are_taken_out_of_one_download(
    file_server: Server, item: DigitWords, tmp_path: Path
) -> None:
    clips = {f"7_sc{TESTED}_0.wav": CLIPS[f"./seven/{TESTED}_nohash_1.wav"]}
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in clips.items()}
    folder = "speech/extra"
    voices = Recordings(
        f"{folder}/*.wav", folder, tuple(clips), item.archive, listing_hash(folder, hashes), 1, hashes
    )
    fetch(tmp_path, item, voices, requested=REQUEST)
    assert len(file_server.asked) == 1
    assert content_hash(voices, tmp_path) == voices.sha256
    assert content_hash(item, tmp_path) == item.sha256
    assert not (tmp_path / ".partial").exists()


def damage(folder: Path, how: str) -> None:
    if how == "missing":
        (folder / f"0_sc{TRAINED}_0.wav").unlink()
    elif how == "cut short":
        (folder / f"0_sc{TRAINED}_0.wav").write_bytes(b"RIFF")
    else:
        (folder / MANIFEST).write_text(how)


@pytest.mark.parametrize("how", ["missing", "cut short", "{", "[]", "{}", '{"clips": 3}', ""])
def test_a_damaged_set_is_refused_and_fetched_again_unasked(
    item: DigitWords, tmp_path: Path, how: str
) -> None:
    fetch(tmp_path, item, requested=REQUEST)
    damage(tmp_path / item.folder, how)
    with pytest.raises(
        DataError, match=r"speech/commands/\*\.wav is damaged .*`python -m mvae data download`"
    ):
        verify(item, tmp_path)
    (news,) = fetch(tmp_path, item)
    assert "fetching" in news
    assert verify(item, tmp_path) == item.sha256


def voice(seed: int) -> bytes:
    """Make a clip that is loud for half of a second, as a digit is."""
    samples = np.zeros(16_000)
    samples[4_000:12_000] = np.random.default_rng(seed).normal(0, 0.1, 8_000)
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, 16_000, format="WAV", subtype="PCM_16")
    return buffer.getvalue()


def test_training_takes_the_training_part_where_it_is_there(
    file_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = digit_words(file_server, {name: voice(row) for row, name in enumerate(CLIPS)} | LISTS)
    registered = find_item(item.path)
    assert isinstance(registered, DigitWords)
    published = replace(item, sha256=registered.sha256)  # the manifest says that it is of the real archive
    (tmp_path / "archive").write_bytes(file_server.files["commands.tar.gz"])
    speech_commands.extract(tmp_path / "archive", published, tmp_path)
    assert data_hashes(tmp_path) == {item.path: registered.sha256}

    monkeypatch.setattr(collections, "cache_directory", lambda: tmp_path / "cache")
    monkeypatch.setitem(collections._FILES, ("train", "speech"), (item.path,))  # type: ignore[index]
    collection = collections.load_collection("train", "speech", tmp_path)
    assert np.bincount(collection.labels).tolist() == [2] * 10
    assert set(collection.groups) == {f"sc{TRAINED}"}
    assert item.path not in collections._FILES["test", "speech"]


def test_both_registered_sets_come_out_of_the_archive_whose_hash_is_known() -> None:
    words, voices = find_item("speech/commands/*.wav"), find_item("speech/extra/*_sc*.wav")
    assert isinstance(words, DigitWords)
    assert isinstance(voices, Recordings)
    assert words.archive == voices.archive
    assert words.sha256 == words.archive.sha256
