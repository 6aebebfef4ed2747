import asyncio
import gzip
import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from helpers import run_async

from mvae.files import PACKAGE
from mvae.ui.frame import web
from mvae.ui.runtime.web import Folder, WebFiles
from mvae.ui.state.task import POSTERS, Shown, show

SCRIPT = b"export const answer = 42;\n" * 100
YEAR = b"public, max-age=31536000, immutable"


@dataclass
class Response:
    status: int = 0
    headers: dict[bytes, bytes] = field(default_factory=dict)
    body: bytes = b""


async def app(scope, receive, send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"the app"})


async def stays() -> dict:
    await asyncio.Event().wait()
    return {}


@pytest.fixture
def get(tmp_path: Path):
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(bytes(range(256)) * 1000)
    (tmp_path / "secret.json").write_text("{}")
    folder = Folder(
        "abc", {"live/live.js": SCRIPT, "a.mjs": SCRIPT, "runtime.wasm.gz": b"\x1f\x8b", "w": weights}
    )
    middleware = WebFiles(app, {"abc": folder}.get)

    def get(path: str, method: str = "GET", encoding: str = "gzip, br") -> Response:
        response = Response()

        async def send(message) -> None:
            response.status = message.get("status", response.status)
            response.headers |= dict(message.get("headers", ()))
            response.body += message.get("body", b"")

        headers = [(b"accept-encoding", encoding.encode())]
        scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": headers}
        run_async(middleware(scope, stays, send))
        return response

    return get


@pytest.mark.parametrize("base", ["", "/school/demo"])
def test_scripts_come_compressed_and_are_kept_for_a_year(get, base: str) -> None:
    for name in ("live/live.js", "a.mjs"):
        response = get(f"{base}/mvae-web/abc/{name}")
        assert response.status == 200
        assert response.headers[b"cache-control"] == YEAR
        assert response.headers[b"content-type"].startswith(b"text/javascript")
        assert response.headers[b"content-encoding"] == b"gzip"
        assert response.headers[b"vary"] == b"Accept-Encoding"
        assert response.headers[b"content-length"] == str(len(response.body)).encode()
        assert len(response.body) < len(SCRIPT) / 5
        assert gzip.decompress(response.body) == SCRIPT


def test_who_does_not_take_gzip_gets_them_as_they_are(get) -> None:
    response = get("/mvae-web/abc/live/live.js", encoding="identity")
    assert response.body == SCRIPT
    assert b"content-encoding" not in response.headers


def test_weights_and_what_is_compressed_already_come_as_they_are(get) -> None:
    runtime, weights = get("/mvae-web/abc/runtime.wasm.gz"), get("/mvae-web/abc/w")
    assert runtime.body == b"\x1f\x8b"
    assert weights.body == bytes(range(256)) * 1000
    assert runtime.headers[b"content-type"] == b"application/gzip"
    for response in (runtime, weights):
        assert response.headers[b"cache-control"] == YEAR
        assert b"content-encoding" not in response.headers


@pytest.mark.parametrize("name", ["live/live.js", "w"])
def test_the_head_alone(get, name: str) -> None:
    whole, head = get(f"/mvae-web/abc/{name}"), get(f"/mvae-web/abc/{name}", "HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.headers[b"content-length"] == whole.headers[b"content-length"]


@pytest.mark.parametrize(
    "path",
    ["abd/live/live.js", "abc/", "abc/live", "abc/none.js", "/", "abc/../secret.json", "abc/live/../a.mjs",
     "abc//etc/passwd", "abc/secret.json", "abc/live/live.js/", "abc/%2e%2e/secret.json"],
)  # fmt: skip
def test_nothing_else_is_there(get, path: str) -> None:
    response = get(f"/mvae-web/{path}")
    assert response.status == 404
    assert response.headers[b"cache-control"] == b"no-store"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_it_is_for_reading(get, method: str) -> None:
    assert get("/mvae-web/abc/live/live.js", method).status == 405


def test_other_places_are_the_apps(get) -> None:
    assert [get(path).body for path in ("/", "/static/js/a.js", "/mvae-web")] == [b"the app"] * 3


def test_the_scripts_of_the_page_with_their_constants() -> None:
    folder = web.find(web.scripts_hash())
    assert folder is not None
    assert folder.address == web.scripts_address()
    assert "engine/vendor/ort-wasm-simd-threaded.wasm.gz" in folder.files
    assert folder.files["engine/worker.js"] == (PACKAGE / "web/engine/worker.js").read_bytes()
    assert not [path for path in folder.files if path.endswith(".py")]
    assert json.loads(folder.content(web.CONSTANTS) or b"")["preprocessing"]["drawing"]["imageSize"] == 28


def test_the_servers_checkpoints_and_no_other() -> None:
    folders = {name: web.checkpoint(name) for name in POSTERS.checkpoints}
    for name, folder in folders.items():
        assert folder is not None
        assert web.find(folder.hash) == folder
        assert set(folder.files) == {
            "manifest.json", "model.safetensors", "decoder-label.onnx",
                "latent_map.safetensors", "familiarity.safetensors",
            *(f"{role}-{each.name}.onnx" for each in POSTERS.modalities for role in ("encoder", "decoder")),
        }, name  # fmt: skip
        assert all(isinstance(each, bytes) or each.is_file() for each in folder.files.values())
    assert len({folder.hash for folder in folders.values() if folder}) == len(folders)
    assert web.checkpoint("own-model") is None
    assert web.find("0" * 32) is None


def test_a_checkpoint_that_was_not_exported_is_not_served(tmp_path: Path) -> None:
    directory = web.find(web.checkpoint("conv").hash).files["model.safetensors"].parent
    for path in directory.iterdir():
        if path.name != "manifest.json":
            (tmp_path / path.name).symlink_to(path)
    show(Shown({str(tmp_path): "copy"}, POSTERS.classes, POSTERS.modalities))
    try:
        assert web.checkpoint(str(tmp_path)) is None
    finally:
        show(POSTERS)
