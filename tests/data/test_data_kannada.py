"""Kannada-MNIST and Dig-MNIST: synthetic IDX files, bad input, and the real files."""

import gzip
import hashlib
from pathlib import Path

import numpy as np
import pytest

from mvae.data.kannada import load_digits, load_idx
from mvae.data.sources import find_item
from mvae.errors import DataError


def idx(values: np.ndarray) -> bytes:
    shape = b"".join(side.to_bytes(4, "big") for side in values.shape)
    return bytes([0, 0, 8, values.ndim]) + shape + values.astype(np.uint8).tobytes()


@pytest.mark.parametrize("shape", [(5,), (3, 28, 28), (2, 7)])
def test_idx_gives_back_what_was_written(tmp_path: Path, shape: tuple[int, ...]) -> None:
    written = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    path = tmp_path / "values.gz"
    path.write_bytes(gzip.compress(idx(written)))
    np.testing.assert_array_equal(load_idx(path), written)


WHOLE = idx(np.ones((2, 28, 28)))


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(WHOLE)[:40],
        gzip.compress(WHOLE)[:-8],
        gzip.compress(WHOLE[:-1]),
        gzip.compress(WHOLE + b"\0"),
        gzip.compress(b"\0\0\x0d" + WHOLE[3:]),
        gzip.compress(b"\0\0\x08\x09" + WHOLE[4:]),
        gzip.compress(WHOLE[:6]),
        gzip.compress(b""),
        WHOLE,
        b"<html>404</html>",
        b"",
    ],
    ids=[
        "cut in half",
        "without its end",
        "one value short",
        "one value long",
        "floats",
        "nine dimensions",
        "half a header",
        "nothing inside",
        "not compressed",
        "a web page",
        "empty",
    ],
)
def test_bad_idx_files_are_one_sentence_with_the_command(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "values.gz"
    path.write_bytes(content)
    with pytest.raises(
        DataError, match=r"values\.gz .*; run `python -m mvae data download` to fetch it again\.$"
    ):
        load_idx(path)


def test_a_missing_file_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"is missing; run `python -m mvae data download`"):
        load_idx(tmp_path / "values.gz")


@pytest.mark.parametrize(
    ("images", "labels"),
    [
        (np.zeros((3, 28, 28)), np.zeros(2)),
        (np.zeros((3, 28, 28)), np.full(3, 10)),
        (np.zeros((3, 20, 20)), np.zeros(3)),
        (np.zeros((0, 28, 28)), np.zeros(0)),
    ],
    ids=["a label too few", "no digit", "other size", "nothing"],
)
def test_images_and_labels_must_belong_together(
    tmp_path: Path, images: np.ndarray, labels: np.ndarray
) -> None:
    (tmp_path / "X_some-idx3-ubyte.gz").write_bytes(gzip.compress(idx(images)))
    (tmp_path / "y_some-idx1-ubyte.gz").write_bytes(gzip.compress(idx(labels)))
    with pytest.raises(DataError, match="some-idx"):
        load_digits(tmp_path, "some")


@pytest.mark.data
@pytest.mark.parametrize(
    ("stem", "per_class", "writers"),
    [("kannada_MNIST_train", 6000, 47), ("kannada_MNIST_test", 1000, 8), ("dig_MNIST", 1024, 8)],
)
def test_the_real_files(data_dir: Path, stem: str, per_class: int, writers: int) -> None:
    images, labels, who = load_digits(data_dir / "kannada", stem)
    assert images.shape == (10 * per_class, 28, 28)
    assert images.dtype == np.uint8
    assert np.bincount(labels).tolist() == [per_class] * 10
    assert len(set(who)) == writers
    assert {who[0], who[1279]} == {f"{stem} 0"}
    assert who[1280] == f"{stem} 1"
    # What was decoded is, byte for byte, what is published.
    for kind, values in (("X_{}-idx3", images), ("y_{}-idx1", labels)):
        item = find_item(f"kannada/{kind.format(stem)}-ubyte.gz")
        assert hashlib.sha256(idx(values)).hexdigest() == item.sha256
