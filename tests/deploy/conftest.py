"""The shipped nginx configuration in front of two replicas of the app, all on 127.0.0.1."""

import getpass
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
HOST = "classroom.test"
PATIENCE = 60.0  # seconds
_GIVEN: set[str] = set()
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def pytest_runtest_setup(item: pytest.Item) -> None:
    if not item.get_closest_marker("deploy"):
        return
    missing = [name for name, found in (("nginx", NGINX), ("openssl", shutil.which("openssl"))) if not found]
    if missing:
        reason = f"needs {' and '.join(missing)}: apt-get install {' '.join(missing)}"
        if os.environ.get("MVAE_REQUIRE_ALL") == "1":
            pytest.fail(f"{reason} (MVAE_REQUIRE_ALL=1 makes this a failure)", pytrace=False)
        pytest.skip(reason)


@dataclass
class Replica:
    """The app, of what the image has, as a process that can be killed."""

    folder: Path
    address: str  # 127.0.0.1:port
    letter: str  # with which the codes of its classes begin
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        host, port = self.address.split(":")
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
        command += [f"--server.address={host}", f"--server.port={port}"]
        environment = {name: value for name, value in os.environ.items() if name != "MVAE_DATA"}
        environment["MVAE_CLASS_LETTER"] = self.letter
        self.process = subprocess.Popen(command, cwd=self.folder, env=environment, start_new_session=True)

    def wait_until_healthy(self) -> None:
        wait_until(lambda: healthy(self.address), f"replica {self.address}")

    def kill(self) -> None:
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


@dataclass
class Proxy:
    """A running nginx."""

    folder: Path
    http: str  # 127.0.0.1:port
    https: str
    replicas: dict[str, Replica] = field(default_factory=dict)  # by address, which is what the cookie says

    @property
    def address(self) -> str:
        return f"https://{self.https}"

    @property
    def public_address(self) -> str:
        """As a browser opens it that was told where this host is."""
        return self.address.replace("127.0.0.1", HOST)

    @property
    def certificate(self) -> Path:
        return self.folder / "etc" / "certificate" / "server.crt"

    @property
    def trust(self) -> ssl.SSLContext:
        """What trusts nginx's certificate, in TLS 1.2.

        In 1.3 the server sends tickets after the handshake. websockets reads in one thread and writes in
        another; where a ticket comes between, the request may not be sent, and nginx waits for it, 15 s.
        """
        context = ssl.create_default_context(cafile=self.certificate)
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        return context

    def log(self) -> list[dict[str, str]]:
        """What nginx wrote down of each request."""
        pattern = (
            r"\S+ (?P<method>\S+) (?P<path>\S+) (?P<status>\d+) \S+s (?P<bytes>\d+)B "
            r"cookie=(?P<cookie>\S+) replica=(?P<replica>.+)"
        )
        lines = (self.folder / "requests.log").read_text().splitlines()
        return [found.groupdict() for line in lines if (found := re.fullmatch(pattern, line))]


def copied_into_the_image() -> list[tuple[str, str]]:
    """Read from the Dockerfile what it copies, and where to."""
    lines = re.findall(r"^COPY (.+) (\S+)$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    return [(source, target) for sources, target in lines for source in sources.split()]


@contextmanager
def running_nginx(folder: Path, replicas: list[str], switches: str | None = None) -> Iterator[Proxy]:
    """Run nginx with the shipped configuration; only ports, addresses and perhaps switches are others."""
    proxy = Proxy(folder, free_address(), free_address())
    etc = folder / "etc"
    make_certificate(etc / "certificate", HOST)
    for name in ("nginx.conf", "headers.conf"):
        (etc / name).symlink_to(DEPLOY / "nginx" / name)
    (etc / "switches.conf").write_text(switches or (DEPLOY / "nginx" / "switches.conf").read_text())
    listen = (DEPLOY / "nginx" / "listen.conf").read_text()
    listen = listen.replace("listen 80;", f"listen {proxy.http};")
    listen = listen.replace("listen 443 ", f"listen {proxy.https} ")
    (etc / "listen.conf").write_text(listen)
    shipped = (DEPLOY / "nginx" / "replicas.conf").read_text()
    addresses = sorted(set(re.findall(r"[\d.]+:8501", shipped)))
    for address, own in zip(addresses, replicas, strict=True):  # sorted, as their letters are
        shipped = shipped.replace(address, own)
    (etc / "replicas.conf").write_text(shipped)
    run = folder / "run"
    run.mkdir()
    command = [str(NGINX), "-e", "stderr", "-p", str(run), "-c", str(etc / "nginx.conf")]
    command += ["-g", f"daemon off; user {getpass.getuser()};"]  # pytest's folders are for this user only
    with (folder / "requests.log").open("ab") as log:
        process = subprocess.Popen(command, stdout=log)
    try:
        wait_until(lambda: listens(proxy.https), "nginx")
        yield proxy
    finally:
        process.terminate()
        process.wait(10)


def make_certificate(folder: Path, *arguments: str, **options: object) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(DEPLOY / "certificate.py"), "--folder", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


@contextmanager
def running_replicas(folder: Path) -> Iterator[Proxy]:
    """Run two replicas from a folder with what the image has, and nginx in front of them."""
    app = folder / "app"
    app.mkdir()
    for source, target in copied_into_the_image():
        place = app / target / source if target.endswith("./") else app / target
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, place, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / source, place)
    replicas = {
        address: Replica(app, address, letter)
        for address, letter in zip((free_address(), free_address()), "BC", strict=True)
    }
    try:
        for replica in replicas.values():
            replica.start()
        for replica in replicas.values():
            replica.wait_until_healthy()
        with running_nginx(folder, list(replicas)) as proxy:
            proxy.replicas = replicas
            yield proxy
    finally:
        for replica in replicas.values():
            replica.kill()


@pytest.fixture(scope="session")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """Nginx in front of two replicas, the same for all tests."""
    with running_replicas(tmp_path_factory.mktemp("deploy")) as proxy:
        yield proxy


def wait_until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            pytest.fail(f"{what} did not come up")
        time.sleep(0.1)


def healthy(address: str) -> bool:
    connection = HTTPConnection(address, timeout=5)
    try:
        connection.request("GET", "/_stcore/health")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def listens(address: str) -> bool:
    host, port = address.split(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0


def free_address() -> str:
    """Find an address that nobody has; each call another one, though nobody has the earlier ones yet."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{probe.getsockname()[1]}"
        if address not in _GIVEN:
            _GIVEN.add(address)
            return address
