"""The sections of the page How it works: text, formula and code of each."""

from dataclasses import dataclass

from mvae.ui.how_it_works.text import HowItWorks as Text


@dataclass(frozen=True)
class Section:
    """One section of the page.

    Attributes
    ----------
    anchor, title, text, formula
        To which the contents lead; in Markdown, with braces that `mvae.ui.how_it_works.text.wording` fills;
        in LaTeX.
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
