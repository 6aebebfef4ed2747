"""The program of a child process that decodes one sound file: standard input -> mono on standard output.

`mvae.modalities.sound_file` runs it as ``python -P decoder.py NAME SECONDS DENSEST``: the demuxer of FFmpeg
for this file, the seconds to decode, and how many samples a second, of all channels together, are decoded at
all. It writes a line ``rate channels claim``, the last being how many samples of a channel the file says it
holds, or 0, and then the samples, float32, the mean of the channels. What is damaged in the middle is left
out. It imports nothing of this package, so that it starts in a moment.
"""

import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

CPU_SECONDS = 0.6
"""Of decoding, in which 15 s of every format that people have are done many times over."""
MEMORY = 40 * 2**20
"""Bytes that decoding may take, on top of the program itself."""
_PIECE = 8_192  # samples of a channel that are decoded at once
_LIBSNDFILE = {"wav", "aiff", "flac", "ogg", "mp3", "au", "caf", "w64", "voc"}

Pieces = Iterator[tuple[int, int, "np.ndarray[Any, np.dtype[np.float32]]"]]


def decode(name: str, seconds: float, densest: int) -> None:
    """Write the sound to standard output; nothing if there is none."""
    if name not in _LIBSNDFILE or not _write(_by_libsndfile(), seconds, densest):
        sys.stdin.buffer.seek(0)
        _write(_by_ffmpeg(name), seconds, densest)


def _write(pieces: Pieces, seconds: float, densest: int) -> bool:
    """Write pieces (n, channels), each with rate and claim, until there are enough; tell if any came."""
    begun, left, form = False, 0, (0, 0)
    for rate, claimed, piece in pieces:
        if not begun:
            begun, left, form = True, int(seconds * rate) + 1, (rate, piece.shape[1])
            sys.stdout.buffer.write(b"%d %d %d\n" % (*form, claimed))
        if (rate, piece.shape[1]) != form or rate * piece.shape[1] > densest or left <= 0:
            break  # what changes its format halfway is damaged
        sys.stdout.buffer.write(piece[:left].mean(axis=1, dtype=np.float32).tobytes())
        left -= len(piece)
    return begun


class _Stream(soundfile.SoundFile):  # type: ignore[misc] # it has no types
    """A file that is read from front to back: soundfile seeks after every piece, at which mp3 stumbles."""

    def seekable(self) -> bool:
        """Tell that its length is not to be asked for, either: it may be a lie."""
        return False


def _by_libsndfile() -> Pieces:
    # Not every error of soundfile is its own: what it does not know of GSM is a ValueError.
    errors = (soundfile.SoundFileError, OSError, TypeError, ValueError)
    with suppress(*errors), _Stream(0, closefd=False) as file:
        size = max(1, _PIECE // file.channels)
        while len(piece := file.read(size, dtype="float32", always_2d=True)):
            yield file.samplerate, file.frames, piece


def _by_ffmpeg(name: str) -> Pieces:
    import av  # noqa: PLC0415 - seldom needed, and takes as long to load as all the rest

    limited()
    with suppress(av.FFmpegError), av.open(sys.stdin.buffer, "r", format=name) as container:
        stream = container.streams.audio[0]
        stream.codec_context.thread_count = 1
        resampler = av.AudioResampler(format="flt")
        for packet in container.demux(stream):
            with suppress(av.FFmpegError, ValueError):
                for frame in packet.decode():
                    for part in resampler.resample(frame):
                        samples = part.to_ndarray().astype(np.float32)
                        yield part.sample_rate, 0, samples.reshape(-1, part.layout.nb_channels)


def limited() -> None:
    """Let the kernel end this process where it takes too long or too much, if it is a kernel that can."""
    with suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415 - there is none on Windows

        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
        data = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])  # pages; only on Linux
        most = data * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_DATA, (most, resource.getrlimit(resource.RLIMIT_DATA)[1]))


if __name__ == "__main__":
    limited()
    decode(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]))
