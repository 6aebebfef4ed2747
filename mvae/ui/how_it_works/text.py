"""All that the page How it works says."""

from collections.abc import Sequence

from mvae.modalities.base import KindName
from mvae.ui.text import number_word


def wording(
    kinds: Sequence[KindName], titles: Sequence[str], classes: int, *, posters: bool
) -> dict[str, str]:
    """Return what stands in the braces of the sections' texts.

    Parameters
    ----------
    kinds, titles
        Of the modalities, in their order.
    classes
        How many there are.
    posters
        Whether it is the poster's task, and so about digits.
    """
    text = HowItWorks
    generated = [text.GENERATED[kind] for kind in text.GENERATED if kind in kinds]
    names = ", ".join(f"“{title}”" for title in titles)
    subsets = 2 ** len(kinds) - 1
    words = text.OF_DIGITS if posters else text.OF_OTHERS
    return {
        **words,
        "beginning": words["beginning"].format(names=names),
        "modalities": number_word(len(kinds)),
        "things": number_word(len(kinds) + 1),
        "generated": ", ".join(generated),
        "blurred": text.BLURRED if "drawing" in kinds else text.VAGUE,
        "count": str(len(kinds)),
        "subsets": str(subsets),
        "subsets_in_words": number_word(subsets),
        "classes": number_word(classes),
    }


class HowItWorks:
    """The page How it works; what stands in the braces of the sections' texts, `wording` says."""

    OF_DIGITS = {
        "beginning": (
            "A Farsi digit, a Kannada digit and a spoken digit look and sound unlike, yet they say the same."
        ),
        "digit": "digit", "digits": "digits", "mean": "which digit you mean", "samples": "training digits",
        "unlike": "does not look like a digit", "pictures": "pictures", "pixels": "pixels",
    }  # fmt: skip
    OF_OTHERS = {
        "beginning": "The modalities of a sample, {names}, are unlike each other, yet they tell of the same thing.",
        "digit": "class", "digits": "classes", "mean": "of which class it is", "samples": "training samples",
        "unlike": "is unlike what the model was trained with", "pictures": "outputs", "pixels": "values",
    }  # fmt: skip
    GENERATED = {"drawing": "pictures", "sound": "sound", "vector": "numbers"}
    BLURRED, VAGUE = "looks blurred", "is vague"

    PAGE = "How it works"
    LEAD = "Formula, picture and code, section by section; the pictures show your own last input."
    CONTENTS = "Contents"
    GIVEN = "Given to the model: the same switches as on “{page}”"
    EXAMPLE = "Nothing is given at present, so this page shows an example: {example}. {own}"
    DRAWN_IN_BOTH, OF_CLASS = "a {label} drawn in both scripts", "{modality} of the class {label}"
    OWN = "Give a modality on the page “{page}” to see your own."
    CODE = "Code: {names}"
    CODE_PLACE = "`{file}`, from line {line}"

    IDEA = "The idea"
    IDEA_TEXT = """
{beginning} The model
supposes a common cause: one point $z$ in a **latent space**. All {things} things that it knows of, the {modalities}
modalities and the label $y$, are generated from $z$.

Once $z$ is known, nothing more is to be learnt about one modality from another. So whatever is missing can
be imagined: infer $z$ from what is given, then generate the rest.

In the picture, filled nodes are given, dashed ones are not. The label is never given to the app.
"""
    MISSING, NEVER_GIVEN, OBSERVED = "missing", "reads {label}", "given"
    LABEL, NONE = "Label y", "none"
    IDEA_ALT = (
        "Graphical model: arrows lead from the latent z to {nodes} and to the label. Given: {given}. Missing: "
        "{missing}. The label decoder reads {label}."
    )

    EXPERT = "Each encoder is an expert"
    EXPERT_TEXT = """
Each modality $m$ has an encoder of its own. It reads the input $x_m$ and answers with a Gaussian in every
latent dimension: a mean $\\mu_m$ and a standard deviation $\\sigma_m$.

The mean says *where* $z$ lies, the deviation *how sure* the expert is. A long line in the picture means
that this input says little about that dimension.
"""
    EXPERT_TITLE = "What the **{expert}** expert says of your input, in the {count} most active dimensions"
    EXPERT_AXIS = "Latent dimension; grey: the prior, 0 ± 1"
    EXPERT_ALT = (
        "Means and standard deviations of the {expert} expert in {count} latent dimensions. The surest is "
        "dimension {surest}: {mean:.2f} ± {deviation:.2f}."
    )

    PRODUCT = "The product of experts"
    PRODUCT_TEXT = """
The experts are fused by multiplying their densities, and the prior $N(0, 1)$ counts as one more expert. A
product of Gaussians is a Gaussian again (Wu & Goodman 2018, section 2.2):

- **precisions**, which are $1/\\sigma^2$, **add up**: with each expert the posterior gets narrower;
- the mean is the experts' **average, weighted by precision**: who is surer has more to say. The prior pulls
  towards 0.

No network is needed for it, and no training.
"""
    DIMENSION = "Latent dimension"
    MOST = "Where the experts say most: {index}"
    PRIOR, POSTERIOR = "Prior", "Product"
    PRODUCT_ALT = "Densities in latent dimension {index}: {curves}."
    CURVE_ALT = "{name} with mean {mean:.2f} and standard deviation {deviation:.2f}"

    SUBSETS = "Missing modalities"
    SUBSETS_TEXT = """
A missing modality is **left out of the product**. It is not replaced by zeros or by a guess: to know
nothing is to have precision 0.

So one network for each modality serves all $2^{count} - 1 = {subsets}$ subsets. Each row $s$ of the mask is a subset; all
rows are fused in one matrix product.
"""
    CURRENT, NEEDED, NEEDED_MORE = "◀ current", "needs {names}", "needs {count} more"
    SUBSETS_REMARK = "Remark"
    SUBSETS_CAPTION = "1: the expert takes part; 0: it is left out."
    SOME_SUBSETS = "{some} of all {count} subsets: the smallest, the current one and the best."

    SAMPLING = "Drawing from the posterior"
    SAMPLING_TEXT = """
The posterior is a cloud, not a point. To draw from it, draw noise $\\varepsilon$ and move and stretch it.
The noise does not depend on the encoders, so gradients flow through $\\mu$ and $\\sigma$ (the
*reparameterisation trick*, Kingma & Welling 2014).

Decoders turn each $z$ into {generated} and label. The mean $\\mu$ gives an average of all that fits,
each draw one possibility. Draws of what is not given can look as soft as the mean: section 7 says what the
app does about that.
"""
    SAMPLING_TITLE = "**{target}**, {how}, decoded from the mean and from three draws"
    GIVEN_TOO, IMAGINED = "given", "not given"
    MEAN, DRAW = "mean", "draw {count}"
    SEVERAL = {"drawing": "{target}s", "sound": "times {target}", "vector": "times {target}"}
    SAMPLING_ALT = "Four {targets}: from the mean and from three draws; the label decoder reads {labels}."

    ELBO = "The objective: the ELBO"
    ELBO_TEXT = """
How probable are the data? That is an integral over all $z$, and too hard. The *evidence lower bound* can be
computed: what the decoders explain, less the price of moving from the prior $p$ to the posterior $q_s$ of a
subset $s$. Higher is better.

Training adds up the ELBOs of **all {subsets_in_words} subsets**, so that every subset learns to do its best. The factors
$\\lambda$ say what matters more; only where all are 1 is the sum really a lower bound. The numbers beside have
all factors 1, and leave out the label, since nobody told the app {mean}.
"""
    TERM, NATS = "Term, given {given}", "nats"
    TERM_GIVEN, TERM_MISSING = "E log p({name} \\| z), given", "E log p({name} \\| z), not given"
    TERM_KL, TERM_SUM = "− KL(q ‖ p)", "ELBO"
    ELBO_BARS = (
        "The ELBO for each subset, in nats: the shorter the bar, the higher it is. It counts {counted}, whether given in "
        "that row or not"
    )
    ELBO_SUM = "Together, the {count} ELBOs are {total} nats."
    ELBO_ALT = "Bars of the ELBO in nats, the shorter the higher: {bars}."
    BEST = "highest"

    TRAINING = "Training and imagining"
    TRAINING_TEXT = """
**Training** encodes each modality once, fuses all {subsets_in_words} subsets, draws one $z$ for each, and lets every
subset reconstruct *everything*, given or not. The label is one more thing to reconstruct: it makes the
latent sort itself by {digit}.

**Imagining** takes one step more. A first draw {blurred}, because a posterior from few experts is wider
than those that the decoders saw most. So the first answer is given back as an input, what was really given
is kept, and $z$ is drawn once more (pseudo-Gibbs; Rezende et al. 2014, appendix F).
"""
    TRAINING_FACTORS = "The factors of this model's training: {factors}, label {label:g}, KL 1."
    TRAINING_TITLE = "**{target}**, imagined from {seen}: the mean, one draw, and three draws given back once"
    FIRST, BACK = "first", "back {count}"
    TRAINING_ALT = "Five {targets} imagined from {seen}; the label decoder reads {label}."
    HONEST = """
**What is honest about it.** The chain would draw from the model's own belief only if the experts were exact,
{pixels} were drawn too, and it ran for ever; here it runs {rounds} round, and further ones would slowly lose the
{digit}. Factors above 1 favour sharp {pictures} and make posteriors
narrower than the true ELBO would. A product of experts can be sure and wrong: multiplying two confident
mistakes gives one more confident mistake.
"""

    DOUBT = "Calibrated doubt"
    DOUBT_TEXT = """
A model that knows {classes} {digits} names one of them whatever it sees. So each input is compared with the
{samples}: how far its latent mean lies from the nearest class (Mahalanobis distance), and whether it
is reconstructed worse than is usual. A score above 1, which three in a hundred held-out {samples}
exceed, is called “{unlike}”.

$v$ is where the input lies, $v_c$ the middle of class $c$; $W$ makes the spread within a class the same in all
directions, and $t$ sets where the score is 1. The last coordinate of $W (v - v_c)$ is the error beyond what the
others let expect. It counts only if it is positive: to be reconstructed better than usual is no reason for doubt.
"""
    DOUBT_TITLE = "The scores of your input; the dashed line is where the doubt begins"
    DOUBT_NONE = "This model came without the measurements that the score needs."
    FAMILIAR, UNFAMILIAR = "{score:.2f}, like a digit", "{score:.2f}, unlike a digit"
    FAMILIAR_OF_OTHERS, UNFAMILIAR_OF_OTHERS = (
        "{score:.2f}, like the training data",
        "{score:.2f}, unlike them",
    )
    DOUBT_ALT = "Bars of the scores, doubt begins at 1: {bars}."

    SOURCES = "Sources"
    POSTER = "- {authors}: *{title}.* Poster, {year}. [{address}]({address}). What this app rebuilds.\n"
    SOURCES_TEXT = """
- M. Wu, N. Goodman: *Multimodal Generative Models for Scalable Weakly-Supervised Learning.* NeurIPS 2018.
  [arXiv:1802.05335](https://arxiv.org/abs/1802.05335). The model of this app.
- D. P. Kingma, M. Welling: *Auto-Encoding Variational Bayes.* ICLR 2014.
  [arXiv:1312.6114](https://arxiv.org/abs/1312.6114). The ELBO and reparameterisation.
- G. E. Hinton: *Training Products of Experts by Minimizing Contrastive Divergence.* Neural Computation 14
  (2002). Products of experts.
- D. J. Rezende, S. Mohamed, D. Wierstra: *Stochastic Backpropagation and Approximate Inference in Deep
  Generative Models.* ICML 2014. [arXiv:1401.4082](https://arxiv.org/abs/1401.4082). Imagining what is
  missing.
- K. Lee et al.: *A Simple Unified Framework for Detecting Out-of-Distribution Samples and Adversarial
  Attacks.* NeurIPS 2018. [arXiv:1807.03888](https://arxiv.org/abs/1807.03888). The doubt.
"""
    DATA = "**Data**, with their licences:"
    DATA_LINE = "- [{title}]({homepage}): {licence}"
    DATA_NOTE = (
        "The shipped models were trained on HODA, so its condition holds for them, too: no commercial use. "
        "The code is under the MIT licence."
    )
    DATA_OF_OTHERS = (
        "**Data:** which ones this model was trained with, and their licences, its task's file says."
    )
    FROM_THE_LEFT = "From the left: {labels}."
    VALUES_ALT = "Each value of {target}: {labels}."
