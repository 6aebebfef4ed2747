"""The command line: ``python -m mvae COMMAND``."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import mvae.data.cli
from mvae.errors import MVAEError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; an error for the user is one sentence on standard error."""
    parser = argparse.ArgumentParser(
        prog="python -m mvae", description="Multimodal VAEs with missing modalities."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    # Each command adds its parser and sets `run`, a function of the arguments. `data` must not import torch
    # or librosa.
    mvae.data.cli.add_commands(commands)
    _add_evaluate(commands)

    arguments = parser.parse_args(argv)
    try:
        status: int = arguments.run(arguments)
    except MVAEError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; what is done so far is kept.", file=sys.stderr)
        return 130
    return status


def _add_evaluate(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = commands.add_parser("evaluate", help="measure a checkpoint: the poster's Table 1")
    command.add_argument(
        "--checkpoint", default="conv", metavar="P", help="conv, linear, or a directory (default: conv)"
    )
    command.add_argument("--split", choices=("train", "test"), default="test", help="default: test")
    command.add_argument("--json", type=Path, metavar="F", help="also write the result to this file")
    command.add_argument(
        "--data-dir", type=Path, metavar="DIR", help="where the data is; else $MVAE_DATA, else the cache"
    )
    command.set_defaults(run=_evaluate)


def _evaluate(arguments: argparse.Namespace) -> int:
    from mvae.checkpoint import write_atomically  # noqa: PLC0415 - these load torch
    from mvae.data.location import data_directory  # noqa: PLC0415
    from mvae.evaluation import evaluate, format_table  # noqa: PLC0415

    result = evaluate(arguments.checkpoint, arguments.split, data_directory(arguments.data_dir))
    print(format_table(result))
    if arguments.json is not None:
        content = (json.dumps(result, indent=1) + "\n").encode()
        write_atomically(arguments.json.parent, {arguments.json.name: content})
    return 0


if __name__ == "__main__":
    sys.exit(main())
