"""One person takes what can be had; the next one is served all the same."""

import base64
import re
import secrets
import socket
import ssl
import statistics
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from threading import Event, Thread

import numpy as np
import pytest
import requests
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.deploy.conftest import Proxy
from tests.deploy.person import Person

pytestmark = pytest.mark.deploy

OF_A_CLIENT, OF_AN_ADDRESS = 10, 110
OPENINGS, OPENINGS_A_SECOND = 50, 10
"""Of websockets that the tests after one need, and that nginx lets an address have again."""
MEBIBYTE = 2**20
FLOOR = 0.06  # seconds: less than that nobody feels; alone an action takes 40 ms and more


class Address(requests.adapters.HTTPAdapter):
    """Requests that come from another address."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__()

    def init_poolmanager(self, *arguments: int, **options: object) -> None:
        super().init_poolmanager(*arguments, source_address=(self.address, 0), **options)


def websocket(proxy: Proxy, *, cookie: str = "", address: str = "127.0.0.1") -> ClientConnection:
    """Open a websocket and say nothing."""
    host, port = proxy.https.split(":")
    plain = socket.create_connection((host, int(port)), source_address=(address, 0))
    return connect(
        f"wss://{proxy.https}/_stcore/stream", sock=plain, ssl=proxy.trust, origin=proxy.address,
        subprotocols=["streamlit"], additional_headers={"Cookie": cookie} if cookie else {},
        server_hostname="127.0.0.1", proxy=None,
    )  # fmt: skip


def as_many_as_possible(
    proxy: Proxy, stack: ExitStack, open_one: Callable[[], ClientConnection], most: int
) -> int:
    for number in range(most):
        try:
            stack.enter_context(open_one())
        except InvalidStatus as refusal:
            if refusal.response.status_code != 429:
                raise
            return number
    return most


def can_open_the_page(proxy: Proxy, address: str = "127.0.0.1") -> bool:
    person = Person(proxy)
    person.http.mount("https://", Address(address))
    for path in ("/", "/_stcore/health"):
        person.get(path).raise_for_status()
    cookies = "; ".join(f"{name}={value}" for name, value in person.http.cookies.items())
    with suppress(InvalidStatus), websocket(proxy, cookie=cookies, address=address):
        return True
    return False


def gone(proxy: Proxy) -> None:
    """Wait until nginx has noticed that those of an earlier test have left."""
    deadline = time.monotonic() + 30
    while not can_open_the_page(proxy):
        assert time.monotonic() < deadline


def test_one_browser_cannot_take_the_websockets_of_the_next(proxy: Proxy) -> None:
    greedy = Person(proxy)
    greedy.get("/")
    cookies = "; ".join(f"{name}={value}" for name, value in greedy.http.cookies.items())
    with ExitStack() as stack:
        assert as_many_as_possible(proxy, stack, lambda: websocket(proxy, cookie=cookies), 130) == OF_A_CLIENT
        with Person(proxy) as victim:
            assert victim.run()
    gone(proxy)


def test_who_shows_no_cookie_counts_as_an_address(proxy: Proxy) -> None:
    with ExitStack() as stack:
        assert as_many_as_possible(proxy, stack, lambda: websocket(proxy), 130) <= OF_A_CLIENT
        assert can_open_the_page(proxy)
    gone(proxy)


def test_who_forges_cookies_cannot_take_the_websockets_of_another_address(proxy: Proxy) -> None:
    def forged() -> ClientConnection:
        return websocket(proxy, cookie=f"mvae_client={secrets.token_hex(16)}")

    with ExitStack() as stack:
        taken = as_many_as_possible(proxy, stack, forged, 200)
        assert 3 * 35 <= taken <= OF_AN_ADDRESS  # a class with three tabs each gets in
        assert can_open_the_page(proxy, address="127.0.0.2")
    gone(proxy)


def test_the_cookie_that_tells_browsers_apart(proxy: Proxy) -> None:
    person = Person(proxy)
    answer = person.get("/experts")
    (cookie,) = [each for each in answer.raw.headers.getlist("Set-Cookie") if each.startswith("mvae_client")]
    assert cookie.endswith("; Path=/; Secure; HttpOnly; SameSite=Lax")
    assert "mvae_client" not in str(person.get("/").raw.headers.getlist("Set-Cookie"))


def upload_at_once(person: Person, count: int, size: int) -> list[int]:
    """Begin so many uploads, each of which never ends, and read what is answered: 0 for nothing."""
    host, port = person.proxy.https.split(":")
    cookies = "; ".join(f"{name}={value}" for name, value in person.http.cookies.items())
    head = (
        f"PUT /_stcore/upload_file/{person.session}/FILE HTTP/1.1\r\nHost: {person.proxy.https}\r\n"
        f"Cookie: {cookies}\r\nX-Xsrftoken: {person.http.cookies['_streamlit_xsrf']}\r\n"
        f"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {size}\r\n\r\n--b\r\n"
    )
    with ExitStack() as stack:
        connections: list[ssl.SSLSocket] = []
        for number in range(count):
            plain = stack.enter_context(socket.create_connection((host, int(port))))
            secure = stack.enter_context(person.proxy.trust.wrap_socket(plain, server_hostname="127.0.0.1"))
            secure.sendall(head.replace("FILE", str(number)).encode())
            secure.settimeout(0.3)
            connections.append(secure)
        return [status(each) for each in connections]


def status(connection: ssl.SSLSocket) -> int:
    try:
        return int(connection.recv(64).split()[1])
    except TimeoutError:
        return 0


def test_four_uploads_of_a_browser_arrive_at_a_time(proxy: Proxy) -> None:
    with Person(proxy) as greedy, Person(proxy) as victim:
        answers = upload_at_once(greedy, 12, 9 * MEBIBYTE)
        assert answers.count(0) == 4
        assert set(answers) == {0, 429}
        assert victim.upload(b"RIFF").status_code == 204


def test_a_session_cannot_fill_the_memory(proxy: Proxy) -> None:
    """40 x 19 MiB stayed in memory; now they are refused, or the oldest make room."""
    with Person(proxy) as greedy, Person(proxy) as victim:
        refused = 0
        for _ in range(12):
            answer = greedy.http.put(
                f"{proxy.address}/_stcore/upload_file/{greedy.session}/{secrets.token_hex(8)}",
                files={"a.wav": ("a.wav", bytes(9 * MEBIBYTE))},
                headers={"X-Xsrftoken": greedy.http.cookies["_streamlit_xsrf"]}, timeout=30,
            )  # fmt: skip
            assert answer.status_code in {204, 429}
            refused += answer.status_code == 429
        assert refused
        assert 27 * MEBIBYTE <= kept(greedy) <= 40 * MEBIBYTE
        assert victim.upload(b"RIFF").status_code == 204


def kept(person: Person) -> int:
    """Bytes of uploads that a replica holds, as it says itself; nginx lets nobody ask that."""
    said = requests.get(f"http://{person.replica}/_stcore/metrics", timeout=30).text
    return sum(map(int, re.findall(r"^cache_memory_bytes.*UploadedFileManager.* (\d+)$", said, re.MULTILINE)))


@contextmanager
def beside(harm: Callable[[], object]) -> Iterator[None]:
    """Let somebody do harm again and again."""
    over = Event()

    def go_on() -> None:
        while not over.is_set():
            harm()

    thread = Thread(target=go_on)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def medians(what: str, act: Callable[[], object], harm: Callable[[], object]) -> tuple[float, float]:
    """Seconds that an action takes, the median of a few: alone, and beside somebody who does harm."""
    alone, disturbed = [], []
    for _ in range(7):
        alone.append(seconds(act))
        with beside(harm):
            disturbed.append(seconds(act))
    before, then = statistics.median(alone), statistics.median(disturbed)
    print(f"{what}: {1000 * before:.0f} ms alone, {1000 * then:.0f} ms beside")
    return before, then


def seconds(act: Callable[[], object]) -> float:
    begin = time.monotonic()
    act()
    return time.monotonic() - begin


@pytest.fixture
def neighbours(proxy: Proxy) -> Iterator[tuple[Person, Person]]:
    """Two people of one replica: one means harm, the other one is measured."""
    with ExitStack() as stack:
        people = [stack.enter_context(Person(proxy)) for _ in range(3)]
        first, second = [each for each in people if [p.replica for p in people].count(each.replica) > 1][:2]
        yield first, second


def test_uploads_without_end_do_not_slow_down_the_next(neighbours: tuple[Person, Person]) -> None:
    hostile, victim = neighbours
    content = bytes(2 * MEBIBYTE)
    alone, disturbed = medians("uploads", victim.run, lambda: hostile.upload(content))
    assert disturbed <= 2 * alone + FLOOR


def test_websockets_without_end_do_not_slow_down_the_next(neighbours: tuple[Person, Person]) -> None:
    hostile, victim = neighbours
    cookies = "; ".join(f"{name}={value}" for name, value in hostile.http.cookies.items())

    def harm() -> None:
        with suppress(InvalidStatus), websocket(hostile.proxy, cookie=cookies):
            pass

    alone, disturbed = medians("websockets", victim.run, harm)
    time.sleep(
        OPENINGS / OPENINGS_A_SECOND
    )  # all openings of this address are used up: the next tests need some
    assert disturbed <= 2 * alone + FLOOR


def test_dear_links_without_end_do_not_slow_down_the_next(neighbours: tuple[Person, Person]) -> None:
    """Each is other than the one before, or Streamlit's page would know it as its own."""
    hostile, victim = neighbours
    links = iter([_dear_link(number) for number in range(500)])  # made before: this process measures, too
    alone, disturbed = medians("links", victim.run, lambda: hostile.open_link(next(links)))
    assert disturbed <= 2 * alone + FLOOR


def _dear_link(number: int) -> str:
    places = np.tile([[16_384, 16_384], [49_151, 49_151 - number]], (1_990, 1))
    content = np.array([len(places), *places.flat], ">u2").tobytes()
    text = base64.urlsafe_b64encode(zlib.compress(content, 9)).decode().rstrip("=")
    return f"farsi=~{text}&kannada=~{text}"
