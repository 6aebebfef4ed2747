"""A page that was left does not run again, and everything else goes through."""

from typing import Any

import pytest
from helpers import run_async
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from mvae.ui.runtime.leaving import LateReruns

DRAW, TRAINING = "hash of draw", "hash of training"
Message = dict[str, Any]


def rerun(page: str = "", part: str = "") -> Message:
    """What a browser sends: for a page where a link was clicked, for a part where a widget was changed."""
    told = BackMsg()
    told.rerun_script.page_script_hash, told.rerun_script.fragment_id = page, part
    return {"type": "websocket.receive", "bytes": told.SerializeToString()}


def shown(page: str) -> Message:
    """What the app sends with a page's menu."""
    told = ForwardMsg()
    told.navigation.page_script_hash = page
    return {"type": "websocket.send", "bytes": told.SerializeToString()}


def heard_by_the_app(*said: Message, kind: str = "websocket") -> list[Message]:
    """What reaches the app of what browser (receive) and app (send) say in this order."""
    heard: list[Message] = []
    sent: list[Message] = []
    end: Message = {"type": "websocket.disconnect", "code": 1000}
    waiting = [*said, end]

    async def app(_scope: Any, receive: Any, send: Any) -> None:
        while not heard or heard[-1] != end:
            while waiting[0]["type"] == "websocket.send":
                await send(waiting.pop(0))
            heard.append(await receive())

    async def receive() -> Message:
        return waiting.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    run_async(LateReruns(app)({"type": kind}, receive, send))
    assert sent == [message for message in said if message["type"] == "websocket.send"]
    return heard[:-1]


def test_a_part_of_the_page_that_was_left_does_not_run() -> None:
    before, click, late = rerun(DRAW, "canvas"), rerun(TRAINING), rerun(DRAW, "canvas")
    assert heard_by_the_app(before, click, late) == [before, click]


def test_parts_of_the_page_that_is_shown_run() -> None:
    said = [rerun(), rerun(DRAW, "canvas"), rerun(TRAINING), rerun(TRAINING, "tabs"), rerun(DRAW)]
    said += [rerun(DRAW, "canvas")]
    assert heard_by_the_app(*said) == said


def test_the_app_may_change_the_page_by_itself() -> None:
    first, late, part = rerun(DRAW), rerun(DRAW, "canvas"), rerun(TRAINING, "tabs")
    assert heard_by_the_app(first, shown(TRAINING), late, part) == [first, part]


@pytest.mark.parametrize(
    "message",
    [
        pytest.param({"type": "websocket.connect"}, id="connect"),
        pytest.param({"type": "websocket.receive", "text": "hello"}, id="text"),
        pytest.param({"type": "websocket.receive", "bytes": b"\xff\xff\xff"}, id="no message of Streamlit"),
        pytest.param({"type": "websocket.receive", "bytes": BackMsg(load_git_info=True).SerializeToString()},
                     id="no rerun"),
    ],
)  # fmt: skip
def test_all_else_goes_through(message: Message) -> None:
    assert heard_by_the_app(message) == [message]


def test_what_is_no_websocket_goes_through() -> None:
    late = [rerun(TRAINING), rerun(DRAW, "canvas")]
    assert heard_by_the_app(*late, kind="http") == late
