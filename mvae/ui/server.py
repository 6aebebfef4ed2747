"""What is done once, when the server starts and before anybody opens a page."""

import argparse
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import Any

from starlette.middleware import Middleware

from mvae.errors import CheckpointError
from mvae.ui.frame import web
from mvae.ui.navigation import announce
from mvae.ui.results import completions, examples
from mvae.ui.runtime import compat
from mvae.ui.runtime.assets import KeptAssets
from mvae.ui.runtime.leaving import LateReruns
from mvae.ui.runtime.quotas import Quotas
from mvae.ui.runtime.warmup import end, warm_up
from mvae.ui.runtime.web import WebFiles
from mvae.ui.state import models, task
from mvae.ui.text import CommandLine
from mvae.ui.views import icons

MIDDLEWARE = [
    Middleware(Quotas), Middleware(WebFiles, find=web.find), Middleware(KeptAssets), Middleware(LateReruns),
]  # fmt: skip
FIRST_PAGE = ("mvae.ui.draw.live", "mvae.ui.draw.ways", "mvae.ui.views.samples")
VOICE_PAUSE = 0.2
"""Seconds between two voices that are imagined ahead: the processor is for those who click."""


def choose_checkpoint() -> None:
    """Let the app show the checkpoint that the command line names behind ``--``, if it names one.

    Raises
    ------
    SystemExit
        If there is no such checkpoint: with a sentence that says what to do.
    """
    parser = argparse.ArgumentParser(
        "streamlit run app.py --", description=CommandLine.ABOUT, allow_abbrev=False
    )
    parser.add_argument(
        "--checkpoint", type=Path, metavar="DIR",
        help=CommandLine.CHECKPOINT,
    )  # fmt: skip
    directory = parser.parse_args(sys.argv[1:]).checkpoint
    if directory is not None:
        try:
            task.show_checkpoint(directory)
        except CheckpointError as error:
            parser.exit(2, f"{error}\n")


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
    warm_up.start(_prepare_first_page, [_load_models, _load_sound, _load_charts], _imagine_voices)
    if wait:
        warm_up.wait()


def _prepare_first_page() -> None:
    """Load what the first page needs, while a browser loads Streamlit's own scripts."""
    import_module("pandas")  # Streamlit wants it for the canvas
    for name in FIRST_PAGE:
        import_module(name)
    icons.draw_icons()
    with suppress(CheckpointError):  # the page will say it
        completions.first_answer(models.default_checkpoint())
        web.checkpoint(models.default_checkpoint())
    web.scripts_hash()


def _load_models() -> None:
    for name in task.shown().checkpoints:
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
    """Let every model say every class now and then, so that nobody waits a tenth of a second for it later."""
    shown = task.shown()
    for name, label in product(shown.checkpoints, range(len(shown.classes))):
        for modality in shown.of_kind("sound"):
            with suppress(CheckpointError):  # the page will say it
                examples.imagined(modality, label, name)
            time.sleep(VOICE_PAUSE)
