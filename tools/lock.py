"""Write `requirements.lock`: every package but pip, at one version, with the hashes of its files.

    pip install uv && python tools/lock.py

Where the lock exists already, its versions are kept as far as `requirements*.txt` allow; delete it for the
newest. torch's CUDA build on Linux brings packages of its own, which the lock leaves to those who want it.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
COMPILE = ("uv", "pip", "compile", "requirements-dev.txt", "--universal", "--no-annotate", "--quiet")
OLDEST_PYTHON = ("--python-version", "3.11")


def main() -> int:
    """Run uv; return its exit status."""
    left_out = [option for name in ("pip", *_of_cuda_alone()) for option in ("--no-emit-package", name)]
    command = [
        *(*COMPILE, *OLDEST_PYTHON, "--generate-hashes", "--output-file", LOCK.name, *left_out),
        *("--custom-compile-command", "python tools/lock.py"),
    ]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def _of_cuda_alone() -> list[str]:
    """Return the packages that only torch's CUDA build needs, as uv resolves them now."""
    command = [*COMPILE, *OLDEST_PYTHON, "--no-header"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    names = [line.split("==")[0] for line in listed.stdout.splitlines()]
    return [name for name in names if name == "triton" or name.startswith(("cuda-", "nvidia-"))]


if __name__ == "__main__":
    sys.exit(main())
