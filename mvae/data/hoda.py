"""HODA, the Farsi digits: a MATLAB file for training, a run-length file (``.cdb``) for testing.

Conventions
-----------
An image is uint8 (height, width), ink 255 on background 0, cropped to the ink; sizes vary. Labels are int64
0..9.

Source: Khosravi & Kabir, "Introducing a very large dataset of handwritten Farsi digits" (2007);
http://farsiocr.ir.
"""

import struct
import zlib
from pathlib import Path

import numpy as np
import scipy.io
from numpy.typing import NDArray
from scipy.io.matlab import MatReadError

from mvae.data.verification import damaged, missing

Image = NDArray[np.uint8]

_CLASSES = 10
_HEADER = struct.Struct("<HBBBBI128IB")  # year, month, day, height, width, records, count per label, type
_HEADER_SIZE = 1024
_UNREADABLE_MAT = (
    # What SciPy raises for a damaged file depends on where the damage is.
    MatReadError,
    IndexError,
    KeyError,
    MemoryError,
    NotImplementedError,
    OSError,
    OverflowError,
    TypeError,
    ValueError,
    zlib.error,
)


def load_mat(path: Path) -> tuple[list[Image], NDArray[np.int64]]:
    """Read ``Data_hoda_full.mat``. Nothing is unpickled: SciPy reads MATLAB 5 files field by field.

    Returns
    -------
    tuple[list[Image], NDArray[np.int64]]
        n images of varying size, and labels (n,).

    Raises
    ------
    DataError
        If the file is missing, cut short, or no such file.
    """
    if not path.is_file():
        raise missing(path)
    try:
        content = scipy.io.loadmat(path, variable_names=["Data", "labels"])
        images = list(content["Data"].ravel())
        labels = content["labels"].ravel().astype(np.int64)
    except _UNREADABLE_MAT as error:
        raise damaged(path, "is cut short or is not HODA's MATLAB file") from error
    if len(images) != len(labels):
        raise damaged(path, f"has {len(images):,} images but {len(labels):,} labels")
    if not all(
        isinstance(image, np.ndarray) and image.dtype == np.uint8 and image.ndim == 2 for image in images
    ):
        raise damaged(path, "has images that are not arrays of bytes")
    _check_labels(labels, path)
    return images, labels


def load_cdb(path: Path) -> tuple[list[Image], NDArray[np.int64]]:
    """Read a ``.cdb`` file: a header of 1,024 bytes, then records of run lengths (binary) or of bytes (grey).

    A binary image is stored row by row as run lengths, white first, until the width is covered. All runs of
    the file are expanded in one go.

    Returns
    -------
    tuple[list[Image], NDArray[np.int64]]
        n images of varying size, and labels (n,).

    Raises
    ------
    DataError
        If the file is missing, cut short, or no such file.
    """
    if not path.is_file():
        raise missing(path)
    content = path.read_bytes()
    if len(content) < _HEADER_SIZE:
        raise damaged(path, "is too short to be a .cdb file")
    _, month, day, height, width, count, *per_label, image_type = _HEADER.unpack_from(content)
    if not (1 <= month <= 12 and 1 <= day <= 31 and sum(per_label) == count and image_type in {0, 1}):
        raise damaged(path, "does not start like a .cdb file")

    labels, sizes, bodies = _split_records(path, content, count, (height, width))
    if not np.array_equal(np.bincount(labels, minlength=len(per_label)), per_label):
        raise damaged(path, "does not have the number of digits of each class that its header announces")
    _check_labels(labels, path)
    if not sizes.all():
        raise damaged(path, "has images without pixels")
    data = np.frombuffer(b"".join(bodies), np.uint8)
    if image_type == 0:
        data = _expand_runs(path, data, sizes, np.array([len(body) for body in bodies]))
    areas = sizes.prod(axis=1)
    if areas.sum() != len(data):
        raise damaged(path, "has images of the wrong size")
    flat = np.split(data, np.cumsum(areas)[:-1])
    return [pixels.reshape(size) for pixels, size in zip(flat, sizes, strict=True)], labels


def _split_records(
    path: Path, content: bytes, count: int, fixed_size: tuple[int, int]
) -> tuple[NDArray[np.int64], NDArray[np.int64], list[bytes]]:
    """Walk through the records: labels (n,), sizes (n, 2) as height and width, the bytes of each image."""
    labels: list[int] = []
    sizes: list[tuple[int, int]] = []
    bodies: list[bytes] = []
    sizes_vary = fixed_size == (0, 0)
    position = _HEADER_SIZE
    try:
        for _ in range(count):
            marker, label = content[position], content[position + 1]
            if marker != 0xFF:
                raise damaged(path, f"has no record where one should start, at byte {position:,}")
            position += 2
            height, width = fixed_size
            if sizes_vary:
                width, height = content[position], content[position + 1]
                position += 2
            length = int.from_bytes(content[position : position + 2], "little")
            position += 2
            body = content[position : position + length]
            if len(body) < length:
                raise damaged(path, f"is cut short in record {len(labels) + 1:,} of {count:,}")
            labels.append(label)
            sizes.append((height, width))
            bodies.append(body)
            position += length
    except IndexError as error:
        raise damaged(path, f"is cut short after {len(labels):,} of {count:,} records") from error
    return np.array(labels, np.int64), np.array(sizes, np.int64).reshape(-1, 2), bodies


def _expand_runs(
    path: Path, runs: NDArray[np.uint8], sizes: NDArray[np.int64], lengths: NDArray[np.int64]
) -> NDArray[np.uint8]:
    """Turn the run lengths of all images, one after the other, into pixels.

    A row ends with the run that first reaches its last pixel, so a run's colour is the parity of its place in
    its row.
    """
    ends = np.cumsum(runs, dtype=np.int64)
    row_ends = np.cumsum(np.repeat(sizes[:, 1], sizes[:, 0]))
    last_runs = np.searchsorted(ends, row_ends)  # for each row, its last run
    image_last_runs = last_runs[np.cumsum(sizes[:, 0]) - 1]
    if last_runs[-1] >= len(runs) or not (
        np.array_equal(ends[last_runs], row_ends) and np.array_equal(image_last_runs + 1, np.cumsum(lengths))
    ):
        raise damaged(path, "has run lengths that do not fill their images")
    first_runs = np.concatenate([[0], last_runs[:-1] + 1])
    place_in_row = np.arange(len(runs)) - np.repeat(first_runs, last_runs - first_runs + 1)
    return np.repeat((place_in_row % 2 * 255).astype(np.uint8), runs)


def _check_labels(labels: NDArray[np.int64], path: Path) -> None:
    if len(labels) == 0 or labels.min() < 0 or labels.max() >= _CLASSES:
        raise damaged(path, "has labels that are not digits")
