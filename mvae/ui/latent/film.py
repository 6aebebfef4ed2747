"""Many decoded latents composed into one picture: a filmstrip of all modalities."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import ceil
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from mvae.inference.completion import Decoding
from mvae.inference.latent import label_changes
from mvae.model.scaling import Standardisation
from mvae.ui.views.pictures import ACCENT, PAPER, TEXT, sprites
from mvae.ui.views.samples import sample_image
from mvae.ui.views.short import short_names

MOST = 13
"""Steps of a film."""
_SCALE, _CELL = 4, (4, 7)  # pixels for one value of ink, and of a heat map
_PITCH, _GAP, _TEXT, _FRAME = 142, 8, 24, 3
_LEAST_GUTTER, _MOST_GUTTER = 124, 240  # pixels, of the rows' titles
_LABEL_WIDTH = _PITCH - 3 * _GAP  # pixels for a label on its badge
_ROOM = 9  # columns that find room: fewer are spread out, so that the film's height on the page stays


def film_labels(classes: Sequence[str]) -> list[str]:
    """Return what stands for each class in a film."""
    return short_names(classes, width=_LABEL_WIDTH, size=_TEXT)


def film_image(
    out: Decoding,
    standardisation: Mapping[str, Standardisation],
    chosen: int,
    titles: Sequence[str],
    classes: Sequence[str],
) -> Image.Image:
    """Draw each latent as a column: its number, its picture of each modality, and its label.

    Parameters
    ----------
    out
        Of the latents along the film.
    standardisation
        The checkpoint's.
    chosen
        Which column is framed, counted from 0.
    titles
        Of the rows. The label stands on a filled badge where it differs from the one before it.
    classes
        What stands for each class, as of `film_labels`.
    """
    rows = [
        [
            sample_image(modality, each, standardisation, scale=_SCALE, cell=_CELL)
            for each in out[modality.name]
        ]
        for modality in out.modalities
    ]
    texts = _texts(tuple(row[0].height for row in rows), tuple(titles), tuple(classes))
    pitch = _PITCH * max(len(out.label), _ROOM) // len(out.label)
    gutter, height = texts.titles.size
    film = Image.new("RGB", (gutter + len(out.label) * pitch, height), PAPER)
    film.paste(texts.titles, (0, 0))
    changed = {place for place, _, _ in label_changes(out.label)}
    for column, label in enumerate(out.label):
        middle = gutter + column * pitch + pitch // 2
        number, name = texts.numbers[column], (texts.badges if column in changed else texts.labels)[label]
        film.paste(number, (middle - number.width // 2, texts.tops[0]))
        for row, top in zip(rows, texts.tops[1:], strict=False):
            film.paste(row[column], (middle - row[column].width // 2, top))
        film.paste(name, (middle - name.width // 2, texts.tops[-1]))
    left = gutter + chosen * pitch
    frame = (left, 0, left + pitch - 1, height - 1)
    ImageDraw.Draw(film).rectangle(frame, outline=ACCENT, width=_FRAME)
    return film


def film_texts(heights: Sequence[int], titles: Sequence[str], classes: Sequence[str]) -> dict[str, Any]:
    """Return what a page needs to compose a film itself (`mvae/web/views/film.js`), for `json.dumps`.

    Parameters
    ----------
    heights
        Pixels of each row's pictures, as `film_heights` says.
    titles, classes
        As of `film_image`.
    """
    texts = _texts(tuple(heights), tuple(titles), tuple(classes))
    return {
        "sheet": texts.sheet, "numbers": len(texts.numbers), "tops": texts.tops,
        "pitch": _PITCH, "room": _ROOM, "frame": _FRAME,
        "paper": PAPER, "accent": ACCENT, "scale": _SCALE, "cell": _CELL,
    }  # fmt: skip


def film_heights(out: Decoding, standardisation: Mapping[str, Standardisation]) -> list[int]:
    """Return how many pixels high each row's pictures are in a film; parameters as of `film_image`."""
    return [
        sample_image(modality, out[modality.name][0], standardisation, scale=_SCALE, cell=_CELL).height
        for modality in out.modalities
    ]


@dataclass(frozen=True)
class _Texts:
    """What is written on a film: titles at its left, as high as it is; numbers of steps; labels by class."""

    titles: Image.Image
    numbers: list[Image.Image]
    labels: list[Image.Image]
    badges: list[Image.Image]
    tops: list[int]
    """Where numbers, each row's pictures and labels begin, in pixels from above."""

    @cached_property
    def sheet(self) -> dict[str, Any]:
        """All that is written, packed for a page."""
        written = [self.titles, *self.numbers, *self.labels, *self.badges]
        return sprites([np.asarray(each.convert("RGBA")) for each in written])


@lru_cache(maxsize=8)
def _texts(heights: tuple[int, ...], titles: tuple[str, ...], classes: tuple[str, ...]) -> _Texts:
    font = ImageFont.load_default(_TEXT)
    room = [_TEXT + _GAP, *(height + _GAP for height in heights), _TEXT + 3 * _GAP]
    tops = np.cumsum([_GAP, *room]).tolist()
    written = [_wrapped(title, font) for title in titles]
    widest = max(font.getlength(line) for lines in written for line in lines)
    gutter = Image.new("RGB", (max(_LEAST_GUTTER, ceil(widest) + 2 * _GAP), tops[-1]), PAPER)
    draw = ImageDraw.Draw(gutter)
    for lines, top, height in zip(written, tops, room, strict=False):
        middle = top + (height - _GAP) // 2
        for line, text in enumerate(lines):
            offset = (2 * line - len(lines) + 1) * _TEXT // 2
            draw.text((gutter.width - _GAP, middle + offset), text, TEXT, font, anchor="rm")
    labels, badges = ([_label(name, font, marked=marked) for name in classes] for marked in (False, True))
    numbers = [_number(str(step + 1), font) for step in range(MOST)]
    above = _TEXT // 2 + _GAP // 2 - labels[0].height // 2
    return _Texts(gutter, numbers, labels, badges, [*tops[:-2], tops[-2] + above])


def _number(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> Image.Image:
    width = 2 * ceil(font.getlength(text) / 2) + 3
    picture = Image.new("RGB", (width, _TEXT), PAPER)
    ImageDraw.Draw(picture).text((width // 2, _TEXT // 2), text, TEXT, font, anchor="mm")
    return picture


def _label(name: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, *, marked: bool) -> Image.Image:
    """Write the name of a class, on a badge if it is marked."""
    half, high = max(_TEXT, ceil(font.getlength(name)) // 2 + _GAP), _TEXT * 2 // 3
    picture = Image.new("RGB", (2 * half + 1, 2 * high + 1), PAPER)
    draw = ImageDraw.Draw(picture)
    if marked:
        draw.rounded_rectangle((0, 0, 2 * half, 2 * high), _TEXT // 2, ACCENT)
    draw.text((half, high), name, PAPER if marked else TEXT, font, anchor="mm")
    return picture


def _wrapped(title: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> list[str]:
    """Break a title into at most as many lines as a picture is high, none wider than the gutter may be."""
    most = _MOST_GUTTER - 2 * _GAP
    lines: list[str] = [""]
    for word in title.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= most:
            lines[-1] = longer
        else:
            lines.append(word)
    lines = [line for line in lines if line]
    cut = [*lines[:3], *([f"{lines[3]} ..."] if len(lines) > 4 else lines[3:])]
    return [_fitted(line, most, font) for line in cut]


def _fitted(line: str, most: float, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> str:
    while font.getlength(line) > most:
        line = line[:-5].rstrip() + "..."
    return line
