"""What is done once, when the server starts and before anybody opens a page."""

import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib import import_module
from typing import Any

from starlette.middleware import Middleware

from mvae.errors import CheckpointError
from mvae.tasks.digits import DIGITS
from mvae.ui.navigation import announce
from mvae.ui.results import voices
from mvae.ui.runtime import compat
from mvae.ui.runtime.assets import KeptAssets
from mvae.ui.runtime.leaving import LateReruns
from mvae.ui.runtime.quotas import Quotas
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
    compat.check()
    # Each rerun is a thread of its own: with a team of helpers for each, many people are served more slowly.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    load()
    yield
    end()


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
    phase = 2 * np.pi * seconds * (150 + 60 * seconds)  # gliding, with overtones: no steady tone, but a voice
    voice = np.sum([np.sin(n * phase) / n for n in range(1, 11)], axis=0) * np.hanning(len(seconds))
    waveform_of(mfcc(voice, SAMPLE_RATE))


def _load_charts() -> None:
    import_module("plotly.graph_objects")


def _imagine_voices() -> None:
    """Let every model say every digit now and then, so that nobody waits a tenth of a second for it later."""
    for name in models.CHECKPOINTS:
        for digit in range(DIGITS):
            with suppress(CheckpointError):  # the page will say it
                voices.imagined(digit, name)
            time.sleep(VOICE_PAUSE)
