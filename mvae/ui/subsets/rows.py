"""The rows of All subsets: what a model makes of each subset of the inputs, in pictures and errors."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from mvae.arrays import Array
from mvae.evaluation.table import decimals, error_column, input_errors, table_rows
from mvae.inference.completion import Completion
from mvae.modalities.base import Modality
from mvae.modalities.kinds import kind_of
from mvae.model.subsets import Subset, subset_key
from mvae.ui.frame.download import Audible, numbers
from mvae.ui.results import completions
from mvae.ui.state import models
from mvae.ui.state.task import shown
from mvae.ui.subsets.text import AllSubsets as Text
from mvae.ui.text import Common
from mvae.ui.views.samples import sample_image
from mvae.ui.views.table import figure, words

if TYPE_CHECKING:
    from mvae.inference.pipeline import Pipeline
    from mvae.ui.views.samples import Scales

CELL = (8, 10)
"""Width and height of one value of a heat map, in pixels."""
_INK_WIDTH, _HEAT_WIDTH = 72, 136  # pixels: small enough to compare rows


class Row(NamedTuple):
    """What the model makes of one subset.

    Attributes
    ----------
    out
        The completion.
    elbo
        Of all the inputs, in nats.
    errors
        Name of each input -> its reconstruction error, as in the table of `mvae.evaluation.table`.
    cells
        The pictures of all modalities, as cells of `mvae.ui.views.table`.
    """

    out: Completion
    elbo: float
    errors: dict[str, float]
    cells: list[str]


class _Shown(NamedTuple):
    """A sample, whether it is the input, given or imagined, and the note below it."""

    sample: Array
    state: str
    note: str = ""


@st.cache_resource(show_spinner=False, max_entries=64)
def compared(name: str, inputs: dict[str, Array], seed: int | None) -> tuple[list[str], dict[Subset, Row]]:
    """Return the pictures of the inputs, and a row for each subset of them.

    Parameters
    ----------
    name
        Of the checkpoint.
    inputs, seed
        As for `Pipeline.complete`.

    Returns
    -------
    tuple[list[str], dict[Subset, Row]]
        They depend on nothing else, so sessions share them; nobody changes them.
    """
    pipe = models.load_pipeline(name)
    scales = pipe.description.standardisation
    outs, elbos = completions.completions(name, inputs, seed), completions.elbos(name, inputs, seed)
    errors = dict(zip(outs, input_errors(pipe, inputs, list(outs.values())), strict=True))
    rows = {}
    for subset in table_rows(list(shown().names)):
        if subset in outs:
            out = outs[subset]
            samples = {
                modality.name: _Shown(
                    out[modality.name],
                    Text.GIVEN if modality.name in subset else Text.IMAGINED,
                    _error(modality, errors[subset]),
                )
                for modality in shown().modalities
            }
            cells = _cells(shown().listed(subset), samples, [out.label] * len(samples), scales)
            rows[subset] = Row(out, elbos[subset], errors[subset], cells)
    given = {each: _Shown(sample, Text.INPUT) for each, sample in inputs.items()}
    labels = [rows[each.name,].out.label if each.name in inputs else 0 for each in shown().modalities]
    return _cells(Text.INPUT_ROW, given, labels, scales), rows


def numbers_of(
    pipe: "Pipeline", inputs: dict[str, Array], seed: int | None, heard: tuple[Subset, str] | None
) -> tuple[list[dict[str, object]], dict[str, object], Audible | None]:
    """Return table, details and sound, as of `mvae.ui.frame.download.Numbers`, of all rows, in any thread.

    Parameters
    ----------
    pipe, inputs, seed
        As for `Pipeline.complete`.
    heard
        The row whose sound it is, and the name of its modality; None: there is no sound.
    """
    outs = pipe.complete(inputs, seed=seed)
    measured = zip(outs, pipe.elbo(inputs, outs), input_errors(pipe, inputs, outs), strict=True)
    found = {out.given: (out, elbo, errors) for out, elbo, errors in measured}
    ordered = [found[subset] for subset in table_rows(list(shown().names)) if subset in found]
    results: list[dict[str, object]] = [
        {
            "given": subset_key(out.given), "label": out.label, "probability": out.label_probs[out.label],
            "elbo_nats": elbo, "kl_nats": out.kl,
            **{error_column(shown().modality(name)): error for name, error in errors.items()},
        }
        for out, elbo, errors in ordered
    ]  # fmt: skip
    details: dict[str, object] = {"subsets": {subset_key(out.given): numbers(out) for out, _, _ in ordered}}
    if heard is None:
        return results, details, None
    row, sound = heard
    return results, details, partial(found[row][0].audio, sound)


def _error(modality: Modality, errors: Mapping[str, float]) -> str:
    """Return the note that says a modality's error, where there is an input to compare with."""
    if modality.name not in errors:
        return ""
    value = f"{errors[modality.name]:.{decimals(error_column(modality))}f}"
    return Text.ERRORS[modality.likelihood].format(value=value)


def _cells(title: str, samples: Mapping[str, _Shown], labels: list[int], scales: "Scales") -> list[str]:
    """Return a row's pictures, one for each modality, whose labels are given."""
    cells = []
    for modality, label in zip(shown().modalities, labels, strict=True):
        if modality.name not in samples:
            cells.append(words(Common.MISSING))
            continue
        each = samples[modality.name]
        values = _values(modality, each.sample) if modality.kind == "vector" else ""
        alt = Text.ALT[modality.kind].format(
            title=modality.title, state=each.state, values=values, label=shown().classes[label], row=title
        )
        picture = sample_image(modality, each.sample, scales, cell=CELL)
        width = _HEAT_WIDTH if kind_of(modality).heat else _INK_WIDTH
        cells.append(figure(picture, each.state, alt, width=width, note=each.note, tip=values))
    return cells


def _values(modality: Modality, sample: Array) -> str:
    """Return the numbers of a vector, each with its name."""
    names = modality.value_names or range(1, modality.size + 1)
    return ", ".join(f"{name} {value:,.4g}" for name, value in zip(names, sample, strict=True))
