"""Recordings become the same MFCCs in the page as in Python, or are refused with the same sentence."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import librosa
import numpy as np
import pytest
import torch
from helpers import spoken
from numpy.typing import NDArray

from mvae.data.items import Recordings
from mvae.data.sources import SOURCES
from mvae.data.speech import find_recordings, official_split
from mvae.errors import AudioError
from mvae.inference.pipeline import Pipeline, load_pretrained
from mvae.modalities.sound import mfcc
from mvae.model.model import subset_mask
from mvae.model.scaling import scaled, standardised

pytestmark = pytest.mark.browser
PREPARE = """
  let at = 0;
  return lengths.map((length, which) => prepare.sound(joined.slice(at, at += length), rates[which]));
"""
RATE = 8_000
RNG = np.random.default_rng(0)
VOICE = spoken(silence=0.1)


def in_the_page(javascript: Any, recordings: Sequence[NDArray[Any]], rates: Sequence[float]) -> list[Any]:
    """Prepare recordings; each becomes MFCCs (13, 32), or the code and the sentence of a refusal."""
    joined = np.concatenate(recordings).astype(np.float32)
    lengths = [len(each) for each in recordings]
    answers = javascript(PREPARE, joined=joined, lengths=lengths, rates=list(rates))
    return [
        answer["value"].reshape(13, 32) if "value" in answer else tuple(answer["refused"].values())
        for answer in answers
    ]


def in_python(recording: NDArray[Any], rate: float) -> Any:
    try:
        return mfcc(recording.astype(np.float32), rate)
    except AudioError as error:
        return type(error).__name__, str(error)


def assert_same(found: Any, expected: Any, within: float) -> None:
    if isinstance(expected, tuple):
        assert found == expected
    else:
        np.testing.assert_allclose(found, expected, rtol=0, atol=within)


@pytest.mark.data
@pytest.mark.parametrize(("rate", "within"), [(8_000, 1e-3), (16_000, 0.1), (44_100, 0.1), (48_000, 0.1)])
def test_all_test_recordings(javascript: Any, data_dir: Path, rate: int, within: float) -> None:
    source = next(item for source in SOURCES for item in source.items if isinstance(item, Recordings))
    entries = official_split(find_recordings(data_dir / source.folder, source.names), "test")
    assert len(entries) == 300
    recordings = []
    for entry in entries:
        waveform, recorded_at = entry.read()
        recordings.append(librosa.resample(waveform, orig_sr=recorded_at, target_sr=rate))
    found = in_the_page(javascript, recordings, [rate] * len(recordings))
    expected = [in_python(recording, rate) for recording in recordings]
    for one, other in zip(found, expected, strict=True):
        assert_same(one, other, within)
    pipe = load_pretrained("conv")
    assert np.mean(labels_of(pipe, found) == labels_of(pipe, expected)) >= 0.99


@torch.inference_mode()
def labels_of(pipe: Pipeline, sounds: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """The label of each sound, (n,), as `Pipeline.complete` reads it alone, but all in one batch."""
    speech = scaled(standardised(pipe.description.standardisation, "speech", np.stack(sounds)))
    posterior = pipe.model.fuse(pipe.model.encode({"speech": speech}), subset_mask([("speech",)], ["speech"]))
    labels: NDArray[Any] = pipe.model.label_decoder(posterior.mean[0]).argmax(-1).numpy()
    return labels


def tone(*pitches: float, seconds: float = 0.3, rate: int = RATE) -> NDArray[np.float64]:
    time = np.arange(round(seconds * rate)) / rate
    return np.sum([np.sin(2 * np.pi * pitch * time) for pitch in pitches], axis=0)


def sounds() -> dict[str, NDArray[np.float64]]:
    """What is no word, 6 dB above one or more."""
    time, noise = np.arange(3_200) / RATE, RNG.normal(size=3_200)
    sweep = 1_700 - 1_300 * np.cos(np.pi * time / 0.4)
    dying = np.exp(-np.arange(3_200) / 30)
    found = {
        "beep": tone(1_000), "low tone": tone(200), "click": (noise * dying)[:400],
        "two tones": np.concatenate([tone(697, 1_209), np.zeros(400), tone(941, 1_477)]),
        "cough": noise[:2_000] * np.exp(-np.arange(2_000) / 700), "slam": noise * np.exp(-20 * time),
        "chord": tone(440, 554, 659), "square": np.sign(tone(310)),
        "bell": tone(700, 1_400, 2_107) * np.exp(-5 * np.arange(2_400) / RATE),
        "chirp": np.sin(2 * np.pi * np.cumsum(sweep) / RATE),
        "ringing": tone(1_100) * (np.arange(2_400) % 400 < 200),
        "keys": np.concatenate([loud * (noise * dying)[:900] for loud in (1, 0.5, 2)]),
    }  # fmt: skip
    return {name: 2 * np.abs(VOICE).max() * sound / np.abs(sound).max() for name, sound in found.items()}


@pytest.mark.parametrize("rate", [8_000, 48_000])
def test_words_beside_other_sounds(javascript: Any, rate: int) -> None:
    recordings = []
    for sound in sounds().values():
        recordings.append(np.pad(sound, 1_600))
        for gap in (160, 2_000):
            pause = np.zeros(gap)
            recordings.append(np.concatenate([np.zeros(800), sound, pause, VOICE, np.zeros(800)]))
            recordings.append(np.concatenate([VOICE, pause, sound, pause, 0.5 * VOICE]))
    if rate != RATE:
        recordings = [librosa.resample(each, orig_sr=RATE, target_sr=rate) for each in recordings]
    recordings = [each + RNG.normal(0, 1e-5, len(each)) for each in recordings]
    expected = [in_python(each, rate) for each in recordings]
    assert any(isinstance(each, tuple) for each in expected)
    found = in_the_page(javascript, recordings, [rate] * len(recordings))
    for one, other in zip(found, expected, strict=True):
        assert_same(one, other, 0.1)


RATES = [4_000, 8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000, 192_000]
WITHOUT_A_FILTER = [44_101, 7_999, 12_345]


@pytest.mark.parametrize("rate", RATES + WITHOUT_A_FILTER)
def test_recordings_of_every_kind(javascript: Any, rate: int) -> None:
    voice, second = spoken(rate), np.ones(rate)
    two = np.concatenate([0.1 * voice[::-1], np.zeros(rate // 4), voice])
    recordings = [
        voice, 100 * voice, 0.3 + voice, 1e30 * voice, two, spoken(rate, seconds=1.6),
        spoken(rate, seconds=2.3), np.tile(spoken(rate, silence=0), 8), 0 * second, 1e-5 * voice,
        0.02 * voice, 0.3 * second, 0.3 * tone(160, seconds=1, rate=rate),
        0.3 * tone(1_000, seconds=1, rate=rate), RNG.normal(0, 0.1, rate), np.zeros(0),
        np.eye(1, rate, rate // 2)[0], np.zeros(round(15.5 * rate)), np.zeros(round(16.5 * rate)),
        math.nan * second, np.where(np.arange(len(voice)) == 9, -math.inf, voice),
        np.cumsum(RNG.normal(size=3 * rate)) / 50,
    ]  # fmt: skip
    recordings += [np.full(length, 0.3) for length in (1, 2, 50, 479, 480, 511, 512, 513, 700)]
    recordings += [RNG.normal(0, 0.1, length) for length in (1, 7, 100, 481, 700, 5_000)]
    found = in_the_page(javascript, recordings, [rate] * len(recordings))
    for one, recording in zip(found, recordings, strict=True):
        assert_same(one, in_python(recording, rate), 1e-3 if rate == RATE else 0.1)


def test_impossible_rates_are_refused_with_the_same_sentence(javascript: Any) -> None:
    rates = [0, -8_000, 100, 3_999, 192_001, 10**7, 2 * 10**9, math.nan, math.inf, 100.5]
    found = in_the_page(javascript, [VOICE] * len(rates), rates)
    assert found == [in_python(VOICE, rate) for rate in rates]


def test_a_worker_prepares_a_recording(javascript: Any) -> None:
    javascript.files["/worker.js"] = b"""
      import { preprocessing } from "/preprocess/preprocessing.js";
      onmessage = async ({ data }) => {
        const prepare = preprocessing(await (await fetch("/constants.json")).json());
        postMessage([prepare.sound(data, 8000), prepare.sound(new Float32Array(8000), 8000)]);
      };
    """
    heard, refused = javascript(
        'const worker = new Worker("/worker.js", { type: "module" });'
        "worker.postMessage(voice);"
        "const { data } = await new Promise((done) => { worker.onmessage = done; });"
        "worker.terminate(); return data;",
        voice=VOICE,
    )
    assert_same(heard["value"].reshape(13, 32), in_python(VOICE, RATE), 1e-3)
    assert tuple(refused["refused"].values()) == in_python(np.zeros(8_000), RATE)
