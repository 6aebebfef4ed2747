"""The app on a port of its own, and what its process uses. Linux only: it reads /proc."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 60.0
END_SECONDS = 5.0
_WATCH = f"""
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if not sys.stdin.buffer.read():
    os.killpg(0, signal.SIGTERM)
    time.sleep({END_SECONDS})
os.killpg(0, signal.SIGKILL)
"""
"""Ends its process group, politely first if nothing was said before standard input closed."""


@dataclass(frozen=True)
class Server:
    """A running app.

    Attributes
    ----------
    address
        As a browser takes it: http://127.0.0.1:port.
    """

    address: str
    process: "subprocess.Popen[bytes]"

    def memory(self) -> float:
        """Resident memory, MiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def cpu_seconds(self) -> float:
        """Processor time used since it started, of all threads."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def group_that_ends_with_us() -> Iterator[int]:
    """Give a process group, which ends with the block or with this process, however that ends.

    A process in it waits for its standard input, whose other end we hold, to close: so it does after SIGKILL.
    """
    watcher = subprocess.Popen(  # noqa: S603 - our own
        [sys.executable, "-IS", "-c", _WATCH], process_group=0,
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield watcher.pid
    finally:
        watcher.communicate(b"as planned")


@contextmanager
def running_app(script: str = "app.py", *, data: bool = False) -> Iterator[Server]:
    """Run the app on a free port of this machine; it, and all that it started, ends with the block.

    It also ends when this process is killed.

    Parameters
    ----------
    script
        What Streamlit runs, relative to the repository.
    data
        Whether it may use the data that MVAE_DATA names, to train; most of what is measured needs none.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.headless=true"]
    command += [f"--server.port={port}", "--server.address=127.0.0.1"]
    environment = {name: value for name, value in os.environ.items() if data or name != "MVAE_DATA"}
    with group_that_ends_with_us() as group:
        process = subprocess.Popen(  # noqa: S603 - our own
            command, cwd=ROOT, env=environment, process_group=group,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            _wait_until_healthy(f"{address}/_stcore/health", process)
            yield Server(address, process)
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(END_SECONDS)
    process.wait()


def _wait_until_healthy(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.perf_counter() + START_SECONDS
    while time.perf_counter() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own server
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)
    msg = f"The app did not answer at {url} within {START_SECONDS:.0f} s."
    raise RuntimeError(msg)
