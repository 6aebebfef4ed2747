"""The file of a study: what was found, and all that is needed to find it again."""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mvae.checkpoint import write_atomically
from mvae.machine import machine


def save_study(
    path: Path,
    study: str,
    found: Mapping[str, Any],
    *,
    seed: int | None,
    data: Mapping[str, str],
    seconds: float,
) -> None:
    """Write one study's JSON, atomically.

    Parameters
    ----------
    path
        The file.
    study
        Its name.
    found
        What the study gave; ``seconds`` among it counts instead of those below.
    seed
        Of the study; None where it has several, which are then among what it found.
    data
        What `mvae.data.collections.data_hashes` gave.
    seconds
        How long it took; what was kept from an earlier start took none.

    Raises
    ------
    CheckpointError
        If the file cannot be written.
    """
    record = {
        "study": study,
        **({} if seed is None else {"seed": seed}),
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "seconds": round(seconds, 1),
        "machine": machine(),
        "data": dict(data),
    }
    write_atomically(path.parent, {path.name: (json.dumps({**record, **found}, indent=1) + "\n").encode()})
