"""Recordings as they come: a beep, a click or a cough beside the word, babble, a child's voice.

Each recording of a split is changed in one way after the other and then takes the app's own path. *Right* is
the share whose label, from speech alone, is what was said; *flagged* the share that is announced as unlike a
digit or refused with a sentence; *sure and wrong* the share that is neither, and whose label is another
digit. All three in per cent.

A change takes a waveform (n,) at 8 kHz, a generator, from which all that is random in it is drawn, and all
other waveforms of the split, whose voices babble.
"""

import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import librosa
import numpy as np
import scipy.signal
from numpy.typing import NDArray

from mvae.data.speech import Recording
from mvae.errors import InputError
from mvae.inference.pipeline import Pipeline
from mvae.modalities.sound import SAMPLE_RATE, to_mono
from mvae.tasks.digits import SPEECH

Waveform = NDArray[np.float32]
Change = Callable[[Waveform, np.random.Generator, Sequence[Waveform]], NDArray[Any]]

_FADE = 40  # samples: 5 ms
_ROOM = 10 ** (-60 / 20)
_TONES = (697, 770, 852, 941), (1209, 1336, 1477, 1633)  # hertz, one of each in a key of a telephone
_BABBLE = 10.0  # dB of the word above the babble
_BEEP_LOUDNESS = -6.0, 12.0  # dB relative to the word's loudest part


def measure(pipe: Pipeline, recordings: Sequence[Recording], *, seed: int = 0) -> dict[str, Any]:
    """Measure every change; returns, for each, ``right``, ``flagged`` and ``sure_and_wrong``."""
    waveforms = [(to_mono(*recording.read()), recording.label) for recording in recordings]
    others = [waveform for waveform, _ in waveforms]
    figures: dict[str, Any] = {}
    for name, change in CHANGES.items():
        outcomes = []
        for row, (waveform, digit) in enumerate(waveforms):
            changed = change(waveform, np.random.default_rng([seed, zlib.crc32(name.encode()), row]), others)
            outcomes.append(_heard(pipe, changed, digit))
        right, flagged = np.array(outcomes).T
        figures[name] = {
            "right": _per_cent(right),
            "flagged": _per_cent(flagged),
            "sure_and_wrong": _per_cent(~right & ~flagged),
        }
    return {"recordings": len(waveforms), "changes": figures}


def format(result: Mapping[str, Any]) -> str:  # noqa: A001 - every section has a `measure` and a `format`
    """Lay out what `measure` returned, as text."""
    lines = [
        f"Recordings as they come: each of {result['recordings']:,}, changed",
        f"{'':<40}{'right %':>10}{'flagged %':>12}{'sure and wrong %':>20}",
    ]
    lines += [
        f"  {name:<38}{row['right']:>10.1f}{row['flagged']:>12.1f}{row['sure_and_wrong']:>20.1f}"
        for name, row in result["changes"].items()
    ]
    return "\n".join(lines)


def _heard(pipe: Pipeline, waveform: NDArray[Any], digit: int) -> tuple[bool, bool]:
    """Tell whether the digit is named, and whether the app announces a doubt or refuses."""
    try:
        out = pipe(speech=(waveform.astype(np.float32), SAMPLE_RATE))
    except InputError:
        return False, True
    return out.label == digit, pipe.unfamiliarity(out).get(SPEECH.name, 0.0) > 1


def _per_cent(flags: NDArray[np.bool_]) -> float:
    return round(100 * float(flags.mean()), 2)


def _beside(
    word: Waveform,
    rng: np.random.Generator,
    before: Sequence[Any] = (),
    after: Sequence[Any] = (),
    gap: Any = None,
) -> NDArray[np.float64]:
    """Put sounds before and after a word, each after a pause, into a room that is nearly silent."""
    parts: list[NDArray[Any]] = [_pause(rng, (0.0, 0.4))]
    for sound in before:
        parts += [sound, _pause(rng, gap or (0.05, 0.6))]
    parts.append(word)
    for sound in after:
        parts += [_pause(rng, gap or (0.05, 0.6)), sound]
    parts.append(_pause(rng, (0.05, 0.4)))
    joined = np.concatenate(parts)
    return joined + rng.normal(0, _ROOM * _loudest(word), len(joined))


def _pause(rng: np.random.Generator, seconds: tuple[float, float]) -> NDArray[np.float64]:
    return np.zeros(round(rng.uniform(*seconds) * SAMPLE_RATE))


def _loudest(word: Waveform) -> float:
    """Root mean square of the loudest 20 ms."""
    return float(librosa.feature.rms(y=word, frame_length=160, hop_length=80).max())


def _beep(word: Waveform, rng: np.random.Generator, tones: Sequence[float] = ()) -> NDArray[np.float64]:
    """Make a tone or several of 50 to 500 ms, with a hard onset or a soft one."""
    time = np.arange(round(rng.uniform(0.05, 0.5) * SAMPLE_RATE)) / SAMPLE_RATE
    pitches = tones or [np.exp(rng.uniform(np.log(500), np.log(3900)))]
    tone = np.sum([np.sin(2 * np.pi * (pitch * time + rng.random())) for pitch in pitches], axis=0)
    fade = max(1, round(rng.choice([0, 1]) * _FADE))
    tone *= np.minimum(1, np.minimum(np.arange(1, len(tone) + 1), np.arange(len(tone), 0, -1)) / fade)
    level = _loudest(word) * 10 ** (rng.uniform(*_BEEP_LOUDNESS) / 20)
    return np.asarray(tone * level / np.sqrt(np.mean(tone**2)))


def _dialled(word: Waveform, rng: np.random.Generator) -> list[NDArray[np.float64]]:
    return [_beep(word, rng, [float(rng.choice(row)) for row in _TONES]) for _ in range(2)]


def _click(word: Waveform, rng: np.random.Generator) -> NDArray[np.float64]:
    """Make a click or a thump: a knock of some milliseconds, of any colour, to 20 dB above the word."""
    time = np.arange(round(0.08 * SAMPLE_RATE)) / SAMPLE_RATE
    knock = rng.standard_normal(len(time)) * np.exp(-time / rng.uniform(0.001, 0.012))
    low = np.exp(rng.uniform(np.log(80), np.log(1500)))
    band = scipy.signal.butter(
        1, [low, min(3900, low * rng.uniform(2, 20))], "bandpass", fs=SAMPLE_RATE, output="sos"
    )
    knock = scipy.signal.sosfilt(band, knock)
    level = _loudest(word) * 10 ** (rng.uniform(0, 20) / 20)
    return np.asarray(level * knock / np.abs(knock).max())


def _keys(word: Waveform, rng: np.random.Generator) -> list[NDArray[np.float64]]:
    return [_click(word, rng) for _ in range(rng.integers(2, 5))]


def _cough(word: Waveform, rng: np.random.Generator) -> NDArray[np.float64]:
    """Make a burst of hoarse noise of 0.1 to 0.35 s, as loud as the word or louder."""
    time = np.arange(round(rng.uniform(0.1, 0.35) * SAMPLE_RATE)) / SAMPLE_RATE
    noise = rng.standard_normal(len(time)) * np.minimum(1, time / 0.006) * np.exp(-4 * time / time[-1])
    throat = np.zeros_like(noise)
    for place in (rng.uniform(400, 800), rng.uniform(1000, 1800)):
        throat += scipy.signal.lfilter(
            *scipy.signal.iirpeak(place, place / rng.uniform(300, 600), fs=SAMPLE_RATE), noise
        )
    cough = throat + 0.3 * noise
    level = _loudest(word) * 10 ** (rng.uniform(-3, 6) / 20)
    return np.asarray(level * cough / np.sqrt(np.mean(cough**2)))


def _babbled(word: Waveform, rng: np.random.Generator, others: Sequence[Waveform]) -> NDArray[np.float64]:
    """Let five others talk at once throughout."""
    sound = np.pad(word.astype(np.float64), round(0.3 * SAMPLE_RATE))
    babble = np.zeros(len(sound))
    for place in rng.choice(len(others), 5):
        babble += np.roll(
            np.resize(others[place] / _loudest(others[place]), len(sound)), rng.integers(len(sound))
        )
    ratio = np.sqrt(np.mean(word.astype(np.float64) ** 2) / np.mean(babble**2))
    return np.asarray(sound + babble * ratio * 10 ** (-_BABBLE / 20))


def _clipped(word: Waveform) -> NDArray[np.float64]:
    return np.asarray(np.clip(4 * word / np.abs(word).max(), -1, 1), np.float64)


def _higher(word: Waveform, semitones: float) -> Waveform:
    return np.asarray(librosa.effects.pitch_shift(word, sr=SAMPLE_RATE, n_steps=semitones))


def _echoing(word: Waveform, rng: np.random.Generator) -> NDArray[np.float64]:
    """Say it in a hall: 0.5 s of echo, 3 dB softer than what comes straight."""
    time = np.arange(round(0.5 * SAMPLE_RATE)) / SAMPLE_RATE
    echo = rng.standard_normal(len(time)) * 10 ** (-3 * time / 0.5)
    echo *= 10 ** (-3 / 20) / np.sqrt((echo**2).sum())
    echo[0] = 1.0
    return np.asarray(scipy.signal.fftconvolve(word, echo))


def _on_the_telephone(word: Waveform) -> NDArray[np.float64]:
    band = scipy.signal.butter(4, [300, 3400], "bandpass", fs=SAMPLE_RATE, output="sos")
    return np.asarray(scipy.signal.sosfilt(band, word))


CHANGES: Mapping[str, Change] = {
    "as recorded": lambda word, _, __: word,
    "beep before": lambda word, rng, _: _beside(word, rng, [_beep(word, rng)]),
    "beep before, no pause": lambda word, rng, _: _beside(word, rng, [_beep(word, rng)], gap=(0.0, 0.05)),
    "beep after": lambda word, rng, _: _beside(word, rng, after=[_beep(word, rng)]),
    "two keys of a telephone before": lambda word, rng, _: _beside(word, rng, _dialled(word, rng)),
    "click or thump before": lambda word, rng, _: _beside(word, rng, [_click(word, rng)]),
    "click or thump after": lambda word, rng, _: _beside(word, rng, after=[_click(word, rng)]),
    "clicks on both sides": lambda word, rng, _: _beside(word, rng, [_click(word, rng)], [_click(word, rng)]),
    "keyboard before and after": lambda word, rng, _: _beside(word, rng, _keys(word, rng), _keys(word, rng)),
    "cough before": lambda word, rng, _: _beside(word, rng, [_cough(word, rng)]),
    "cough after": lambda word, rng, _: _beside(word, rng, after=[_cough(word, rng)]),
    "babble at 10 dB": _babbled,
    "four times too loud, clipped": lambda word, _, __: _clipped(word),
    "pitch + 4 semitones": lambda word, _, __: _higher(word, 4),
    "pitch + 8 semitones": lambda word, _, __: _higher(word, 8),
    "slow, x 1.5": lambda word, _, __: librosa.effects.time_stretch(word, rate=1 / 1.5),
    "telephone band": lambda word, _, __: _on_the_telephone(word),
    "echo": lambda word, rng, _: _echoing(word, rng),
}  # fmt: skip
