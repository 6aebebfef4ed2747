"""Recordings: names, the official split, bad files, and the real ones."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import soundfile

from mvae.data.items import Recordings
from mvae.data.sources import find_item
from mvae.data.speech import find_recordings, official_split
from mvae.errors import DataError


def test_a_name_says_the_digit_the_speaker_and_the_index(tmp_path: Path) -> None:
    (recording,) = find_recordings(tmp_path, ["0_sc2f813234_12.wav"])
    assert (recording.label, recording.speaker, recording.index) == (0, "sc2f813234", 12)


def test_another_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"ten_theo_1\.wav is not named"):
        find_recordings(tmp_path, ["ten_theo_1.wav"])


def test_the_official_split_takes_the_first_five_of_each_speaker_and_digit(tmp_path: Path) -> None:
    recordings = find_recordings(tmp_path, [f"3_theo_{index}.wav" for index in range(50)])
    assert [entry.index for entry in official_split(recordings, "test")] == [0, 1, 2, 3, 4]
    assert [entry.index for entry in official_split(recordings, "train")] == list(range(5, 50))


def test_reading_gives_the_waveform_and_its_rate(tmp_path: Path) -> None:
    samples = np.array([0, 16384, -32768], np.int16)
    soundfile.write(tmp_path / "1_theo_0.wav", samples, 8000)
    (recording,) = find_recordings(tmp_path, ["1_theo_0.wav"])
    waveform, rate = recording.read()
    assert rate == 8000
    assert waveform.dtype == np.float32
    np.testing.assert_array_equal(waveform, [0, 0.5, -1])


def test_unreadable_recordings_are_one_sentence_with_the_command(tmp_path: Path) -> None:
    (recording,) = find_recordings(tmp_path, ["1_theo_0.wav"])
    with pytest.raises(DataError, match=r"1_theo_0\.wav is missing; run `python -m mvae data download`"):
        recording.read()
    soundfile.write(recording.path, np.zeros(0, np.int16), 8000)
    with pytest.raises(DataError, match=r"holds no sound; run"):
        recording.read()
    for content in (b"this is a text, not a sound\n", b"", b"RIFF"):
        recording.path.write_bytes(content)
        with pytest.raises(DataError, match=r"1_theo_0\.wav cannot be read as sound; run"):
            recording.read()


@pytest.mark.data
def test_the_real_recordings(data_dir: Path) -> None:
    item = find_item("speech/recordings/*.wav")
    assert isinstance(item, Recordings)
    recordings = find_recordings(data_dir / item.folder, item.names)
    test, train = official_split(recordings, "test"), official_split(recordings, "train")
    assert (len(test), len(train)) == (300, 2700)
    assert set(Counter((entry.label, entry.speaker) for entry in test).values()) == {5}
    assert set(Counter((entry.label, entry.speaker) for entry in train).values()) == {45}
    assert {entry.read()[1] for entry in recordings[::100]} == {8000}


@pytest.mark.data
def test_the_real_extra_voices(data_dir: Path) -> None:
    items = [find_item(f"speech/extra/{pattern}") for pattern in ("*_sc*.wav", "*_sai_*.wav", "*_jay_*.wav")]
    counts = [len(item.names) for item in items if isinstance(item, Recordings)]
    assert counts == [100, 200, 200]
    recordings = [
        entry
        for item in items
        if isinstance(item, Recordings)
        for entry in find_recordings(data_dir / item.folder, item.names)
    ]
    assert len({entry.speaker for entry in recordings}) == 24
    assert {entry.read()[1] for entry in recordings[::25]} == {16000}
