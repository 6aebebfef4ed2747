"""Table 1 of the chosen model beside the poster's; of another task, the model's own table."""

from pathlib import Path

import streamlit as st

from mvae.evaluation.table import (
    POSTER_TABLE1,
    decimals,
    error_column,
    read_table,
    table_columns,
    table_rows,
)
from mvae.ui.glossary.links import linked
from mvae.ui.state.task import shown
from mvae.ui.training.commands import evaluate_command
from mvae.ui.training.text import Training as Text
from mvae.ui.views.look import plain


def show_tables(directory: Path, *, own: bool) -> None:
    """Show the table of each split of the poster's task, or of the test split of another.

    Parameters
    ----------
    directory
        Of the checkpoint.
    own
        Whether this session has trained it.
    """
    if own:
        st.info(Text.NO_TABLE_OWN)
    elif shown().is_posters:
        st.caption(linked(Text.TABLE_EXPLAINED))
        for split in Text.SPLITS:
            _show_table(directory, split, Text.NO_TABLE)
    else:
        st.caption(linked(Text.TABLE_OF_OTHERS_EXPLAINED))
        _show_table(directory, "test", Text.NO_TABLE_OF_OTHERS)


def _show_table(directory: Path, split: str, missing: str) -> None:
    """Write the table of one split, the poster's figures in brackets; or say that it is missing."""
    st.markdown(Text.SPLITS[split])
    measured = read_table(directory, split)
    if measured is None:
        command = evaluate_command(directory, split)
        st.info(missing.format(name=plain(directory.name), split=split, command=command))
        return
    columns = table_columns(shown().modalities)
    lines = [
        f"{Text.GIVEN} | " + " | ".join(_titles()[column] for column in columns),
        "--- |" + " ---: |" * len(columns),
    ]
    for subset in table_rows(list(shown().names)):
        cells = [f"**{measured[subset][column]:.{decimals(column)}f}**" for column in columns]
        if shown().is_posters:
            poster = POSTER_TABLE1[subset]
            cells = [
                f"{cell}\N{NO-BREAK SPACE}({poster[column]:g})"
                for cell, column in zip(cells, columns, strict=True)
            ]
        lines.append(" | ".join([plain(shown().listed(subset)), *cells]))
    st.markdown("\n".join(lines))


def _titles() -> dict[str, str]:
    """Return what a person reads for each column."""
    return Text.COLUMNS | {
        error_column(modality): Text.ERRORS[modality.likelihood].format(name=plain(modality.short_title))
        for modality in shown().modalities
    }
