"""The tab "Bench": Gaussians on one dimension to drag, and their product, live in the browser.

While a handle moves, the browser draws and computes (bench.js); when it is let go, the numbers come here, and
the package computes the product from them.
"""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from mvae.inference.gaussians import product_of_gaussians
from mvae.ui import keys
from mvae.ui.experts.text import Experts as Text
from mvae.ui.frame.download import download_numbers
from mvae.ui.glossary.links import linked
from mvae.ui.runtime.callbacks import guarded
from mvae.ui.state.fields import Field, one_of, whole_number, widget_field
from mvae.ui.views.colours import NOBODY, PRIOR, svg_dashes

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

Gaussians = tuple[tuple[float, float], ...]

FURTHEST = 5.0
"""Means lie from -FURTHEST to FURTHEST."""
NARROWEST, WIDEST = 0.2, 3.0
START: Gaussians = ((-2.0, 1.0), (1.5, 0.6), (3.0, 1.5), (-3.5, 0.8))
"""Mean and standard deviation of each Gaussian at first."""
FEWEST = 2
SWITCH = ("off", "on")

_LOOKS = {
    **{
        name: (colour, dashes)
        for name, colour, dashes in zip("ABCD", NOBODY, ("8 5", "2 4", "10 4 2 4", "14 6"), strict=False)
    },
    "prior": (PRIOR.colour, svg_dashes(PRIOR)),
    "product": ("currentcolor", ""),
}
"""Colour and dashes of each curve: A to D are no expert's, so they have colours of their own."""
_HERE = Path(__file__).parent
_bench = st.components.v2.component(
    "mvae.bench",
    html='<div class="bench"><svg></svg><div class="formula"></div></div>',
    css=(_HERE / "bench.css").read_text(encoding="utf-8"),
    js=(_HERE / "bench.js").read_text(encoding="utf-8"),
)


def parse_gaussians(text: str) -> Gaussians:
    """Read "mean:deviation" pairs between commas, as many as `START`; ValueError where they make no sense."""
    pairs = [pair.split(":") for pair in text.split(",")]
    return allowed([[float(number) for number in pair] for pair in pairs])


def allowed(pairs: object) -> Gaussians:
    """Return pairs from a link or the browser, brought within the limits; ValueError if they are no pairs."""
    numbers = np.array(pairs, np.float64)
    if numbers.shape != (len(START), 2) or not np.isfinite(numbers).all():
        msg = "The bench needs a mean and a standard deviation for each Gaussian."
        raise ValueError(msg)
    means = numbers[:, 0].clip(-FURTHEST, FURTHEST)
    deviations = numbers[:, 1].clip(NARROWEST, WIDEST)
    return tuple(zip(means.tolist(), deviations.tolist(), strict=True))


FIELDS: tuple[Field, ...] = (
    widget_field(
        "bench", keys.BENCH, START, parse_gaussians,
        lambda pairs: ",".join(f"{mean:g}:{deviation:g}" for mean, deviation in pairs),
    ),
    widget_field("benched", keys.BENCH_COUNT, FEWEST, partial(whole_number, low=FEWEST, high=len(START))),
    widget_field(
        "prior", keys.BENCH_PRIOR, True,
        lambda text: one_of(SWITCH)(text) == SWITCH[1], lambda on: SWITCH[on],
    ),
)  # fmt: skip


def show(downloads: "DeltaGenerator") -> None:
    """Show the bench, and what the package computes from its numbers."""
    gaussians: Gaussians = st.session_state.setdefault(keys.BENCH, START)
    st.session_state.setdefault(keys.BENCH_COUNT, FEWEST)
    st.session_state.setdefault(keys.BENCH_PRIOR, True)

    def moved() -> None:
        with_new = st.session_state[keys.BENCH_COMPONENT]["gaussians"]
        st.session_state[keys.BENCH] = allowed([*with_new, *gaussians[len(with_new) :]])

    def reset() -> None:
        st.session_state[keys.BENCH] = START

    st.markdown(linked(Text.BENCH_LEAD))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        count = st.segmented_control(
            Text.BENCH_COUNT, range(FEWEST, len(START) + 1), required=True,
            key=keys.BENCH_COUNT, persist_state="session",
        )  # fmt: skip
        prior = st.toggle(Text.BENCH_PRIOR, key=keys.BENCH_PRIOR, persist_state="session")
        st.button(
            Text.BENCH_RESET,
            icon=":material/restart_alt:",
            key=keys.BENCH_RESET,
            on_click=guarded(reset),
        )
    shown = gaussians[:count]
    _bench(
        key=keys.BENCH_COMPONENT,
        data={
            "gaussians": gaussians, "words": Text.BENCH_WORDS,
            "count": {"key": keys.BENCH_COUNT, "value": count, "fewest": FEWEST},
            "prior": {"key": keys.BENCH_PRIOR, "value": prior},
            "looks": _LOOKS,
            "furthest": FURTHEST, "narrowest": NARROWEST, "widest": WIDEST,
        },
        on_gaussians_change=guarded(moved),
    )  # fmt: skip
    means, deviations = np.array([*shown, *([(0.0, 1.0)] if prior else [])]).T
    mean, variance = product_of_gaussians(means, deviations**2)
    names = ("A", "B", "C", "D")[:count] + (("prior",) if prior else ()) + ("product",)
    pairs = zip([*means, mean], [*deviations, np.sqrt(variance)], strict=True)
    table = [
        {"gaussian": name, "mean": each, "deviation": spread}
        for name, (each, spread) in zip(names, pairs, strict=True)
    ]
    download_numbers(downloads, "bench", table)
    st.markdown(Text.BENCH_CHECK.format(mean=mean, deviation=np.sqrt(variance)).replace("**-", "**−"))
