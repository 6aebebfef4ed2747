"""Whether teachers may open a class on this server (`mvae.ui.classroom`)."""

import os

from mvae.ui.state.task import shown

SWITCH = "MVAE_CLASS"
"""Environment: "off", and nobody can open a class."""


def classes_are_allowed() -> bool:
    """Say whether a class can be opened: the server allows it, and the task has drawings to send."""
    return os.environ.get(SWITCH, "").strip().lower() != "off" and bool(shown().of_kind("drawing"))
