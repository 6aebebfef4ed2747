"""Changed copies of recordings, as if another person had said it, in another room, into another microphone.

A copy is made out of one recording alone, so what is left out of training leaves its copies out too. It goes
through `mvae.modalities.sound.mfcc`, as everything that is heard does.
"""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from typing import Any

import librosa
import numpy as np
import scipy.signal
from numpy.typing import NDArray
from tqdm import tqdm

from mvae.data.speech import Recording
from mvae.errors import AudioError
from mvae.modalities.sound import SAMPLE_RATE, find_speech, mfcc, to_mono

Waveform = NDArray[np.float32]

_SPEED = 0.22  # of the logarithm of speed, pitch and length of the vocal tract, either way
_PAUSE = 0.02, 0.4  # seconds of the room before and after the digit
_ROOMS, _NOISES, _MICROPHONES, _CLIPPINGS = 0.5, 0.8, 0.7, 0.15  # how often each is heard
_ECHO_SECONDS = 0.1, 0.6  # after which an echo is 60 dB down
_ECHO_LEVEL = -15.0, 3.0  # dB relative to the direct sound
_NOISE_LEVEL = -40.0, -5.0  # dB relative to the speech
_NOISE_SLOPE = 0.0, 2.2  # power falls as this power of the frequency: from hiss to rumble
_BABBLE, _BABBLERS = 0.3, 6  # how often the noise is voices, and of how many
_BAND_BELOW, _BAND_ABOVE = (20.0, 350.0), (2_500.0, 4_000.0)  # hertz that a microphone passes
_COLOUR, _COLOURS = 5.0, 7  # dB by which it favours some of so many bands
_CLIPPED = 0.3, 0.9  # of the peak


COPIES_VERSION = 1
"""To be raised when `changed_copies` gives other copies: those made are kept until then."""


def changed_copies(
    recordings: Sequence[Recording], copies: int, *, seed: int = 0, processes: int | None = None
) -> NDArray[np.float16]:
    """Make changed copies of recordings and turn each into MFCCs; shows progress.

    Parameters
    ----------
    recordings
        Those in which no digit can be heard are left out.
    copies
        Of each recording.
    seed
        The same number gives the same copies, whatever the number of processes.
    processes
        None: as many as there are cores.

    Returns
    -------
    NDArray[np.float16]
        (recordings, copies, 13, 32), as `mfcc` gives them.

    Raises
    ------
    DataError
        If a recording cannot be read.
    """
    # Not forked: the threads of PyTorch would not survive it.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        seeds = [[seed, index] for index in range(len(recordings))]
        made = pool.map(partial(_copies_of, copies), recordings, seeds, chunksize=16)
        progress = tqdm(
            made, "Changing voices", len(recordings), unit=" recordings", leave=False, disable=None
        )
        return np.stack([each for each in progress if each is not None])


def _copies_of(copies: int, recording: Recording, seed: list[int]) -> NDArray[np.float16] | None:
    try:
        speech = find_speech(to_mono(*recording.read()))
    except AudioError:
        return None
    return np.stack([_coefficients(speech, np.random.default_rng([*seed, copy])) for copy in range(copies)])


def _coefficients(speech: Waveform, rng: np.random.Generator) -> NDArray[np.float16]:
    """MFCCs of a changed copy; of the speech as it was, where the copy cannot be understood."""
    try:
        return mfcc(change(speech, rng), SAMPLE_RATE).astype(np.float16)
    except AudioError:
        return mfcc(speech, SAMPLE_RATE).astype(np.float16)


def change(speech: Waveform, rng: np.random.Generator) -> Waveform:
    """Say it with another voice, in another room, into another microphone.

    Parameters
    ----------
    speech
        (n,) at 8 kHz, as `find_speech` gives it.
    rng
        Each change draws from it.

    Returns
    -------
    NDArray[np.float32]
        (k,) at 8 kHz, with what is heard of the room before and after.
    """
    speed = np.exp(rng.uniform(-_SPEED, _SPEED))
    voice = librosa.resample(speech, orig_sr=SAMPLE_RATE * speed, target_sr=SAMPLE_RATE)
    before, after = (rng.uniform(*_PAUSE, size=2) * SAMPLE_RATE).astype(int)
    sound = np.pad(voice, (before, after))
    if rng.random() < _ROOMS:
        sound = _in_a_room(sound, rng)
    if rng.random() < _NOISES:
        noise = (_babble if rng.random() < _BABBLE else _coloured_noise)(voice, len(sound), rng)
        sound = sound + noise * (_rms(voice) * _gain(rng.uniform(*_NOISE_LEVEL)) / _rms(noise))
    if rng.random() < _MICROPHONES:
        sound = _through_a_microphone(sound, rng)
    if rng.random() < _CLIPPINGS:
        limit = rng.uniform(*_CLIPPED) * np.abs(sound).max()
        sound = np.clip(sound, -limit, limit)
    return np.asarray(sound, np.float32)


def _in_a_room(sound: Waveform, rng: np.random.Generator) -> NDArray[np.floating[Any]]:
    """Add an echo: noise that dies away."""
    seconds = rng.uniform(*_ECHO_SECONDS)
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    echo = rng.normal(size=len(time)) * 10 ** (-3 * time / seconds)
    echo *= _gain(rng.uniform(*_ECHO_LEVEL)) / np.sqrt((echo**2).sum())
    echo[0] = 1.0
    return np.asarray(scipy.signal.fftconvolve(sound, echo)[: len(sound)])


def _coloured_noise(_: Waveform, length: int, rng: np.random.Generator) -> NDArray[np.floating[Any]]:
    spectrum = np.fft.rfft(rng.normal(size=length))
    frequencies = np.arange(1, len(spectrum) + 1)
    return np.fft.irfft(spectrum * frequencies ** (-0.5 * rng.uniform(*_NOISE_SLOPE)), length)


def _babble(voice: Waveform, length: int, rng: np.random.Generator) -> NDArray[np.floating[Any]]:
    """Several people talk at once: the voice itself backwards, each time begun somewhere else."""
    backwards = np.resize(voice[::-1], length)
    people = [np.roll(backwards, rng.integers(length)) for _ in range(_BABBLERS)]
    return np.asarray(np.sum(people, axis=0))


def _through_a_microphone(sound: Waveform, rng: np.random.Generator) -> NDArray[np.floating[Any]]:
    """Favour some frequencies, and lose the lowest and the highest."""
    spectrum = np.fft.rfft(sound)
    frequencies = np.linspace(0, SAMPLE_RATE / 2, len(spectrum))
    bands = np.linspace(0, SAMPLE_RATE / 2, _COLOURS)
    gain = _gain(np.interp(frequencies, bands, rng.normal(0, _COLOUR, _COLOURS)))
    lowest, highest = rng.uniform(*_BAND_BELOW), rng.uniform(*_BAND_ABOVE)
    passed = 1 / np.sqrt((1 + (lowest / (frequencies + 1)) ** 4) * (1 + (frequencies / highest) ** 8))
    return np.fft.irfft(spectrum * gain * passed, len(sound))


def _gain(decibels: Any) -> Any:
    """Turn decibels, a number or an array, into a factor of the amplitude."""
    return 10 ** (decibels / 20)


def _rms(sound: NDArray[np.floating[Any]]) -> float:
    return max(1e-9, float(np.sqrt(np.mean(sound**2))))
