"""Recordings of spoken digits, named ``{digit}_{speaker}_{index}.wav``: FSDD, and the extra voices.

Source: Jackson et al., "Free Spoken Digit Dataset" (2018),
https://github.com/Jakobovski/free-spoken-digit-dataset.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from mvae.data.verification import damaged, missing

OFFICIAL_TEST_INDICES = range(5)
"""FSDD's own split: recordings 0 to 4 of each speaker and digit are for testing, 5 to 49 for training."""
_NAME = re.compile(r"(?P<digit>[0-9])_(?P<speaker>[a-z0-9]+)_(?P<index>[0-9]+)\.wav")


@dataclass(frozen=True)
class Recording:
    """One wav file and what its name says."""

    path: Path
    label: int
    speaker: str
    index: int

    def read(self) -> tuple[NDArray[np.float32], int]:
        """Read the waveform, float32 (n,) in [-1, 1] or (n, channels), and its rate in hertz.

        Raises
        ------
        DataError
            If the file is missing, empty or no sound file.
        """
        if not self.path.is_file():
            raise missing(self.path)
        try:
            waveform, sample_rate = soundfile.read(self.path, dtype="float32")
        except (soundfile.SoundFileError, OSError) as error:
            raise damaged(self.path, "cannot be read as sound") from error
        if len(waveform) == 0:
            raise damaged(self.path, "holds no sound")
        return waveform, int(sample_rate)


def find_recordings(folder: Path, names: Iterable[str]) -> list[Recording]:
    """Describe the recordings of a folder by their names, in the order of `names`; nothing is read yet."""
    recordings = []
    for name in names:
        parts = _NAME.fullmatch(name)
        if parts is None:
            raise damaged(folder / name, "is not named {digit}_{speaker}_{index}.wav")
        recordings.append(
            Recording(folder / name, int(parts["digit"]), parts["speaker"], int(parts["index"]))
        )
    return recordings


def official_split(recordings: Iterable[Recording], split: str) -> list[Recording]:
    """Keep the recordings of FSDD that belong to the split ``"train"`` or ``"test"``."""
    return [entry for entry in recordings if (entry.index in OFFICIAL_TEST_INDICES) == (split == "test")]
