"""What a caller may give, turned into plain numbers, lists and paths, or refused in one sentence.

Whoever calls from a notebook has numbers of NumPy and tensors of one, generators, paths as text. All of these
are taken for what they say; what says nothing that could be meant is an `InputError`. `mvae.arrays` does the
same for arrays.
"""

import math
import numbers
import os
from collections.abc import Iterable, Mapping, Sequence, Sized
from itertools import chain, islice
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from mvae.arrays import as_array, as_floats, type_name
from mvae.errors import InputError
from mvae.reading import read_regular_file

LARGEST_FILE = 24_000_000
"""Bytes of a picture's or a recording's file: 15 s of stereo at the highest rate, in 32 bits."""
LARGEST_SEED = 2**64 - 1
MOST_POINTS = 200_000
"""Points of a drawing."""
FARTHEST_POINT = 1e30
"""How far from 0 a point of a drawing may lie, in sides of the drawing."""
T = TypeVar("T")


def as_count(value: object, what: str, least: int, most: int) -> int:
    """Return a whole number within bounds; numbers of NumPy, and tensors and arrays of one, count.

    Raises
    ------
    InputError
        If it is none, or out of bounds.
    """
    number = value if type(value) is int else _scalar(value)
    if not isinstance(number, int) or not least <= number <= most:
        msg = f"{what} must be a whole number from {least:,} to {_limit(most)}{_but(value)}."
        raise InputError(msg)
    return number


def as_seed(value: object) -> int:
    """Return a seed of random draws, from 0 to `LARGEST_SEED`; errors as `as_count`."""
    return as_count(value, "A seed", 0, LARGEST_SEED)


def as_number(
    value: object, what: str, least: float, most: float, error: type[InputError] = InputError
) -> float:
    """Return a number within bounds; a whole one stays one.

    Raises
    ------
    InputError
        If it is none, not finite, or out of bounds.
    """
    number = value if type(value) in {int, float} else _scalar(value)
    if not isinstance(number, int | float) or not least <= number <= most:
        msg = f"{what} must be a number from {_limit(least)} to {_limit(most)}{_but(value)}."
        raise error(msg)
    return number


def as_list(values: object, what: str, most: int) -> list[Any]:
    """Return what can be gone through as a list, at most so long; endless ones are not gone through.

    Raises
    ------
    InputError
        If it cannot be gone through, or is longer.
    """
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        msg = f"{what} must be a list{_but(values)}."
        raise InputError(msg)
    try:
        many = isinstance(values, Sized) and len(values) > most
        found = [] if many else list(islice(values, most + 1))
    except Exception as error:  # the value's own code runs here
        msg = f"{what} must be a list, but this {type_name(values)} cannot be gone through."
        raise InputError(msg) from error
    if many or len(found) > most:
        msg = f"{what} may be {most:,} at the most; these are more."
        raise InputError(msg)
    return found


def as_choice(value: object, what: str, choices: Sequence[str]) -> str:
    """Return one of some names.

    Raises
    ------
    InputError
        If it is none of them.
    """
    if not isinstance(value, str) or value not in choices:
        msg = f"{what} must be one of {', '.join(choices)}{_but(value)}."
        raise InputError(msg)
    return value


def as_path(value: object, what: str) -> Path:
    """Return a path, given as such or as text.

    Raises
    ------
    InputError
        If it is neither.
    """
    if not isinstance(value, str | Path):
        msg = f"{what} must be a path{_but(value)}."
        raise InputError(msg)
    return Path(value)


def as_text(value: object, what: str) -> str:
    """Return a text.

    Raises
    ------
    InputError
        If it is none.
    """
    if not isinstance(value, str):
        msg = f"{what} must be a text{_but(value)}."
        raise InputError(msg)
    return value


def as_mapping(value: object, what: str) -> Mapping[Any, Any]:
    """Return a mapping, such as a dictionary.

    Raises
    ------
    InputError
        If it is none.
    """
    if not isinstance(value, Mapping):
        msg = f"{what} must be a mapping of names to values{_but(value)}."
        raise InputError(msg)
    return value


def as_file(value: object, what: str, error: type[InputError] = InputError) -> bytes | None:
    """Return the bytes of a file that is given as such, or by its path; None where no file is meant.

    Raises
    ------
    InputError
        If it cannot be read, is no regular file, or is larger than `LARGEST_FILE`.
    """
    if isinstance(value, bytes | bytearray):
        return bytes(value)
    if not isinstance(value, str | os.PathLike):
        return None
    try:
        return read_regular_file(os.fsdecode(value), most=LARGEST_FILE)
    except Exception as failed:  # a path's own code runs here
        reason = failed.strerror if isinstance(failed, OSError) else "no file can have this name"
        name = str(value) if isinstance(value, str | Path) else type_name(value)
        msg = f"{what} cannot be read from {quoted(name)}: {reason}; give the path of a file."
        raise error(msg) from failed


def as_strokes(value: object) -> list[list[tuple[float, float]]]:
    """Return polylines as lists of places (x, y); empty ones stay.

    Raises
    ------
    InputError
        If they are none, lie beyond ±`FARTHEST_POINT`, or have more than `MOST_POINTS` points.
    """
    strokes, points = [], 0
    for stroke in as_list(value, "Strokes", MOST_POINTS):
        line = stroke if _is_line(stroke) else _line(stroke)
        strokes.append(line)
        points += len(line)
    if points > MOST_POINTS:
        msg = f"Strokes may have {MOST_POINTS:,} points at the most; these have {points:,}."
        raise InputError(msg)
    return strokes


def _is_line(stroke: object) -> bool:
    """Whether it is a list of places of Python's numbers already, as a canvas gives it."""
    if type(stroke) is not list or set(map(type, stroke)) != {tuple} or set(map(len, stroke)) != {2}:
        return False
    found = list(chain.from_iterable(stroke))
    if set(map(type, found)) != {float}:
        return False
    return not any(map(math.isnan, found)) and min(found) >= -FARTHEST_POINT and max(found) <= FARTHEST_POINT


def _line(stroke: object) -> list[tuple[float, float]]:
    array = as_array(stroke, "A stroke")
    if array.shape == (0,):
        return []
    places = as_floats(array, "A stroke", (None, 2), within=FARTHEST_POINT, dtype=np.float64)
    return [(x, y) for x, y in places.tolist()]


def as_instance(value: object, kind: type[T], what: str, made_by: str) -> T:
    """Return a value of one of this package's types.

    Raises
    ------
    InputError
        If it is of another.
    """
    if not isinstance(value, kind):
        msg = f"{what} must be a {kind.__name__}, as {made_by} gives it{_but(value)}."
        raise InputError(msg)
    return value


def _scalar(value: object) -> int | float | None:
    """Return one number as Python's own; None where it is none. A boolean is no number."""
    if isinstance(value, bool | np.bool_ | str | bytes | bytearray) or value is None:
        return None
    if isinstance(value, numbers.Integral):
        return int(value)
    try:
        array = as_array(value, "A number")
        number = array.item() if array.ndim == 0 and array.dtype.kind in "iuf" else None
    except (InputError, ValueError, OverflowError):
        return None
    return number if number is None or math.isfinite(number) else None


def _limit(number: float) -> str:
    """Write a bound as a person would."""
    return f"{number:,}" if abs(number) < 1e7 else f"{float(number):.3g}"


def _but(value: object) -> str:
    """End a sentence with what was given instead."""
    return f", not {said(value)}"


def quoted(text: str) -> str:
    """Return a text in quotation marks for a sentence: what can be printed, cut off after 80 characters."""
    return f"“{text if text.isprintable() else ascii(text)[1:-1]:.80}”"


def said(value: object) -> str:
    """Return how a sentence may call a value: a short one as it is, others by their type."""
    if isinstance(value, bool | np.bool_ | float | np.number) or (
        isinstance(value, int) and value.bit_length() < 100
    ):
        return str(value)
    if isinstance(value, str) and len(value) <= 30 and value.isprintable():
        return f"“{value}”"
    return type_name(value)
