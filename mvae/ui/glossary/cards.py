"""The cards of the glossary's words as HTML."""

from collections.abc import Iterable
from html import escape

from mvae.ui.glossary.links import ANCHOR
from mvae.ui.glossary.pictures import picture
from mvae.ui.glossary.text import WORDS, Poster

FILE = "words.json"
"""Beside the scripts, what `cards` returns."""


def cards() -> dict[str, dict[str, str]]:
    """Return the title of each word of the glossary and its card as HTML, by the word's name in links."""
    return {name: {"title": word.title, "html": _card(name)} for name, word in WORDS.items()}


def poster_link() -> str:
    """Return the link to the poster as HTML."""
    return f'<a href="{Poster.ADDRESS}" target="_blank" rel="noopener">{escape(Poster.LINK)}</a>'


def glossary_list(names: Iterable[str]) -> str:
    """Return words of the glossary as HTML, each at the place to which its links lead."""
    words = "".join(f'<div id="{ANCHOR}{name}">{_card(name)}</div>' for name in names)
    return f'<div class="glossary">{words}</div>'


def _card(name: str) -> str:
    word = WORDS[name]
    more = f"<p>{poster_link()}</p>" if name == "poster" else ""
    return f"{picture(name)}<p><strong>{escape(word.title)}</strong></p><p>{escape(word.sentence)}</p>{more}"
