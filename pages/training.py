"""Training: curves (the poster's Figure 4), replay, Table 1, the studies, and a training of one's own."""

from functools import partial
from pathlib import Path

import streamlit as st

from mvae.checkpoint.replay import read_replay
from mvae.checkpoint.store import SHIPPED
from mvae.evaluation.table import COLUMNS, POSTER_TABLE1, TABLE_ROWS, decimals, read_table
from mvae.files import TRAIN
from mvae.ui.frame import frame
from mvae.ui.frame.frame import page_header
from mvae.ui.frame.link import keep_link
from mvae.ui.frame.tabs import Tabs
from mvae.ui.runtime.failures import told
from mvae.ui.state import models
from mvae.ui.state.fields import one_of, whole_number, widget_field
from mvae.ui.text import listed
from mvae.ui.training import live as live_training
from mvae.ui.training.curves import show_curves
from mvae.ui.training.replay import show_replay
from mvae.ui.training.studies import read_studies, show_study
from mvae.ui.training.text import Training as Text

TABS = Tabs("training", "training-view", Text.TABS)
STUDIES = ("missing", "subsets", "disentanglement", "speakers", "peer")
LAST_EPOCH = 10_000
FIELDS = (
    TABS.field,
    widget_field("epoch", "replay-epoch", None, partial(whole_number, low=1, high=LAST_EPOCH)),
    widget_field("study", "training-study", STUDIES[0], one_of(STUDIES)),
    *live_training.FIELDS,
)


def replay(directory: Path, *, own: bool) -> None:
    """Show what the model imagined after each epoch."""

    def stopped(epoch: int) -> None:
        st.session_state["replay-epoch"] = epoch

    if not read_replay(directory):
        st.info(Text.NO_REPLAY_OWN if own else Text.NO_REPLAY.format(train=TRAIN, name=directory.name))
        return
    st.caption(Text.REPLAY_EXPLAINED)
    show_replay(directory, epoch=st.session_state.get("replay-epoch"), on_epoch=stopped)


def show_table(directory: Path, split: str) -> None:
    """Write Table 1 of one split, the poster's figures in brackets."""
    st.markdown(Text.SPLITS[split])
    measured = read_table(directory, split)
    if measured is None:
        file = f"{SHIPPED.name}/{directory.name}/evaluation-{split}.json"
        st.info(Text.NO_TABLE.format(name=directory.name, split=split, file=file))
        return
    lines = [
        f"{Text.GIVEN} | " + " | ".join(Text.COLUMNS[column] for column in COLUMNS),
        "--- |" + " ---: |" * len(COLUMNS),
    ]
    for subset in TABLE_ROWS:
        here, poster = measured[subset], POSTER_TABLE1[subset]
        cells = [
            f"**{here[column]:.{decimals(column)}f}**\N{NO-BREAK SPACE}({poster[column]:g})"
            for column in COLUMNS
        ]
        lines.append(" | ".join([listed(subset), *cells]))
    st.markdown("\n".join(lines))


def show_studies(directory: Path, latent_kl: list[float]) -> None:
    """Let a person choose among the studies that were run, and show one."""
    sections = read_studies(directory, latent_kl, SHIPPED / "studies")
    if not sections:
        st.info(Text.NO_STUDIES)
        return
    names = [name for name in STUDIES if name in sections]
    if st.session_state.get("training-study") not in names:
        st.session_state["training-study"] = names[0]
    chosen = st.segmented_control(
        Text.STUDY, names, format_func=lambda name: sections[name].title, required=True,
        key="training-study", persist_state="session", label_visibility="collapsed",
    )  # fmt: skip
    show_study(directory, latent_kl, SHIPPED / "studies", chosen)


page_header(Text.TITLE, Text.LEAD, FIELDS)
directory = models.checkpoint_directory()
own = models.own_model() is not None and directory.name not in models.CHECKPOINTS
description = frame.pipeline().description
about = (Text.ABOUT_OWN if own else Text.ABOUT).format(
    latent=description.model.latent_size, epochs=description.epochs
)
opened, place = TABS.show()
with place, told():
    if opened == "curves":
        show_curves(directory, about)
    elif opened == "replay":
        replay(directory, own=own)
    elif opened == "studies":
        show_studies(directory, description.latent_kl)
    elif opened == "own":
        live_training.show_training()
    elif own:
        st.info(Text.NO_TABLE_OWN)
    else:
        st.caption(Text.TABLE_EXPLAINED)
        for split in Text.SPLITS:
            show_table(directory, split)
keep_link(FIELDS)
