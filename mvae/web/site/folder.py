"""Writing a site as a folder that any web server serves, at any address.

The folder has a page, ``index.html``, and a service worker beside it, which keeps all files for later visits
without a network. All else lies in a folder whose name is a hash of it: what a browser has kept of another
version of the site is never mixed with this one, and may be kept for ever.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from html import escape
from pathlib import Path

from mvae.errors import MVAEError
from mvae.files import InUseError, atomic_path, exclusive
from mvae.web.site.content import PAGE, Content, sha256, site_hash

INDEX, WORKER = "index.html", "service-worker.js"
_OF_FILES = "files-"
_EVERYWHERE = {
    "default-src": "'none'", "style-src-attr": "'unsafe-inline'", "img-src": "data:", "media-src": "data:",
    "base-uri": "'none'", "form-action": "'none'",
}  # fmt: skip
_OWN = {
    "script-src": "'self' 'wasm-unsafe-eval'", "worker-src": "'self'", "connect-src": "'self'",
    "style-src": "'self'", "font-src": "'self'",
}  # fmt: skip


class SiteError(MVAEError):
    """A site cannot be written; the message says why."""


def write_folder(out: Path, content: Content) -> int:
    """Write a site into a folder, whose visitors find the old one or the new one, whole, at any moment.

    Parameters
    ----------
    out
        Is made if it is not there; may hold an older site.
    content
        What is written.

    Returns
    -------
    int
        Bytes of the site.

    Raises
    ------
    SiteError
        If there is something else in the folder, or it cannot be written.
    """
    try:
        _refuse_others(out)
        with exclusive(out, leftovers=[INDEX, WORKER]):
            return _write(out, content)
    except InUseError as error:
        msg = f"Another process is writing into {out}; wait until it has ended, or choose another folder."
        raise SiteError(msg) from error
    except OSError as error:
        msg = (
            f"Could not write to {out} ({error.strerror or error}); free some space or choose another folder."
        )
        raise SiteError(msg) from error


def _refuse_others(out: Path) -> None:
    """Refuse a folder that holds something, but no site."""
    others = out.is_dir() and any(not each.name.startswith(".") for each in out.iterdir())
    if others and not (out / WORKER).is_file() and not _folders(out):
        msg = f"{out} holds other files: choose a new folder, or one with an older site."
        raise SiteError(msg)


def _write(out: Path, content: Content) -> int:
    name = f"{_OF_FILES}{site_hash(content)}"
    old = [folder for folder in _folders(out) if folder.name != name]
    _write_files(out, name, content)
    page = index_page(
        content.title,
        _OWN,
        f'<link rel="stylesheet" href="{name}/page/style.css">',
        f'<script type="module" src="{name}/page/main.js"></script>',
    ).encode()
    hashes = {f"{name}/{path}": sha256(each) for path, each in sorted(content.files.items())}
    listed = json.dumps({"name": name, "files": {INDEX: sha256(page), **hashes}})
    worker = f"const SITE = {listed};\n".encode() + (PAGE / "service_worker.js").read_bytes()
    # The worker comes first: it keeps nothing whose hash is another's.
    for file, bytes_ in ((WORKER, worker), (INDEX, page)):
        with atomic_path(out / file) as temporary:
            temporary.write_bytes(bytes_)
    for folder in old:
        shutil.rmtree(folder, ignore_errors=True)
    return len(page) + len(worker) + sum(map(len, content.files.values()))


def _write_files(out: Path, name: str, content: Content) -> None:
    """Write all but the page into a folder of this name, at once."""
    staged = Path(tempfile.mkdtemp(dir=out, prefix=".site."))
    try:
        for path, each in content.files.items():
            file = staged / path
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("wb") as stream:
                stream.write(each)
                stream.flush()
                os.fsync(stream.fileno())
        staged.chmod(0o755)
        shutil.rmtree(out / name, ignore_errors=True)  # the same, or what somebody changed in it
        staged.rename(out / name)
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _folders(out: Path) -> list[Path]:
    """Return the folders of the sites that were written here."""
    digits = "[0-9a-f]"
    return [folder for folder in out.glob(f"{_OF_FILES}{16 * digits}") if folder.is_dir()]


def index_page(title: str, own: Mapping[str, str], style: str, scripts: str) -> str:
    """Return the only page, which the modules fill.

    Parameters
    ----------
    title
        Of the page.
    own
        From where its Content Security Policy allows scripts, styles, fonts and the like; nothing else is.
    style, scripts
        Elements of the page.
    """
    policy = "; ".join(f"{name} {sources}" for name, sources in {**_EVERYWHERE, **own}.items())
    text = (PAGE / "index.html").read_text(encoding="utf-8")
    for place, filled in (
        ("{policy}", escape(policy)), ("{title}", escape(title)), ("{style}", style), ("{scripts}", scripts),
    ):  # fmt: skip
        text = text.replace(place, filled, 1)
    return text
