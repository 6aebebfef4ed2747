"""How long the computations take, warm, on one thread: python -m benchmarks.pipeline [--checkpoint conv]."""

import argparse
import statistics
import time
from typing import TYPE_CHECKING

import numpy as np
import torch

import mvae
from mvae.latent import grid_values, traverse
from mvae.strokes import render, template

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 50


def main() -> None:
    """Print the median and the 95th percentile of each, in milliseconds; the rounds are interleaved."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", default="conv")
    pipe = mvae.load_pretrained(parser.parse_args().checkpoint)
    torch.set_num_threads(1)

    drawing = render(template("farsi", 7))
    prepared = pipe.prepare(farsi=drawing, kannada=render(template("kannada", 7)))
    imagined = pipe.complete(prepared)[-1]
    prepared["speech"] = imagined.mfcc
    sound = imagined.audio()
    grid = traverse(imagined.mean, 0, grid_values(-3, 0.06))
    tasks: dict[str, Callable[[], object]] = {
        "prepare a drawing": lambda: pipe.prepare(farsi=drawing),
        "prepare a recording": lambda: pipe.prepare(speech=sound),
        "complete one subset": lambda: pipe.complete(prepared, [("farsi",)]),
        "complete all seven subsets": lambda: pipe.complete(prepared),
        "decode a 10x10 grid": lambda: pipe.decode(grid),
        "make MFCCs audible": imagined.audio,
    }
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(ROUNDS):
        for name, task in tasks.items():
            started = time.perf_counter()
            task()
            times[name].append(1000 * (time.perf_counter() - started))
    print(f"{'':<28}{'median ms':>10}{'p95 ms':>10}")
    for name, measured in times.items():
        print(f"{name:<28}{statistics.median(measured):>10.1f}{np.percentile(measured, 95):>10.1f}")


if __name__ == "__main__":
    main()
