"""What the input cards of all kinds have in common; each kind has its own in a file beside this one."""

from collections.abc import Callable

from mvae.modalities.base import Modality
from mvae.ui.state.contents import Content
from mvae.ui.state.slots import Slot, slots
from mvae.ui.state.task import shown

Examples = Callable[[Slot, Modality, int], None]
"""Puts the example of a class into a modality's slot."""
Pieces = Callable[[Modality, Callable[[], None]], None]
"""Shows a piece of a modality's card that runs again by itself."""


class Card:
    """How a person gives one modality.

    Parameters
    ----------
    modality
        Which.
    fill
        Puts the example of a class into the slot, or says there why there is none.
    update
        Called after each change, in the widget's callback.
    show_piece
        Shows the piece of the card that `has_piece` tells of.
    """

    has_piece = False
    """Whether a piece of the card runs again by itself, and for another version of the slot."""

    def __init__(
        self, modality: Modality, fill: Examples, update: Callable[[], None], show_piece: Pieces
    ) -> None:
        self.modality, self.update = modality, update
        self._fill, self._show_piece = fill, show_piece

    @property
    def slot(self) -> Slot:
        """What the modality is given."""
        return slots()[self.modality.name]

    @property
    def has_templates(self) -> bool:
        """Whether the examples are drawn from templates, not imagined."""
        return shown().has_templates(self.modality)

    def show(self) -> None:
        """Show the widgets that fill the slot."""
        raise NotImplementedError

    def show_buttons(self) -> None:
        """Show further buttons beside Undo and Clear."""

    def take_untold(self) -> None:
        """Take what a widget holds and the script was not told of, before something else takes its place.

        Of all that a browser tells in one message, or while the script runs, Streamlit calls the buttons'
        callbacks first.
        """

    def look(self) -> object:
        """Return what decides how the card looks, beside the switch and the buttons."""
        return self.slot.content

    def give_example(self, label: int) -> None:
        """Put the example of a class into the slot."""
        self.take_untold()
        self._fill(self.slot, self.modality, label)
        self.update()

    def put(self, content: Content | None) -> None:
        """Put what a widget holds into the slot."""
        self.slot.put(content, from_widget=True)
        self.update()
