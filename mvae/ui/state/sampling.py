"""How a session wants missing modalities imagined."""

import streamlit as st

from mvae.ui import keys
from mvae.ui.state.task import shown
from mvae.ui.text import Common as Text

KINDS = tuple(Text.KINDS)
"""What can be shown as imagined, the default first."""

SEED_LIMIT = 10_000
"""The largest seed that a link or a browser may name."""


def kind() -> str:
    """Return which of `KINDS` is shown; it holds on all pages."""
    return str(st.session_state.get(keys.IMAGINATION_KIND, KINDS[0]))


def draw() -> int:
    """Return the seed of the sample that is shown, or was last, before the mean."""
    return int(st.session_state.get(keys.IMAGINATION_SEED, 0))


def seed() -> int | None:
    """Return the seed for `Pipeline.complete`."""
    return draw() if kind() == "sample" else None


def take(said: object) -> None:
    """Take the sample that a page has imagined, {"seed": …}; anybody may have sent anything."""
    match said:
        case {"seed": int(seed)} if 0 <= seed <= SEED_LIMIT:
            st.session_state[keys.IMAGINATION_SEED] = seed


def explanation(of: str | None = None) -> str:
    """Say in one sentence what is shown as imagined, now or in one of `KINDS`."""
    wanted = of or kind()
    if wanted == "sample" and not shown().is_posters:
        return Text.ONE_DRAW
    return Text.HOW_IMAGINED[wanted]
