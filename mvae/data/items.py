"""What a data set is made of: single files, sets of recordings out of an archive, and who publishes them.

A hash is always of the *content*: of a ``.gz`` file what is inside it, because compression differs from copy
to copy; of a set of recordings the output of ``sha256sum folder/*.wav`` in C-locale order, run from the data
directory.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class DataFile:
    """One file, fetched as it is.

    Attributes
    ----------
    path
        Below the data directory, with forward slashes.
    address
        Where it is published.
    sha256
        Of the content: decompressed, if the path ends in ``.gz``.
    size
        Bytes of the file, about: compression differs from copy to copy.
    """

    path: str
    address: str
    sha256: str
    size: int

    @property
    def compressed(self) -> bool:
        """Whether the content is what is inside a gzip file."""
        return self.path.endswith(".gz")


@dataclass(frozen=True)
class Archive:
    """A published zip or tar archive.

    Attributes
    ----------
    address
        Where it is published.
    size, sha256
        Bytes and hash of the file itself; None where the server packs it anew for each download.
    """

    address: str
    size: int | None = None
    sha256: str | None = None


@dataclass(frozen=True)
class Recordings:
    """Wav files of one folder, taken out of one published archive.

    Attributes
    ----------
    path
        What is shown to a person: folder and pattern.
    folder
        Below the data directory, with forward slashes.
    names
        File names that make up the set, sorted.
    archive
        That has them.
    sha256
        Of the ``sha256sum`` lines of all files.
    size
        Bytes of all files together.
    clips
        SHA-256 of each file by name. Where it is empty, a file is recognised in the archive by its name.
    """

    path: str
    folder: str
    names: tuple[str, ...]
    archive: Archive
    sha256: str
    size: int
    clips: Mapping[str, str]


@dataclass(frozen=True)
class DigitWords:
    """All clips of the ten digit words in an archive of Speech Commands, too large to be fetched unasked.

    Attributes
    ----------
    path, folder, archive
        As of `Recordings`.
    sha256
        Of the archive: the clips were right when they were taken out of it.
    size
        Bytes of all clips together, about.
    on_request
        What a person gives to ``--with`` to have it.
    """

    path: str
    folder: str
    archive: Archive
    sha256: str
    size: int
    on_request: str


Item = DataFile | Recordings | DigitWords


@dataclass(frozen=True)
class Source:
    """One published data set.

    Attributes
    ----------
    name
        For ``--skip`` on the command line.
    title, licence, homepage
        For people.
    items
        Its files.
    optional
        Training goes on without it.
    """

    name: str
    title: str
    licence: str
    homepage: str
    items: tuple[Item, ...]
    optional: bool = False


def describe_size(size: int) -> str:
    """Write a number of bytes for people, for instance ``"7.0 MB"``."""
    for unit, bytes_each in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= bytes_each:
            return f"{size / bytes_each:.1f} {unit}"
    return f"{size} bytes"
