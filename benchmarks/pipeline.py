"""How long the computations behind the app take: python -m benchmarks.pipeline [--checkpoints conv linear].

On one thread. "Between others": each round runs all tasks in a new order, so the caches hold what the others
left there, as in an app between two clicks. "Repeated": right after the same task. Completions are of new
inputs, since a pipeline remembers the experts of its last ones. The decoders' roofline is explained in
`benchmarks.roofline`.
"""

import argparse
from itertools import count

import numpy as np
from torch import float32, nn

import mvae
from benchmarks.roofline import Product, Task, interleaved, matrix_products, medians
from mvae.arrays import Array
from mvae.inference.completion import Decoding
from mvae.inference.latent import GRID, grid_values, traverse
from mvae.inference.pipeline import DECODED_AT_ONCE, Pipeline
from mvae.modalities.strokes import render, template
from mvae.model.subsets import all_subsets
from mvae.ui.views.pictures import grid_image

ROUNDS = 50
LATENTS, LATENTS_ROUNDS = 10_000, 15
SCRIPTS = 2
WAYS = 8


def clicks(pipe: Pipeline) -> dict[str, Task]:
    """Return what a click costs, by name."""
    drawing = render(template("farsi", 7))
    prepared = pipe.prepare(farsi=drawing, kannada=render(template("kannada", 7)))
    imagined = pipe.complete(prepared)[-1]
    prepared["speech"] = imagined.mfcc
    sound = imagined.audio()
    completions = pipe.complete(prepared)
    values = grid_values(-3, 0.06)
    latents = traverse(imagined.mean, 0, values)
    grid = pipe.decode(latents)
    changes = (np.float32(1e-5 * number) for number in count())

    def changed() -> dict[str, Array]:
        by = next(changes)
        return {name: array + by for name, array in prepared.items()}

    def draw(decoded: Decoding) -> None:
        for tiles in (decoded.farsi, decoded.kannada):
            grid_image(
                tiles, decoded.label.tolist(), columns=GRID,
                row_labels=[f"{value:g}" for value in values[::GRID]], mark_changes=True,
            )  # fmt: skip

    return {
        "prepare a drawing": lambda: pipe.prepare(farsi=drawing),
        "prepare a recording": lambda: pipe.prepare(speech=sound),
        **{
            f"complete {' + '.join(subset)}": lambda subset=subset: pipe.complete(changed(), [subset])
            for subset in all_subsets(pipe.model.config.names)
        },
        "complete all seven subsets": lambda: pipe.complete(changed()),
        f"imagine {WAYS} ways": lambda: pipe.imagine({"farsi": prepared["farsi"]}, range(WAYS)),
        "ELBOs of the seven": lambda: pipe.elbo(prepared, completions),
        "10x10 grids: decode": lambda: pipe.decode(latents),
        "10x10 grids: draw both scripts": lambda: draw(grid),
        "10x10 grids: decode and draw": lambda: draw(pipe.decode(latents)),
        "make MFCCs audible": imagined.audio,
    }


def decoding(pipe: Pipeline) -> dict[str, Task]:
    """Return the decoding of many latents, and its matrix products alone."""
    latents = np.random.default_rng(0).standard_normal((LATENTS, pipe.latent_size), np.float32)
    products = [
        Product(DECODED_AT_ONCE, layer.in_features, layer.out_features, LATENTS // DECODED_AT_ONCE)
        for decoder in (pipe.model.decoders, pipe.model.label_decoder)
        for layer in decoder.modules()
        if isinstance(layer, nn.Linear)
    ]
    return {"decode": lambda: pipe.decode(latents), "roofline": matrix_products(products, float32)}


def main() -> None:
    """Print medians and 95th percentiles in milliseconds, and the share of the roofline, by checkpoint."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--checkpoints", nargs="+", default=["conv", "linear"])
    for name in parser.parse_args().checkpoints:
        pipe = mvae.load_pretrained(name)
        tasks = clicks(pipe)
        between = interleaved(tasks, rounds=ROUNDS, threads=1)
        repeated = medians(interleaved(tasks, rounds=ROUNDS, threads=1, warm=True))
        print(f"\n{name}: ms on one thread{'between others':>32}{'p95':>10}{'repeated':>12}")
        for task, median in medians(between).items():
            p95 = np.percentile(between[task], 95)
            print(f"{task:<40}{1000 * median:>16.2f}{1000 * p95:>10.2f}{1000 * repeated[task]:>12.2f}")

        many = medians(interleaved(decoding(pipe), rounds=LATENTS_ROUNDS, threads=1))
        print(
            f"decode {LATENTS:,} latents: {1000 * many['decode']:.0f} ms, "
            f"{SCRIPTS * LATENTS / many['decode']:,.0f} images/s (and as many latents' MFCCs and labels), "
            f"{many['roofline'] / many['decode']:.0%} of the float32 roofline"
        )


if __name__ == "__main__":
    main()
