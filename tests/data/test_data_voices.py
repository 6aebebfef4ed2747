"""Changed copies: still a digit, all different, the same for the same seed, and of one recording alone."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from helpers import spoken
from numpy.typing import NDArray

from mvae.data import voices
from mvae.data.speech import Recording, find_recordings
from mvae.data.voices import change, changed_copies
from mvae.modalities.sound import SAMPLE_RATE, find_speech, mfcc

SPEECH = find_speech(spoken())


@pytest.fixture
def recordings(tmp_path: Path) -> list[Recording]:
    for digit, pitch in enumerate((110.0, 160.0, 220.0)):
        soundfile.write(tmp_path / f"{digit}_theo_0.wav", spoken(16_000, pitch=pitch), 16_000)
    return find_recordings(tmp_path, sorted(path.name for path in tmp_path.iterdir()))


def test_copies_are_many_and_different_and_depend_on_the_seed_alone(recordings: list[Recording]) -> None:
    copies = changed_copies(recordings, 3, seed=1, processes=1)
    assert copies.shape == (3, 3, 13, 32)
    assert copies.dtype == np.float16
    assert np.isfinite(copies.astype(np.float32)).all()
    assert len({copy.tobytes() for copy in copies.reshape(9, -1)}) == 9
    np.testing.assert_array_equal(copies, changed_copies(recordings, 3, seed=1, processes=2))
    assert not np.array_equal(copies, changed_copies(recordings, 3, seed=2, processes=1))


def test_copies_of_a_recording_do_not_depend_on_the_others(recordings: list[Recording]) -> None:
    all_of_them = changed_copies(recordings, 2, processes=1)
    np.testing.assert_array_equal(changed_copies(recordings[:1], 2, processes=1)[0], all_of_them[0])


def test_a_recording_without_speech_has_no_copies(recordings: list[Recording]) -> None:
    soundfile.write(recordings[1].path, np.zeros(8000), 16_000)
    assert changed_copies(recordings, 2, processes=1).shape == (2, 2, 13, 32)


def test_a_copy_resembles_what_was_said() -> None:
    def centred(coefficients: NDArray[np.float32]) -> NDArray[np.float32]:
        return (coefficients - coefficients.mean(axis=1, keepdims=True)).ravel()

    reference = centred(mfcc(SPEECH, SAMPLE_RATE))
    changed = [mfcc(change(SPEECH, np.random.default_rng(seed)), SAMPLE_RATE) for seed in range(40)]
    alike = [np.corrcoef(reference, centred(each))[0, 1] for each in changed]
    assert np.median(alike) > 0.6
    assert max(alike) < 0.999


def test_speed_is_changed_both_ways() -> None:
    lengths = np.array([
        len(find_speech(change(SPEECH, np.random.default_rng(seed)))) / len(SPEECH) for seed in range(60)
    ])  # fmt: skip
    assert lengths.min() < 0.9
    assert lengths.max() > 1.1


def test_a_copy_that_nobody_can_understand_is_the_recording(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voices, "change", lambda *_: np.zeros(8000, np.float32))
    found = voices._coefficients(SPEECH, np.random.default_rng(0))
    np.testing.assert_array_equal(found, mfcc(SPEECH, SAMPLE_RATE).astype(np.float16))


def test_what_is_given_is_left_alone() -> None:
    before = SPEECH.copy()
    for seed in range(10):
        change(SPEECH, np.random.default_rng(seed))
    np.testing.assert_array_equal(SPEECH, before)
