"""The command ``python -m mvae evaluate``."""

import argparse
import json
from pathlib import Path


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``evaluate`` to the command line."""
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
    from mvae.evaluation.table import evaluate, format_table  # noqa: PLC0415

    result = evaluate(arguments.checkpoint, arguments.split, data_directory(arguments.data_dir))
    print(format_table(result))
    if arguments.json is not None:
        content = (json.dumps(result, indent=1) + "\n").encode()
        write_atomically(arguments.json.parent, {arguments.json.name: content})
    return 0
