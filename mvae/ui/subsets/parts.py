"""What of the page All subsets runs again after a change.

Once the page paints what the model makes, the server leaves to it which row is marked, and what is imagined.
"""

from collections import deque
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from mvae.model.subsets import Subset
from mvae.ui import keys
from mvae.ui.frame.download import Numbers, download_latest
from mvae.ui.frame.frame import pipeline
from mvae.ui.frame.link import keep_link
from mvae.ui.frame.live import run_unpainted
from mvae.ui.results.examples import inputs_with_examples
from mvae.ui.runtime.parts import Looks, show_part
from mvae.ui.state import models, sampling
from mvae.ui.state.slots import slots
from mvae.ui.state.task import shown
from mvae.ui.subsets.listening import fields, heard_row, listen
from mvae.ui.subsets.live import tell_page
from mvae.ui.subsets.rows import Row, compared, numbers_of
from mvae.ui.subsets.table import let_choose, show_imagination, show_table, tell_missing

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from mvae.arrays import Array


def show_rows(downloads: "DeltaGenerator") -> None:
    """Show how what is missing is imagined, the table, what can be heard of it, and the downloads."""
    latest: deque[tuple[dict[str, Array], int | None, tuple[Subset, str] | None]] = deque(maxlen=1)
    pipe, model = pipeline(), models.checkpoints()[models.chosen_checkpoint()]

    def keep() -> None:
        latest.append((inputs_with_examples(), sampling.seed(), heard_row()))
        keep_link(fields())

    def result() -> Numbers:
        return Numbers(*numbers_of(pipe, *latest[-1]), model)

    show_part(_LOOKS, keys.IMAGINATION, partial(show_imagination, _update))
    tell_missing(inputs_with_examples(), _rows())
    show_part(_LOOKS, keys.ROWS, _show_table)
    show_part(_LOOKS, keys.CHOOSE_ROW, partial(let_choose, _update))
    show_part(_LOOKS, keys.LISTEN_TO, partial(listen, _rows, _update))
    show_part(_LOOKS, keys.LINK, keep)
    with downloads:
        download_latest("subsets", result, audible=bool(shown().of_kind("sound")))


def _compared() -> tuple[list[str], dict[Subset, Row]]:
    return compared(models.chosen_checkpoint(), inputs_with_examples(), sampling.seed())


def _rows() -> Mapping[Subset, Row]:
    return _compared()[1]


def _show_table() -> None:
    pictures, rows = _compared()
    show_table(pictures, rows)
    tell_page(inputs_with_examples(), rows, _update)


def _update() -> None:
    """End a widget's callback."""
    run_unpainted(_LOOKS, [keys.ROWS])


def _table_look() -> object:
    """Return what the table depends on besides which row is marked and what is imagined."""
    return {name: slots()[name].content for name in inputs_with_examples()}


def _heard_look() -> object:
    """Return what decides what is heard: what plays is of one draw."""
    return st.session_state.get(keys.PLAYS) and sampling.seed()


_LOOKS: Looks = {
    keys.IMAGINATION: sampling.kind, keys.ROWS: _table_look, keys.CHOOSE_ROW: models.chosen_checkpoint,
    keys.LISTEN_TO: _heard_look, keys.LINK: object,
}  # fmt: skip
