"""Which models there are for a session, and which it has chosen."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from mvae.ui.runtime.warmup import warm_up
from mvae.ui.text import Common

if TYPE_CHECKING:
    from mvae.inference.pipeline import Pipeline


CHECKPOINTS = Common.CHECKPOINTS
"""Shipped checkpoints, the default first, and what a person reads."""


DEFAULT_CHECKPOINT = next(iter(CHECKPOINTS))


@dataclass(frozen=True)
class OwnModel:
    """The model that this session has trained: a name that no other has, its directory, and its weights."""

    name: str
    directory: Path
    pipe: "Pipeline"


def own_model() -> OwnModel | None:
    """Return the model that this session has trained and taken over, if there is one."""
    own: OwnModel | None = st.session_state.get("own-model")
    return own


def take_over(directory: Path) -> None:
    """Let this session, and no other, choose the checkpoint in a directory, and choose it.

    Raises
    ------
    CheckpointError
        If it is missing or damaged.
    """
    from mvae.inference.pipeline import load_pretrained  # noqa: PLC0415 - imports torch, which takes seconds

    st.session_state["own-model"] = OwnModel(directory.name, directory, load_pretrained(directory))
    st.session_state["checkpoint"] = directory.name


def load_pipeline(name: str) -> "Pipeline":
    """Return a shipped model, or this session's own; the first call imports torch.

    Raises
    ------
    CheckpointError
        If it is missing or damaged.
    """
    if name not in CHECKPOINTS and (own := own_model()) is not None and own.name == name:
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
    return CHECKPOINTS if own is None else CHECKPOINTS | {own.name: Common.OWN_MODEL}


def chosen_checkpoint() -> str:
    """Return the name of the chosen checkpoint."""
    name = str(st.session_state.get("checkpoint", DEFAULT_CHECKPOINT))
    return name if name in checkpoints() else DEFAULT_CHECKPOINT


def checkpoint_directory() -> Path:
    """Return the directory of the chosen checkpoint; that of the session's own model may be gone."""
    from mvae.checkpoint.store import SHIPPED  # noqa: PLC0415 - imports torch, which takes seconds

    own = own_model()
    name = chosen_checkpoint()
    return own.directory if own is not None and own.name == name else SHIPPED / name
