"""Training: a checkpoint's curves (the poster's Figure 4), Table 1 beside the poster's, and the studies."""

import json
from pathlib import Path

import streamlit as st

from mvae.checkpoint import SHIPPED, read_metrics
from mvae.evaluation.table import COLUMNS, DECIMALS, POSTER_NOTE, POSTER_TABLE1, TABLE_ROWS
from mvae.ui.charts import PLAIN, curves_chart
from mvae.ui.session import chosen_checkpoint, pipeline
from mvae.ui.studies import show_studies
from mvae.ui.theme import page_header

TITLES = {"accuracy": "Accuracy, %", "negative_elbo": "−ELBO, nats", "farsi_bce": "Farsi BCE, nats",
          "kannada_bce": "Kannada BCE, nats", "speech_mse": "Speech MSE"}  # fmt: skip


def title(subset: tuple[str, ...]) -> str:
    """Return what a person reads for a subset of the modalities."""
    return " + ".join(name.capitalize() for name in subset)


def table(directory: Path, split: str) -> dict[tuple[str, ...], dict[str, float]] | None:
    """Return the rows that `python -m mvae evaluate` wrote, or None where there is no whole table."""
    try:
        rows = json.loads((directory / f"evaluation-{split}.json").read_text(encoding="utf-8"))["rows"]
        measured = {tuple(row["inputs"]): {column: float(row[column]) for column in COLUMNS} for row in rows}
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return measured if set(measured) == set(TABLE_ROWS) else None


@st.cache_data(show_spinner=False, max_entries=8)  # it shows again what it has shown before
def show_curves(directory: Path) -> None:
    """Draw loss and accuracy over the epochs."""
    metrics = read_metrics(directory)
    if not metrics:
        st.info(
            f"The checkpoint “{directory.name}” came without training curves. Train a new one with "
            f"`python train.py --config {directory.name} --out runs/{directory.name}`."
        )
        return
    epochs = [record["epoch"] for record in metrics]
    st.markdown("##### Loss")
    st.caption(
        "The objective that training minimises, averaged over the triplets of each epoch: the negative ELBO "
        "summed over all seven subsets, with the label's term. The KL divergence is phased in over the first "
        "epochs."
    )
    loss = [record["loss"] for record in metrics]
    st.plotly_chart(
        curves_chart(epochs, {"Loss": loss}, x_title="Epoch", y_title="Loss, nats a triplet"),
        config=PLAIN,
        alt=f"Line chart of the loss over {len(epochs)} epochs, from {loss[0]:,.1f} to {loss[-1]:,.1f}.",
    )
    st.markdown("##### Accuracy")
    if not all("accuracy" in record for record in metrics):
        st.info("This run drew random subsets in each step, so no accuracy of each subset was recorded.")
        return
    st.caption(
        "Share of the training triplets whose digit was read correctly from each subset, while training."
    )
    accuracy = {
        title(subset): [record["accuracy"]["+".join(subset)] for record in metrics] for subset in TABLE_ROWS
    }
    worst = min(values[-1] for values in accuracy.values())
    y_range = (max(0.0, 100 - 4 * (100 - worst)), 100.0)  # the last quarter of the way is where they differ
    st.plotly_chart(
        curves_chart(epochs, accuracy, x_title="Epoch", y_title="Accuracy, %", y_range=y_range, decimals=2),
        config=PLAIN,
        alt="Line chart of the training accuracy of the seven subsets. At the end: "
        + ", ".join(f"{name} {values[-1]:.2f} %" for name, values in accuracy.items())
        + ".",
    )


def show_table(directory: Path, split: str) -> None:
    """Write Table 1 of one split, the poster's figures in brackets."""
    st.markdown(f"**{split.capitalize()} split**")
    measured = table(directory, split)
    if measured is None:
        file = directory.relative_to(SHIPPED.parent) / f"evaluation-{split}.json"
        st.info(
            f"The checkpoint “{directory.name}” came without Table 1 of the {split} split. Measure it with "
            f"`python -m mvae evaluate --checkpoint {directory.name} --split {split} --json {file}`."
        )
        return
    lines = ["Given | " + " | ".join(TITLES.values()), "--- |" + " ---: |" * len(TITLES)]
    for subset in TABLE_ROWS:
        here, poster = measured[subset], POSTER_TABLE1[subset]
        cells = [
            f"**{here[column]:.{DECIMALS[column]}f}**\N{NO-BREAK SPACE}({poster[column]:g})"
            for column in COLUMNS
        ]
        lines.append(" | ".join([title(subset), *cells]))
    st.markdown("\n".join(lines))


page_header("Training", "How the chosen model learned, and its Table 1 beside the poster's.")
directory = SHIPPED / chosen_checkpoint()
description = pipeline().description
st.caption(
    f"{description.model.latent_size} latent dimensions, trained for {description.epochs:g} epochs. An epoch "
    "shows every Farsi and every Kannada image of the training splits once, with a spoken digit of its label."
)
show_curves(directory)
st.markdown("##### Table 1")
st.caption(f"Bold: this checkpoint. In brackets: the poster. {POSTER_NOTE}")
for split in ("test", "train"):
    show_table(directory, split)
show_studies(directory, description.latent_kl, SHIPPED / "studies")
