"""What is prepared out of a few samples is what it was: whoever changes it raises a version, and the digest.

The samples are made here: templates of digits, drawn, and vowels. The digests of images are of their bytes.
Those of MFCCs are of the steps of 4 in which each number lies: processors give numbers that differ by some
0.00005, and none lies so close to the end of a step. A change of all by 0.03 takes some into the next step.
"""

import gzip
import hashlib
from pathlib import Path

import numpy as np
import pytest
import soundfile
from test_data_hoda import cdb, write_mat
from test_data_kannada import idx
from voice import voice

from mvae.data import collections as module
from mvae.data import speech, voices
from mvae.data.speech import Recording
from mvae.modalities import drawing, sound
from mvae.modalities.strokes import render, template

RAISE = "These numbers have changed. If that is meant, raise {}, then replace the digest of this test."
STEP = 4.0


def digest(values: np.ndarray) -> str:
    return hashlib.sha256(np.ascontiguousarray(values).tobytes()).hexdigest()[:16]


def coarse(mfcc: np.ndarray, begin: float) -> np.ndarray:
    """Return multiples of the step; it is checked that no rounding can make others of them."""
    multiples = (mfcc.astype(np.float64) - begin) / STEP
    assert np.abs(multiples - np.rint(multiples)).min() * STEP > 1e-3, "choose another beginning"
    return np.floor(multiples).astype(np.int16)


def drawings(script: str, sides: list[int]) -> list[np.ndarray]:
    """Drawings of the digits 0, 3, 6, … as squares of these sides."""
    return [
        render(template(script, 3 * index), size=side, pen_width=side / 12)
        for index, side in enumerate(sides)
    ]


@pytest.fixture
def recordings(tmp_path: Path) -> list[Recording]:
    names = []
    for digit, (rate, seconds) in enumerate([(8_000, 0.3), (16_000, 0.45), (44_100, 1.1)]):
        names.append(f"{digit}_nobody_0.wav")
        soundfile.write(tmp_path / names[-1], voice(rate, seconds), rate)
    return speech.find_recordings(tmp_path, names)


def test_farsi_and_kannada_digits_are_prepared_as_ever(tmp_path: Path) -> None:
    farsi, labels = drawings("farsi", [40, 28, 61]), [0, 3, 6]
    write_mat(tmp_path / "train.mat", farsi, labels)
    binary = [np.where(image > 127, 255, 0).astype(np.uint8) for image in farsi]
    (tmp_path / "test.cdb").write_bytes(cdb(list(zip(labels, binary, strict=True))))
    folder, kannada = tmp_path / "kannada", np.stack(drawings("kannada", [28] * 3))
    folder.mkdir()
    (folder / "X_kannada_MNIST_test-idx3-ubyte.gz").write_bytes(gzip.compress(idx(kannada)))
    (folder / "y_kannada_MNIST_test-idx1-ubyte.gz").write_bytes(gzip.compress(idx(np.array(labels))))
    found = {
        (split, modality): module._prepare(split, modality, paths, tmp_path).values
        for split, modality, paths in (
            ("train", "farsi", ["train.mat"]), ("test", "farsi", ["test.cdb"]), ("test", "kannada", []),
        )
    }  # fmt: skip
    assert {name: digest(values) for name, values in found.items()} == {
        ("train", "farsi"): "d4141da88b6089fe", ("test", "farsi"): "86af79812a996cd2",
        ("test", "kannada"): "5fb26d3efb2544a9",
    }, RAISE.format("INK_VERSION, or PREPARED_VERSION where it is the reading")  # fmt: skip


def test_recordings_are_prepared_as_ever(
    recordings: list[Recording], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = np.stack([sound.mfcc(*recording.read()) for recording in recordings])
    assert digest(coarse(found, 1.44)) == "103ec7ef7355ab88", RAISE.format("MFCC_VERSION")
    monkeypatch.setattr(module, "_recordings", lambda *_: recordings)
    prepared = module._prepare("train", "speech", [], tmp_path)
    np.testing.assert_array_equal(prepared.values, found.astype(np.float16))
    assert prepared.values.dtype == np.float16


def test_copies_of_recordings_are_changed_as_ever(recordings: list[Recording]) -> None:
    found = []
    for index, recording in enumerate(recordings):
        said = sound.find_speech(sound.to_mono(*recording.read()))
        changed = [voices.change(said, np.random.default_rng([0, index, copy])) for copy in range(2)]
        found.append([sound.mfcc(each, sound.SAMPLE_RATE) for each in changed])
        copies = voices._copies_of(2, recording, [0, index])
        np.testing.assert_array_equal(copies, np.array(found[-1]).astype(np.float16))
    assert digest(coarse(np.array(found), 0.76)) == "c696a44b899caf68", RAISE.format("COPIES_VERSION")


def keys() -> dict[str, str]:
    hashes = {"a file": "its hash"}
    return {name: module._cache_key(hashes, name) for name in ("farsi", "kannada", "speech")} | {
        "copies": module._cache_key(hashes, "speech", copies=voices.COPIES_VERSION)
    }


@pytest.mark.parametrize(
    ("owner", "name", "prepared_again"),
    [
        (drawing, "INK_VERSION", {"farsi", "kannada"}),
        (sound, "MFCC_VERSION", {"speech", "copies"}),
        (voices, "COPIES_VERSION", {"copies"}),
        (module, "PREPARED_VERSION", {"farsi", "kannada", "speech", "copies"}),
    ],
)
def test_a_raised_version_prepares_what_it_is_about_again(
    owner: object, name: str, prepared_again: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = keys()
    assert len({*before.values()}) == 3  # the two scripts have files of their own
    monkeypatch.setattr(owner, name, getattr(owner, name) + 1)
    assert {each for each, key in keys().items() if key != before[each]} == prepared_again


@pytest.mark.parametrize(
    ("library", "prepared_again"),
    [
        ("numpy", {"farsi", "kannada", "speech", "copies"}),
        ("pillow", {"farsi", "kannada"}),
        ("soxr", {"speech", "copies"}),
        ("torch", set()),
    ],
)
def test_another_version_of_a_library_that_computes_prepares_again(
    library: str, prepared_again: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before, version = keys(), module.version
    monkeypatch.setattr(module, "version", lambda name: "99" if name == library else version(name))
    assert {each for each, key in keys().items() if key != before[each]} == prepared_again
