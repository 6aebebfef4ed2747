"""Taking recordings out of the archives in which they are published.

A file is written under a name of the registry, never under one that the archive gives, so that no archive can
write outside the data directory. What a recording is, is decided by its content: the extra voices are
recognised by the SHA-256 of their wav files, so the layout of their archives does not matter.

Jay's recordings are published as text, one sample a line. The wav files of the data set have the loudest
sample scaled to 0.9, in single precision; `_from_text` does the same.

What has been checked, and what has not: a stretch of one text file of Jay's repository, and one of Sai's,
agree with the wav files of the data set sample by sample, and `_from_text` gives the very bytes of five of
Jay's files whose scale can be told from their samples. The three archives as they are served today have not
been read; if one of them no longer has a recording as it was, its hash is not found and the download says so.
"""

import hashlib
import io
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

import numpy as np
import soundfile
from numpy.typing import NDArray
from tqdm import tqdm

from mvae.data.items import Recordings
from mvae.files import atomic_path

UNREADABLE = (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)
"""What reading a damaged archive raises."""

_LARGEST_MEMBER = 4_000_000  # bytes; the longest recording published as text has under a tenth of that
_TEXT_RATE = 16_000
_TEXT_HEADER = b"SAMPLES:"
_TEXT_PEAK = np.float32(0.9)


def extract(archive: Path, item: Recordings, data_dir: Path) -> int:
    """Write the recordings of an archive that belong to a set.

    Parameters
    ----------
    archive
        A zip file or a compressed tar file, read once from start to end and never unpacked as a whole.
    item
        The set.
    data_dir
        The data directory.

    Returns
    -------
    int
        How many recordings of the set were found.

    Raises
    ------
    tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError
        If the archive is damaged (`UNREADABLE`).
    """
    folder = data_dir / item.folder
    names = {sha256: name for name, sha256 in item.clips.items()}
    found: set[str] = set()
    for member, content in members(archive):
        for name, wav in _recognise(member, content, item, names):
            with atomic_path(folder / name) as temporary:
                temporary.write_bytes(wav)
            found.add(name)
        if len(found) == len(item.names):
            break
    return len(found)


def members(archive: Path) -> Iterator[tuple[PurePosixPath, bytes]]:
    """Path and content of each sound or text file of an archive, in the order of the archive; shows progress.

    Raises
    ------
    tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError
        If the archive is damaged (`UNREADABLE`).
    """
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as packed:
            for entry in packed.infolist():
                if _is_wanted(entry.filename, entry.file_size):
                    yield PurePosixPath(entry.filename), packed.read(entry)
        return
    size = archive.stat().st_size
    with (
        archive.open("rb") as raw,
        tqdm.wrapattr(raw, "read", total=size, desc=f"Reading {archive.name}", disable=None) as file,
        tarfile.open(fileobj=file, mode="r|gz") as stream,
    ):
        for member in stream:
            content = stream.extractfile(member) if _is_wanted(member.name, member.size) else None
            if content is not None:
                yield PurePosixPath(member.name), content.read()


def _is_wanted(name: str, size: int) -> bool:
    return name.endswith((".wav", ".txt")) and 0 < size <= _LARGEST_MEMBER


def _recognise(
    member: PurePosixPath, content: bytes, item: Recordings, names: dict[str, str]
) -> Iterator[tuple[str, bytes]]:
    """Name in the set and wav file of a member that belongs to it."""
    if not item.clips:
        if member.parent.name == PurePosixPath(item.folder).name and member.name in item.names:
            yield member.name, content
        return
    for wav in _as_wav(member, content):
        sha256 = hashlib.sha256(wav).hexdigest()
        if sha256 in names:
            yield names[sha256], wav
            return


def _as_wav(member: PurePosixPath, content: bytes) -> Iterator[bytes]:
    """Give the wav files that a member may be: as it is, with a plain header, or made from its text."""
    if member.suffix == ".wav":
        yield content
        with suppress(soundfile.SoundFileError):
            samples, rate = soundfile.read(io.BytesIO(content), dtype="int16")
            yield _wav(samples, rate)
    elif content.startswith(_TEXT_HEADER):
        with suppress(ValueError):
            yield _from_text(content)


def _from_text(content: bytes) -> bytes:
    """Turn a text of one sample a line, after five lines of header, into a wav file."""
    lines = content.splitlines()[5:]
    samples = np.array([int(line) for line in lines if line.strip()], np.float32)
    return _wav(samples / np.abs(samples).max(initial=1) * _TEXT_PEAK, _TEXT_RATE)


def _wav(samples: NDArray[np.generic], rate: int) -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, rate, format="WAV", subtype="PCM_16")
    return buffer.getvalue()
