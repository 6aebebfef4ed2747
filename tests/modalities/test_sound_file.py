"""Any bytes give a sound or a sentence, within a second of the processor and 64 MB."""

import io
import os
import struct
import subprocess
import sys
import textwrap
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from helpers import spoken
from numpy.typing import NDArray

from mvae.errors import AudioError, InputError, SilenceError, TooLongError
from mvae.modalities import sound_file
from mvae.modalities.sound import mfcc, read_recording

av = pytest.importorskip("av")

VOICE = spoken(48_000)
LINUX = sys.platform == "linux"


def by_libsndfile(
    waveform: NDArray[Any], rate: int, kind: str, subtype: str | None = None, **more: Any
) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, waveform, rate, format=kind, subtype=subtype, **more)
    return file.getvalue()


def by_ffmpeg(kind: str, codec: str, waveform: NDArray[Any] = VOICE, rate: int = 48_000) -> bytes:
    """A mono recording as a phone or a browser writes it."""
    file = io.BytesIO()
    with av.open(file, "w", format=kind) as container:
        stream = container.add_stream(codec, rate=rate, layout="mono")
        resampler = av.AudioResampler(format=stream.format, layout="mono", rate=rate, frame_size=960)
        frame = av.AudioFrame.from_ndarray(waveform.astype(np.float32)[None], format="flt", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return file.getvalue()


def wav_header(
    *,
    rate: int = 48_000,
    channels: int = 1,
    bits: int = 16,
    kind: int = 1,
    size: int = 0,
    riff: bytes = b"RIFF",
) -> bytes:
    frame = channels * bits // 8
    form = struct.pack(
        "<HHIIHH", kind, channels & 0xFFFF, rate, rate * frame & 0xFFFFFFFF, frame & 0xFFFF, bits
    )
    return (
        riff
        + struct.pack("<I", 36)
        + b"WAVEfmt "
        + struct.pack("<I", 16)
        + form
        + b"data"
        + struct.pack("<I", size)
    )


WAV = by_libsndfile(VOICE, 48_000, "WAV")
FILES: dict[str, Callable[[], bytes]] = {
    "wav": lambda: WAV,
    "gsm.wav": lambda: by_libsndfile(spoken(), 8_000, "WAV", "GSM610"),
    "alaw.wav": lambda: by_libsndfile(VOICE, 48_000, "WAV", "ALAW"),
    "adpcm.wav": lambda: by_libsndfile(VOICE, 48_000, "WAV", "IMA_ADPCM"),
    "rifx.wav": lambda: by_libsndfile(VOICE, 48_000, "WAV", endian="BIG"),
    "rf64": lambda: by_libsndfile(VOICE, 48_000, "RF64"),
    "w64": lambda: by_libsndfile(VOICE, 48_000, "W64"),
    "au": lambda: by_libsndfile(VOICE, 48_000, "AU"),
    "voc": lambda: by_libsndfile(spoken(44_100), 44_100, "VOC"),
    "caf": lambda: by_libsndfile(VOICE, 48_000, "CAF"),
    "aiff": lambda: by_libsndfile(VOICE, 48_000, "AIFF"),
    "flac": lambda: by_libsndfile(VOICE, 48_000, "FLAC"),
    "ogg": lambda: by_libsndfile(VOICE, 48_000, "OGG"),
    "opus": lambda: by_libsndfile(VOICE, 48_000, "OGG", "OPUS"),
    "mp3": lambda: by_libsndfile(VOICE, 48_000, "MP3"),
    "m4a": lambda: by_ffmpeg("ipod", "aac"),
    "aac": lambda: by_ffmpeg("adts", "aac"),
    "webm": lambda: by_ffmpeg("webm", "libopus"),
}


@pytest.mark.parametrize("name", FILES)
def test_what_people_have_is_read(name: str) -> None:
    waveform, rate = read_recording(FILES[name]())
    assert waveform.dtype == np.float32
    assert waveform.ndim == 1
    assert len(waveform) / rate == pytest.approx(0.85, abs=0.1)
    reference = mfcc(VOICE, 48_000)
    found = mfcc(waveform, rate)
    alike = np.corrcoef(found[1:].ravel(), reference[1:].ravel())[0, 1]
    assert alike > (0.8 if name in {"gsm.wav", "adpcm.wav", "mp3"} else 0.95), alike


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE"])
@pytest.mark.parametrize("kind", ["WAV", "WAVEX"])
def test_plain_wav_is_what_libsndfile_reads(kind: str, subtype: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(sound_file, "_run_decoder")
    content = by_libsndfile(np.stack([VOICE, -0.5 * VOICE], axis=1), 48_000, kind, subtype)
    waveform, rate = read_recording(content)
    expected, _ = soundfile.read(io.BytesIO(content), dtype="float32")
    assert rate == 48_000
    assert np.array_equal(waveform, expected.mean(axis=1))


@pytest.mark.parametrize("kind", ["FLAC", "OGG", "MP3"])
def test_pieces_are_the_whole(kind: str) -> None:
    content = by_libsndfile(np.tile(VOICE, 3), 48_000, kind)
    assert np.array_equal(read_recording(content)[0], soundfile.read(io.BytesIO(content), dtype="float32")[0])


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF, 0x7FFFFFFF])
def test_a_recorder_that_died_before_writing_the_size(size: int) -> None:
    content = wav_header(size=size) + (VOICE * 32_767).astype("<i2").tobytes()
    assert np.abs(mfcc(*read_recording(content)) - mfcc(VOICE, 48_000)).mean() < 0.5


@pytest.mark.parametrize("name", ["flac", "ogg", "mp3", "m4a", "webm", "aiff"])
def test_what_is_there_of_a_file_that_was_cut_off(name: str) -> None:
    """An m4a whose end, where its index lies, is missing is a sentence; of the others the half is read."""
    long = np.tile(VOICE, 16)
    content = {
        "m4a": lambda: by_ffmpeg("ipod", "aac", long), "webm": lambda: by_ffmpeg("webm", "libopus", long),
    }.get(name, lambda: by_libsndfile(long, 48_000, name.upper()))()  # fmt: skip
    half = content[: len(content) // 2]
    if name == "m4a":
        with pytest.raises(AudioError, match="cut off"):
            read_recording(half)
        return
    waveform, rate = read_recording(half)
    assert 3 < len(waveform) / rate < 11


def test_a_file_without_any_sound() -> None:
    with pytest.raises(SilenceError, match="cut off"):
        read_recording(wav_header())
    with pytest.raises(AudioError, match="cut off"):
        read_recording(by_libsndfile(VOICE, 48_000, "OGG")[:4_200])


@pytest.mark.parametrize("kind", ["m4a", "aac", "caf", "mp3"])
def test_the_content_decides_not_the_name(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "recording.wav"
    path.write_bytes(FILES[kind]())
    assert len(read_recording(path)[0]) > 30_000


def test_the_refusal_names_the_formats() -> None:
    with pytest.raises(AudioError) as caught:
        read_recording(b"A text file.")
    for name in sound_file.FORMATS:
        assert name in str(caught.value)


def test_the_sentence_about_rates_says_what_the_code_does() -> None:
    for rate in (sound_file.LOWEST_RATE, sound_file.HIGHEST_RATE):
        sound_file.check_rate(rate)
    for rate in (sound_file.LOWEST_RATE - 1, sound_file.HIGHEST_RATE + 1):
        with pytest.raises(AudioError, match=r"record at 4,000 to 192,000 Hz"):
            sound_file.check_rate(rate)


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    for path in (tmp_path / "pipe.wav", tmp_path, Path("x" * 5_000), Path("a\0b")):
        with pytest.raises(AudioError, match="cannot be read"):
            read_recording(path)


def test_a_decoder_that_crashes_is_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    content = by_libsndfile(VOICE, 48_000, "FLAC")
    for fault in ("import os; os.abort()", "while True: pass", "raise MemoryError"):
        program = tmp_path / "decoder.py"
        program.write_text(fault)
        monkeypatch.setattr(sound_file, "_DECODER", program)
        monkeypatch.setattr(sound_file, "_PATIENCE", 1.0)
        with pytest.raises(AudioError, match="fails, or takes too long"):
            read_recording(content)


@pytest.mark.skipif(not LINUX, reason="only Linux keeps these limits")
@pytest.mark.parametrize("fault", ["while True: pass", "x = bytearray(80 * 2**20)"])
def test_the_kernel_ends_a_decoder_that_takes_too_much(fault: str) -> None:
    program = f"from mvae.modalities import decoder\ndecoder.limited()\n{fault}\nprint('went on')"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=60, check=False)
    assert done.returncode != 0
    assert b"went on" not in done.stdout


@cache
def bombs() -> dict[str, bytes]:
    """Files that claim, or hold, far more than a voice."""
    silence = np.zeros(15 * 44_100)
    vorbis = bytearray(by_libsndfile(silence, 44_100, "OGG"))
    vorbis[40:44] = struct.pack("<I", 2_000_000_000)  # of the first page: the rate
    opus = bytearray(by_libsndfile(np.zeros(48_000 * 20), 48_000, "OGG", "OPUS"))
    last = opus.rindex(b"OggS")
    opus[last + 6 : last + 14] = struct.pack("<q", 3 * 10**10)
    many = np.zeros((44_100, 255), np.float32)
    return {
        "255 channels": by_libsndfile(many, 44_100, "OGG"),
        "64 channels": by_libsndfile(many[:, :64], 44_100, "OGG"),
        "655 kHz": by_libsndfile(np.zeros((655_350, 8)), 655_350, "FLAC"),
        "eight channels at the highest rate": by_libsndfile(np.zeros((192_000, 8)), 192_000, "FLAC"),
        "two billion hertz": bytes(vorbis),
        "30,000,000,000 frames": bytes(opus),
        "an hour": by_libsndfile(np.zeros(3_600 * 8_000), 8_000, "FLAC"),
        "five minutes of mp3": by_libsndfile(np.zeros(300 * 8_000), 8_000, "MP3"),
        "65,535 channels": wav_header(channels=65_535, size=2**31) + bytes(1_000_000),
        "no channels": wav_header(channels=0) + bytes(1_000),
        "rate 0": wav_header(rate=0) + bytes(1_000),
        "rate 4 billion": wav_header(rate=2**32 - 1) + bytes(1_000),
        "bits 0": wav_header(bits=0) + bytes(1_000),
        "nested": (b"RIFF" + struct.pack("<I", 2**31) + b"WAVELIST" + struct.pack("<I", 4)) * 20_000,
        "chunks of nothing": b"RIFF\xff\xff\xff\xffWAVE" + b"junk\0\0\0\0" * 2_000_000,
        "tags": b"ID3\x03\0\0\x7f\x7f\x7f\x7f" + bytes(1_000_000),
        "tags in tags": (b"ID3\x03\0\0\0\0\0\x0a" + b"ID3\x03\0\0\0\0\0\0") * 50_000,
        "boxes": b"\0\0\0\x10ftypM4A \0\0\0\0" + b"\0\0\0\x08moov" * 200_000,
        "elements": b"\x1aE\xdf\xa3" + b"\x42\x86\x81\x01" * 300_000,
        "frames without sound": b"\xff\xfb\x90\x00" * 300_000,
    }  # fmt: skip


LIMITED = """
    import resource, sys, time
    from pathlib import Path
    import mvae.modalities.sound as audio
    from mvae.errors import InputError
    import numpy as np
    rest = np.random.default_rng(0).normal(0, 0.1, 40_000).astype(np.float32)
    try: audio.mfcc(rest, 16_000)  # loads what the first sound loads
    except InputError: pass
    for limit in (resource.RLIMIT_AS, resource.RLIMIT_DATA):
        field = 0 if limit == resource.RLIMIT_AS else 5
        used = int(Path("/proc/self/statm").read_text().split()[field]) * resource.getpagesize()
        resource.setrlimit(limit, (used + 64 * 2**20,) * 2)
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for path in sorted(Path(sys.argv[1]).iterdir()):
        before = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        try: audio.mfcc(*audio.read_recording(path.read_bytes())); said = "heard"
        except InputError as error: said = str(error)
        after = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        seconds = sum(b.ru_utime + b.ru_stime - a.ru_utime - a.ru_stime for a, b in zip(before, after))
        print(path.name, round(seconds, 2), after[0].ru_maxrss - own, said, sep="|")
"""


@pytest.mark.skipif(not LINUX, reason="only Linux keeps these limits")
def test_no_file_takes_more_than_a_second_and_64_megabytes(tmp_path: Path) -> None:
    made = bombs()
    for name, content in made.items():
        (tmp_path / name).write_bytes(content)
    command = [sys.executable, "-c", textwrap.dedent(LIMITED), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    rows = [line.split("|") for line in done.stdout.splitlines()]
    assert {row[0] for row in rows} == set(made)
    for name, seconds, own, said in rows:
        assert said != "heard", name
        assert float(seconds) < 1, (name, seconds)
        assert int(own) < 64 * 1024, (name, own)


@pytest.mark.skipif(not LINUX, reason="only Linux keeps these limits")
@pytest.mark.parametrize(("name", "kind"), [("64 channels", "ogg"), ("30,000,000,000 frames", "ogg")])
def test_the_decoder_itself_is_small(name: str, kind: str, tmp_path: Path) -> None:
    """Measured from a small process: a child begins with the resident memory of its parent."""
    (tmp_path / "file").write_bytes(bombs()[name])
    program = (
        "import resource, subprocess, sys\n"
        "subprocess.run(sys.argv[2:], stdin=open(sys.argv[1], 'rb'), stdout=subprocess.DEVNULL, check=True)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    decoder = [sys.executable, "-P", str(sound_file._DECODER), kind, "15", str(sound_file.DENSEST)]
    command = [sys.executable, "-S", "-c", program, str(tmp_path / "file"), *decoder]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert int(done.stdout) < 64 * 1024


def test_a_long_recording_is_refused_however_it_is_packed() -> None:
    for kind in ("FLAC", "OGG", "MP3", "AIFF"):
        with pytest.raises(TooLongError, match="15"):
            read_recording(by_libsndfile(np.zeros(20 * 16_000), 16_000, kind))


def damaged(content: bytes, rng: np.random.Generator) -> bytes:
    """Cut off, with bytes changed near its beginning, with a piece left out or put in twice."""
    changed = bytearray(content)
    for _ in range(rng.integers(1, 6)):
        changed[rng.integers(min(len(changed), 200))] = rng.choice([0, 1, 127, 128, 255, rng.integers(256)])
    start, stop = np.sort(rng.integers(0, len(changed), 2))
    kind = rng.integers(4)
    if kind == 0:
        return bytes(changed[:stop])
    if kind == 1:
        return bytes(changed[:start] + changed[stop:])
    return bytes(changed[:stop] + changed[start:]) if kind == 2 else bytes(changed)


@pytest.mark.parametrize("name", ["wav", "rf64", "caf", "aiff", "flac", "ogg", "opus", "mp3", "m4a", "webm"])
def test_damaged_files_are_a_sound_or_a_sentence(name: str) -> None:
    content, rng = FILES[name](), np.random.default_rng(len(name))
    for _ in range(30 if name == "wav" else 3):
        try:
            waveform, rate = read_recording(damaged(content, rng))
        except InputError as error:
            assert "\n" not in str(error)  # noqa: PT017 - what is left may be enough
        else:
            assert 0 < len(waveform) <= 15 * rate
