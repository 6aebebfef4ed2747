"""How much of Table 1 is chance: the same training from several seeds.

A seed decides the first weights, the order of the triplets, and every draw of noise and augmentation. Data,
configuration and test split are the same, so the spread is that of training alone.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from mvae.checkpoint.files import read_metrics
from mvae.checkpoint.place import DESCRIPTION, RESUME
from mvae.checkpoint.store import load_checkpoint
from mvae.data.collections import data_hashes, load_split, load_training
from mvae.errors import CheckpointError
from mvae.evaluation.table import TABLE_ROWS, evaluate
from mvae.files import exists
from mvae.tasks.digits import TASK, drawings_to_copy
from mvae.training.config import TrainConfig
from mvae.training.distributed import choose_device
from mvae.training.options import read_configuration
from mvae.training.run import fit

SEEDS = 3


def run(
    data_dir: Path, folder: Path, config: str, *, seeds: int = SEEDS, show_progress: bool = True
) -> dict[str, Any]:
    """Train a configuration from the seeds 0, 1, … and measure each on the test split.

    Parameters
    ----------
    data_dir
        The data directory.
    folder
        Holds the runs, named as in ``conv-0``; what is trained there is not trained again, and what was
        interrupted goes on.
    config
        A key of `mvae.training.config.CONFIGS`, or a file that `read_configuration` reads, but for its seed.
    seeds
        How many.
    show_progress
        Show how far each training is.

    Returns
    -------
    dict[str, Any]
        ``config`` (its name), ``training`` (its settings), ``seeds``, ``seconds`` (of all trainings), and
        ``rows``: for each subset ``inputs``, ``accuracy`` in per cent by seed, its ``mean``, and
        ``deviation``, the standard deviation estimated from them.

    Raises
    ------
    KeyboardInterrupt
        After Ctrl-C; started again, the run that was interrupted goes on.
    InputError
        If the configuration cannot be read.
    CheckpointError, DataError, TrainingError
        As `mvae.training.run.fit` and `mvae.data.collections.load_training`.
    """
    hashes = data_hashes(data_dir)
    begun = read_configuration(config, TASK)
    tables, seconds = [], 0.0
    test = load_split("test", data_dir)
    for seed in range(seeds):
        out = folder / f"{begun.name}-{seed}"
        chosen = replace(begun.config, seed=seed)
        if not _trained(out, chosen, hashes):
            complete = fit(
                chosen, load_training(data_dir), out, resume=exists(out / RESUME),
                device=choose_device("auto"), data_hashes=hashes, show_progress=show_progress,
                examples=drawings_to_copy(),
            )  # fmt: skip
            if not complete:
                raise KeyboardInterrupt
        seconds += sum(record["seconds"] for record in read_metrics(out))
        measured = evaluate(out, "test", test, show_progress=show_progress)
        tables.append([row["accuracy"] for row in measured["rows"]])
    rows = []
    for subset, accuracy in zip(TABLE_ROWS, np.array(tables).T, strict=True):
        rows.append({
            "inputs": list(subset),
            "accuracy": accuracy.tolist(),
            "mean": round(float(accuracy.mean()), 3),
            "deviation": round(float(accuracy.std(ddof=1)), 3),
        })  # fmt: skip
    settings = json.loads(json.dumps(asdict(begun.config)))
    return {
        "config": begun.name, "training": settings, "seeds": list(range(seeds)),
        "seconds": round(seconds, 1), "rows": rows,
    }  # fmt: skip


def _trained(out: Path, config: TrainConfig, hashes: Mapping[str, str]) -> bool:
    """Whether only a checkpoint is left of a run, and that is whole and of this configuration and data."""
    if exists(out / RESUME) or not exists(out / DESCRIPTION):
        return False
    _, description = load_checkpoint(out)
    settings = json.loads(json.dumps({key: each for key, each in asdict(config).items() if key != "model"}))
    same = description.model == config.model and description.data == dict(hashes)
    if not same or not settings.items() <= description.training.items() or description.epochs < config.epochs:
        msg = (
            f"{out} holds a run of other settings or other data, or one that was not finished; move it away, "
            "or give another --runs."
        )
        raise CheckpointError(msg)
    return True
