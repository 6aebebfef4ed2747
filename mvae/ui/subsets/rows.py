"""The rows of All seven subsets: what a model makes of each subset of the inputs, in pictures and errors."""

from collections.abc import Mapping
from typing import NamedTuple

import streamlit as st

from mvae.arrays import Array
from mvae.evaluation.table import DECIMALS, TABLE_ROWS, input_errors
from mvae.inference.completion import Completion
from mvae.model.scaling import Standardisation
from mvae.model.subsets import Subset
from mvae.ui.results import completions
from mvae.ui.state import models
from mvae.ui.subsets.text import AllSubsets as Text
from mvae.ui.text import Common, listed
from mvae.ui.views.pictures import digit_image, mfcc_image
from mvae.ui.views.table import figure, words

NAMES = Common.NAMES
TITLES = {subset: listed(subset) for subset in TABLE_ROWS}
ERRORS = {"farsi": "farsi_bce", "kannada": "kannada_bce", "speech": "speech_mse"}
"""Columns of Table 1."""
_DIGIT_WIDTH, _SPEECH_WIDTH = 72, 136  # pixels: small enough to compare rows


class Row(NamedTuple):
    """What the model makes of one subset.

    Attributes
    ----------
    out
        The completion.
    elbo
        Of all the inputs, in nats.
    errors
        Name of each input -> its reconstruction error, as in Table 1.
    cells
        The pictures of all three modalities, as cells of `mvae.ui.views.table`.
    """

    out: Completion
    elbo: float
    errors: dict[str, float]
    cells: list[str]


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
    standardisation = pipe.description.standardisation["speech"]
    outs, elbos = completions.completions(name, inputs, seed), completions.elbos(name, inputs, seed)
    errors = dict(zip(outs, input_errors(pipe, inputs, list(outs.values())), strict=True))
    rows = {}
    for subset in TABLE_ROWS:
        if subset in outs:
            out = outs[subset]
            notes = {
                each: Text.ERRORS[each].format(value=f"{error:.{DECIMALS[ERRORS[each]]}f}")
                for each, error in errors[subset].items()
            }
            kinds = {each: Text.GIVEN if each in subset else Text.IMAGINED for each in NAMES}
            pictures = {"farsi": out.farsi, "kannada": out.kannada, "speech": out.mfcc}
            shown = {each: (pictures[each], kinds[each], out.label, notes.get(each, "")) for each in NAMES}
            cells = _cells(TITLES[subset], shown, standardisation)
            rows[subset] = Row(out, elbos[subset], errors[subset], cells)
    given = {each: (values, Text.INPUT, rows[each,].out.label, "") for each, values in inputs.items()}
    return _cells(Text.INPUT_ROW, given, standardisation), rows


def _cells(
    title: str, shown: Mapping[str, tuple[Array, str, int, str]], standardisation: Standardisation
) -> list[str]:
    """Return one row's pictures: name -> values, kind, digit and note."""
    cells = []
    for name, script in NAMES.items():
        if name not in shown:
            cells.append(words(Common.MISSING))
            continue
        values, kind, label, note = shown[name]
        if name == "speech":
            picture, width = mfcc_image(values, standardisation, cell=(8, 10)), _SPEECH_WIDTH
            alt = Text.ALT_SPEECH.format(kind=kind, label=label, row=title)
        else:
            picture, width = digit_image(values), _DIGIT_WIDTH
            alt = Text.ALT_DIGIT.format(script=script, kind=kind, label=label, row=title)
        cells.append(figure(picture, kind, alt, width=width, note=note))
    return cells
