"""Whether whoever started a training is still there: connected, and on a page that asks how it goes.

A computer that sleeps, a browser that has put a tab to sleep, or a tab that nobody looks at for five minutes
stays connected, and asks seldom or no more.
"""

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:  # it imports torch, for which the page does not wait
    from mvae.training.job import Job

JOB = "own-job"
"""Where the session keeps the training on its screen."""
SILENCE = 20.0
"""Seconds after which a page that has not asked counts as left."""
_EVERY = 5.0  # seconds between two questions


class Presence:
    """Says whether a training's owner is there.

    Parameters
    ----------
    connected
        Says whether the owner's browser is connected.
    clock
        Seconds, for tests.
    """

    def __init__(self, connected: Callable[[], bool], clock: Callable[[], float] = time.monotonic) -> None:
        self._connected, self._clock = connected, clock
        self._asked: float | None = clock()

    def ask(self, *, active: bool) -> None:
        """Note that a page asks; after a training that has ended none needs to ask again."""
        self._asked = self._clock() if active else None

    def __call__(self) -> bool:
        """Return whether the owner is there."""
        return self._connected() and (self._asked is None or self._clock() - self._asked <= SILENCE)


def ask(job: "Job") -> None:
    """Note that a page of its owner asks how a training goes."""
    if isinstance(job.present, Presence):
        job.present.ask(active=job.state.active)


def stay_present() -> None:
    """Let a training go on, or keep its place, while its owner reads any page; call it on every page."""
    job: Job | None = st.session_state.get(JOB)
    if job is not None:
        ask(job)
        if job.state.active:
            st.fragment(partial(ask, job), run_every=_EVERY)()
