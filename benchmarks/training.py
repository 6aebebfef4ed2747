"""How fast training is: python -m benchmarks.training [--models linear conv] [--rounds 15] [--json PATH].

Each table is measured side by side in one run: every round takes one step of each contestant, in random
order, on the same triplets. A step is everything from one batch to the next: gathering, augmentation,
forward, backward, optimiser and weight average for ours and the plain loop; for MultiVae gathering, forward,
backward and optimiser. The roofline is the time that the matrix products of one of our steps would take
alone, in bfloat16 (see `benchmarks.roofline`).
"""

import argparse
import itertools
import json
import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from benchmarks.baselines import MultiVaeTrainer, PlainTrainer
from benchmarks.roofline import Product, Task, interleaved, matrix_products, medians, multiply_adds
from mvae.data.collections import Collection, load_split
from mvae.data.location import data_directory
from mvae.model.model import MVAE
from mvae.tasks.digits import DIGITS, FARSI
from mvae.training.batches import Batch, TripletData
from mvae.training.config import CONFIGS, TrainConfig, choose_precision
from mvae.training.trainer import Trainer

BATCH_SIZES = (64, 128, 256, 512, 1024, 2048, 4096)
Row = dict[str, float | int | str | None]


def main() -> None:
    """Print the tables, and write them as JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--models", nargs="+", choices=sorted(CONFIGS), default=["conv", "linear"])
    parser.add_argument("--rounds", type=int, default=15, help="steps of each contestant; default 15")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--json", type=Path, help="write the figures here, too")
    options = parser.parse_args()
    collections = load_split("train", data_directory())
    tables: dict[str, list[Row]] = {}
    for name in options.models:
        config = CONFIGS[name]
        data = TripletData(collections, config.model.modalities, seed=0, device=options.device)
        for threads in (1, 2) if options.device == "cpu" else (1,):
            title = f"{name}, batch {config.batch_size}, {threads} thread(s)"
            tables[title] = compare(config, data, threads, options.rounds)
            show(title, tables[title])
        title = f"{name}, by batch size" + (", 2 threads" if options.device == "cpu" else "")
        tables[title] = [batch_size_row(config, data, size, options.rounds) for size in tqdm(BATCH_SIZES)]
        show(title, tables[title])
    if options.device == "cpu":
        tables |= by_modalities(options.rounds)
    if options.json is not None:
        machine = {"processor": platform.processor() or platform.machine(), "torch": torch.__version__}
        options.json.write_text(json.dumps({"machine": machine, "tables": tables}, indent=1) + "\n")


def by_modalities(rounds: int) -> dict[str, list[Row]]:
    """Measure what a fourth, fifth and sixth modality cost, and what random subsets save."""
    tables = {
        "linear, batch 256, 2 threads, by number of modalities (synthetic images), all subsets": [
            modalities_row(count, None, rounds) for count in tqdm(range(2, 7))
        ],
        "the same with 6 modalities, by number of random subsets beside the joint and the single ones": [
            modalities_row(6, k, rounds) for k in tqdm((0, 1, 2, 4, 8, 16, 32))
        ],
    }
    for title, rows in tables.items():
        show(title, rows)
    return tables


def fresh_trainer(config: TrainConfig, data: TripletData) -> Trainer:
    """Return our trainer, and forget what was compiled for others."""
    torch.compiler.reset()  # it keeps few versions, and another number of threads is another one
    return Trainer(config, data, choose_precision(data.device))


def compare(config: TrainConfig, data: TripletData, threads: int, rounds: int) -> list[Row]:
    """Compare our step with the plain loop, MultiVae, and the rooflines of bfloat16 and float32."""
    batch = next(data.batches(0, config.batch_size))
    ours = fresh_trainer(config, data)
    trainers: dict[str, Trainer | MultiVaeTrainer] = {
        "ours": ours,
        "ours in float32": Trainer(config, data, "float32"),
        "plain loop, float32": PlainTrainer(config, data),
    }
    try:
        trainers["MultiVae 1.0.3, float32"] = MultiVaeTrainer(config, data.device)
    except ImportError as error:
        print(f"Without MultiVae ({error}); see benchmarks/baselines.py for how to install it.")
    products = products_of(ours.model, batch, len(ours.mask))
    tasks = {name: stepper(trainer, data) for name, trainer in trainers.items()}
    with data.device:
        tasks["roofline, bfloat16"] = finished(matrix_products(products, torch.bfloat16))
        tasks["roofline, float32"] = finished(matrix_products(products, torch.float32))
    seconds = medians(interleaved(tasks, rounds=rounds, threads=threads))
    return [
        {
            "contestant": name,
            "triplets/s": round(config.batch_size / time),
            "ours is faster by": round(time / seconds["ours"], 2),
            "share of the bfloat16 roofline %": round(100 * seconds["roofline, bfloat16"] / time, 1),
            "MFLOP a triplet": round(2 * multiply_adds(products) / config.batch_size / 1e6, 1),
        }
        for name, time in seconds.items()
    ]


def batch_size_row(config: TrainConfig, data: TripletData, size: int, rounds: int) -> Row:
    """Measure our step, and its share of the roofline, at one batch size."""
    trainer = fresh_trainer(replace(config, batch_size=size), data)
    products = products_of(trainer.model, next(data.batches(0, size)), len(trainer.mask))
    with data.device:
        tasks = {"roofline": finished(matrix_products(products, torch.bfloat16))}
    tasks["ours"] = stepper(trainer, data)
    fewer = max(3, rounds * 256 // max(size, 256))
    seconds = medians(interleaved(tasks, rounds=fewer, threads=2))
    return {
        "batch": size,
        "triplets/s": round(size / seconds["ours"]),
        "share of the bfloat16 roofline %": round(100 * seconds["roofline"] / seconds["ours"], 1),
    }


def modalities_row(count: int, extra_subsets: int | None, rounds: int) -> Row:
    """Measure a step with `count` synthetic modalities, and its encoders and decoders alone."""
    config = CONFIGS["linear"]
    modalities = tuple(replace(FARSI, name=f"image{index}") for index in range(count))
    config = replace(config, model=replace(config.model, modalities=modalities), extra_subsets=extra_subsets)
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (2560, 28, 28), np.uint8)
    collection = Collection(images, np.arange(2560) % DIGITS, np.full(2560, ""))
    data = TripletData({each.name: collection for each in modalities}, modalities, seed=0)
    trainer = fresh_trainer(config, data)
    inputs = next(data.batches(0, config.batch_size)).inputs
    subsets = len(trainer.mask)
    if extra_subsets is not None:
        subsets = min(subsets, count + 1 + extra_subsets)
    z = torch.randn(subsets, config.batch_size, config.model.latent_size)
    tasks = {
        "step": stepper(trainer, data),
        "encode": lambda: forward(trainer, lambda model: model.encode(inputs)),
        "decode": lambda: forward(trainer, lambda model: model.decode(z)),
    }
    seconds = medians(interleaved(tasks, rounds=max(3, rounds // 2), threads=2))
    return {
        "modalities": count,
        "subsets": subsets,
        "whole step, ms": round(1000 * seconds["step"], 1),
        "encoders forward, ms": round(1000 * seconds["encode"], 1),
        "decoders forward, ms": round(1000 * seconds["decode"], 1),
        "decoders a subset, ms": round(1000 * seconds["decode"] / subsets, 2),
    }


def forward(trainer: Trainer, part: Callable[[MVAE], object]) -> None:
    """Run a part of the model as a step does, without its gradient."""
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=trainer.precision == "bfloat16"):
        part(trainer.model)


def stepper(trainer: Trainer | MultiVaeTrainer, data: TripletData) -> Task:
    """Return a task that takes one step on the next batch, which is gathered within the time measured."""
    size = trainer.config.batch_size
    batches: Iterator[Batch] = itertools.chain.from_iterable(
        data.batches(epoch, size) for epoch in itertools.count()
    )
    return finished(lambda: trainer.train_step(next(batches)))


def finished(task: Task) -> Task:
    """Let a task wait for what it started on a GPU."""

    def waiting() -> None:
        task()
        if torch.cuda.is_available():
            torch.cuda.synchronize()

    return waiting


def products_of(model: MVAE, batch: Batch, subsets: int) -> list[Product]:
    """List the matrix products of one step: each layer forward, its weights' and its input's gradient.

    Each sample is encoded once, and decoded for each subset. A convolution counts as the product of its
    unfolded input with its weights. The first layer of an encoder needs no gradient of its input.
    """
    found: list[Product] = []

    def note(module: torch.nn.Module, inputs: tuple[torch.Tensor], output: torch.Tensor) -> None:
        weight = module.weight
        n = len(weight)
        m, k = output.numel() // n, weight[0].numel()
        found.extend([Product(m, k, n), Product(n, m, k)])
        if inputs[0].requires_grad:
            found.append(Product(m, n, k))

    kinds = (torch.nn.Linear, torch.nn.Conv1d, torch.nn.Conv2d)
    hooks = [layer.register_forward_hook(note) for layer in model.modules() if isinstance(layer, kinds)]
    mean, _ = model.encode(batch.inputs)
    model.decode(mean[0].expand(subsets, -1, -1))
    for hook in hooks:
        hook.remove()
    return found


def show(title: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Print one table."""
    print(f"\n{title}")
    widths = {key: max(len(key), *(len(str(row[key])) for row in rows)) for key in rows[0]}
    print("  ".join(key.rjust(width) for key, width in widths.items()))
    for row in rows:
        print("  ".join(str(row[key]).rjust(width) for key, width in widths.items()))


if __name__ == "__main__":
    main()
