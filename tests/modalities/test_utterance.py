"""The word is found beside beeps, clicks and coughs that are louder than it; alone it stays bit for bit."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.signal
from helpers import spoken
from numpy.typing import NDArray

from mvae.errors import AudioError
from mvae.modalities.sound import lowered, mfcc
from mvae.modalities.utterance import find_utterance, levels

RATE = 8_000
VOICE = spoken(silence=0.1)
REFERENCE = mfcc(VOICE, RATE)
LOUDEST = float(levels(VOICE).max())


def beep(
    *pitches: float, seconds: float = 0.15, decibels: float = 6.0, hard: bool = True, square: bool = False
) -> NDArray[np.float64]:
    time = np.arange(round(seconds * RATE)) / RATE
    tone = np.sum([np.sin(2 * np.pi * pitch * time) for pitch in pitches], axis=0)
    if square:
        tone = np.sign(tone)
    edge = np.minimum(np.arange(1, len(tone) + 1), np.arange(len(tone), 0, -1))
    tone = tone * np.minimum(1, edge / (1 if hard else 80))
    return np.asarray(tone / np.sqrt(np.mean(tone**2)) * LOUDEST * 10 ** (decibels / 20))


def click(decibels: float = 16.0, low: float = 80.0, high: float = 3_900.0) -> NDArray[np.float64]:
    rng = np.random.default_rng(1)
    noise = rng.normal(size=400) * np.exp(-np.arange(400) / 30)
    knock = scipy.signal.sosfilt(
        scipy.signal.butter(1, [low, high], "bandpass", fs=RATE, output="sos"), noise
    )
    return np.asarray(knock / np.abs(knock).max() * LOUDEST * 10 ** (decibels / 20))


def cough(decibels: float = 6.0) -> NDArray[np.float64]:
    rng = np.random.default_rng(2)
    noise = rng.normal(size=2_000) * np.exp(-np.arange(2_000) / 700)
    return np.asarray(noise / np.sqrt(np.mean(noise**2)) * LOUDEST * 10 ** (decibels / 20))


def tones(*partials: tuple[float, float, float], seconds: float = 0.4) -> NDArray[np.float64]:
    """Partials of a pitch, a strength, and a decay in 1/s, 6 dB above the word."""
    time = np.arange(round(seconds * RATE)) / RATE
    sound = np.sum([a * np.exp(-d * time) * np.sin(2 * np.pi * f * time) for f, a, d in partials], axis=0)
    return np.asarray(2 * LOUDEST * sound / np.abs(sound).max())


def moving(low: float, high: float, swings: float) -> NDArray[np.float64]:
    """A pure tone between two pitches, so many times up or down in 0.4 s."""
    time = np.arange(round(0.4 * RATE)) / RATE
    pitch = low + (high - low) * (1 - np.cos(np.pi * swings * time / 0.4)) / 2
    return np.asarray(3 * LOUDEST * np.sin(2 * np.pi * np.cumsum(pitch) / RATE))


def slam() -> NDArray[np.float64]:
    time = np.arange(4_000) / RATE
    noise = np.random.default_rng(5).normal(size=4_000) * np.exp(-20 * time)
    low = scipy.signal.sosfilt(scipy.signal.butter(2, 400.0, fs=RATE, output="sos"), noise)
    sound = low + 0.5 * np.sin(2 * np.pi * 90 * time) * np.exp(-12 * time)
    return np.asarray(4 * LOUDEST * sound / np.abs(sound).max())


def beside(
    before: NDArray[Any] | None = None, after: NDArray[Any] | None = None, gap: float = 0.25
) -> NDArray[np.float32]:
    pause, nothing = np.zeros(round(gap * RATE)), np.zeros(0)
    parts = [np.zeros(800), nothing if before is None else before, pause, VOICE]
    parts += [pause, nothing if after is None else after, np.zeros(800)]
    sound = np.concatenate(parts)
    return (sound + np.random.default_rng(3).normal(0, LOUDEST / 2_000, len(sound))).astype(np.float32)


def assert_heard(sound: NDArray[np.float32]) -> None:
    found = mfcc(sound, RATE)
    alike = np.corrcoef(found[1:].ravel(), REFERENCE[1:].ravel())[0, 1]
    assert alike > 0.93, alike


@pytest.mark.parametrize("decibels", [-6.0, 6.0, 12.0])
@pytest.mark.parametrize("pitch", [500.0, 880.0, 1_000.0, 2_600.0, 3_900.0])
@pytest.mark.parametrize("seconds", [0.05, 0.15, 0.5])
def test_a_beep_is_not_the_word(seconds: float, pitch: float, decibels: float) -> None:
    for hard in (False, True):
        sound = beep(pitch, seconds=seconds, decibels=decibels, hard=hard)
        assert_heard(beside(before=sound))
        assert_heard(beside(after=sound))


@pytest.mark.parametrize("gap", [0.0, 0.02, 0.1])
def test_a_beep_close_to_the_word_is_cut_off(gap: float) -> None:
    assert_heard(beside(before=beep(1_000.0), gap=gap))


@pytest.mark.parametrize(
    "sound",
    [
        np.concatenate([beep(697, 1_209), np.zeros(400), beep(941, 1_477)]), click(), click(20, 80, 300),
        np.concatenate([click(), np.zeros(700), click(12), np.zeros(900), click(18)]), cough(),
        np.concatenate([cough(), np.zeros(2_000), click()]),
    ],
    ids=["telephone", "click", "thump", "keyboard", "cough", "cough and click"],
)  # fmt: skip
def test_other_sounds_are_not_the_word(sound: NDArray[np.float64]) -> None:
    assert_heard(beside(before=sound))
    assert_heard(beside(after=sound))
    assert_heard(beside(before=sound, after=sound))


@pytest.mark.parametrize("gap", [0.02, 0.25])
@pytest.mark.parametrize(
    "sound",
    [
        tones((200, 1, 0)), tones(*((310 * n, 1 / n, 0) for n in (1, 3, 5, 7, 9))),
        tones(*((330 * n, 1 / n, 0) for n in range(1, 12))), tones((440, 1, 0), (554, 1, 0), (659, 1, 0)),
        tones(*((140 * n, 1 / n, 3 + n) for n in range(1, 14))),
        tones((700, 1, 4), (1_400, 0.5, 6), (2_107, 0.3, 8), (2_870, 0.2, 10), seconds=0.8),
        tones((1_100, 1, 0)) * (np.arange(3_200) % 400 < 200),
        moving(400, 2_900, 1), moving(3_000, 500, 1), moving(600, 1_400, 3),
    ],
    ids=[
        "low", "square", "sawtooth", "chord", "string", "bell", "ringing", "chirp", "falling", "siren",
    ],
)  # fmt: skip
def test_no_instrument_is_the_word(sound: NDArray[np.float64], gap: float) -> None:
    assert_heard(beside(before=sound, gap=gap))
    assert_heard(beside(after=sound, gap=gap))


def test_a_slammed_door_is_not_the_word() -> None:
    assert_heard(beside(before=slam()))
    assert_heard(beside(after=slam()))


@pytest.mark.parametrize(
    "change",
    [
        lambda voice: voice, lambda voice: np.tile(voice, 3)[: len(voice) * 2], lambda voice: voice[::-1],
        lambda voice: np.concatenate([voice, np.zeros(4_000), 0.2 * voice]),
        lambda voice: np.clip(voice, -0.02, 0.02),
    ],
    ids=["voice", "twice", "backwards", "echo", "clipped"],
)  # fmt: skip
def test_a_voice_is_left_as_it_is(change: Callable[[NDArray[Any]], NDArray[Any]]) -> None:
    sound = np.ascontiguousarray(change(VOICE), np.float32)
    assert find_utterance(sound)[0] is sound


@pytest.mark.parametrize(
    "sound", [beep(1_000.0), click(), np.concatenate([click(), np.zeros(3_000), click()])]
)
def test_without_a_word_there_is_none(sound: NDArray[np.float64]) -> None:
    with pytest.raises(AudioError, match=r"click|steady"):
        mfcc(np.pad(sound, 1_600).astype(np.float32), RATE)


def test_lowering_undoes_higher_formants() -> None:
    assert np.abs(lowered(REFERENCE, 0) - REFERENCE).max() < 1e-3
    formants = 2 ** (4 / 12)
    higher = mfcc(spoken(round(RATE / formants), seconds=0.45 * formants, silence=0.1 * formants), RATE)
    assert np.abs(lowered(higher, 4) - REFERENCE)[1:].mean() < 0.7 * np.abs(higher - REFERENCE)[1:].mean()
