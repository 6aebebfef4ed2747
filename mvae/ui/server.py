"""What is done once, when the server starts and before anybody opens a page."""

import gc
import os
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import cache
from importlib import import_module
from typing import Any

from starlette.middleware import Middleware
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session

from mvae.errors import CheckpointError
from mvae.tasks.digits import DIGITS
from mvae.ui.navigation import announce
from mvae.ui.results import voices
from mvae.ui.runtime.assets import KeptAssets
from mvae.ui.runtime.bursts import send_in_bursts
from mvae.ui.runtime.leaving import LateReruns
from mvae.ui.runtime.quotas import Quotas
from mvae.ui.runtime.turns import take_turns
from mvae.ui.runtime.warmup import end, warm_up
from mvae.ui.state import models
from mvae.ui.views import icons

MIDDLEWARE = [Middleware(Quotas), Middleware(KeptAssets), Middleware(LateReruns)]
VOICE_PAUSE = 0.2
"""Seconds between two voices that are imagined ahead: the processor is for those who click."""


@asynccontextmanager
async def prepare(_app: Any) -> AsyncIterator[None]:
    """Prepare the server, for `st.App`; what takes seconds goes on in the background."""
    announce()
    send_at_once()
    remember_theme()
    send_in_bursts()
    take_turns()
    # Each rerun is a thread of its own: with a team of helpers for each, many people are served more slowly.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    load()
    yield
    end()


def send_at_once() -> None:
    """Let the server send small messages without waiting until the browser has acknowledged the ones before.

    asyncio asks for that only where a socket names its protocol, which Streamlit's does not
    (github.com/Kludex/uvicorn/issues/3149): each update of a page would come 40 ms late. Connections inherit
    it from the socket that listens.
    """
    for thing in gc.get_objects():
        if issubclass(type(thing), socket.socket) and _listens(thing):  # isinstance would wake lazy objects
            thing.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True)


def remember_theme() -> None:
    """Let the server read its theme once: it would look up all its settings before every rerun, 1 ms each."""
    read = app_session._populate_theme_msg  # noqa: SLF001 - Streamlit has no setting for it

    @cache
    def kept(section: str) -> CustomThemeConfig:
        theme = CustomThemeConfig()
        read(theme, section)
        return theme

    def fill(msg: CustomThemeConfig, section: str = "theme") -> None:
        if kept(section).ByteSize():
            msg.MergeFrom(kept(section))

    app_session._populate_theme_msg = fill  # noqa: SLF001


def load(*, wait: bool = False) -> None:
    """Load and compile in the background what pages need, and wait for it if asked to."""
    warm_up.start(_draw_icons, [_load_models, _load_sound, _load_charts], _imagine_voices)
    if wait:
        warm_up.wait()


def _draw_icons() -> None:
    import_module("pandas")  # Streamlit wants it for the canvas
    icons.draw_icons()


def _load_models() -> None:
    for name in models.CHECKPOINTS:
        with suppress(CheckpointError):  # the page will say it
            models.load_pipeline(name)


def _load_sound() -> None:
    import numpy as np  # noqa: PLC0415

    from mvae.modalities.sound import SAMPLE_RATE, mfcc, waveform_of  # noqa: PLC0415

    seconds = np.arange(SAMPLE_RATE // 2) / SAMPLE_RATE
    waveform_of(mfcc(np.sin(2 * np.pi * 220 * seconds) * np.hanning(len(seconds)), SAMPLE_RATE))


def _load_charts() -> None:
    import_module("plotly.graph_objects")


def _imagine_voices() -> None:
    """Let every model say every digit now and then, so that nobody waits a tenth of a second for it later."""
    for name in models.CHECKPOINTS:
        for digit in range(DIGITS):
            with suppress(CheckpointError):  # the page will say it
                voices.imagined(digit, name)
            time.sleep(VOICE_PAUSE)


def _listens(thing: socket.socket) -> bool:
    try:
        return thing.family in (socket.AF_INET, socket.AF_INET6) and bool(
            thing.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
        )
    except OSError:  # it is closed
        return False
