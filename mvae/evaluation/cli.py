"""The commands that measure a checkpoint: ``python -m mvae evaluate``, ``familiarity`` and ``map``.

What a section measures is in `mvae.evaluation.sections`, which is imported when the command runs: it loads
torch.
"""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mvae.tasks.task import Task

NAMES = (
    "table", "calibration", "coherence", "sharpness", "likelihood", "handwriting_shift", "paper",
    "out_of_domain", "recordings", "speakers",
)  # fmt: skip
"""Of the sections, in the order in which they are measured and printed."""


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``evaluate``, ``familiarity`` and ``map`` to the command line."""
    command = commands.add_parser(
        "evaluate", help="measure a checkpoint: the poster's Table 1, coherence, likelihood, strangers ..."
    )
    _add_subject(command)
    command.add_argument("--split", choices=("train", "test"), default="test", help="default: test")
    command.add_argument(
        "--only", nargs="+", choices=NAMES, metavar="NAME", type=lambda name: name.replace("-", "_"),
        help=f"sections to measure: {', '.join(NAMES).replace('_', '-')} (default: all, and for --split "
        "train only table)",
    )  # fmt: skip
    command.add_argument(
        "--json",
        type=Path,
        metavar="F",
        help="also write the result to this file; with --only, its other sections of the same weights stay",
    )
    command.set_defaults(run=_evaluate)

    for name, run, purpose in (
        ("familiarity", _measure_familiarity, "measure the training data, to know what is unlike them"),
        ("map", _draw_map, "draw the map of the latent again, for the page Latent space"),
    ):
        command = commands.add_parser(name, help=purpose)
        _add_subject(command)
        command.set_defaults(run=run)


def _add_subject(command: argparse.ArgumentParser) -> None:
    """Add what says which checkpoint is measured, and on which data."""
    command.add_argument(
        "--checkpoint", default="conv", metavar="P", help="conv, linear, or a directory (default: conv)"
    )
    command.add_argument(
        "--task", metavar="FILE.py:TASK",
        help="the task that the checkpoint is of, where that is one of your own",
    )  # fmt: skip
    command.add_argument(
        "--data-dir", type=Path, metavar="DIR", help="where the data is; else $MVAE_DATA, else the cache"
    )


def _evaluate(arguments: argparse.Namespace) -> int:
    from mvae.checkpoint.files import write_atomically  # noqa: PLC0415
    from mvae.checkpoint.place import find_checkpoint, weights_hash  # noqa: PLC0415
    from mvae.evaluation.sections import SECTIONS, Subject  # noqa: PLC0415

    task, data = _task(arguments)
    subject = Subject(arguments.checkpoint, arguments.split, data, task)
    wanted = arguments.only or (NAMES if arguments.split == "test" else ("table",))
    # So that figures of other weights are never taken for those of this checkpoint.
    weights = weights_hash(find_checkpoint(arguments.checkpoint))
    result: dict[str, Any] = {"weights_sha256": weights}
    if arguments.only and arguments.json is not None:
        result = _measured_before(arguments.json, weights, arguments.split) | result
    left_out = [name for name in wanted if SECTIONS[name].of_poster and not subject.of_poster]
    for name in NAMES:
        figures = SECTIONS[name].measure(subject) if name in wanted and name not in left_out else None
        if figures is not None:
            print(SECTIONS[name].format(figures), end="\n\n", flush=True)
            # The table's keys are those of the whole; every other section has one of its own.
            result |= figures if name == "table" else {name: figures}
    if left_out:
        named = ", ".join(left_out)
        print(f"Left out, as they need data of the poster's task and all of its modalities: {named}.")
    if arguments.json is not None:
        content = (json.dumps(result, indent=1) + "\n").encode()
        write_atomically(arguments.json.parent, {arguments.json.name: content})
    return 0


def _measured_before(file: Path, weights: str, split: str) -> dict[str, Any]:
    """Return what a file holds of the same weights and split; nothing if it holds that of others."""
    from mvae.reading import read_json  # noqa: PLC0415

    try:
        values: dict[str, Any] = read_json(file)
        same = values["weights_sha256"] == weights and values.get("split", split) == split
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return values if same else {}


def _task(arguments: argparse.Namespace) -> "tuple[Task, Path]":
    """Return the task that a checkpoint is of, and where its data are."""
    from mvae.checkpoint.place import find_checkpoint  # noqa: PLC0415
    from mvae.checkpoint.store import load_description  # noqa: PLC0415
    from mvae.data.location import data_directory  # noqa: PLC0415
    from mvae.tasks.find import task_of  # noqa: PLC0415

    model = load_description(find_checkpoint(arguments.checkpoint)).model
    return task_of(model, arguments.task), data_directory(arguments.data_dir)


def _measure_familiarity(arguments: argparse.Namespace) -> int:
    from mvae.checkpoint.familiarity import write_familiarity  # noqa: PLC0415

    task, data = _task(arguments)
    write_familiarity(arguments.checkpoint, task.load("train", data))
    return 0


def _draw_map(arguments: argparse.Namespace) -> int:
    from mvae.checkpoint.latent_map import write_map  # noqa: PLC0415

    task, data = _task(arguments)
    write_map(arguments.checkpoint, task.load("test", data))
    return 0
