import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from mvae.machine import machine

ROOT = Path(__file__).resolve().parent.parent


def test_a_machine_says_what_it_is() -> None:
    found = machine()
    assert found["torch"] == torch.__version__
    assert found["cores"] == os.cpu_count()
    assert found["processor"]


@pytest.mark.parametrize("compiler", ["/no/such/compiler", "/bin/false"])
def test_without_a_compiler_nothing_is_compiled(compiler: str, tmp_path: Path) -> None:
    """In a process of its own: PyTorch remembers which compiler it found."""
    environment = {"CXX": compiler, "PATH": str(Path(sys.executable).parent), "PYTHONPATH": str(ROOT)}
    environment |= {"TORCHINDUCTOR_CACHE_DIR": str(tmp_path), "HOME": str(tmp_path)}
    said = subprocess.run(
        [sys.executable, "-c", "from mvae.machine import can_compile; print(can_compile())"],
        env=environment, capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    assert said.stdout.strip() == "False"
