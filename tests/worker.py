"""What torchrun starts for test_distributed.py: small models on small data, and accidents.

`worker.py compare OUT` trains each of the RUNS into its own folder of OUT, and notes what each worker saw.
`worker.py small …` is the command line of train.py on small data and in float64, `worker.py real …` on the
real data. In both the second worker may have an ACCIDENT, unless it has been restarted: with "killed 7"
it is gone after step 7, with "Ctrl-C 7" torchrun gets that signal then, and the worker waits until it comes.
"""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import torch
from helpers import synthetic_collections

import mvae.training.batches
import mvae.training.run
import train
from mvae.checkpoint.files import save_tensors
from mvae.errors import DataError, MVAEError, TrainingError
from mvae.model.networks import Encoder
from mvae.tasks.digits import TASK
from mvae.tasks.task import Task
from mvae.training.batches import Batch, TripletData
from mvae.training.config import CONFIGS, Precision, TrainConfig
from mvae.training.distributed import Workers, join_workers
from mvae.training.run import fit
from mvae.training.trainer import Trainer

LINEAR = TrainConfig(TASK.model("linear", latent_size=8, hidden_size=32), epochs=2, batch_size=25, seed=4)
CASES = {
    "linear": LINEAR,
    "conv": replace(LINEAR, model=TASK.model("conv", latent_size=8, hidden_size=32)),
    # 120 triplets: the last batch has one, so one of two workers has none
    "uneven": replace(LINEAR, batch_size=17, extra_subsets=1),
}
RUNS = {
    **{f"float64/{case}": config for case, config in CASES.items()},
    "float32/conv": CASES["conv"],
    "bfloat16/conv": CASES["conv"],
}
"""Every case in the arithmetic in which rounding shows no effect, and one in those that people train in."""


@contextmanager
def in_float64() -> Iterator[None]:
    """Train in float64: weights, inputs, draws, gradients and sums.

    What several workers may differ by is the order in which they add, and so the rounding. In float32 and
    bfloat16 two things make much of it: AdamW divides a gradient by its own size, so one that is nothing but
    rounding moves its weight as far as any; and a rectifier whose input is near zero opens in one run only.
    In float64 the rounding, 1e-14 of these gradients, is far below AdamW's epsilon of 1e-8.
    """
    scaled, forward = mvae.model.scaling.scaled, Encoder.forward
    write_familiarity = mvae.training.run.write_familiarity

    def in_float32(*arguments: Any) -> None:
        torch.set_default_dtype(torch.float32)
        write_familiarity(*arguments)
        torch.set_default_dtype(torch.float64)

    torch.set_default_dtype(torch.float64)
    with (
        patch.object(mvae.training.batches, "scaled", lambda values: scaled(values).double()),
        # What is measured on a checkpoint is float32 as the file is, and drawings are, too.
        patch.object(mvae.training.run, "write_familiarity", in_float32),
        patch.object(Encoder, "forward", lambda encoder, x: forward(encoder, x.to(encoder.head.weight))),
    ):
        try:
            yield
        finally:
            torch.set_default_dtype(torch.float32)


def compare(out: Path, workers: Workers) -> None:
    seen: list[torch.Tensor] = []
    after_each_step(lambda _, batch: seen.append(batch.inputs["farsi"].flatten(1)))
    for run, config in RUNS.items():
        arithmetic, case = run.split("/")
        precision: Precision = "bfloat16" if arithmetic == "bfloat16" else "float32"
        with in_float64() if arithmetic == "float64" else nullcontext():
            fit(
                config,
                synthetic_collections(),
                out / run,
                precision=precision,
                workers=workers,
                show_progress=False,
            )
        save_tensors(out / f"seen-{workers.rank}" / arithmetic, case, {"images": torch.cat(seen)}, {})
        seen.clear()
    with in_float64():
        with_missing_modalities(out, workers)
    (out / f"failures-{workers.rank}").write_text(" ".join(failures(workers)))


def with_missing_modalities(out: Path, workers: Workers) -> None:
    """One epoch of which some batches of 4, and more workers' shares of them, lack a modality."""
    config = replace(CASES["conv"], batch_size=4)
    data = TripletData(synthetic_collections(), config.model.modalities, seed=1, complete=0.1)
    trainer = Trainer(config, data, "float32", workers)
    for batch in data.batches(0, config.batch_size, workers=workers):
        trainer.train_step(batch)
    trainer.sums = workers.collect(trainer.sums)
    if workers.first:
        save_tensors(out, "missing", trainer.tensors(), {})


def failures(workers: Workers) -> Iterator[str]:
    """What this worker says where the last one fails, and where all were started differently."""
    try:
        with workers.together():
            if workers.rank == workers.count - 1:
                raise DataError
    except MVAEError as error:
        yield type(error).__name__
    try:
        workers.check_same(f"started as {workers.rank}")
    except TrainingError as error:
        yield type(error).__name__


def after_each_step(note: Callable[[Trainer, Batch], object]) -> None:
    original = Trainer.train_step

    def patched(self: Trainer, batch: Batch) -> None:
        original(self, batch)
        note(self, batch)

    Trainer.train_step = patched  # type: ignore[method-assign]


def have_accident(kind: str, step: int) -> None:
    accident = {"killed": be_killed, "Ctrl-C": press_ctrl_c}[kind]
    if os.environ["RANK"] == "1" and os.environ["TORCHELASTIC_RESTART_COUNT"] == "0":
        after_each_step(lambda trainer, _: trainer.step_count == step and accident())


def be_killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def press_ctrl_c() -> None:
    """Give torchrun the signal, and wait until it has passed it on."""
    came: list[int] = []
    trained_with = signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    os.kill(os.getppid(), signal.SIGINT)
    while not came:
        time.sleep(0.01)
    signal.signal(signal.SIGINT, trained_with)
    signal.raise_signal(signal.SIGINT)


def main(arguments: list[str]) -> int:
    if arguments[0] == "compare":
        with join_workers() as workers:
            compare(Path(arguments[1]), workers)
        return 0
    if "ACCIDENT" in os.environ:
        kind, step = os.environ["ACCIDENT"].split()
        have_accident(kind, int(step))
    if arguments[0] == "small":
        CONFIGS["linear"] = LINEAR
        Task.load_training = lambda *_: synthetic_collections()
        Task.hashes = lambda *_: {}
        with in_float64():
            return train.main(arguments[1:])
    return train.main(arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
