"""Of what a site consists: its modules, the model's files, and what the pages must know besides."""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from mvae.checkpoint.place import FAMILIARITY, LARGEST_WEIGHTS, MANIFEST, MAP, find_checkpoint
from mvae.checkpoint.store import Description, load_description
from mvae.errors import CheckpointError
from mvae.files import PACKAGE, PROJECT, read_current
from mvae.modalities.spoken import Spoken, spoken_digits
from mvae.modalities.strokes import template
from mvae.reading import read_regular_file
from mvae.tasks.digits import TASK, first_label, has_recordings, has_templates
from mvae.web.constants import preprocessing_constants
from mvae.web.export import write_export
from mvae.web.manifest import read_manifest
from mvae.web.site.lessons import lessons_of
from mvae.web.site.text import TEXTS

WEB = PACKAGE / "web"
PAGE = WEB / "site" / "page"
RUNTIME = "engine/vendor/ort-wasm-simd-threaded.wasm.gz"
MODEL = "model/"
DATA = "site.json"
_MODULES = (
    "engine/*.js", "engine/vendor/*", "preprocess/*.js", "views/*.js", "live/map.js", "live/familiarity.js",
    "live/rewrite.js",
)  # fmt: skip
_STYLE = (*(WEB / "views" / f"{name}.css" for name in ("views", "plane", "diagram")), PAGE / "style.css")
_FONTS = PROJECT / "static" / "fonts"
_read = partial(read_regular_file, most=LARGEST_WEIGHTS)


@dataclass(frozen=True)
class Content:
    """What a site is written from.

    Attributes
    ----------
    title
        Of its pages.
    manifest
        As `mvae.web.export` writes it.
    files
        Address of each file of the site, relative to the folder of all -> its content.
    """

    title: str
    manifest: dict[str, Any]
    files: Mapping[str, bytes]


def site_content(name_or_path: str | Path, of_app: Callable[[Path], dict[str, Any]]) -> Content:
    """Collect what a site of a checkpoint consists of; what a browser needs is exported if it is missing.

    Parameters
    ----------
    name_or_path
        As `mvae.checkpoint.place.find_checkpoint` takes it.
    of_app
        Gives what only the app says of a checkpoint in a directory, see `mvae.ui.site`: of it, ``map`` and
        ``familiarity`` have a file beside the weights, or are None.

    Raises
    ------
    CheckpointError
        If the checkpoint is missing or damaged, or cannot be exported.
    """
    directory = find_checkpoint(name_or_path)
    description = load_description(directory)
    manifest, model = _exported(directory)
    files = {f"{MODEL}{name}": content for name, content in model.items()}
    for pattern in _MODULES:
        files |= {path.relative_to(WEB).as_posix(): path.read_bytes() for path in sorted(WEB.glob(pattern))}
    files |= {f"page/{path.name}": path.read_bytes() for path in sorted(PAGE.glob("*.js"))}
    files["page/style.css"] = b"".join(sheet.read_bytes() for sheet in _STYLE)
    files |= {f"fonts/{path.name}": path.read_bytes() for path in sorted(_FONTS.iterdir()) if path.is_file()}
    app = of_app(directory)
    if app["map"] is not None:
        files[f"{MODEL}{MAP}"] = read_current(directory / MAP, _read)
        app["map"]["file"] = MAP
    if app["familiarity"] is not None:
        files[f"{MODEL}{FAMILIARITY}"] = read_current(directory / FAMILIARITY, _read)
        app["familiarity"]["file"] = FAMILIARITY
    about = {
        **_about(description, directory.resolve().name),
        **app,
        "checkpoint": directory.resolve().name,
        "hashes": {name: sha256(content) for name, content in files.items()},
    }
    files[DATA] = json.dumps(about, ensure_ascii=False, separators=(",", ":")).encode()
    return Content(TEXTS["app"], manifest, files)


def sha256(content: bytes) -> str:
    """Return the hash of a file in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def site_hash(content: Content) -> str:
    """Return what names this site and no other: sixteen hexadecimal digits of a hash of all its files."""
    whole = "".join(f"{name} {sha256(each)}\n" for name, each in sorted(content.files.items()))
    return sha256(whole.encode())[:16]


def _exported(directory: Path) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return the manifest, and it and the files that it names, which are those that it means."""
    manifest = read_manifest(directory)
    if manifest is None:
        write_export(directory)
        manifest = read_manifest(directory)
    damaged = f"The web files in {directory} are damaged: python -m mvae export --checkpoint {directory}"
    if manifest is None:  # another training wrote there meanwhile
        raise CheckpointError(damaged)
    files = {MANIFEST: json.dumps(manifest, ensure_ascii=False).encode()}
    try:
        for entry in (manifest["weights"], *manifest["networks"]):
            name = str(entry["file"])
            content = read_current(directory / Path(name).name, _read)
            if sha256(content) != entry["sha256"]:
                raise CheckpointError(damaged)
            files[name] = content
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise CheckpointError(damaged) from error
    return manifest, files


def _about(description: Description, checkpoint: str) -> dict[str, Any]:
    """Return what the pages must know of a checkpoint and its task."""
    model = description.model
    posters = TASK.describes(model)
    return {
        "posters": posters,
        "first": first_label(model.classes),
        "constants": preprocessing_constants(),
        "templates": {
            each.name: [template(each.name, digit) for digit in range(len(model.classes))]
            for each in model.modalities
            if has_templates(each, model.classes)
        },
        "recordings": {
            each.name: [_recording(spoken) for spoken in spoken_digits()]
            for each in model.modalities
            if has_recordings(each, model.classes)
        },
        "classMeans": description.latent_class_mean,
        "kl": [_at(description.latent_kl, index) for index in range(model.latent_size)],
        "deviation": [_at(description.latent_deviation, index) for index in range(model.latent_size)],
        "lessons": lessons_of(model, checkpoint, posters=posters),
        "texts": TEXTS,
    }


def _recording(spoken: Spoken) -> dict[str, Any]:
    """Return a recording as a page can read it; the sound in base64."""
    said = {"speaker": spoken.speaker, "take": spoken.take}
    return {**said, "sound": base64.b64encode(spoken.sound).decode()}


def _at(values: list[float], index: int) -> float:
    """Return a statistic of a dimension: 0 where the checkpoint has none."""
    return values[index] if values else 0.0
