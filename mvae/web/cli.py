"""The commands ``python -m mvae export`` and ``site``."""

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any


def add_commands(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    of_app: Callable[[Path], dict[str, Any]],
    keep_first: Callable[[Path], None],
) -> None:
    """Add ``export`` and ``site`` to the command line.

    Parameters
    ----------
    commands
        To which they are added.
    of_app
        Gives what a site of a checkpoint, in this directory, takes from the app.
    keep_first
        Writes beside a checkpoint, given as its name or directory, what the app shows of it at first.
    """
    command = commands.add_parser(
        "export", help="write what a browser needs beside a checkpoint's weights, and ONNX graphs"
    )
    _add_checkpoint(command)
    command.set_defaults(run=partial(_export, keep_first=keep_first))

    command = commands.add_parser(
        "site", help="write the model as pages that need no server, in a folder or in one file"
    )
    _add_checkpoint(command)
    command.add_argument("--out", type=Path, metavar="DIR", help="a folder that any web server serves")
    command.add_argument(
        "--single", type=Path, metavar="FILE.html", help="one file, which opens by double click"
    )
    command.set_defaults(run=partial(_site, of_app=of_app), fail=command.error)


def _add_checkpoint(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--checkpoint", default="conv", metavar="P", help="conv, linear, or a directory (default: conv)"
    )


def _export(arguments: argparse.Namespace, keep_first: Callable[[Path], None]) -> int:
    from mvae.web.export import write_export  # noqa: PLC0415 - it loads torch

    write_export(arguments.checkpoint)
    keep_first(Path(arguments.checkpoint))
    return 0


def _site(arguments: argparse.Namespace, of_app: Callable[[Path], dict[str, Any]]) -> int:
    if arguments.out is None and arguments.single is None:
        arguments.fail("say where to write it: --out DIR, --single FILE.html, or both")
    from mvae.web.site.content import site_content  # noqa: PLC0415 - it loads torch
    from mvae.web.site.folder import write_folder  # noqa: PLC0415
    from mvae.web.site.single import write_single  # noqa: PLC0415

    content = site_content(arguments.checkpoint, of_app)
    for out, write in ((arguments.out, write_folder), (arguments.single, write_single)):
        if out is not None:
            print(f"{out}: {write(out, content) / 1e6:.1f} MB")
    return 0
