"""The prepared splits: their contents on the real files, the cache, and samples that cannot be prepared."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from mvae.data import collections as module
from mvae.data import kannada, speech
from mvae.data.collections import Collection, data_hashes, load_collection, load_split
from mvae.data.items import DigitWords
from mvae.data.sources import SOURCES
from mvae.errors import DataError, SilenceError


@pytest.fixture
def own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(module, "cache_directory", lambda: tmp_path / "cache")
    return tmp_path / "cache" / "prepared" / "dig-mnist-kannada.npz"


def equal(one: Collection, other: Collection) -> bool:
    return all(
        np.array_equal(getattr(one, name), getattr(other, name)) for name in ("values", "labels", "groups")
    )


@pytest.mark.parametrize("split", ["train", "test", "dig-mnist"])
def test_missing_data_is_one_sentence_with_the_command(split, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"is missing; run `python -m mvae data download` or set MVAE_DATA"):
        load_split(split, tmp_path)
    assert data_hashes(tmp_path) == {}


@pytest.mark.data
@pytest.mark.parametrize(
    ("split", "sizes"),
    [
        ("train", {"farsi": 60_000, "kannada": 60_000, "speech": 3_200}),
        ("test", {"farsi": 20_000, "kannada": 10_000, "speech": 300}),
        ("dig-mnist", {"kannada": 10_240}),
    ],
)
def test_the_real_splits(prepared_data: Path, split, sizes: dict[str, int]) -> None:
    collections = load_split(split, prepared_data)
    assert list(collections) == list(sizes)
    for name, collection in collections.items():
        speech_shape = (sizes[name], 13, 32)
        assert collection.values.shape == (speech_shape if name == "speech" else (sizes[name], 28, 28))
        assert collection.values.dtype == (np.float16 if name == "speech" else np.uint8)
        assert collection.labels.dtype == np.int64
        assert len(np.unique(collection.labels)) == 10
        assert collection.groups.shape == (sizes[name],)
        assert np.isfinite(collection.values.astype(np.float32)).all()
        assert collection.values.reshape(sizes[name], -1).any(axis=1).all(), "no sample is blank"
        if name != "speech":
            assert collection.values.max(axis=(1, 2)).min() == 255


@pytest.mark.data
def test_nobody_is_in_both_splits_but_the_voices_of_fsdd(prepared_data: Path) -> None:
    train, test = load_split("train", prepared_data), load_split("test", prepared_data)
    assert set(train["farsi"].groups) == {""}
    assert not set(train["kannada"].groups) & set(test["kannada"].groups)
    assert len(set(train["kannada"].groups)) == 47
    assert len(set(train["speech"].groups)) == 30
    assert set(test["speech"].groups) == {"george", "jackson", "lucas", "nicolas", "theo", "yweweler"}


@pytest.mark.data
def test_few_images_are_the_first_of_each_class_and_kept(
    own_cache: Path, prepared_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = load_collection("train", "kannada", prepared_data, 3)
    monkeypatch.setattr(module, "_prepare", None)  # from now on it would fail
    assert equal(load_collection("train", "kannada", prepared_data, 3), few)
    monkeypatch.undo()
    whole = load_split("train", prepared_data)["kannada"]
    rows = np.sort(np.concatenate([np.flatnonzero(whole.labels == digit)[:3] for digit in range(10)]))
    assert equal(few, Collection(whole.values[rows], whole.labels[rows], whole.groups[rows]))


@pytest.mark.data
def test_hashes_cover_all_data(data_dir: Path) -> None:
    items = [item for source in SOURCES for item in source.items]
    expected = {item.path: item.sha256 for item in items if not isinstance(item, DigitWords)}
    assert {path: found for path, found in data_hashes(data_dir).items() if path in expected} == expected


@pytest.mark.data
def test_a_split_is_prepared_once(own_cache: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = load_split("dig-mnist", data_dir)["kannada"]
    assert own_cache.exists()
    with monkeypatch.context() as patch:
        patch.setattr(module, "_prepare", lambda *_: pytest.fail("prepared again"))
        assert equal(load_split("dig-mnist", data_dir)["kannada"], first)

    prepared: list[object] = []
    monkeypatch.setattr(module, "_prepare", lambda *asked: prepared.append(asked) or first)
    whole = own_cache.read_bytes()
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 0xFF
    for damaged in (whole[: len(whole) // 2], b"", b"no zip", bytes(flipped)):
        own_cache.write_bytes(damaged)
        assert equal(load_split("dig-mnist", data_dir)["kannada"], first)
        assert own_cache.read_bytes() != damaged
    assert len(prepared) == 4


@pytest.mark.data
def test_another_version_of_the_preprocessing_is_prepared_again(
    own_cache: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load_split("dig-mnist", data_dir)["kannada"]
    monkeypatch.setattr(module.drawing, "INK_VERSION", module.drawing.INK_VERSION + 1)
    monkeypatch.setattr(module.drawing, "normalise_ink", lambda image: image / np.float32(510))
    changed = load_split("dig-mnist", data_dir)["kannada"]
    assert changed.values.max() == 128
    assert not equal(changed, first)


@pytest.mark.data
def test_a_cache_that_cannot_be_written_only_costs_time(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setattr(module, "cache_directory", lambda: tmp_path / "file")
    assert len(load_split("dig-mnist", data_dir)["kannada"].labels) == 10_240
    assert "cannot be kept" in caplog.text


@pytest.mark.data
def test_a_real_file_cut_in_half_is_one_sentence(own_cache: Path, data_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "kannada").mkdir()
    for name in ("X_dig_MNIST-idx3-ubyte.gz", "y_dig_MNIST-idx1-ubyte.gz"):
        content = (data_dir / "kannada" / name).read_bytes()
        (tmp_path / "kannada" / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(
        DataError, match=r"X_dig_MNIST-idx3-ubyte\.gz is damaged .*run `python -m mvae data download`"
    ):
        load_split("dig-mnist", tmp_path)


@pytest.mark.data
def test_training_goes_on_without_the_extra_voices(
    own_cache: Path,
    data_dir: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(module.audio, "mfcc", lambda *_: np.ones((13, 32), np.float32))
    (tmp_path / "speech").mkdir()
    (tmp_path / "speech" / "recordings").symlink_to(data_dir / "speech" / "recordings")
    collection = module.load_collection("train", "speech", tmp_path)
    assert np.bincount(collection.labels).tolist() == [270] * 10
    assert caplog.text.count("Training without the extra voices") == 3


def digits_with_a_blank_one(*_: object) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    images = np.zeros((3, 28, 28), np.uint8)
    images[[0, 2], 5:20, 10:14] = 255
    return images, np.array([4, 5, 6]), np.array(["a", "b", "c"])


def test_a_blank_image_is_left_out_of_training_and_refused_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(kannada, "load_digits", digits_with_a_blank_one)
    collection = module._prepare("train", "kannada", [], tmp_path)
    assert collection.labels.tolist() == [4, 6]
    assert collection.groups.tolist() == ["a", "c"]
    assert collection.values.shape == (2, 28, 28)
    assert "Left 1 of 3 kannada samples out of training" in caplog.text
    with pytest.raises(DataError, match="1 of 3 kannada samples of the test split cannot be prepared"):
        module._prepare("test", "kannada", [], tmp_path)


def test_a_silent_recording_is_left_out_of_training_and_refused_in_the_test_split(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fake_mfcc(waveform: np.ndarray, _: int) -> np.ndarray:
        if not waveform.any():
            msg = "Nothing to hear."
            raise SilenceError(msg)
        return np.ones((13, 32), np.float32)

    monkeypatch.setattr(module.audio, "mfcc", fake_mfcc)
    soundfile.write(tmp_path / "1_theo_0.wav", np.full(100, 0.5), 8000)
    soundfile.write(tmp_path / "2_theo_0.wav", np.zeros(100), 8000)
    recordings = speech.find_recordings(tmp_path, ["1_theo_0.wav", "2_theo_0.wav"])
    monkeypatch.setattr(module, "_recordings", lambda *_: recordings)
    collection = module._prepare("train", "speech", [], tmp_path)
    assert collection.labels.tolist() == [1]
    assert collection.values.dtype == np.float16
    assert "2_theo_0.wav: Nothing to hear." in caplog.text
    assert "Left 1 of 2 speech samples out of training" in caplog.text
    with pytest.raises(DataError, match="1 of 2 speech samples of the test split cannot be prepared"):
        module._prepare("test", "speech", [], tmp_path)
