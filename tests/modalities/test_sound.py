"""One spoken digit, at any rate, loudness and place in a recording, gives nearly the same MFCCs."""

import io
import struct
import time
import tracemalloc
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from helpers import spoken
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from mvae.errors import AudioError, NoSpeechError, SilenceError, TooLongError
from mvae.modalities.sound import (
    LONGEST_RECORDING,
    SAMPLE_RATE,
    find_speech,
    mfcc,
    read_recording,
    to_mono,
    waveform_of,
)

VOICE = spoken()
REFERENCE = mfcc(VOICE, SAMPLE_RATE)
RNG = np.random.default_rng(0)


def correlation(one: NDArray[Any], other: NDArray[Any]) -> float:
    """Of the changes about each coefficient's mean, so that the large first one does not hide the rest."""
    centred = [(each - each.mean(axis=1, keepdims=True)).ravel() for each in (one, other)]
    return float(np.corrcoef(*centred)[0, 1])


def wav(waveform: NDArray[Any], rate: int = SAMPLE_RATE, kind: str = "WAV") -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, waveform, rate, format=kind)
    return buffer.getvalue()


def test_shape_and_type() -> None:
    assert REFERENCE.shape == (13, 32)
    assert REFERENCE.dtype == np.float32
    assert np.isfinite(REFERENCE).all()


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 22050, 44100, 48000, 96000])
@pytest.mark.parametrize("channels", [1, 2])
def test_rate_and_channels_do_not_matter(rate: int, channels: int) -> None:
    waveform = spoken(rate)
    recorded = waveform if channels == 1 else np.stack([waveform] * channels, axis=1)
    found = mfcc(recorded, rate)
    assert correlation(found, REFERENCE) > 0.98
    assert np.abs(found - REFERENCE).mean() < 3


@pytest.mark.parametrize("gain", [0.05, 0.3, 3.0, 32767.0, 1e30])
def test_loudness_does_not_matter(gain: float) -> None:
    np.testing.assert_allclose(mfcc(VOICE * np.float32(gain), SAMPLE_RATE), REFERENCE, atol=0.05)


@pytest.mark.parametrize("dtype", [np.int16, np.int32, np.uint8, np.float16, np.float64])
def test_kind_of_number_does_not_matter(dtype: type) -> None:
    stored = VOICE.astype(dtype)
    if np.issubdtype(dtype, np.integer):
        limits = np.iinfo(dtype)
        middle = 0 if limits.min else (limits.max + 1) // 2
        stored = np.round(VOICE.astype(np.float64) * (limits.max - middle) + middle).astype(dtype)
    assert correlation(mfcc(stored, SAMPLE_RATE), REFERENCE) > (0.9 if dtype is np.uint8 else 0.99)


@pytest.mark.parametrize(("before", "after"), [(0.0, 0.0), (0.5, 0.1), (2.0, 3.0), (0.013, 1.1)])
def test_silence_around_the_digit_does_not_matter(before: float, after: float) -> None:
    padded = np.concatenate([np.zeros(round(before * 8000)), VOICE, np.zeros(round(after * 8000))])
    found = mfcc(padded, SAMPLE_RATE)
    assert correlation(found, REFERENCE) > 0.97


def test_noise_of_a_room_hardly_matters() -> None:
    noisy = VOICE + RNG.normal(0, 0.0005, len(VOICE)).astype(np.float32)
    assert correlation(mfcc(noisy, SAMPLE_RATE), REFERENCE) > 0.8


@pytest.mark.parametrize("offset", [-0.3, 0.02, 0.5])
def test_a_constant_does_not_matter(offset: float) -> None:
    shifted = np.float32(0.5) * VOICE + np.float32(offset)
    assert correlation(mfcc(shifted, SAMPLE_RATE), REFERENCE) > 0.99
    assert len(find_speech(to_mono(shifted, SAMPLE_RATE))) / SAMPLE_RATE < 0.55


def test_rumble_does_not_matter() -> None:
    rumble = 0.03 * np.sin(2 * np.pi * 12 * np.arange(len(VOICE)) / SAMPLE_RATE)
    assert correlation(mfcc(VOICE + rumble, SAMPLE_RATE), REFERENCE) > 0.95


def test_different_sounds_differ() -> None:
    assert correlation(mfcc(VOICE[::-1], SAMPLE_RATE), REFERENCE) < 0.8


def test_found_speech_has_a_fixed_loudness_and_no_silence() -> None:
    speech = find_speech(VOICE)
    assert np.sqrt(np.mean(speech**2)) == pytest.approx(0.1, rel=1e-3)
    assert 0.3 < len(speech) / SAMPLE_RATE < 0.55


def test_loudest_of_two_utterances_is_taken() -> None:
    two = np.concatenate([0.1 * VOICE[::-1], np.zeros(2400, np.float32), VOICE])
    assert correlation(mfcc(two, SAMPLE_RATE), REFERENCE) > 0.97


def test_a_slow_digit_is_squeezed() -> None:
    assert mfcc(spoken(seconds=1.6), SAMPLE_RATE).shape == (13, 32)


@pytest.mark.parametrize(
    ("waveform", "error", "sentence"),
    [
        (np.zeros(0), SilenceError, "empty"),
        (np.zeros((0, 2)), SilenceError, "empty"),
        (np.zeros(8000), SilenceError, "silent"),
        (np.zeros((8000, 2), np.int16), SilenceError, "silent"),
        (1e-5 * VOICE, SilenceError, "silent"),
        (np.full(8000, np.nan), AudioError, "not finite"),
        (np.where(np.arange(len(VOICE)) == 9, np.inf, VOICE), AudioError, "not finite"),
        (np.full(8000, 1e300), AudioError, "not finite"),
        (np.eye(1, 8000, 4000)[0], NoSpeechError, "click"),
        (RNG.normal(0, 0.1, 8000), NoSpeechError, "steady|noise"),
        (0.3 * np.sin(np.arange(8000)), NoSpeechError, "steady|noise"),
        (np.tile(VOICE[1600:-1600], 8), TooLongError, "without a pause"),
        (np.zeros(8000 * 3600, np.int8), TooLongError, "3,600 seconds"),
        (np.zeros(round((LONGEST_RECORDING + 0.1) * 8000)), TooLongError, "at most 15"),
        (np.zeros((5, 5, 5)), AudioError, "shape|numbers"),
        (np.array(3.0), AudioError, "shape|numbers"),
        (np.array(["a", "b"]), AudioError, "numbers"),
        (np.array([1j, 2j]), AudioError, "numbers"),
    ],
    ids=[
        "empty", "empty stereo", "silent", "silent stereo", "faint", "nan", "infinite", "too large", "click",
        "noise", "hum", "eight digits", "one hour", "too long", "three axes", "no axis", "text", "complex",
    ],
)  # fmt: skip
def test_bad_recordings_are_sentences(waveform: NDArray[Any], error: type[AudioError], sentence: str) -> None:
    with pytest.raises(error, match=sentence) as caught:
        mfcc(waveform, SAMPLE_RATE)
    assert type(caught.value) is error
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("rate", [0, -8000, 100, 10**7, float("nan")])
def test_impossible_rates(rate: float) -> None:
    with pytest.raises(AudioError, match="sample rate"):
        mfcc(VOICE, rate)  # type: ignore[arg-type]


@pytest.mark.parametrize("length", [1, 2, 50, 400, 479, 480, 481, 700])
def test_very_short_recordings(length: int) -> None:
    with pytest.raises(AudioError):
        mfcc(np.full(length, 0.3, np.float32), SAMPLE_RATE)


def test_the_callers_waveform_is_left_alone() -> None:
    before = VOICE.copy()
    mfcc(VOICE, SAMPLE_RATE)
    loud = VOICE * 10
    mfcc(loud, SAMPLE_RATE)
    assert np.array_equal(VOICE, before)
    assert np.array_equal(loud, before * 10)


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 3000), st.sampled_from([8000, 44100]), st.integers(0, 2**32 - 1), st.booleans())
def test_any_short_sound_is_mfccs_or_a_sentence(length: int, rate: int, seed: int, stereo: bool) -> None:
    rng = np.random.default_rng(seed)
    waveform = np.cumsum(rng.normal(size=(length, 2) if stereo else length), axis=0) / 50
    try:
        found = mfcc(waveform, rate)
    except AudioError as error:
        assert "\n" not in str(error)  # noqa: PT017 - not every sound is an error
        return
    assert found.shape == (13, 32)
    assert np.isfinite(found).all()


@pytest.mark.parametrize("kind", ["WAV", "FLAC", "OGG", "MP3", "AIFF"])
def test_files_of_every_kind(kind: str, tmp_path: Path) -> None:
    content = wav(spoken(48_000), 48_000, kind)
    waveform, rate = read_recording(content)
    assert rate == 48_000
    assert waveform.dtype == np.float32
    assert correlation(mfcc(waveform, rate), REFERENCE) > 0.9
    (tmp_path / "digit").write_bytes(content)
    assert np.array_equal(read_recording(tmp_path / "digit")[0], waveform)


def test_stereo_file() -> None:
    waveform, rate = read_recording(wav(np.stack([spoken(96_000)] * 2, axis=1), 96_000))
    assert waveform.ndim == 1
    assert correlation(mfcc(waveform, rate), REFERENCE) > 0.98


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"A text file, and its name ends in .wav.\n" * 50,
        b"RIFF",
        bytes(1000),
        wav(VOICE)[:20],
        b"\x89PNG\r\n",
    ],
    ids=["empty", "text", "four bytes", "zeros", "header cut", "picture"],
)
def test_files_that_are_no_sound(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="cannot be read as sound"):
        read_recording(content)
    (tmp_path / "digit.wav").write_bytes(content)
    with pytest.raises(AudioError, match="cannot be read as sound"):
        read_recording(tmp_path / "digit.wav")


def test_file_that_is_not_there(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "none.wav"):
        with pytest.raises(AudioError, match="cannot be read as sound"):
            read_recording(place)


@pytest.mark.parametrize("kind", ["WAV", "FLAC", "OGG", "MP3"])
@pytest.mark.parametrize("part", [0.02, 0.3, 0.6, 0.95])
def test_truncated_files_give_what_is_left_or_a_sentence(kind: str, part: float) -> None:
    content = wav(spoken(16_000), 16_000, kind)
    try:
        found = mfcc(*read_recording(content[: int(part * len(content))]))
    except AudioError as error:
        assert "\n" not in str(error)  # noqa: PT017 - what is left may be enough
        return
    assert np.isfinite(found).all()


def test_most_of_a_truncated_wav_is_used() -> None:
    content = wav(VOICE)
    assert mfcc(*read_recording(content[: int(0.9 * len(content))])).shape == (13, 32)
    with pytest.raises(SilenceError):
        mfcc(*read_recording(content[:100]))


@settings(deadline=None, max_examples=80)
@given(position=st.integers(0, 60), byte=st.integers(0, 255))
def test_a_damaged_header_gives_a_sound_or_a_sentence(position: int, byte: int) -> None:
    content = bytearray(wav(VOICE))
    content[position] = byte
    try:
        mfcc(*read_recording(bytes(content)))
    except AudioError as error:
        assert "\n" not in str(error)  # noqa: PT017 - not every byte matters


def test_one_hour_is_refused_without_reading_it(tmp_path: Path) -> None:
    file = tmp_path / "hour.wav"
    with wave.open(str(file), "wb") as writer:
        writer.setparams((2, 2, 48_000, 0, "NONE", ""))
        writer.writeframes(b"")
    size = 3600 * 48_000 * 4
    header = bytearray(file.read_bytes())
    header[4:8], header[40:44] = struct.pack("<I", size + 36), struct.pack("<I", size)
    with file.open("wb") as writer_:
        writer_.write(header)
        writer_.truncate(len(header) + size)  # a sparse file: 690 MB that take no space
    tracemalloc.start()
    started = time.perf_counter()
    with pytest.raises(TooLongError, match="3,600 seconds"):
        read_recording(file)
    seconds, peak = time.perf_counter() - started, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000
    assert seconds < 2


def test_one_hour_in_a_header_alone_takes_no_memory() -> None:
    content = bytearray(wav(VOICE))
    content[40:44] = struct.pack("<I", 3600 * 8000 * 2)
    tracemalloc.start()
    try:
        read_recording(bytes(content))
    except AudioError:
        pass
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 2_000_000


def test_one_hour_of_samples_is_refused_without_a_copy() -> None:
    hour = np.zeros(3600 * 8000, np.int8)
    tracemalloc.start()
    with pytest.raises(TooLongError):
        mfcc(hour, SAMPLE_RATE)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000


def test_mfccs_become_audible_again() -> None:
    waveform = waveform_of(REFERENCE)
    assert waveform.dtype == np.float32
    assert waveform.shape == (6200,)
    assert np.isfinite(waveform).all()
    assert np.abs(waveform).max() == pytest.approx(0.9, abs=0.01)
    assert np.array_equal(waveform, waveform_of(REFERENCE))
    assert correlation(mfcc(waveform, SAMPLE_RATE), REFERENCE) > 0.8


def test_audible_mfccs_depend_on_the_mfccs_alone() -> None:
    np.random.seed(1)  # noqa: NPY002 - a library that draws from the global generator would show
    one = waveform_of(REFERENCE)
    np.random.seed(2)  # noqa: NPY002
    assert np.array_equal(one, waveform_of(REFERENCE.astype(np.float64)))


@pytest.mark.parametrize("scale", [0.0, 1e-3, 10.0, 1e3, 1e6])
def test_wild_mfccs_make_a_finite_sound(scale: float) -> None:
    for coefficients in (scale * REFERENCE, scale * RNG.normal(size=(13, 32)), np.full((13, 32), scale)):
        waveform = waveform_of(coefficients.astype(np.float32))
        assert np.isfinite(waveform).all()
        assert np.abs(waveform).max() <= 1


def test_making_sound_is_quick() -> None:
    waveform_of(REFERENCE)
    times = []
    for _ in range(5):
        started = time.process_time()  # other processes do not count
        waveform_of(REFERENCE)
        times.append(time.process_time() - started)
    assert min(times) < 0.15
