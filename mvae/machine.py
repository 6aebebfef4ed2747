"""The machine: what a result was computed on, for the record, and whether PyTorch can compile there."""

import os
import platform
from functools import cache
from pathlib import Path

import torch


def machine(device: str = "cpu") -> dict[str, str | int | None]:
    """Describe this machine, plainly enough for JSON: processor or GPU, cores, threads, versions."""
    gpu = torch.cuda.get_device_name() if device == "cuda" else None
    return {
        "processor": gpu or _processor(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "python": platform.python_version(),
        "torch": torch.__version__,
    }


def _processor() -> str:
    """Return what the processor calls itself, as far as the system says it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


@cache
def can_compile() -> bool:
    """Say whether PyTorch finds a C++ compiler here, by compiling a sum: some seconds, once a process."""
    try:
        torch.compile(_twice)(torch.ones(8))
    except (RuntimeError, OSError):
        return False
    return True


def _twice(ones: torch.Tensor) -> torch.Tensor:
    return ones + ones
