"""What the model in the page is told, which is ahead of the server (`mvae/web/live/rows.js`)."""

from mvae.model.subsets import subset_key
from mvae.ui.frame.live import tell
from mvae.ui.state.slots import current_inputs


def tell_page() -> None:
    """Tell the page which row is marked."""
    tell("rows.js", {"row": subset_key(tuple(current_inputs()))})
