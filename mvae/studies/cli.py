"""The command ``python -m mvae study NAME``: one JSON a study, which the Training page shows.

Each study's module is imported when it runs: they load torch.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mvae.training.config import TrainConfig

Study = Callable[[argparse.Namespace, Path], dict[str, Any]]


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``study`` to the command line."""
    study = commands.add_parser("study", help="test the poster's other claims: one study at a time")
    names = study.add_subparsers(required=True, metavar="NAME", dest="study")

    def add(name: str, help_text: str, run: Study, *, seed: bool = True) -> argparse.ArgumentParser:
        command = names.add_parser(name, help=help_text)
        if seed:
            command.add_argument("--seed", type=int, default=0, help="default: 0")
        else:
            command.set_defaults(seed=None)
        command.add_argument("--out", type=Path, metavar="F", help="where the result goes")
        command.add_argument(
            "--data-dir", type=Path, metavar="DIR", help="where the data is; else $MVAE_DATA, else the cache"
        )
        command.set_defaults(run=lambda arguments: _study(arguments, run))
        return command

    for name, help_text, run in (
        ("missing", "training with few complete triplets, or without a modality (half an hour)", _missing),
        ("subsets", "training without the terms of the single modalities (a quarter of an hour)", _subsets),
    ):
        command = add(name, help_text, run)
        _add_config(command, None)
        command.add_argument(
            "--runs", type=Path, default=Path("runs/studies"), metavar="DIR",
            help="where the trained models are kept: those that are there are not trained again "
            "(default: %(default)s)",
        )  # fmt: skip
    add("disentanglement", "what each latent index does (half a minute)", _disentanglement).add_argument(
        "--checkpoint", default="conv", metavar="P", help="conv, linear, or a directory (default: conv)"
    )
    seeds = add("seeds", "Table 1 of the same training from three seeds (an hour)", _seeds, seed=False)
    _add_config(seeds, "conv")
    seeds.add_argument(
        "--runs", type=Path, default=Path("runs"), metavar="DIR",
        help="where the trained models are kept: those that are there are not trained again "
        "(default: %(default)s)",
    )  # fmt: skip
    _add_config(
        add("speakers", "speech of a speaker who was left out of training, each in turn", _speakers), "conv"
    )


def _study(arguments: argparse.Namespace, run: Study) -> int:
    """Run a study and write what it gives, with all that is needed to repeat it."""
    from mvae.checkpoint.place import SHIPPED, find_checkpoint  # noqa: PLC0415
    from mvae.data.collections import data_hashes  # noqa: PLC0415
    from mvae.data.location import data_directory  # noqa: PLC0415
    from mvae.inference.latent import RANKING  # noqa: PLC0415
    from mvae.studies.record import save_study  # noqa: PLC0415
    from mvae.tasks.digits import TASK  # noqa: PLC0415
    from mvae.training.options import read_configuration  # noqa: PLC0415

    if arguments.out is not None:
        out = arguments.out
    elif arguments.study == "disentanglement":
        out = find_checkpoint(arguments.checkpoint) / RANKING
    elif arguments.config != arguments.usual_config:
        out = (
            SHIPPED / "studies" / f"{arguments.study}-{read_configuration(arguments.config, TASK).name}.json"
        )
    else:
        out = SHIPPED / "studies" / f"{arguments.study}.json"
    directory = data_directory(arguments.data_dir)
    hashes = data_hashes(directory)
    started = time.perf_counter()
    found = run(arguments, directory)
    seconds = time.perf_counter() - started
    save_study(out, arguments.study, found, seed=arguments.seed, data=hashes, seconds=seconds)
    print(f"Wrote {out}; the page Training shows it.")
    return 0


def _add_config(command: argparse.ArgumentParser, usual: str | None) -> None:
    command.add_argument(
        "--config", default=usual, metavar="NAME|FILE.json",
        help="the settings of this configuration, as train.py reads it, but for those that the study sets "
        f"itself (default: {usual or 'small ones of its own'})",
    )  # fmt: skip
    command.set_defaults(usual_config=usual)


def _config(arguments: argparse.Namespace) -> "TrainConfig":
    from mvae.studies.runs import small_config  # noqa: PLC0415
    from mvae.tasks.digits import TASK  # noqa: PLC0415
    from mvae.training.options import read_configuration  # noqa: PLC0415

    if arguments.config is None:
        return small_config(arguments.seed)
    return replace(read_configuration(arguments.config, TASK).config, seed=arguments.seed)


def _missing(arguments: argparse.Namespace, data_dir: Path) -> dict[str, Any]:
    from mvae.studies import missing  # noqa: PLC0415

    return missing.run(data_dir, arguments.runs, _config(arguments))


def _subsets(arguments: argparse.Namespace, data_dir: Path) -> dict[str, Any]:
    from mvae.studies import subsets  # noqa: PLC0415

    return subsets.run(data_dir, arguments.runs, _config(arguments))


def _disentanglement(arguments: argparse.Namespace, data_dir: Path) -> dict[str, Any]:
    from mvae.studies import disentanglement  # noqa: PLC0415

    return disentanglement.run(arguments.checkpoint, data_dir, seed=arguments.seed)


def _speakers(arguments: argparse.Namespace, data_dir: Path) -> dict[str, Any]:
    from mvae.studies import speakers  # noqa: PLC0415

    return speakers.run(data_dir, _config(arguments))


def _seeds(arguments: argparse.Namespace, data_dir: Path) -> dict[str, Any]:
    from mvae.studies import seeds  # noqa: PLC0415

    return seeds.run(data_dir, arguments.runs, arguments.config)
