"""The page's JavaScript in a real Chromium, given arrays and giving arrays."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
from playwright.sync_api import Page, Playwright

from benchmarks.app import CHROMIUM, FLAGS
from mvae.ui.views.constants import view_constants
from mvae.web.constants import preprocessing_constants

WEB = Path(__file__).parents[2] / "mvae" / "web"
RUN = """async ([body, inputs]) => {
  const kinds = { float32: Float32Array, float64: Float64Array, uint8: Uint8Array, int32: Int32Array };
  const load = async (value) => value?.binary === undefined ? value
    : new kinds[value.kind](await (await fetch(value.binary)).arrayBuffer());
  const values = await Promise.all(Object.values(inputs).map(load));
  const names = ["constants", "prepare", "look", ...Object.keys(inputs)];
  const work = new Function(...names, `return (async () => {${body}})()`);
  const constants = await (await fetch("/constants.json")).json();
  const { preprocessing } = await import("/preprocess/preprocessing.js");
  const { views } = await import("/views/views.js");
  const look = views(await (await fetch("/views.json")).json());
  const tell = (value) => {
    if (!ArrayBuffer.isView(value)) {
      if (Array.isArray(value)) return value.map(tell);
      if (value === null || typeof value !== "object") return value;
      return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, tell(each)]));
    }
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    let text = "";
    for (let at = 0; at < bytes.length; at += 32768) {
      text += String.fromCharCode(...bytes.subarray(at, at + 32768));
    }
    return { array: btoa(text), kind: value.constructor.name.replace(/(Clamped)?Array/, "").toLowerCase() };
  };
  return tell(await work(constants, preprocessing(constants), look, ...values));
}"""


class JavaScript:
    """Runs JavaScript in a page whose server has the modules, each under its folder's name."""

    def __init__(self, page: Page, files: dict[str, bytes]) -> None:
        self.page, self.files = page, files

    def __call__(self, body: str, **inputs: Any) -> Any:
        """Run the body of an async function, given `constants`, `prepare`, `look` and the inputs.

        `prepare` is what `preprocessing(constants)` gives, `look` what `views` gives. Arrays go there and
        come back as arrays.
        """
        given = {name: self._given(name, value) for name, value in inputs.items()}
        return _told(self.page.evaluate(RUN, [body, given]))

    def _given(self, name: str, value: Any) -> Any:
        if not isinstance(value, np.ndarray):
            return value
        self.files[f"/inputs/{name}"] = value.tobytes()
        return {"binary": f"/inputs/{name}", "kind": str(value.dtype)}


def _told(value: Any) -> Any:
    if isinstance(value, list):
        return [_told(each) for each in value]
    if isinstance(value, dict) and value.keys() == {"array", "kind"}:
        return np.frombuffer(base64.b64decode(value["array"]), value["kind"])
    return {name: _told(each) for name, each in value.items()} if isinstance(value, dict) else value


@contextmanager
def javascript_in(playwright: Playwright) -> Iterator[JavaScript]:
    """Serve the modules and open the page."""
    files = {
        f"/{folder}/{path.name}": path.read_bytes()
        for folder in ("live", "preprocess", "views")
        for path in (WEB / folder).glob("*.js")
    }
    files |= {"/": b"<!doctype html>", "/constants.json": json.dumps(preprocessing_constants()).encode()}
    files["/views.json"] = json.dumps(view_constants()).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = files.get(self.path)
            self.send_response(404 if found is None else 200)
            self.send_header("Content-Type", "text/javascript" if self.path.endswith(".js") else "text/html")
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(found or b"")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        yield JavaScript(page, files)
        browser.close()
        server.shutdown()
