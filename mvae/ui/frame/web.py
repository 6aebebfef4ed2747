"""The folders of the model in the page (`mvae.ui.runtime.web`): its scripts, and the server's checkpoints.

A session's own model is no folder: only the server computes with it.
"""

import hashlib
import json
from functools import cache, lru_cache
from pathlib import Path

from mvae.checkpoint.place import FAMILIARITY, MANIFEST, MAP, WEIGHTS, find_checkpoint, fits_weights
from mvae.errors import CheckpointError
from mvae.files import PACKAGE
from mvae.inference.doubt import SURE
from mvae.modalities.kinds import SEMITONES
from mvae.ui.glossary.cards import FILE, cards
from mvae.ui.inputs.constants import link_constants, pencil_constants
from mvae.ui.runtime.warmup import warm_up
from mvae.ui.runtime.web import PREFIX, Folder
from mvae.ui.state.models import chosen_checkpoint
from mvae.ui.state.task import shown
from mvae.ui.views.constants import view_constants
from mvae.web.manifest import read_manifest

CONSTANTS = "constants.json"
_WEB = PACKAGE / "web"
_SOURCES = ("web", "modalities", "inference", "ui/inputs", "ui/state", "ui/views", "ui/glossary")
"""Of the scripts, and of the constants that they are given."""


def find(wanted: str) -> Folder | None:
    """Return the folder of a hash, if it is served."""
    warm_up.finish_soon()  # browsers ask once a page is painted: the next is an action, which needs the model
    if wanted == scripts_hash():
        return scripts()
    return next((each for each in map(checkpoint, shown().checkpoints) if each and each.hash == wanted), None)


def scripts_address() -> str:
    """Return where the scripts lie, from the app's own address, without reading or importing much."""
    return f"{PREFIX}/{scripts_hash()}/"


@cache
def scripts_hash() -> str:
    """Return the hash of the scripts, and of the Python from which their constants come."""
    digest = hashlib.sha256()
    for name in _SOURCES:
        for path in sorted((PACKAGE / name).rglob("*.*")):
            if path.suffix in {".js", ".mjs", ".gz", ".py"}:
                digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:32]


@cache
def scripts() -> Folder:
    """Return the scripts, the runtime, and the constants that they are given."""
    found = [path for path in _WEB.rglob("*.*") if path.suffix in {".js", ".mjs", ".gz"}]
    files = {path.relative_to(_WEB).as_posix(): path.read_bytes() for path in found}
    return Folder(scripts_hash(), {**files, CONSTANTS: _constants, FILE: _words})


@cache
def _words() -> bytes:
    return json.dumps(cards()).encode()


@cache
def _constants() -> bytes:
    from mvae.web.constants import preprocessing_constants  # noqa: PLC0415 - imports librosa, in seconds

    constants = {
        "preprocessing": preprocessing_constants(),
        "views": view_constants(),
        "pencil": pencil_constants(),
        "link": link_constants(),
        "doubt": {"sure": SURE, "semitones": SEMITONES},
    }
    return json.dumps(constants).encode()


def checkpoint(name: str) -> Folder | None:
    """Return what a browser needs of a checkpoint; None if it was not exported, or is not the server's."""
    if name not in shown().checkpoints:
        return None
    try:
        directory = find_checkpoint(name)
        there = [MANIFEST, WEIGHTS, *(each for each in (MAP, FAMILIARITY) if (directory / each).exists())]
        changed = tuple((directory / each).stat().st_mtime_ns for each in there)
        return _checkpoint(directory, changed)
    except (CheckpointError, OSError):  # the server completes
        return None


def familiarity_file() -> str | None:
    """Return the file that says which inputs the chosen model knows, if the page can have it."""
    model = checkpoint(chosen_checkpoint())
    return FAMILIARITY if model and FAMILIARITY in model.files else None


@lru_cache(maxsize=8)
def _checkpoint(directory: Path, _changed: tuple[int, ...]) -> Folder | None:
    manifest = read_manifest(directory)
    if manifest is None:
        return None
    content = json.dumps(manifest).encode()
    names = [entry["file"] for entry in (manifest["weights"], *manifest["networks"])]
    files = {name: directory / name for name in names if Path(name).name == name}
    measured = {MAP: (directory / MAP).exists(), FAMILIARITY: fits_weights(directory, FAMILIARITY)}
    beside = {name: (directory / name).read_bytes() for name, there in measured.items() if there}
    digest = hashlib.sha256(content + b"".join(beside.values()))
    return Folder(digest.hexdigest()[:32], {**files, **beside, MANIFEST: content})
