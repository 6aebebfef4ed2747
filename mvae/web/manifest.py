"""Reading what was written for a browser beside a checkpoint's weights (`mvae.web.export`), without torch."""

from pathlib import Path
from typing import Any

from mvae.checkpoint.place import MANIFEST, weights_hash
from mvae.errors import CheckpointError
from mvae.files import read_current
from mvae.reading import read_json

FORMAT = 1
"""Of the manifest; the engine reads this one alone."""


def read_manifest(directory: Path) -> dict[str, Any] | None:
    """Read what was written: None where nothing was, or for other weights.

    Raises
    ------
    CheckpointError
        If the manifest is damaged, or there is no checkpoint.
    """
    path = directory / MANIFEST
    try:
        manifest: dict[str, Any] = read_current(path, read_json)
        fits = manifest["format"] == FORMAT and manifest["weights"]["sha256"] == weights_hash(directory)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        msg = f"{path} is damaged; make it again with: python -m mvae export --checkpoint {directory}"
        raise CheckpointError(msg) from error
    return manifest if fits else None
