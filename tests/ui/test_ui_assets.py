import asyncio
import gzip
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from helpers import run_async

from mvae.ui.runtime.assets import KeptAssets

SCRIPT = b"export const answer = 42;\n" * 100


@dataclass
class App:
    """What lies behind the middleware: its files, and which of them it was asked for."""

    files: dict[str, tuple[bytes, bytes]] = field(
        default_factory=lambda: {
            "/static/js/a.js": (b"application/javascript", SCRIPT),
            "/static/media/a.woff2": (b"font/woff2", b"\x00\x01" * 100),
            "/_stcore/health": (b"text/plain", b"ok"),
        }
    )
    asked: list[str] = field(default_factory=list)
    fail: bool = False

    async def __call__(self, scope, _, send) -> None:
        self.asked.append(scope["path"])
        assert scope["path"] == "/_stcore/health" or "accept-encoding" not in dict(scope["headers"])
        await asyncio.sleep(0)
        if self.fail:
            msg = "broken"
            raise OSError(msg)
        kind, content = self.files.get(scope["path"], (b"text/plain", b"Not Found"))
        length = str(len(content)).encode()
        headers = [(b"content-type", kind), (b"content-length", length), (b"etag", b'"1"')]
        headers.append((b"cache-control", b"public"))
        status = 200 if scope["path"] in self.files else 404
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content[:10], "more_body": True})
        await send({"type": "http.response.body", "body": content[10:]})


@dataclass
class Response:
    status: int = 0
    headers: dict[bytes, bytes] = field(default_factory=dict)
    body: bytes = b""


Get = Callable[..., Response]


async def request(middleware: KeptAssets, path: str, method: str = "GET", query: bytes = b"", **headers: str):
    response = Response()

    async def send(message) -> None:
        response.status = message.get("status", response.status)
        response.headers |= dict(message.get("headers", ()))
        response.body += message.get("body", b"")

    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "query_string": query, "headers": sent}
    await middleware(scope, None, send)
    return response


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture
def get(app: App) -> Get:
    middleware = KeptAssets(app)
    takes = {"accept_encoding": "gzip, br"}
    return lambda path, **rest: run_async(request(middleware, path, **(takes | rest)))


def test_a_script_is_read_once_and_comes_compressed(app: App, get: Get) -> None:
    for _ in range(3):
        response = get("/static/js/a.js")
        assert response.status == 200
        assert response.headers[b"content-encoding"] == b"gzip"
        assert response.headers[b"content-length"] == str(len(response.body)).encode()
        assert response.headers[b"vary"] == b"accept-encoding"
        assert response.headers[b"etag"] == b'"1"'
        assert len(response.body) < len(SCRIPT) / 5
        assert gzip.decompress(response.body) == SCRIPT
    assert app.asked == ["/static/js/a.js"]


def test_what_is_compressed_already_stays_as_it_is(app: App, get: Get) -> None:
    response = get("/static/media/a.woff2")
    assert b"content-encoding" not in response.headers
    assert response.body == app.files["/static/media/a.woff2"][1]


COMPONENTS = "/_stcore/bidi-components/some.canvas/index"


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        (f"{COMPONENTS}-ynYgWHmM.js", b"public, immutable, max-age=31536000"),
        (f"{COMPONENTS}-style.css", b"public"),
        (f"{COMPONENTS}-MissingM.js", b"public"),
    ],
)
def test_browsers_keep_what_is_named_by_its_content(app: App, get: Get, path: str, kept: bytes) -> None:
    if "Missing" not in path:
        app.files[path] = (b"text/javascript", SCRIPT)
    assert get(path).headers[b"cache-control"] == kept


def test_many_at_once_let_it_be_read_once(app: App) -> None:
    middleware = KeptAssets(app)

    async def class_() -> list[Response]:
        requests = [request(middleware, "/static/js/a.js", accept_encoding="gzip") for _ in range(30)]
        return await asyncio.gather(*requests)

    assert {gzip.decompress(response.body) for response in run_async(class_())} == {SCRIPT}
    assert app.asked == ["/static/js/a.js"]


@pytest.mark.parametrize(
    "rest",
    [
        pytest.param({"accept_encoding": "identity"}, id="a browser that does not take gzip"),
        pytest.param({"range": "bytes=0-9"}, id="a part of a file"),
        pytest.param({"query": b"version=2"}, id="a query"),
        pytest.param({"method": "HEAD"}, id="only its head"),
    ],
)
def test_other_requests_go_to_the_app(rest: dict) -> None:
    asked = []

    async def app(scope, receive, send) -> None:
        asked.append(dict(scope["headers"]))

    middleware = KeptAssets(app)
    for _ in range(2):
        run_async(request(middleware, "/static/js/a.js", **({"accept_encoding": "gzip"} | rest)))
    assert len(asked) == 2
    assert all(b"accept-encoding" in headers for headers in asked)


def test_other_places_go_to_the_app(app: App, get: Get) -> None:
    assert [get("/_stcore/health").body for _ in range(2)] == [b"ok", b"ok"]
    assert app.asked == ["/_stcore/health"] * 2


def test_what_is_not_there_is_not_kept(app: App, get: Get) -> None:
    assert [get("/static/js/b.js").status for _ in range(2)] == [404, 404]
    assert app.asked == ["/static/js/b.js"] * 2
    app.files["/static/js/b.js"] = app.files["/static/js/a.js"]
    assert gzip.decompress(get("/static/js/b.js").body) == SCRIPT


def test_after_a_failure_it_is_tried_again(app: App, get: Get) -> None:
    app.fail = True
    with pytest.raises(OSError, match="broken"):
        get("/static/js/a.js")
    app.fail = False
    assert get("/static/js/a.js").status == 200


def test_a_browser_that_goes_away_leaves_no_half_behind() -> None:
    """Streamlit's files are sent until the browser is gone; who asks next must get all of one."""

    async def stops_when_the_browser_is_gone(scope, receive, send) -> None:
        assert (await receive())["type"] == "http.request"
        gone = asyncio.create_task(receive())
        headers = [(b"content-type", b"application/javascript"), (b"content-length", b"%d" % len(SCRIPT))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await asyncio.sleep(0.01)
        if gone.done():
            return
        gone.cancel()
        await send({"type": "http.response.body", "body": SCRIPT})

    async def impatient() -> dict:
        return {"type": "http.disconnect"}

    async def both() -> list[bytes]:
        middleware, bodies = KeptAssets(stops_when_the_browser_is_gone), []
        scope = {
            "type": "http", "method": "GET", "path": "/static/js/a.js", "query_string": b"",
            "headers": [(b"accept-encoding", b"gzip")],
        }  # fmt: skip
        for _ in range(2):
            body = bytearray()

            async def send(message, body=body) -> None:
                body.extend(message.get("body", b""))

            await middleware(scope, impatient, send)
            bodies.append(gzip.decompress(bytes(body)))
        return bodies

    assert run_async(both()) == [SCRIPT, SCRIPT]
