"""The words that the app explains, each in one sentence: a translation is another file like this one."""

from typing import NamedTuple


class Word(NamedTuple):
    """A word that is explained.

    Attributes
    ----------
    title
        The word.
    sentence
        What it means.
    forms
        How it is written in the app's texts: a regular expression, whatever the case of its letters.
    """

    title: str
    sentence: str
    forms: str


class Poster:
    """The poster whose model the app rebuilds, as it is cited."""

    AUTHORS, TITLE, YEAR = (
        "N. Mishra, A. Agarwal",
        "Generative Multimodal Learning for Reconstructing Missing Modality",
        "2020",
    )
    ADDRESS = "https://mnishant2.github.io/project/multimodalvae/"
    LINK = "Its page, with the poster"
    NAME = "The poster"


WORDS = {
    "poster": Word(
        Poster.NAME,
        f"{Poster.AUTHORS}: “{Poster.TITLE}”, poster, {Poster.YEAR}. A multimodal VAE of Farsi and Kannada handwriting "
        "and spoken digits, which this app rebuilds and measures anew.",
        r"poster",
    ),
    "modality": Word(
        "Modality",
        "One of the ways in which the same thing is told, such as handwriting in one script, in another, and speech.",
        r"modality|modalities",
    ),
    "latent": Word(
        "Latent",
        "The few hidden numbers, called z, of which the model supposes that all modalities are made.",
        r"latent(?: space)?",
    ),
    "expert": Word(
        "Expert",
        "An encoder that looks at one modality alone and says where the latent lies, and how sure it is: a Gaussian.",
        r"experts?",
    ),
    "prior": Word(
        "Prior",
        "What the model believes of the latent before it is given anything: a Gaussian around 0 with standard deviation 1.",
        r"prior",
    ),
    "precision": Word(
        "Precision",
        "How sure a Gaussian is: 1/σ², so a narrow one has a high precision and a wide one a low precision.",
        r"precisions?",
    ),
    "product": Word(
        "Product of experts",
        "The experts' Gaussians and the prior multiplied: it lies where all of them agree, nearer to the surer ones, and is "
        "narrower than each.",
        r"product of experts",
    ),
    "posterior": Word(
        "Posterior",
        "What the model believes of the latent after it has been given something: the product of the experts.",
        r"posteriors?",
    ),
    "kl": Word(
        "KL divergence",
        "How far one distribution lies from another, in nats; from the prior to the posterior it is how much the model was "
        "told.",
        r"KL divergence|KL",
    ),
    "nats": Word(
        "Nat",
        "The unit of information with base e: one nat more is 2.7 times as probable, ten nats more 22,000 times.",
        r"nats?",
    ),
    "elbo": Word(
        "ELBO",
        "The evidence lower bound, a number below log p(data): how well the latent explains the data, less the KL "
        "divergence from the prior; higher is better.",
        r"ELBOs?",
    ),
    "coherence": Word(
        "Coherence",
        "How often what was imagined is of the same class as what was given, as an independent classifier reads it.",
        r"coherence",
    ),
    "mfcc": Word(
        "MFCC",
        "Mel-frequency cepstral coefficients: 13 numbers for each moment of a sound that say how bright and how vowel-like "
        "it is; the model hears nothing else.",
        r"MFCCs?",
    ),
}
"""Name in links -> the word, in the order of the glossary."""

TITLE = "Glossary"
LEAD = "Each of these words is underlined with dots where a page first mentions it: point at it, tap it, or reach it by Tab."
