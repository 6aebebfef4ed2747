"""The file of a study: what was found, and all that is needed to find it again."""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mvae.arguments import as_mapping, as_number, as_path, as_seed, as_text, said
from mvae.checkpoint.files import write_atomically
from mvae.errors import InputError
from mvae.machine import machine

_LONGEST = 1e9  # seconds


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
    InputError
        If something is given that JSON does not have.
    """
    file = as_path(path, "A study's file")
    if file.suffix != ".json":
        msg = f"A study's file is named something.json, not {said(file.name)}."
        raise InputError(msg)
    record = {
        "study": as_text(study, "A study's name"),
        **({} if seed is None else {"seed": as_seed(seed)}),
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "seconds": round(as_number(seconds, "The seconds of a study", 0, _LONGEST), 1),
        "machine": machine(),
        "data": dict(as_mapping(data, "The hashes of the data")),
        **as_mapping(found, "What a study found"),
    }
    try:
        content = json.dumps(record, indent=1, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        msg = "What a study found must be what JSON has: finite numbers, texts, lists and mappings."
        raise InputError(msg) from error
    write_atomically(file.parent, {file.name: (content + "\n").encode()})
