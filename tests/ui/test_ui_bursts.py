"""A rerun's messages leave together, and never too late."""

import asyncio
from collections.abc import Iterator

import pytest
from helpers import run_async
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.app_session import AppSessionState
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue

from mvae.ui.runtime import bursts

RUNNING, IDLE = AppSessionState.APP_IS_RUNNING, AppSessionState.APP_NOT_RUNNING


class Session:
    """As much of a session as sends messages."""

    def __init__(self) -> None:
        self._browser_queue, self._state = ForwardMsgQueue(), IDLE

    def say(self, *messages: ForwardMsg, state: AppSessionState) -> list[ForwardMsg]:
        """Put messages into the queue, and return what is sent of it."""
        for message in messages:
            self._browser_queue.enqueue(message)
        self._state = state
        return bursts._flush_in_bursts(self)  # type: ignore[arg-type]


class Server:
    def __init__(self) -> None:
        self.woken = 0

    def _enqueued_some_message(self) -> None:
        self.woken += 1


def begins() -> ForwardMsg:
    message = ForwardMsg()
    message.new_session.name = "app"
    return message


def shows(place: int) -> ForwardMsg:
    message = ForwardMsg()
    message.metadata.delta_path.extend([0, place])
    message.delta.new_element.markdown.body = str(place)
    return message


def ends(how: "ForwardMsg.ScriptFinishedStatus.ValueType") -> ForwardMsg:
    message = ForwardMsg()
    message.script_finished = how
    return message


DONE = ends(ForwardMsg.FINISHED_SUCCESSFULLY)
AGAIN = ends(ForwardMsg.FINISHED_EARLY_FOR_RERUN)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    server = Server()
    monkeypatch.setattr("streamlit.runtime.get_instance", lambda: server)
    monkeypatch.setattr(bursts, "HELD", 0.02)
    return server


def painted() -> Session:
    """A session whose browser has a page."""
    session = Session()
    assert session.say(begins(), DONE, state=IDLE)
    return session


def test_what_a_rerun_shows_leaves_together_at_its_end(server: Server) -> None:
    async def life() -> None:
        session = painted()
        assert session.say(begins(), shows(0), state=RUNNING) == []
        assert session.say(shows(1), state=RUNNING) == []
        assert session.say(shows(2), DONE, state=IDLE) == [begins(), shows(0), shows(1), shows(2), DONE]

    run_async(life())


def test_a_rerun_that_takes_long_is_seen_to_come_though_nothing_more_happens(server: Server) -> None:
    async def life() -> None:
        session = painted()
        assert session.say(begins(), shows(0), state=RUNNING) == []
        await asyncio.sleep(0.05)
        assert server.woken == 1  # the server then asks again
        assert session.say(state=RUNNING) == [begins(), shows(0)]
        assert session.say(shows(1), state=RUNNING) == []  # and so on
        await asyncio.sleep(0.05)
        assert server.woken == 2
        assert session.say(state=RUNNING) == [shows(1)]

    run_async(life())


def test_the_first_page_comes_as_it_is_made(server: Server) -> None:
    async def life() -> None:
        session = Session()
        assert session.say(begins(), state=RUNNING) == [begins()]
        assert session.say(shows(0), state=RUNNING) == [shows(0)]
        assert session.say(DONE, state=IDLE) == [DONE]
        assert session.say(begins(), shows(0), state=RUNNING) == []

    run_async(life())


def test_a_rerun_that_only_calls_back_is_not_sent(server: Server) -> None:
    async def life() -> None:
        session = painted()
        assert session.say(begins(), AGAIN, state=IDLE) == []  # another is about to begin
        assert session.say(begins(), shows(0), DONE, state=IDLE) == [begins(), shows(0), DONE]

    run_async(life())


def test_what_an_interrupted_rerun_has_shown_is_sent(server: Server) -> None:
    async def life() -> None:
        session = painted()
        assert session.say(begins(), shows(0), AGAIN, begins(), shows(1), DONE, state=IDLE) == [
            begins(), shows(0), AGAIN, begins(), shows(1), DONE,
        ]  # fmt: skip

    run_async(life())


def test_the_end_of_a_rerun_that_was_shown_is_sent_before_one_that_only_calls_back(server: Server) -> None:
    async def life() -> None:
        session = painted()
        said = session.say(DONE, begins(), AGAIN, begins(), shows(0), DONE, state=IDLE)
        assert said == [DONE, begins(), shows(0), DONE]

    run_async(life())


def test_a_fragment_that_only_calls_back_loses_nothing_of_the_rerun_before(server: Server) -> None:
    async def life() -> None:
        session = painted()
        card, outputs = shows(0), shows(1)
        card.delta.fragment_id = "card"
        assert session.say(begins(), card, DONE, state=RUNNING) == []
        bursts._begin(session, ["card"])  # type: ignore[arg-type]
        assert session.say(begins(), AGAIN, state=RUNNING) == []
        bursts._begin(session, ["outputs"])  # type: ignore[arg-type]
        assert session.say(begins(), outputs, DONE, state=IDLE) == [
            begins(), card, DONE, begins(), AGAIN, begins(), outputs, DONE,
        ]  # fmt: skip

    run_async(life())


def test_what_a_fragment_shows_anew_stands_behind_its_beginning(server: Server) -> None:
    async def life() -> None:
        session = painted()
        assert session.say(begins(), shows(0), DONE, state=RUNNING) == []
        bursts._begin(session, ["card"])  # type: ignore[arg-type]
        assert session.say(begins(), shows(0), DONE, state=IDLE) == [
            begins(), shows(0), DONE, begins(), shows(0), DONE,
        ]  # fmt: skip

    run_async(life())


def test_a_page_that_runs_again_shows_nothing_of_before(server: Server) -> None:
    async def life() -> None:
        session = painted()
        assert session.say(begins(), shows(0), state=RUNNING) == []
        bursts._begin(session)  # type: ignore[arg-type]
        assert session.say(begins(), shows(1), DONE, state=IDLE) == [begins(), begins(), shows(1), DONE]

    run_async(life())


def test_an_idle_session_sends_at_once(server: Server) -> None:
    async def life() -> None:
        session = painted()
        assert session.say(state=IDLE) == []
        assert session.say(shows(0), state=IDLE) == [shows(0)]
        assert server.woken == 0

    run_async(life())


def test_one_session_does_not_hold_up_another(server: Server) -> None:
    async def life() -> None:
        first, second = painted(), painted()
        assert first.say(begins(), shows(0), state=RUNNING) == []
        assert second.say(begins(), shows(0), DONE, state=IDLE) == [begins(), shows(0), DONE]
        assert first.say(DONE, state=IDLE) == [begins(), shows(0), DONE]

    run_async(life())
