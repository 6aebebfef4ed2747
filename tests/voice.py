"""Sounds for tests, made from nothing."""

import io

import numpy as np
import soundfile


def voice(rate: int = 16_000, seconds: float = 0.45) -> np.ndarray:
    """A vowel that glides, with half a second of silence around it: what the pipeline takes for speech."""
    time = np.arange(round(rate * seconds)) / rate
    pitch = 2 * np.pi * np.cumsum(130 + 40 * time / seconds) / rate
    formants = 600 + 500 * time / seconds
    tones = sum(np.sin(n * pitch) / (1 + ((n * 130 - formants) / 250) ** 2) for n in range(1, 25))
    vowel = 0.3 * tones / np.abs(tones).max() * np.hanning(len(time))
    return np.pad(vowel, rate // 2).astype(np.float32)


def sound_file(
    waveform: np.ndarray, rate: int = 16_000, *, kind: str = "WAV", subtype: str | None = None
) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, waveform, rate, format=kind, subtype=subtype)
    return file.getvalue()
