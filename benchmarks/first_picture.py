"""From the click on *Start training* to the first picture of *Train one now*, on this machine.

    python -m benchmarks.first_picture                  # with the data, prepared before
    python -m benchmarks.first_picture --unprepared     # as on a server on which nobody has trained yet
    python -m benchmarks.first_picture --without-data   # on stand-ins

The page looks for it every 1.5 s, which comes on top. The processor's seconds are those of the training and
all that it has started: on a busy machine they say how long it would take on one that has nothing else to do.
"""

import argparse
import os
import resource
import tempfile
import time
from contextlib import ExitStack

from mvae.checkpoint.replay import REPLAY
from mvae.data.location import ENVIRONMENT_VARIABLE
from mvae.training.job import Choice, State
from mvae.training.jobs import Jobs, missing_file

PATIENCE = 600.0  # seconds


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--without-data", action="store_true", help="train on stand-ins")
    parser.add_argument("--unprepared", action="store_true", help="keep what is prepared in an empty folder")
    options = parser.parse_args()
    with ExitStack() as stack:
        if options.unprepared:
            os.environ["XDG_CACHE_HOME"] = stack.enter_context(tempfile.TemporaryDirectory())
        if options.without_data:
            os.environ[ENVIRONMENT_VARIABLE] = stack.enter_context(tempfile.TemporaryDirectory())
        for encoder in ("linear", "conv"):
            wall, processor = measure(Choice(encoder, stand_ins=missing_file() is not None))
            print(f"{encoder}: {wall:.1f} s, of the processor {processor:.1f} s", flush=True)


def measure(choice: Choice) -> tuple[float, float]:
    """Train until there is a picture: the seconds on the clock and those of the processor."""
    before, started = _processor(), time.perf_counter()
    jobs = Jobs()
    try:
        job = jobs.start(choice, lambda: True)
        while not (job.directory / REPLAY).exists():
            if job.state is State.FAILED or time.perf_counter() - started > PATIENCE:
                msg = f"It did not begin to train: {job.complaint or job.state}"
                raise SystemExit(msg)
            time.sleep(0.02)
        seconds = time.perf_counter() - started
    finally:
        jobs.close()
    return seconds, _processor() - before


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
