"""Training by several processes, on one machine or more: what they have to tell each other.

torchrun starts the workers and, when one is lost, starts them all again; each takes its own rows of every
batch. All random draws are made for the whole batch, so that the number of workers changes nothing but
rounding. Without torchrun there is one worker and no process group.
"""

import gc
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal, TypeVar

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.distributed.distributed_c10d import PrefixStore
from torch.distributed.rendezvous import rendezvous
from torch.nn.parallel import DistributedDataParallel

from mvae.errors import MVAEError, TrainingError
from mvae.share import Share

DeviceChoice = Literal["auto", "cpu", "cuda"]
Loaded = TypeVar("Loaded")


class OtherWorkerError(MVAEError):
    """Another worker cannot go on, and that one says why."""


@dataclass(frozen=True)
class Workers:
    """The processes that train one model together, as one of them sees them.

    Every worker must call each of the methods below `share` at the same point.

    Attributes
    ----------
    rank, count
        This worker's number, from 0, and how many there are.
    local_rank
        This worker's number on its machine.
    launch
        Names the torchrun that started this worker, the same after a restart; None where nobody knows.
    """

    rank: int = 0
    count: int = 1
    local_rank: int = 0
    launch: str | None = None

    @property
    def first(self) -> bool:
        """Whether this is the worker that writes files and talks to people."""
        return self.rank == 0

    def share(self, total: int) -> Share:
        """Return this worker's rows of a batch of `total`, in one piece; none where there are too few."""
        start, stop = (total * rank // self.count for rank in (self.rank, self.rank + 1))
        return Share(slice(start, stop), total)

    def parallel(
        self, model: nn.Module, function: Callable[..., Any], *, some_unused: bool = False
    ) -> Callable[..., Any]:
        """Return `function` with `model` as its first argument, its gradients averaged over the workers.

        Parameters
        ----------
        model
            Its weights become those of the first worker.
        function
            Called as ``function(model, *args, **kwargs)``; what it returns is differentiated.
        some_unused
            Whether a call may leave some parameters of the model out.
        """
        if self.count == 1:
            return partial(function, model)
        return DistributedDataParallel(_Call(model, function), find_unused_parameters=some_unused)

    def any(self, flag: bool) -> bool:
        """Whether `flag` is True in at least one worker."""
        return self._extreme(int(flag), dist.ReduceOp.MAX) == 1

    def collect(self, sums: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Add up every worker's sums in the first one; the others go on from zero."""
        if self.count == 1:
            return dict(sums)
        flat = torch.cat([tensor.flatten() for tensor in sums.values()]).cpu()
        dist.reduce(flat, 0)
        if not self.first:
            flat.zero_()
        parts = torch.split(flat, [tensor.numel() for tensor in sums.values()])
        return {
            name: part.view(tensor.shape).to(tensor.device)
            for (name, tensor), part in zip(sums.items(), parts, strict=True)
        }

    def broadcast(self, data: bytes) -> bytes:
        """Return what the first worker gives, at least one byte; what the others give does not count."""
        if self.count == 1:
            return data
        size = self._extreme(len(data) if self.first else 0, dist.ReduceOp.MAX)
        content = torch.frombuffer(bytearray(data.ljust(size)[:size]), dtype=torch.uint8)
        dist.broadcast(content, 0)
        return content.numpy().tobytes()

    def check_same(self, text: str) -> None:
        """Make sure that all workers were started alike.

        Raises
        ------
        TrainingError
            If `text` is not the same in all of them.
        """
        digest = int.from_bytes(hashlib.sha256(text.encode()).digest()[:7])
        if self._extreme(digest, dist.ReduceOp.MIN) != self._extreme(digest, dist.ReduceOp.MAX):
            msg = (
                "The workers differ in their settings, their data or their precision; give every machine the "
                "same options, --precision too, and the same data."
            )
            raise TrainingError(msg)

    def one_per_machine_first(self, load: Callable[[], Loaded]) -> Loaded:
        """Return what `load` gives; where it keeps a cache, one worker of each machine fills it."""
        prepares = self.local_rank == 0
        with self.together():
            loaded = load() if prepares else None
        with self.together():
            return load() if loaded is None else loaded

    @contextmanager
    def together(self) -> Iterator[None]:
        """Wait for each other at the end of a block; if one fails in it with a sentence for people, all fail.

        Raises
        ------
        OtherWorkerError
            If another worker failed, and says why.
        """
        failure: MVAEError | None = None
        try:
            yield
        except MVAEError as error:
            failure = error
        speaker = self._extreme(self.count if failure is None else self.rank, dist.ReduceOp.MIN)
        if failure is not None and speaker == self.rank:
            raise failure
        if speaker < self.count:
            raise OtherWorkerError

    def _extreme(self, number: int, operation: Any) -> int:
        """Return the largest or smallest of the workers' numbers."""
        if self.count == 1:
            return number
        found = torch.tensor(number)
        dist.all_reduce(found, operation)
        return int(found)


ALONE = Workers()


@contextmanager
def join_workers() -> Iterator[Workers]:
    """Join the workers that the same torchrun has started; without torchrun there is one."""
    if not dist.is_torchelastic_launched():
        yield ALONE
        return
    rank, count, local_rank = (int(os.environ[name]) for name in ("RANK", "WORLD_SIZE", "LOCAL_RANK"))
    # <a name that no other torchrun has>/attempt_<number>/<local rank>/error.json; empty without log files
    errors = os.environ["TORCHELASTIC_ERROR_FILE"]
    launch = str(Path(errors).parents[2]) if errors else None
    if count == 1:
        yield Workers(launch=launch)
        return
    store, *_ = next(rendezvous("env://"))
    if os.environ["GROUP_WORLD_SIZE"] == "1":
        # torchrun keeps its store when it starts the workers again: they must not read the addresses of those
        # that are gone. Only on one machine do all workers know the same number of restarts.
        store = PrefixStore(os.environ["TORCHELASTIC_RESTART_COUNT"], store)
    dist.init_process_group(store=store, rank=rank, world_size=count)  # gloo, and NCCL for what is on GPUs
    yield Workers(rank, count, local_rank, launch)
    gc.collect()  # a trainer that is still in memory would keep the group's threads after its end
    dist.destroy_process_group()


def choose_device(choice: DeviceChoice, workers: Workers = ALONE) -> torch.device:
    """Return the device that a worker computes on: a GPU of its own where there is one, else the CPU.

    Raises
    ------
    TrainingError
        If a GPU is wanted, and there is none for this worker.
    """
    gpus = torch.cuda.device_count()
    if choice == "cpu" or (choice == "auto" and gpus == 0):
        return torch.device("cpu")
    if gpus == 0:
        msg = "PyTorch finds no CUDA device here; leave --device out."
        raise TrainingError(msg)
    if workers.local_rank >= gpus:
        msg = (
            f"This machine has fewer GPUs than workers; start them with --nproc-per-node {gpus}, or give "
            "--device cpu."
        )
        raise TrainingError(msg)
    device = torch.device("cuda", workers.local_rank)
    torch.cuda.set_device(device)
    return device


class _Call(nn.Module):
    """A function of a module as a module: gradients are averaged only for what a forward pass computes."""

    def __init__(self, model: nn.Module, function: Callable[..., Any]) -> None:
        super().__init__()
        self.model, self.function = model, function

    def forward(self, *args: object, **kwargs: object) -> Any:
        """Call the function."""
        return self.function(self.model, *args, **kwargs)
