"""Writing a site as one file, which opens by double click.

Browsers load no module files from a disk, and no workers. So the file holds each module as a ``data:``
address under a name, its imports say such names, and the model answers in the page itself.
"""

import base64
import gzip
import hashlib
import json
import posixpath
import re
from collections.abc import Mapping
from pathlib import Path

from mvae.files import atomic_path
from mvae.web.site.content import DATA, MODEL, RUNTIME, Content
from mvae.web.site.folder import SiteError, index_page

_IMPORT = re.compile(r'(?m)^((?:import|export|\})[^"\n]*?)"(\.[^"\n]+)";')
_ENTRY = 'import "page/main.js";'
_MODULES = (".js", ".mjs")
_LEFT_OUT = ("page/service_worker.js",)


def write_single(out: Path, content: Content) -> int:
    """Write a site as one file, atomically.

    Returns
    -------
    int
        Its bytes.

    Raises
    ------
    SiteError
        If it cannot be written.
    """
    page = single_page(content).encode()
    try:
        with atomic_path(out) as temporary:
            temporary.write_bytes(page)
    except OSError as error:
        msg = f"Could not write {out} ({error.strerror or error}); free some space or choose another place."
        raise SiteError(msg) from error
    return len(page)


def single_page(content: Content) -> str:
    """Return the one file."""
    files = content.files
    modules = {
        name: _data("text/javascript", _renamed(name, each).encode())
        for name, each in files.items()
        if name.endswith(_MODULES) and name not in _LEFT_OUT
    }
    imports = json.dumps({"imports": modules})
    style = re.sub(
        r'url\("\.\./([^"]+)"\)',
        lambda found: f'url("{_data("font/woff", files[found[1]])}")',
        files["page/style.css"].decode(),
    )
    held = {
        name: base64.b64encode(each).decode()
        for name, each in files.items()
        if name in {DATA, RUNTIME} or name.startswith(MODEL)
    }
    own = {
        "script-src": f"data: 'wasm-unsafe-eval' {_allowed(imports)} {_allowed(_ENTRY)}",
        "style-src": _allowed(style),
        "font-src": "data:",
    }
    # JSON that ends no script: base64 and these names have no "<".
    scripts = (
        f'<script type="text/plain" id="licences">{_licences(files)}</script>\n'
        f'<script type="application/json" id="held">{json.dumps(held)}</script>\n'
        f'<script type="importmap">{imports}</script>\n<script type="module">{_ENTRY}</script>'
    )
    return index_page(content.title, own, f"<style>{style}</style>", scripts)


def _licences(files: Mapping[str, bytes]) -> str:
    """Return the licences of what others made, which go with every copy."""
    found = [
        gzip.decompress(each) if name.endswith(".gz") else each
        for name, each in files.items()
        if "LICENSE" in name or "ThirdPartyNotices" in name
    ]
    return b"\n\n".join(found).decode().replace("<", "‹")  # nothing in it ends the element


def _renamed(name: str, module: bytes) -> str:
    """Return a module whose imports of files beside it say the names under which they are found."""
    folder = posixpath.dirname(name)
    text = module.decode()
    if name.startswith("engine/vendor/"):
        return text

    def rename(found: re.Match[str]) -> str:
        return f'{found[1]}"{posixpath.normpath(posixpath.join(folder, found[2]))}";'

    return _IMPORT.sub(rename, text)


def _data(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def _allowed(text: str) -> str:
    """Return what the policy says of what stands in the page itself."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
