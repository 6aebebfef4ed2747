"""Names of classes, short enough for the tiles of a picture, and none of them twice."""

import unicodedata
from collections.abc import Sequence

from PIL import ImageFont

_CUT = "."
_LABEL_WIDTH, _LABEL_SIZE = 74, 21  # pixels for a label below a tile of 84, and of its text


def grid_names(names: Sequence[str]) -> list[str]:
    """Return what stands for each class below the tiles of a grid, as `short_names`."""
    return short_names(names, width=_LABEL_WIDTH, size=_LABEL_SIZE)


def without_common_words(names: Sequence[str]) -> list[str]:
    """Leave out the words with which all names begin: Grower A and Grower B become A and B."""
    words = [name.split() for name in names]
    common = 0
    while all(len(each) > common + 1 for each in words) and len({each[common] for each in words}) == 1:
        common += 1
    return [" ".join(each[common:]) for each in words]


def short_names(names: Sequence[str], *, width: float, size: int) -> list[str]:
    """Return what stands for each class in a picture.

    Names that fit stay as they are. Others lose the words with which all begin, and then their ends. Where
    that leaves two alike, or a name has letters that the pictures' font lacks, the labels' numbers are taken.

    Parameters
    ----------
    names
        Of the classes 0, 1, …
    width
        What there is room for, in pixels.
    size
        Of the pictures' text, in pixels.
    """
    font = ImageFont.load_default(size)
    written = [_in_ascii(name) for name in names]

    def cut(name: str) -> str:
        kept = name
        while font.getlength(kept) > width:
            kept = kept.removesuffix(_CUT)[:-1].rstrip() + _CUT
        return kept

    bare = without_common_words(written)
    for found in (written, bare, [cut(name) for name in bare]):
        fit = all(name and font.getlength(name) <= width for name in found)
        if fit and len(set(found)) == len(names):
            return found
    return [str(label) for label in range(len(names))]


def _in_ascii(name: str) -> str:
    """Write a name without accents, which the pictures' font lacks; nothing if it has other letters."""
    letters = "".join(each for each in unicodedata.normalize("NFKD", name) if not unicodedata.combining(each))
    return letters if letters.isascii() and letters.isprintable() else ""
