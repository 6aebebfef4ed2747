"""Listening to a row's sounds."""

from collections.abc import Callable, Mapping

import streamlit as st

from mvae.evaluation.table import table_rows
from mvae.modalities.base import Modality
from mvae.model.subsets import Subset, subset_key
from mvae.ui import keys
from mvae.ui.frame import player
from mvae.ui.keys import LISTEN_KEY, LISTEN_SOUND, LISTEN_TO
from mvae.ui.results.examples import inputs_with_examples
from mvae.ui.runtime.callbacks import guarded
from mvae.ui.state.fields import Field, one_of, widget_field
from mvae.ui.state.task import shown
from mvae.ui.subsets.rows import Row
from mvae.ui.subsets.text import AllSubsets as Text
from mvae.ui.views.look import plain


def fields() -> tuple[Field, ...]:
    """Return what a lesson link says of this page: the row that is listened to, and which sound of it."""
    rows = [subset_key(subset) for subset in table_rows(list(shown().names))]
    sounds = [modality.name for modality in shown().of_kind("sound")]
    row = widget_field("listen", LISTEN_KEY, rows[0], one_of(rows))
    if len(sounds) < 2:
        return (row,)
    return (row, widget_field("listen-sound", LISTEN_SOUND, sounds[0], one_of(sounds)))


def listen(rows: Callable[[], Mapping[Subset, Row]], update: Callable[[], None]) -> None:
    """Show the choice of a row to listen to, where there are sounds.

    Parameters
    ----------
    rows
        Returns the rows, of what is imagined now.
    update
        Ends the callback of a choice.
    """
    sounds = shown().of_kind("sound")
    if not sounds:
        return
    with st.container(width=1000):
        _choose_row(update)
        _choose_sound(sounds, update)
        heard = heard_row()
        assert heard is not None  # noqa: S101 - both were chosen
        subset, name = heard
        said = Text.LISTEN_ALT.format(sound=shown().modality(name).short_title, row=shown().listed(subset))
        st.session_state[keys.PLAYS] = player.player(lambda: rows()[subset].out.audio(name), plain(said))


def heard_row() -> tuple[Subset, str] | None:
    """Return the row that can be heard, and the modality; None where there are no sounds."""
    sounds = [modality.name for modality in shown().of_kind("sound")]
    if not sounds:
        return None
    row = tuple(st.session_state[LISTEN_TO].split("+"))
    return row, str(st.session_state.get(LISTEN_SOUND, sounds[0]))


def _choose_row(update: Callable[[], None]) -> None:
    inputs = inputs_with_examples().keys()
    rows = [subset for subset in table_rows(list(shown().names)) if inputs >= {*subset}]
    by_key = {subset_key(subset): subset for subset in rows}
    first = next(iter(by_key))
    kept = st.session_state.get(LISTEN_KEY, first)
    st.session_state[LISTEN_TO] = kept if kept in by_key else first

    def keep() -> None:
        """Remember the row, which Streamlit forgets when another page is shown."""
        st.session_state[LISTEN_KEY] = st.session_state[LISTEN_TO]
        update()

    label = Text.LISTEN_TO if shown().is_posters else Text.LISTEN_TO_OTHERS
    st.selectbox(
        label, list(by_key), format_func=lambda key: shown().listed(by_key[key]), key=LISTEN_TO,
        on_change=guarded(keep),
    )  # fmt: skip


def _choose_sound(sounds: list[Modality], update: Callable[[], None]) -> None:
    """Show the choice of a sound, where there are several."""
    names = {modality.name: modality.short_title for modality in sounds}
    if len(names) > 1:
        st.session_state.setdefault(LISTEN_SOUND, sounds[0].name)
        st.segmented_control(
            Text.SOUND, list(names), format_func=lambda each: plain(names[each]), required=True,
            key=LISTEN_SOUND, persist_state="session", on_change=guarded(update),
        )  # fmt: skip
