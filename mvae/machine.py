"""What a result was computed on, for the record."""

import os
import platform
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
