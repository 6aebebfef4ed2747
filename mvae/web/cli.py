"""The command ``python -m mvae export``."""

import argparse


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``export`` to the command line."""
    command = commands.add_parser(
        "export", help="write what a browser needs beside a checkpoint's weights, and ONNX graphs"
    )
    command.add_argument(
        "--checkpoint", default="conv", metavar="P", help="conv, linear, or a directory (default: conv)"
    )
    command.set_defaults(run=_export)


def _export(arguments: argparse.Namespace) -> int:
    from mvae.web.export import write_export  # noqa: PLC0415 - it loads torch

    write_export(arguments.checkpoint)
    return 0
