"""A server on 127.0.0.1 that misbehaves in all the ways a network does."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import unquote


@dataclass
class Server:
    """What it serves, how it misbehaves, and what it was asked."""

    address: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    break_off_after: list[int] = field(default_factory=list)  # bytes; one entry an answer
    status: list[int] = field(default_factory=list)  # instead of 200; one entry an answer
    ranges: bool = True
    asked: list[str | None] = field(default_factory=list)  # the Range header of each request

    def url(self, path: str) -> str:
        return f"{self.address}/{path}"


@contextmanager
def serve() -> Iterator[Server]:
    state = Server()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            wanted = self.headers["Range"]
            state.asked.append(wanted)
            content = state.files.get(unquote(self.path[1:]))
            status = state.status.pop(0) if state.status else 200 if content is not None else 404
            if status != 200 or content is None:
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted and state.ranges else 0
            if start >= len(content) > 0:
                self.send_response(416)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
            self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            if state.break_off_after:
                self.wfile.write(content[start : start + state.break_off_after.pop(0)])
                self.wfile.flush()
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
                return
            self.wfile.write(content[start:])

        def log_message(self, *_: object) -> None:
            """Keep the tests' output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        state.address = f"http://127.0.0.1:{http.server_port}"
        Thread(target=http.serve_forever, args=(0.01,), daemon=True).start()
        yield state
        http.shutdown()
