"""The command ``python -m mvae evaluate``: everything that a checkpoint is judged by.

What a section measures is in `mvae.evaluation.sections`, which is imported when the command runs: it loads
torch.
"""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mvae.errors import TaskError

if TYPE_CHECKING:
    from mvae.model.model import MVAEConfig

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
    command.add_argument(
        "--checkpoint", default="conv", metavar="P", help="conv, linear, or a directory (default: conv)"
    )
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
    command.add_argument(
        "--data-dir", type=Path, metavar="DIR", help="where the data is; else $MVAE_DATA, else the cache"
    )
    command.set_defaults(run=_evaluate)

    for name, run, purpose in (
        ("familiarity", _measure_familiarity, "measure the training digits, to know what is no digit"),
        ("map", _draw_map, "draw the map of the latent again, for the page Latent space"),
    ):
        command = commands.add_parser(name, help=purpose)
        command.add_argument(
            "--checkpoint", default="conv", metavar="P", help="conv, linear, or a directory (default: conv)"
        )
        command.add_argument(
            "--data-dir", type=Path, metavar="DIR", help="where the data is; else $MVAE_DATA, else the cache"
        )
        command.set_defaults(run=run)


def _evaluate(arguments: argparse.Namespace) -> int:
    from mvae.checkpoint.store import (  # noqa: PLC0415
        find_checkpoint,
        load_description,
        weights_hash,
        write_atomically,
    )
    from mvae.data.location import data_directory  # noqa: PLC0415
    from mvae.evaluation.sections import SECTIONS, Subject  # noqa: PLC0415

    _check_task(load_description(find_checkpoint(arguments.checkpoint)).model)
    subject = Subject(arguments.checkpoint, arguments.split, data_directory(arguments.data_dir))
    wanted = arguments.only or (NAMES if arguments.split == "test" else ("table",))
    # So that figures of other weights are never taken for those of this checkpoint.
    weights = weights_hash(find_checkpoint(arguments.checkpoint))
    result: dict[str, Any] = {"weights_sha256": weights}
    if arguments.only and arguments.json is not None:
        result = _measured_before(arguments.json, weights, arguments.split) | result
    for name in NAMES:
        figures = SECTIONS[name].measure(subject) if name in wanted else None
        if figures is not None:
            print(SECTIONS[name].format(figures), end="\n\n", flush=True)
            # The table's keys are those of the whole; every other section has one of its own.
            result |= figures if name == "table" else {name: figures}
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


def _check_task(model: "MVAEConfig") -> None:
    """Refuse a model of another task than the poster's, of whose data and figures every section is."""
    from mvae.tasks.digits import TASK  # noqa: PLC0415 - it loads torch

    if (
        not set(model.names) <= {modality.name for modality in TASK.modalities}
        or model.classes != TASK.classes
    ):
        msg = (
            f"This checkpoint is of another task ({', '.join(model.names)}; {len(model.classes)} classes): "
            f"none of the sections {', '.join(NAMES)} can be measured, as all of them are on the poster's "
            "test data."
        )
        raise TaskError(msg)


def _measure_familiarity(arguments: argparse.Namespace) -> int:
    from mvae.checkpoint.familiarity import write_familiarity  # noqa: PLC0415
    from mvae.data.collections import load_split  # noqa: PLC0415
    from mvae.data.location import data_directory  # noqa: PLC0415

    write_familiarity(arguments.checkpoint, load_split("train", data_directory(arguments.data_dir)))
    return 0


def _draw_map(arguments: argparse.Namespace) -> int:
    from mvae.checkpoint.latent_map import write_map  # noqa: PLC0415
    from mvae.data.collections import load_split  # noqa: PLC0415
    from mvae.data.location import data_directory  # noqa: PLC0415

    write_map(arguments.checkpoint, load_split("test", data_directory(arguments.data_dir)))
    return 0
