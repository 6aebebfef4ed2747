"""What is done once, when the server starts and before anybody opens a page."""

import gc
import os
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import cache
from importlib import import_module
from threading import Thread
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session

from mvae.ui.navigation import announce
from mvae.ui.results import voices
from mvae.ui.runtime.assets import KeptAssets
from mvae.ui.runtime.bursts import send_in_bursts
from mvae.ui.runtime.leaving import LateReruns
from mvae.ui.runtime.quotas import Quotas
from mvae.ui.runtime.turns import take_turns
from mvae.ui.runtime.warmup import HEAD_START, _asked_for, _endings
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
    warm_up()
    yield
    for action in _endings:
        action()


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


@st.cache_resource(show_spinner=False, max_entries=1)
def warm_up() -> Thread:
    """Load and compile in the background what pages need; the thread ends when all is ready."""
    thread = Thread(target=_warm_up, name="warm-up", daemon=True)
    thread.start()
    return thread


def _warm_up() -> None:
    """Load in the order in which the first page needs it: imports side by side only slow each other down."""
    import_module("pandas")  # Streamlit wants it for the canvas
    import numpy as np  # noqa: PLC0415

    from mvae.errors import CheckpointError  # noqa: PLC0415

    icons.draw_icons()
    _asked_for.wait(HEAD_START)
    for name in models.CHECKPOINTS:
        with suppress(CheckpointError):  # the page will say it
            models.load_pipeline(name)

    from mvae.modalities.sound import SAMPLE_RATE, mfcc, waveform_of  # noqa: PLC0415

    seconds = np.arange(SAMPLE_RATE // 2) / SAMPLE_RATE
    waveform_of(mfcc(np.sin(2 * np.pi * 220 * seconds) * np.hanning(len(seconds)), SAMPLE_RATE))

    import plotly.graph_objects  # noqa: F401, PLC0415

    # The garbage collector then passes over all that was loaded, which would take it 0.15 s each time.
    gc.collect()
    gc.freeze()
    Thread(target=_imagine_voices, name="voices", daemon=True).start()


def _imagine_voices() -> None:
    """Let every model say every digit now and then, so that nobody waits a tenth of a second for it later."""
    from mvae.errors import CheckpointError  # noqa: PLC0415
    from mvae.tasks.digits import DIGITS  # noqa: PLC0415

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
