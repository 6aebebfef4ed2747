"""Speech: any recording of one spoken digit -> 13 MFCCs x 32 frames, and back to a sound.

Conventions
-----------
A waveform is float32 in [-1, 1], mono (n,) or (n, channels); rates are in hertz, times in seconds.
MFCCs are (13, 32): librosa's orthonormal type-2 DCT of 40 mel bands in decibels, one frame each 25 ms from
the onset of the speech. Standardisation is not done here: its statistics belong to a training split and
travel in the checkpoint.

FSDD's recordings last 0.42 s in the median and under 0.8 s in 98 of 100, so 32 frames hold a digit; a slower
one is squeezed into them. The paths for data and for a user's voice are the same function, `mfcc`.
"""

import io
from pathlib import Path
from typing import Any

import librosa
import numpy as np
import scipy.fft
import scipy.signal
from numpy.typing import NDArray

from mvae.arguments import as_number, as_path
from mvae.arrays import as_array, as_floats
from mvae.errors import AudioError, NoSpeechError, SilenceError, TooLongError
from mvae.modalities import sound_file
from mvae.modalities.base import MFCC_COEFFICIENTS, MFCC_FRAMES
from mvae.modalities.utterance import HOP, STEADY, find_utterance
from mvae.reading import is_regular_file

SAMPLE_RATE = 8_000
LONGEST_RECORDING = sound_file.LONGEST_RECORDING
"""Seconds of recording that are accepted, silence included."""
LONGEST_SPEECH = 2.0
"""Seconds of uninterrupted speech that may be one digit."""
SHORTEST_SPEECH = 0.06

# Second order: a recording that begins at a constant must not ring.
_ABOVE_RUMBLE = scipy.signal.butter(2, 60.0, "highpass", fs=SAMPLE_RATE, output="sos")
_HOP = 200  # samples: 25 ms
_FFT: dict[str, Any] = {"n_fft": 512, "win_length": 256, "hop_length": _HOP}
_MEL_BANDS = 40
_DYNAMIC_RANGE = 55.0  # dB below the loudest band; what is softer is the room, not the speaker
_AUDIBLE_RANGE = 120.0  # dB below the loudest band that a reconstruction keeps
_LOUDNESS = 0.1  # root mean square of the speech after normalisation: -20 dBFS
# A sound is steady when the level in eight bands hardly moves: mean standard deviation over time, in dB.
# Noise flickers more than a tone does, and is known by its flat spectrum. No recording of FSDD or the extra
# voices is that steady.
_FLAT, _STEADY_NOISE, _STEADY_TONE = 0.3, 3.0, 1.5
_MARGIN = 0.03


def read_recording(source: bytes | str | Path) -> tuple[NDArray[np.float32], int]:
    """Read a sound file of any of `mvae.modalities.sound_file.FORMATS`, and of some others.

    Whatever the file holds or claims, it takes a second and 64 MB at most. Of a file that was cut off, or
    whose recorder never wrote how long it is, what is there is read.

    Returns
    -------
    tuple[NDArray[np.float32], int]
        The waveform (n,), the mean of its channels, and its rate.

    Raises
    ------
    AudioError
        If it is no sound file, a damaged one, or one of more channels or samples than a voice needs.
    SilenceError
        If there is no sound in it.
    TooLongError
        If it lasts longer than `LONGEST_RECORDING`; found without decoding the whole file.
    """
    place = io.BytesIO(source) if isinstance(source, bytes) else as_path(source, "A recording")
    try:
        if isinstance(place, io.BytesIO):
            return sound_file.read(place)
        if not is_regular_file(place):  # a pipe would never end
            raise AudioError(sound_file.UNREADABLE)
        with place.open("rb") as file:
            return sound_file.read(file)
    except OSError as error:
        raise AudioError(sound_file.UNREADABLE) from error


MFCC_VERSION = 1
"""To be raised when `mfcc` gives other numbers: what was prepared is kept until then."""


def mfcc(waveform: object, sample_rate: float) -> NDArray[np.float32]:
    """Turn a recording of one spoken digit into MFCCs.

    Parameters
    ----------
    waveform
        (n,) or (n, channels); floats in [-1, 1], or integers of any width. Louder floats are scaled down.
    sample_rate
        In hertz, 4,000 to 192,000.

    Returns
    -------
    NDArray[np.float32]
        (13, 32), in the units of an orthonormal DCT of decibels; not standardised.

    Raises
    ------
    SilenceError, TooLongError, NoSpeechError, AudioError
        With a sentence for the person who spoke.
    """
    speech = find_speech(to_mono(waveform, sample_rate))
    speech = np.pad(speech, (0, max(0, (MFCC_FRAMES - 1) * _HOP - len(speech))))
    power = librosa.feature.melspectrogram(y=speech, sr=SAMPLE_RATE, n_mels=_MEL_BANDS, **_FFT)
    decibels = librosa.power_to_db(power, top_db=_DYNAMIC_RANGE)
    coefficients = librosa.feature.mfcc(S=decibels, n_mfcc=MFCC_COEFFICIENTS)
    return _squeeze(coefficients).astype(np.float32)


def waveform_of(coefficients: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """Make MFCCs audible again, with the phases of Griffin & Lim (1984). The same input gives the same sound.

    Parameters
    ----------
    coefficients
        (13, 32) MFCCs, not standardised.

    Returns
    -------
    NDArray[np.float32]
        (6200,): 0.775 s at 8 kHz, peak 0.9.
    """
    values = as_floats(coefficients, "MFCCs", (MFCC_COEFFICIENTS, MFCC_FRAMES), dtype=np.float64)
    decibels = scipy.fft.idct(values, axis=0, norm="ortho", n=_MEL_BANDS)
    # The peak is set below; relative to the loudest band nothing overflows, however far out a latent is.
    mel = librosa.db_to_power(np.maximum(decibels - decibels.max(), -_AUDIBLE_RANGE)).astype(np.float32)
    magnitude = librosa.feature.inverse.mel_to_stft(mel, sr=SAMPLE_RATE, n_fft=_FFT["n_fft"])
    waveform = librosa.griffinlim(magnitude, n_iter=32, random_state=0, **_FFT)
    fade = np.minimum(1.0, np.minimum(np.arange(len(waveform)), np.arange(len(waveform))[::-1]) / 80)
    waveform = waveform * fade
    return (0.9 * waveform / max(1e-6, float(np.abs(waveform).max()))).astype(np.float32)


def lowered(coefficients: NDArray[np.floating[Any]], semitones: float) -> NDArray[np.float32]:
    """Move all formants down, as if a larger person had said it in the same time.

    Parameters
    ----------
    coefficients
        (13, 32) MFCCs, not standardised.
    semitones
        Twelve halve all frequencies.

    Returns
    -------
    NDArray[np.float32]
        (13, 32); above what the highest band becomes, its level goes on.
    """
    decibels = scipy.fft.idct(coefficients.astype(np.float64), axis=0, norm="ortho", n=_MEL_BANDS)
    hertz = librosa.mel_frequencies(_MEL_BANDS + 2, fmax=SAMPLE_RATE / 2)[1:-1]
    bands = np.arange(_MEL_BANDS)
    places = np.interp(hertz * 2 ** (semitones / 12), hertz, bands)
    moved = np.stack([np.interp(places, bands, frame) for frame in decibels.T], axis=1)
    return np.asarray(scipy.fft.dct(moved, axis=0, norm="ortho")[:MFCC_COEFFICIENTS], np.float32)


def find_speech(waveform: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cut out what is most like a spoken word and bring it to a fixed loudness.

    Parameters
    ----------
    waveform
        (n,) mono at 8 kHz.

    Returns
    -------
    NDArray[np.float32]
        (k,), root mean square 0.1, with 30 ms around it where the recording has them.

    Raises
    ------
    SilenceError, NoSpeechError, TooLongError
        As `mfcc`.
    """
    waveform, start, stop = find_utterance(waveform)
    duration = (stop - start) / 100
    if duration < SHORTEST_SPEECH or len(waveform) < _FFT["n_fft"]:
        msg = "Only a click can be heard; say one digit, a little longer and closer to the microphone."
        raise NoSpeechError(msg)
    if duration > LONGEST_SPEECH:
        msg = f"The speech lasts {duration:.1f} seconds without a pause; say one digit only, in a quiet room."
        raise TooLongError(msg)
    margin = round(_MARGIN * SAMPLE_RATE)
    speech = waveform[max(0, start * HOP - margin) : stop * HOP + margin]
    _check_it_varies(speech)
    return np.asarray(speech * (_LOUDNESS / np.sqrt(np.mean(speech**2))), np.float32)


def _check_it_varies(speech: NDArray[np.float32]) -> None:
    """Refuse what stays the same throughout, as hum and noise do; even a whisper moves on."""
    power = librosa.feature.melspectrogram(y=speech, sr=SAMPLE_RATE, n_mels=8, **_FFT)
    # The first and last frame hold the margins.
    decibels = librosa.power_to_db(power, top_db=_DYNAMIC_RANGE)[:, 1:-1]
    flatness = np.percentile(librosa.feature.spectral_flatness(y=speech, **_FFT), 20)
    if decibels.std(axis=1).mean() < (_STEADY_NOISE if flatness > _FLAT else _STEADY_TONE):
        raise NoSpeechError(STEADY)


def _squeeze(coefficients: NDArray[np.float32]) -> NDArray[np.float32]:
    """Fit the time axis to 32 frames: (13, T) -> (13, 32) by linear interpolation where T is larger."""
    frames = coefficients.shape[1]
    if frames == MFCC_FRAMES:
        return coefficients
    position = np.linspace(0, frames - 1, MFCC_FRAMES)
    return np.stack([np.interp(position, np.arange(frames), row) for row in coefficients])


def to_mono(waveform: object, sample_rate: float) -> NDArray[np.float32]:
    """Bring a recording to one channel at 8 kHz, without what cannot be heard: a constant, and rumble.

    Parameters
    ----------
    waveform, sample_rate
        As `mfcc` takes them.

    Returns
    -------
    NDArray[np.float32]
        (n,) in about [-1, 1].

    Raises
    ------
    SilenceError, TooLongError, AudioError
        As `mfcc`.
    """
    array = as_array(waveform, "A waveform", AudioError)
    rate = as_number(sample_rate, "A sample rate in hertz", 1, 10**9, AudioError)
    if array.ndim not in {1, 2} or not (np.issubdtype(array.dtype, np.number) and np.isrealobj(array)):
        msg = f"A waveform must be numbers of shape (n,) or (n, channels), but this is {array.shape}."
        raise AudioError(msg)
    sound_file.check_rate(rate)
    if array.size == 0:
        msg = "The recording is empty; press record and say one digit."
        raise SilenceError(msg)
    sound_file.check_length(len(array), rate)
    if np.issubdtype(array.dtype, np.integer):  # of any width; silence is 0 where signed, else the middle
        limits = np.iinfo(array.dtype)
        middle = 0.0 if limits.min else (limits.max + 1) / 2
        array = (array - middle) / (limits.max - middle)
    with np.errstate(over="ignore"):  # what float32 cannot hold is refused below
        mono = array.astype(np.float32)
    if not np.isfinite(mono).all():
        msg = "The recording holds values that are not finite numbers; record it again."
        raise AudioError(msg)
    mono /= max(1.0, float(np.abs(mono).max()))
    mono = mono.mean(axis=1) if mono.ndim == 2 else mono
    mono = librosa.resample(mono - mono.mean(), orig_sr=rate, target_sr=SAMPLE_RATE)
    return np.asarray(scipy.signal.sosfilt(_ABOVE_RUMBLE, mono), np.float32)
