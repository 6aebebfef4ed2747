"""The command line: ``python -m mvae COMMAND``."""

import argparse
import runpy
import sys
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import mvae.data.cli
import mvae.evaluation.cli
import mvae.evaluation.report
import mvae.lessons.cli
import mvae.studies.cli
import mvae.web.cli
from mvae.errors import MVAEError
from mvae.extras import require
from mvae.files import PROJECT

_NO_OPTIONS = "\0"  # nothing that is typed begins with it: all options are left to train.py


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; an error for the user is one sentence on standard error."""
    parser = argparse.ArgumentParser(
        prog="python -m mvae", description="Multimodal VAEs with missing modalities."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    # Each command adds its parser and sets `run`, a function of the arguments. None of them imports
    # torch or librosa before it runs.
    mvae.data.cli.add_commands(commands)
    mvae.evaluation.cli.add_commands(commands)
    mvae.studies.cli.add_commands(commands)
    mvae.evaluation.report.add_commands(commands)
    mvae.web.cli.add_commands(commands, _of_app, _keep_first)
    mvae.lessons.cli.add_commands(commands, _hideable)
    train = commands.add_parser(
        "train", help="train a model: the same as train.py", add_help=False, prefix_chars=_NO_OPTIONS
    )
    train.add_argument("arguments", nargs="*")
    train.set_defaults(run=_train)

    arguments = parser.parse_args(argv)
    try:
        require("train")
        status: int = arguments.run(arguments)
    except MVAEError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; what is done so far is kept.", file=sys.stderr)
        return 130
    return status


def _keep_first(checkpoint: Path) -> None:
    """Keep what a model makes of the app's first example."""
    from mvae.inference.first import write_first  # noqa: PLC0415 - it loads torch

    write_first(checkpoint)


def _hideable() -> Collection[str]:
    """Return what a lesson may hide in the app."""
    from mvae.ui.state.hideable import hideable  # noqa: PLC0415 - only this command needs it

    return hideable().keys()


def _of_app(checkpoint: Path) -> dict[str, Any]:
    """Return what a site takes from the app."""
    from mvae.ui.site import of_app  # noqa: PLC0415 - it loads torch

    return of_app(checkpoint)


def _train(arguments: argparse.Namespace) -> int:
    """Run `train.py`, which reads its own options and ends with its own status."""
    sys.argv[1:] = arguments.arguments
    runpy.run_path(str(PROJECT / "train.py"), run_name="__main__")
    return 0


if __name__ == "__main__":
    sys.exit(main())
