"""The live pictures of the page How it works, one function a section, all made from one input.

It imports torch: the page's text does not wait for it.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from pkgutil import resolve_name
from textwrap import dedent

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mvae.arrays import Array
from mvae.data.sources import SOURCES
from mvae.files import PACKAGE
from mvae.inference.completion import Completion
from mvae.inference.latent import informed_dimensions
from mvae.inference.pipeline import Pipeline
from mvae.modalities.base import Modality
from mvae.model.imagination import ROUNDS
from mvae.model.model import subset_mask
from mvae.model.subsets import Subset, all_subsets
from mvae.tasks.digits import FARSI, KANNADA, MODALITIES, SPEECH
from mvae.ui.how_it_works.diagrams import (
    Bar,
    Curve,
    Node,
    bars,
    densities,
    graphical_model,
    mask_table,
    whiskers,
)
from mvae.ui.how_it_works.text import HowItWorks as Text
from mvae.ui.results import completions
from mvae.ui.state import models, sampling
from mvae.ui.text import Common, listed
from mvae.ui.views.colours import EXPERTS
from mvae.ui.views.look import picture
from mvae.ui.views.pictures import digit_image, grid_image, mfcc_image, png_url

CHOICES = 8  # dimensions to choose from
EXPERT_DIMENSIONS = 14
DRAWS = 3
STRIP_WIDTH = 500  # pixels
_DASHES = {FARSI.name: "9 4", KANNADA.name: "9 3 2 3", SPEECH.name: "5 3"}


@dataclass(frozen=True)
class Case:
    """An input and what the chosen model makes of it.

    Attributes
    ----------
    inputs
        All prepared inputs, given or not.
    given
        Names of those that the model is given, at least one.
    completions, elbos
        Every subset of the inputs -> what is made of it, decoded from the mean, and its ELBO in nats.
    """

    pipe: Pipeline
    inputs: dict[str, Array]
    given: Subset
    completions: Mapping[Subset, Completion]
    elbos: Mapping[Subset, float]

    @classmethod
    def of(cls, pipe: Pipeline, inputs: dict[str, Array], given: Subset) -> "Case":
        """Complete every subset of the inputs."""
        asked = models.chosen_checkpoint(), inputs, None
        return cls(pipe, inputs, given, completions.completions(*asked), completions.elbos(*asked))

    @property
    def out(self) -> Completion:
        """What the model makes of what is given."""
        return self.completions[self.given]

    @property
    def target(self) -> Modality:
        """The script that is shown as decoded: one that is not given, if there is one."""
        return FARSI if FARSI.name not in self.given else KANNADA


def show_code(path: str) -> None:
    """Show a function or class, such as "mvae.model.gaussian:reparameterise", as it stands in its file."""
    file, line, source = source_of(path)
    st.markdown(Text.CODE_PLACE.format(file=file, line=line))
    st.code(source, language="python")


@cache
def source_of(path: str) -> tuple[str, int, str]:
    """Return the file, such as "mvae/files.py", the first line and the text of a function or class."""
    thing = inspect.unwrap(resolve_name(path))
    lines, first = inspect.getsourcelines(thing)
    file = Path(inspect.getfile(thing)).relative_to(PACKAGE.parent)
    return file.as_posix(), first, dedent("".join(lines))


def show_data() -> None:
    """List the data sets with their licences, as the registry of sources has them."""
    lines = [
        Text.DATA_LINE.format(title=source.title, homepage=source.homepage, licence=source.licence)
        for source in SOURCES
    ]
    st.markdown("\n".join([Text.DATA, *lines]) + f"\n\n{Text.DATA_NOTE}")


def show_idea(case: Case) -> None:
    """Draw the graphical model with the input's pictures in it."""
    standardisation = case.pipe.description.standardisation[SPEECH.name]
    nodes = []
    for modality in MODALITIES:
        url = None
        if modality.name in case.given:
            values = case.inputs[modality.name]
            image = mfcc_image(values, standardisation) if modality == SPEECH else digit_image(values)
            url = png_url(image)
        nodes.append(Node(modality.title, Text.MISSING if url is None else Text.OBSERVED, url))
    given = [modality.title for modality in MODALITIES if modality.name in case.given]
    missing = [modality.title for modality in MODALITIES if modality.name not in case.given]
    nodes.append(Node(Text.LABEL, Text.NEVER_GIVEN.format(label=case.out.label)))
    alt = Text.IDEA_ALT.format(
        nodes=", ".join(modality.title for modality in MODALITIES), given=", ".join(given),
        missing=", ".join(missing) or Text.NONE, label=case.out.label,
    )  # fmt: skip
    _draw(graphical_model(nodes, alt))


def show_expert(case: Case) -> None:
    """Draw the first given expert's means and deviations."""
    name = case.given[0]
    dimensions = completions.ranked_dimensions(case.pipe)[:EXPERT_DIMENSIONS]
    mean, variance = (part[dimensions] for part in case.out.experts[name])
    deviation = np.sqrt(variance)
    surest = int(deviation.argmin())
    st.markdown(Text.EXPERT_TITLE.format(expert=Common.NAMES[name], count=len(dimensions)))
    alt = Text.EXPERT_ALT.format(
        expert=Common.NAMES[name], count=len(dimensions), surest=dimensions[surest],
        mean=mean[surest], deviation=deviation[surest],
    )  # fmt: skip
    _draw(whiskers(dimensions, mean.tolist(), deviation.tolist(), Text.EXPERT_AXIS, alt))


def show_product(case: Case, key: str, most: str) -> None:
    """Draw the experts and their product in one dimension, and put the numbers into the formula.

    Parameters
    ----------
    case
        The input.
    key
        Under which the chosen dimension lies in the session state.
    most
        What lies there for the dimension in which the posterior is furthest from the prior.
    """
    ranked = informed_dimensions(case.out).tolist()
    choices = [most, *ranked[:CHOICES]]
    chosen = st.session_state.get(key, most)
    if chosen not in choices:
        if chosen in ranked:  # as a link says
            choices.append(chosen)
        else:  # of a larger model
            st.session_state[key] = most
    st.selectbox(
        Text.DIMENSION, choices, key=key, persist_state="session",
        format_func=lambda index: Text.MOST.format(index=ranked[0]) if index == most else str(index),
    )  # fmt: skip
    chosen = st.session_state[key]
    index = ranked[0] if chosen == most else chosen
    experts = {
        name: (float(mean[index]), float(variance[index]))
        for name, (mean, variance) in case.out.experts.items()
    }
    mean, variance = float(case.out.mean[index]), float(case.out.variance[index])
    curves = [
        Curve(Text.PRIOR, 0.0, 1.0, EXPERTS["prior"], "2 4"),
        *(
            Curve(Common.NAMES[name], middle, spread**0.5, EXPERTS[name], _DASHES[name])
            for name, (middle, spread) in experts.items()
        ),
        Curve(Text.POSTERIOR, mean, variance**0.5, "currentColor", width=3.5),
    ]
    told = "; ".join(
        Text.CURVE_ALT.format(name=curve.name, mean=curve.mean, deviation=curve.deviation) for curve in curves
    )
    _draw(densities(curves, Text.PRODUCT_ALT.format(index=index, curves=told)))
    st.latex(product_with_numbers(experts, mean, variance))


def product_with_numbers(experts: Mapping[str, tuple[float, float]], mean: float, variance: float) -> str:
    r"""Write the product of experts in one dimension with its numbers, in LaTeX.

    Parameters
    ----------
    experts
        Name -> mean and variance.
    mean, variance
        Of the product with the prior.
    """
    precisions = " + ".join(f"{1 / spread:.2f}" for _, spread in experts.values())
    # One line for each expert: three would be too wide for a tablet.
    weighted = r" \\ & \qquad + ".join(
        rf"{1 / spread:.2f} \cdot {f'({middle:.2f})' if middle < 0 else f'{middle:.2f}'}"
        for middle, spread in experts.values()
    )
    total = f"{1 / variance:.2f}"
    return (
        rf"\begin{{aligned}} \frac{{1}}{{\sigma^2}} &= 1 + {precisions} = {total} \\[0.6em] "
        rf"\mu &= \big( {weighted} \big) \,/\, {total} \\ &= {mean:.2f} \end{{aligned}}"
    )


def show_subsets(case: Case) -> None:
    """Show the mask, with the current row marked."""
    names = [modality.name for modality in MODALITIES]
    subsets = all_subsets(names)
    rows = []
    for subset, ones in zip(subsets, subset_mask(subsets, names).int().tolist(), strict=True):
        current = subset == case.given
        rows.append((ones, current, Text.CURRENT if current else _needed(case, subset)))
    header = [*(Common.NAMES[name] for name in names), Text.SUBSETS_REMARK]
    st.html(mask_table(header, rows, Text.SUBSETS_CAPTION))


def show_sampling(case: Case) -> None:
    """Show what is decoded from the posterior's mean and from draws of it."""
    target, out = case.target, case.out
    drawn = case.pipe.sample(DRAWS, posterior=out, seed=sampling.seed() or 0)
    tiles = np.stack([getattr(out, target.name), *getattr(drawn, target.name)])
    labels = [out.label, *drawn.label.tolist()]
    how = Text.GIVEN_TOO if target.name in case.given else Text.IMAGINED
    st.markdown(Text.SAMPLING_TITLE.format(target=target.title, how=how))
    alt = Text.SAMPLING_ALT.format(target=target.title, labels=", ".join(map(str, labels)))
    _strip(tiles, [Text.MEAN, *(Text.DRAW.format(count=count + 1) for count in range(DRAWS))], alt)


@st.cache_resource(show_spinner=False, max_entries=64)
def fits(checkpoint: str, inputs: dict[str, Array], given: Subset) -> dict[str, float]:
    """Return the expected log-likelihood of each input under the posterior of those given, in nats.

    It depends on nothing else, so sessions share it.
    """
    pipe, out = models.load_pipeline(checkpoint), completions.completions(checkpoint, inputs, None)[given]
    return {name: pipe.elbo({name: value}, [out])[0] + out.kl for name, value in inputs.items()}


def show_elbo(case: Case) -> None:
    """Show the terms of the current subset's ELBO, and every subset's ELBO."""
    out, elbos = case.out, case.elbos
    lines = [f"{Text.TERM.format(given=listed(case.given))} | {Text.NATS}", ":--- | ---:"]
    for name, value in fits(models.chosen_checkpoint(), case.inputs, case.given).items():
        term = Text.TERM_GIVEN if name in case.given else Text.TERM_MISSING
        lines.append(f"{term.format(name=Common.NAMES[name])} | {_signed(value)}")
    lines += [
        f"{Text.TERM_KL} | {_signed(-out.kl)}",
        f"**{Text.TERM_SUM}** | **{_signed(elbos[case.given])}**",
    ]
    st.markdown("\n".join(lines))
    best = max(elbos, key=elbos.__getitem__)
    rows = []
    for subset in all_subsets([modality.name for modality in MODALITIES]):
        words = _needed(case, subset)
        if subset in elbos:
            words = f"{-elbos[subset]:,.1f}" + (f", {Text.BEST}" if subset == best else "")
        name = listed(subset) + (f" {Text.CURRENT}" if subset == case.given else "")
        length = -elbos[subset] if subset in elbos else None
        rows.append(Bar(name, length, words, subset == case.given))
    st.caption(Text.ELBO_BARS)
    told = "; ".join(f"{row.name} {row.words}" for row in rows)
    _draw(bars(rows, Text.ELBO_ALT.format(bars=told)))
    st.caption(Text.ELBO_SUM.format(count=len(elbos), total=_signed(sum(elbos.values()))))


@st.cache_resource(show_spinner=False, max_entries=64)
def imagined(checkpoint: str, inputs: dict[str, Array]) -> list[Completion]:
    """Return some completions by drawing; sessions share them."""
    return models.load_pipeline(checkpoint).imagine(inputs, range(DRAWS))


def show_training(case: Case) -> None:
    """Show how what is imagined changes when it is given back, and the factors of the training."""
    target = case.target
    seen = tuple(name for name in case.given if name != target.name)
    out = case.completions[seen]
    first = case.pipe.sample(1, posterior=out, seed=sampling.seed() or 0)
    backs = imagined(models.chosen_checkpoint(), {name: case.inputs[name] for name in seen})
    tiles = np.stack(
        [
            getattr(out, target.name),
            *getattr(first, target.name),
            *(getattr(back, target.name) for back in backs),
        ]
    )
    st.markdown(Text.TRAINING_TITLE.format(target=target.title, seen=listed(seen)))
    labels = [Text.MEAN, Text.FIRST, *(Text.BACK.format(count=count + 1) for count in range(DRAWS))]
    _strip(tiles, labels, Text.TRAINING_ALT.format(target=target.title, seen=listed(seen), label=out.label))
    config = case.pipe.model.config
    factors = ", ".join(
        f"{Common.NAMES[modality.name]} {modality.weight:g}" for modality in config.modalities
    )
    st.caption(Text.TRAINING_FACTORS.format(factors=factors, label=config.label_weight))
    st.markdown(Text.HONEST.format(rounds=ROUNDS))


def show_doubt(case: Case) -> None:
    """Show how unlike the training digits each given input is."""
    scores = case.pipe.unfamiliarity(case.out)
    if not scores:
        st.info(Text.DOUBT_NONE)
        return
    st.markdown(Text.DOUBT_TITLE)
    rows = []
    for name, score in scores.items():
        words = Text.UNFAMILIAR if score > 1 else Text.FAMILIAR
        rows.append(Bar(Common.NAMES[name], score, words.format(score=score), score > 1))
    told = "; ".join(f"{row.name} {row.words}" for row in rows)
    _draw(bars(rows, Text.DOUBT_ALT.format(bars=told), threshold=1.0))


SHOW: dict[str, Callable[[Case], None]] = {
    "idea": show_idea,
    "expert": show_expert,
    "subsets": show_subsets,
    "sampling": show_sampling,
    "elbo": show_elbo,
    "training": show_training,
    "doubt": show_doubt,
}
"""Anchor of a section -> what draws its picture; `show_product` has a setting, and so stands alone."""


def _signed(value: float) -> str:
    return f"{value:,.1f}".replace("-", "−")


def _needed(case: Case, subset: Subset) -> str:
    """Say which inputs a subset lacks, or nothing."""
    absent = tuple(name for name in subset if name not in case.inputs)
    return Text.NEEDED.format(names=listed(absent)) if absent else ""


def _strip(tiles: NDArray[np.float32], labels: list[str], alt: str) -> None:
    with st.container(width=STRIP_WIDTH):
        picture(grid_image(tiles, labels, columns=len(tiles), scale=4), "", alt)


def _draw(svg: str) -> None:
    """Show a drawing; `st.html` would take all SVG for unsafe and drop it."""
    st.markdown(svg, unsafe_allow_html=True)
