"""Reading files that anybody may have put there: nothing blocks, and nothing is read that is too large."""

import errno
import json
import os
import stat
from pathlib import Path
from typing import Any

LARGEST_JSON = 2**20
"""Bytes of a file of JSON that is read: a hundred times what this package writes."""


def read_regular_file(path: str | Path, *, most: int) -> bytes:
    """Read a whole file.

    Parameters
    ----------
    path
        Of a regular file, or a link to one. A pipe or a device, which may never end, is not opened for long.
    most
        Bytes that it may have.

    Raises
    ------
    OSError
        If there is none, it may not be read, it is no regular file, or it is larger.
    """
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except ValueError as error:  # a zero byte, or half a character
        raise OSError(errno.EINVAL, "no file can have this name") from error
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "it is no regular file")
        if status.st_size > most:
            raise OSError(errno.EFBIG, f"it has {status.st_size:,} bytes, and {most:,} are the most")
        content = file.read(most + 1)  # some say that they have none, and a file may grow
    if len(content) > most:
        raise OSError(errno.EFBIG, f"it has more than {most:,} bytes")
    return content


def is_regular_file(path: Path) -> bool:
    """Whether there is such a file that is neither a pipe nor a device; False for names no file can have."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError):
        return False


def read_json(path: Path, *, most: int = LARGEST_JSON) -> Any:
    """Read a file of JSON in UTF-8.

    Raises
    ------
    OSError
        As `read_regular_file`.
    ValueError
        If it is no JSON, or lists lie too deep within each other.
    """
    return parse_json(read_regular_file(path, most=most))


def parse_json(content: bytes) -> Any:
    """Parse JSON in UTF-8; errors as `read_json`."""
    try:
        return json.loads(content.decode("utf-8"))
    except RecursionError as error:
        msg = "lists or objects lie too deep within each other"
        raise ValueError(msg) from error
