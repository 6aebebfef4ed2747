"""A door to a server that counts the bytes which go out through it, and can be shut."""

import socket
import socketserver
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock, Thread
from urllib.parse import urlsplit


class Door:
    """The way to a server.

    Attributes
    ----------
    address
        As a browser takes it, instead of the server's.
    sent
        Bytes until now, of all connections, heads and websockets included.
    is_open
        Whether who comes now is let in.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.sent = 0
        self.is_open = True
        self._inside: list[socket.socket] = []
        self._lock = Lock()

    def enter(self, *connection: socket.socket) -> None:
        """Know of a connection's two sides."""
        with self._lock:
            self._inside += connection

    def count(self, size: int) -> None:
        """Add some bytes; from any thread."""
        with self._lock:
            self.sent += size

    def shut(self) -> None:
        """Cut all connections, and let nobody in until `is_open` is set again."""
        self.is_open = False
        with self._lock:
            for side in self._inside:
                with suppress(OSError):  # it has ended already
                    side.shutdown(socket.SHUT_RDWR)
            self._inside.clear()


@contextmanager
def door_to(address: str) -> Iterator[Door]:
    """Open a door to the server at an address of this machine; it goes with the block."""
    behind = urlsplit(address)

    class Connection(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            if not door.is_open:
                return
            with socket.create_connection((str(behind.hostname), int(behind.port or 80))) as server:
                door.enter(self.request, server)
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
    with suppress(OSError):  # one of them has gone
        while piece := source.recv(2**16):
            target.sendall(piece)
            if door is not None:
                door.count(len(piece))
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
