"""How much of Table 1 is chance: the same training from several seeds.

A seed decides the first weights, the order of the triplets, and every draw of noise and augmentation. Data,
configuration and test split are the same, so the spread is that of training alone.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from mvae.data.collections import data_hashes, load_training
from mvae.distributed import choose_device
from mvae.evaluation.table import TABLE_ROWS, evaluate
from mvae.trainer import CONFIGS
from mvae.training import RESUME, fit

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
        A key of `mvae.trainer.CONFIGS`.
    seeds
        How many.
    show_progress
        Show how far each training is.

    Returns
    -------
    dict[str, Any]
        ``config``, ``seeds``, and ``rows``: for each subset ``inputs``, ``accuracy`` in per cent by seed, its
        ``mean``, and ``deviation``, the standard deviation estimated from them.

    Raises
    ------
    KeyboardInterrupt
        After Ctrl-C; started again, the run that was interrupted goes on.
    CheckpointError, DataError, TrainingError
        As `mvae.training.fit` and `mvae.data.collections.load_training`.
    """
    hashes, collections = data_hashes(data_dir), load_training(data_dir)
    tables = []
    for seed in range(seeds):
        out = folder / f"{config}-{seed}"
        complete = fit(
            replace(CONFIGS[config], seed=seed), collections, out, resume=(out / RESUME).exists(),
            device=choose_device("auto"), data_hashes=hashes, show_progress=show_progress,
        )  # fmt: skip
        if not complete:
            raise KeyboardInterrupt
        measured = evaluate(out, "test", data_dir, show_progress=show_progress)
        tables.append([row["accuracy"] for row in measured["rows"]])
    rows = []
    for subset, accuracy in zip(TABLE_ROWS, np.array(tables).T, strict=True):
        rows.append({
            "inputs": list(subset),
            "accuracy": accuracy.tolist(),
            "mean": round(float(accuracy.mean()), 3),
            "deviation": round(float(accuracy.std(ddof=1)), 3),
        })  # fmt: skip
    return {"config": config, "seeds": list(range(seeds)), "rows": rows}
