"""What only some uses need to be installed: the extra ``train`` of `pyproject.toml`."""

from importlib.util import find_spec

from mvae.errors import MissingPackageError
from mvae.files import INSTALLED

MODULES = {
    "train": ("filelock", "onnx", "pooch", "requests", "sklearn"),
}
"""Extra -> what it must bring, as Python imports it."""


def require(extra: str) -> None:
    """Do nothing where all of an extra is installed.

    Raises
    ------
    MissingPackageError
        If something is missing; it says what, and how to install it.
    """
    missing = [name for name in MODULES[extra] if find_spec(name) is None]
    if missing:
        remedy = f'pip install "mvae-demo[{extra}]"' if INSTALLED else "pip install -r requirements.txt"
        msg = f"Not installed here, but needed: {', '.join(missing)}. Install what is missing with: {remedy}"
        raise MissingPackageError(msg)
