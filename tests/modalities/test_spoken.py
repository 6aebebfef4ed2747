"""The ten recordings that come with the package."""

import hashlib
import os
from pathlib import Path

import pytest

import mvae
from mvae.data.speech import find_recordings, official_split
from mvae.modalities.sound import mfcc, read_recording
from mvae.modalities.spoken import FOLDER, spoken_digits


def test_there_is_one_of_each_digit_by_several_people_and_they_are_small() -> None:
    found = spoken_digits()
    assert [spoken.digit for spoken in found] == list(range(10))
    assert len({spoken.speaker for spoken in found}) >= 4
    assert sum(len(spoken.sound) for spoken in found) < 150_000
    assert "CC BY-SA 4.0" in (FOLDER / "LICENSE.txt").read_text(encoding="utf-8")


def test_they_are_of_the_training_split_and_unchanged() -> None:
    recordings = find_recordings(FOLDER, sorted(path.name for path in FOLDER.glob("*.wav")))
    assert official_split(recordings, "train") == recordings
    folder = Path(os.environ.get("MVAE_DATA", "none"), "speech", "recordings")
    if not folder.is_dir():
        pytest.skip("FSDD is not here")
    for recording in recordings:
        hashes = {
            hashlib.sha256((each / recording.path.name).read_bytes()).digest() for each in (FOLDER, folder)
        }
        assert len(hashes) == 1, recording.path.name


@pytest.mark.parametrize("name", ["conv", "linear"])
def test_both_shipped_models_hear_the_digit_and_find_nothing_strange(name: str) -> None:
    pipe = mvae.load_pretrained(name)
    for spoken in spoken_digits():
        (out,) = pipe.complete({"speech": mfcc(*read_recording(spoken.sound))}, [("speech",)])
        assert out.label == spoken.digit
        assert out.label_probs[out.label] > 0.99
        assert pipe.unfamiliarity(out)["speech"] < 1
