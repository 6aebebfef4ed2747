"""Missing in training: how few complete triplets are enough, and what a modality that was never seen costs.

The poster's hypothesis, and the paper's weak supervision (Wu & Goodman 2018, section 5). In the first part
100 %, 50 %, 10 % or 1 % of the samples are complete examples; every other triplet lacks one or two modalities
(see `mvae.training.batches.TripletData`). All triplets keep their labels. In the second part whole modalities
are left out, encoder and decoder: the models that remain are compared with the full one on the same test
inputs.
"""

from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

from mvae.studies.runs import TRIPLETS, Run, compare
from mvae.training.config import TrainConfig

COMPLETE = (1.0, 0.5, 0.1, 0.01)


def run(
    data_dir: Path, folder: Path, config: TrainConfig, *, triplets: int = TRIPLETS, show_progress: bool = True
) -> dict[str, Any]:
    """Train what is not yet in `folder`; return what `compare` gives as ``complete`` and ``modalities``."""
    by_share, by_modalities = runs_by_share(config), runs_by_modalities(config)
    results = compare(
        [*by_share, *by_modalities], data_dir, folder, triplets=triplets, show_progress=show_progress
    )
    return {"complete": results[: len(by_share)], "modalities": results[len(by_share) :]}


def runs_by_share(config: TrainConfig) -> list[Run]:
    """Return the runs on all modalities, by their share of complete examples."""
    return [
        Run(
            "full" if share == 1 else f"complete-{100 * share:g}",
            f"{100 * share:g} % of the examples complete",
            replace(config, complete=share),
        )
        for share in COMPLETE
    ]


def runs_by_modalities(config: TrainConfig) -> list[Run]:
    """Return the runs without one or more of the modalities."""
    return [
        Run(
            "only-" + "-".join(each.name for each in kept),
            "only " + " and ".join(each.title for each in kept),
            replace(config, model=replace(config.model, modalities=kept)),
        )
        for count in range(1, len(config.model.modalities))
        for kept in combinations(config.model.modalities, count)
    ]
