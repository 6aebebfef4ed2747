"""Listening to a row's sounds, and the page's downloads, which have the row's sound among them."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from mvae.evaluation.table import error_column, table_rows
from mvae.modalities.base import Modality
from mvae.model.subsets import Subset, subset_key
from mvae.ui.frame import player
from mvae.ui.frame.download import download_numbers, numbers
from mvae.ui.frame.link import keep_link
from mvae.ui.keys import LISTEN_KEY, LISTEN_SOUND, LISTEN_TO
from mvae.ui.runtime.callbacks import guarded
from mvae.ui.runtime.failures import error_boundary
from mvae.ui.state.fields import Field, one_of, widget_field
from mvae.ui.state.task import shown
from mvae.ui.subsets.rows import Row
from mvae.ui.subsets.text import AllSubsets as Text
from mvae.ui.views.look import plain

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator


def fields() -> tuple[Field, ...]:
    """Return what a lesson link says of this page: the row that is listened to, and which sound of it."""
    keys = [subset_key(subset) for subset in table_rows(list(shown().names))]
    sounds = [modality.name for modality in shown().of_kind("sound")]
    row = widget_field("listen", LISTEN_KEY, keys[0], one_of(keys))
    if len(sounds) < 2:
        return (row,)
    return (row, widget_field("listen-sound", LISTEN_SOUND, sounds[0], one_of(sounds)))


@st.fragment  # so that to listen to another row does not send the table again
@error_boundary()
def listen(rows: Mapping[Subset, Row], downloads: "DeltaGenerator") -> None:
    """Show the choice of a row to listen to, where there are sounds, and the downloads."""
    sounds = shown().of_kind("sound")
    audible = None
    if sounds:
        with st.container(width=1000):
            subset = _choose_row(rows)
            sound = _choose_sound(sounds)
            audible = partial(rows[subset].out.audio, sound.name)
            row = shown().listed(subset)
            player.player(audible, plain(Text.LISTEN_ALT.format(sound=sound.short_title, row=row)))
    results = [
        {
            "given": subset_key(subset), "label": row.out.label,
            "probability": row.out.label_probs[row.out.label],
            "elbo_nats": row.elbo, "kl_nats": row.out.kl,
            **{error_column(shown().modality(name)): error for name, error in row.errors.items()},
        }
        for subset, row in rows.items()
    ]  # fmt: skip
    details = {subset_key(subset): numbers(row.out) for subset, row in rows.items()}
    download_numbers(downloads, "subsets", results, {"subsets": details}, audible=audible)
    keep_link(fields())


def _choose_row(rows: Mapping[Subset, Row]) -> Subset:
    by_key = {subset_key(subset): subset for subset in rows}
    first = next(iter(by_key))
    kept = st.session_state.get(LISTEN_KEY, first)
    st.session_state[LISTEN_TO] = kept if kept in by_key else first

    def keep() -> None:
        """Remember the row, which Streamlit forgets when another page is shown."""
        st.session_state[LISTEN_KEY] = st.session_state[LISTEN_TO]

    label = Text.LISTEN_TO if shown().is_posters else Text.LISTEN_TO_OTHERS
    chosen = st.selectbox(
        label, list(by_key), format_func=lambda key: shown().listed(by_key[key]), key=LISTEN_TO,
        on_change=guarded(keep),
    )  # fmt: skip
    return by_key[chosen]


def _choose_sound(sounds: list[Modality]) -> Modality:
    """Show the choice of a sound, where there are several."""
    names = {modality.name: modality.short_title for modality in sounds}
    if len(names) > 1:
        st.session_state.setdefault(LISTEN_SOUND, sounds[0].name)
        name = st.segmented_control(
            Text.SOUND, list(names), format_func=lambda each: plain(names[each]), required=True,
            key=LISTEN_SOUND, persist_state="session",
        )  # fmt: skip
        return shown().modality(str(name))
    return sounds[0]
