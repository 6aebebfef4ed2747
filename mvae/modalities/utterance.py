"""Where the word is in a recording: not the loudest sound, but the one most like speech.

A recorder beeps when it starts, a key or a cup knocks on the table, somebody coughs. Four things tell such
sounds from a word:

- a beep is a tone or two: a few samples foretell the next one, and its pitch stays where it is, or is too
  high for a hum;
- a buzzer, a chord, a plucked string or a bell keeps its spectrum, and no vowel does for more than a moment;
- a click is over before a vowel has begun;
- a cough is noise, and every English digit has a vowel, in which the waveform repeats itself.

What is measured here was chosen on training recordings; of FSDD and the extra voices it changes none.
"""

import librosa
import numpy as np
import scipy.signal
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from mvae.errors import NoSpeechError, SilenceError

RATE = 8_000
"""Hertz, of every waveform here."""
HOP = RATE // 100
"""Samples of a frame: 10 ms."""
SILENT = 4e-4
"""Root mean square of the loudest 20 ms below which nothing was said."""
STEADY = "Only a steady sound can be heard; say one digit closer to the microphone."
_GAP = 16  # frames: a stop consonant ("six", "eight") is silent for up to this many

_WINDOW = 2 * HOP
_PREDICTION_ORDER = 4  # samples; two sinusoids are predicted from four without any error
_PREDICTABLE = -30.0  # dB of the error relative to the sound
_STEADY = 5.0  # hertz by which a tone may move in 20 ms
_LOWEST_TONE = 300.0  # hertz: a low voice hums nearly as purely as a tone
_SHORTEST_TONE = 4  # frames
_HIGH_TONE, _SHORTEST_MOVING = 700.0, 8  # hertz and frames: what is so high, pure and long is no hum
_KEPT, _KEPT_FOR = 0.05, range(4, 13)  # distance of spectra of length 1, so many frames apart: the same
_AUDIBLE = 40.0  # dB below the loudest frame
_CLICK = 6  # frames for which a click stays within 20 dB of its peak; a vowel stays longer
_CLICK_ABOVE = 3.0  # dB above the word, or it may be the end of "eight"
_VOICE_LAGS = slice(16, 115)  # samples: 70 to 500 Hz
_ABOVE_THUMPS = scipy.signal.butter(4, 250.0, "highpass", fs=RATE, output="sos")  # voices have overtones
_VOICED = 0.5  # of the correlation with itself one period later
_LEAST_VOICED = 4  # frames without which nothing is taken for a word instead of the loudest sound
_CLEARLY = 2  # times as many voiced frames as the loudest sound has

Waveform = NDArray[np.float32]
Flags = NDArray[np.bool_]


def find_utterance(waveform: Waveform) -> tuple[Waveform, int, int]:
    """Find the part that is most like a spoken word.

    Parameters
    ----------
    waveform
        (n,) mono at 8 kHz.

    Returns
    -------
    tuple[NDArray[np.float32], int, int]
        The waveform, beeps and clicks silenced, and the first and last-plus-one frame of the word.

    Raises
    ------
    SilenceError, NoSpeechError
        If nothing can be heard, or nothing but a tone.
    """
    level = levels(waveform)
    if level.max() < SILENT:
        msg = "The recording is silent; check the microphone and say one digit."
        raise SilenceError(msg)
    waveform = _without_tones(waveform)
    waveform = _without_clicks(waveform)
    level = levels(waveform)
    runs = _runs(level)
    if len(runs) == 1:
        return waveform, *runs[0]
    energy = [float((level[start:stop].astype(np.float64) ** 2).sum()) for start, stop in runs]
    loudest = int(np.argmax(energy))
    spoken = _spoken(waveform, runs)
    best = int(np.argmax(spoken))
    if spoken[best] < _LEAST_VOICED or _CLEARLY * spoken[loudest] >= spoken[best]:
        return waveform, *runs[loudest]
    # Once more without the others, which were louder: where a word begins and ends depends on its level.
    others = np.ones(len(level), np.bool_)
    others[runs[best - 1][1] if best else 0 : runs[best + 1][0] if best + 1 < len(runs) else None] = False
    alone = _silenced(waveform, others)
    return alone, *max(_runs(levels(alone)), key=lambda run: run[1] - run[0])


def levels(waveform: Waveform) -> NDArray[np.float32]:
    """Root mean square of 20 ms every 10 ms, (T,)."""
    return np.asarray(librosa.feature.rms(y=waveform, frame_length=_WINDOW, hop_length=HOP)[0])


def _runs(level: NDArray[np.float32]) -> list[tuple[int, int]]:
    """First and last-plus-one frame of each stretch of activity, short gaps bridged."""
    decibels = _decibels(level)
    loudest = float(decibels.max())
    room = float(np.percentile(decibels, 10))
    # Above the room's noise where there is some, but never so high that soft consonants are cut.
    threshold = max(loudest - 35.0, min(room + 8.0, loudest - 20.0))
    return _stretches(decibels > threshold, gap=_GAP)


def _decibels(level: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(20 * np.log10(np.maximum(level, 1e-7)))


def _stretches(active: Flags, gap: int = 1) -> list[tuple[int, int]]:
    frames = np.flatnonzero(active)
    breaks = np.flatnonzero(np.diff(frames) > gap)
    starts = frames[np.concatenate([[0], breaks + 1])] if len(frames) else frames
    stops = frames[np.concatenate([breaks, [len(frames) - 1]])] + 1 if len(frames) else frames
    return list(zip(starts.tolist(), stops.tolist(), strict=True))


def _without_tones(waveform: Waveform) -> Waveform:
    """Silence beeps, and whatever else sounds the same for a while."""
    decibels = _decibels(levels(waveform))
    tones = _tones(waveform, decibels) | _steady(waveform, decibels)
    if not tones.any():
        return waveform
    if tones.all() or decibels[~tones].max() < _floor(decibels):
        raise NoSpeechError(STEADY)
    return _silenced(waveform, tones)


def _without_clicks(waveform: Waveform) -> Waveform:
    """Silence clicks that are louder than the word, unless nothing like a word is left."""
    decibels = _decibels(levels(waveform))
    floor = _floor(decibels)
    rest, clicks = decibels.copy(), []
    while (loudest := rest.max()) > floor:
        peak = int(rest.argmax())
        start, stop = _around(rest > loudest - 20.0, peak)
        if stop - start > _CLICK:
            break
        start, stop = _around(rest > max(floor, loudest - 35.0), peak)
        rest[start:stop] = -np.inf
        clicks.append((loudest, start, stop))
    else:
        return waveform
    silent = np.zeros(len(decibels), np.bool_)
    for loudness, start, stop in clicks:
        silent[start:stop] = loudness > loudest + _CLICK_ABOVE
    if not silent.any():
        return waveform
    without = _silenced(waveform, silent)
    return without if max(_spoken(without, _runs(levels(without)))) >= _LEAST_VOICED else waveform


def _floor(decibels: NDArray[np.float32]) -> float:
    """Loudness below which nothing counts."""
    return float(max(decibels.max() - _AUDIBLE, 20 * np.log10(SILENT)))


def _around(active: Flags, frame: int) -> tuple[int, int]:
    """First and last-plus-one of the active frames around one."""
    before, after = np.flatnonzero(~active[:frame]), np.flatnonzero(~active[frame:])
    return int(before[-1]) + 1 if len(before) else 0, frame + int(after[0]) if len(after) else len(active)


def _tones(waveform: Waveform, decibels: NDArray[np.float32]) -> Flags:
    """Tell which frames are of one tone or two, steady, or moving as a whistle does, (T,)."""
    frames = _frames(waveform, _WINDOW)
    error, pitch = _linear_prediction(frames)
    moves = np.abs(np.pad(pitch, 1, mode="edge")[2:] - np.pad(pitch, 1, mode="edge")[:-2])
    tonal = (decibels > _floor(decibels)) & (error < _PREDICTABLE) & (pitch > _LOWEST_TONE)
    found = np.zeros_like(tonal)
    stretches = [
        each for each in _stretches(tonal & (moves < _STEADY)) if each[1] - each[0] >= _SHORTEST_TONE
    ]
    for start, stop in _stretches(tonal):
        if (pitch[start:stop] > _HIGH_TONE).sum() >= _SHORTEST_MOVING:
            stretches.append((start, stop))
    for start, stop in stretches:
        found[max(0, start - 2) : stop + 2] = True  # the frames at its ends are only half filled
    return found


def _steady(waveform: Waveform, decibels: NDArray[np.float32]) -> Flags:
    """Tell which frames are of a sound whose spectrum stays as it is, or comes back as in ringing, (T,)."""
    spectrum = np.abs(np.fft.rfft(_frames(waveform, 4 * HOP) * np.hanning(4 * HOP).astype(np.float32)))
    spectrum /= np.linalg.norm(spectrum, axis=1, keepdims=True) + 1e-12
    audible = decibels > _floor(decibels)
    kept = np.zeros((len(_KEPT_FOR), len(audible)), np.bool_)
    for row, lag in zip(kept, _KEPT_FOR, strict=True):
        moved = np.linalg.norm(spectrum[lag:] - spectrum[:-lag], axis=1)
        row[lag:] = (moved < _KEPT) & audible[lag:] & audible[:-lag]
    found = np.zeros_like(audible)
    for first, end in _stretches(np.logical_or.reduce(kept)):
        if end - first >= _SHORTEST_TONE:
            for row, lag in zip(kept, _KEPT_FOR, strict=True):
                for start, stop in _stretches(row[first:end]):
                    found[max(0, first + start - lag - 3) : first + stop + 3] = True
    return found


def _linear_prediction(frames: Waveform) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the error of prediction, dB relative to the sound, and the main frequency in hertz: (T,)."""
    lagged = sliding_window_view(frames.astype(np.float64), _PREDICTION_ORDER + 1, axis=1)
    products = np.einsum("tij,tik->tjk", lagged, lagged)
    power = products[:, -1, -1]
    matrix, target = products[:, :-1, :-1], products[:, :-1, -1]
    matrix = matrix + (1e-9 * power + 1e-20)[:, None, None] * np.eye(_PREDICTION_ORDER)
    weights = np.linalg.solve(matrix, target[..., None])[..., 0]
    error = np.maximum(power - (weights * target).sum(1), 0)
    # Of a window that fades out, or the frequency would seem to waver with the phase.
    faded = frames * np.hanning(frames.shape[1]).astype(np.float32) ** 0.5
    similar = (faded[:, 1:] * faded[:, :-1]).sum(1) / ((faded**2).sum(1) + 1e-12)
    pitch = np.arccos(np.clip(similar, -1, 1)) * RATE / (2 * np.pi)
    return 10 * np.log10((error + 1e-20) / (power + 1e-12)), pitch


def _voiced(waveform: Waveform) -> Flags:
    """Tell in which frames the waveform repeats itself as a voice does, (T,)."""
    frames = _frames(scipy.signal.sosfilt(_ABOVE_THUMPS, waveform), 4 * HOP)
    spectrum = np.fft.rfft(frames, 8 * HOP)
    similar = np.fft.irfft(np.abs(spectrum) ** 2)[:, _VOICE_LAGS]
    lags = np.arange(8 * HOP)[_VOICE_LAGS]
    power = (frames.astype(np.float64) ** 2).sum(1, keepdims=True) + 1e-12
    return np.asarray((similar / power / (1 - lags / (4 * HOP))).max(1) > _VOICED)


def _spoken(waveform: Waveform, runs: list[tuple[int, int]]) -> list[int]:
    """Count, in each stretch, the voiced frames that are not far softer than its loudest."""
    voiced, level = _voiced(waveform), levels(waveform)
    loud = [level[start:stop] > 0.05 * level[start:stop].max() for start, stop in runs]
    return [int((voiced[run[0] : run[1]] & part).sum()) for run, part in zip(runs, loud, strict=True)]


def _frames(waveform: Waveform, window: int) -> Waveform:
    """Return the window around every frame, (T, window), zeros beyond the ends."""
    return sliding_window_view(np.pad(waveform, window // 2), window)[::HOP]


def _silenced(waveform: Waveform, foreign: Flags) -> Waveform:
    """Silence the frames that are flagged, with ramps of a frame."""
    gain = np.interp(np.arange(len(waveform)) / HOP, np.arange(len(foreign)), 1.0 - foreign)
    return np.asarray(waveform * gain, np.float32)
