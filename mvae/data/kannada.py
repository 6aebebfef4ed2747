"""Kannada-MNIST and Dig-MNIST: IDX files, compressed with gzip.

Source: Prabhu, "Kannada-MNIST: A new handwritten digits dataset for the Kannada language" (2019),
arXiv:1908.01242.
"""

import gzip
import zlib
from math import prod
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mvae.data.verification import damaged, missing
from mvae.modalities.base import IMAGE_SIZE

ROWS_PER_WRITER = 1280
"""Each writer filled one sheet, and the sheets follow one another."""
_CLASSES = 10
_UNSIGNED_BYTE = 8
_MOST_DIMENSIONS = 3


def load_idx(path: Path) -> NDArray[np.uint8]:
    """Read a gzip-compressed IDX file of unsigned bytes.

    Returns
    -------
    NDArray[np.uint8]
        Of the shape that the file's header gives: images (n, 28, 28), labels (n,).

    Raises
    ------
    DataError
        If the file is missing, cut short, not compressed with gzip, or no IDX file of bytes.
    """
    if not path.is_file():
        raise missing(path)
    try:
        content = gzip.decompress(path.read_bytes())
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise damaged(path, "is cut short or not compressed with gzip") from error
    dimensions = content[3] if len(content) >= 4 else 0
    if content[:3] != bytes([0, 0, _UNSIGNED_BYTE]) or not 1 <= dimensions <= _MOST_DIMENSIONS:
        raise damaged(path, "does not start like an IDX file of bytes")
    start = 4 + 4 * dimensions
    shape = [int.from_bytes(content[at : at + 4], "big") for at in range(4, start, 4)]
    if len(content) != start + prod(shape):
        raise damaged(path, f"should hold {prod(shape):,} values but holds {max(0, len(content) - start):,}")
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)


def load_digits(directory: Path, stem: str) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.str_]]:
    """Read the images, labels and writers of one split.

    Parameters
    ----------
    directory
        The folder of the IDX files.
    stem
        ``"kannada_MNIST_train"``, ``"kannada_MNIST_test"`` or ``"dig_MNIST"``.

    Returns
    -------
    tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.str_]]
        Images (n, 28, 28) with ink 255 on 0, labels (n,), and writers (n,), named by the split and the sheet.

    Raises
    ------
    DataError
        As `load_idx`, and if images and labels do not belong together.
    """
    image_path, label_path = directory / f"X_{stem}-idx3-ubyte.gz", directory / f"y_{stem}-idx1-ubyte.gz"
    images, labels = load_idx(image_path), load_idx(label_path).astype(np.int64)
    if images.shape[1:] != (IMAGE_SIZE, IMAGE_SIZE):
        raise damaged(image_path, f"does not hold images of {IMAGE_SIZE}x{IMAGE_SIZE} pixels")
    if labels.shape != (len(images),) or len(labels) == 0 or labels.max() >= _CLASSES:
        raise damaged(label_path, f"does not hold one digit for each of the {len(images):,} images")
    writers = np.array([f"{stem} {row // ROWS_PER_WRITER}" for row in range(len(images))])
    return images, labels, writers
