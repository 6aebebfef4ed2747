"""The page reads a wav file as Python does, or leaves it to the server."""

import io
import struct
from typing import Any

import numpy as np
import pytest
import soundfile
from helpers import spoken

from mvae.errors import AudioError
from mvae.modalities.sound import read_recording

pytestmark = pytest.mark.browser
READ = "let at = 0; return lengths.map((length) => prepare.wave(files.slice(at, at += length)));"
RNG = np.random.default_rng(0)


def wav(waveform: Any, rate: int = 16_000, subtype: str = "PCM_16", kind: str = "WAV") -> bytes:
    file = io.BytesIO()
    soundfile.write(file, waveform, rate, format=kind, subtype=subtype)
    return file.getvalue()


def assert_read_alike(javascript: Any, files: list[bytes]) -> int:
    """Compare what both read, and return how many files the page leaves to the server."""
    content, lengths = np.frombuffer(b"".join(files), np.uint8), [len(file) for file in files]
    left = 0
    for answer, file in zip(javascript(READ, files=content, lengths=lengths), files, strict=True):
        if answer == {"value": None}:
            left += 1
            continue
        refused = None
        try:
            waveform, rate = read_recording(file)
        except AudioError as error:
            refused = {"code": type(error).__name__, "sentence": str(error)}
        assert answer.get("refused") == refused
        if refused is None:
            assert answer["value"]["rate"] == rate
            np.testing.assert_array_equal(answer["value"]["waveform"], waveform)
    return left


@pytest.mark.parametrize("kind", ["WAV", "WAVEX"])
@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE"])
def test_wav_files_of_every_kind(javascript: Any, kind: str, subtype: str) -> None:
    voice = np.concatenate([spoken(16_000), RNG.uniform(-1, 1, 100), [1.0, -1.0, 0.0]])
    files = [wav(voice, rate, subtype, kind) for rate in (8_000, 44_100, 48_000)]
    files += [
        wav(voice[:960].reshape(-1, channels), 16_000, subtype, kind) for channels in (2, 3, 8, 10, 12, 24)
    ]
    assert assert_read_alike(javascript, files) == 0


def test_sizes_that_lie(javascript: Any) -> None:
    whole = wav(spoken(8_000), 8_000)
    files = [whole[:length] for length in (*range(60), 100, 1_001, len(whole) - 1)]
    for size in (0, 1, 2, 1_000, 10**6, 2**31, 2**32 - 1):
        changed = bytearray(whole)
        changed[40:44] = struct.pack("<I", size)
        files.append(bytes(changed))
    odd = whole[:12] + b"LIST" + struct.pack("<I", 3) + b"abc\0" + whole[12:]
    assert 36 < assert_read_alike(javascript, [*files, odd]) < 60


def test_too_long_and_strange_ones(javascript: Any) -> None:
    long = np.zeros(16_000 * 17, np.float32)
    files = [
        wav(long), wav(long[:240_000]), wav(long[:240_001]), wav(long[:100], 3_999), wav(long[:100], 192_001),
        wav(long[:1_000].reshape(-1, 10), 48_000), wav(long[:0]),
        wav(np.array([np.nan, np.inf]), subtype="FLOAT"),
        wav(np.array([1e300, -1e300]), subtype="DOUBLE"),
    ]  # fmt: skip
    assert assert_read_alike(javascript, files) == 0


def test_other_files_are_for_the_server(javascript: Any) -> None:
    voice = spoken(16_000)
    files = [wav(voice, kind=kind, subtype=subtype) for kind, subtype in (
        ("FLAC", "PCM_16"), ("OGG", "VORBIS"), ("AIFF", "PCM_16"), ("WAV", "ULAW"), ("WAV", "IMA_ADPCM"),
        ("RF64", "PCM_16"),
    )]  # fmt: skip
    files += [b"", b"RIFF", bytes(100), b"A text.", b"ID3\0\0\0\0\0\0\0" + wav(voice)]
    assert assert_read_alike(javascript, files) == len(files)


def test_a_damaged_header_gives_the_same(javascript: Any) -> None:
    whole = wav(spoken(8_000), 8_000)
    files = []
    for _ in range(300):
        changed = bytearray(whole)
        changed[RNG.integers(0, 60)] = RNG.integers(0, 256)
        files.append(bytes(changed))
    assert assert_read_alike(javascript, files) < 250
