"""Texts in Markdown -> the same, with a link at the first mention of each word of the glossary."""

import re

from mvae.ui.glossary.text import WORDS

ANCHOR = "word-"
"""With a word's name behind it, to which links lead: the word's place in the glossary."""

# What must stay as it is: code, formulas, links and pictures, coloured texts and badges, HTML.
_LEFT = r"(?P<left>`[^`]*`|\$[^$]*\$|!?\[[^\]]*\]\([^)]*\)|:[\w-]+\[[^\]]*\]|:material/\w+:|<[^>]*>)"
_WORDS = "|".join(f"(?P<{name}>{word.forms})" for name, word in WORDS.items())
_FOUND = re.compile(rf"{_LEFT}|(?<![\w-])(?:{_WORDS})(?![\w-])", re.IGNORECASE)


def linked(markdown: str) -> str:
    """Return a text in which each word of the glossary that it mentions is a link the first time.

    Whoever points at it, taps it or reaches it by Tab sees the word's card (`mvae.ui.glossary.cards`).
    """
    seen = {"left"}

    def link(found: re.Match[str]) -> str:
        name = str(found.lastgroup)
        if name in seen:
            return found[0]
        seen.add(name)
        return f"[{found[0]}](#{ANCHOR}{name})"

    return _FOUND.sub(link, markdown)
