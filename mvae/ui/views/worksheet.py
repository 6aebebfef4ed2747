"""One page to take home: what was given, what the model made of it, and its numbers, as a picture."""

from collections.abc import Mapping, Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from mvae.arrays import Array
from mvae.checkpoint.store import Description
from mvae.inference.completion import Completion
from mvae.ui.text import Common, Download
from mvae.ui.views.colours import looks
from mvae.ui.views.glyphs import FONT_FILES, scripts
from mvae.ui.views.samples import sample_image

SIZE = 1240, 1754
"""Pixels: A4 at 150 dots per inch."""
_PAPER, _TEXT, _GREY, _BAR = "#ffffff", "#1b1f2a", "#5b6472", "#1b1f2a"
_LEFT, _WIDTH, _GAP, _TALLEST = 90, 1060, 35, 310
_MOST_BARS = 10


def worksheet(out: Completion, description: Description, model: str) -> Image.Image:
    """Lay out one completion on a page.

    Parameters
    ----------
    out
        What the model made of the inputs.
    description
        Of the checkpoint.
    model
        Name of the checkpoint, as a person reads it.
    """
    page = Image.new("RGB", SIZE, _PAPER)
    draw = ImageDraw.Draw(page)
    _write(draw, (_LEFT, 80), Download.WORKSHEET_TITLE, 46)
    _write(draw, (_LEFT, 160), f"{Download.WORKSHEET_NAME}     {Download.WORKSHEET_DATE}", 26)
    for top, title, values in (
        (230, Download.WORKSHEET_INPUTS, out.inputs),
        (650, Download.WORKSHEET_OUTPUTS, out.outputs),
    ):
        _write(draw, (_LEFT, top), title, 30)
        _pictures(page, top, values, description)
    classes = description.model.classes
    _write(draw, (_LEFT, 1075), Download.WORKSHEET_LABEL, 30)
    likely = np.sort(np.argsort(-out.label_probs, kind="stable")[:_MOST_BARS]).tolist()
    labels = [(_names(classes[label]), float(out.label_probs[label])) for label in likely]
    _bars(draw, (_LEFT, 1130), labels, pitch=36)
    _write(draw, (700, 1075), Download.WORKSHEET_SHARES, 30)
    titles = {"prior": Common.PRIOR} | {each.name: each.short_title for each in out.modalities}
    shares = [((_shortened(titles[name], 120),), share) for name, share in out.expert_shares.items()]
    drawn = looks(each.name for each in out.modalities)
    colours = [drawn[name].colour for name in out.expert_shares]
    _bars(draw, (700, 1130), shares, pitch=48, colours=colours)
    how = Download.FROM_MEAN if out.seed is None else Download.FROM_SAMPLE.format(seed=out.seed)
    for line, sentence in enumerate(Download.WORKSHEET_MODEL):
        said = sentence.format(model=model, kl=out.kl, how=how)
        _write(draw, (_LEFT, 1502 + 28 * line), said, 22, _GREY)
    for line, question in enumerate(Download.WORKSHEET_QUESTIONS):
        _write(draw, (_LEFT, 1570 + 44 * line), question, 26)
    return page


def _pictures(page: Image.Image, top: int, values: Mapping[str, Array], description: Description) -> None:
    """Lay out a row of pictures, a column for each modality, as large as there is room."""
    draw, modalities = ImageDraw.Draw(page), description.model.modalities
    column = min(_TALLEST + 55, (_WIDTH + _GAP) // len(modalities))
    side = column - 55 if len(modalities) <= 3 else column - _GAP
    for place, modality in enumerate(modalities):
        left = _LEFT + place * column
        _write(draw, (left, top + 46), _shortened(modality.title, column), 22, _GREY)
        if modality.name not in values:
            draw.rectangle((left, top + 80, left + side, top + 80 + side), outline=_GREY, width=3)
            _write(draw, (left + side // 3, top + 65 + side // 2), Common.MISSING, 26, _GREY)
            continue
        sample = values[modality.name]
        picture = sample_image(modality, sample, description.standardisation, scale=11)
        scaled = picture.convert("RGB").resize((side, side * picture.height // picture.width))
        page.paste(scaled, (left, top + 80))


def _shortened(title: str, room: int) -> str:
    """Cut a title that is longer than its column."""
    letters = room // 11
    return title if len(title) <= letters else title[: letters - 1] + "…"


def _names(name: str) -> tuple[str, ...]:
    """Return a class as it is written, a digit in three scripts."""
    return (
        (name, *(glyphs[int(name)] for glyphs in FONT_FILES)) if scripts(name) else (_shortened(name, 120),)
    )


def _bars(
    draw: ImageDraw.ImageDraw,
    place: tuple[int, int],
    rows: Sequence[tuple[tuple[str, ...], float]],
    *,
    pitch: int,
    colours: Sequence[str] = (),
) -> None:
    left, top = place
    for row, (names, share) in enumerate(rows):
        y = top + row * pitch
        for column, name in enumerate(names):
            _write(draw, (left + 40 * column, y), name, 24)
        start = left + 130
        draw.rectangle(
            (start, y + 4, start + 2 + int(220 * share), y + 26), fill=colours[row] if colours else _BAR
        )
        _write(draw, (start + 12 + int(220 * share), y), f"{share:.1%}", 24)


def _write(
    draw: ImageDraw.ImageDraw, place: tuple[int, int], text: str, size: int, colour: str = _TEXT
) -> None:
    files = [file for glyphs, file in FONT_FILES.items() if text and text in glyphs]
    font = ImageFont.truetype(files[0], size) if files else ImageFont.load_default(size)
    draw.text(place, text, colour, font)
