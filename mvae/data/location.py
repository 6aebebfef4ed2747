"""Where the data files lie."""

import os
from pathlib import Path

import platformdirs

ENVIRONMENT_VARIABLE = "MVAE_DATA"


def data_directory(explicit: Path | str | None = None) -> Path:
    """Find the data directory, which need not exist yet.

    Parameters
    ----------
    explicit
        What the user gave as ``--data-dir``; without it, the environment variable ``MVAE_DATA``; without
        that, the user cache directory of the platform.

    Returns
    -------
    Path
        An absolute path.
    """
    chosen = explicit or os.environ.get(ENVIRONMENT_VARIABLE) or cache_directory() / "data"
    return Path(chosen).expanduser().absolute()


def cache_directory() -> Path:
    """Directory for what can be made again: prepared arrays, and the data where nobody says otherwise."""
    return Path(platformdirs.user_cache_dir("mvae-demo", appauthor=False))
