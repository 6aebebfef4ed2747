"""A handout to print: a question, what was given and imagined, room for answers, and the lessons' answers.

It is a PDF whose text can be selected and searched. It is made when somebody asks for it, and only then is
reportlab loaded.
"""

import io
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import numpy as np
from PIL import Image
from reportlab.lib import colors, pagesizes
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import HRFlowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table
from reportlab.platypus import Image as Picture

from mvae.checkpoint.store import Description
from mvae.inference.completion import Completion
from mvae.ui.text import Common, Handout
from mvae.ui.views.papers import Predicted
from mvae.ui.views.samples import sample_image

_SIZES = {"A4": pagesizes.A4, "Letter": pagesizes.LETTER}  # points
_GREY, _BAR = colors.HexColor("#5b6472"), colors.HexColor("#2f6fb0")
_MARGIN = 18 * mm
_SIDE = 36 * mm
_MOST_BARS = 10
_BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=10, leading=14)
_SMALL = ParagraphStyle("small", _BODY, fontSize=8.5, leading=11, textColor=_GREY)
_HEAD = ParagraphStyle(
    "head", _BODY, fontName="Helvetica-Bold", fontSize=12, leading=18, spaceBefore=8, keepWithNext=1
)
_TITLE = ParagraphStyle("title", _BODY, fontName="Helvetica-Bold", fontSize=19, leading=26)


def handout(
    out: Completion,
    description: Description,
    model: str,
    paper: str,
    *,
    question: str = "",
    predicted: Sequence[Predicted] = (),
) -> bytes:
    """Lay out one completion, with room for answers, as a PDF.

    Parameters
    ----------
    out
        What the model made of the inputs.
    description
        Of the checkpoint.
    model
        Its name, as a person reads it.
    paper
        One of `mvae.ui.views.papers.PAPERS`.
    question
        Of the class, in its own words; "" for the handout's own questions.
    predicted
        The answers that were given in lessons.
    """
    width = _SIZES[paper][0] - 2 * _MARGIN
    parts = [
        Paragraph(_plain(question) or Handout.TITLE, _TITLE),
        Paragraph(Handout.NAME_AND_DATE, _BODY),
        *_pictures(Handout.INPUTS, out.inputs, out, description, width),
        *_pictures(Handout.OUTPUTS, out.outputs, out, description, width),
        _bars(out, description, width),
        Paragraph(_plain(_how(out, model)), _SMALL),
        *_room(Handout.QUESTIONS, width),
        *_answers(predicted),
    ]
    file = io.BytesIO()
    SimpleDocTemplate(
        file, pagesize=_SIZES[paper], title=question or Handout.TITLE, author=Common.APP,
        leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=_MARGIN, bottomMargin=_MARGIN,
    ).build(parts)  # fmt: skip
    return file.getvalue()


def _plain(text: str) -> str:
    """Return somebody's own text as it may stand in a paragraph: nothing in it is markup.

    The fonts that every reader of PDFs has know Western letters only; others become question marks.
    """
    return escape(text.encode("cp1252", "replace").decode("cp1252"), quote=False)


def _how(out: Completion, model: str) -> str:
    how = Handout.FROM_MEAN if out.seed is None else Handout.FROM_SAMPLE.format(seed=out.seed)
    return Handout.MODEL.format(model=model, kl=out.kl, how=how)


def _pictures(
    title: str, values: Mapping[str, Any], out: Completion, description: Description, width: float
) -> list[Any]:
    """Lay out a row of pictures, a column for each modality."""
    column = min(width / len(out.modalities), _SIDE + 8 * mm)
    titles, cells = [], []
    for modality in out.modalities:
        titles.append(Paragraph(_plain(modality.title), _SMALL))
        if modality.name not in values:
            cells.append(Paragraph(Common.MISSING, _SMALL))
            continue
        picture = sample_image(modality, values[modality.name], description.standardisation, scale=8)
        cells.append(_picture(picture.convert("RGB"), column - 8 * mm))
    table = Table([titles, cells], colWidths=[column] * len(cells), hAlign="LEFT")
    table.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)])
    return [KeepTogether([Paragraph(title, _HEAD), table])]


def _picture(image: Image.Image, side: float) -> Picture:
    file = io.BytesIO()
    image.save(file, "PNG")
    scale = side / max(image.size)
    return Picture(file, image.width * scale, image.height * scale)


def _bars(out: Completion, description: Description, width: float) -> Table:
    """Lay out the probabilities beside the shares."""
    classes = description.model.classes
    likely = np.sort(np.argsort(-out.label_probs, kind="stable")[:_MOST_BARS]).tolist()
    titles = {"prior": Common.PRIOR} | {each.name: each.short_title for each in out.modalities}
    sides = (
        (Handout.LABEL, [(classes[label], float(out.label_probs[label])) for label in likely]),
        (Handout.SHARES, [(titles[name], share) for name, share in out.expert_shares.items()]),
    )
    cells = [[Paragraph(title, _HEAD), _rows(rows, width / 2)] for title, rows in sides]
    table = Table([cells], colWidths=[width / 2] * 2, hAlign="LEFT")
    table.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)])
    return table


def _rows(rows: Sequence[tuple[str, float]], width: float) -> Table:
    longest = 0.4 * width
    lines = [
        [
            Paragraph(_plain(name), _BODY),
            HRFlowable(longest * share + 0.5, 7, color=_BAR, hAlign="LEFT", lineCap="butt", spaceBefore=0),
            Paragraph(f"{share:.1%}", _BODY),
        ]
        for name, share in rows
    ]
    table = Table(lines, colWidths=[0.3 * width, longest + 6, 0.22 * width], hAlign="LEFT")
    table.setStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            *((side, (0, 0), (-1, -1), 0.5) for side in ("TOPPADDING", "BOTTOMPADDING")),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ]
    )
    return table


def _room(questions: Sequence[str], width: float) -> list[Any]:
    """Lay out questions with lines to write on below each."""
    line = HRFlowable(width, 0.6, color=_GREY, spaceBefore=17, spaceAfter=0)
    return [
        KeepTogether([Paragraph(_plain(question), _BODY), line, line, Spacer(1, 8)]) for question in questions
    ]


def _answers(predicted: Sequence[Predicted]) -> list[Any]:
    """Lay out what was predicted in lessons, a lesson after the other."""
    parts: list[Any] = []
    for place, each in enumerate(predicted):
        if place == 0 or predicted[place - 1].lesson != each.lesson:
            parts.append(Paragraph(_plain(Handout.LESSON.format(title=each.lesson)), _HEAD))
        verdict = Handout.WAS_RIGHT if each.is_right else Handout.WAS_WRONG.format(right=each.right)
        parts.append(
            KeepTogether(
                [
                    Paragraph(_plain(each.question), _BODY),
                    Paragraph(_plain(Handout.PREDICTED.format(answer=each.answer)), _BODY),
                    Paragraph(_plain(verdict), _SMALL),
                    Spacer(1, 6),
                ]
            )
        )
    return parts
