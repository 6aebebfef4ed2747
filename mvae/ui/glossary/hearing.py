"""What shows the cards of the glossary's words on every page of the app (`mvae/web/views/words.js`)."""

from collections.abc import Callable
from functools import cache

import streamlit as st

from mvae.files import PACKAGE
from mvae.ui import keys
from mvae.ui.glossary.cards import FILE

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


def hear_words(scripts: str) -> None:
    """Let the page show the cards; call it once a page.

    Parameters
    ----------
    scripts
        Where `FILE` lies, from the app's own address; it is read when a word is first asked for.
    """
    with st.container(key=keys.WORDS):
        _component()(key=f"{keys.WORDS}-cards", data={"words": f"{scripts}{FILE}"}, height=1)


@cache
def _component() -> Callable[..., object]:
    script = (PACKAGE / "web" / "views" / "words.js").read_text(encoding="utf-8")
    component: Callable[..., object] = st.components.v2.component("mvae-words", js=script + _HEARS)
    return component
