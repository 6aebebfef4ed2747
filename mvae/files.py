"""Writing files so that a full disk, an error or a stop leaves the old file, and never half of the new one.

What is written goes into a temporary file beside its place, and is moved there when it is complete.
"""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Give a temporary path to write to, which becomes `path` if the block ends well and vanishes if not.

    Raises
    ------
    OSError
        If the folder cannot be made or written to.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_together(directory: Path, files: Mapping[str, bytes]) -> None:
    """Write files that belong together: once all are complete on disk, they move to their places in turn.

    Raises
    ------
    OSError
        If the directory cannot be written to or the disk is full; files that were there before are untouched.
    """
    with ExitStack() as waiting:
        for name, content in reversed(list(files.items())):  # the stack unwinds: the first one moves first
            temporary = waiting.enter_context(atomic_path(directory / name))
            with temporary.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
