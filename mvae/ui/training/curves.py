"""How a training went: loss and accuracy over the epochs, as on the poster's Figure 4."""

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

import streamlit as st

from mvae.checkpoint.description import is_finite
from mvae.checkpoint.files import read_metrics
from mvae.evaluation.table import table_rows
from mvae.model.subsets import Subset, subset_key
from mvae.ui.glossary.links import linked
from mvae.ui.state.task import shown
from mvae.ui.training import text
from mvae.ui.training.commands import train_command
from mvae.ui.training.text import Training as Text
from mvae.ui.views.charts import MOST_CURVES, PLAIN, curves_chart
from mvae.ui.views.colours import subset_lines
from mvae.ui.views.look import plain

_WIDEST_NAME, _SHORTEST_NAME = 42, 6  # characters of a curve's name, and of a modality's within


@st.cache_data(show_spinner=False, max_entries=8)  # it shows again what it has shown before
def show_curves(directory: Path, latent_size: int, epochs: float, *, own: bool) -> None:
    """Say what a model is, and draw loss and accuracy over the epochs.

    Parameters
    ----------
    directory, latent_size, epochs
        Of the checkpoint.
    own
        Whether this session has trained it.
    """
    about = Text.ABOUT_OWN if own else Text.ABOUT if shown().is_posters else Text.ABOUT_OTHERS
    st.caption(linked(about.format(latent=latent_size, epochs=epochs)))
    metrics = read_metrics(directory)
    if not metrics:
        st.info(Text.NO_CURVES.format(name=plain(directory.name), command=train_command(directory)))
        return
    _show_loss(metrics)
    _show_accuracy(metrics)


def _show_loss(metrics: Sequence[dict[str, Any]]) -> None:
    loss = [record["loss"] for record in metrics]
    st.markdown(f"##### {Text.LOSS}")
    st.caption(linked(_filled_in(Text.LOSS_EXPLAINED)))
    st.plotly_chart(
        curves_chart(
            _epochs(metrics), {Text.LOSS: loss}, x_title=Text.EPOCH, y_title=_filled_in(Text.LOSS_AXIS)
        ),
        config=PLAIN,
        alt=Text.LOSS_ALT.format(epochs=len(metrics), first=loss[0], last=loss[-1]),
    )


def _show_accuracy(metrics: Sequence[dict[str, Any]]) -> None:
    st.markdown(f"##### {Text.ACCURACY}")
    subsets = table_rows(list(shown().names))
    kind = next(
        (
            kind
            for kind in Text.ACCURACY_EXPLAINED
            if all(_has_accuracies(record, kind, subsets) for record in metrics)
        ),
        None,
    )
    if kind is None:
        st.info(Text.NO_ACCURACY)
        return
    drawn, explained = subsets, Text.ACCURACY_EXPLAINED[kind]
    if len(subsets) > MOST_CURVES:
        drawn, explained = [*subsets[: len(shown().names)], subsets[-1]], explained + Text.SOME_SUBSETS
    st.caption(_filled_in(explained))
    accuracy = {_brief(subset): [record[kind][subset_key(subset)] for record in metrics] for subset in drawn}
    worst = min(values[-1] for values in accuracy.values())
    y_range = (max(0.0, 100 - 4 * (100 - worst)), 100.0)  # the last quarter of the way is where they differ
    ends = ", ".join(
        f"{shown().listed(subset)} {values[-1]:.2f} %"
        for subset, values in zip(drawn, accuracy.values(), strict=True)
    )
    st.plotly_chart(
        curves_chart(
            _epochs(metrics),
            accuracy,
            x_title=Text.EPOCH,
            y_title=Text.ACCURACY_AXIS,
            y_range=y_range,
            decimals=2,
            looks=subset_lines(drawn, list(shown().names)),
        ),
        config=PLAIN,
        alt=_filled_in(Text.ACCURACY_ALT, ends=ends),
    )


def _brief(subset: Subset) -> str:
    """Return a subset's names as HTML, cut where they would leave no room for the curves."""
    names = [shown().names[name] for name in subset]
    if len(" + ".join(names)) > _WIDEST_NAME:
        most = max(_SHORTEST_NAME, _WIDEST_NAME // len(names) - 3)
        names = [name if len(name) <= most else f"{name[: most - 1].rstrip(' ,')}…" for name in names]
    return escape(" + ".join(names))


def _epochs(metrics: Sequence[dict[str, Any]]) -> list[int]:
    return [record["epoch"] for record in metrics]


def _filled_in(sentence: str, **more: str) -> str:
    return text.filled_in(sentence, len(shown().names), posters=shown().is_posters, **more)


def _has_accuracies(record: dict[str, Any], kind: str, subsets: Sequence[Subset]) -> bool:
    """Whether an epoch's record has the accuracy of every subset."""
    found = record.get(kind)
    return isinstance(found, dict) and all(is_finite(found.get(subset_key(subset))) for subset in subsets)
