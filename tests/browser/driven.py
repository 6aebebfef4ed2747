"""WebKit and Firefox, driven from outside by what both understand: actions of WebDriver, and JavaScript."""

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

import pytest
from selenium.webdriver import WebKitGTK, WebKitGTKService
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.command import Command
from websockets.sync.client import ClientConnection, connect

from benchmarks.serving import group_that_ends_with_us

WIDTH, HEIGHT = 1440, 900
PATIENCE = 60.0  # seconds for what is waited for
Place = tuple[float, float]
"""x and y in pixels of the window."""


class Driven(Protocol):
    """A browser with one page."""

    trouble: list[str]
    """What went wrong in the page, as far as the browser says it."""

    def go_to(self, address: str) -> None:
        """Open an address and wait until it is loaded."""

    def run(self, function: str, *arguments: Any) -> Any:
        """Call a function of JavaScript, which may be asynchronous; what goes in and comes out is JSON."""

    def act(self, source: dict[str, Any]) -> None:
        """Perform a source of actions, as WebDriver has them."""

    def choose_file(self, selector: str, file: Path) -> None:
        """Choose a file in an input of the page."""


class WebKit:
    """WebKitGTK's own small browser, by its WebDriver."""

    def __init__(self, driver: WebKitGTK) -> None:
        self.trouble: list[str] = []
        self._driver = driver

    def go_to(self, address: str) -> None:
        self._driver.get(address)

    def run(self, function: str, *arguments: Any) -> Any:
        script = f"""const [done, ...inputs] = [...arguments].reverse();
            (async () => ({function})(...inputs.reverse()))()
              .then((value) => done({{ value }}), (error) => done({{ error: String(error) }}));"""
        answer = self._driver.execute_async_script(script, *arguments)
        assert "error" not in answer, answer
        return answer.get("value")

    def act(self, source: dict[str, Any]) -> None:
        self._driver.execute(Command.W3C_ACTIONS, {"actions": [source]})

    def choose_file(self, selector: str, file: Path) -> None:
        self._driver.find_element(By.CSS_SELECTOR, selector).send_keys(str(file))


class Firefox:
    """Firefox, by WebDriver BiDi, which it speaks itself."""

    def __init__(self, socket: ClientConnection) -> None:
        self.trouble: list[str] = []
        self._socket = socket
        self._count = 0
        self._send("session.new", capabilities={})
        self._send("session.subscribe", events=["log.entryAdded"])
        (page,) = self._send("browsingContext.getTree")["contexts"]
        self._page: str = page["context"]
        viewport = {"width": WIDTH, "height": HEIGHT}
        self._send("browsingContext.setViewport", context=self._page, viewport=viewport)

    def go_to(self, address: str) -> None:
        self._send("browsingContext.navigate", context=self._page, url=address, wait="complete")

    def run(self, function: str, *arguments: Any) -> Any:
        inputs = json.dumps(arguments)
        whole = f"async () => JSON.stringify(await ({function})(...{inputs})) ?? 'null'"
        answer = self._send(
            "script.callFunction",
            functionDeclaration=whole,
            target={"context": self._page},
            awaitPromise=True,
        )
        assert answer["type"] == "success", answer
        return json.loads(answer["result"]["value"])

    def act(self, source: dict[str, Any]) -> None:
        self._send("input.performActions", context=self._page, actions=[source])

    def choose_file(self, selector: str, file: Path) -> None:
        locator = {"type": "css", "value": selector}
        (found,) = self._send("browsingContext.locateNodes", context=self._page, locator=locator)["nodes"]
        element = {"sharedId": found["sharedId"]}
        self._send("input.setFiles", context=self._page, element=element, files=[str(file)])

    def _send(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._count += 1
        self._socket.send(json.dumps({"id": self._count, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self._socket.recv(timeout=PATIENCE))
            if answer.get("method") == "log.entryAdded" and answer["params"]["level"] == "error":
                self.trouble.append(str(answer["params"]["text"]))
            if answer.get("id") == self._count:
                assert answer["type"] == "success", answer
                return dict(answer["result"])


@contextmanager
def webkit(home: Path) -> Iterator[Driven]:
    """Start WebKit, on a screen of its own; it keeps what it writes in a folder."""
    reading, writing = os.pipe()
    screen = ("-displayfd", str(writing), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-nolisten", "tcp")
    with group_that_ends_with_us() as group:
        subprocess.Popen(
            ["Xvfb", *screen], process_group=group, pass_fds=[writing], stderr=subprocess.DEVNULL
        )
        os.close(writing)
        with os.fdopen(reading) as told:
            number = told.readline().strip()
        surroundings = {**os.environ, "DISPLAY": f":{number}", "HOME": str(home)}
        driver = WebKitGTK(service=WebKitGTKService(env=surroundings))  # starts MiniBrowser --automation
        try:
            driver.set_script_timeout(PATIENCE)
            driver.set_window_rect(0, 0, WIDTH, HEIGHT)
            yield WebKit(driver)
        finally:
            driver.quit()


@contextmanager
def firefox(home: Path) -> Iterator[Driven]:
    """Start Firefox without a window; it keeps what it writes in a folder."""
    arguments = ("--headless", "--no-remote", "--profile", str(home), "--remote-debugging-port=0")
    with group_that_ends_with_us() as group:
        subprocess.Popen(
            ["firefox-esr", *arguments], process_group=group, env={**os.environ, "HOME": str(home)},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        said = home / "WebDriverBiDiServer.json"
        wait_until(lambda: said.is_file() and said.stat().st_size, "Firefox listens")
        port = json.loads(said.read_text())["ws_port"]
        with connect(f"ws://127.0.0.1:{port}/session", max_size=None) as socket:
            yield Firefox(socket)


def wait_until(holds: Callable[[], Any], what: str) -> Any:
    """Look for a minute, ten times a second, until it holds; returns what it gave."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := holds():
            return found
        time.sleep(0.1)
    pytest.fail(f"not so: {what}")


def moves(*places: Place) -> list[dict[str, Any]]:
    """Return actions that lead the mouse from place to place, in steps as a hand makes them."""
    steps = [places[0]]
    for start, end in pairwise(places):
        shares = [step / 8 for step in range(1, 9)]
        steps += [tuple(a + (b - a) * share for a, b in zip(start, end, strict=True)) for share in shares]
    return [{"type": "pointerMove", "x": round(x), "y": round(y), "duration": 16} for x, y in steps]


def mouse(driven: Driven, *actions: dict[str, Any]) -> None:
    """Let the mouse act; it stays pressed where the actions leave it so."""
    parameters = {"pointerType": "mouse"}
    driven.act({"type": "pointer", "id": "mouse", "parameters": parameters, "actions": [*actions]})


DOWN, UP = ({"type": f"pointer{way}", "button": 0} for way in ("Down", "Up"))


def press(driven: Driven, key: str) -> None:
    """Press a key and let it go; what has the focus gets it."""
    keys = [{"type": f"key{way}", "value": key} for way in ("Down", "Up")]
    driven.act({"type": "key", "id": "keys", "actions": keys})
