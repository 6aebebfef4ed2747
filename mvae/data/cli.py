"""The command lines ``python -m mvae data download`` and ``python -m mvae data check``."""

import argparse
from pathlib import Path

from mvae.data.items import DigitWords, describe_size
from mvae.data.location import ENVIRONMENT_VARIABLE, data_directory
from mvae.data.sources import SOURCES
from mvae.data.verification import DOWNLOAD_COMMAND, content_hash, size_on_disk

_LARGE = [item for source in SOURCES for item in source.items if isinstance(item, DigitWords)]


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``data download`` and ``data check``; each sets ``run``, which takes the arguments.

    ``run`` gives the exit status.
    """
    data = commands.add_parser("data", help="fetch the data sets, or list which are there")
    actions = data.add_subparsers(required=True, metavar="ACTION")

    fetch = actions.add_parser("download", help="fetch all data sets that are not there yet")
    fetch.add_argument(
        "--skip",
        action="append",
        default=[],
        choices=[source.name for source in SOURCES],
        metavar="SOURCE",
        help="leave a data set out (repeatable): " + ", ".join(source.name for source in SOURCES),
    )
    fetch.add_argument(
        "--with",
        dest="requested",
        action="append",
        default=[],
        choices=[item.on_request for item in _LARGE],
        metavar="SOURCE",
        help="fetch what is large and otherwise left out, too (repeatable): "
        + ", ".join(f"{item.on_request} ({describe_size(item.size)})" for item in _LARGE),
    )
    fetch.set_defaults(run=_download)
    check = actions.add_parser("check", help="list the data sets: what is there, sizes, licences")
    check.set_defaults(run=_check)
    for action in (fetch, check):
        action.add_argument(
            "--data-dir",
            type=Path,
            metavar="DIR",
            help=f"the data directory (default: ${ENVIRONMENT_VARIABLE}, else the user cache directory)",
        )


def _download(arguments: argparse.Namespace) -> int:
    from mvae.data.download import download  # noqa: PLC0415 - what it imports, the help does without

    directory = data_directory(arguments.data_dir)
    print(f"Data directory: {directory}")
    download(directory, skip=arguments.skip, requested=arguments.requested)
    print("All data is there and its hashes are right." if not arguments.skip else "All the rest is there.")
    return 0


def _check(arguments: argparse.Namespace) -> int:
    directory = data_directory(arguments.data_dir)
    print(f"Data directory: {directory}")
    complete = True
    for source in SOURCES:
        print(f"\n{source.name}: {source.title}\n  licence: {source.licence}; {source.homepage}")
        for item in source.items:
            found = content_hash(item, directory)
            if found is None and isinstance(item, DigitWords):
                hint = f", fetched only with `--with {item.on_request}`"
                print(f"  {'optional':8}  {describe_size(item.size):>9}  {item.path}{hint}")
                continue
            state = "missing" if found is None else "present" if found == item.sha256 else "damaged"
            complete &= state == "present"
            size = item.size if found is None else size_on_disk(item, directory)
            print(f"  {state:8}  {describe_size(size):>9}  {item.path}")
    print(f"\n{'All data is there.' if complete else f'Run `{DOWNLOAD_COMMAND}` to fetch the rest.'}")
    return 0 if complete else 1
