"""Does speed cost accuracy? The same configuration trained fast and plain: python -m benchmarks.accuracy.

"fast" is `mvae.training.trainer.Trainer` as `train.py` uses it for a long run, "plain" the plain loop of
`benchmarks.baselines` in float32. Both see the same triplets, draw the same noise and start from the same
weights. Every run is kept as one JSON file below --out, so that runs can be spread over time or machines;
none is repeated.
"""

import argparse
import json
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy import stats
from tqdm import tqdm

from benchmarks.baselines import PlainTrainer
from mvae.data.collections import Collection, load_split
from mvae.data.location import data_directory
from mvae.evaluation.encoded import Encoded
from mvae.evaluation.table import PER_CLASS, TABLE_ROWS, table_sums
from mvae.machine import can_compile
from mvae.training.batches import TripletData
from mvae.training.config import CONFIGS, choose_precision
from mvae.training.trainer import Trainer

Collections = Mapping[str, Collection]


def main() -> None:
    """Train what is missing, and print the test table of all runs that are there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--model", choices=sorted(CONFIGS), default="linear")
    parser.add_argument("--epochs", type=int, help="default: the configuration's")
    parser.add_argument("--kinds", nargs="+", choices=("fast", "plain"), default=("fast", "plain"))
    parser.add_argument("--seeds", nargs="+", type=int, default=(0, 1, 2))
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    config = CONFIGS[options.model]
    epochs = config.epochs if options.epochs is None else options.epochs
    folder = options.out / f"{options.model}-{epochs}"
    folder.mkdir(parents=True, exist_ok=True)
    train, test = (load_split(split, data_directory()) for split in ("train", "test"))
    for seed in options.seeds:
        for kind in options.kinds:
            path = folder / f"{kind}-{seed}.json"
            if path.exists():
                continue
            data = TripletData(train, config.model.modalities, seed=seed, device=options.device)
            settings = replace(config, epochs=epochs, seed=seed)
            if kind == "plain":
                trainer: Trainer = PlainTrainer(settings, data)
            else:
                trainer = Trainer(settings, data, choose_precision(data.device))
                trainer.compiles = data.device.type == "cpu" and can_compile()  # as in a run of full length
            seconds = run(trainer, f"{options.model} {kind} seed {seed}")
            result = {"accuracy": test_accuracy(trainer, test), "seconds": round(seconds, 1)}
            path.write_text(json.dumps(result) + "\n")
    report(options.model, epochs, folder)


def run(trainer: Trainer, title: str) -> float:
    """Train to the end, and return how many seconds it took."""
    started = time.perf_counter()
    for epoch in tqdm(range(trainer.config.epochs), title):
        for batch in trainer.data.batches(epoch, trainer.config.batch_size):
            trainer.train_step(batch)
    return time.perf_counter() - started


def test_accuracy(trainer: Trainer, test: Collections) -> list[float]:
    """Return the averaged weights' accuracy on the test split, in per cent, for each row of Table 1."""
    encoded = Encoded.of(trainer.averaged.cpu().eval(), trainer.data.standardisation, test)
    triplets = encoded.triplets(PER_CLASS)
    accuracy: list[float] = (table_sums(encoded, triplets)[:, 0] / len(triplets)).tolist()
    return accuracy


def report(model: str, epochs: int, folder: Path) -> None:
    """Print mean and spread of both kinds, and their difference with its 95 % interval (Welch)."""
    print(f"{model}, {epochs} epochs, accuracy % on the test split, mean ± standard deviation over seeds")
    runs = {
        kind: [json.loads(path.read_text()) for path in sorted(folder.glob(f"{kind}-*.json"))]
        for kind in ("fast", "plain")
    }
    for kind, results in runs.items():
        if results:
            seconds = statistics.median(result["seconds"] for result in results)
            print(f"{kind}: {len(results)} seeds, {seconds:.0f} s each (median)")
    print(f"{'inputs':<28}{'fast':>18}{'plain':>18}{'fast - plain':>14}{'± 95 %':>8}")
    for row, subset in enumerate(TABLE_ROWS):
        columns = [[result["accuracy"][row] for result in results] for results in runs.values()]
        cells = "".join(f"{spread(column):>18}" for column in columns)
        difference = ""
        if all(len(column) > 1 for column in columns):
            fast, plain = columns
            difference = f"{np.mean(fast) - np.mean(plain):>+14.3f}{half_interval(fast, plain):>8.3f}"
        print(f"{' + '.join(subset):<28}{cells}{difference}")


def half_interval(first: Sequence[float], second: Sequence[float]) -> float:
    """Return half the width of the 95 % interval of the difference of two means (Welch's t)."""
    errors = [statistics.variance(values) / len(values) for values in (first, second)]
    total = sum(errors)
    if total == 0:
        return 0.0
    freedom = total**2 / sum(
        error**2 / (len(values) - 1) for error, values in zip(errors, (first, second), strict=True)
    )
    return float(stats.t.ppf(0.975, freedom) * total**0.5)


def spread(values: Sequence[float]) -> str:
    """Write mean ± standard deviation, as far as there are values."""
    if not values:
        return "-"
    deviation = f" ± {statistics.stdev(values):.3f}" if len(values) > 1 else ""
    return f"{statistics.mean(values):.3f}{deviation}"


if __name__ == "__main__":
    main()
