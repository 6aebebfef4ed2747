"""Fetching the data from where it is published: checked by hash, resumable, atomic.

Pooch does the fetching and the retries with growing pauses. It has no resume, so its `downloader` is our own:
what has arrived stays in a part file, and the next attempt asks the server for the rest with an HTTP Range
request.
"""

import shutil
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pooch
import requests
from tqdm import tqdm

from mvae.data import speech_commands
from mvae.data.archives import UNREADABLE, extract
from mvae.data.items import Archive, DataFile, DigitWords, Item, Recordings, Source, describe_size
from mvae.data.sources import SOURCES
from mvae.data.verification import DOWNLOAD_COMMAND, content_hash, file_hash
from mvae.errors import DownloadError

RETRIES = 4
"""Further attempts after a broken connection, with pauses of 1, 2, 3 and 4 seconds before them."""
_TIMEOUT = (10, 60)  # seconds to connect, and between two pieces of data
_BLOCK = 1 << 13  # bytes; of what arrives before a connection breaks, an unfinished block is lost
_WORTH_RETRYING = {408, 429}  # of the answers that otherwise mean "never"
_PARTIAL = ".partial"


def download(
    data_dir: Path,
    *,
    skip: Collection[str] = (),
    requested: Collection[str] = (),
    sources: Sequence[Source] = SOURCES,
    report: Callable[[str], None] = print,
) -> None:
    """Fetch everything that is not there yet or damaged.

    Parameters
    ----------
    data_dir
        The data directory; made if need be.
    skip
        Names of sources to leave out.
    requested
        What to fetch of that which is large and otherwise left out; if it is there but damaged, it is fetched
        again unasked.
    sources
        The registry, or another one in tests.
    report
        Takes one line of news at a time.

    Raises
    ------
    DownloadError
        With a sentence that says which file, from where, and what to do. What has arrived is kept.
    """
    for source in sources:
        if source.name in skip:
            report(f"{source.name}: left out")
            continue
        lacking = []
        for item in source.items:
            found = content_hash(item, data_dir)
            if found == item.sha256:
                report(f"{source.name}: {item.path} is already there")
            elif found is None and isinstance(item, DigitWords) and item.on_request not in requested:
                report(f"{source.name}: {item.path} is fetched only with `--with {item.on_request}`")
            else:
                lacking.append(item)
        for item in lacking:
            announcement = _announce(item, data_dir)
            report(f"{source.name}: fetching {item.path} ({announcement}), licence: {source.licence}")
            try:
                _fetch_item(item, source, data_dir)
            except OSError as error:
                reason = error.strerror or error
                msg = (
                    f"{item.path} cannot be written to {data_dir} ({reason}); make room there, or name "
                    "another place with `--data-dir`."
                )
                raise DownloadError(msg) from error
        for item in lacking:  # only now: two sets may come out of one archive
            if not isinstance(item, DataFile):
                _archive_path(item, source, data_dir).unlink(missing_ok=True)
    with suppress(OSError):  # it stays where a source that is left out this time has a part in it
        (data_dir / _PARTIAL).rmdir()


def _announce(item: Item, data_dir: Path) -> str:
    if isinstance(item, DataFile):
        return describe_size(item.size)
    if item.archive.size is None:
        return f"{describe_size(item.size)} out of an archive"
    there = next(place for place in (data_dir, *data_dir.parents) if place.exists())
    free = shutil.disk_usage(there).free
    return (
        f"{describe_size(item.size)} out of an archive of {describe_size(item.archive.size)}, which is then "
        f"removed; the disk has {describe_size(free)} free"
    )


def _fetch_item(item: Item, source: Source, data_dir: Path) -> None:
    if isinstance(item, DataFile):
        fetched = _fetch(item, data_dir / _PARTIAL / item.path.replace("/", "_"), source)
        target = data_dir / item.path
        target.parent.mkdir(parents=True, exist_ok=True)
        fetched.replace(target)
        return
    archive = _fetch(item, _archive_path(item, source, data_dir), source)
    try:
        _extract_all(archive, item, source, data_dir)
    except DownloadError:
        archive.unlink()
        raise


def _archive_path(item: Recordings | DigitWords, source: Source, data_dir: Path) -> Path:
    suffix = ".zip" if urlsplit(item.archive.address).path.endswith(".zip") else ".tar.gz"
    return data_dir / _PARTIAL / f"{source.name}{suffix}"


def _extract_all(archive: Path, item: Recordings | DigitWords, source: Source, data_dir: Path) -> None:
    published = f"The archive for {item.path} from {item.archive.address}"
    try:
        if isinstance(item, DigitWords):
            speech_commands.extract(archive, item, data_dir)
            return
        found = extract(archive, item, data_dir)
    except UNREADABLE as error:
        msg = f"{published} is damaged; {_advice(source)}"
        raise DownloadError(msg) from error
    if content_hash(item, data_dir) != item.sha256:
        published += f" has {found} of {len(item.names)} recordings as they were published"
        msg = f"{published}; {_advice(source)}"
        raise DownloadError(msg)


def _fetch(item: Item, path: Path, source: Source) -> Path:
    """Fetch a file, or the archive of a set of recordings, with pooch."""
    goodboy = pooch.create(
        path.parent,
        base_url="",
        registry={path.name: None},
        urls={path.name: _published(item).address},
        retry_if_failed=RETRIES,
    )
    downloader = _ResumingDownloader(item, path.with_name(path.name + ".part"), _advice(source))
    try:
        goodboy.fetch(path.name, downloader=downloader)
    except (requests.exceptions.RequestException, ValueError) as error:
        msg = (
            f"{item.path} could not be fetched from {_published(item).address} ({_reason(error)}); check the "
            f"network connection and run `{DOWNLOAD_COMMAND}` again, which goes on where this stopped."
        )
        raise DownloadError(msg) from error
    return path


def _published(item: Item) -> DataFile | Archive:
    """Say what is fetched for an item."""
    return item if isinstance(item, DataFile) else item.archive


class _ResumingDownloader:
    """A downloader for pooch that keeps what has arrived in a part file and goes on from there."""

    def __init__(self, item: Item, part: Path, advice: str) -> None:
        self.item = item
        self.part = part
        self.advice = advice

    def __call__(self, url: str, output_file: str, _: Any) -> None:
        """Fetch `url` to `output_file`; pooch tries again after a `RequestException` or a `ValueError`."""
        resumed = self._receive(url)
        published = _published(self.item)
        if published.sha256 is not None:  # or the archive is packed anew for each download: its members count
            found = file_hash(self.part, compressed=isinstance(published, DataFile) and published.compressed)
            if found != published.sha256:
                self.part.unlink()
                if resumed:
                    msg = "the parts that arrived do not fit together"
                    raise ValueError(msg)
                msg = (
                    f"{self.item.path} from {url} is not the published file or was cut short (the SHA-256 of "
                    f"its content is {found}, not {published.sha256}); {self.advice}"
                )
                raise DownloadError(msg)
        self.part.replace(output_file)

    def _receive(self, url: str) -> bool:
        """Receive what is still missing into the part file; True where an older part was continued."""
        start = self.part.stat().st_size if self.part.exists() else 0
        # Without "identity" a server may compress, and then the offsets would count other bytes.
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={start}-"} if start else {})
        with requests.get(url, headers=headers, stream=True, timeout=_TIMEOUT) as answer:
            if start and answer.status_code == requests.codes.requested_range_not_satisfiable:
                return True  # nothing is missing, or the part is of another file: its hash will tell
            if 400 <= answer.status_code < 500 and answer.status_code not in _WORTH_RETRYING:
                msg = (
                    f"{self.item.path} is not at {url} any more (the server answered {answer.status_code}); "
                    f"{self.advice}"
                )
                raise DownloadError(msg)
            answer.raise_for_status()
            resumed = answer.headers.get("Content-Range", "").startswith(f"bytes {start}-")
            remaining = answer.headers.get("Content-Length")
            initial = start if resumed else 0
            with (
                self.part.open("ab" if resumed else "wb") as file,
                tqdm(
                    desc=self.item.path,
                    initial=initial,
                    total=None if remaining is None else initial + int(remaining),
                    unit="B",
                    unit_scale=True,
                    disable=None,
                ) as bar,
            ):
                for block in answer.iter_content(_BLOCK):
                    file.write(block)
                    bar.update(len(block))
        return resumed


def _advice(source: Source) -> str:
    again = f"run `{DOWNLOAD_COMMAND}` again later"
    return f"{again}, or leave it out with `--skip {source.name}`." if source.optional else f"{again}."


def _reason(error: Exception) -> str:
    if isinstance(error, requests.exceptions.HTTPError) and error.response is not None:
        return f"the server answered {error.response.status_code}"
    if isinstance(error, requests.exceptions.Timeout):
        return "the server did not answer in time"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the connection broke off"
    return "no connection" if isinstance(error, requests.exceptions.RequestException) else str(error)
