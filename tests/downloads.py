"""What the tests of the download share: a registry of one source, and archives made in memory."""

import io
import tarfile
import zipfile
from collections.abc import Collection
from pathlib import Path

import numpy as np
import soundfile

from mvae.data.download import download
from mvae.data.items import Item, Source


def source(*items: Item, name: str = "hoda", optional: bool = False) -> Source:
    return Source(name, "A title", "a licence", "a homepage", items, optional)


def fetch(data_dir: Path, *items: Item, optional: bool = False, requested: Collection[str] = ()) -> list[str]:
    news: list[str] = []
    sources = [source(*items, optional=optional)]
    download(data_dir, sources=sources, requested=requested, report=news.append)
    return news


def leftovers(data_dir: Path) -> list[str]:
    return sorted(path.name for path in data_dir.rglob("*") if path.is_file())


def wav(seed: int) -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, np.random.default_rng(seed).integers(-99, 99, 50, np.int16), 16000, format="WAV")
    return buffer.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()
