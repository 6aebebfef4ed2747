"""What the model costs in a browser: python -m benchmarks.live_engine [--quick] [--json PATH].

The engine of `mvae/web/engine` in a worker of a real Chromium, with the checkpoint conv: how long until it is
ready once its bytes are there, a completion of one drawing with a sample, and the perturbation grids of both
scripts. Beside the time that passes, which other programs make longer, stands the processor time of the
worker's thread, which they hardly do.
"""

import argparse
import mimetypes
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import IO
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Page, sync_playwright

from benchmarks.app import CHROMIUM, FLAGS
from benchmarks.figures import Figure, report, spread
from mvae.checkpoint.place import find_checkpoint
from mvae.files import PACKAGE

ENGINE = PACKAGE / "web" / "engine"
RUNTIME = "/engine/vendor/ort-wasm-simd-threaded.wasm.gz"
BLANK = b"<!doctype html><meta charset=utf-8><link rel=icon href=data:,>"

# `bytes` holds everything that the engine needs, so that nothing is waited for but the engine itself.
FETCH = """async ([name, runtime]) => {
  const { startEngine } = await import("/engine/engine.js");
  const get = async (file) => (await fetch(file)).arrayBuffer();
  const manifest = await (await fetch(`/${name}/manifest.json`)).json();
  const files = {};
  for (const { file } of [manifest.weights, ...manifest.networks]) {
    files[file] = await get(`/${name}/${file}`);
  }
  window.bytes = { manifest, files, runtime: await get(runtime) };
  window.startEngine = startEngine;
}"""
START = """async () => {
  const started = performance.now();
  window.engine = await startEngine(bytes);
  if (!engine.ready) throw new Error(engine.reason);
  return performance.now() - started;
}"""
COMPLETE = """async (index) => {
  const { rounds, latent_size } = engine.manifest;
  const noise = Float32Array.from({ length: (rounds + 1) * latent_size }, (_, i) => Math.sin(i + index));
  const farsi = Float32Array.from({ length: 784 }, (_, i) => Number((i * 7 + index) % 11 === 0));
  const started = performance.now();
  const { status } = await engine.ask("complete", { inputs: { farsi }, rows: [{ given: ["farsi"], noise }] });
  if (status !== "done") throw new Error(status);
  return performance.now() - started;
}"""
GRIDS = """async (index) => {
  const size = 100 * engine.manifest.latent_size;
  const latents = Float32Array.from({ length: size }, (_, i) => Math.sin(i * index));
  const started = performance.now();
  const { status } = await engine.ask("decode", { latents, of: ["farsi", "kannada"] });
  if (status !== "done") throw new Error(status);
  return performance.now() - started;
}"""

WORK = (("completion with a sample", COMPLETE, 12), ("10x10 grids of both scripts", GRIDS, 25))


@contextmanager
def serve_folders(folders: Mapping[str, Path]) -> Iterator[str]:
    """Serve the engine under /engine, folders under their names, and a blank page; gives the address."""
    places = {"engine": ENGINE, **folders}
    mimetypes.add_type("text/javascript", ".mjs")

    class Handler(SimpleHTTPRequestHandler):
        def translate_path(self, path: str) -> str:
            name, _, rest = unquote(urlsplit(path).path).lstrip("/").partition("/")
            return str(places[name] / rest) if name in places and ".." not in rest else ""

        def do_GET(self) -> None:
            if urlsplit(self.path).path != "/":
                super().do_GET()
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(BLANK)

        def copyfile(self, source: IO[bytes], outputfile: IO[bytes]) -> None:
            with suppress(ConnectionError):  # the browser has gone
                super().copyfile(source, outputfile)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        Thread(target=http.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{http.server_port}"
        http.shutdown()


def worker_seconds() -> float:
    """Processor time until now of the threads of workers in browsers that this process has started."""
    parents, threads = {}, {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            parents[process.name] = (process / "stat").read_text().rpartition(")")[2].split()[1]
            for thread in (process / "task").iterdir():
                if (thread / "comm").read_text().startswith("DedicatedWorker"):
                    spent = int((thread / "schedstat").read_text().split()[0]) / 1e9
                    threads[process.name] = threads.get(process.name, 0.0) + spent
        except OSError:  # it has ended meanwhile
            continue

    def ours(process: str) -> bool:
        return process == str(os.getpid()) or (process in parents and ours(parents[process]))

    return sum(spent for process, spent in threads.items() if ours(process))


def measure(*, rounds: int, starts: int) -> list[Figure]:
    """Start the engine some times, and let the last one work."""
    conv = find_checkpoint("conv")
    with serve_folders({"conv": conv}) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        ready, ready_cpu = [], []
        for _ in range(starts):
            page = browser.new_context().new_page()
            page.goto(address)
            page.evaluate(FETCH, ["conv", RUNTIME])
            (wall,), (cpu,) = _timed(page, START, 1)
            ready.append(wall)
            ready_cpu.append(cpu)
        figures = [
            *spread("engine ready, bytes there", ready, "ms", {50: 3000, 95: 3000}, "starts"),
            *spread("engine ready, worker's CPU", ready_cpu, "ms", {}, "starts"),
        ]
        for name, action, asked in WORK:
            _timed(page, action, rounds // 4)  # until the browser has compiled it well
            walls, cpus = _timed(page, action, rounds)
            figures += spread(f"{name}, worker's CPU", cpus, "ms", {50: asked}, "requests, one thread")
            figures += spread(f"{name}, as the page sees it", walls, "ms", {}, "requests")
        browser.close()
    return figures


def _timed(page: Page, action: str, count: int) -> tuple[list[float], list[float]]:
    """Milliseconds that pass in the page, and of processor time in its worker, for each of some actions."""
    walls, cpus = [], []
    for index in range(count):
        before = worker_seconds()
        walls.append(page.evaluate(action, index))
        cpus.append(1000 * (worker_seconds() - before))
    return walls, cpus


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer of each, for development")
    parser.add_argument("--json", type=Path, help="write the figures to this file, too")
    arguments = parser.parse_args()
    figures = measure(rounds=20, starts=2) if arguments.quick else measure(rounds=200, starts=7)
    report(figures, arguments.json)


if __name__ == "__main__":
    main()
