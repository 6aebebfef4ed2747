"""What the model in the page is told, which is ahead of the server (`mvae/web/live/rows.js`)."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from mvae.arrays import Array
from mvae.evaluation.table import table_rows
from mvae.model.subsets import Subset, subset_key
from mvae.ui.frame.live import as_base64, heard, tell
from mvae.ui.runtime.callbacks import guarded
from mvae.ui.state import sampling
from mvae.ui.state.slots import current_inputs
from mvae.ui.state.task import shown
from mvae.ui.subsets.rows import CELL
from mvae.ui.subsets.text import AllSubsets as Text

_SCRIPT = "rows.js"


def tell_page(inputs: Mapping[str, Array], rows: Collection[Subset], update: Callable[[], None]) -> None:
    """Tell the page from which inputs which rows were made, and which of them is marked.

    `update` ends the callback of what the page says.
    """

    def drawn() -> None:
        """Take the sample that the page has imagined."""
        sampling.take(heard(_SCRIPT, "draw"))
        update()

    told: dict[str, Any] = {
        "row": subset_key(tuple(current_inputs())),
        "rows": [subset if subset in rows else None for subset in table_rows(list(shown().names))],
        "inputs": {name: as_base64(value) for name, value in inputs.items()},
        "kind": sampling.kind(), "kinds": sampling.KINDS, "seed": sampling.draw(),
        "cell": CELL,
        "classes": shown().classes,
        "how": {kind: sampling.explanation(kind) for kind in sampling.KINDS},
        "texts": {
            "sameNoise": Text.SAME_NOISE, "alts": Text.ALT, "imagined": Text.IMAGINED,
            "titles": {modality.name: modality.title for modality in shown().modalities},
            "rows": {subset_key(subset): shown().listed(subset) for subset in rows},
        },
    }  # fmt: skip
    tell(_SCRIPT, told, painter=update, on_draw_change=guarded(drawn))
