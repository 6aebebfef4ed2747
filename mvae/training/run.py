"""Training: `fit` runs the loop, shows progress, and saves after every epoch so that nothing is lost.

Where several workers train together, each runs `fit`; the first of them alone reads and writes files.
"""

import json
import math
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load, save
from torch import Tensor
from tqdm import tqdm

from mvae.arrays import Array
from mvae.checkpoint.familiarity import write_familiarity
from mvae.checkpoint.files import load_tensors, read_metrics, tensors_file, write_atomically, writing_alone
from mvae.checkpoint.place import DESCRIPTION, METRICS, RESUME
from mvae.checkpoint.replay import replay_file
from mvae.checkpoint.store import checkpoint_files
from mvae.data.collections import Collection
from mvae.errors import CheckpointError, TrainingError
from mvae.files import exists
from mvae.model.scaling import scaled, standardised
from mvae.model.subsets import subset_key
from mvae.training.batches import TripletData
from mvae.training.config import Precision, TrainConfig, choose_precision
from mvae.training.distributed import ALONE, Workers
from mvae.training.trainer import Trainer

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


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
    examples: Mapping[str, Array] | None = None,
) -> bool:
    """Train a model and write its checkpoint to `out` after every epoch, all its files or none.

    Ctrl-C or SIGTERM finishes the current step, saves, and returns; a second one stops at once. A run that
    torchrun starts again because a worker was lost goes on from its last checkpoint, without `resume` too.

    Parameters
    ----------
    config, collections, out
        How what is trained on what, and the directory of the checkpoint.
    resume
        Go on with the run that is there.
    device, precision
        On what, and in what; None: what suits the device.
    data_hashes
        Name -> hash, as the checkpoint records them.
    show_progress
        Print a line each epoch.
    workers
        Those that train together.
    examples
        As those of `mvae.tasks.task.Task`: what the replay is imagined from.

    Returns
    -------
    bool
        Whether training is complete; False where it was interrupted.

    Raises
    ------
    CheckpointError
        If `out` cannot be written, another training is writing into it, it already holds a checkpoint and
        `resume` is False, or holds a run of another configuration or other data and `resume` is True.
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
    with ExitStack() as held:
        with workers.together():
            workers.check_same(f"{precision} {identity}")
            if workers.first:
                held.enter_context(writing_alone(out))
            data = TripletData(
                collections, config.model.modalities, seed=config.seed, holdout=config.holdout, device=device,
                complete=config.complete,
            )  # fmt: skip
        trainer = Trainer(config, data, precision, workers)
        if show_progress and trainer.compiles:
            tqdm.write("The first step takes a while: the model is compiled.", file=sys.stdout)
        metadata = {"identity": identity} | ({"launch": workers.launch} if workers.launch else {})
        run = _Run(trainer, out, metadata, hashes, _examples(data, config, examples))
        _begin(run, resume=resume)
        _train(run, show_progress=show_progress)
        complete = trainer.epoch == config.epochs
        with workers.together():
            # Not when the last epoch is saved: the last run may have ended between that and this.
            if complete and workers.first:
                write_familiarity(out, collections)
    return complete


@dataclass
class _Run:
    """A training and its checkpoint, which the first worker alone reads and writes.

    Attributes
    ----------
    trainer
        This worker's.
    out
        The checkpoint's directory.
    metadata
        What tells this run from others, and who launched it.
    hashes
        Of the data.
    examples
        What the replay is imagined from, as the networks take it.
    metrics
        Of the epochs until now; empty in all workers but the first.
    """

    trainer: Trainer
    out: Path
    metadata: Mapping[str, str]
    hashes: dict[str, str]
    examples: Mapping[str, Tensor]
    metrics: list[dict[str, Any]] = field(default_factory=list)

    def save(self) -> None:
        """Write all files of the checkpoint together; within an epoch the replay stays as it is."""
        trainer, out = self.trainer, self.out
        files = {
            METRICS: "".join(json.dumps(record) + "\n" for record in self.metrics).encode(),
            RESUME: tensors_file(trainer.tensors(), self.metadata),
            **checkpoint_files(trainer.averaged, trainer.describe(self.hashes)),
        }
        if trainer.between_epochs:
            files |= replay_file(out, trainer.epoch, trainer.averaged, self.examples)
        write_atomically(out, files)


def _examples(
    data: TripletData, config: TrainConfig, given: Mapping[str, Array] | None
) -> Mapping[str, Tensor]:
    """Return what the replay is imagined from, as the networks take it: of the data where none is given."""
    found = {
        name: scaled(standardised(data.standardisation, name, values))
        for name, values in (given or {}).items()
        if name in config.model.names
    }
    return found or data.examples(len(config.model.classes))


def _begin(run: _Run, *, resume: bool) -> None:
    """Put every worker's trainer where the run stopped, if it goes on, and read the metrics until there."""
    workers, out = run.trainer.workers, run.out
    saved: dict[str, Tensor] = {}
    with workers.together():
        if workers.first:
            if resume or _same_launch(out, workers.launch):
                saved = _read_run(out, run.metadata["identity"])
            else:
                _refuse_to_overwrite(out)
    saved = load(workers.broadcast(save(saved)))
    with workers.together():
        if saved:
            _restore(run.trainer, saved, out)
            if workers.first:
                run.metrics = read_metrics(out)[: run.trainer.epoch]
                run.save()  # whatever the other files are: one may have been lost or damaged


def _train(run: _Run, *, show_progress: bool) -> None:
    """Train and save, epoch by epoch, until all are done or a signal comes to one of the workers."""
    trainer, workers = run.trainer, run.trainer.workers
    stopped = False
    with _interruption() as interrupted:
        while trainer.epoch < trainer.config.epochs and not stopped:
            _train_epoch(trainer, interrupted, show_progress=show_progress)
            trainer.sums = workers.collect(trainer.sums)
            with workers.together():
                if workers.first:
                    if trainer.between_epochs:
                        run.metrics.append(_record(trainer, run.out))
                        if show_progress:
                            _print_epoch(run.metrics, trainer.config.epochs)
                    run.save()
            stopped = workers.any(bool(interrupted))


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
    if launch is None or not exists(out / RESUME):
        return False
    return _load_resume(out)[1].get("launch") == launch


def _refuse_to_overwrite(out: Path) -> None:
    if exists(out / RESUME):
        msg = f"{out} already holds a checkpoint; add --resume to go on with it, or choose another --out."
        raise CheckpointError(msg)
    if exists(out / DESCRIPTION):
        msg = f"{out} already holds a checkpoint, which cannot be trained further; choose another --out."
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
        taken = exists(out / RESUME) or exists(out / DESCRIPTION)
        advice = "train anew into another --out" if taken else "start again without --resume"
        msg = f"{error} So training cannot be resumed; {advice}."
        raise CheckpointError(msg) from error


def _restore(trainer: Trainer, tensors: Mapping[str, Tensor], out: Path) -> None:
    try:
        trainer.restore(tensors)
    except (KeyError, RuntimeError, ValueError) as error:
        msg = f"{out / RESUME} was written by another version of this program; train anew into another --out."
        raise CheckpointError(msg) from error


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
    parts = [f"{key} {value:.2f}" for key, value in _abbreviated(accuracy).items()]
    tqdm.write(
        f"epoch {last['epoch']:>3}/{epochs}  loss {last['loss']:.1f}  "
        f"{'held-out' if 'holdout_accuracy' in last else 'training'} accuracy %  {'  '.join(parts)}  "
        f"{last['triplets_per_second']:,.0f} triplets/s  {seconds_left / 60:.1f} min left",
        file=sys.stdout,
    )


def _abbreviated(by_subset: Mapping[str, float]) -> Mapping[str, float]:
    """Return the same under the initials of the modalities, where no two share one."""
    names = {name for key in by_subset for name in key.split("+")}
    if len({name[0] for name in names}) < len(names):
        return by_subset
    return {subset_key([name[0] for name in key.split("+")]): value for key, value in by_subset.items()}


@contextmanager
def _interruption() -> Iterator[list[int]]:
    """Give a list that the first Ctrl-C or SIGTERM fills, so that no step is cut in half.

    The second one finds what was there before: in `train.py` it stops at once.
    """
    caught: list[int] = []
    previous = {number: signal.getsignal(number) for number in _SIGNALS}

    def note(number: int, _frame: object) -> None:
        caught.append(number)
        restore()

    def restore() -> None:
        for number, handler in previous.items():
            signal.signal(number, handler)

    try:
        for number in _SIGNALS:
            signal.signal(number, note)
    except ValueError:  # not in the main thread: whoever runs it there stops it in another way
        yield caught
        return
    try:
        yield caught
    finally:
        restore()
