"""The registry of data sources: which files there are, where they are published, what they must hash to.

A hash is always of the *content*: of a ``.gz`` file what is inside it, because compression differs from copy
to copy; of a set of recordings the output of ``sha256sum folder/*.wav`` in C-locale order, run from the data
directory.

The addresses name a branch's newest state (``HEAD``), not a commit: what is fetched is checked by its hash
anyway.
"""

import gzip
import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from itertools import product
from pathlib import Path

from mvae.errors import DataError

DOWNLOAD_COMMAND = "python -m mvae data download"

_GITHUB = "https://github.com"
_KANNADA = f"{_GITHUB}/vinayprabhu/Kannada_MNIST/raw/HEAD/data/output_tensors/MNIST_format"
_FSDD_SPEAKERS = ("george", "jackson", "lucas", "nicolas", "theo", "yweweler")


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
    address
        Of a zip or tar archive that has them.
    sha256
        Of the ``sha256sum`` lines of all files.
    size
        Bytes of all files together.
    download_size
        Bytes of the archive; None where the server packs it anew for each download.
    clips
        SHA-256 of each file by name. Where it is empty, a file is recognised in the archive by its name.
    """

    path: str
    folder: str
    names: tuple[str, ...]
    address: str
    sha256: str
    size: int
    download_size: int | None
    clips: Mapping[str, str]


Item = DataFile | Recordings


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


def content_hash(item: Item, directory: Path) -> str | None:
    """Hash the content of a file or a set of recordings.

    Returns
    -------
    str | None
        Hexadecimal SHA-256, or None where nothing of it is there. A ``.gz`` file that cannot be decompressed,
        and a set of which a part is missing, have hashes that no published file has.
    """
    if isinstance(item, Recordings):
        return _recordings_hash(item, directory)
    path = directory / item.path
    return file_hash(path, compressed=item.path.endswith(".gz")) if path.is_file() else None


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
            f"{directory / item.path} is damaged or incomplete (its SHA-256 is not that of the published "
            f"data); run `{DOWNLOAD_COMMAND}` to fetch it again."
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


def _kannada(stem: str, images: str, labels: str, size: int) -> tuple[Item, ...]:
    return tuple(
        DataFile(f"kannada/{name}", f"{_KANNADA}/{name}", sha256, file_size)
        for name, sha256, file_size in (
            (f"X_{stem}-idx3-ubyte.gz", images, size),
            (f"y_{stem}-idx1-ubyte.gz", labels, 200),
        )
    )


def _fsdd() -> Recordings:
    takes = product(range(10), _FSDD_SPEAKERS, range(50))
    return Recordings(
        path="speech/recordings/*.wav",
        folder="speech/recordings",
        names=tuple(sorted(f"{digit}_{speaker}_{index}.wav" for digit, speaker, index in takes)),
        address=f"{_GITHUB}/Jakobovski/free-spoken-digit-dataset/archive/HEAD.zip",
        sha256="7bd8db2710c7d56d97fa0a53401594cdce898765a60fbf3424cc2a0d8b1b5a7e",
        size=21_128_848,
        download_size=None,
        clips={},
    )


def _extra_voices(
    name: str, pattern: str, address: str, size: int, download_size: int | None = None
) -> Recordings:
    manifest = files("mvae.data").joinpath("extra_voices.json").read_text()
    clips: dict[str, str] = json.loads(manifest)[name]
    folder = "speech/extra"
    return Recordings(
        path=f"{folder}/{pattern}",
        folder=folder,
        names=tuple(sorted(clips)),
        address=address,
        sha256=listing_hash(folder, clips),
        size=size,
        download_size=download_size,
        clips=clips,
    )


SOURCES: tuple[Source, ...] = (
    Source(
        name="hoda",
        title="HODA, Farsi digits (60,000 for training, 20,000 for testing)",
        licence="free for research and non-commercial use (farsiocr.ir)",
        homepage="http://farsiocr.ir",
        items=(
            DataFile(
                "farsi/Data_hoda_full.mat",
                f"{_GITHUB}/Alireza-Akhavan/class.vision/raw/HEAD/dataset/Data_hoda_full.mat",
                "39629eb751892b39fc5d1e987b472d441e4dffcbe8218931b73f466d8b2f3ce2",
                3_989_009,
            ),
            DataFile(
                "farsi/Test 20000.cdb",
                f"{_GITHUB}/amir-saniyan/HodaDatasetReader/raw/HEAD/DigitDB/Test%2020000.cdb",
                "f947c38071c886677ec212fe5000863fafae0b4ed349d97d51c33abe3c8e2b07",
                2_184_440,
            ),
        ),
    ),
    Source(
        name="kannada-mnist",
        title="Kannada-MNIST, Kannada digits (60,000 for training, 10,000 for testing)",
        licence="CC BY-SA 4.0",
        homepage=f"{_GITHUB}/vinayprabhu/Kannada_MNIST",
        items=(
            *_kannada(
                "kannada_MNIST_train",
                "105351b61538741814301e54ee5cfdac7464c0e2554e2a9967c63ef7ceaf7558",
                "42d8a31792fb59dcec85b8e5b62bd03598c1a96f4edffe6f6a3e95daac9319ef",
                6_900_000,
            ),
            *_kannada(
                "kannada_MNIST_test",
                "be3a7f7fd24b3eb62f28ab1e3f9e5a380738e87000f99417c14f94ca89616cf4",
                "2a4fb3eec0877aa3d4ab80d8f59374733af9b2b2966e8be0e50efe715f443a4d",
                1_100_000,
            ),
        ),
    ),
    Source(
        name="dig-mnist",
        title="Dig-MNIST, Kannada digits by non-native writers (10,240, for evaluation only)",
        licence="CC BY-SA 4.0",
        homepage=f"{_GITHUB}/vinayprabhu/Kannada_MNIST",
        items=_kannada(
            "dig_MNIST",
            "80f10e9328072991d61cc2db57a8793ae4ffcf030aa8b73a37dd64787da464ae",
            "270a721d62dee2a1e9459e0192e425c086de49f1f9610fb3d7b9f457e3dd83fe",
            1_400_000,
        ),
        optional=True,
    ),
    Source(
        name="fsdd",
        title="Free Spoken Digit Dataset, 6 voices (2,700 for training, 300 for testing)",
        licence="CC BY-SA 4.0",
        homepage=f"{_GITHUB}/Jakobovski/free-spoken-digit-dataset",
        items=(_fsdd(),),
    ),
    Source(
        name="speech-commands",
        title="Google Speech Commands, 22 further voices (100 clips, for training)",
        licence="CC BY 4.0",
        homepage="https://arxiv.org/abs/1804.03209",
        items=(
            _extra_voices(
                "speech-commands",
                "*_sc*.wav",
                "https://download.tensorflow.org/data/speech_commands_v0.02.tar.gz",
                3_193_226,
                download_size=2_428_923_189,
            ),
        ),
        optional=True,
    ),
    Source(
        name="sai",
        title="CS566 Speech Processing, the voice of Sai (200 recordings, for training)",
        licence="Apache-2.0",
        homepage=f"{_GITHUB}/Sai-004/CS566-Speech-Processing",
        items=(
            _extra_voices(
                "sai", "*_sai_*.wav", f"{_GITHUB}/Sai-004/CS566-Speech-Processing/archive/HEAD.zip", 7_657_612
            ),
        ),
        optional=True,
    ),
    Source(
        name="jay",
        title="HMM digit recognition, the voice of Jay (200 recordings, for training)",
        licence="MIT",
        homepage=f"{_GITHUB}/jayskhatri/hmm-digit-recognition",
        items=(
            _extra_voices(
                "jay",
                "*_jay_*.wav",
                f"{_GITHUB}/jayskhatri/hmm-digit-recognition/archive/HEAD.zip",
                18_047_552,
            ),
        ),
        optional=True,
    ),
)


def find_item(path: str) -> Item:
    """Look an item up by its path."""
    return next(item for source in SOURCES for item in source.items if item.path == path)
