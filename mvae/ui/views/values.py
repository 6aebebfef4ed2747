"""The values of a vector as a table of numbers, beside their picture (`mvae.ui.views.samples`)."""

from collections.abc import Mapping
from html import escape

from mvae.arrays import Array
from mvae.modalities.base import Modality
from mvae.ui.text import Values as Text

MOST_VALUES = 16
"""Of a vector, that are written."""


def values_table(modality: Modality, columns: Mapping[str, Array], description: str) -> str:
    """Write a row for each value, and a column for each vector, as HTML for `st.html`.

    Parameters
    ----------
    modality
        A vector; of more than `MOST_VALUES` values the first are written, and how many there are besides.
    columns
        Heading -> (d,) values, in the modality's own units.
    description
        For people who cannot see it.
    """
    names = modality.value_names or [str(place + 1) for place in range(modality.size)]
    head = "".join(f'<th scope="col">{escape(title)}</th>' for title in (Text.VALUE, *columns))
    rows = [
        f'<tr><th scope="row">{escape(name)}</th>'
        + "".join(f"<td>{values[place]:.4g}</td>" for values in columns.values())
        + "</tr>"
        for place, name in enumerate(names[:MOST_VALUES])
    ]
    if modality.size > MOST_VALUES:
        rest = escape(Text.MORE.format(count=modality.size - MOST_VALUES))
        rows.append(f'<tr><th scope="row" colspan="{len(columns) + 1}">{rest}</th></tr>')
    return (
        f'<table class="values" aria-label="{escape(description)}"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )
