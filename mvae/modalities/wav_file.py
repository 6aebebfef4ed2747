"""A waveform as a file; apart from `mvae.modalities.sound`, which takes seconds to load."""

import io

import numpy as np
from numpy.typing import NDArray


def wav(waveform: NDArray[np.float32], sample_rate: int) -> bytes:
    """Write a waveform in [-1, 1] as a 16-bit wav file."""
    import soundfile  # noqa: PLC0415 - not before the first paint

    file = io.BytesIO()
    soundfile.write(file, waveform, sample_rate, format="WAV", subtype="PCM_16")
    return file.getvalue()
