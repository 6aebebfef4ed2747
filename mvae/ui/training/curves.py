"""How a training went: loss and accuracy over the epochs, as on the poster's Figure 4."""

from pathlib import Path
from typing import Any

import streamlit as st

from mvae.checkpoint.description import is_finite
from mvae.checkpoint.store import read_metrics
from mvae.evaluation.table import TABLE_ROWS
from mvae.files import TRAIN
from mvae.model.subsets import subset_key
from mvae.ui.text import listed
from mvae.ui.training.text import Training as Text
from mvae.ui.views.charts import PLAIN, curves_chart


@st.cache_data(show_spinner=False, max_entries=8)  # it shows again what it has shown before
def show_curves(directory: Path, about: str) -> None:
    """Say what a model is, and draw loss and accuracy over the epochs."""
    st.caption(about)
    metrics = read_metrics(directory)
    if not metrics:
        st.info(Text.NO_CURVES.format(train=TRAIN, name=directory.name))
        return
    epochs = [record["epoch"] for record in metrics]
    loss = [record["loss"] for record in metrics]
    st.markdown(f"##### {Text.LOSS}")
    st.caption(Text.LOSS_EXPLAINED)
    st.plotly_chart(
        curves_chart(epochs, {Text.LOSS: loss}, x_title=Text.EPOCH, y_title=Text.LOSS_AXIS),
        config=PLAIN,
        alt=Text.LOSS_ALT.format(epochs=len(epochs), first=loss[0], last=loss[-1]),
    )
    st.markdown(f"##### {Text.ACCURACY}")
    kind = next(
        (kind for kind in Text.ACCURACY_EXPLAINED if all(_tells(each, kind) for each in metrics)), None
    )
    if kind is None:
        st.info(Text.NO_ACCURACY)
        return
    st.caption(Text.ACCURACY_EXPLAINED[kind])
    accuracy = {
        listed(subset): [record[kind][subset_key(subset)] for record in metrics] for subset in TABLE_ROWS
    }
    worst = min(values[-1] for values in accuracy.values())
    y_range = (max(0.0, 100 - 4 * (100 - worst)), 100.0)  # the last quarter of the way is where they differ
    st.plotly_chart(
        curves_chart(
            epochs, accuracy, x_title=Text.EPOCH, y_title=Text.ACCURACY_AXIS, y_range=y_range, decimals=2
        ),
        config=PLAIN,
        alt=Text.ACCURACY_ALT.format(
            ends=", ".join(f"{name} {values[-1]:.2f} %" for name, values in accuracy.items())
        ),
    )


def _tells(record: dict[str, Any], kind: str) -> bool:
    """Whether an epoch's record has the accuracy of every subset."""
    found = record.get(kind)
    return isinstance(found, dict) and all(is_finite(found.get(subset_key(subset))) for subset in TABLE_ROWS)
