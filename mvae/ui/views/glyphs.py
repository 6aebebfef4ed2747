"""The digits as each script writes them, and fonts that have them, for machines that have no such fonts.

The fonts hold these twenty characters and nothing else; `.streamlit/config.toml` tells the browser of them.
"""

from mvae.files import PROJECT

FONTS = PROJECT / "static" / "fonts"
FARSI_DIGITS = "۰۱۲۳۴۵۶۷۸۹"
KANNADA_DIGITS = "೦೧೨೩೪೫೬೭೮೯"
FONT_FILES = {FARSI_DIGITS: FONTS / "farsi-digits.woff", KANNADA_DIGITS: FONTS / "kannada-digits.woff"}


def scripts(name: str) -> str:
    """Return a digit in the Farsi and the Kannada script; nothing for what is no digit."""
    if len(name) != 1 or name not in "0123456789":
        return ""
    return f"{FARSI_DIGITS[int(name)]}\N{NO-BREAK SPACE}{KANNADA_DIGITS[int(name)]}"
