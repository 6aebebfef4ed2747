"""A page's tabs, of which only the open one is drawn, and which a lesson link can open."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import streamlit as st

from mvae.ui.runtime.callbacks import guarded
from mvae.ui.state.fields import Field, one_of, widget_field

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator


class Tabs:
    """The tabs of one page.

    Parameters
    ----------
    name
        Of the setting in a link.
    key
        Of the widget. Streamlit forgets its value when another page is shown, so a copy is kept.
    titles
        Name -> what a person reads, the first one is open at first.
    """

    def __init__(self, name: str, key: str, titles: Mapping[str, str]) -> None:
        self._key, self._kept, self._titles = key, f"{key}-kept", titles
        self._first = next(iter(titles))
        self.field: Field = widget_field(name, self._kept, self._first, one_of(titles))

    def show(self) -> "tuple[str, DeltaGenerator]":
        """Show the tabs; return the name of the open one, and where it is to be drawn."""
        st.session_state[self._key] = self._titles[st.session_state.get(self._kept, self._first)]
        places = st.tabs(list(self._titles.values()), key=self._key, on_change=guarded(self._keep))
        return next((name, place) for name, place in zip(self._titles, places, strict=True) if place.open)

    def _keep(self) -> None:
        opened = st.session_state[self._key]
        st.session_state[self._kept] = next(name for name, title in self._titles.items() if title == opened)
