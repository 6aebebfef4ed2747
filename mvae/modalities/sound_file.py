"""A sound file, of any kind and from anybody -> its samples, within bounds that no file can get round.

A file may claim anything: an hour in a few bytes, 255 channels, a rate of two billion. So nothing is decoded
before its rate and channels are known to be those of a voice, then in pieces of which only the mean of the
channels is kept, and never more than `LONGEST_RECORDING`; how long it *says* it is does not count.

Plain wav, which the recorder of the app and most programs write, is read here, by numpy. Everything else
takes a decoder in C, and the parsers of libsndfile and FFmpeg have had their share of files that crash them;
a crash here would take away the work of everybody whom this server serves. So they run in a child process
(`mvae.modalities.decoder`), which the kernel ends if it takes too much. It costs 0.1 s of a core to start,
0.2 s where FFmpeg is needed; a decoder kept waiting would take 50 MB for ever, for files that are seldom
given.
"""

import os
import struct
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from mvae.errors import AudioError, SilenceError, TooLongError

LONGEST_RECORDING = 15.0
"""Seconds of recording that are accepted, silence included."""
LOWEST_RATE, HIGHEST_RATE = 4_000, 192_000
"""Hertz."""
DENSEST = 2 * HIGHEST_RATE
"""Samples a second, of all channels together: stereo at the highest rate, or eight channels at 48 kHz."""
FORMATS = ("wav", "m4a", "mp3", "ogg", "opus", "webm", "flac", "aiff")
"""What people have, by the names that they know."""

UNREADABLE = f"This file cannot be read as sound; use {', '.join(FORMATS[:-1])} or {FORMATS[-1]}."
_DECODER = Path(__file__).with_name("decoder.py")
_AT_ONCE = threading.BoundedSemaphore(2)  # decoders, whoever else waits
_PATIENCE = 20.0  # seconds, on a machine that has much else to do
_PIECE = 65_536  # samples
_ID3 = 10  # bytes of its header
_MOST_CHUNKS = 1_000  # of a wav file, before its samples
# What a file begins with, after so many bytes, and FFmpeg's name for it. Only the one demuxer named here
# is ever tried: among the others are some that open further files and addresses.
_SIGNATURES = (
    (0, b"RIFF", "wav"), (0, b"RIFX", "wav"), (0, b"RF64", "wav"), (0, b"FORM", "aiff"), (0, b"fLaC", "flac"),
    (0, b"OggS", "ogg"), (4, b"ftyp", "mov"), (0, b"\x1aE\xdf\xa3", "matroska"), (0, b"#!AMR", "amr"),
    (0, b"caff", "caf"), (0, b".snd", "au"), (0, b"riff\x2e\x91\xcf\x11", "w64"),
    (0, b"Creative Voice File", "voc"), (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "asf"),
)  # fmt: skip
_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_KINDS = {(_PCM, 1), (_PCM, 2), (_PCM, 3), (_PCM, 4), (_FLOAT, 4), (_FLOAT, 8)}  # and bytes of a sample

Waveform = NDArray[np.float32]
Layout = tuple[int, int, int, int]


def read(file: BinaryIO) -> tuple[Waveform, int]:
    """Read a sound file that is open, from its beginning: mono (n,), and its rate in hertz.

    Raises
    ------
    AudioError, SilenceError, TooLongError
        With a sentence; whatever the file holds, nothing else.
    """
    name = _format(file)
    plain = _plain_wave(file) if name == "wav" else None
    waveform, rate = plain or _decoded(file, name)
    if not len(waveform):
        msg = "The recording is empty, or was cut off before its sound begins. Record or send it again."
        raise SilenceError(msg)
    return waveform, rate


def check_rate(rate: float, channels: int = 1) -> None:
    """Raise `AudioError` unless a voice may be recorded like this."""
    if not LOWEST_RATE <= rate <= HIGHEST_RATE:
        limits = f"{LOWEST_RATE:,} to {HIGHEST_RATE:,}"
        msg = f"A sample rate of {rate:,} Hz is not supported; record at {limits} Hz."
        raise AudioError(msg)
    if not 0 < channels * rate <= DENSEST:
        msg = f"The recording has {channels} channels at {rate:,} Hz; record in mono or stereo."
        raise AudioError(msg)


def check_length(samples: int, rate: float) -> None:
    """Raise `TooLongError` where there are more than `LONGEST_RECORDING` of samples."""
    if samples / rate > LONGEST_RECORDING:
        seconds = samples / rate
        msg = f"The recording lasts {seconds:,.0f} seconds; one digit needs at most {LONGEST_RECORDING:.0f}."
        raise TooLongError(msg)


def _format(file: BinaryIO) -> str:
    """Tell by its first bytes what a file is, whatever its name says."""
    start = file.read(32)
    tagged = start[:3] == b"ID3" and len(start) >= _ID3
    if tagged:  # before the sound, and as long as four bytes of seven bits say
        size = sum((byte & 127) << shift for byte, shift in zip(start[6:10], (21, 14, 7, 0), strict=True))
        file.seek(_ID3 + size)
        start = file.read(32)
    file.seek(0)
    for offset, signature, name in _SIGNATURES:
        if start[offset:].startswith(signature):
            return name
    if len(start) > 1 and start[0] == 0xFF and start[1] & 0xE0 == 0xE0:  # a frame of MPEG audio
        return "mp3" if start[1] & 0x06 else "aac"
    if tagged:
        return "mp3"
    raise AudioError(UNREADABLE)


def _plain_wave(file: BinaryIO) -> tuple[Waveform, int] | None:
    """Read a wav file of whole numbers or floats; None where it is another kind of wav.

    The sizes in it are not believed: a recorder that was stopped leaves a zero, or all ones, where the size
    of the samples belongs.
    """
    end = file.seek(0, os.SEEK_END)
    file.seek(0)
    layout = None
    if file.read(4) != b"RIFF" or file.read(8)[4:] != b"WAVE":
        return None
    for _ in range(_MOST_CHUNKS):
        header = file.read(8)
        if len(header) < 8:
            break
        name, size = header[:4], int.from_bytes(header[4:], "little")
        begin = file.tell()
        if name == b"fmt ":
            layout = _layout(file.read(min(size, 40)))
        elif name == b"data":
            if layout is None:
                return None
            size = end - begin if size == 0 else min(size, end - begin)
            return _samples(file, size, layout)
        file.seek(begin + size + size % 2)
    return None


def _layout(chunk: bytes) -> Layout | None:
    """Return kind, bytes of a sample, channels and rate, or None where a decoder is needed."""
    if len(chunk) < 16:
        return None
    kind, channels, rate, _, frame, bits = struct.unpack("<HHIIHH", chunk[:16])
    if kind == _EXTENSIBLE and len(chunk) >= 26:
        kind = int.from_bytes(chunk[24:26], "little")
    width = bits // 8
    known = (kind, width) in _KINDS and bits % 8 == 0 and frame == channels * width and channels
    return (kind, width, channels, rate) if known else None


def _samples(file: BinaryIO, size: int, layout: Layout) -> tuple[Waveform, int]:
    """Read so many bytes of samples, in pieces, and keep the mean of the channels."""
    kind, width, channels, rate = layout
    check_rate(rate, channels)
    check_length(size // (width * channels), rate)
    mono = np.empty(size // (width * channels), np.float32)
    done = 0
    while done < len(mono):
        piece = file.read(min(_PIECE, len(mono) - done) * width * channels)
        sound = _floats(piece[: len(piece) // (width * channels) * width * channels], kind, width)
        if not len(sound):  # of a file that became shorter meanwhile
            break
        part = sound.reshape(-1, channels).mean(axis=1)
        mono[done : done + len(part)] = part
        done += len(part)
    return mono[:done], rate


def _floats(content: bytes, kind: int, width: int) -> Waveform:
    """Turn samples into float32, full scale in [-1, 1)."""
    if kind == _FLOAT:
        with np.errstate(over="ignore", invalid="ignore"):  # what float32 cannot hold is refused later
            return np.frombuffer(content, f"<f{width}").astype(np.float32)
    if width == 1:
        return np.frombuffer(content, np.uint8).astype(np.float32) / np.float32(128) - np.float32(1)
    if width == 3:
        padded = np.zeros((len(content) // 3, 4), np.uint8)
        padded[:, 1:] = np.frombuffer(content, np.uint8).reshape(-1, 3)
        return padded.view("<i4")[:, 0].astype(np.float32) / np.float32(2**31)
    return np.frombuffer(content, f"<i{width}").astype(np.float32) / np.float32(2 ** (8 * width - 1))


def _decoded(file: BinaryIO, name: str) -> tuple[Waveform, int]:
    """Let a child process decode a file."""
    with _AT_ONCE:
        output = _run_decoder(file, name)
    form, _, samples = output.partition(b"\n")
    if not form:
        msg = "This file cannot be read as sound: it is damaged, or cut off. Record or send it again."
        raise AudioError(msg)
    rate, channels, claimed = map(int, form.split())
    check_rate(rate, channels)
    waveform = np.frombuffer(samples[: len(samples) // 4 * 4], np.float32)
    if len(waveform) > LONGEST_RECORDING * rate:
        check_length(claimed, rate)
        msg = f"The recording lasts more than {LONGEST_RECORDING:.0f} seconds; say one digit only."
        raise TooLongError(msg)
    return waveform, rate


def _run_decoder(file: BinaryIO, name: str) -> bytes:
    command = [sys.executable, "-P", str(_DECODER), name, str(LONGEST_RECORDING), str(DENSEST)]
    # One thread: what a decoder of seconds needs, and numpy takes memory for each.
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    try:
        with tempfile.TemporaryFile() as copy:  # decoders seek
            file.seek(0)
            while piece := file.read(_PIECE):
                copy.write(piece)
            copy.seek(0)
            done = subprocess.run(  # noqa: S603 - nothing in the command comes from the file
                command, stdin=copy, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                env=environment, timeout=_PATIENCE, check=True,
            )  # fmt: skip
    except (OSError, subprocess.SubprocessError) as error:
        msg = (
            "This file cannot be read as sound: decoding it fails, or takes too long. "
            "Record one digit again, best as wav or m4a."
        )
        raise AudioError(msg) from error
    return done.stdout
