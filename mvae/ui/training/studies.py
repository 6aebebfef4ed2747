"""What the studies of `mvae.studies` found, as sections of the Training page: text, charts, and their texts.

They are of the poster's task. A study that was not run, or whose file is damaged, has no section.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from mvae.checkpoint import place
from mvae.inference.latent import ALIVE, read_disentanglement
from mvae.model.subsets import subset_key
from mvae.reading import read_json
from mvae.ui.glossary.links import linked
from mvae.ui.keys import TRAINING_STUDY
from mvae.ui.state.fields import one_of, widget_field
from mvae.ui.state.task import POSTERS, shown
from mvae.ui.training.commands import train_command
from mvae.ui.training.text import Studies as Text
from mvae.ui.training.text import Training
from mvae.ui.views.charts import PLAIN, bars_chart, curves_chart, heat_chart
from mvae.ui.views.colours import MARK, subset_lines

_UNREADABLE = (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError)
_LISTED = 10
STUDIES = ("missing", "subsets", "disentanglement", "speakers", "peer")
FIELDS = (widget_field("study", TRAINING_STUDY, STUDIES[0], one_of(STUDIES)),)
"""Of a lesson link: the study that is shown."""


@dataclass(frozen=True)
class Chart:
    """A figure, what it is called, and what is on it for people who cannot see it."""

    figure: go.Figure
    title: str
    alt: str


@dataclass(frozen=True)
class Section:
    """What one study says: its title, two sentences in Markdown, its charts, and text below them."""

    title: str
    text: str
    charts: tuple[Chart, ...]
    below: str = ""


def subset_title(key: str) -> str:
    """Return what a person reads for "farsi+speech"."""
    return POSTERS.listed(key.split("+"))


def show_studies(directory: Path, latent_kl: list[float]) -> None:
    """Let a person choose among the studies that were run, and show one.

    Parameters
    ----------
    directory, latent_kl
        Of the checkpoint.
    """
    if not shown().is_posters:
        st.info(Training.STUDIES_OF_POSTER.format(command=train_command(directory)))
        return
    folder = place.SHIPPED / "studies"
    sections = read_studies(directory, latent_kl, folder)
    if not sections:
        st.info(Training.NO_STUDIES)
        return
    names = [name for name in STUDIES if name in sections]
    if st.session_state.get(TRAINING_STUDY) not in names:
        st.session_state[TRAINING_STUDY] = names[0]
    chosen = st.segmented_control(
        Training.STUDY, names, format_func=lambda name: sections[name].title, required=True,
        key=TRAINING_STUDY, persist_state="session", label_visibility="collapsed",
    )  # fmt: skip
    show_study(directory, latent_kl, folder, str(chosen))


@st.cache_resource(show_spinner=False, max_entries=8)
def read_studies(checkpoint: Path, latent_kl: list[float], studies: Path) -> dict[str, Section]:
    """Return by name a section for each study that was run: of this checkpoint, and those in `studies`.

    Sessions share them; nobody changes them.
    """

    def read(name: str) -> Any:
        return read_json(studies / f"{name}.json")

    drawn: dict[str, Callable[[], Section]] = {
        "missing": lambda: missing_section(read("missing")),
        "subsets": lambda: subsets_section(read("subsets")),
        "disentanglement": lambda: disentanglement_section(read_disentanglement(checkpoint, latent_kl) or {}),
        "speakers": lambda: speakers_section(read("speakers")),
        "peer": lambda: peer_section(read("peer")),
    }
    sections = {}
    for name, draw in drawn.items():
        with suppress(*_UNREADABLE):
            sections[name] = draw()
    return sections


@st.cache_data(show_spinner=False, max_entries=32)  # it shows again what it has shown before
def show_study(checkpoint: Path, latent_kl: list[float], studies: Path, name: str) -> None:
    """Show one of the sections that `read_studies` returns for these."""
    show_section(read_studies(checkpoint, latent_kl, studies)[name])


def show_section(section: Section) -> None:
    """Show what one study says."""
    st.markdown(f"##### {section.title}")
    st.caption(linked(section.text))
    for chart in section.charts:
        st.markdown(f"**{chart.title}**")
        st.plotly_chart(chart.figure, config=PLAIN, alt=chart.alt)
    if section.below:
        st.markdown(section.below)


def missing_section(study: Mapping[str, Any]) -> Section:
    """Draw accuracy and coherence by the share of complete examples, and models of fewer modalities."""
    runs = sorted(study["complete"], key=lambda run: float(run["training"]["complete"]))
    shares = [f"{100 * run['training']['complete']:g} %" for run in runs]
    accuracy = {
        subset_title(key): [float(run["accuracy"][key]) for run in runs] for key in runs[0]["accuracy"]
    }
    lacking = dict.fromkeys(subset_key(row["inputs"]) for row in runs[0]["coherence"])
    coherence = {subset_title(key): [_mean_coherence(run, key) for run in runs] for key in lacking}
    full = runs[-1]
    fewer = {subset_key(run["modalities"]): run for run in study["modalities"]}
    alone = {
        Text.TRAINED_ALONE: [float(run["accuracy"][key]) for key, run in fewer.items()],
        Text.TRAINED_ON_ALL: [float(full["accuracy"][key]) for key in fewer],
    }
    names = [subset_title(key) for key in fewer]

    def by_share(curves: Mapping[str, list[float]], keys: Iterable[str], y_title: str) -> go.Figure:
        lines = subset_lines([key.split("+") for key in keys], list(POSTERS.names))
        return curves_chart(
            range(len(shares)), curves, x_title=Text.SHARE, x_names=shares, y_title=y_title, looks=lines
        )

    return Section(
        Text.MISSING,
        Text.MISSING_TEXT.format(
            fewest=shares[0], with_fewest=_span(accuracy, 0), with_all=_span(accuracy, -1), how=_how(runs[0])
        ),
        (
            Chart(
                by_share(accuracy, runs[0]["accuracy"], Text.ACCURACY_AXIS),
                Text.MISSING_ACCURACY,
                f"{Text.MISSING_ACCURACY_ALT} {_ends(accuracy, shares)}",
            ),
            Chart(
                by_share(coherence, lacking, Text.COHERENCE_AXIS),
                Text.MISSING_COHERENCE,
                f"{Text.MISSING_COHERENCE_ALT} {_ends(coherence, shares)}",
            ),
            Chart(
                bars_chart(names, alone, y_title=Text.ACCURACY_AXIS, y_range=_above(alone), decimals=2),
                Text.FEWER,
                f"{Text.FEWER_ALT} {_bars(names, alone, 2)}",
            ),
        ),
    )


def subsets_section(study: Mapping[str, Any]) -> Section:
    """Draw accuracy and coherence of models that were trained with different subsets."""
    runs = study["runs"]
    titles = [_wrapped(run["title"]) for run in runs]
    by_size = {run["name"]: {size: _mean(run["accuracy"], size) for size in (1, 2, 3)} for run in runs}
    values = (
        [by_size[run["name"]][1] for run in runs],
        [by_size[run["name"]][3] for run in runs],
        [_mean_imagined(run, 1) for run in runs],
        [_mean_imagined(run, 2) for run in runs],
    )
    bars = dict(zip(Text.SUBSETS_BARS, values, strict=True))
    joint, single = values[2][:2]
    return Section(
        Text.SUBSETS,
        Text.SUBSETS_TEXT.format(joint=joint, single=single, how=_how(runs[0])),
        (
            Chart(
                bars_chart(titles, bars, y_title="%", y_range=(0, 110)),
                Text.SUBSETS_CHART,
                f"{Text.BARS_ALT} {_bars([run['title'] for run in runs], bars, 1)}",
            ),
        ),
    )


def disentanglement_section(study: Mapping[str, Any]) -> Section:
    """Draw how far each latent index moves each output, and list those that move most."""
    indices = study["indices"]
    titles = {**POSTERS.names, "label": Text.LABEL}
    outputs = {name: titles[name] for name in study["outputs"]}
    rows = {title: [float(entry["effects"][name]) for entry in indices] for name, title in outputs.items()}
    shared = [entry for entry in indices if len(entry["acts_on"]) > 1]
    lines = [f"{Text.INDEX} | {Text.KL} | " + " | ".join(outputs.values()) + f" | {Text.ACTS_ON}"]
    lines.append("---: | ---: |" + " ---: |" * len(outputs) + " :---")
    for entry in indices[:_LISTED]:
        moved = [f"{entry['effects'][name]:.2f}" for name in outputs]
        acts = ", ".join(titles[name] for name in entry["acts_on"]) or "—"
        lines.append(" | ".join([f"**{entry['index']}**", f"{entry['kl']:.2f}", *moved, acts]))
    listed = ", ".join(str(entry["index"]) for entry in indices[:_LISTED])
    return Section(
        Text.INDICES,
        Text.INDICES_TEXT.format(
            triplets=study["triplets"], alive=len(indices), size=study["latent_size"], threshold=ALIVE,
            shared=len(shared),
        ),
        (
            Chart(
                heat_chart(
                    [str(entry["index"]) for entry in indices], rows, x_title=Text.INDEX,
                    colour_title=Text.EFFECT,
                ),
                Text.INDICES_CHART,
                Text.INDICES_ALT.format(indices=len(indices), outputs=len(outputs), listed=listed),
            ),
        ),
        "\n".join(lines),
    )  # fmt: skip


def speakers_section(study: Mapping[str, Any]) -> Section:
    """Draw the accuracy for each speaker who was left out, the best understood first."""
    speakers = sorted(study["speakers"], key=lambda each: -float(each["accuracy"]))
    accuracy = {Text.ACCURACY: [float(each["accuracy"]) for each in speakers]}
    names = [each["speaker"] for each in speakers]
    figure = bars_chart(names, accuracy, y_title=Text.ACCURACY_AXIS, y_range=(0, 112), decimals=0)
    mean = float(study["mean"])
    figure.add_hline(mean, line={"dash": "dash", "width": 1.5, "color": MARK})
    return Section(
        Text.SPEAKERS,
        Text.SPEAKERS_TEXT.format(speakers=len(speakers), mean=mean, pooled=study["pooled"]),
        (
            Chart(
                figure,
                Text.SPEAKERS_CHART,
                Text.SPEAKERS_ALT.format(bars=_bars(names, accuracy, 1), mean=mean),
            ),
        ),
    )


def peer_section(study: Mapping[str, Any]) -> Section:
    """Draw what classifiers read in the outputs of MultiVae's model and of ours."""
    models = {Text.PEERS[model["name"]]: model for model in study["models"]}
    keys = list(study["models"][0]["read"])
    names = [subset_title(key) for key in keys]
    read = {
        title: [_mean_value(model["read"][key].values()) for key in keys] for title, model in models.items()
    }
    everything = keys[-1]
    elbos = ", ".join(f"{title} {model['negative_elbo'][everything]:.1f}" for title, model in models.items())
    seconds = ", ".join(f"{title} {model['seconds']:.0f} s" for title, model in models.items())
    return Section(
        Text.PEER,
        Text.PEER_TEXT.format(
            triplets=study["triplets"],
            test_triplets=study["test_triplets"],
            elbos=elbos,
            seconds=seconds,
            theirs=study["precision"]["multivae"],
            own=study["precision"]["ours"],
        ),
        (
            Chart(
                bars_chart(names, read, y_title=Text.PEER_AXIS, y_range=_above(read)),
                Text.PEER_CHART,
                f"{Text.BARS_ALT} {_bars(names, read, 1)}",
            ),
        ),
    )


def _mean_coherence(run: Mapping[str, Any], key: str) -> float:
    """Return the mean over the modalities that the subset lacks."""
    return _mean_value(row["by_sample"] for row in run["coherence"] if subset_key(row["inputs"]) == key)


def _mean(by_subset: Mapping[str, float], size: int) -> float:
    """Return the mean over the subsets of so many modalities."""
    return _mean_value(value for key, value in by_subset.items() if len(key.split("+")) == size)


def _mean_value(values: Iterable[float]) -> float:
    return fmean(map(float, values))


def _mean_imagined(run: Mapping[str, Any], size: int) -> float:
    return _mean_value(row["by_sample"] for row in run["coherence"] if len(row["inputs"]) == size)


def _how(run: Mapping[str, Any]) -> str:
    return Text.HOW.format(triplets=run["triplets"])


def _span(curves: Mapping[str, list[float]], place: int) -> str:
    values = [values[place] for values in curves.values()]
    return Text.SPAN.format(low=min(values), high=max(values))


def _ends(curves: Mapping[str, list[float]], shares: list[str]) -> str:
    parts = [Text.END.format(name=name, low=values[0], high=values[-1]) for name, values in curves.items()]
    return Text.ENDS.format(first=shares[0], last=shares[-1], ends=", ".join(parts))


def _bars(groups: list[str], bars: Mapping[str, list[float]], decimals: int) -> str:
    parts = []
    for at, group in enumerate(groups):
        values = [f"{name} {values[at]:.{decimals}f} %" for name, values in bars.items()]
        parts.append(f"{group}: {', '.join(values)}")
    return "; ".join(parts) + "."


def _above(bars: Mapping[str, list[float]]) -> tuple[float, float]:
    """Return a range in which high percentages differ visibly, with room for the text above the bars."""
    lowest = min(min(values) for values in bars.values())
    low = max(0.0, 100 - 1.5 * (100 - lowest))
    return low, 100 + 0.12 * (100 - low)


def _wrapped(title: str) -> str:
    """Break a long name below a group of bars into lines."""
    lines, line = [], ""
    for word in title.split():
        if line and len(line) + len(word) > 14:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    return "<br>".join([*lines, line])
