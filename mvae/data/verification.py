"""Whether a data file is there and is the published one, and what is said to a person where it is not."""

import gzip
import hashlib
import zlib
from collections.abc import Mapping
from pathlib import Path

from mvae.data import speech_commands
from mvae.data.items import DataFile, DigitWords, Item, Recordings
from mvae.errors import DataError

DOWNLOAD_COMMAND = "python -m mvae data download"


def content_hash(item: Item, directory: Path) -> str | None:
    """Hash the content of an item, or look up the hash under which it was taken out of its archive.

    Returns
    -------
    str | None
        Hexadecimal SHA-256, or None where nothing of it is there. A ``.gz`` file that cannot be decompressed,
        and a set of which a part is missing, have hashes that no published file has.
    """
    if isinstance(item, DigitWords):
        return speech_commands.archive_hash(directory / item.folder)
    if isinstance(item, Recordings):
        return _recordings_hash(item, directory)
    path = directory / item.path
    return file_hash(path, compressed=item.compressed) if path.is_file() else None


def file_hash(path: Path, *, compressed: bool) -> str:
    """SHA-256 of a file, or of what is inside a gzip file; ``"damaged"`` where that cannot be read."""
    digest = hashlib.sha256()
    try:
        with gzip.open(path) if compressed else path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        return "damaged"
    return digest.hexdigest()


def _recordings_hash(item: Recordings, directory: Path) -> str | None:
    folder = directory / item.folder
    present = [name for name in item.names if (folder / name).is_file()]
    if not present:
        return None
    return listing_hash(item.folder, {name: file_hash(folder / name, compressed=False) for name in present})


def listing_hash(folder: str, hashes: Mapping[str, str]) -> str:
    """SHA-256 of the lines that ``sha256sum folder/*`` would print for these files."""
    lines = (f"{hashes[name]}  {folder}/{name}\n" for name in sorted(hashes))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def size_on_disk(item: Item, directory: Path) -> int:
    """Bytes of the files of an item that are there."""
    if isinstance(item, DataFile):
        paths = [directory / item.path]
    elif isinstance(item, Recordings):
        paths = [directory / item.folder / name for name in item.names]
    else:
        paths = list((directory / item.folder).glob("*.wav"))
    return sum(path.stat().st_size for path in paths if path.is_file())


def verify(item: Item, directory: Path) -> str | None:
    """Hash an item and compare it with what is published.

    Returns
    -------
    str | None
        The hash, or None where nothing of it is there.

    Raises
    ------
    DataError
        If it is damaged or incomplete, or another file by the same name.
    """
    found = content_hash(item, directory)
    if found not in {None, item.sha256}:
        msg = (
            f"{directory / item.path} is damaged or incomplete (it is not what was published); run "
            f"`{DOWNLOAD_COMMAND}` to fetch it again."
        )
        raise DataError(msg)
    return found


def missing(path: Path) -> DataError:
    """Make the error for a file that is not there."""
    return DataError(
        f"{path} is missing; run `{DOWNLOAD_COMMAND}` or set MVAE_DATA to the folder that has it."
    )


def damaged(path: Path, what: str) -> DataError:
    """Make the error for a file that cannot be what it should be; `what` continues "this file …"."""
    return DataError(f"{path} {what}; run `{DOWNLOAD_COMMAND}` to fetch it again.")
