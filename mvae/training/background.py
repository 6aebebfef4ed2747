"""Run a script of this project beside the app's server: after everybody else, and no longer than the server.

    python -m mvae.training.background train.py --config small

Whoever starts this holds the other end of its standard input; when that closes, however the starter ended,
this process ends, too, and in a process group of its own so does every process that it has started. There it
does so also while it is stopped: the system then sends SIGHUP (POSIX, 2.4.3, on orphaned process groups).
"""

import os
import runpy
import signal
import sys
from contextlib import suppress
from threading import Thread


def main() -> None:
    """Run the script that the command line names, with the arguments that follow."""
    _lower_priority()
    _show_progress()
    Thread(target=_end_with_the_starter, daemon=True).start()
    del sys.argv[0]
    runpy.run_path(sys.argv[0], run_name="__main__")


def _lower_priority() -> None:
    """Take the processor when nobody else wants it: on Linux that is a policy, elsewhere a low priority."""
    with suppress(AttributeError, OSError):
        os.nice(19)
    with suppress(AttributeError, OSError):
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def _show_progress() -> None:
    """Let tqdm write its bars, though there is no terminal: whoever started this finds them in its log."""
    sys.stderr.isatty = lambda: True  # type: ignore[method-assign]


def _end_with_the_starter() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGTERM)
    os._exit(1)


if __name__ == "__main__":
    main()
