"""How it works: the method in nine sections, each a formula beside a picture of the person's own last input.

The text is painted first; the pictures and the code wait for torch.
"""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from mvae.tasks.digits import MODALITIES
from mvae.ui import how_it_works
from mvae.ui.frame.frame import ask_for_input, page_header, pipeline
from mvae.ui.frame.link import keep_link
from mvae.ui.how_it_works.text import HowItWorks as Text
from mvae.ui.results import voices
from mvae.ui.runtime.callbacks import guarded
from mvae.ui.runtime.failures import told
from mvae.ui.state.fields import whole_number, widget_field
from mvae.ui.state.slots import FIRST_DIGIT, all_inputs, both_drawings, current_inputs, slots

if TYPE_CHECKING:  # it imports torch, for which the text does not wait
    from streamlit.delta_generator import DeltaGenerator

    from mvae.arrays import Array
    from mvae.inference.pipeline import Pipeline
    from mvae.ui.how_it_works.explanations import Case

STYLE = Path(how_it_works.__file__).with_name("style.css")
LARGEST = 9999  # latent dimension in a link; the model, which comes later, says which there are
DIMENSION, MOST = "how-dimension", "most"
FIELDS = [widget_field("dimension", DIMENSION, MOST, partial(whole_number, low=0, high=LARGEST))]


@dataclass(frozen=True)
class Section:
    """One section of the page.

    Attributes
    ----------
    anchor, title, text, formula
        To which the contents lead; in Markdown; in LaTeX.
    code
        The functions and classes that are shown.
    """

    anchor: str
    title: str
    text: str
    formula: str
    code: tuple[str, ...]


SECTIONS = (
    Section(
        "idea", Text.IDEA, Text.IDEA_TEXT,
        r"p(x, y, z) = p(z)\, p(y \mid z) \prod_m p(x_m \mid z)",
        ("mvae.model.model:MVAE",),
    ),
    Section(
        "expert", Text.EXPERT, Text.EXPERT_TEXT,
        r"q(z \mid x_m) = N(\mu_m, \sigma_m^2)",
        ("mvae.model.networks:Encoder",),
    ),
    Section(
        "product", Text.PRODUCT, Text.PRODUCT_TEXT,
        r"\begin{aligned} \frac{1}{\sigma^2} &= 1 + \sum_m \frac{1}{\sigma_m^2} \\ "
        r"\mu &= \sigma^2 \sum_m \frac{\mu_m}{\sigma_m^2} \end{aligned}",
        ("mvae.model.gaussian:product_of_experts",),
    ),
    Section(
        "subsets", Text.SUBSETS, Text.SUBSETS_TEXT,
        r"\frac{1}{\sigma_s^2} = 1 + \sum_m \frac{\mathrm{mask}_{sm}}{\sigma_m^2}",
        ("mvae.model.subsets:all_subsets", "mvae.model.model:subset_mask"),
    ),
    Section(
        "sampling", Text.SAMPLING, Text.SAMPLING_TEXT,
        r"z = \mu + \sigma\, \varepsilon, \qquad \varepsilon \sim N(0, I)",
        ("mvae.model.gaussian:reparameterise", "mvae.inference.pipeline:Pipeline.sample"),
    ),
    Section(
        "elbo", Text.ELBO, Text.ELBO_TEXT,
        r"\begin{aligned} \log p(x, y) \gtrsim\; & E_{q_s} \Big[ \sum_m \lambda_m \log p(x_m \mid z) \\ "
        r"& + \lambda_y \log p(y \mid z) \Big] \\ & - \mathrm{KL}(q_s \,\|\, p) \end{aligned}",
        ("mvae.model.objective:negative_elbo", "mvae.model.gaussian:kl_from_prior"),
    ),
    Section(
        "training", Text.TRAINING, Text.TRAINING_TEXT,
        r"\begin{aligned} \hat{x} &= \mathrm{decode}(z_0), & z_0 &\sim q(z \mid x_{s}) \\ "
        r"x^* &= \mathrm{decode}(z_1), & z_1 &\sim q(z \mid x_{s}, \hat{x}) \end{aligned}",
        ("mvae.model.imagination:imagine", "mvae.training.trainer:Trainer.train_step"),
    ),
    Section(
        "doubt", Text.DOUBT, Text.DOUBT_TEXT,
        r"\mathrm{score} = \min_c\, \lVert W (v - v_c) \rVert^2 / t",
        ("mvae.checkpoint.familiarity:Familiarity.score",),
    ),
)  # fmt: skip


def input_switches() -> None:
    """Show which inputs are given, and let them be switched; the whole app follows."""

    def keep() -> None:
        for name in available:
            slots()[name].present = name in st.session_state["how-given"]

    titles = {modality.name: modality.title for modality in MODALITIES}
    available = list(all_inputs())
    if available:
        st.session_state["how-given"] = list(current_inputs())
        st.pills(
            Text.GIVEN, available, selection_mode="multi", format_func=titles.__getitem__,
            key="how-given", on_change=guarded(keep),
        )  # fmt: skip
    if not current_inputs():
        ask_for_input(Text.EXAMPLE.format(digit=FIRST_DIGIT))


def heading(number: int, title: str, anchor: str) -> None:
    """Show a section's heading, to which the contents lead."""
    st.header(f"{number} · {title}", anchor=anchor, divider="gray")


def show_text(number: int, section: Section) -> "tuple[DeltaGenerator, DeltaGenerator]":
    """Show a section's text and formula; return the places of its picture and of its code."""
    heading(number, section.title, section.anchor)
    words, live = st.columns([5, 6], gap="large")
    with words:
        st.markdown(section.text)
        st.latex(section.formula)
    names = ", ".join(path.partition(":")[2] for path in section.code)
    code = st.expander(Text.CODE.format(names=names), icon=":material/code:")
    return live.container(key=f"how-live-{section.anchor}"), code


@st.fragment  # so that another dimension renews only this picture
@told()
def product(case: "Case") -> None:
    """Show the product of experts in the chosen dimension."""
    from mvae.ui.how_it_works.explanations import show_product  # noqa: PLC0415 - imports torch

    show_product(case, DIMENSION, MOST)
    keep_link(FIELDS)  # for the whole page, too: nothing below changes a setting


def show_live(
    pipe: "Pipeline", places: "dict[str, tuple[DeltaGenerator, DeltaGenerator]]", data: "DeltaGenerator"
) -> None:
    """Show every section's picture and code, and the data sets."""
    from mvae.ui.how_it_works.explanations import SHOW, Case, show_code, show_data  # noqa: PLC0415 - imports torch

    voices.suggest_drawings()
    inputs: dict[str, Array] = all_inputs()
    given = tuple(current_inputs())
    if not given:
        inputs = both_drawings(FIRST_DIGIT)
        given = tuple(inputs)
    case = Case.of(pipe, inputs, given)
    for section in SECTIONS:
        live, _ = places[section.anchor]
        with live, told():
            if section.anchor == "product":
                product(case)
            else:
                SHOW[section.anchor](case)
    for section in SECTIONS:
        _, code = places[section.anchor]
        with code, told():
            for path in section.code:
                show_code(path)
    with data, told():
        show_data()


page_header(Text.PAGE, Text.LEAD, FIELDS)
st.html(STYLE)
problem = st.container()
headings = [*((section.anchor, section.title) for section in SECTIONS), ("sources", Text.SOURCES)]
links = [
    f"[{number} {title}](#{anchor})".replace(" ", "\u00a0")  # a link is not broken between two lines
    for number, (anchor, title) in enumerate(headings, 1)
]
st.markdown(f"**{Text.CONTENTS}:**\u2003" + "\u2003 ".join(links))
input_switches()
places = {section.anchor: show_text(number, section) for number, section in enumerate(SECTIONS, 1)}
heading(len(headings), Text.SOURCES, "sources")
st.markdown(Text.SOURCES_TEXT)
data = st.container()

# All that is read is on the screen now; what follows waits for torch the first time.
with problem:
    pipe = pipeline()
show_live(pipe, places, data)
