"""Choices that stand on several pages: the model, the switches, the ten digits."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from mvae.modalities.base import Modality
from mvae.tasks.digits import DIGITS, SPEECH
from mvae.ui.runtime.callbacks import guarded
from mvae.ui.state.models import checkpoints, chosen_checkpoint
from mvae.ui.state.slots import Slot
from mvae.ui.text import Common
from mvae.ui.views.icons import digit_icon


def checkpoint_picker() -> None:
    """Show the choice of checkpoint, which holds on all pages; each page's head has it."""

    def keep() -> None:
        st.session_state["checkpoint"] = st.session_state["checkpoint_picker"]

    choices = checkpoints()
    st.session_state["checkpoint_picker"] = chosen_checkpoint()
    st.segmented_control(
        Common.CHECKPOINT, list(choices), format_func=choices.__getitem__, required=True,
        key="checkpoint_picker", on_change=guarded(keep), label_visibility="collapsed",
        help=Common.CHECKPOINT_HELP,
    )  # fmt: skip


def present_switch(
    modality: Modality, slot: Slot, label: str, update: Callable[[], None] | None = None
) -> None:
    """Show the switch that says whether a modality is missing, the same on all pages.

    `update` is called after a change, in the switch's callback.
    """
    key = f"present-{modality.name}"

    def keep() -> None:
        slot.present = st.session_state[key]
        if update is not None:
            update()

    st.session_state[key] = slot.present
    st.toggle(label, key=key, on_change=guarded(keep))


def copy_pills(modality: Modality, label: str, on_pick: Callable[[int], None]) -> None:
    """Show the ten digits to pick from; a pick calls `on_pick` before the page runs again."""
    key = f"example-{modality.name}"

    def picked() -> None:
        digit = st.session_state[key]
        st.session_state[key] = None  # so that the same digit can be picked again
        if digit is not None:
            on_pick(digit)

    digit_pills(modality, label, key=key, picked=picked)


def digit_pills(modality: Modality, label: str, *, key: str, picked: Callable[[], None]) -> None:
    """Show the ten digits, as drawings for a script, of which one may be chosen."""
    st.pills(
        label, range(DIGITS), format_func=partial(_pill, modality), key=key, on_change=guarded(picked),
        width="stretch",
    )  # fmt: skip


def _pill(modality: Modality, digit: int) -> str:
    if modality == SPEECH:
        return str(digit)
    return f"![{modality.title} {digit}]({digit_icon(modality.name, digit)}) {digit}"
