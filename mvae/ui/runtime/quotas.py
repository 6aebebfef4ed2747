"""What one session and one address may ask of the server, so that the others are served meanwhile.

Streamlit bounds a file and a message, not how many there are. Behind nginx, its limits come first
(`deploy/nginx/nginx.conf`), and uvicorn is told there whose address it is; these hold without nginx, too.
"""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mvae.ui.runtime import compat
from mvae.ui.text import Refusals as Text

MEBIBYTE = 2**20
KEPT_OF_A_SESSION, FILES_OF_A_SESSION, KEPT = 40 * MEBIBYTE, 100, 256 * MEBIBYTE
"""Bytes and number of uploads that stay in memory; the oldest of a session make room for its next."""
ARRIVING_OF_A_SESSION, ARRIVING = 4, 64 * MEBIBYTE
"""Uploads on their way at a time, and their bytes, of all sessions together."""
LARGEST = 12 * MEBIBYTE
"""Bytes of a request that are heard though it is refused: more than Streamlit takes of any."""
UPLOADED, UPLOADED_PER_SECOND = 60 * MEBIBYTE, MEBIBYTE
"""Bytes that a session may upload at once, and in the long run."""
SESSIONS_OF_AN_ADDRESS, SESSIONS = 120, 240
"""Websockets: a classroom may share an address, and no address takes all."""
MESSAGES, MESSAGES_PER_SECOND = 40, 5
"""Messages of a websocket that are answered at once, and in the long run; later ones wait."""
PIECES, PARAMETERS = 100_000, 1_000
"""Numbers, texts and lists of a message, and query parameters: 25 ms for reading JSON. A drawn line has six a
move of the mouse, so that is minutes of drawing without a stop."""
_REMEMBERED = 300.0  # seconds after its last upload for which a session that is not connected is counted
_UPLOAD = re.compile(r".*/_stcore/upload_file/([^/]+)/([^/]+)")


@dataclass
class Allowance:
    """Something that is used up and grows again.

    Attributes
    ----------
    most
        What can be used at once.
    rate
        How much grows again in a second.
    """

    most: float
    rate: float
    clock: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        self._left, self._since = self.most, self.clock()

    def use(self, amount: float) -> float:
        """Use some, and return the seconds until as much has grown again as was not left."""
        now = self.clock()
        self._left = min(self.most, self._left + self.rate * (now - self._since)) - amount
        self._since = now
        return max(0.0, -self._left / self.rate)


@dataclass
class _Uploads:
    """Of one session: sizes in bytes by file, the oldest first; how many arrive; when the last one did."""

    kept: dict[str, int] = field(default_factory=dict)
    arriving: int = 0
    latest: float = 0.0
    allowance: Allowance = field(default_factory=lambda: Allowance(UPLOADED, UPLOADED_PER_SECOND))


class Quotas:
    """ASGI middleware: counts websockets, messages and uploads, and refuses or holds back what is too much.

    Parameters
    ----------
    app
        What answers.
    is_connected
        Says whether a session's browser is there.
    """

    def __init__(self, app: ASGIApp, is_connected: Callable[[str], bool] | None = None) -> None:
        self._app, self._is_connected = app, is_connected or partial(compat.is_connected, in_doubt=False)
        self._websockets: Counter[str] = Counter()
        self._uploads: dict[str, _Uploads] = {}
        self._arriving = 0  # bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        upload = _UPLOAD.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if scope["type"] == "websocket":
            await self._connect(scope, receive, send)
        elif upload and scope["method"] == "PUT":
            await self._upload(upload[1], upload[2], scope, receive, send)
        elif upload and scope["method"] == "DELETE":
            await self._app(scope, receive, send)
            if upload[1] in self._uploads:
                self._uploads[upload[1]].kept.pop(upload[2], None)
        else:
            await self._app(scope, receive, send)

    async def _connect(self, scope: Scope, receive: Receive, send: Send) -> None:
        address = scope["client"][0] if scope.get("client") else ""
        if self._websockets[address] >= SESSIONS_OF_AN_ADDRESS or self._websockets.total() >= SESSIONS:
            await send({"type": "websocket.close", "code": 1013})  # before it is accepted: HTTP 403
            return
        self._websockets[address] += 1
        try:
            await self._app(scope, _unhurried(receive, send), send)
        finally:
            self._websockets[address] -= 1
            self._websockets += Counter()  # forgets those without any

    async def _upload(self, session: str, file: str, scope: Scope, receive: Receive, send: Send) -> None:
        uploads = self._uploads.setdefault(session, _Uploads())
        if uploads.arriving >= ARRIVING_OF_A_SESSION:
            await _refuse(Text.TOO_MANY_FILES, scope, receive, send)
            return
        counted = _Counted(receive, send, partial(self._may_come, uploads))
        uploads.arriving += 1
        try:
            await self._app(scope, counted.receive, counted.send)
        except Exception:
            if not counted.refused:
                raise
        finally:
            uploads.arriving -= 1
            uploads.latest = time.monotonic()
            self._arriving -= counted.size
        if counted.refused:
            await _refuse(Text.TOO_MUCH, scope, receive if counted.more else _nothing, send)
        elif counted.status == 204:
            uploads.kept.pop(file, None)
            uploads.kept[file] = counted.size
            self._uploads[session] = uploads
            for of_session, oldest in self._excess(session):
                await self._free(scope, of_session, oldest)
        self._forget_those_who_left()

    def _may_come(self, uploads: _Uploads, size: int) -> bool:
        self._arriving += size
        return self._arriving <= ARRIVING and uploads.allowance.use(size) == 0

    def _excess(self, session: str) -> Iterator[tuple[str, str]]:
        """Give, and forget, uploads for which there is no room, of this session or of whoever has most."""
        kept = self._uploads[session].kept
        while sum(kept.values()) > KEPT_OF_A_SESSION or len(kept) > FILES_OF_A_SESSION:
            yield session, self._oldest(session)
        while sum(sum(each.kept.values()) for each in self._uploads.values()) > KEPT:
            most = max(self._uploads, key=lambda name: sum(self._uploads[name].kept.values()))
            yield most, self._oldest(most)

    def _oldest(self, session: str) -> str:
        oldest = next(iter(self._uploads[session].kept))
        del self._uploads[session].kept[oldest]
        return oldest

    async def _free(self, scope: Scope, session: str, file: str) -> None:
        """Delete an upload as its browser would."""
        place = _UPLOAD.fullmatch(scope["path"])
        if place is None:
            return
        path = f"{scope['path'][: place.start(1)]}{session}/{file}"
        headers = [(name, value) for name, value in scope["headers"] if not name.startswith(b"content-")]

        async def unheard(message: Message) -> None:
            """Nobody waits for this answer."""

        request = {"method": "DELETE", "path": path, "raw_path": path.encode(), "headers": headers}
        await self._app({**scope, **request}, _nothing, unheard)

    def _forget_those_who_left(self) -> None:
        """Streamlit removes their files, two minutes later."""
        now = time.monotonic()
        for session, uploads in list(self._uploads.items()):
            gone = not uploads.arriving and now - uploads.latest > _REMEMBERED
            if (gone or not uploads.kept) and not self._is_connected(session):
                del self._uploads[session]


class _Counted:
    """A request and its answer: how many bytes came, which status the answer has, and if it was refused.

    Parameters
    ----------
    receive, send
        As the server gives them.
    may_come
        Asked about each part's bytes; the app behind hears no more once it says no.
    """

    def __init__(self, receive: Receive, send: Send, may_come: Callable[[int], bool]) -> None:
        self._receive, self._send, self._may_come = receive, send, may_come
        self.size, self.status, self.refused, self.more = 0, 0, False, True

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            size = len(message.get("body", b""))
            self.size += size
            if self.refused or not self._may_come(size):
                self.refused, self.more = True, message.get("more_body", False)
                return {"type": "http.disconnect"}
        return message

    async def send(self, message: Message) -> None:
        if not self.refused:  # else the app only says that the browser has gone
            self.status = message.get("status", self.status)
            await self._send(message)


async def _nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _refuse(sentence: str, scope: Scope, receive: Receive, send: Send) -> None:
    """Say why, after what is still on its way: most clients hear an answer only then."""
    drained, more = 0, True
    while more and drained <= LARGEST:
        message = await receive()
        drained += len(message.get("body", b""))
        more = message.get("more_body", False)
    await PlainTextResponse(sentence, 429)(scope, receive, send)


def _unhurried(receive: Receive, send: Send) -> Receive:
    """Return what hears of a websocket's messages no more often, and nothing longer, than `MESSAGES` say."""
    allowance = Allowance(MESSAGES, MESSAGES_PER_SECOND)

    async def hear() -> Message:
        message = await receive()
        if message["type"] == "websocket.receive":
            if _is_too_long(message.get("bytes") or b""):
                await send({"type": "websocket.close", "code": 1009})
                return {"type": "websocket.disconnect", "code": 1009}
            await asyncio.sleep(allowance.use(1))
        return message

    return hear


def _is_too_long(message: bytes) -> bool:
    return sum(map(message.count, (b",", b"[", b"{"))) > PIECES or message.count(b"&") > PARAMETERS
