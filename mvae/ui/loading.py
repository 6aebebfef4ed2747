"""What the server loads and computes in the background, step by step, for the pages to find it done."""

import time
from contextlib import suppress
from importlib import import_module
from itertools import product

from mvae.errors import CheckpointError
from mvae.ui.frame import web
from mvae.ui.results import completions, examples
from mvae.ui.state import models, task
from mvae.ui.views import icons

FIRST_PAGE = ("mvae.ui.navigation", "mvae.ui.draw.live", "mvae.ui.draw.ways", "mvae.ui.views.samples")
VOICE_PAUSE = 0.2
"""Seconds between two voices that are made ahead: the processor is for those who click."""


def prepare_first_page() -> None:
    """Load what the first page needs, while a browser loads Streamlit's own scripts."""
    import_module("pandas")  # Streamlit wants it for the canvas
    for name in FIRST_PAGE:
        import_module(name)
    icons.draw_icons()
    with suppress(CheckpointError):  # the page will say it
        completions.first_answer(models.default_checkpoint())
        web.checkpoint(models.default_checkpoint())
    web.scripts_hash()


def load_models() -> None:
    """Load the models, and torch."""
    for name in task.shown().checkpoints:
        with suppress(CheckpointError):  # the page will say it
            models.load_pipeline(name)


def load_sound() -> None:
    """Load and compile what makes MFCCs and waveforms."""
    import numpy as np  # noqa: PLC0415

    from mvae.modalities.sound import SAMPLE_RATE, mfcc, waveform_of  # noqa: PLC0415

    seconds = np.arange(SAMPLE_RATE // 2) / SAMPLE_RATE
    phase = 2 * np.pi * seconds * (150 + 60 * seconds)  # gliding, with overtones: no steady tone, but a voice
    voice = np.sum([np.sin(n * phase) / n for n in range(1, 11)], axis=0) * np.hanning(len(seconds))
    waveform_of(mfcc(voice, SAMPLE_RATE))


def load_charts() -> None:
    """Load what draws charts."""
    import_module("plotly.graph_objects")


def prepare_voices() -> None:
    """Make every example of a sound now and then, so that nobody waits a tenth of a second for it later."""
    shown = task.shown()
    for name, label in product(shown.checkpoints, range(len(shown.classes))):
        for modality in shown.of_kind("sound"):
            with suppress(CheckpointError):  # the page will say it
                examples.example_of(modality, label, name)
            time.sleep(VOICE_PAUSE)
