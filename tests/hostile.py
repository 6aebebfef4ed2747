"""What people, notebooks and fuzzers put where an array, a number, a path or a list is meant."""

import datetime as dt
import io
import itertools
import os
from collections import UserList
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import torch
from PIL import Image


class Raises:
    """Fails however it is asked for its content."""

    def __array__(self, *_: object, **__: object) -> NoReturn:
        raise ZeroDivisionError

    def __len__(self) -> NoReturn:
        raise ZeroDivisionError

    def __iter__(self) -> NoReturn:
        raise ZeroDivisionError

    def __float__(self) -> NoReturn:
        raise ZeroDivisionError

    def __index__(self) -> NoReturn:
        raise ZeroDivisionError


class Nothing:
    """Says that it is an array, and is none."""

    def __array__(self, *_: object, **__: object) -> Any:
        return "no array"


def _cyclic() -> list[Any]:
    endless: list[Any] = []
    endless.append(endless)
    return endless


def _deep() -> list[Any]:
    deep: list[Any] = []
    for _ in range(5_000):
        deep = [deep]
    return deep


def _cut_picture() -> Image.Image:
    file = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64), np.uint8)).save(file, "PNG")
    return Image.open(io.BytesIO(file.getvalue()[:1500]))


def _quantised() -> torch.Tensor:
    return torch.quantize_per_tensor(torch.ones(2, 8), 0.1, 0, torch.qint8)


def _arrays() -> dict[str, Callable[[], Any]]:
    found: dict[str, Callable[[], Any]] = {
        f"zeros {shape}": lambda shape=shape: np.zeros(shape)
        for shape in [
            (),
            (0,),
            (3,),
            (8,),
            (0, 8),
            (1, 8),
            (2, 8),
            (28, 28),
            (13, 32),
            (2, 3, 4),
            (1, 1, 1, 1),
        ]
    }
    some = np.random.default_rng(0).random
    for shape in [(8,), (2, 8), (28, 28), (13, 32), (4000,)]:
        found |= {
            f"random {shape}": lambda shape=shape: some(shape),
            f"nan {shape}": lambda shape=shape: np.full(shape, np.nan),
            f"infinite {shape}": lambda shape=shape: np.full(shape, -np.inf),
            f"1e300 {shape}": lambda shape=shape: np.full(shape, 1e300),
            f"3e38 {shape}": lambda shape=shape: np.full(shape, 3e38, np.float32),
            f"complex {shape}": lambda shape=shape: some(shape) + 1j,
            f"reversed {shape}": lambda shape=shape: some(shape)[::-1],
            f"big-endian {shape}": lambda shape=shape: some(shape).astype(">f4"),
            f"object {shape}": lambda shape=shape: some(shape).astype(object),
            f"masked {shape}": lambda shape=shape: np.ma.masked_less(some(shape), 0.5),
            f"integers {shape}": lambda shape=shape: (10 * some(shape)).astype(np.int64),
        }
    return found | {
        "float16": lambda: some((2, 8)).astype(np.float16),
        "long double": lambda: some((2, 8)).astype(np.longdouble),
        "big long double": lambda: np.full((2, 8), np.longdouble(10) ** 400),
        "column order": lambda: np.asfortranarray(some((2, 8))),
        "stepped": lambda: some((4, 16))[::2, ::2],
        "read only": lambda: np.frombuffer(bytes(64), np.float32).reshape(2, 8),
        "smallest integers": lambda: np.full((28, 28), -(2**63), np.int64),
        "booleans": lambda: some((28, 28)) > 0.5,
        "structured": lambda: np.zeros((2, 8), [("x", "f4"), ("y", "i4")]),
        "record": lambda: np.zeros(2, [("x", "f4", 8)]),
        "text array": lambda: np.full((2, 8), "1.5"),
        "bytes array": lambda: np.full((2, 8), b"1.5"),
        "dates": lambda: np.zeros((2, 8), "datetime64[s]"),
        "durations": lambda: np.zeros((2, 8), "timedelta64[s]"),
        "objects": lambda: np.array([[object()] * 8] * 2),
        "arrays in an array": lambda: np.array([np.zeros(2), np.zeros(3)], object),
        "huge view": lambda: np.broadcast_to(np.float32(0), (10**6, 10**6)),
        "matrix": lambda: np.asmatrix(some((2, 8))),
        "memory": lambda: memoryview(some((2, 8))),
    }


def _tensors() -> dict[str, Callable[[], Any]]:
    return {
        "tensor": lambda: torch.zeros(2, 8),
        "tensor of a picture": lambda: torch.rand(28, 28),
        "tensor with gradient": lambda: torch.ones(2, 8, requires_grad=True),
        "bfloat16": lambda: torch.ones(2, 8, dtype=torch.bfloat16),
        "float8": lambda: torch.ones(2, 8).to(torch.float8_e4m3fn),
        "complex tensor": lambda: torch.ones(2, 8, dtype=torch.complex64),
        "conjugated": lambda: torch.ones(2, 8, dtype=torch.complex64).conj(),
        "negated": lambda: torch.ones(2, 8, dtype=torch.complex64).conj().imag,
        "sparse": lambda: torch.ones(2, 8).to_sparse(),
        "huge sparse": lambda: torch.sparse_coo_tensor(size=(10**6, 10**7)),
        "compressed": lambda: torch.ones(2, 8).to_sparse_csr(),
        "quantised": _quantised,
        "no memory": lambda: torch.ones(2, 8, device="meta"),
        "tensor of one": lambda: torch.tensor(3),
        "nested tensor": lambda: torch.nested.nested_tensor([torch.ones(2), torch.ones(3)]),
        "expanded": lambda: torch.zeros(1).expand(10**6, 10**6),
        "parameter": lambda: torch.nn.Parameter(torch.zeros(2, 8)),
    }


def _numbers() -> dict[str, Callable[[], Any]]:
    values = [
        None, True, False, -1, 0, 1, 3, 7, 2.5, 3.0, 280, 8000, 10**12, -(10**12), 2**63, 2**64, 10**400,
        float("nan"), float("inf"), -float("inf"), 1e300, 1e-320, 1j,
        Decimal("0.5"), Decimal("sNaN"), Fraction(1, 2),
        np.int8(3), np.float32(0.5), np.float64("nan"), np.bool_(1), np.uint64(2**64 - 1), np.complex64(1),
        dt.datetime(2020, 1, 1, tzinfo=dt.UTC), dt.timedelta(1),
    ]  # fmt: skip
    return {f"number {index} {value!r}"[:40]: lambda value=value: value for index, value in enumerate(values)}


def _texts(folder: Path) -> dict[str, Callable[[], Any]]:
    values = [
        "", "7", "0.5", "farsi", "latin", "linear", "x" * 5000, "a/" * 3000, "a\0b", "\ud800",
        "/dev/zero", "/dev/stdin", "/proc/self/mem",
        b"", b"7", b"\x89PNG\r\n\x1a\n", b"RIFF\xff\xff\xff\xffWAVE", b"\0" * 100, bytearray(8),
    ]  # fmt: skip
    paths = [folder, *sorted(folder.iterdir()), folder / "missing", Path("a\0b"), Path("x" * 5000)]
    texts = {f"text {index}": lambda value=value: value for index, value in enumerate(values)}
    return texts | {f"path {path.name[:20]!r}": lambda path=path: path for path in paths}


def _containers() -> dict[str, Callable[[], Any]]:
    return {
        "empty list": list,
        "list in a list": lambda: [[]],
        "floats": lambda: [0.5] * 8,
        "rows of floats": lambda: [[0.5] * 8] * 2,
        "row tuples": lambda: ((0.5,) * 8, (1,) * 8),
        "ragged": lambda: [[1.0, 2.0], [3.0]],
        "names": lambda: ["farsi", "kannada"],
        "name twice": lambda: [("farsi", "farsi")],
        "no name": lambda: [()],
        "unknown name": lambda: [("latin",)],
        "unhashable name": lambda: [([],)],
        "what is not given": lambda: [("speech",)],
        "strokes": lambda: [[(0.1, 0.2), (0.3, 0.4)]],
        "one coordinate": lambda: [[(0.1,)]],
        "cyclic": _cyclic,
        "deep": _deep,
        "texts in rows": lambda: [["a"] * 8] * 2,
        "large integers": lambda: [[10**400] * 8],
        "tensors in a list": lambda: [torch.zeros(8), torch.ones(8)],
        "mixed": lambda: [1, "a", None],
        "one": lambda: (np.zeros(4000),),
        "three": lambda: (np.ones(4000), 8000, 1),
        "list of sound and rate": lambda: [np.random.default_rng(0).normal(size=4000), 8000],
        "rate as text": lambda: (np.ones(4000), "8000"),
        "rate first": lambda: (8000, np.ones(4000)),
        "no rate": lambda: (np.ones(4000), None),
        "mapping": dict,
        "inputs": lambda: {"farsi": np.zeros((28, 28), np.float32)},
        "input of a wrong shape": lambda: {"farsi": np.zeros((2, 2))},
        "input of text": lambda: {"speech": "seven"},
        "wild input": lambda: {"speech": np.full((13, 32), 1e38)},
        "unknown input": lambda: {"latin": np.zeros((28, 28))},
        "number as a name": lambda: {3: 4},
        "set": lambda: {1, 2},
        "generator": lambda: (value for value in range(3)),
        "without an end": itertools.count,
        "long range": lambda: range(10**12),
        "user list": lambda: UserList([0.5] * 8),
        "object": object,
        "type": lambda: dict,
        "function": lambda: len,
        "raises": Raises,
        "no array": Nothing,
        "not implemented": lambda: NotImplemented,
    }


def _pictures() -> dict[str, Callable[[], Any]]:
    found: dict[str, Callable[[], Any]] = {
        f"picture {mode}": lambda mode=mode: Image.new(mode, (32, 30), 1)
        for mode in ("1", "L", "P", "RGB", "RGBA", "CMYK", "YCbCr", "HSV", "LAB", "I", "F", "LA", "I;16")
    }
    return found | {
        "no pixels": lambda: Image.new("L", (0, 0)),
        "cut picture": _cut_picture,
        "wide picture": lambda: Image.new("1", (100_000, 1)),
    }


def fill(folder: Path) -> None:
    """Put files that are hard to read into a folder."""
    folder.mkdir()
    os.mkfifo(folder / "fifo")
    (folder / "empty").write_bytes(b"")
    (folder / "noise").write_bytes(np.random.default_rng(0).bytes(5000))
    (folder / "folder").mkdir()
    (folder / "loop").symlink_to(folder / "loop")
    (folder / "device").symlink_to("/dev/zero")
    Image.fromarray(np.eye(60, dtype=np.uint8) * 255).save(folder / "picture.png")
    (folder / "cut.png").write_bytes((folder / "picture.png").read_bytes()[:60])
    with (folder / "sparse").open("wb") as file:
        file.truncate(2**40)


def values(folder: Path) -> dict[str, Callable[[], Any]]:
    """Return name -> what makes the value anew, since some are used up; `folder` was filled by `fill`."""
    return _arrays() | _tensors() | _numbers() | _texts(folder) | _containers() | _pictures()


def numbers_in(found: Any, depth: int = 0) -> Iterator[Any]:
    """Yield the arrays and numbers within a result."""
    if isinstance(found, np.ndarray | float | int | np.generic):
        yield found
    elif isinstance(found, dict):
        for value in found.values():
            yield from numbers_in(value, depth + 1)
    elif isinstance(found, list | tuple):
        for value in found[:100]:
            yield from numbers_in(value, depth + 1)
    elif hasattr(found, "__dataclass_fields__"):
        for name in found.__dataclass_fields__:
            yield from numbers_in(getattr(found, name), depth + 1)
