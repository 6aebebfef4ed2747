"""What the page is told of the package's numbers is small, plain JSON, and what the package itself uses."""

import json

import scipy.signal

from mvae.modalities.sound import LONGEST_RECORDING, SAMPLE_RATE
from mvae.web.constants import preprocessing_constants


def test_constants_are_small_plain_json() -> None:
    text = json.dumps(preprocessing_constants(), allow_nan=False)
    assert len(text) < 5_000
    found = json.loads(text)
    assert found["sound"]["rate"] == found["utterance"]["rate"] == SAMPLE_RATE
    assert found["sound"]["longestRecording"] == LONGEST_RECORDING
    for sections in (found["sound"]["aboveRumble"], found["utterance"]["aboveThumps"]):
        _, answer = scipy.signal.sosfreqz(sections, [10, 2_000], fs=SAMPLE_RATE)
        assert abs(answer[0]) < 0.1
        assert abs(answer[1]) > 0.9
