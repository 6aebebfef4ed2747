"""Which models there are for a session, and which it has chosen."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from mvae.checkpoint import place
from mvae.ui import keys
from mvae.ui.runtime.warmup import warm_up
from mvae.ui.state.task import shown
from mvae.ui.text import Common

if TYPE_CHECKING:
    from mvae.inference.pipeline import Pipeline


@dataclass(frozen=True)
class OwnModel:
    """The model that this session has trained: a name that no other has, its directory, and its weights."""

    name: str
    directory: Path
    pipe: "Pipeline"


def own_model() -> OwnModel | None:
    """Return the model that this session has trained and taken over, if there is one."""
    own: OwnModel | None = st.session_state.get(keys.OWN_MODEL)
    return own


def take_over(directory: Path) -> None:
    """Let this session, and no other, choose the checkpoint in a directory, and choose it.

    Raises
    ------
    CheckpointError
        If it is missing or damaged.
    """
    from mvae.inference.pipeline import load_pretrained  # noqa: PLC0415 - imports torch, which takes seconds

    st.session_state[keys.OWN_MODEL] = OwnModel(directory.name, directory, load_pretrained(directory))
    st.session_state[keys.CHECKPOINT] = directory.name


def load_pipeline(name: str) -> "Pipeline":
    """Return a model of the server's, or this session's own; the first call imports torch.

    Raises
    ------
    CheckpointError
        If it is missing or damaged.
    """
    if name not in shown().checkpoints and (own := own_model()) is not None and own.name == name:
        return own.pipe
    warm_up.finish_soon()
    return _load(name)


@st.cache_resource(show_spinner=False, max_entries=4)
def _load(name: str) -> "Pipeline":
    from mvae.inference.pipeline import load_pretrained  # noqa: PLC0415 - imports torch, which takes seconds

    return load_pretrained(name)


def checkpoints() -> dict[str, str]:
    """Return the names of the checkpoints from which this session may choose, and what a person reads."""
    own = own_model()
    return {**shown().checkpoints} if own is None else {**shown().checkpoints, own.name: Common.OWN_MODEL}


def default_checkpoint() -> str:
    """Return the name of the checkpoint that is chosen at first."""
    return next(iter(shown().checkpoints))


def chosen_checkpoint() -> str:
    """Return the name of the chosen checkpoint."""
    name = str(st.session_state.get(keys.CHECKPOINT, default_checkpoint()))
    return name if name in checkpoints() else default_checkpoint()


def checkpoint_directory() -> Path:
    """Return the directory of the chosen checkpoint; that of the session's own model may be gone."""
    own = own_model()
    name = chosen_checkpoint()
    return own.directory if own is not None and own.name == name else place.SHIPPED / name
