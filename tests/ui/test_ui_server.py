import asyncio
import os
import socket

import pytest
from helpers import run_async

from mvae.errors import CheckpointError
from mvae.modalities.base import Modality
from mvae.tasks.digits import SPEECH
from mvae.ui import loading, server
from mvae.ui.results import examples
from mvae.ui.runtime import warmup
from mvae.ui.server import prepare


def test_the_server_sends_small_messages_at_once() -> None:
    """So does the event loop in requirements.txt; with asyncio's own, each update comes 40 ms late."""
    uvloop = pytest.importorskip("uvloop", reason="not on this system")

    async def accepted_without_delay() -> bool:
        """As Streamlit does: the socket that listens is made first, and without a protocol."""
        waits: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

        def connected(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            connection = writer.get_extra_info("socket")
            waits.set_result(bool(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)))
            writer.close()

        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            listening.listen()
            async with await asyncio.start_server(connected, sock=listening):
                _, writer = await asyncio.open_connection(*listening.getsockname())
                answer = await asyncio.wait_for(waits, 5)
                writer.close()
        return answer

    assert run_async(accepted_without_delay(), uvloop.new_event_loop)


def test_before_anybody_comes_the_server_begins_to_load_and_keeps_to_one_thread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started: list[str] = []
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setattr(server, "load", lambda: started.append("warm-up"))

    async def life() -> None:
        async with prepare(None):
            assert started == ["warm-up"]
            assert os.environ["OMP_NUM_THREADS"] == "1"

    run_async(life())


def test_all_that_is_loaded_ahead_can_be_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error in one step, in a thread that nobody watches, would leave out those after it."""
    steps: list[warmup.Step] = []
    monkeypatch.setattr(server.warm_up, "start", lambda *found: steps.extend(found[:2]))

    server.load()

    assert len(steps) == 2
    for step in steps:
        step()


def test_when_the_server_ends_what_was_asked_for_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(warmup, "_endings", [])
    monkeypatch.setattr(server, "load", lambda: None)

    async def life() -> None:
        async with prepare(None):
            warmup.at_end(lambda: done.append("closed"))
            assert not done

    run_async(life())
    assert done == ["closed"]


def test_every_voice_is_made_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[tuple[int, str | None]] = []

    def example_of(modality: Modality, label: int, checkpoint: str | None = None) -> None:
        assert modality == SPEECH
        said.append((label, checkpoint))
        if checkpoint == "conv":
            msg = "damaged"
            raise CheckpointError(msg)

    monkeypatch.setattr(loading, "VOICE_PAUSE", 0)
    monkeypatch.setattr(examples, "example_of", example_of)
    loading.prepare_voices()
    assert sorted(said) == [(digit, name) for digit in range(10) for name in ("conv", "linear")]
