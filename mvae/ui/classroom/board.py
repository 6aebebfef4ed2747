"""The board on the teacher's screen: what was sent, on the map of the latent, and the votes as bars."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from mvae.checkpoint.place import SHIPPED
from mvae.errors import CheckpointError
from mvae.ui import keys
from mvae.ui.classroom.room import DRAWINGS, Room, Sent
from mvae.ui.classroom.text import ClassView as Text
from mvae.ui.runtime.callbacks import guarded
from mvae.ui.state.task import shown
from mvae.ui.views.bars import vote_bars
from mvae.ui.views.look import plain
from mvae.ui.views.points import colour_of, points_of

if TYPE_CHECKING:
    from mvae.checkpoint.latent_map import LatentMap

_HERE = Path(__file__).parent
_HTML = (
    '<div class="board"><canvas></canvas><div class="place" role="group"></div>'
    '<div class="large" hidden><figure></figure><button></button><button></button></div></div>'
)


def show_board(room: Room) -> None:
    """Show the drawings that were sent, and how many."""
    sent, found = room.sent, map_of(room.checkpoint)

    def taken() -> None:
        number, _ = st.session_state[keys.CLASS_BOARD]["taken"]
        room.take_away(int(number))

    data = {
        "name": room.checkpoint,
        "map": None if found is None else points_of(found, shown().classes),
        "sent": [_told(each) for each in sent],
        "alt": Text.BOARD_ALT.format(count=len(sent)),
        "texts": {"takeAway": Text.TAKE_AWAY, "back": Text.BACK},
    }
    _component()(key=keys.CLASS_BOARD, data=data, on_taken_change=guarded(taken))
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(_numbered(Text.PRESENT, room.present), width="content")
        st.caption(Text.DRAWINGS.format(count=len(sent), most=DRAWINGS), width="content")
        st.button(
            Text.CLEAR, icon=":material/delete:", key=keys.CLASS_CLEAR, on_click=guarded(room.clear),
            disabled=not sent,
        )  # fmt: skip
    about = Text.BOARD_ABOUT if found is not None else Text.NO_MAP
    st.caption(about if sent else Text.EMPTY)


def show_votes(room: Room) -> None:
    """Show the question and its votes, if one was asked."""
    asked = room.question
    if asked is None:
        return
    votes = room.votes()
    count = sum(votes.values())
    with st.container(key=keys.CLASS_VOTES, gap="xsmall"):
        st.markdown(f"### {plain(asked.words)}")
        st.html(vote_bars(votes, Text.VOTES_ALT.format))
        voted = _numbered(Text.VOTED, count)
        st.caption(voted if asked.open else f"{voted} · {Text.VOTE_CLOSED}")


@st.cache_resource(show_spinner=False, max_entries=4)
def map_of(checkpoint: str) -> "LatentMap | None":
    """Return the map of one of the server's models; None if it has none that can be read."""
    from mvae.checkpoint.latent_map import load_map  # noqa: PLC0415 - imports torch, which takes seconds

    try:
        return load_map(SHIPPED / checkpoint)
    except CheckpointError:
        return None


def _numbered(forms: Mapping[str, str], count: int) -> str:
    """Return what is said of so many: of none, of one, or of more."""
    return forms["none" if count == 0 else "one" if count == 1 else "many"].format(count=count)


def _told(sent: Sent) -> dict[str, Any]:
    label = shown().classes[sent.label]
    names = ", ".join(shown().modality(name).title for name in sent.pictures)
    return {
        "number": sent.number,
        "place": sent.place,
        "pictures": list(sent.pictures.values()),
        "colour": colour_of(sent.label),
        "alt": Text.SENT_ALT.format(names=names, label=label),
        "read": Text.READ_AS.format(label=label),
    }


@cache
def _component() -> Callable[..., object]:
    component: Callable[..., object] = st.components.v2.component(
        "mvae-class-board",
        html=_HTML,
        css=(_HERE / "board.css").read_text(encoding="utf-8"),
        js=(_HERE / "board.js").read_text(encoding="utf-8"),
    )
    return component
