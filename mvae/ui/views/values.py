"""The values of a vector -> a table of names and numbers as HTML for `st.html`; its look is in style.css."""

from html import escape

from mvae.arrays import Array
from mvae.modalities.base import Modality

MOST_VALUES = 12
"""That are written; of more, the first."""


def values_table(modality: Modality, values: Array) -> str:
    """Write the values (d,) of a vector, each with its name, or else its number from 1."""
    names = modality.value_names or [str(place) for place in range(1, len(values) + 1)]
    rows = "".join(
        f"<tr><th>{escape(name)}</th><td>{value:.4g}</td></tr>"
        for name, value in zip(names[:MOST_VALUES], values[:MOST_VALUES], strict=True)
    )
    more = "<tr><th>…</th><td></td></tr>" if len(values) > MOST_VALUES else ""
    label = escape(modality.short_title)
    return f'<table class="values" aria-label="{label}"><tbody>{rows}{more}</tbody></table>'
