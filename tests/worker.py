"""What torchrun starts for test_distributed.py: small models on small data, and accidents.

`worker.py compare OUT` trains every case into its own folder of OUT, and notes what each worker saw.
`worker.py small …` is the command line of train.py on small data, `worker.py real …` on the real data. In
both the second worker may have an ACCIDENT, unless it has been restarted: with "killed 7" it is gone after
step 7, with "Ctrl-C 7" torchrun gets that signal then.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import torch
from helpers import synthetic_collections

import train
from mvae.batches import Batch, TripletData
from mvae.checkpoint import save_tensors
from mvae.distributed import Workers, join_workers
from mvae.errors import DataError, MVAEError, TrainingError
from mvae.model import MVAEConfig
from mvae.trainer import TrainConfig, Trainer
from mvae.training import fit

LINEAR = TrainConfig(MVAEConfig("linear", latent_size=8, hidden_size=32), epochs=2, batch_size=25, seed=4)
CASES = {
    "linear": LINEAR,
    "conv": replace(LINEAR, model=MVAEConfig("conv", latent_size=8, hidden_size=32)),
    # 120 triplets: the last batch has one, so one of two workers has none
    "uneven": replace(LINEAR, batch_size=17, extra_subsets=1),
}


def compare(out: Path, workers: Workers) -> None:
    seen: list[torch.Tensor] = []
    after_each_step(lambda _, batch: seen.append(batch.inputs["farsi"].flatten(1)))
    for name, config in CASES.items():
        fit(
            config,
            synthetic_collections(),
            out / name,
            precision="float32",
            workers=workers,
            show_progress=False,
        )
        save_tensors(out / f"seen-{workers.rank}", name, {"images": torch.cat(seen)}, {})
        seen.clear()
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
    accidents = {"killed": (os.getpid(), signal.SIGKILL), "Ctrl-C": (os.getppid(), signal.SIGINT)}
    if os.environ["RANK"] == "1" and os.environ["TORCHELASTIC_RESTART_COUNT"] == "0":
        after_each_step(lambda trainer, _: trainer.step_count == step and os.kill(*accidents[kind]))


def main(arguments: list[str]) -> int:
    if arguments[0] == "compare":
        with join_workers() as workers:
            compare(Path(arguments[1]), workers)
        return 0
    if "ACCIDENT" in os.environ:
        kind, step = os.environ["ACCIDENT"].split()
        have_accident(kind, int(step))
    if arguments[0] == "small":
        train.CONFIGS["linear"] = LINEAR
        train.load_training = lambda *_: synthetic_collections()
        train.data_hashes = lambda *_: {}
    return train.main(arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
