"""What shows the cards of the glossary's words on every page of the app (`mvae/web/views/words.js`)."""

from collections.abc import Callable
from functools import cache
from html import escape

import streamlit as st

from mvae.files import PACKAGE
from mvae.ui import keys
from mvae.ui.glossary.links import ANCHOR
from mvae.ui.glossary.pictures import picture
from mvae.ui.glossary.text import WORDS, Poster

FILE = "words.json"
"""Beside the scripts, what `cards` returns."""
_HEARS = """
export default function ({ parentElement, data }) {
  const read = () => fetch(new URL(data.words, document.baseURI)).then((answer) => answer.json());
  parentElement.words ??= wordCards(read);
  return () => {
    parentElement.words?.();
    delete parentElement.words;
  };
}
"""


def cards() -> dict[str, dict[str, str]]:
    """Return the title of each word of the glossary and its card as HTML, by the word's name in links."""
    return {name: {"title": word.title, "html": _card(name)} for name, word in WORDS.items()}


def poster_link() -> str:
    """Return the link to the poster as HTML."""
    return f'<a href="{Poster.ADDRESS}" target="_blank" rel="noopener">{escape(Poster.LINK)}</a>'


def glossary_list() -> str:
    """Return all words of the glossary as HTML, each at the place to which its links lead."""
    words = "".join(f'<div id="{ANCHOR}{name}">{_card(name)}</div>' for name in WORDS)
    return f'<div class="glossary">{words}</div>'


def hear_words(scripts: str) -> None:
    """Let the page show the cards; call it once a page.

    Parameters
    ----------
    scripts
        Where `FILE` lies, from the app's own address; it is read when a word is first asked for.
    """
    with st.container(key=keys.WORDS):
        _component()(key=f"{keys.WORDS}-cards", data={"words": f"{scripts}{FILE}"}, height=1)


def _card(name: str) -> str:
    word = WORDS[name]
    more = f"<p>{poster_link()}</p>" if name == "poster" else ""
    return f"{picture(name)}<p><strong>{escape(word.title)}</strong></p><p>{escape(word.sentence)}</p>{more}"


@cache
def _component() -> Callable[..., object]:
    script = (PACKAGE / "web" / "views" / "words.js").read_text(encoding="utf-8")
    component: Callable[..., object] = st.components.v2.component("mvae-words", js=script + _HEARS)
    return component
