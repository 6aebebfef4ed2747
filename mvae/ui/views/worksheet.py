"""One page to take home: what was given, what the model made of it, and its numbers, as a picture."""

from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

from mvae.inference.completion import Completion
from mvae.model.scaling import Standardisation
from mvae.tasks.digits import MODALITIES, SPEECH
from mvae.ui.text import Common, Download
from mvae.ui.views.glyphs import FONT_FILES
from mvae.ui.views.pictures import digit_image, mfcc_image

SIZE = 1240, 1754
"""Pixels: A4 at 150 dots per inch."""
_PAPER, _TEXT, _GREY, _BAR = "#ffffff", "#1b1f2a", "#5b6472", "#2f6fb0"
_LEFT, _COLUMN, _SIDE = 90, 365, 310


def worksheet(out: Completion, standardisation: Standardisation, model: str) -> Image.Image:
    """Lay out one completion on a page.

    Parameters
    ----------
    out
        What the model made of the inputs.
    standardisation
        The checkpoint's, for speech.
    model
        Name of the checkpoint, as a person reads it.
    """
    page = Image.new("RGB", SIZE, _PAPER)
    draw = ImageDraw.Draw(page)
    _write(draw, (_LEFT, 80), Download.WORKSHEET_TITLE, 46)
    _write(draw, (_LEFT, 160), f"{Download.WORKSHEET_NAME}     {Download.WORKSHEET_DATE}", 26)
    for top, title, values in (
        (230, Download.WORKSHEET_INPUTS, out.inputs),
        (650, Download.WORKSHEET_OUTPUTS, {"farsi": out.farsi, "kannada": out.kannada, "speech": out.mfcc}),
    ):
        _write(draw, (_LEFT, top), title, 30)
        for column, modality in enumerate(MODALITIES):
            left = _LEFT + column * _COLUMN
            place = (left, top + 80, left + _SIDE, top + 80 + _SIDE)
            _write(draw, (left, top + 46), modality.title, 22, _GREY)
            if modality.name not in values:
                draw.rectangle(place, outline=_GREY, width=3)
                _write(draw, (left + 105, top + 220), Common.MISSING, 26, _GREY)
                continue
            value = values[modality.name]
            spoken = modality == SPEECH
            picture = mfcc_image(value, standardisation) if spoken else digit_image(value, scale=11)
            scaled = picture.convert("RGB").resize((_SIDE, _SIDE * picture.height // picture.width))
            page.paste(scaled, (left, top + 80))
    _write(draw, (_LEFT, 1075), Download.WORKSHEET_LABEL, 30)
    labels = [(_names(digit), float(share)) for digit, share in enumerate(out.label_probs)]
    _bars(draw, (_LEFT, 1130), labels, pitch=36)
    _write(draw, (700, 1075), Download.WORKSHEET_SHARES, 30)
    shares = [((Common.EXPERTS[name],), share) for name, share in out.expert_shares.items()]
    _bars(draw, (700, 1130), shares, pitch=48)
    how = Download.FROM_MEAN if out.seed is None else Download.FROM_SAMPLE.format(seed=out.seed)
    for line, sentence in enumerate(Download.WORKSHEET_MODEL):
        said = sentence.format(model=model, kl=out.kl, how=how)
        _write(draw, (_LEFT, 1502 + 28 * line), said, 22, _GREY)
    for line, question in enumerate(Download.WORKSHEET_QUESTIONS):
        _write(draw, (_LEFT, 1570 + 44 * line), question, 26)
    return page


def _names(digit: int) -> tuple[str, ...]:
    """Return a digit in three scripts."""
    return (str(digit), *(glyphs[digit] for glyphs in FONT_FILES))


def _bars(
    draw: ImageDraw.ImageDraw,
    place: tuple[int, int],
    rows: Sequence[tuple[tuple[str, ...], float]],
    *,
    pitch: int,
) -> None:
    left, top = place
    for row, (names, share) in enumerate(rows):
        y = top + row * pitch
        for column, name in enumerate(names):
            _write(draw, (left + 40 * column, y), name, 24)
        start = left + 130
        draw.rectangle((start, y + 4, start + 2 + int(220 * share), y + 26), fill=_BAR)
        _write(draw, (start + 12 + int(220 * share), y), f"{share:.1%}", 24)


def _write(
    draw: ImageDraw.ImageDraw, place: tuple[int, int], text: str, size: int, colour: str = _TEXT
) -> None:
    files = [file for glyphs, file in FONT_FILES.items() if text and text in glyphs]
    font = ImageFont.truetype(files[0], size) if files else ImageFont.load_default(size)
    draw.text(place, text, colour, font)
