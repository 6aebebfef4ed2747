"""Many decoded latents composed into one picture: a filmstrip of all modalities."""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from mvae.inference.completion import Decoding
from mvae.inference.latent import label_changes
from mvae.model.scaling import Standardisation
from mvae.ui.views.pictures import ACCENT, PAPER, TEXT, digit_image, mfcc_image

_SCALE, _CELL = 4, (4, 7)  # pixels for one pixel of a digit, and for one value of the MFCCs
_PITCH, _GUTTER, _GAP, _TEXT = 142, 124, 8, 24
_ROOM = 9  # columns that find room: fewer are spread out, so that the film's height on the page stays


def film_image(
    out: Decoding, standardisation: Standardisation, chosen: int, titles: Sequence[str]
) -> Image.Image:
    """Draw each latent as a column: its number, its digits in both scripts, its MFCCs, and its label.

    Parameters
    ----------
    out
        Of the latents along the film.
    standardisation
        The checkpoint's, for speech.
    chosen
        Which column is framed, counted from 0.
    titles
        Of the five rows. The label stands on a filled badge where it differs from the one before it.
    """
    rows = [
        [digit_image(each, scale=_SCALE) for each in out.farsi],
        [digit_image(each, scale=_SCALE) for each in out.kannada],
        [mfcc_image(each, standardisation, cell=_CELL) for each in out.mfcc],
    ]
    heights = [_TEXT + _GAP, *(row[0].height + _GAP for row in rows), _TEXT + 3 * _GAP]
    tops = np.cumsum([_GAP, *heights]).tolist()
    pitch = _PITCH * max(len(out.label), _ROOM) // len(out.label)
    film = Image.new("RGB", (_GUTTER + len(out.label) * pitch, tops[-1]), PAPER)
    draw, font = ImageDraw.Draw(film), ImageFont.load_default(_TEXT)
    for title, top, height in zip(titles, tops, heights, strict=False):
        draw.text((_GUTTER - _GAP, top + (height - _GAP) // 2), title, TEXT, font, anchor="rm")
    changed = {place for place, _, _ in label_changes(out.label)}
    for column, label in enumerate(out.label):
        middle = _GUTTER + column * pitch + pitch // 2
        draw.text((middle, tops[0] + _TEXT // 2), str(column + 1), TEXT, font, anchor="mm")
        for row, top in zip(rows, tops[1:], strict=False):
            film.paste(row[column], (middle - row[column].width // 2, top))
        place = (middle, tops[4] + _TEXT // 2 + _GAP // 2)
        if column in changed:
            badge = (place[0] - _TEXT, place[1] - _TEXT * 2 // 3, place[0] + _TEXT, place[1] + _TEXT * 2 // 3)
            draw.rounded_rectangle(badge, _TEXT // 2, ACCENT)
        draw.text(place, str(label), PAPER if column in changed else TEXT, font, anchor="mm")
    left = _GUTTER + chosen * pitch
    draw.rectangle((left, 0, left + pitch - 1, tops[-1] - 1), outline=ACCENT, width=3)
    return film
