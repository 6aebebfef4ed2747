"""Write the locks: every package but pip, at one version, with the hashes of its files.

    pip install uv && python tools/lock.py

`requirements.lock` is what the app and the training need, `requirements-dev.lock` also what tests and checks
need. Versions that are there are kept as far as `requirements*.txt` allow; delete both files for the newest.
torch's CUDA build on Linux brings packages of its own, which the locks leave to those who want it.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WANTED = ("requirements-dev", "requirements")
COMPILE = ("uv", "pip", "compile", "--universal", "--no-annotate", "--quiet", "--python-version", "3.11")


def main() -> int:
    """Run uv; return its exit status."""
    left_out = [option for name in ("pip", *_of_cuda_alone()) for option in ("--no-emit-package", name)]
    for name in WANTED:
        command = [
            *(*COMPILE, f"{name}.txt", "--generate-hashes", "--output-file", f"{name}.lock", *left_out),
            *("--custom-compile-command", "python tools/lock.py"),
            *(["--constraint", f"{WANTED[0]}.lock"] if name != WANTED[0] else []),
        ]
        status = subprocess.run(command, cwd=ROOT, check=False).returncode
        if status:
            return status
    return 0


def _of_cuda_alone() -> list[str]:
    """Return the packages that only torch's CUDA build needs, as uv resolves them now."""
    command = [*COMPILE, f"{WANTED[0]}.txt", "--no-header"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    names = [line.split("==")[0] for line in listed.stdout.splitlines()]
    return [name for name in names if name == "triton" or name.startswith(("cuda-", "nvidia-"))]


if __name__ == "__main__":
    sys.exit(main())
