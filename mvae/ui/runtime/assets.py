"""Streamlit's scripts and styles, served from memory and compressed.

Streamlit reads them from the disk for each browser and sends them as they are, 3 MB: a class that opens the
app keeps the server busy for seconds, and its wireless network, too. Their names contain a hash of what is in
them, so that one copy is good for as long as the server runs.
"""

import asyncio
import gzip
import re
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

PREFIXES = ("/static/", "/_stcore/bidi-components/")
_COMPRESSIBLE = (b"text/", b"application/javascript", b"application/json", b"image/svg")
_REPLACED = (b"content-length", b"accept-ranges", b"vary")
_HASHED = re.compile(r".*/[^/]+-[\w-]{8}\.(?:js|css)")
"""Names with a hash of the content. Of components, Streamlit does not say how long they are good for."""
_KEPT = b"public, immutable, max-age=31536000"

Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True)
class _Answer:
    status: int
    headers: Headers
    body: bytes


class KeptAssets:
    """ASGI middleware: keeps what lies below `PREFIXES`, for browsers that take gzip.

    Only what the app behind it has found is kept, so no more than is on the disk: 8 MB.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._kept: dict[str, asyncio.Task[_Answer]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if not _is_for_asset(scope):
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        if path not in self._kept:
            self._kept[path] = asyncio.create_task(self._fetch(scope))
        try:
            answer = await asyncio.shield(self._kept[path])
        except BaseException:
            self._kept.pop(path, None)
            raise
        if answer.status != 200:
            self._kept.pop(path, None)
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        await send({"type": "http.response.body", "body": answer.body})

    async def _fetch(self, scope: Scope) -> _Answer:
        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        status, headers, body = 500, Headers(), bytearray()

        async def collect(message: Message) -> None:
            nonlocal status, headers
            if message["type"] == "http.response.start":
                status, headers = message["status"], list(message["headers"])
            else:
                body.extend(message.get("body", b""))

        await self._app({**scope, "headers": plain}, _patient(), collect)
        kind = dict(headers).get(b"content-type", b"")
        content = bytes(body)
        headers = [(name, value) for name, value in headers if name not in _REPLACED]
        if status == 200 and _HASHED.fullmatch(scope["path"]):
            headers = [header for header in headers if header[0] != b"cache-control"]
            headers.append((b"cache-control", _KEPT))
        if status == 200 and kind.startswith(_COMPRESSIBLE):
            content = await asyncio.to_thread(gzip.compress, content, 6)
            headers += [(b"content-encoding", b"gzip"), (b"vary", b"accept-encoding")]
        return _Answer(status, [*headers, (b"content-length", str(len(content)).encode())], content)


def _patient() -> Receive:
    """Return what the app hears of a browser that never goes away.

    The first to ask may close the page at once. The app would stop halfway, and the half be kept for all.
    """
    request: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Message:
        if not request:
            await asyncio.Event().wait()
        return request.pop()

    return receive


def _is_for_asset(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET" or scope["query_string"]:
        return False
    headers = dict(scope["headers"])
    takes_gzip = b"gzip" in headers.get(b"accept-encoding", b"")
    return scope["path"].startswith(PREFIXES) and takes_gzip and b"range" not in headers
