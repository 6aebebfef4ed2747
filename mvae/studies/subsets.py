"""Why all subsets: which terms of the objective make a model able to infer one modality from another.

The terms are the ELBOs of subsets of the modalities. The first four models follow the paper's rule: each
subset reconstructs only what it was given, so the models differ in nothing but their subsets. The fifth is
the poster's rule: all subsets, each reconstructing everything. Wu & Goodman 2018, section 2.2: without
the terms of single modalities, nothing ever trains an expert alone.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

from mvae.studies.runs import TRIPLETS, Run, compare
from mvae.training.config import TrainConfig


def run(
    data_dir: Path, folder: Path, config: TrainConfig, *, triplets: int = TRIPLETS, show_progress: bool = True
) -> dict[str, Any]:
    """Train what is not yet in `folder`; return what `compare` gives as ``runs``."""
    return {"runs": compare(runs(config), data_dir, folder, triplets=triplets, show_progress=show_progress)}


def runs(config: TrainConfig) -> list[Run]:
    """Return the five models, from the joint ELBO alone to everything."""
    count = len(config.model.modalities)
    between = 2**count - 2 - count  # neither joint nor single
    return [
        Run("joint", "joint ELBO only", replace(config, extra_subsets=0, single_subsets=False)),
        Run("joint-single", "joint + single", replace(config, extra_subsets=0)),
        Run("joint-single-1", "joint + single + 1 random", replace(config, extra_subsets=1)),
        Run("all-given", "all 7 subsets", replace(config, extra_subsets=between)),
        Run("full", "all 7, reconstructing everything", config),
    ]
