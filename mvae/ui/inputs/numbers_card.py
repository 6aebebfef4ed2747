"""The card of a vector: a field for each value, or one for all where they are many."""

import streamlit as st

from mvae.errors import InputError
from mvae.ui import keys
from mvae.ui.inputs.card import Card
from mvae.ui.inputs.pickers import example_pills
from mvae.ui.runtime.callbacks import guarded
from mvae.ui.state.contents import Numbers
from mvae.ui.text import Common
from mvae.ui.text import Inputs as Text
from mvae.ui.views.look import cover, plain

MOST_FIELDS = 16
"""Values that have a field each."""


class NumbersCard(Card):
    """The card of a vector."""

    def show(self) -> None:
        """Show the fields, and the classes whose typical values the model imagines."""
        example_pills(self.modality, Text.IMAGINE_VALUES, self.give_example)
        element = f"{keys.NUMBERS}{self.modality.name}"
        with st.container(key=element, gap="xsmall"):
            if self.modality.size <= MOST_FIELDS:
                self._show_fields()
            else:
                self._show_list()
        if self.slot.complaint:
            st.error(self.slot.complaint)
        elif not self.slot.present:
            cover(element, Common.MISSING)

    def _key(self, place: object) -> str:
        return f"{keys.NUMBER}{self.modality.name}-{self.slot.version}-{place}"

    @property
    def _values(self) -> list[float] | None:
        content = self.slot.content
        return [float(f"{value:.6g}") for value in content.values] if isinstance(content, Numbers) else None

    def _show_fields(self) -> None:
        """Show a field for each value; the vector is given once all are filled."""
        places, values = range(self.modality.size), self._values

        def changed() -> None:
            typed = [st.session_state[self._key(place)] for place in places]
            if None in typed:
                self.put(None)
            else:
                self._take(typed)

        names = self.modality.value_names or [Text.VALUE.format(place=place + 1) for place in places]
        for place, name in enumerate(names):
            if self._key(place) not in st.session_state:  # Streamlit forgets it when another page is shown
                st.session_state[self._key(place)] = None if values is None else values[place]
            st.number_input(
                plain(name), format="%.6g", step=None, key=self._key(place), on_change=guarded(changed),
                placeholder=Text.NO_VALUE,
            )  # fmt: skip

    def _show_list(self) -> None:
        """Show one field for all values, with commas between them."""
        values, key = self._values, self._key("all")

        def changed() -> None:
            self.slot.complaint = ""
            typed = st.session_state[key].replace(",", " ").split()
            try:
                self._take([float(number) for number in typed])
            except ValueError:
                self.slot.complaint = Text.NO_NUMBERS
                self.update()

        if key not in st.session_state:
            st.session_state[key] = "" if values is None else ", ".join(f"{value:g}" for value in values)
        label = Text.ALL_VALUES.format(count=self.modality.size)
        st.text_area(label, key=key, on_change=guarded(changed), height=160)

    def _take(self, values: list[float]) -> None:
        try:
            self.put(Numbers.of(self.modality, values))
        except InputError as error:
            self.slot.complaint = str(error)
            self.update()
