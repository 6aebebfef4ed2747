"""Small training runs that a study compares: each is trained, measured on the test split, and then kept.

Conventions
-----------
All runs see the same number of triplets, from the same seed, with the fully connected networks. Accuracy is
that of the posterior's mean over the same 20,000 label-matched triplets of the test split, which hold each
image equally often; coherence is as in `mvae.evaluation.coherence`. Nothing is chosen by these figures.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch

from mvae.checkpoint.files import read_metrics, write_atomically
from mvae.checkpoint.place import RESUME
from mvae.checkpoint.store import load_checkpoint
from mvae.data.collections import Collection, data_hashes, load_split
from mvae.data.triplets import balanced_triplets
from mvae.errors import CheckpointError
from mvae.evaluation.classifiers import Classifier, load_classifiers
from mvae.evaluation.coherence import Judges, cross_modal
from mvae.evaluation.encoded import Encoded, in_batches
from mvae.files import exists
from mvae.model.subsets import all_subsets, subset_key
from mvae.reading import read_json
from mvae.tasks.digits import TASK, drawings_to_copy
from mvae.training.batches import TripletData
from mvae.training.config import TrainConfig
from mvae.training.distributed import choose_device
from mvae.training.run import fit

TRIPLETS = 240_000
"""Triplets that each run sees: four times every image."""
RESULT = "result.json"
_ACCURACY_PER_CLASS, _COHERENCE_PER_CLASS = 2000, 500


@dataclass(frozen=True)
class Run:
    """One of the models that a study compares.

    Attributes
    ----------
    name
        Of its folder: letters, digits and hyphens. Studies share runs of the same name.
    title
        What a person reads.
    config
        How it is trained; `compare` sets the number of epochs.
    """

    name: str
    title: str
    config: TrainConfig


def small_config(seed: int) -> TrainConfig:
    """Return what all runs have in common: all modalities, all subsets reconstructing all of it, complete."""
    # Gentler than the shipped models' settings: in so short a training an expert may never begin to learn.
    model = TASK.model("linear", latent_size=64)
    return TrainConfig(model, absent_weight=1.0, learning_rate=7.5e-4, seed=seed)


def compare(
    runs: Sequence[Run], data_dir: Path, folder: Path, *, triplets: int = TRIPLETS, show_progress: bool = True
) -> list[dict[str, Any]]:
    """Train and measure every run that is not yet in `folder`.

    Returns
    -------
    list[dict[str, Any]]
        For each run ``name``, ``title``, ``modalities``, ``training`` (its settings), ``triplets`` (seen),
        ``seconds`` (of training), ``accuracy`` (by subset), ``coherence`` (what `cross_modal` gives), and
        ``test_triplets`` (of each of these two).

    Raises
    ------
    KeyboardInterrupt
        After Ctrl-C; started again, the run that was interrupted goes on.
    CheckpointError
        If the folder holds a run of the same name with other settings or other data.
    DataError, TrainingError
        If the data is not there, or training fails.
    """
    hashes = data_hashes(data_dir)
    training, test = load_split("train", data_dir), load_split("test", data_dir)
    classifiers = load_classifiers(training, TASK, show_progress=show_progress)
    results: list[dict[str, Any]] = []
    for number, run in enumerate(runs, 1):
        if show_progress:
            print(f"Run {number} of {len(runs)}: {run.title}", flush=True)
        epoch = _triplets_per_epoch(run.config, training)
        epochs = max(1, math.ceil(triplets / epoch))
        # Half of them phase the KL divergence in.
        ready = replace(run, config=replace(run.config, epochs=epochs, kl_warmup=epochs / 2))
        directory = folder / run.name
        result = _kept_result(directory, ready, hashes)
        if result is None:
            _train(ready, training, directory, hashes, show_progress=show_progress)
            result = _describe(ready, directory, hashes) | {"triplets": epochs * epoch}
            result |= measure(directory, test, classifiers, show_progress=show_progress)
            write_atomically(directory, {RESULT: (json.dumps(result, indent=1) + "\n").encode()})
        (directory / RESUME).unlink(missing_ok=True)
        results.append({key: value for key, value in result.items() if key != "data"})
    return results


def _triplets_per_epoch(config: TrainConfig, training: Mapping[str, Collection]) -> int:
    data = TripletData(training, config.model.modalities, seed=config.seed, complete=config.complete)
    return data.triplets


def _train(
    run: Run, training: Mapping[str, Collection], out: Path, hashes: dict[str, str], *, show_progress: bool
) -> None:
    complete = fit(
        run.config, training, out, resume=exists(out / RESUME), device=choose_device("auto"),
        data_hashes=hashes, show_progress=show_progress, examples=drawings_to_copy(),
    )  # fmt: skip
    if not complete:
        raise KeyboardInterrupt


def _kept_result(directory: Path, run: Run, hashes: dict[str, str]) -> dict[str, Any] | None:
    """Return the result of a run that was finished before, if there is one."""
    try:
        result: dict[str, Any] = read_json(directory / RESULT)
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        result = {}
    if result.get("training") != _settings(run) or result.get("data") != hashes:
        msg = (
            f"{directory} holds a run of other settings or other data; move it away, or give another --runs."
        )
        raise CheckpointError(msg)
    return result


def _settings(run: Run) -> dict[str, Any]:
    settings: dict[str, Any] = json.loads(json.dumps(asdict(run.config)))
    return settings


def _describe(run: Run, directory: Path, hashes: dict[str, str]) -> dict[str, Any]:
    metrics = read_metrics(directory)
    return {
        "name": run.name,
        "title": run.title,
        "modalities": list(run.config.model.names),
        "training": _settings(run),
        "data": hashes,
        "seconds": round(sum(record["seconds"] for record in metrics), 1),
    }


def measure(
    checkpoint: Path,
    test: Mapping[str, Collection],
    classifiers: Mapping[str, Classifier],
    *,
    show_progress: bool = True,
) -> dict[str, Any]:
    """Return ``accuracy``, in per cent, of each subset of a checkpoint's modalities, and its ``coherence``.

    `test` holds all modalities, also those that this model lacks: all models read the same triplets.
    """
    model, description = load_checkpoint(checkpoint)
    names = model.config.names
    subsets = all_subsets(names)
    encoded = Encoded.of(model, description.standardisation, test)
    order = balanced_triplets(
        {name: each.labels for name, each in test.items()}, per_class=_ACCURACY_PER_CLASS
    )
    triplets = torch.from_numpy(order[:, [list(test).index(name) for name in names]])
    correct = torch.zeros(len(subsets), dtype=torch.int64)
    with torch.inference_mode():
        for part in in_batches(triplets, "measuring" if show_progress else None):
            labels = model.label_decoder(encoded.posterior(part, subsets).mean).argmax(-1)  # (S, B)
            correct += (labels == encoded.classes(part)).sum(1)
    shares = (100 * correct / len(triplets)).tolist()
    judges = Judges(classifiers, description.standardisation)
    return {
        "accuracy": {subset_key(each): round(share, 3) for each, share in zip(subsets, shares, strict=True)},
        "coherence": cross_modal(encoded, judges, per_class=_COHERENCE_PER_CLASS),
        "test_triplets": {
            "accuracy": len(triplets),
            "coherence": len(encoded.triplets(_COHERENCE_PER_CLASS)),
        },
    }
