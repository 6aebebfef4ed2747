"""Arrays of whatever came in: views, tensors, pictures, lists of lists, of any layout, order or type.

What says nothing that could be meant is refused in one sentence, before anything large is allocated.
"""

import numbers
import sys
from collections.abc import Sequence
from decimal import Decimal
from itertools import chain
from typing import Any, Literal, NoReturn

import numpy as np
from numpy.typing import NDArray

from mvae.errors import InputError

Array = NDArray[np.float32]

LARGEST_ARRAY = 2**28
"""Values of an array that is taken: more than the largest picture or the longest recording."""
_DEEPEST = 4  # lists within each other
_IN_ONE_PIECE: list[Literal["C", "W"]] = ["C", "W"]  # PyTorch shares the memory, and wants to write
_NUMERIC = "biuf"  # kinds of NumPy's types: booleans, whole numbers of both kinds, floats


def as_array(value: object, what: str, error: type[InputError] = InputError) -> NDArray[Any]:
    """Return real numbers as an array of a native type, whatever they came in.

    Parameters
    ----------
    value
        An array of any layout or byte order, also one of Python's numbers; a tensor of PyTorch on any device;
        a picture of Pillow; numbers in lists, or lists of all these of one shape.
    what
        What it is meant to be, to begin the sentence.
    error
        To raise.

    Returns
    -------
    NDArray[Any]
        Booleans, whole numbers or floats. It may share memory with what was given.

    Raises
    ------
    InputError
        If it holds anything else, or more than `LARGEST_ARRAY` values.
    """
    if type(value) is np.ndarray and value.dtype.kind in _NUMERIC and value.dtype.isnative:
        found: NDArray[Any] = value
    else:
        try:
            found = _converted(value)
        except _RefusedError as refused:
            msg = f"{what} must be numbers, but {refused}."
            raise error(msg) from refused
        except Exception as failed:  # the value's own code runs here, and may raise anything
            msg = f"{what} must be numbers, but this {type_name(value)} cannot be read as such."
            raise error(msg) from failed
    if found.size > LARGEST_ARRAY:
        msg = f"{what} may have {LARGEST_ARRAY:,} values at the most; these are {found.size:,}."
        raise error(msg)
    return found


def as_floats(
    value: object,
    what: str,
    shape: tuple[int | None, ...],
    *,
    within: float = np.inf,
    dtype: type[np.floating[Any]] = np.float32,
) -> NDArray[Any]:
    """Return finite floats of a shape, in one piece of memory.

    Parameters
    ----------
    value, what
        As `as_array` takes them.
    shape
        None where an axis may have any length.
    within
        How far from 0 they may lie.
    dtype
        Of the result.

    Raises
    ------
    InputError
        If they are no finite numbers, lie farther out, or have another shape.
    """
    array = as_array(value, what)
    fits = array.ndim == len(shape) and all(
        length in {None, found} for length, found in zip(shape, array.shape, strict=True)
    )
    if not fits:
        msg = f"{_expected(what, shape)} these have the shape {_shape(array)}."
        raise InputError(msg)
    if array.dtype == dtype:
        found = np.require(array, dtype, _IN_ONE_PIECE)
    else:
        with np.errstate(over="ignore"):  # what the type cannot hold is refused below
            found = np.require(array, dtype, _IN_ONE_PIECE)
    farthest = max(found.max(initial=0), -found.min(initial=0))  # NaN where one is
    if not np.isfinite(farthest):
        msg = f"{_expected(what, shape)} not all of these are finite."
        raise InputError(msg)
    if farthest > within:
        msg = f"{what} must lie within ±{within:,.0f}, but some are {farthest:,.4g}."
        raise InputError(msg)
    return found


def type_name(value: object) -> str:
    """Name a value's type, as short as it must be in a sentence."""
    return type(value).__name__[:40] if value is not None else "None"


class _RefusedError(Exception):
    """What is wrong with a value, to end a sentence."""


def _refuse(reason: str) -> NoReturn:
    raise _RefusedError(reason)


def _converted(value: object, depth: int = 0) -> NDArray[Any]:
    torch = sys.modules.get("torch")  # who has a tensor has loaded it
    if torch is not None and isinstance(value, torch.Tensor):
        return _from_tensor(value)
    if isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
        _refuse("some of these are masked; fill them in first")
    if isinstance(value, str | bytes | bytearray):
        _refuse(f"this is {type_name(value)}")
    if isinstance(value, list | tuple | range):
        return _from_list(value, depth)
    if isinstance(value, numbers.Real | np.generic | memoryview) or any(
        hasattr(value, way) for way in ("__array__", "__array_interface__")
    ):
        return _numeric(np.asarray(value))
    _refuse(f"this is {type_name(value)}")


def _numeric(array: NDArray[Any]) -> NDArray[Any]:
    """Return an array of a native type of numbers."""
    if array.dtype.kind == "O" and array.size <= LARGEST_ARRAY:
        kinds = set(map(type, array.flat))
        if not all(issubclass(kind, numbers.Real | np.bool_ | Decimal) for kind in kinds):
            _refuse(f"these are objects such as {type_name(next(iter(array.flat)))}")
        array = array.astype(np.float64)
    if array.dtype.kind not in _NUMERIC:
        _refuse(f"these are of the type {str(array.dtype)[:40]}")
    return array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))


def _from_tensor(tensor: Any) -> NDArray[Any]:
    import torch  # noqa: PLC0415 - it is loaded, or there were no tensor

    if tensor.is_complex():
        _refuse("this tensor is complex")
    if tensor.is_meta:
        _refuse("this tensor is on the meta device and holds none")
    if tensor.numel() > LARGEST_ARRAY:
        _refuse(f"this tensor has {tensor.numel():,} values, {LARGEST_ARRAY:,} at the most")
    plain = tensor.detach()
    if plain.is_quantized:
        plain = plain.dequantize()
    if plain.layout != torch.strided:
        plain = plain.to_dense()
    plain = plain.cpu().resolve_conj().resolve_neg()
    if plain.dtype.is_floating_point and plain.dtype not in {torch.float16, torch.float32, torch.float64}:
        plain = plain.float()  # NumPy has no such type
    return _numeric(plain.numpy())


def _from_list(values: Sequence[Any], depth: int) -> NDArray[Any]:
    if depth == _DEEPEST:
        _refuse("these lists lie too deep within each other")
    if isinstance(values, range) and len(values) > LARGEST_ARRAY:
        _refuse(f"this range has more than {LARGEST_ARRAY:,}")
    # Numbers, or rows of numbers, are many and quickly told; what else there may be is taken one by one.
    level: Sequence[Any] = values
    for _ in range(_DEEPEST - depth):
        kinds = set(map(type, level))
        if not kinds or not all(issubclass(kind, list | tuple) for kind in kinds):
            break
        if sum(map(len, level)) > LARGEST_ARRAY:
            _refuse(f"these lists hold more than {LARGEST_ARRAY:,}")
        level = list(chain.from_iterable(level))
    if all(issubclass(kind, numbers.Real | np.bool_) for kind in set(map(type, level))):
        try:
            return _numeric(np.array(values))
        except ValueError as error:
            reason = "these lists have different lengths"
            raise _RefusedError(reason) from error
    parts = [_converted(value, depth + 1) for value in values]
    if len({part.shape for part in parts}) > 1:
        _refuse("these have different shapes")
    if len(parts) * parts[0].size > LARGEST_ARRAY:
        _refuse(f"these are more than {LARGEST_ARRAY:,}")
    return np.stack(parts)


def _expected(what: str, shape: tuple[int | None, ...]) -> str:
    """Begin a sentence with what finite floats must be."""
    sides = ", ".join("n" if length is None else str(length) for length in shape)
    return f"{what} must be finite numbers of shape ({sides}{',' if len(shape) == 1 else ''});"


def _shape(array: NDArray[Any]) -> str:
    return str(array.shape) if array.ndim <= 8 else f"of {array.ndim} axes"
