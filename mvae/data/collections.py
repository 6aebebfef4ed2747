"""The splits after preprocessing: one `Collection` a modality, prepared once and then kept.

Conventions
-----------
Images are uint8 (n, 28, 28), 0..255, ink high; speech is float16 (n, 13, 32) in MFCC units, not standardised.
The data sets go through the same functions as what a person draws or says: `normalise_ink` and `mfcc`.
"""

import hashlib
import logging
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from mvae.data import hoda, kannada, speech, speech_commands, voices
from mvae.data.items import DigitWords, Recordings
from mvae.data.location import cache_directory
from mvae.data.sources import SOURCES, find_item
from mvae.data.verification import missing, verify
from mvae.errors import AudioError, DataError
from mvae.files import atomic_path
from mvae.modalities import drawing
from mvae.modalities import sound as audio
from mvae.modalities.kinds import Values

Split = Literal["train", "test", "dig-mnist"]

FARSI, KANNADA, SPEECH = "farsi", "kannada", "speech"
"""Names of the collections that the published sources give."""

_LOG = logging.getLogger(__name__)

_FILES: Mapping[tuple[Split, str], tuple[str, ...]] = {
    ("train", FARSI): ("farsi/Data_hoda_full.mat",),
    ("test", FARSI): ("farsi/Test 20000.cdb",),
    ("train", KANNADA): (
        "kannada/X_kannada_MNIST_train-idx3-ubyte.gz",
        "kannada/y_kannada_MNIST_train-idx1-ubyte.gz",
    ),
    ("test", KANNADA): (
        "kannada/X_kannada_MNIST_test-idx3-ubyte.gz",
        "kannada/y_kannada_MNIST_test-idx1-ubyte.gz",
    ),
    ("dig-mnist", KANNADA): ("kannada/X_dig_MNIST-idx3-ubyte.gz", "kannada/y_dig_MNIST-idx1-ubyte.gz"),
    ("train", SPEECH): (
        "speech/recordings/*.wav",
        "speech/extra/*_sc*.wav",
        "speech/extra/*_sai_*.wav",
        "speech/extra/*_jay_*.wav",
        "speech/commands/*.wav",
    ),
    ("test", SPEECH): ("speech/recordings/*.wav",),
}
_MAY_BE_ABSENT = "speech/extra/"
_COPIES = 10  # of each recording; fewer where there are very many recordings
_MOST_COPIES = 60_000

_OF_IMAGES = ("numpy", "pillow", "scipy")
_OF_SOUND = ("librosa", "numpy", "scipy", "soundfile", "soxr")


@dataclass(frozen=True)
class Collection:
    """One modality of one split, after preprocessing.

    Attributes
    ----------
    values
        Images: uint8 (n, 28, 28), 0..255. Speech: float16 (n, 13, 32) in MFCC units, not standardised.
        Vectors: float32 (n, d), not standardised.
    labels
        int64 (n,): which class each is, from 0.
    groups
        str (n,): who wrote or spoke it; ``""`` where nobody knows (HODA).
    copies
        (n, copies, …) like the values: changed copies of each sample, only to train on. None: there are none.
    """

    values: Values
    labels: NDArray[np.int64]
    groups: NDArray[np.str_]
    copies: Values | None = None


def load_split(split: Split, data_dir: Path) -> dict[str, Collection]:
    """Load a split, preparing it if that has not been done yet for the same files and the same preprocessing.

    Parameters
    ----------
    split
        ``"train"``: 60,000 images of HODA and of Kannada-MNIST, FSDD's 2,700 recordings and those of the
        extra voices and of Speech Commands that are there. ``"test"``: 20,000, 10,000 and 300.
        ``"dig-mnist"``: 10,240 Kannada digits of other writers.
    data_dir
        The data directory (see `mvae.data.location.data_directory`); it is only read.

    Returns
    -------
    dict[str, Collection]
        By modality: farsi, kannada and speech; only kannada for ``"dig-mnist"``.

    Raises
    ------
    DataError
        If a file is missing, damaged, or not the published one.
    """
    modalities_of_split = [modality for known, modality in _FILES if known == split]
    return {modality: load_collection(split, modality, data_dir) for modality in modalities_of_split}


def load_recordings(split: Split, data_dir: Path) -> list[speech.Recording]:
    """Describe the recordings of a split; parameters and errors are those of `load_split`."""
    return _recordings(split, tuple(_verified(_FILES[split, SPEECH], data_dir)), data_dir)


def load_training(data_dir: Path) -> dict[str, Collection]:
    """Load the split ``"train"`` with changed copies of its recordings, which are made on the first use.

    Making them takes one to three minutes; see `mvae.data.voices`. Parameters, result and errors are as of
    `load_split`.
    """
    collections = load_split("train", data_dir)
    paths = _FILES["train", SPEECH]
    hashes = _verified(paths, data_dir)
    key = _cache_key(hashes, SPEECH, copies=voices.COPIES_VERSION)
    cache = cache_directory() / "prepared" / f"train-{SPEECH}-copies.npz"
    found = _read_cache(cache, key)
    if found is None:
        recordings = _recordings("train", tuple(hashes), data_dir)
        copies = max(1, min(_COPIES, _MOST_COPIES // len(recordings)))
        found = replace(collections[SPEECH], values=voices.changed_copies(recordings, copies))
        _write_cache(cache, key, found)
    return collections | {SPEECH: replace(collections[SPEECH], copies=found.values)}


def data_hashes(data_dir: Path) -> dict[str, str]:
    """Hash all data that is there, as a checkpoint records it; takes about a second.

    Returns
    -------
    dict[str, str]
        SHA-256 of the content by path below the data directory; what is not there is left out.

    Raises
    ------
    DataError
        If a file is damaged or not the published one.
    """
    return _verified((item.path for entry in SOURCES for item in entry.items), data_dir)


def load_collection(split: Split, modality: str, data_dir: Path, first: int | None = None) -> Collection:
    """Load one of the modalities of a split, or of its images only the first so many of each class.

    These few are prepared and kept by themselves. The other parameters and the errors are as of `load_split`.
    """
    hashes = _verified(_FILES[split, modality], data_dir)
    for path in _FILES[split, modality]:
        if path in hashes or isinstance(find_item(path), DigitWords):
            continue
        if not path.startswith(_MAY_BE_ABSENT):
            raise missing(data_dir / path)
        _LOG.warning("Training without the extra voices %s, which are not there.", data_dir / path)
    few = {} if first is None else {"first": first}
    key = _cache_key(hashes, modality, **few)
    cache = cache_directory() / "prepared" / "-".join(map(str, (split, modality, *few.values())))
    cache = cache.with_name(f"{cache.name}.npz")
    collection = _read_cache(cache, key)
    if collection is None:
        collection = _prepare(split, modality, tuple(hashes), data_dir, first)
        _write_cache(cache, key, collection)
    return collection


def _verified(paths: Iterable[str], data_dir: Path) -> dict[str, str]:
    """Hashes of those items that are there, checked against the published ones."""
    found = {path: verify(find_item(path), data_dir) for path in paths}
    return {path: sha256 for path, sha256 in found.items() if sha256 is not None}


PREPARED_VERSION = 1
"""To be raised when other samples are read out of the same files, or other arrays are made of them: what was
prepared is kept until then, or until `normalise_ink` or `mfcc` has another version."""


def first_of_each_class(labels: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Return the rows of the first so many samples of each class, in order; fewer where there are fewer."""
    return np.sort(np.concatenate([np.flatnonzero(labels == each)[:count] for each in np.unique(labels)]))


def _prepare(
    split: Split, modality: str, paths: Sequence[str], data_dir: Path, first: int | None = None
) -> Collection:
    """Read and preprocess one modality of one split, or the first so many images of each class."""
    samples: list[Any]
    convert: Callable[[Any], Values | None] = _ink
    if modality == FARSI:
        samples, labels = (hoda.load_mat if split == "train" else hoda.load_cdb)(data_dir / paths[0])
        groups = np.full(len(labels), "")
    elif modality == KANNADA:
        stem = "dig_MNIST" if split == "dig-mnist" else f"kannada_MNIST_{split}"
        images, labels, groups = kannada.load_digits(data_dir / "kannada", stem)
        samples = list(images)
    else:
        samples, convert = _recordings(split, paths, data_dir), _coefficients
        labels = np.array([entry.label for entry in samples], np.int64)
        groups = np.array([entry.speaker for entry in samples])
    if first is not None:
        rows = first_of_each_class(labels, first)
        samples, labels, groups = [samples[row] for row in rows], labels[rows], groups[rows]

    progress = tqdm(samples, f"Preparing {split}, {modality}", unit=" samples", leave=False, disable=None)
    values = [convert(sample) for sample in progress]
    kept = np.array([value is not None for value in values])
    if not kept.all():
        rejected = int((~kept).sum())
        if split != "train" or rejected == len(kept):
            msg = f"{rejected} of {len(kept)} {modality} samples of the {split} split cannot be prepared."
            raise DataError(msg)
        _LOG.warning("Left %d of %d %s samples out of training.", rejected, len(kept), modality)
    prepared: Any = np.stack([value for value in values if value is not None])
    return Collection(prepared, labels[kept], groups[kept])


def _ink(image: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    ink = drawing.normalise_ink(image)
    return None if ink is None else np.round(ink * 255).astype(np.uint8)


def _coefficients(recording: speech.Recording) -> NDArray[np.float16] | None:
    try:
        return audio.mfcc(*recording.read()).astype(np.float16)
    except AudioError as error:
        _LOG.warning("%s: %s", recording.path.name, error)
        return None


def _recordings(split: Split, paths: Sequence[str], data_dir: Path) -> list[speech.Recording]:
    """FSDD's official split, and for training the extra voices and Speech Commands after it."""
    found: list[speech.Recording] = []
    for path in paths:
        item = find_item(path)
        if isinstance(item, DigitWords):
            names = speech_commands.clip_names(data_dir / item.folder, "train")
            found += speech.find_recordings(data_dir / item.folder, names)
        elif isinstance(item, Recordings):
            entries = speech.find_recordings(data_dir / item.folder, item.names)
            found += entries if path.startswith(_MAY_BE_ABSENT) else speech.official_split(entries, split)
    return found


def _cache_key(hashes: Mapping[str, str], modality: str, **more: int) -> str:
    """Hash all that decides the numbers: the files, the versions of what makes them, and the libraries'."""
    libraries: tuple[str, ...]
    if modality == SPEECH:
        versions, libraries = {"mfcc": audio.MFCC_VERSION}, _OF_SOUND
    else:
        versions, libraries = {"ink": drawing.INK_VERSION}, _OF_IMAGES
    versions |= {"prepared": PREPARED_VERSION, **more}
    decisive = sorted(hashes.items()), versions, [(name, version(name)) for name in libraries]
    return hashlib.sha256(repr(decisive).encode()).hexdigest()


def _read_cache(path: Path, key: str) -> Collection | None:
    try:
        with np.load(path, allow_pickle=False) as arrays:
            if str(arrays["key"]) == key:
                return Collection(arrays["values"], arrays["labels"], arrays["groups"])
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile):
        _LOG.debug("No usable cache at %s.", path)
    return None


def _write_cache(path: Path, key: str, collection: Collection) -> None:
    try:
        with atomic_path(path) as temporary, temporary.open("wb") as file:
            np.savez(
                file,
                key=np.array(key),
                values=collection.values,
                labels=collection.labels,
                groups=collection.groups,
            )
    except OSError as error:
        _LOG.warning(
            "The prepared data cannot be kept in %s (%s); it will be made again.", path.parent, error.strerror
        )
