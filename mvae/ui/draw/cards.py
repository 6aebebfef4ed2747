"""The input cards of the first page, one a modality, and what of the page runs again after a change.

Once the page paints what the model makes, the server shows that only where its elements must be others; until
then it knows that what it has shown is no longer true, and leaves it to the page.
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from mvae.modalities.base import Modality
from mvae.ui import keys
from mvae.ui.draw.text import DrawAndSpeak as Text
from mvae.ui.frame.live import run_unpainted
from mvae.ui.inputs.card import Card
from mvae.ui.inputs.cards import CARDS
from mvae.ui.inputs.drawing_card import guide_key
from mvae.ui.inputs.pickers import present_switch
from mvae.ui.results import examples
from mvae.ui.runtime.callbacks import guarded
from mvae.ui.runtime.parts import Looks, show_part
from mvae.ui.state import sampling
from mvae.ui.state.contents import Drawing
from mvae.ui.state.fields import Field, one_of, whole_number, widget_field
from mvae.ui.state.models import chosen_checkpoint
from mvae.ui.state.slots import Slot, given_names, slots, templated
from mvae.ui.state.task import shown
from mvae.ui.text import Common

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

SCRIPT = "live.js"
"""Of the page, which paints."""


def show_cards(place: "DeltaGenerator") -> "dict[str, DeltaGenerator]":
    """Show the cards, each a part of the page; return the place, by modality, of what it alone is read as."""
    places = {}
    for modality in shown().modalities:
        key = card_key(modality)
        with place.container(border=True, key=key, gap="xsmall", height="stretch"):
            show_part(looks(), key, partial(_show_card, _card(modality)))
            places[modality.name] = st.empty()
    return places


def card_key(modality: Modality) -> str:
    """Return the key of a modality's card, and of the part that it is."""
    return f"{keys.CARD}{modality.name}"


def looks() -> Looks:
    """Return the parts of the page, and what decides how each looks."""
    cards = [_card(modality) for modality in shown().modalities]
    return {
        **{card_key(card.modality): partial(_look, card) for card in cards},
        **{_piece_key(card.modality): partial(_piece_look, card) for card in cards if card.has_piece},
        keys.WHICH_INPUT: lambda: None,
        keys.OUTPUTS: _outputs_look,
        keys.EIGHT_WAYS: lambda: _outputs_look() if ways_are_shown() else None,
        keys.LINK: object,
        keys.LIVE: _told_look,
        keys.IMAGINATION: lambda: (sampling.kind(), all_given(), bool(given_names())),
        keys.DOWNLOAD: lambda: bool(given_names()),
    }


def update() -> None:
    """End a widget's callback: what nobody gave follows what was given."""
    examples.follow()
    run_unpainted(looks(), [keys.OUTPUTS, keys.LIVE, *[keys.EIGHT_WAYS] * ways_are_shown()])


def made_from() -> object:
    """Return what decides what the model makes: what it is given, which sample is drawn, and which it is."""
    contents = {name: slots()[name].content for name in given_names()}
    return contents, sampling.seed(), chosen_checkpoint()


def is_behind() -> bool:
    """Say whether what the server has shown is of other inputs, or another sample, than now."""
    shown: dict[str, object] = st.session_state.get(keys.MADE_FROM, {})
    parts = [keys.OUTPUTS, keys.EIGHT_WAYS] if ways_are_shown() else [keys.OUTPUTS]
    now = made_from()
    return any(shown.get(part) != now for part in parts)


def note_shown(part: str) -> None:
    """Note that a part of the page shows what the model makes now."""
    st.session_state.setdefault(keys.MADE_FROM, {})[part] = made_from()


def all_given() -> bool:
    """Say whether nothing is left to imagine."""
    return len(given_names()) == len(shown().modalities)


def ways_are_shown() -> bool:
    """Say whether several draws of what is missing are wanted, and something is missing."""
    return bool(st.session_state.get(keys.WAYS, False)) and bool(given_names()) and not all_given()


def fields() -> tuple[Field, ...]:
    """Return what of this page a link may name, beside what all pages have."""
    parse = partial(whole_number, low=0, high=len(shown().classes) - 1)
    return (
        widget_field("ways", keys.WAYS, False, lambda text: one_of(["yes"])(text) == "yes", lambda _: "yes"),
        *(
            widget_field(f"trace-{modality.name}", guide_key(modality.name), None, parse)
            for modality in templated()
        ),
    )


def _outputs_look() -> object:
    """Return what the elements of the outputs depend on, whoever paints them."""
    return given_names(), chosen_checkpoint(), st.session_state.get(keys.PLAYS, False)


def _told_look() -> object:
    """Return what decides what the page is told, but for what is drawn on its own canvases: that it knows."""
    told = [(slot.present, slot.version, _not_drawn(slot)) for slot in slots().values()]
    return told, sampling.kind(), sampling.draw(), ways_are_shown(), chosen_checkpoint()


def _not_drawn(slot: Slot) -> object:
    return None if isinstance(slot.content, Drawing) else slot.content


def _card(modality: Modality) -> Card:
    return CARDS[modality.kind](modality, examples.fill, update, _show_piece)


def _show_piece(modality: Modality, show: Callable[[], None]) -> None:
    show_part(looks(), _piece_key(modality), show)


def _piece_key(modality: Modality) -> str:
    return f"{keys.PIECE}{modality.name}"


def _piece_look(card: Card) -> object:
    return card.slot.version


def _look(card: Card) -> object:
    slot = card.slot
    buttons = bool(slot.past), slot.content is None
    return _state(slot), buttons, slot.version, slot.complaint, card.look()


def _state(slot: Slot) -> str:
    """Say in a word whether the model is given this modality."""
    if not slot.present:
        return Common.MISSING
    return Text.EMPTY if slot.is_blank else Text.PRESENT


def _show_card(card: Card) -> None:
    """Show one modality's card: its switch, its input, Undo and Clear."""
    modality, slot = card.modality, card.slot

    def put_back() -> None:
        card.take_untold()
        slot.undo()
        update()

    def clear() -> None:
        card.take_untold()
        slot.put(None)
        update()

    def switched() -> None:
        examples.fill_switched_on(modality)
        update()

    with st.container(gap="xsmall", key=f"{keys.INPUT}{modality.name}"):
        present_switch(modality, slot, Text.SWITCH.format(title=modality.title, state=_state(slot)), switched)
        card.show()
        with st.container(horizontal=True, gap="xsmall"):
            st.button(
                Text.UNDO, icon=":material/undo:", key=f"{keys.UNDO}{modality.name}",
                on_click=guarded(put_back), disabled=not slot.past,
            )  # fmt: skip
            st.button(
                Text.CLEAR, icon=":material/delete:", key=f"{keys.CLEAR}{modality.name}",
                on_click=guarded(clear), disabled=slot.content is None,
            )  # fmt: skip
            card.show_buttons()
