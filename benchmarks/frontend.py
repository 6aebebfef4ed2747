"""Streamlit's frontend without a browser: speaks its websocket protocol as the one of version 1.67 does.

What a browser would load is loaded, too: the page's scripts and styles at first, later each picture and sound
that has an address of its own. Each rerun carries the values of all widgets, and names the messages that the
browser still has, which the server then does not send again.
"""

import asyncio
import re
import time
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

PATIENCE = 10.0
"""Seconds after which an answer that did not come counts as a failure."""
_CONNECTIONS = 6  # to one server, as browsers have
_CACHED_RUNS = 2  # Streamlit's global.maxCachedMessageAge
_OUTPUTS = {"imgs", "plotly_chart"}
_ON_EVERY_PAGE = {"download-pictures", "copy-link-button", "address-bar"}
_FINISHED = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


class Failure(Exception):  # noqa: N818 - what the report calls it
    """The app did not answer as it should; says what happened."""


class Frontend:
    """One browser tab.

    Parameters
    ----------
    address
        Of the app.
    source
        This machine's address that the server sees; it bears only so many tabs of one.

    Attributes
    ----------
    widgets
        What can be touched: the key that the app gave it -> its message.
    pages
        Address of each page, "" for the first -> what Streamlit calls it.
    received
        Bytes so far.
    query
        What the page's address says behind the question mark.
    """

    def __init__(self, address: str, source: str = "127.0.0.1") -> None:
        self.received, self.query = 0, ""
        self.widgets: dict[str, Any] = {}
        self.pages: dict[str, str] = {}
        self._address, self._source = address, source
        self._page = ""
        self._shown: dict[tuple[int, ...], Delta] = {}
        self._values: dict[str, WidgetState] = {}
        self._messages: dict[str, tuple[int, ForwardMsg]] = {}
        self._runs = 0
        self._loaded: set[str] = set()
        self._socket: ClientConnection | None = None

    async def open(self) -> float:
        """Load the page and run it for the first time: the seconds until all outputs are there."""
        started = time.perf_counter()
        try:
            async with asyncio.timeout(PATIENCE):
                (index,) = await self._load(["/"])
                files = re.findall(r'(?:src|href)="\./(static/[^"]+)"', index.decode())
                await self._load([f"/{name}" for name in files])
                await self._load(["/_stcore/health", "/_stcore/host-config"])
                self._socket = await connect(
                    f"{self._address.replace('http', 'ws', 1)}/_stcore/stream", compression=None,
                    max_size=None, subprotocols=["streamlit", "PLACEHOLDER_AUTH_TOKEN"],
                    local_addr=(self._source, 0),
                )  # fmt: skip
        except (OSError, TimeoutError, WebSocketException) as error:
            msg = f"could not open the page: {error!r}"
            raise Failure(msg) from error
        return await self._run(started)

    async def close(self) -> None:
        """Close the tab."""
        if self._socket is not None:
            await self._socket.close()

    async def turn_to(self, page: str) -> float:
        """Open another page by the navigation bar: the seconds until all outputs are there."""
        self._page = self.pages[page]
        self._values.clear()
        return await self._run(time.perf_counter())

    async def touch(self, state: WidgetState) -> float:
        """Change one widget's value: the seconds until all outputs are there."""
        self._values[state.id] = state
        (fragment,) = (delta.fragment_id for delta in self._shown.values() if state.id == _widget_id(delta))
        return await self._run(time.perf_counter(), fragment)

    async def press(self, key: str) -> float:
        """Press a button: the seconds until all outputs are there."""
        widget_id = self.widgets[key].id
        seconds = await self.touch(WidgetState(id=widget_id, trigger_value=True))
        self._values.pop(widget_id, None)
        return seconds

    def html(self) -> str:
        """Return all that the page says as HTML."""
        return " ".join(delta.new_element.html.body for delta in self._shown.values())

    def value(self, key: str) -> WidgetState:
        """Return a widget's present value."""
        return self._values[self.widgets[key].id]

    async def _run(self, started: float, fragment: str = "") -> float:
        message = BackMsg()
        state = message.rerun_script
        state.widget_states.widgets.extend(self._values.values())
        state.page_script_hash = self._page
        state.fragment_id = fragment
        state.query_string = self.query
        state.cached_message_hashes.extend(self._messages)
        state.context_info.url = self._address
        try:
            async with asyncio.timeout(PATIENCE):
                await self._socket.send(message.SerializeToString())
                await self._receive()
                seconds = time.perf_counter() - started
                await self._load_media()
        except (OSError, TimeoutError, WebSocketException) as error:
            msg = f"no answer: {error!r}"
            raise Failure(msg) from error
        self._keep_widgets()
        self._check()
        return seconds

    async def _receive(self) -> None:
        """Read until the script, or those fragments of it that run, have finished; the rest goes."""
        self._runs += 1
        running: Iterable[str] = ()
        new: set[tuple[int, ...]] = set()
        while True:
            received = await self._socket.recv()
            self.received += len(received)
            message = ForwardMsg.FromString(received)
            place = tuple(message.metadata.delta_path)
            if message.HasField("ref_hash"):
                message = self._messages[message.ref_hash][1]
                self._messages[message.hash] = self._runs, message
            elif message.metadata.cacheable:
                self._messages[message.hash] = self._runs, message
            match message.WhichOneof("type"):
                case "new_session":
                    self._page = message.new_session.page_script_hash
                    running, new = message.metadata.run.fragment_ids, set()
                case "navigation":
                    self._page = message.navigation.page_script_hash
                    self.pages = {
                        "" if page.is_default else page.url_pathname: page.page_script_hash
                        for page in message.navigation.app_pages
                    }
                case "delta":
                    new.add(place)
                    self._shown[place] = message.delta
                case "script_finished" if message.script_finished in _FINISHED:
                    break
        self._shown = {
            place: delta
            for place, delta in self._shown.items()
            if place in new or (running and delta.fragment_id not in running)
        }
        oldest = self._runs - _CACHED_RUNS
        self._messages = {key: kept for key, kept in self._messages.items() if kept[0] > oldest}

    def _keep_widgets(self) -> None:
        """Take over the values that the app sets, and forget the widgets that are gone."""
        before, self._values, self.widgets = self._values, {}, {}
        for delta in self._shown.values():
            widget_id = _widget_id(delta)
            if not widget_id:
                continue
            kind = str(delta.new_element.WhichOneof("type"))
            widget = delta.add_block if delta.HasField("add_block") else getattr(delta.new_element, kind)
            self.widgets[_key(widget_id)] = widget
            if widget_id in before and not getattr(widget, "set_value", False):
                self._values[widget_id] = before[widget_id]
            elif kind in _VALUES:
                self._values[widget_id] = _VALUES[kind](widget)

    def _check(self) -> None:
        elements = [delta.new_element for delta in self._shown.values()]
        for element in elements:
            if element.HasField("exception"):
                msg = f"an error on the page: {element.exception.type} {element.exception.message}"
                raise Failure(msg)
        if not any(map(_is_output, elements)):
            msg = "nothing was put out"
            raise Failure(msg)

    async def _load_media(self) -> None:
        elements = [delta.new_element for delta in self._shown.values()]
        urls = [picture.url for element in elements for picture in element.imgs.imgs]
        urls += [element.audio.url for element in elements]
        await self._load([url for url in urls if url.startswith("/media/")])

    async def _load(self, paths: list[str]) -> list[bytes]:
        """GET what is not in the browser's cache yet, over at most six connections."""
        new = [path for path in dict.fromkeys(paths) if path not in self._loaded]
        self._loaded.update(new)
        shares = [new[start::_CONNECTIONS] for start in range(min(_CONNECTIONS, len(new)))]
        return [content for part in await asyncio.gather(*map(self._get, shares)) for content in part]

    async def _get(self, paths: list[str]) -> list[bytes]:
        """GET files one after the other over one connection."""
        host = urlsplit(self._address)
        reader, writer = await asyncio.open_connection(host.hostname, host.port, limit=2**23)
        contents = []
        for path in paths:
            request = f"GET {path} HTTP/1.1\r\nHost: {host.netloc}\r\nAccept-Encoding: gzip\r\n\r\n"
            writer.write(request.encode())
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            if not head.startswith("http/1.1 200 "):
                msg = f"{path}: {head.splitlines()[0]}"
                raise Failure(msg)
            length = re.search(r"content-length: (\d+)", head)
            contents.append(await reader.readexactly(int(length[1])))
            self.received += len(head) + len(contents[-1])
        writer.close()
        return contents


def numbers(widget_id: str, values: Iterable[float]) -> WidgetState:
    """Return the state of a slider."""
    state = WidgetState(id=widget_id)
    state.double_array_value.data.extend(values)
    return state


def texts(widget_id: str, values: Iterable[str]) -> WidgetState:
    """Return the state of pills or of a segmented control."""
    state = WidgetState(id=widget_id)
    state.string_array_value.SetInParent()
    state.string_array_value.data.extend(values)
    return state


# What a browser sends of a widget that nobody has touched yet, or whose value the app has set.
_VALUES = {
    "checkbox": lambda w: WidgetState(id=w.id, bool_value=w.value if w.set_value else w.default),
    "slider": lambda w: numbers(w.id, w.value if w.set_value else w.default),
    "number_input": lambda w: WidgetState(id=w.id, double_value=w.value if w.set_value else w.default),
    "selectbox": lambda w: WidgetState(
        id=w.id, string_value=w.raw_value if w.set_value else w.options[w.default]
    ),
    "button_group": lambda w: texts(
        w.id, w.raw_values if w.set_value else [w.options[index].content for index in w.default]
    ),
}


def _widget_id(delta: Delta) -> str:
    """Return the name of the widget that is shown, or nothing if it is none."""
    if delta.add_block.HasField("tab_container"):
        return str(delta.add_block.id)
    kind = str(delta.new_element.WhichOneof("type"))
    return str(getattr(delta.new_element, kind).id) if kind in (*_VALUES, "bidi_component", "button") else ""


def _is_output(element: Any) -> bool:
    """Say whether it is a picture, a chart, a table, or a component of this page alone."""
    if element.HasField("bidi_component"):
        return _key(element.bidi_component.id) not in _ON_EVERY_PAGE
    drawn = "<img" in element.html.body or "---: |" in element.markdown.body
    return drawn or element.WhichOneof("type") in _OUTPUTS


def _key(widget_id: str) -> str:
    """Return the key that the app gave a widget: $$ID-hash-key."""
    return widget_id.split("-", 2)[2]
