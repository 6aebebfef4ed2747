"""What the model in the page is made of, under paths that tell the content: browsers keep it for a year.

Streamlit serves files without a word on how long they are good for, and compresses them anew each time.
"""

import asyncio
import gzip
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

PREFIX = "mvae-web"
"""The first part of the addresses, behind the app's own, which may lie below another."""
_PLACE = re.compile(rf".*/{PREFIX}/([^/]*)/(.*)")
_KEPT = "public, max-age=31536000, immutable"
_KINDS = {
    ".js": "text/javascript", ".mjs": "text/javascript", ".json": "application/json",
    ".wasm": "application/wasm", ".gz": "application/gzip",
}  # fmt: skip
_COMPRESSED = {".js", ".mjs", ".json"}


@dataclass(frozen=True)
class Folder:
    """Files that are served together.

    Attributes
    ----------
    hash
        Of their content.
    files
        Path below the folder -> content, where it lies, or what makes it when it is asked for, in any thread.
    """

    hash: str
    files: Mapping[str, bytes | Path | Callable[[], bytes]] = field(repr=False)
    _compressed: dict[str, bytes] = field(default_factory=dict, repr=False, compare=False)

    @property
    def address(self) -> str:
        """Where browsers find it, from the app's own address; it ends with a slash."""
        return f"{PREFIX}/{self.hash}/"

    def content(self, path: str) -> bytes | Path | None:
        """Return a file's content, or where it lies; None if there is no such file."""
        content = self.files.get(path)
        return content() if callable(content) else content

    def compressed(self, path: str, content: bytes) -> bytes:
        """Return a file's content compressed, once and for all."""
        if path not in self._compressed:
            self._compressed[path] = gzip.compress(content, 9, mtime=0)
        return self._compressed[path]


class WebFiles:
    """ASGI middleware: serves folders, each below its hash, and nothing else below `PREFIX`.

    Parameters
    ----------
    app
        Answers what is asked for elsewhere.
    find
        Hash -> the folder, or None; called in a thread, as it may have to read.
    """

    def __init__(self, app: ASGIApp, find: Callable[[str], Folder | None]) -> None:
        self._app, self._find = app, find

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        place = _PLACE.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if place is None:
            await self._app(scope, receive, send)
            return
        if scope["method"] in {"GET", "HEAD"}:
            encodings = dict(scope["headers"]).get(b"accept-encoding", b"")
            response = await asyncio.to_thread(self._answer, place[1], place[2], gzipped=b"gzip" in encodings)
        else:
            response = PlainTextResponse("Method Not Allowed", 405, {"Allow": "GET, HEAD"})
        await response(scope, receive, send)

    def _answer(self, wanted: str, path: str, *, gzipped: bool) -> Response:
        folder = self._find(wanted)
        content = None if folder is None else folder.content(path)
        if folder is None or content is None:
            return PlainTextResponse("Not Found", 404, {"Cache-Control": "no-store"})
        headers = {"Cache-Control": _KEPT}
        kind = _KINDS.get(PurePosixPath(path).suffix, "application/octet-stream")
        if isinstance(content, Path):
            return FileResponse(content, headers=headers, media_type=kind)
        if PurePosixPath(path).suffix in _COMPRESSED:
            headers["Vary"] = "Accept-Encoding"
            if gzipped:
                content, headers["Content-Encoding"] = folder.compressed(path, content), "gzip"
        return _Content(content, headers=headers, media_type=kind)


class _Content(Response):
    """An answer from memory, of which HEAD gets the head alone."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "HEAD":
            self.body = b""
        await super().__call__(scope, receive, send)
