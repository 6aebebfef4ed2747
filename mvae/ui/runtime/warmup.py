"""What is loaded in the background after the server has started, and what is done at its end."""

import gc
from collections.abc import Callable
from threading import Event, Thread

HEAD_START = 5.0
"""Seconds after the start in which the first page has the processor for itself, until it asks for a model."""
Step = Callable[[], None]

_asked_for = Event()
_endings: list[Step] = []


class WarmUp:
    """Steps that take seconds, done once in the background, one after the other.

    Imports side by side only slow each other down, so the steps come in the order in which the first page
    needs them.
    """

    def __init__(self) -> None:
        self._thread: Thread | None = None

    def start(self, first: Step, then: Step, at_leisure: Step) -> None:
        """Begin, unless it has begun.

        Parameters
        ----------
        first
            Done at once.
        then
            Done once `HEAD_START` is over, or `finish_soon` was called.
        at_leisure
            Done in the end, for whatever time that takes.
        """

        def run() -> None:
            first()
            _asked_for.wait(HEAD_START)
            then()
            # The garbage collector then passes over all that was loaded: 0.15 s each time.
            gc.collect()
            gc.freeze()
            Thread(target=at_leisure, name="at-leisure", daemon=True).start()

        if self._thread is None:
            self._thread = Thread(target=run, name="warm-up", daemon=True)
            self._thread.start()

    @property
    def goes_on(self) -> bool:
        """Whether something is still to be loaded."""
        return self._thread is not None and self._thread.is_alive()

    def finish_soon(self) -> None:
        """Load now, without waiting for the head start to be over."""
        _asked_for.set()

    def wait(self) -> None:
        """Wait until all is loaded, at once."""
        self.finish_soon()
        if self._thread is not None:
            self._thread.join()


warm_up = WarmUp()


def at_end(action: Step) -> None:
    """Do something when the server ends; after a signal, `atexit` would do nothing."""
    _endings.append(action)


def end() -> None:
    """Do what `at_end` was given."""
    for action in _endings:
        action()
