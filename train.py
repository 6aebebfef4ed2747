"""Train a multimodal variational autoencoder on HODA, Kannada-MNIST and FSDD.

    python -m mvae data download                  # once; or set MVAE_DATA
    python train.py                               # conv, into runs/conv
    python train.py --config linear --epochs 60   # fully connected, latent size 256, as the poster
    python train.py --config checkpoints/conv/checkpoint.json --out runs/again   # as that was trained
    python train.py --resume                      # go on after Ctrl-C
    python train.py --task mine.py:TASK           # a task of your own (docs/your-own-data.md)
    torchrun --standalone --nproc-per-node 4 --max-restarts 3 train.py   # four workers share every batch

Ctrl-C and SIGTERM save and stop, with exit status 130; a second one stops at once. Only one training at a
time writes into a directory.
"""

import argparse
import logging
import shlex
import signal
import sys
from pathlib import Path
from typing import get_args

from mvae.checkpoint.latent_map import write_map
from mvae.data.location import data_directory
from mvae.errors import DataError, InputError, MVAEError, TaskError
from mvae.extras import require
from mvae.files import TRAIN
from mvae.inference.first import write_first
from mvae.settings import Range, Setting
from mvae.tasks.digits import TASK as DIGITS_TASK
from mvae.tasks.find import find_task
from mvae.tasks.task import Task
from mvae.training.batches import fewer_samples
from mvae.training.config import CONFIGS, Precision, choose_precision
from mvae.training.distributed import OtherWorkerError, Workers, choose_device, join_workers
from mvae.training.options import add_settings, configured, read_configuration, reader, settings_given
from mvae.training.run import fit
from mvae.web.export import write_export

_IMAGES = Setting("images", int, Range(1, 10**9))


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return its exit status."""
    try:
        options = parse(arguments)
    except TaskError as error:
        print(error, file=sys.stderr)
        return 1
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)  # what Ctrl-C does
    try:
        with join_workers() as workers:
            return _train(options, sys.argv[1:] if arguments is None else arguments, workers)
    except KeyboardInterrupt:
        print("\nStopped at once; what was saved before is kept.", file=sys.stderr)
        return 130
    finally:
        signal.signal(signal.SIGTERM, before)


def _train(options: argparse.Namespace, arguments: list[str], workers: Workers) -> int:
    """Train as one of the workers; the first of them speaks, or the one that fails."""
    say = print if workers.first else _say_nothing
    logging.basicConfig(level=logging.INFO if workers.first else logging.ERROR, format="%(message)s")
    task: Task = options.task
    config = options.settings
    name = options.config.name if task is DIGITS_TASK else task.name
    out = options.out or Path("runs") / name
    try:
        with workers.together():
            require("train")
            device = choose_device(options.device, workers)
            precision = options.precision or options.config.precision or choose_precision(device)
            directory = data_directory(options.data_dir)
        collections = workers.one_per_machine_first(lambda: task.load_training(directory, options.images))
        with workers.together():
            hashes = task.hashes(directory, collections)
        if options.images is not None:
            collections = fewer_samples(collections, task.modalities, options.images)
        how = f"{config.epochs} epochs in {precision} on {device.type}"
        if workers.count > 1:
            how += f", with {workers.count} workers"
        say(f"Training {name} for {how}, into {out}.")
        complete = fit(
            config,
            collections,
            out,
            resume=options.resume,
            device=device,
            precision=precision,
            data_hashes=hashes,
            workers=workers,
            examples=None if task.examples is None else task.examples(),
        )
        if complete and workers.first:
            write_export(out)
            write_first(out)
            _draw_map(out, task, directory)
    except OtherWorkerError:
        return 1
    except MVAEError as error:
        print(error, file=sys.stderr)
        return 1
    if complete:
        which = ["--checkpoint", str(out), *([] if task is DIGITS_TASK else ["--task", options.named_task])]
        say(f"Done: {out}. Measure it with: python -m mvae evaluate {shlex.join(which)}")
        return 0
    if workers.launch:
        say("Saved. Go on with the same command and --resume.")
    else:
        given = [each for each in arguments if each != "--resume"]
        say(f"Saved. Go on with: {TRAIN} {shlex.join([*given, '--resume'])}")
    return 130


def _draw_map(out: Path, task: Task, data: Path) -> None:
    """Draw the map of the latent, where the test split, which training does without, is there."""
    try:
        test = task.load("test", data)
    except DataError:
        return
    write_map(out, test)


def _say_nothing(_: str) -> None:
    """Stand in for `print` in all workers but the first."""


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    """Parse the command line; in the result `task` is a `Task`, and `settings` the whole configuration.

    Raises
    ------
    TaskError
        If there is no such task.
    """
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--task", default="digits", metavar="FILE.py:TASK",
        help="digits (default), or a task of your own in a Python file",
    )  # fmt: skip
    parser.add_argument(
        "--config", default="conv", metavar="NAME|FILE.json",
        help=f"what to begin with: {', '.join(CONFIGS)} (default: conv), or a file of JSON with training and "
        "model as a checkpoint's checkpoint.json has them",
    )  # fmt: skip
    parser.add_argument(
        "--images", type=reader(_IMAGES.parse), metavar="N",
        help="only so many samples of each class, the first; of scarce modalities all, but no changed copies",
    )  # fmt: skip
    parser.add_argument(
        "--data-dir", type=Path, metavar="DIR",
        help="where the data is; else $MVAE_DATA, else the user's cache directory",
    )  # fmt: skip
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="where the checkpoint goes (default: runs/NAME, or runs/TASK)"
    )
    parser.add_argument("--resume", action="store_true", help="go on with the run in --out")
    parser.add_argument(
        "--device", choices=("auto", "cpu", "cuda"), default="auto", help="auto: a GPU where there is one"
    )
    parser.add_argument(
        "--precision", choices=get_args(Precision),
        help="default: as a file given to --config says, else bfloat16 where the device has it",
    )  # fmt: skip
    add_settings(parser)
    options = parser.parse_args(arguments)
    options.named_task, options.task = options.task, find_task(options.task)
    try:
        options.config = read_configuration(options.config, options.task)
    except InputError as error:
        parser.error(f"argument --config: {error}")
    try:
        options.settings = configured(options.config.config, settings_given(options))
    except InputError as error:
        parser.error(str(error))
    return options


if __name__ == "__main__":
    sys.exit(main())
