"""How a posterior comes about, as live pictures: graphical model, experts, their product, and the mask."""

from collections.abc import Mapping

import numpy as np
import streamlit as st

from mvae.inference.latent import informed_dimensions
from mvae.model.model import subset_mask
from mvae.ui.how_it_works.case import Case
from mvae.ui.how_it_works.diagrams import (
    Curve,
    Node,
    densities,
    draw,
    graphical_model,
    mask_table,
    whiskers,
)
from mvae.ui.how_it_works.text import HowItWorks as Text
from mvae.ui.results import completions
from mvae.ui.state.task import shown
from mvae.ui.views.colours import looks, svg_dashes
from mvae.ui.views.look import plain
from mvae.ui.views.pictures import png_url
from mvae.ui.views.samples import sample_image

_CHOICES = 8  # dimensions to choose from
_EXPERT_DIMENSIONS = 14


def show_idea(case: Case) -> None:
    """Draw the graphical model with the input's pictures in it."""
    modalities, lines = shown().modalities, looks(shown().names)
    nodes = []
    for modality in modalities:
        url = None
        if modality.name in case.given:
            values = case.inputs[modality.name]
            url = png_url(sample_image(modality, values, case.pipe.description.standardisation))
        words = Text.MISSING if url is None else Text.OBSERVED
        nodes.append(Node(modality.title, words, url, lines[modality.name].colour))
    given = [modality.title for modality in modalities if modality.name in case.given]
    missing = [modality.title for modality in modalities if modality.name not in case.given]
    label = shown().classes[case.out.label]
    nodes.append(Node(Text.LABEL, Text.NEVER_GIVEN.format(label=label)))
    alt = Text.IDEA_ALT.format(
        nodes=", ".join(modality.title for modality in modalities), given=", ".join(given),
        missing=", ".join(missing) or Text.NONE, label=label,
    )  # fmt: skip
    draw(graphical_model(nodes, alt))


def show_expert(case: Case) -> None:
    """Draw the first given expert's means and deviations."""
    name = case.given[0]
    expert = shown().names[name]
    dimensions = completions.ranked_dimensions(case.pipe)[:_EXPERT_DIMENSIONS]
    mean, variance = (part[dimensions] for part in case.out.experts[name])
    deviation = np.sqrt(variance)
    surest = int(deviation.argmin())
    st.markdown(Text.EXPERT_TITLE.format(expert=plain(expert), count=len(dimensions)))
    alt = Text.EXPERT_ALT.format(
        expert=expert, count=len(dimensions), surest=dimensions[surest],
        mean=mean[surest], deviation=deviation[surest],
    )  # fmt: skip
    colour = looks(shown().names)[name].colour
    draw(whiskers(dimensions, mean.tolist(), deviation.tolist(), Text.EXPERT_AXIS, alt, colour=colour))


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
    index = choose_dimension(informed_dimensions(case.out).tolist(), key, most)
    experts = {
        name: (float(mean[index]), float(variance[index]))
        for name, (mean, variance) in case.out.experts.items()
    }
    mean, variance = float(case.out.mean[index]), float(case.out.variance[index])
    titles = shown().names
    lines = looks(titles)
    curves = [
        Curve(Text.PRIOR, 0.0, 1.0, lines["prior"].colour, svg_dashes(lines["prior"])),
        *(
            Curve(titles[name], middle, spread**0.5, lines[name].colour, svg_dashes(lines[name]))
            for name, (middle, spread) in experts.items()
        ),
        Curve(Text.POSTERIOR, mean, variance**0.5, "currentColor", width=3.5),
    ]
    described = "; ".join(
        Text.CURVE_ALT.format(name=curve.name, mean=curve.mean, deviation=curve.deviation) for curve in curves
    )
    draw(densities(curves, Text.PRODUCT_ALT.format(index=index, curves=described)))
    st.latex(product_with_numbers(experts, mean, variance))


def choose_dimension(ranked: list[int], key: str, most: str) -> int:
    """Show the choice among the first of these dimensions; return the chosen one."""
    choices = [most, *ranked[:_CHOICES]]
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
    return ranked[0] if chosen == most else int(chosen)


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
    names, subsets = shown().names, case.rows
    rows = []
    for subset, ones in zip(subsets, subset_mask(subsets, list(names)).int().tolist(), strict=True):
        current = subset == case.given
        rows.append((ones, current, Text.CURRENT if current else case.remark(subset)))
    header = [*names.values(), Text.SUBSETS_REMARK]
    caption = f"{Text.SUBSETS_CAPTION} {case.some_rows()}".rstrip()
    st.html(mask_table(header, rows, caption))
