"""Files that anybody may have put there: nothing blocks, nothing large is read."""

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from mvae.reading import LARGEST_JSON, is_regular_file, parse_json, read_json, read_regular_file


def test_a_file_and_a_link_to_it_are_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"abc")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    assert read_regular_file(tmp_path / "file", most=3) == b"abc"
    assert read_regular_file(str(tmp_path / "link"), most=3) == b"abc"
    assert is_regular_file(tmp_path / "link")


def test_nothing_waits_for_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="no regular file"):
        read_regular_file(tmp_path / "pipe", most=10)


@pytest.mark.parametrize(
    "path", ["/dev/zero", "/", "missing", "x" * 5000, "a\0b", "\ud800", "/etc/passwd/x", "/proc/self/mem"]
)
def test_what_is_no_file(path: str) -> None:
    with pytest.raises(OSError):  # noqa: PT011 - its sentence is the system's
        read_regular_file(path, most=10)
    assert not is_regular_file(Path(path)) or path == "/proc/self/mem"  # a file, of which nothing can be read


def test_what_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)  # who runs the tests may be allowed everything
    with pytest.raises(PermissionError, match="Permission denied"):
        read_regular_file(tmp_path / "file", most=10)


def test_a_large_file_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "large").open("wb") as file:
        file.truncate(2**40)  # it holds nothing, but says so much
    with pytest.raises(OSError, match="1,099,511,627,776 bytes, and 10 are the most"):
        read_regular_file(tmp_path / "large", most=10)


def test_a_file_that_does_not_say_its_size_is_read_up_to_the_bound() -> None:
    assert read_regular_file("/proc/self/stat", most=4096)  # it says that it has none
    with pytest.raises(OSError, match="more than 10 bytes"):
        read_regular_file("/proc/self/stat", most=10)


def test_much_json_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "large.json").write_bytes(b"[" + b"1," * 10_000_000 + b"1]")
    start = time.process_time()
    with pytest.raises(OSError, match=f"{LARGEST_JSON:,} are the most"):
        read_json(tmp_path / "large.json")
    assert time.process_time() - start < 0.1


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff\xfe{}", b'{"a": "\xe9"}', b"[" * 100_000, b'{"a":' * 100_000, b"1" * 5000 + b"."],
    ids=["empty", "cut", "UTF-16", "Latin-1", "deep lists", "deep objects", "many digits"],
)
def test_what_is_no_json(content: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - its sentence is the parser's
        parse_json(content)


@pytest.mark.parametrize("value", [None, 3, [1.5, "é"], {"a": {"b": []}}])
def test_json(tmp_path: Path, value: Any) -> None:
    (tmp_path / "x.json").write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    assert read_json(tmp_path / "x.json") == value
