"""Drawings and sounds that are no digits, made from nothing: what the out-of-domain score is measured on.

Drawings are strokes that `mvae.modalities.strokes.render` draws, or grey pictures; sounds are float32
waveforms in [-1, 1] at `RATE`. Every generator draws from the `numpy` generator that it is given, so a seed
repeats it.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import scipy.ndimage
import scipy.signal
from numpy.typing import NDArray

from mvae.modalities.strokes import Strokes, render

RATE = 16_000
"""Of the sounds, in hertz."""
Picture = NDArray[np.uint8]
Sound = NDArray[np.float32]
Maker = Callable[[np.random.Generator], NDArray[Any]]

LETTERS = {
    "A": "08 40 88/25 65", "B": "00 08/~00 60 60 34 04/~04 74 76 68 08", "F": "70 00 08/04 54",
    "H": "00 08/70 78/04 74", "K": "00 08/70 04 78", "M": "08 10 45 70 88", "N": "08 00 78 70",
    "R": "08 00/~00 70 70 44 04/34 78", "S": "~71 60 10 01 03 34 64 76 67 28 07", "T": "00 80/40 48",
    "W": "00 28 42 68 80", "X": "00 78/70 08", "b": "00 08/~04 23 63 65 67 48 06", "m":
    "03 08/~05 13 33 35 38/~35 43 63 65 68", "k": "00 08/53 05 58", "h": "00 08/~05 13 53 55 58",
    "t": "~30 36 38 68/03 63", "d": "60 68/~65 33 03 05 08 48 65",
}  # fmt: skip
"""Letters, each a hand-made drawing: strokes parted by "/", points as two digits x y from 0 to 8; a stroke
that begins with "~" is smoothed. Letters that are the shape of a digit of one of the scripts are not among
them: O, I, l, V, Λ, C, D, E, Y, P, q, 7 (Farsi) and O, n, g, Z, 2, E, e, c, U (Kannada)."""
DIGIT_LIKE = {"farsi": "F", "kannada": ""}
"""Letters of the above that look like a digit of one script only: F is a Farsi 4."""


def letter(rng: np.random.Generator, drawings: Mapping[str, str], without: str = "") -> Picture:
    """Draw one of the letters, with a random pen, slant, proportion and tremor."""
    name = rng.choice([name for name in drawings if name not in without])
    strokes = [_points(stroke) for stroke in drawings[name].split("/")]
    angle, slant, aspect = rng.normal(0, 0.1), rng.normal(0, 0.15), np.exp(rng.normal(0, 0.12))
    matrix = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = matrix @ np.array([[1, -slant], [0, 1]]) @ np.diag([0.07 * aspect, 0.07 / aspect])
    return _drawn(
        [0.5 + (points - 4 + rng.normal(0, 0.15, points.shape)) @ matrix.T for points in strokes], rng
    )


def scribble(rng: np.random.Generator) -> Picture:
    """Draw a wandering curve, a zigzag, a cross, a spiral or hatching."""
    kind = rng.integers(5)
    if kind == 0:  # through so many random points that it is no digit by chance
        return _drawn([_smooth(rng.uniform(0.1, 0.9, (rng.integers(7, 13), 2)))], rng)
    if kind == 1:
        count = rng.integers(6, 12)
        along = np.linspace(0.1, 0.9, count)
        across = 0.5 + rng.uniform(0.1, 0.35) * np.where(np.arange(count) % 2, 1, -1)
        line = np.stack([along, across + rng.normal(0, 0.02, count)], axis=1)
        return _drawn([line if rng.random() < 0.5 else line[:, ::-1]], rng)
    if kind == 2:
        turn = rng.uniform(-0.3, 0.3)
        angles = turn + np.arange(rng.integers(2, 5)) * np.pi / rng.integers(2, 4)
        arms = [0.38 * np.array([np.cos(angle), np.sin(angle)]) for angle in angles]
        return _drawn([np.array([0.5 - arm, 0.5 + arm]) for arm in arms], rng)
    if kind == 3:
        angle = np.linspace(0, 2 * np.pi * rng.uniform(2.2, 4), 80)
        radius = (0.38 * angle / angle[-1])[:, None]
        return _drawn([0.5 + radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)], rng)
    rows = np.linspace(0.15, 0.85, rng.integers(4, 7))
    tilt = rng.uniform(-0.15, 0.15)
    return _drawn([np.array([[0.15, row - tilt], [0.85, row + tilt]]) for row in rows], rng)


def noise_picture(rng: np.random.Generator) -> Picture:
    """Make specks, scattered dots, blobs, or grey noise; a single round blob would be a Farsi zero."""
    size = 112
    kind = rng.integers(4)
    if kind == 0:
        return (255 * (rng.random((size, size)) < rng.uniform(0.02, 0.3))).astype(np.uint8)
    if kind == 1:
        dots: Strokes = [[(float(x), float(y))] for x, y in rng.uniform(0.1, 0.9, (rng.integers(6, 16), 2))]
        return render(dots, size=size, pen_width=rng.uniform(6, 14))
    field = rng.standard_normal((size, size))
    if kind == 2:
        field = scipy.ndimage.gaussian_filter(field, rng.uniform(4, 9))
        ink = np.where(field > np.quantile(field, rng.uniform(0.55, 0.8)), 255, 0)
    else:
        field = scipy.ndimage.gaussian_filter(field, rng.uniform(0.5, 3))
        ink = np.clip(128 + 60 * field / field.std(), 0, 255)
    return np.pad(ink.astype(np.uint8), 8)


def cough(rng: np.random.Generator) -> Sound:
    """Make one to three coughs: an explosive burst of noise, then a hoarse tail through a throat."""
    parts = []
    for _ in range(rng.integers(1, 4)):
        burst = _decaying_noise(rng, rng.uniform(0.12, 0.3), attack=0.006)
        throat = _formants(burst, [rng.uniform(400, 800), rng.uniform(1000, 1800)], rng.uniform(300, 600))
        parts += [burst * 0.3 + throat, np.zeros(round(RATE * rng.uniform(0.01, 0.12)))]
    return _recorded(np.concatenate(parts), rng)


def noise_burst(rng: np.random.Generator) -> Sound:
    """Make band-limited noise that swells and fades, once or in puffs."""
    length = round(RATE * rng.uniform(0.2, 0.8))
    low = rng.uniform(100, 2000)
    band = scipy.signal.butter(
        2, [low, min(low * rng.uniform(1.5, 6), 3900)], "bandpass", fs=RATE, output="sos"
    )
    time = np.arange(length) / length
    envelope = np.sin(np.pi * time) ** rng.uniform(0.3, 3) * np.abs(np.sin(np.pi * time * rng.integers(1, 5)))
    return _recorded(scipy.signal.sosfilt(band, rng.standard_normal(length)) * envelope, rng)


def music(rng: np.random.Generator) -> Sound:
    """Make a chirp, a siren, or a few notes of an instrument."""
    kind = rng.integers(3)
    length = round(RATE * rng.uniform(0.3, 0.8))
    time = np.arange(length) / RATE
    if kind == 0:
        sweep = scipy.signal.chirp(time, rng.uniform(200, 3000), time[-1], rng.uniform(200, 3000))
        return _recorded(sweep * np.sin(np.pi * np.arange(length) / length) ** 0.3, rng)
    if kind == 1:
        wobble = rng.uniform(0.1, 0.5) * np.sin(2 * np.pi * rng.uniform(2, 8) * time)
        return _recorded(np.sin(2 * np.pi * np.cumsum(rng.uniform(400, 1500) * np.exp(wobble)) / RATE), rng)
    notes = []
    for _ in range(rng.integers(2, 6)):
        pitch = 220 * 2 ** (rng.integers(0, 25) / 12)
        note = np.arange(round(RATE * rng.uniform(0.08, 0.2))) / RATE
        tones = sum(np.sin(2 * np.pi * pitch * n * note) / n ** rng.uniform(1, 2) for n in range(1, 6))
        notes.append(tones * np.exp(-note * rng.uniform(2, 12)))
    return _recorded(np.concatenate(notes), rng)


def clap(rng: np.random.Generator) -> Sound:
    """Make one to four claps or knocks in a room."""
    parts = []
    for _ in range(rng.integers(1, 5)):
        hit = _decaying_noise(rng, rng.uniform(0.06, 0.14), attack=0.001)
        parts.append(_formants(hit, [rng.uniform(700, 2500)], rng.uniform(300, 1500)))
    return _recorded(np.concatenate(parts), rng)


def hum(rng: np.random.Generator) -> Sound:
    """Hum or sing a held vowel on a pitch that moves: a voice that says nothing."""
    return _recorded(_voice(rng, rng.uniform(0.35, 0.9), vowels=1), rng)


def babble(rng: np.random.Generator) -> Sound:
    """Let four to six voices speak at once, each its own vowels."""
    length = round(RATE * rng.uniform(0.5, 0.9))
    voices = [_voice(rng, length / RATE, vowels=int(rng.integers(2, 5))) for _ in range(rng.integers(4, 7))]
    return _recorded(np.sum(voices, axis=0), rng)


def _points(stroke: str) -> NDArray[np.float64]:
    """Read a stroke of `LETTERS`, (n, 2) in 0 to 8."""
    points = np.array([list(map(int, pair)) for pair in stroke.removeprefix("~").split()], np.float64)
    return _smooth(points) if stroke.startswith("~") else points


def _smooth(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Round a polyline's corners by cutting them three times (Chaikin 1974); its ends stay."""
    for _ in range(3):
        near, far = points[:-1], points[1:]
        cut = np.stack([0.75 * near + 0.25 * far, 0.25 * near + 0.75 * far], axis=1).reshape(-1, 2)
        points = np.concatenate([points[:1], cut, points[-1:]])
    return points


def _drawn(lines: list[NDArray[np.float64]], rng: np.random.Generator) -> Picture:
    strokes: Strokes = [[(float(x), float(y)) for x, y in line] for line in lines]
    return render(strokes, size=112, pen_width=rng.uniform(4, 12))


def _decaying_noise(rng: np.random.Generator, seconds: float, *, attack: float) -> NDArray[np.float64]:
    time = np.arange(round(RATE * seconds)) / RATE
    envelope = np.minimum(1, time / attack) * np.exp(-time * rng.uniform(3, 6) / seconds)
    return envelope * rng.standard_normal(len(time))


def _formants(sound: NDArray[np.float64], places: list[float], width: float) -> NDArray[np.float64]:
    """Add up what resonators at these places, in hertz, make of a sound."""
    result = np.zeros_like(sound)
    for place in places:
        numerator, denominator = scipy.signal.iirpeak(min(place, 3800), place / width, fs=RATE)
        result += scipy.signal.lfilter(numerator, denominator, sound)
    return result


def _voice(rng: np.random.Generator, seconds: float, *, vowels: int) -> NDArray[np.float64]:
    """Send the pulses of a voice through one pair of formants after the other."""
    length = round(RATE * seconds)
    time = np.arange(length) / RATE
    glide = 1 + rng.uniform(-0.2, 0.2) * time / seconds + 0.02 * np.sin(2 * np.pi * rng.uniform(4, 7) * time)
    phase = np.cumsum(rng.uniform(90, 280) * glide) / RATE
    pulses = np.diff(np.floor(phase), prepend=0.0)
    weights = np.maximum(0, 1 - np.abs(np.linspace(0, vowels - 1, length) - np.arange(vowels)[:, None]))
    spoken = sum(
        weight * _formants(pulses, [rng.uniform(280, 850), rng.uniform(800, 2500)], rng.uniform(60, 150))
        for weight in weights
    )
    return np.asarray(spoken * np.sin(np.pi * np.arange(length) / length) ** 0.5)


def _recorded(sound: NDArray[np.float64], rng: np.random.Generator) -> Sound:
    """Put a sound between silences, at some loudness, with the noise of a room."""
    padded = np.pad(sound / np.abs(sound).max(), round(0.25 * RATE)) * rng.uniform(0.1, 0.8)
    return (padded + rng.uniform(1e-4, 2e-3) * rng.standard_normal(len(padded))).astype(np.float32)
