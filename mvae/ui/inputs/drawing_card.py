"""The card of a drawing: a canvas, examples to copy or to trace over, and pictures."""

import streamlit as st

from mvae.modalities.strokes import Strokes
from mvae.ui import keys
from mvae.ui.inputs.canvas import canvas, collector, drawn_on
from mvae.ui.inputs.card import Card
from mvae.ui.inputs.pickers import class_pills, example_pills, ink_colour
from mvae.ui.inputs.picture_input import accept_dropped, picture_popover
from mvae.ui.state.contents import Drawing, Picture
from mvae.ui.text import Common
from mvae.ui.text import Inputs as Text
from mvae.ui.views.look import cover, show_guide, show_picture


def guide_key(name: str) -> str:
    """Return where the session keeps the class to trace over."""
    return f"{keys.GUIDE}{name}"


class DrawingCard(Card):
    """The card of a drawing, whose canvas runs again by itself."""

    has_piece = True

    def show(self) -> None:
        """Show the canvas, with the picture that was given in its place, and examples to copy."""
        name, slot = self.modality.name, self.slot
        with st.container(horizontal=True, gap="xsmall"):
            collector(name, slot.version, self._strokes)
            with st.container(width="content"):  # as wide as the canvas
                self._show_piece(self.modality, self._canvas)
            label = Text.COPY_ONE if self.has_templates else Text.IMAGINE_A_DRAWING
            example_pills(self.modality, label, self.give_example)
        guide, element = st.session_state.get(guide_key(name)), f"{keys.CANVAS}{name}"
        # Places that stay where nothing is shown: if they moved what comes below, that would be there twice
        # until the run ends, and for good where the next click cuts it short.
        with st.empty():
            if isinstance(slot.content, Picture):
                show_picture(element, slot.content.shown, slot.content.ink, slot.content.origin)
            elif guide is not None:
                show_guide(element, name, guide, ink_colour(name))
        with st.empty():
            if slot.complaint:
                cover(element, slot.complaint, small=True)
            elif not slot.present:
                cover(element, Common.MISSING)
            elif slot.is_blank and guide is None:
                cover(element, Text.DRAW_HERE)

    def _canvas(self) -> None:
        slot, version = self.slot, self.slot.version

        def drawn(strokes: Strokes) -> None:
            if slot.version == version:  # else a button was told in the same message, and has taken it
                slot.put(Drawing.of(strokes), from_widget=True)
            self.update()

        canvas(self.modality.name, version, self._strokes, drawn)

    @property
    def _strokes(self) -> Strokes:
        """What is drawn."""
        return self.slot.content.strokes if isinstance(self.slot.content, Drawing) else []

    def show_buttons(self) -> None:
        """Show the ways to trace a template, and to give a picture."""
        if self.has_templates:
            self._guide_picker()
        picture_popover(self.modality, self.slot, self.update)
        accept_dropped(self.modality, self.slot, self.update)

    def take_untold(self) -> None:
        """Take what was drawn."""
        slot = self.slot
        drawn = drawn_on(self.modality.name, slot.version)
        taken = slot.content.strokes if isinstance(slot.content, Drawing) else []
        if len(drawn) > len(taken):
            slot.put(Drawing.of(drawn), from_widget=True)

    def look(self) -> object:
        """Leave out what is drawn: the canvas shows that by itself."""
        picture = self.slot.content if isinstance(self.slot.content, Picture) else None
        return picture, st.session_state.get(guide_key(self.modality.name))

    def _guide_picker(self) -> None:
        """Show the choice of a class to trace over; to choose one clears the canvas, which can be undone."""
        key = guide_key(self.modality.name)

        def picked() -> None:
            st.session_state[key] = st.session_state[f"{key}-picker"]
            self.take_untold()
            if st.session_state[key] is not None and self.slot.content is not None:
                self.slot.put(None)
            self.update()

        with st.popover(Text.TRACE, icon=":material/gesture:", key=f"{key}-popover"):
            st.session_state[f"{key}-picker"] = st.session_state.get(key)
            class_pills(self.modality, Text.TRACE_WHICH, key=f"{key}-picker", picked=picked)
