"""Writing files so that a full disk, an error, or an end at any moment leaves the old ones or the new, whole.

One file is written under a temporary name beside its place and moved there. Files that belong together are
written into a new folder beside their places, and when all are complete on disk that folder is renamed to
``.commit``: this one step makes all of them the new ones. Then they move to their places, and the folder
goes. Who reads looks into ``.commit`` first, so it does not matter when the writer ends; who writes next
moves what is left.
"""

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from mvae.reading import is_regular_file

PACKAGE = Path(__file__).resolve().parent
"""The folder of the package itself."""
_CARRIED = PACKAGE / "_app"  # where setup.py puts them into a wheel
INSTALLED = _CARRIED.is_dir()
"""Whether this is an installed package, rather than a checkout of the repository."""
PROJECT = _CARRIED if INSTALLED else PACKAGE.parent
"""Where `app.py`, `pages`, `train.py`, checkpoints and fonts lie: in a checkout, the repository."""
TRAIN = "python -m mvae train" if INSTALLED else "python train.py"
"""What a person types to train a model; the options follow."""
COMMIT = ".commit"
LOCK = ".lock"
_RANDOM = "????????"  # what `tempfile` puts behind a prefix
Content = TypeVar("Content")


class InUseError(OSError):
    """Another process has the directory for itself."""


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
        _sync(temporary)
        temporary.replace(path)
        _sync(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def write_together(directory: Path, files: Mapping[str, bytes]) -> None:
    """Write files that belong together: at any moment, also after a kill, all are old or all are new.

    Several are written only while no other process has the directory for itself; see `exclusive`.

    Raises
    ------
    InUseError
        If another process has it.
    OSError
        If the directory cannot be written to or the disk is full; files that were there before are untouched.
    """
    if len(files) == 1:
        ((name, content),) = files.items()
        _finish_commit(directory)
        with atomic_path(directory / name) as temporary:
            temporary.write_bytes(content)
        return
    with exclusive(directory):
        staged = Path(tempfile.mkdtemp(dir=directory, prefix=f"{COMMIT}."))
        try:
            for name, content in files.items():
                file = staged / name
                file.write_bytes(content)
                file.chmod(0o644)
                _sync(file)
            staged.chmod(0o755)
            _sync(staged)
            staged.rename(directory / COMMIT)
        finally:
            shutil.rmtree(staged, ignore_errors=True)
        with suppress(OSError):  # they are written, and read; who writes next says what is wrong
            _sync(directory)
            _finish_commit(directory)


def read_current(path: Path, read: Callable[[Path], Content]) -> Content:
    """Return what `read` makes of a file, of which the newest version may not be in its place yet.

    Raises
    ------
    FileNotFoundError
        If there is none; and whatever `read` raises.
    """
    try:
        return read(path.parent / COMMIT / path.name)
    except (FileNotFoundError, NotADirectoryError):
        return read(path)


def exists(path: Path) -> bool:
    """Whether there is a file that `read_current` would read."""
    return is_regular_file(path.parent / COMMIT / path.name) or is_regular_file(path)


@contextmanager
def exclusive(directory: Path, leftovers: Iterable[str] = ()) -> Iterator[None]:
    """Have a directory for oneself until the block or the process ends; who only reads it is not kept out.

    What an earlier process wrote and did not come to move is moved, and what it did not come to complete is
    removed. In one thread the blocks may be nested.

    Parameters
    ----------
    directory
        Is made if it is not there.
    leftovers
        Names of files, as `Path.glob` takes them, of which unfinished ones by `atomic_path` are removed.

    Raises
    ------
    InUseError
        If another process has it.
    OSError
        If it cannot be made or written to.
    """
    import filelock  # noqa: PLC0415 - the app only reads, and does not wait for it

    directory.mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(directory / LOCK, blocking=False, is_singleton=True)
    try:
        lock.acquire()
    except filelock.Timeout as error:
        msg = "another process is writing there"
        raise InUseError(errno.EBUSY, msg, str(directory)) from error
    try:
        _finish_commit(directory)
        if lock.lock_counter == 1:
            for folder in directory.glob(f"{COMMIT}.{_RANDOM}"):
                shutil.rmtree(folder)
            for name in leftovers:
                for file in directory.glob(f".{name}.{_RANDOM}"):
                    file.unlink()
        yield
    finally:
        if lock.lock_counter == 1:
            with suppress(OSError):  # Windows keeps a file that is open
                (directory / LOCK).unlink()
        lock.release()


def _finish_commit(directory: Path) -> None:
    """Move what was committed to its place; nothing goes wrong if two processes do it at once."""
    committed = directory / COMMIT
    if not committed.is_dir():
        return
    with suppress(FileNotFoundError):  # the other process was faster
        for file in committed.iterdir():
            with suppress(FileNotFoundError):
                file.replace(directory / file.name)
    _sync(directory)
    with suppress(OSError):  # removed, or there is more to move already
        committed.rmdir()


def _sync(path: Path) -> None:
    """Wait until a file's content, or a folder's names, are on the disk."""
    if os.name == "nt" and path.is_dir():
        return  # Windows opens no folders
    handle = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno != errno.EINVAL:  # on some file systems there is nothing to wait for
            raise
    finally:
        os.close(handle)
