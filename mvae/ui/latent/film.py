"""Many decoded latents composed into one picture: a filmstrip of all modalities."""

from collections.abc import Mapping, Sequence
from math import ceil

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from mvae.inference.completion import Decoding
from mvae.inference.latent import label_changes
from mvae.model.scaling import Standardisation
from mvae.ui.views.pictures import ACCENT, PAPER, TEXT
from mvae.ui.views.samples import sample_image
from mvae.ui.views.short import short_names

_SCALE, _CELL = 4, (4, 7)  # pixels for one value of ink, and of a heat map
_PITCH, _GAP, _TEXT = 142, 8, 24
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
    heights = [_TEXT + _GAP, *(row[0].height + _GAP for row in rows), _TEXT + 3 * _GAP]
    tops = np.cumsum([_GAP, *heights]).tolist()
    font = ImageFont.load_default(_TEXT)
    written = [_wrapped(title, font) for title in titles]
    widest = max(font.getlength(line) for lines in written for line in lines)
    gutter = max(_LEAST_GUTTER, ceil(widest) + 2 * _GAP)
    pitch = _PITCH * max(len(out.label), _ROOM) // len(out.label)
    film = Image.new("RGB", (gutter + len(out.label) * pitch, tops[-1]), PAPER)
    draw = ImageDraw.Draw(film)
    for lines, top, height in zip(written, tops, heights, strict=False):
        middle = top + (height - _GAP) // 2
        for line, text in enumerate(lines):
            offset = (2 * line - len(lines) + 1) * _TEXT // 2
            draw.text((gutter - _GAP, middle + offset), text, TEXT, font, anchor="rm")
    changed = {place for place, _, _ in label_changes(out.label)}
    for column, label in enumerate(out.label):
        middle = gutter + column * pitch + pitch // 2
        draw.text((middle, tops[0] + _TEXT // 2), str(column + 1), TEXT, font, anchor="mm")
        for row, top in zip(rows, tops[1:], strict=False):
            film.paste(row[column], (middle - row[column].width // 2, top))
        place, text = (middle, tops[-2] + _TEXT // 2 + _GAP // 2), classes[label]
        if column in changed:
            half = max(_TEXT, ceil(font.getlength(text)) // 2 + _GAP)
            badge = (place[0] - half, place[1] - _TEXT * 2 // 3, place[0] + half, place[1] + _TEXT * 2 // 3)
            draw.rounded_rectangle(badge, _TEXT // 2, ACCENT)
        draw.text(place, text, PAPER if column in changed else TEXT, font, anchor="mm")
    left = gutter + chosen * pitch
    draw.rectangle((left, 0, left + pitch - 1, tops[-1] - 1), outline=ACCENT, width=3)
    return film


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
