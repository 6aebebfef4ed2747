"""The command line: ``python -m mvae COMMAND``."""

import argparse
import sys
from collections.abc import Sequence

import mvae.data.cli
import mvae.evaluation.cli
import mvae.evaluation.report
import mvae.studies.cli
from mvae.errors import MVAEError


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


if __name__ == "__main__":
    sys.exit(main())
