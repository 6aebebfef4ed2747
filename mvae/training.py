"""Training: `fit` runs the loop, shows progress, and saves after every epoch so that nothing is lost.

Where several workers train together, each runs `fit`; the first of them alone reads and writes files.
"""

import json
import math
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load, save
from torch import Tensor
from tqdm import tqdm

from mvae.batches import TripletData
from mvae.checkpoint import (
    DESCRIPTION,
    METRICS,
    load_tensors,
    read_metrics,
    save_checkpoint,
    save_tensors,
    write_atomically,
)
from mvae.data.collections import Collection
from mvae.distributed import ALONE, Workers
from mvae.errors import CheckpointError, TrainingError
from mvae.familiarity import write_familiarity
from mvae.replay import add_strip
from mvae.trainer import Precision, TrainConfig, Trainer, choose_precision

RESUME = "resume.safetensors"


def fit(
    config: TrainConfig,
    collections: Mapping[str, Collection],
    out: Path,
    *,
    resume: bool = False,
    device: torch.device | str = "cpu",
    precision: Precision | None = None,
    data_hashes: Mapping[str, str] | None = None,
    show_progress: bool = True,
    workers: Workers = ALONE,
) -> bool:
    """Train a model and write its checkpoint to `out` after every epoch.

    Ctrl-C finishes the current step, saves, and returns; a second Ctrl-C stops at once. A run that torchrun
    starts again because a worker was lost goes on from its last checkpoint, without `resume` too.

    Returns
    -------
    bool
        Whether training is complete; False where it was interrupted.

    Raises
    ------
    CheckpointError
        If `out` cannot be written, already holds a checkpoint and `resume` is False, or holds a run of
        another configuration or other data and `resume` is True.
    TrainingError
        If the loss is no longer finite at the end of an epoch, or the workers were not started alike.
    OtherWorkerError
        If one of the above happened to another worker.
    """
    device = torch.device(device)
    precision = precision or choose_precision(device)
    hashes = dict(data_hashes or {})
    identity = json.dumps({"config": asdict(config), "data": hashes}, sort_keys=True)
    show_progress = show_progress and workers.first
    with workers.together():
        workers.check_same(f"{precision} {identity}")
        data = TripletData(
            collections, config.model.modalities, seed=config.seed, holdout=config.holdout, device=device,
            complete=config.complete,
        )  # fmt: skip
    trainer = Trainer(config, data, precision, workers)
    if show_progress and trainer.compiles:
        tqdm.write("The first step takes a while: the model is compiled.", file=sys.stdout)
    metadata = {"identity": identity} | ({"launch": workers.launch} if workers.launch else {})
    metrics = _begin(trainer, out, metadata, hashes, resume=resume)
    with _interruption() as interrupted:
        while trainer.epoch < config.epochs and not workers.any(bool(interrupted)):
            _train_epoch(trainer, interrupted, show_progress=show_progress)
            trainer.sums = workers.collect(trainer.sums)
            with workers.together():
                if workers.first:
                    if trainer.between_epochs:
                        metrics.append(_record(trainer, out))
                        if show_progress:
                            _print_epoch(metrics, config.epochs)
                    # First the metrics: an epoch too many is cut when a run is resumed, one too few is lost.
                    _save_metrics(out, metrics)
                    save_tensors(out, RESUME, trainer.tensors(), metadata)
                    save_checkpoint(out, trainer.averaged, trainer.describe(hashes))
                    if trainer.between_epochs:
                        add_strip(out, trainer.epoch, trainer.averaged)
    complete = trainer.epoch == config.epochs
    with workers.together():
        # Not within the loop: the last run may have ended between its checkpoint and this.
        if complete and workers.first:
            write_familiarity(out, collections)
    return complete


def _begin(
    trainer: Trainer, out: Path, metadata: Mapping[str, str], hashes: Mapping[str, str], *, resume: bool
) -> list[dict[str, Any]]:
    """Put every worker's trainer where the run stopped, if it goes on, and return the metrics until there."""
    workers = trainer.workers
    saved: dict[str, Tensor] = {}
    with workers.together():
        if workers.first:
            if resume or _same_launch(out, workers.launch):
                saved = _read_run(out, metadata["identity"])
            else:
                _refuse_to_overwrite(out)
    saved = load(workers.broadcast(save(saved)))
    with workers.together():
        if saved:
            _restore(trainer, saved, out)
        metrics = read_metrics(out)[: trainer.epoch] if workers.first else []
        if workers.first:
            _save_metrics(out, metrics)  # an unwritable directory is found now, not after the first epoch
        if saved and workers.first:  # the last run may have stopped before its checkpoint was written
            save_checkpoint(out, trainer.averaged, trainer.describe(dict(hashes)))
    return metrics


def _record(trainer: Trainer, out: Path) -> dict[str, Any]:
    """Return the metrics of the epoch that has just ended."""
    record = trainer.record()
    if not math.isfinite(record["loss"]):
        msg = (
            f"The loss is not finite after epoch {trainer.epoch}, so training stopped; {out} is "
            "as it was an epoch ago. Train anew with another --seed, into another --out."
        )
        raise TrainingError(msg)
    return record


def _same_launch(out: Path, launch: str | None) -> bool:
    """Whether the torchrun that started this process also started the run in `out`: a worker was lost."""
    if launch is None or not (out / RESUME).exists():
        return False
    return _load_resume(out)[1].get("launch") == launch


def _refuse_to_overwrite(out: Path) -> None:
    if (out / DESCRIPTION).exists() or (out / RESUME).exists():
        msg = f"{out} already holds a checkpoint; add --resume to go on with it, or choose another --out."
        raise CheckpointError(msg)


def _read_run(out: Path, identity: str) -> dict[str, Tensor]:
    """Read where the last run stopped, and make sure that it has the same settings and data."""
    tensors, metadata = _load_resume(out)
    if metadata.get("identity") != identity:
        msg = (
            f"{out / RESUME} belongs to other settings or other data; "
            "give the same options as before, or another --out."
        )
        raise CheckpointError(msg)
    return tensors


def _load_resume(out: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    try:
        return load_tensors(out / RESUME)
    except CheckpointError as error:
        msg = f"{error} So training cannot be resumed; start again without --resume."
        raise CheckpointError(msg) from error


def _restore(trainer: Trainer, tensors: Mapping[str, Tensor], out: Path) -> None:
    try:
        trainer.restore(tensors)
    except (KeyError, RuntimeError, ValueError) as error:
        msg = f"{out / RESUME} was written by another version of this program; train anew into another --out."
        raise CheckpointError(msg) from error


def _save_metrics(out: Path, metrics: list[dict[str, Any]]) -> None:
    write_atomically(out, {METRICS: "".join(json.dumps(record) + "\n" for record in metrics).encode()})


def _train_epoch(trainer: Trainer, interrupted: list[int], *, show_progress: bool) -> None:
    """Train to the end of the current epoch, or to the end of the step in which Ctrl-C comes to a worker."""
    workers, size = trainer.workers, trainer.config.batch_size
    epoch, first = divmod(trainer.step_count, trainer.steps_per_epoch)
    with tqdm(
        desc=f"epoch {epoch + 1}/{trainer.config.epochs}", total=trainer.data.triplets, initial=first * size,
        unit=" triplets", unit_scale=True, disable=not show_progress, leave=False, dynamic_ncols=True,
    ) as bar:  # fmt: skip
        started = time.perf_counter()
        for batch in trainer.data.batches(epoch, size, skip=first, workers=workers):
            trainer.train_step(batch)
            bar.update(batch.share.total)
            if workers.any(bool(interrupted)):
                break
            if trainer.step_count % 20 == 0:
                loss = float(trainer.sums["loss"] / trainer.sums["triplets"])
                bar.set_postfix(loss=f"{loss:.1f}", refresh=False)
        if workers.first:  # the sums of all workers are added up, but their time is the same
            trainer.sums["seconds"] += time.perf_counter() - started


def _print_epoch(metrics: list[dict[str, Any]], epochs: int) -> None:
    """Print one line: epoch, loss, accuracy of the subsets, triplets/s, time left."""
    last = metrics[-1]
    seconds_left = (epochs - last["epoch"]) * sum(record["seconds"] for record in metrics) / len(metrics)
    accuracy = last.get("holdout_accuracy", last.get("accuracy", {}))
    parts = [f"{'+'.join(name[0] for name in key.split('+'))} {value:.2f}" for key, value in accuracy.items()]
    tqdm.write(
        f"epoch {last['epoch']:>3}/{epochs}  loss {last['loss']:.1f}  "
        f"{'held-out' if 'holdout_accuracy' in last else 'training'} accuracy %  {'  '.join(parts)}  "
        f"{last['triplets_per_second']:,.0f} triplets/s  {seconds_left / 60:.1f} min left",
        file=sys.stdout,
    )


@contextmanager
def _interruption() -> Iterator[list[int]]:
    """Give a list that the first Ctrl-C fills, so that no step is cut in half; the second stops at once."""
    caught: list[int] = []

    def note(number: int, _frame: object) -> None:
        caught.append(number)
        signal.signal(signal.SIGINT, previous)

    try:
        previous = signal.signal(signal.SIGINT, note)
    except ValueError:  # not in the main thread: whoever runs it there stops it in another way
        yield caught
        return
    try:
        yield caught
    finally:
        signal.signal(signal.SIGINT, previous)
