"""What the benchmarks share: the roofline's matrix products, and timing several tasks side by side.

The roofline of a computation is the time that its matrix products alone would take, at the rate at which
this machine multiplies matrices of the same shapes and type: no bias, no activation, no loss, no optimiser,
nothing allocated. Give it to `interleaved` beside what it bounds: both then meet the same machine.
"""

import random
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import torch

Task = Callable[[], object]


class Product(NamedTuple):
    """`count` products of an (m, k) with a (k, n) matrix: a layer of n units over m samples of k numbers."""

    m: int
    k: int
    n: int
    count: int = 1


def matrix_products(products: Sequence[Product], dtype: torch.dtype) -> Task:
    """Return a task that computes every product, each as often as its count says, and nothing else.

    The second factor lies transposed, as a layer's weights do. A product that occurs several times meets the
    same matrices again, so what fits into the cache stays there: the bound is a strict one.
    """
    jobs = [
        (
            torch.randn(product.m, product.k).to(dtype),
            torch.randn(product.n, product.k).to(dtype).T,
            torch.empty(product.m, product.n, dtype=dtype),
            product.count,
        )
        for product in products
    ]

    def task() -> None:
        for left, right, out, count in jobs:
            for _ in range(count):
                torch.mm(left, right, out=out)

    return task


def multiply_adds(products: Sequence[Product]) -> int:
    """Count the multiply-adds of one pass; the floating-point operations are twice as many."""
    return sum(product.m * product.k * product.n * product.count for product in products)


def interleaved(
    tasks: Mapping[str, Task], *, rounds: int, threads: int, warm: bool = False
) -> dict[str, list[float]]:
    """Time tasks side by side: each round runs all of them, in a new order; a busy machine slows all alike.

    Parameters
    ----------
    tasks
        Name -> what to time.
    rounds
        How often; one more round goes before, which does not count.
    threads
        Threads of PyTorch, from now on.
    warm
        Run each task once more right before it is timed: its code and its weights are then in the cache.
        False: the other tasks have run since, as in an app that does other things between two clicks.

    Returns
    -------
    dict[str, list[float]]
        Name -> seconds of each round.
    """
    torch.set_num_threads(threads)
    times: dict[str, list[float]] = {name: [] for name in tasks}
    shuffler = random.Random(0)  # noqa: S311 - nothing secret
    for _ in range(rounds + 1):
        for name in shuffler.sample(list(tasks), len(tasks)):
            if warm:
                tasks[name]()
            started = time.perf_counter()
            tasks[name]()
            times[name].append(time.perf_counter() - started)
    return {name: measured[1:] for name, measured in times.items()}


def medians(times: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """Return the median seconds of each task that `interleaved` timed."""
    return {name: statistics.median(measured) for name, measured in times.items()}
