"""HODA: synthetic files written here, bad input, and the real files."""

import hashlib
import struct
from pathlib import Path

import numpy as np
import pytest
import scipy.io
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mvae.data.hoda import load_cdb, load_mat
from mvae.errors import DataError

HEADER = 1024
# SHA-256 of the pixels of test record 7, and of all 20,000 images one after the other.
RECORD_7 = "e20f91d277206d3563c5730ccfd04a5cbb7c333d6d9ca759d3896a24619cee91"
ALL_RECORDS = "df20adbcc6b4305f3c90bccffc0776113204a448726bc96d60404689ee92e154"

Digits = list[tuple[int, np.ndarray]]


def run_lengths(image: np.ndarray) -> bytes:
    """A binary image as HODA stores it: per row the lengths of its runs, white first."""
    runs = bytearray()
    for row in image:
        colour, length = 0, 0
        for pixel in row:
            if int(pixel > 0) != colour:
                runs.append(length)
                colour, length = 1 - colour, 0
            length += 1
        runs.append(length)
    return bytes(runs)


def cdb(digits: Digits, *, grey: bool = False, fixed_size: tuple[int, int] = (0, 0)) -> bytes:
    counts = np.bincount([label for label, _ in digits], minlength=128)
    header = struct.pack("<HBBBBI128IB", 2005, 7, 8, *fixed_size, len(digits), *counts, int(grey))
    records = bytearray()
    for label, image in digits:
        body = image.tobytes() if grey else run_lengths(image)
        size = b"" if any(fixed_size) else bytes([image.shape[1], image.shape[0]])
        records += bytes([0xFF, label]) + size + struct.pack("<H", len(body)) + body
    return header.ljust(HEADER, b"\0") + bytes(records)


binary_images = st.tuples(st.integers(1, 12), st.integers(1, 12)).flatmap(
    lambda shape: arrays(np.uint8, shape, elements=st.sampled_from([0, 255]))
)
digit_lists = st.lists(st.tuples(st.integers(0, 9), binary_images), min_size=1, max_size=8)


@given(digit_lists)
def test_cdb_gives_back_the_binary_images_that_were_written(tmp_path_factory, digits: Digits) -> None:
    path = tmp_path_factory.mktemp("cdb") / "digits.cdb"
    path.write_bytes(cdb(digits))
    images, labels = load_cdb(path)
    assert labels.tolist() == [label for label, _ in digits]
    for read, (_, written) in zip(images, digits, strict=True):
        np.testing.assert_array_equal(read, written)


@pytest.mark.parametrize("fixed_size", [(0, 0), (5, 7)])
def test_cdb_reads_grey_images_and_fixed_sizes(tmp_path: Path, fixed_size: tuple[int, int]) -> None:
    rng = np.random.default_rng(0)
    digits = [(label, rng.integers(0, 256, (5, 7), np.uint8)) for label in (3, 0, 9)]
    path = tmp_path / "grey.cdb"
    path.write_bytes(cdb(digits, grey=True, fixed_size=fixed_size))
    images, labels = load_cdb(path)
    assert labels.tolist() == [3, 0, 9]
    np.testing.assert_array_equal(np.stack(images), np.stack([image for _, image in digits]))


def test_cdb_cut_anywhere_is_one_sentence_with_the_command(tmp_path: Path) -> None:
    image = np.array([[0, 255, 255], [255, 0, 255]], np.uint8)
    whole = cdb([(1, image), (2, image)])
    path = tmp_path / "cut.cdb"
    for length in [0, 10, HEADER, *range(HEADER + 1, len(whole))]:
        path.write_bytes(whole[:length])
        with pytest.raises(DataError, match=r"cut\.cdb .*run `python -m mvae data download`"):
            load_cdb(path)


@pytest.mark.parametrize(
    ("position", "value"),
    [
        (2, 13),
        (522, 7),
        (HEADER, 0x00),
        (HEADER + 1, 11),
        (HEADER + 2, 9),
        (HEADER + 3, 0),
        (HEADER + 6, 200),
    ],
    ids=["month", "image type", "marker", "label", "width", "height", "run"],
)
def test_cdb_with_a_wrong_byte_is_refused(tmp_path: Path, position: int, value: int) -> None:
    content = bytearray(cdb([(1, np.full((4, 4), 255, np.uint8))]))
    content[position] = value
    path = tmp_path / "wrong.cdb"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"wrong\.cdb"):
        load_cdb(path)


def write_mat(path: Path, images: list[np.ndarray], labels: list[int]) -> None:
    data = np.empty((len(images), 1), object)
    for row, image in enumerate(images):
        data[row, 0] = image
    scipy.io.savemat(path, {"Data": data, "labels": np.array(labels, np.uint8)[:, None]}, do_compression=True)


def test_mat_gives_back_what_was_written(tmp_path: Path) -> None:
    written = [np.eye(3, dtype=np.uint8) * 255, np.full((2, 5), 255, np.uint8)]
    write_mat(tmp_path / "digits.mat", written, [4, 0])
    images, labels = load_mat(tmp_path / "digits.mat")
    assert labels.tolist() == [4, 0]
    for read, expected in zip(images, written, strict=True):
        np.testing.assert_array_equal(read, expected)


def test_bad_mat_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "digits.mat"
    image = np.full((30, 30), 255, np.uint8)
    write_mat(path, [image, image.copy()], [1, 2])
    whole = path.read_bytes()
    for content in (whole[: len(whole) // 2], b"", b"hello, this is text\n" * 20, b"\x80\x04K\x01." * 50):
        path.write_bytes(content)
        with pytest.raises(DataError, match=r"digits\.mat .*mvae data download"):
            load_mat(path)
    for images, labels in (([image.astype(float)], [1]), ([image], [11])):
        write_mat(path, images, labels)
        with pytest.raises(DataError, match=r"digits\.mat"):
            load_mat(path)
    scipy.io.savemat(path, {"something": np.zeros(3)})
    with pytest.raises(DataError, match=r"digits\.mat"):
        load_mat(path)


@pytest.mark.parametrize("load", [load_mat, load_cdb])
def test_a_missing_file_says_how_to_get_it(tmp_path: Path, load) -> None:
    with pytest.raises(DataError, match=r"nothing is missing; run `python -m mvae data download`"):
        load(tmp_path / "nothing")


@pytest.mark.data
def test_the_real_training_file(data_dir: Path) -> None:
    images, labels = load_mat(data_dir / "farsi" / "Data_hoda_full.mat")
    assert np.bincount(labels).tolist() == [6000] * 10
    assert labels.dtype == np.int64
    # Cropped to the ink: every border has some.
    assert all(image[0].any() and image[-1].any() and image[:, 0].any() for image in images[:1000])
    assert {value for image in images[:1000] for value in np.unique(image)} == {0, 255}


@pytest.mark.data
def test_the_real_test_file(data_dir: Path) -> None:
    images, labels = load_cdb(data_dir / "farsi" / "Test 20000.cdb")
    assert np.bincount(labels).tolist() == [2000] * 10
    assert hashlib.sha256(images[7].tobytes()).hexdigest() == RECORD_7
    assert hashlib.sha256(b"".join(image.tobytes() for image in images)).hexdigest() == ALL_RECORDS


@pytest.mark.data
def test_the_real_test_file_against_a_plain_loop_over_its_bytes(data_dir: Path) -> None:
    path = data_dir / "farsi" / "Test 20000.cdb"
    content = path.read_bytes()
    images, labels = load_cdb(path)
    position = HEADER
    for image, label in zip(images[:2000], labels[:2000], strict=True):
        _, own_label, width, height = content[position : position + 4]
        (length,) = struct.unpack("<H", content[position + 4 : position + 6])
        runs = iter(content[position + 6 : position + 6 + length])
        position += 6 + length
        for row in image:
            pixels: list[int] = []
            colour = 0
            while len(pixels) < width:
                pixels += [colour] * next(runs)
                colour = 255 - colour
            assert row.tolist() == pixels
        assert (own_label, image.shape) == (label, (height, width))
        assert next(runs, None) is None
