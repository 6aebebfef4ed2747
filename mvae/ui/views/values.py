"""The values of a vector -> a list of names and numbers as HTML for `st.html`."""

from html import escape

from mvae.arrays import Array
from mvae.modalities.base import Modality

MOST_VALUES = 12
"""That are listed; of more, the first."""


def value_list(modality: Modality, values: Array) -> str:
    """List the values (d,) of a vector, each with its name, or else its number from 1."""
    names = modality.value_names or tuple(str(place) for place in range(1, len(values) + 1))
    rows = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{value:.4g}</dd></div>"
        for name, value in zip(names[:MOST_VALUES], values[:MOST_VALUES], strict=True)
    )
    more = "<div><dt>…</dt></div>" if len(values) > MOST_VALUES else ""
    return f'<dl class="values">{rows}{more}</dl>'
