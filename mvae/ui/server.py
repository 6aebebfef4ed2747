"""What is done once, when the server starts and before anybody opens a page.

Little is imported here: pages, and what they need, are loaded once the server takes browsers.
"""

import argparse
import logging
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware

from mvae.errors import CheckpointError, LessonError
from mvae.ui import DRAW_PAGE
from mvae.ui.runtime import compat
from mvae.ui.runtime.assets import KeptAssets
from mvae.ui.runtime.leaving import LateReruns
from mvae.ui.runtime.quotas import Quotas
from mvae.ui.runtime.warmup import end, warm_up
from mvae.ui.runtime.web import Folder, WebFiles
from mvae.ui.text import CommandLine


def _find(wanted: str) -> Folder | None:
    from mvae.ui.frame import web  # noqa: PLC0415 - as the module says

    return web.find(wanted)


MIDDLEWARE = [
    Middleware(Quotas), Middleware(WebFiles, find=_find), Middleware(KeptAssets), Middleware(LateReruns),
]  # fmt: skip


def choose_what_is_shown() -> None:
    """Let the app show the checkpoint and the lessons that the command line names behind ``--``, if any.

    Raises
    ------
    SystemExit
        If there is no such checkpoint, or a lesson cannot be understood: with a sentence that says so.
    """
    parser = argparse.ArgumentParser(
        "streamlit run app.py --", description=CommandLine.ABOUT, allow_abbrev=False
    )
    parser.add_argument(
        "--checkpoint", type=Path, metavar="DIR",
        help=CommandLine.CHECKPOINT,
    )  # fmt: skip
    parser.add_argument("--lessons", type=Path, metavar="DIR", help=CommandLine.LESSONS)
    arguments = parser.parse_args(sys.argv[1:])
    try:
        if arguments.checkpoint is not None:
            from mvae.ui.state import task  # noqa: PLC0415 - as the module says

            task.show_checkpoint(arguments.checkpoint)
        if arguments.lessons is not None:
            from mvae.ui.lessons import library  # noqa: PLC0415 - as the module says
            from mvae.ui.state.hideable import hideable  # noqa: PLC0415 - as the module says

            library.teach(arguments.lessons, hideable())
    except (CheckpointError, LessonError) as error:
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
    warm_up.start(_prepare_first_page, _load, _at_leisure)
    if wait:
        warm_up.wait()


def _prepare_first_page() -> None:
    from mvae.ui import loading  # noqa: PLC0415 - as the module says

    loading.prepare_first_page()


def _load() -> None:
    from mvae.ui import loading  # noqa: PLC0415 - as the module says

    for step in (loading.load_models, loading.load_sound, loading.load_charts):
        step()


def _at_leisure() -> None:
    from mvae.ui import loading  # noqa: PLC0415 - as the module says

    loading.prepare_voices()


def announce() -> None:
    """Let Streamlit know before the first visit that the app makes its own menu.

    It takes an app with a folder named pages for its older kind, whose menu is made of the files' names,
    until `st.navigation` was called once, by whomever and for whichever pages.
    """
    logging.disable(logging.WARNING)  # "missing ScriptRunContext": nobody is there yet to whom to show it
    try:
        st.navigation([st.Page(DRAW_PAGE)])
    finally:
        logging.disable(logging.NOTSET)
