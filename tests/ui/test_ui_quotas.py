"""What one session or address may ask of the server, at the middleware that counts."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from helpers import run_async
from starlette.types import Message, Receive, Scope, Send

from mvae.ui.runtime import quotas
from mvae.ui.runtime.quotas import MEBIBYTE, Allowance, Quotas
from mvae.ui.text import Refusals

PART = 64 * 1024


class Server:
    """Keeps uploads as Streamlit does, and websockets until they are closed."""

    def __init__(self) -> None:
        self.files: dict[str, int] = {}
        self.heard: list[bytes] = []
        self.open: list[Scope] = []
        self.hold = asyncio.Event()
        self.hold.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            self.open.append(scope)
            while (message := await receive())["type"] != "websocket.disconnect":
                self.heard.append(message.get("bytes", b""))
            self.open.remove(scope)
            return
        place = scope["path"].removeprefix("/_stcore/upload_file/")
        if scope["method"] == "DELETE":
            self.files.pop(place, None)
        else:
            size, more = 0, True
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ConnectionError
                size += len(message["body"])
                more = message["more_body"]
            await self.hold.wait()
            self.files[place] = size
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})


async def upload(app: Quotas, session: str, file: str, size: int) -> tuple[int, str]:
    parts = [PART] * (size // PART) + [size % PART]
    status, said = 0, b""

    async def receive() -> Message:
        body = bytes(parts.pop(0))
        return {"type": "http.request", "body": body, "more_body": bool(parts)}

    async def send(message: Message) -> None:
        nonlocal status, said
        status = message.get("status", status)
        said += message.get("body", b"")

    scope = {"type": "http", "method": "PUT", "path": f"/_stcore/upload_file/{session}/{file}"}
    await app({**scope, "headers": [(b"content-length", b"9")]}, receive, send)
    return status, said.decode()


class Browser:
    """One websocket."""

    def __init__(self, app: Quotas, address: str = "192.0.2.1") -> None:
        self.sent: list[Message] = []
        self.messages: asyncio.Queue[Message] = asyncio.Queue()

        async def send(message: Message) -> None:
            self.sent.append(message)

        scope = {"type": "websocket", "path": "/_stcore/stream", "client": (address, 1), "headers": []}
        self.life = asyncio.create_task(app(scope, self.messages.get, send))

    def say(self, content: bytes) -> None:
        self.messages.put_nowait({"type": "websocket.receive", "bytes": content})

    async def leave(self) -> None:
        self.messages.put_nowait({"type": "websocket.disconnect"})
        await self.life


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def served(life: Callable[[Server, Quotas], Awaitable[Any]]) -> Server:
    async def run() -> Server:
        server = Server()
        await life(server, Quotas(server, is_connected=lambda _: True))
        return server

    return run_async(run())


def test_the_oldest_uploads_of_a_session_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quotas, "UPLOADED", 1e12)

    async def life(_: Server, app: Quotas) -> None:
        assert await upload(app, "other", "mine", 1000) == (204, "")
        for number in range(12):
            assert await upload(app, "greedy", str(number), 9 * MEBIBYTE) == (204, "")

    server = served(life)
    assert list(server.files) == ["other/mine", "greedy/8", "greedy/9", "greedy/10", "greedy/11"]


def test_many_small_uploads_make_room_too() -> None:
    async def life(_: Server, app: Quotas) -> None:
        for number in range(quotas.FILES_OF_A_SESSION + 5):
            await upload(app, "greedy", str(number), 1)

    server = served(life)
    assert len(server.files) == quotas.FILES_OF_A_SESSION
    assert "greedy/4" not in server.files


def test_all_sessions_together_are_bounded_and_who_has_most_makes_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(quotas, "KEPT", 100_000)

    async def life(_: Server, app: Quotas) -> None:
        await upload(app, "victim", "recording", 5_000)
        for session in range(5):
            for number in range(3):
                await upload(app, f"greedy-{session}", str(number), 9_000)

    server = served(life)
    assert sum(server.files.values()) <= 100_000
    assert sum(server.files.values()) > 85_000
    assert "victim/recording" in server.files


def test_who_uploads_without_end_is_told_to_wait_and_others_are_not() -> None:
    async def life(server: Server, app: Quotas) -> None:
        answers = [await upload(app, "greedy", str(number), 9 * MEBIBYTE) for number in range(8)]
        assert [status for status, _ in answers] == 6 * [204] + 2 * [429]
        assert answers[-1][1] == Refusals.TOO_MUCH
        assert await upload(app, "other", "mine", MEBIBYTE) == (204, "")
        assert sum(server.files.values()) <= quotas.KEPT_OF_A_SESSION + 2 * MEBIBYTE

    served(life)


def test_only_four_files_of_a_session_arrive_at_a_time() -> None:
    async def life(server: Server, app: Quotas) -> None:
        server.hold.clear()
        slow = [asyncio.create_task(upload(app, "greedy", str(number), 10)) for number in range(4)]
        await settle()
        assert await upload(app, "greedy", "fifth", 10) == (429, Refusals.TOO_MANY_FILES)
        other = asyncio.create_task(upload(app, "other", "mine", 10))
        await settle()
        server.hold.set()
        assert [await each for each in [*slow, other]] == 5 * [(204, "")]
        assert await upload(app, "greedy", "fifth", 10) == (204, "")

    served(life)


def test_what_arrives_of_all_together_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quotas, "ARRIVING", 1000)

    async def life(server: Server, app: Quotas) -> None:
        server.hold.clear()
        first = asyncio.create_task(upload(app, "greedy", "a", 900))
        await settle()
        assert await upload(app, "other", "b", 200) == (429, Refusals.TOO_MUCH)
        server.hold.set()
        assert await first == (204, "")
        assert await upload(app, "other", "b", 200) == (204, "")

    served(life)


def test_those_who_left_are_forgotten() -> None:
    async def life() -> None:
        there = {"one", "two"}
        app = Quotas(Server(), is_connected=there.__contains__)
        for session in ("one", "two", "stranger"):
            await upload(app, session, "a", 10)
        app._uploads["one"].latest -= 1000
        app._uploads["stranger"].latest -= 1000
        there.remove("one")
        await upload(app, "two", "b", 10)
        assert list(app._uploads) == ["two"]

    run_async(life())


def test_one_address_cannot_take_all_websockets() -> None:
    async def life(server: Server, app: Quotas) -> None:
        greedy = [Browser(app) for _ in range(quotas.SESSIONS_OF_AN_ADDRESS + 3)]
        other = Browser(app, "192.0.2.2")
        await settle()
        assert len(server.open) == quotas.SESSIONS_OF_AN_ADDRESS + 1
        assert [each.sent for each in greedy[-3:]] == 3 * [[{"type": "websocket.close", "code": 1013}]]
        assert not other.sent
        await greedy[0].leave()
        late = Browser(app)
        await settle()
        assert not late.sent
        for each in [*greedy[1:-3], late, other]:
            await each.leave()
        assert not app._websockets

    served(life)


def test_messages_without_end_wait_and_none_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    sleep = asyncio.sleep

    async def slept(seconds: float) -> None:
        if seconds > 0:
            waits.append(seconds)
        await sleep(0)

    monkeypatch.setattr(quotas.asyncio, "sleep", slept)

    async def life(server: Server, app: Quotas) -> None:
        browser = Browser(app)
        for number in range(60):
            browser.say(bytes([number]))
        await browser.leave()
        assert server.heard == [bytes([number]) for number in range(60)]

    served(life)
    assert 18 <= len(waits) <= 20
    assert waits[-1] == pytest.approx(20 / quotas.MESSAGES_PER_SECOND, abs=0.5)


@pytest.mark.parametrize("content", [b"[" * 150_000, b"1," * 150_000, b"a=1&" * 2_000])
def test_a_message_that_is_dear_to_read_closes_its_websocket_alone(content: bytes) -> None:
    async def life(server: Server, app: Quotas) -> None:
        one, other = Browser(app), Browser(app)
        one.say(content)
        other.say(b"[1,2]")
        await one.life
        assert one.sent == [{"type": "websocket.close", "code": 1009}]
        await other.leave()
        assert server.heard == [b"[1,2]"]

    served(life)


def test_an_allowance_grows_again() -> None:
    now = 0.0
    allowance = Allowance(10, 2, lambda: now)
    assert allowance.use(10) == 0
    assert allowance.use(4) == 2
    now = 2.0
    assert allowance.use(0) == 0
    now = 100.0
    assert [allowance.use(10), allowance.use(2)] == [0, 1]
