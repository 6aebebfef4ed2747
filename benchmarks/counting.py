"""A door to a server that counts the bytes which go out through it."""

import socket
import socketserver
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock, Thread
from urllib.parse import urlsplit


class Door:
    """Counts what goes out.

    Attributes
    ----------
    address
        As a browser takes it, instead of the server's.
    sent
        Bytes until now, of all connections, heads and websockets included.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.sent = 0
        self._lock = Lock()

    def count(self, size: int) -> None:
        """Add some bytes; from any thread."""
        with self._lock:
            self.sent += size


@contextmanager
def counted(address: str) -> Iterator[Door]:
    """Open a door to the server at an address of this machine; it closes with the block."""
    behind = urlsplit(address)

    class Connection(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.create_connection((str(behind.hostname), int(behind.port or 80))) as server:
                asking = Thread(target=_pass_on, args=(self.request, server), daemon=True)
                asking.start()
                _pass_on(server, self.request, door)
                asking.join()

    class Listener(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Listener(("127.0.0.1", 0), Connection) as listener:
        door = Door(f"http://127.0.0.1:{listener.server_address[1]}")
        Thread(target=listener.serve_forever, args=(0.01,), daemon=True).start()
        yield door
        listener.shutdown()


def _pass_on(source: socket.socket, target: socket.socket, door: Door | None = None) -> None:
    """Pass on what comes until it ends, counted by a door, and end the other side."""
    with suppress(OSError):  # the browser has gone
        while piece := source.recv(2**16):
            target.sendall(piece)
            if door is not None:
                door.count(len(piece))
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
