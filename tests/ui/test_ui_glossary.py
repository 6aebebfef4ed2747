import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from mvae.files import PROJECT
from mvae.ui.frame.web import scripts
from mvae.ui.glossary.cards import FILE, cards
from mvae.ui.glossary.links import linked
from mvae.ui.glossary.pictures import picture
from mvae.ui.glossary.text import WORDS, Poster
from mvae.ui.views.colours import MODALITIES, PRIOR

PAGES = [PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md"))]


def test_the_first_mention_of_each_word_is_a_link() -> None:
    assert linked("The prior, **Experts'** ELBOs; the prior") == (
        "The [prior](#word-prior), **[Experts](#word-expert)'** [ELBOs](#word-elbo); the prior"
    )


def test_the_longest_form_of_a_word_is_taken() -> None:
    assert linked("a product of experts in the latent space") == (
        "a [product of experts](#word-product) in the [latent space](#word-latent)"
    )
    assert linked("KL divergence") == "[KL divergence](#word-kl)"


@pytest.mark.parametrize(
    "text",
    [
        "`prior`",
        "$prior$",
        "[prior](https://x.y)",
        ":blue-badge[prior]",
        '<b title="prior">',
        "a-priori",
        "innate",
    ],
)
def test_code_formulas_links_and_other_words_stay_as_they_are(text: str) -> None:
    assert linked(text) == text


def test_every_word_that_a_student_may_not_know_is_there() -> None:
    titles = {word.title for word in WORDS.values()}
    assert titles >= {
        "MFCC", "Posterior", "Precision", "Nat", "ELBO", "Prior", "Coherence", "KL divergence",
        "Product of experts", "Latent", "Modality", "Expert", "The poster",
    }  # fmt: skip
    for name, word in WORDS.items():
        assert re.fullmatch(word.forms, word.title.removeprefix("The "), re.IGNORECASE), name


@pytest.mark.parametrize("name", WORDS)
def test_each_picture_is_well_formed_and_has_the_colours_of_the_experts_or_of_the_text(name: str) -> None:
    root = ET.fromstring(picture(name))  # noqa: S314 - ours
    known = {"none", "currentColor", PRIOR.colour, *(look.colour for look in MODALITIES)}
    assert {
        each.attrib[kind] for each in root.iter() for kind in ("fill", "stroke") if kind in each.attrib
    } <= known
    assert root.attrib["aria-hidden"] == "true"


def test_the_cards_are_served_beside_the_scripts_and_only_the_posters_leads_elsewhere() -> None:
    assert scripts().content(FILE)
    addresses = {name: re.findall(r'href="([^"]+)"', card["html"]) for name, card in cards().items()}
    assert {name: found for name, found in addresses.items() if found} == {"poster": [Poster.ADDRESS]}


@pytest.mark.parametrize(
    "page", [page for page in PAGES if re.search(r"\bposter\b", page.read_text())], ids=str
)
def test_the_poster_is_named_or_linked_where_a_page_first_mentions_it(page: Path) -> None:
    paragraph = next(
        each for each in page.read_text(encoding="utf-8").split("\n\n") if re.search(r"\bposter\b", each)
    )
    assert "[the poster](../README.md#references)" in paragraph or Poster.ADDRESS in paragraph


def test_the_readme_cites_the_poster_as_the_app_does() -> None:
    readme = " ".join(PAGES[0].read_text(encoding="utf-8").split())
    assert readme.count(Poster.TITLE) == 2
    assert f"- {Poster.AUTHORS}. *{Poster.TITLE}.* Poster, {Poster.YEAR}." in readme
