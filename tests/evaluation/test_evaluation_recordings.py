"""Every change gives a recording that the app can take, and the shares add up."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import soundfile
from helpers import spoken
from numpy.typing import NDArray

from mvae.data.speech import Recording
from mvae.errors import NoSpeechError
from mvae.evaluation import recordings


@pytest.fixture
def made(tmp_path: Path) -> list[Recording]:
    made = [Recording(tmp_path / f"{digit}_a_0.wav", digit, "a", 0) for digit in (3, 4)]
    for recording in made:
        soundfile.write(recording.path, spoken(pitch=100.0 + 20 * recording.label), 8_000)
    return made


class Listener:
    """Says 3 to everything, is in doubt of what is long, and refuses what is longer."""

    def __call__(self, *, speech: tuple[NDArray[np.float32], int]) -> Any:
        waveform, rate = speech
        assert waveform.dtype == np.float32
        assert np.isfinite(waveform).all()
        if len(waveform) > 2 * rate:
            raise NoSpeechError
        return SimpleNamespace(label=3, seconds=len(waveform) / rate)

    def unfamiliarity(self, out: Any) -> dict[str, float]:
        return {"speech": out.seconds}


def test_every_change_is_measured(made: list[Recording]) -> None:
    result = recordings.measure(Listener(), made)  # type: ignore[arg-type]
    assert result == recordings.measure(Listener(), made)  # type: ignore[arg-type]
    assert result["recordings"] == 2
    assert set(result["changes"]) == set(recordings.CHANGES)
    # 0.85 s long: one is right, the other is said surely and wrongly.
    assert result["changes"]["as recorded"] == {"right": 50, "flagged": 0, "sure_and_wrong": 50}
    assert result["changes"]["slow, x 1.5"] == {"right": 50, "flagged": 100, "sure_and_wrong": 0}
    printed = recordings.format(result)
    assert all(name in printed for name in recordings.CHANGES)
    assert re.search(r"  as recorded +50\.0 +0\.0 +50\.0\n", printed)
