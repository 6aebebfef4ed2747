"""What the JavaScript of a page must know of this package's numbers, so that none is written twice.

Only what is small: windows, mel bands and cosines are computed in JavaScript, by the same formulas.
"""
# ruff: noqa: SLF001 - what a module keeps to itself is for the same module in JavaScript, too

import inspect
from typing import Any

from mvae.arguments import FARTHEST_POINT, MOST_POINTS
from mvae.modalities import corruption, drawing, pen, sound, sound_file, strokes, utterance
from mvae.modalities.base import IMAGE_SIZE, MFCC_COEFFICIENTS, MFCC_FRAMES

_RESAMPLING = {
    "halving": (0.5, 17.2416, 13.2670),
    "last": (0.89444, 5.9984, 14.0587),
    "cutoff": 0.95687183,
    "whole": (
        (4_000, 97.252, 13.0405), (6_000, 97.126, 13.0404), (12_000, 96.835, 13.0405),
        (16_000, 97.253, 13.0408), (24_000, 96.836, 13.0407), (32_000, 102.246, 13.7101),
        (48_000, 101.485, 13.7070), (64_000, 105.251, 14.1044), (96_000, 104.825, 14.1019),
        (192_000, 107.032, 14.4409),
    ),
    "broken": (
        (11_025, 101.767, 13.7109), (22_050, 101.769, 13.7116), (44_100, 106.996, 14.4224),
        (88_200, 110.192, 14.8889), (176_400, 111.022, 14.8185),
    ),
}  # fmt: skip
"""The filters of librosa's resampler (soxr, HQ) to 8 kHz, as measured from its answers to impulses.

Each is a sinc under a window of Kaiser's: its cutoff as a share of a Nyquist rate, half its length in
samples, and the window's shape. A rate is halved until it is less than four times the wanted one. Then comes
the main filter, whose cutoff and length count at the lower of the two rates; the recording's rate tells it.
The last one follows after those under `broken`, which are no simple multiple of the wanted rate.
"""


def preprocessing_constants() -> dict[str, Any]:
    """Return what `mvae/web/preprocess/preprocessing.js` is given, as `json.dumps` takes it.

    Lengths are in samples or frames, levels in decibels or root mean squares, times in seconds, pitches in
    hertz, filters second-order sections (n, 6).
    """
    return {
        "drawing": _drawing(), "sound": _sound(), "utterance": _utterance(), "corruption": _corruption(),
    }  # fmt: skip


def _drawing() -> dict[str, Any]:
    canvas = inspect.signature(strokes.render).parameters
    return {
        "side": canvas["size"].default,
        "penWidth": canvas["pen_width"].default,
        "largestSide": strokes.LARGEST_SIDE,
        "mostPoints": MOST_POINTS,
        "farthestPoint": FARTHEST_POINT,
        "mostWork": pen.WORK,
        "far": pen._FAR,
        "imageSize": IMAGE_SIZE,
        "inkSize": drawing.INK_SIZE,
        "faintest": drawing._FAINTEST,
        "edge": drawing._EDGE,
    }


def _sound() -> dict[str, Any]:
    return {
        "rate": sound.SAMPLE_RATE,
        "coefficients": MFCC_COEFFICIENTS,
        "frames": MFCC_FRAMES,
        "fft": sound._FFT["n_fft"],
        "window": sound._FFT["win_length"],
        "hop": sound._FFT["hop_length"],
        "frame": utterance.HOP,
        "melBands": sound._MEL_BANDS,
        "dynamicRange": sound._DYNAMIC_RANGE,
        "audibleRange": sound._AUDIBLE_RANGE,
        "loudness": sound._LOUDNESS,
        "margin": sound._MARGIN,
        "shortestSpeech": sound.SHORTEST_SPEECH,
        "longestSpeech": sound.LONGEST_SPEECH,
        "longestRecording": sound_file.LONGEST_RECORDING,
        "lowestRate": sound_file.LOWEST_RATE,
        "highestRate": sound_file.HIGHEST_RATE,
        "densest": sound_file.DENSEST,
        "flat": sound._FLAT,
        "steadyNoise": sound._STEADY_NOISE,
        "steadyTone": sound._STEADY_TONE,
        "steadySentence": utterance.STEADY,
        "aboveRumble": sound._ABOVE_RUMBLE.tolist(),
        "resampling": _RESAMPLING,
    }


def _utterance() -> dict[str, Any]:
    return {
        "rate": utterance.RATE,
        "hop": utterance.HOP,
        "window": utterance._WINDOW,
        "silent": utterance.SILENT,
        "gap": utterance._GAP,
        "predictionOrder": utterance._PREDICTION_ORDER,
        "predictable": utterance._PREDICTABLE,
        "steady": utterance._STEADY,
        "lowestTone": utterance._LOWEST_TONE,
        "shortestTone": utterance._SHORTEST_TONE,
        "highTone": utterance._HIGH_TONE,
        "shortestMoving": utterance._SHORTEST_MOVING,
        "kept": utterance._KEPT,
        "keptFrom": utterance._KEPT_FOR.start,
        "keptTo": utterance._KEPT_FOR.stop,
        "audible": utterance._AUDIBLE,
        "click": utterance._CLICK,
        "clickAbove": utterance._CLICK_ABOVE,
        "voiceFrom": utterance._VOICE_LAGS.start,
        "voiceTo": utterance._VOICE_LAGS.stop,
        "aboveThumps": utterance._ABOVE_THUMPS.tolist(),
        "voiced": utterance._VOICED,
        "leastVoiced": utterance._LEAST_VOICED,
        "clearly": utterance._CLEARLY,
        "steadySentence": utterance.STEADY,
    }


def _corruption() -> dict[str, Any]:
    return {
        "widestBlur": corruption.WIDEST_BLUR,
        "quietest": corruption.QUIETEST,
        "steps": corruption._STEPS,
    }
