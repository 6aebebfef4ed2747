"""What the studies of `mvae.studies` found, as sections of the Training page: text, charts, and their texts.

A study that was not run, or whose file is damaged, has no section.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from mvae.latent import ALIVE, read_disentanglement
from mvae.ui.charts import PALETTE, PLAIN, bars_chart, curves_chart, heat_chart

_UNREADABLE = (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError)
_LISTED = 10
PEERS = {
    "multivae": "MultiVae",
    "ours-unlabelled": "Ours, the same objective",
    "ours": "Ours, with the label",
}
"""Name in `benchmarks/peer.py` -> what a person reads."""


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
    return " + ".join(name.capitalize() for name in key.split("+"))


@st.cache_data(show_spinner=False, max_entries=8)  # it shows again what it has shown before
def show_studies(checkpoint: Path, latent_kl: list[float], studies: Path) -> None:
    """Show every study that was run: of this checkpoint, and those in the directory `studies`."""

    def read(name: str) -> Any:
        return json.loads((studies / f"{name}.json").read_text(encoding="utf-8"))

    drawn: tuple[Callable[[], Section], ...] = (
        lambda: missing_section(read("missing")),
        lambda: subsets_section(read("subsets")),
        lambda: disentanglement_section(read_disentanglement(checkpoint, latent_kl) or {}),
        lambda: speakers_section(read("speakers")),
        lambda: peer_section(read("peer")),
    )
    for draw in drawn:
        try:
            section = draw()
        except _UNREADABLE:
            continue
        st.markdown(f"##### {section.title}")
        st.caption(section.text)
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
    lacking = dict.fromkeys("+".join(row["inputs"]) for row in runs[0]["coherence"])
    coherence = {subset_title(key): [_mean_coherence(run, key) for run in runs] for key in lacking}
    full = runs[-1]
    fewer = {"+".join(run["modalities"]): run for run in study["modalities"]}
    alone = {
        "Trained on these alone": [float(run["accuracy"][key]) for key, run in fewer.items()],
        "Trained on all three": [float(full["accuracy"][key]) for key in fewer],
    }
    names = [subset_title(key) for key in fewer]

    def by_share(curves: Mapping[str, list[float]], y_title: str) -> go.Figure:
        places = range(len(shares))
        return curves_chart(
            places, curves, x_title="Share of complete examples", x_names=shares, y_title=y_title
        )

    return Section(
        "Missing in training",
        f"Only a share of the examples is complete; every other triplet lacks one or two modalities. With "
        f"{shares[0]} complete, {_span(accuracy, 0)} of the test digits are read rightly, with all complete "
        f"{_span(accuracy, -1)}. {_how(runs[0])}",
        (
            Chart(
                by_share(accuracy, "Accuracy, %"),
                "Accuracy by what is given",
                "Line chart of the test accuracy of the seven subsets. " + _ends(accuracy, shares),
            ),
            Chart(
                by_share(coherence, "Coherence, %"),
                "Coherence: does an independent classifier read the right digit in what was imagined?",
                "Line chart of the coherence of the six subsets that lack something. "
                + _ends(coherence, shares),
            ),
            Chart(
                bars_chart(names, alone, y_title="Accuracy, %", y_range=_above(alone), decimals=2),
                "A model of fewer modalities, and the full one, on the same inputs",
                "Bar chart of test accuracy. " + _bars(names, alone, 2),
            ),
        ),
    )


def subsets_section(study: Mapping[str, Any]) -> Section:
    """Draw accuracy and coherence of models that were trained with different subsets."""
    runs = study["runs"]
    titles = [_wrapped(run["title"]) for run in runs]
    by_size = {run["name"]: {size: _mean(run["accuracy"], size) for size in (1, 2, 3)} for run in runs}
    bars = {
        "Accuracy, one given": [by_size[run["name"]][1] for run in runs],
        "Accuracy, all given": [by_size[run["name"]][3] for run in runs],
        "Coherence, one given": [_mean_imagined(run, 1) for run in runs],
        "Coherence, two given": [_mean_imagined(run, 2) for run in runs],
    }
    joint, single = (bars["Coherence, one given"][place] for place in (0, 1))
    return Section(
        "Why all subsets",
        "Which ELBOs are added up in training: the first four models reconstruct only what they are given, "
        "and differ in nothing else. Without the terms of the single modalities, what is imagined from one "
        f"modality is the right digit in {joint:.1f} % of the cases instead of {single:.1f} %. "
        f"{_how(runs[0])}",
        (
            Chart(
                bars_chart(titles, bars, y_title="%", y_range=(0, 110)),
                "Means over the modalities that are given or imagined",
                "Bar chart. " + _bars([run["title"] for run in runs], bars, 1),
            ),
        ),
    )


def disentanglement_section(study: Mapping[str, Any]) -> Section:
    """Draw how far each latent index moves each output, and list those that move most."""
    indices = study["indices"]
    outputs = {name: name.capitalize() for name in study["outputs"]}
    rows = {title: [float(entry["effects"][name]) for entry in indices] for name, title in outputs.items()}
    shared = [entry for entry in indices if len(entry["acts_on"]) > 1]
    lines = ["Index | KL, nats | " + " | ".join(outputs.values()) + " | Acts on"]
    lines.append("---: | ---: |" + " ---: |" * len(outputs) + " :---")
    for entry in indices[:_LISTED]:
        moved = [f"{entry['effects'][name]:.2f}" for name in outputs]
        acts = ", ".join(name.capitalize() for name in entry["acts_on"]) or "—"
        lines.append(" | ".join([f"**{entry['index']}**", f"{entry['kl']:.2f}", *moved, acts]))
    listed = ", ".join(str(entry["index"]) for entry in indices[:_LISTED])
    return Section(
        "What each latent index does",
        f"Each index is moved alone, by up to two standard deviations, from the posteriors of "
        f"{study['triplets']} training triplets: 0 is no change, 1 as much as to another digit. "
        f"{len(indices)} of {study['latent_size']} indices are alive (KL above {ALIVE:g} nat), and "
        f"{len(shared)} of these move several modalities at once, by 0.1 or more; the others move one, or "
        "hardly any.",
        (
            Chart(
                heat_chart(
                    [str(entry["index"]) for entry in indices], rows, x_title="Index", colour_title="Effect"
                ),
                "Effects of all indices that are alive, the strongest first",
                f"Heat map of {len(indices)} indices by {len(outputs)} outputs; the strongest indices are "
                f"{listed}.",
            ),
        ),
        "\n".join(lines),
    )


def speakers_section(study: Mapping[str, Any]) -> Section:
    """Draw the accuracy for each speaker who was left out, the best understood first."""
    speakers = sorted(study["speakers"], key=lambda each: -float(each["accuracy"]))
    accuracy = {"Accuracy": [float(each["accuracy"]) for each in speakers]}
    names = [each["speaker"] for each in speakers]
    figure = bars_chart(names, accuracy, y_title="Accuracy, %", y_range=(0, 112), decimals=0)
    mean = float(study["mean"])
    figure.add_hline(mean, line={"dash": "dash", "width": 1.5, "color": PALETTE[6]})
    return Section(
        "Speech of strangers",
        "Each speaker in turn is left out of training a small model of speech alone, and then recognised "
        f"by it. The mean over {len(speakers)} speakers is {mean:.1f} % (dashed); over all recordings it is "
        f"{study['pooled']:.1f} %.",
        (
            Chart(
                figure,
                "Accuracy for each speaker who was left out",
                f"Bar chart. {_bars(names, accuracy, 1)} The mean is {mean:.1f} %.",
            ),
        ),
    )


def peer_section(study: Mapping[str, Any]) -> Section:
    """Draw what classifiers read in the outputs of MultiVae's model and of ours."""
    models = {PEERS[model["name"]]: model for model in study["models"]}
    keys = list(study["models"][0]["read"])
    names = [subset_title(key) for key in keys]
    read = {
        title: [_mean_value(model["read"][key].values()) for key in keys] for title, model in models.items()
    }
    everything = keys[-1]
    elbos = ", ".join(f"{title} {model['negative_elbo'][everything]:.1f}" for title, model in models.items())
    seconds = ", ".join(f"{title} {model['seconds']:.0f} s" for title, model in models.items())
    return Section(
        "Beside a peer",
        "The MVAE of the library MultiVae with the same layers, on the same triplets. It has no label, so "
        "independent classifiers read the digit in what each model decodes from every subset, in all three "
        f"modalities. {study['triplets']:,} triplets each, test split. Negative ELBO of everything, in nats: "
        f"{elbos}. Training, step by step side by side: {seconds}.",
        (
            Chart(
                bars_chart(names, read, y_title="Read rightly, %", y_range=_above(read)),
                "Digits read in the outputs, by what is given",
                "Bar chart. " + _bars(names, read, 1),
            ),
        ),
    )


def _mean_coherence(run: Mapping[str, Any], key: str) -> float:
    """Return the mean over the modalities that the subset lacks."""
    return _mean_value(row["by_sample"] for row in run["coherence"] if "+".join(row["inputs"]) == key)


def _mean(by_subset: Mapping[str, float], size: int) -> float:
    """Return the mean over the subsets of so many modalities."""
    return _mean_value(value for key, value in by_subset.items() if len(key.split("+")) == size)


def _mean_value(values: Iterable[float]) -> float:
    return fmean(map(float, values))


def _mean_imagined(run: Mapping[str, Any], size: int) -> float:
    return _mean_value(row["by_sample"] for row in run["coherence"] if len(row["inputs"]) == size)


def _how(run: Mapping[str, Any]) -> str:
    return f"Small models, {run['triplets']:,} triplets each, test split."


def _span(curves: Mapping[str, list[float]], place: int) -> str:
    values = [values[place] for values in curves.values()]
    return f"{min(values):.1f} to {max(values):.1f} %"


def _ends(curves: Mapping[str, list[float]], shares: list[str]) -> str:
    parts = [f"{name} from {values[0]:.1f} % to {values[-1]:.1f} %" for name, values in curves.items()]
    return f"Between {shares[0]} and {shares[-1]} of complete examples: {', '.join(parts)}."


def _bars(groups: list[str], bars: Mapping[str, list[float]], decimals: int) -> str:
    parts = []
    for place, group in enumerate(groups):
        values = [f"{name} {values[place]:.{decimals}f} %" for name, values in bars.items()]
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
