"""What can be taken home says what the model said."""

import base64
import csv
import io
import json
import re
import zlib
from contextlib import suppress

import numpy as np
import pytest

import mvae
from mvae.inference.completion import Completion
from mvae.lessons.files import SHIPPED, read_lessons
from mvae.ui.frame.download import as_csv, as_json, numbers, predicted, summary
from mvae.ui.state.hideable import hideable
from mvae.ui.state.slots import templates
from mvae.ui.text import Handout
from mvae.ui.views.handout import handout
from mvae.ui.views.papers import Predicted


@pytest.fixture(scope="module")
def out() -> Completion:
    drawings = templates(3)
    return mvae.load_pretrained().complete({"farsi": drawings["farsi"]}, [("farsi",)], seed=4)[0]


def test_json_has_every_number(out: Completion) -> None:
    result = json.loads(as_json(numbers(out)))
    assert result["given"] == ["farsi"]
    assert result["label"] == out.label
    assert result["seed"] == 4
    assert sum(result["expert_shares"].values()) == pytest.approx(1)
    np.testing.assert_allclose(result["label_probabilities"], out.label_probs, atol=1e-5)
    np.testing.assert_allclose(result["outputs"]["speech_mfcc"], out.mfcc, atol=1e-4)
    assert np.shape(result["outputs"]["kannada"]) == (28, 28)
    np.testing.assert_allclose(result["posterior"]["mean"], out.mean, atol=1e-4)


def test_csv_is_a_table_of_shares(out: Completion) -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(summary(out)).decode())))
    labels = [float(row["value"]) for row in rows if row["quantity"] == "label probability"]
    np.testing.assert_allclose(labels, out.label_probs, rtol=1e-5)
    assert [row["name"] for row in rows if row["quantity"] == "given"] == ["farsi"]
    assert {row["name"] for row in rows if row["quantity"] == "expert's share"} == {"prior", "farsi"}


def text_of(pdf: bytes) -> str:
    """The text of a PDF, a line for each piece: as a reader of PDFs lets it be selected."""
    streams = re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL)
    found = []
    for stream in streams:
        with suppress(ValueError, zlib.error):
            content = zlib.decompress(base64.a85decode(stream.strip(), adobe=stream.strip().endswith(b"~>")))
            pieces = re.findall(rb"\(((?:[^()\\]|\\.)*)\) Tj", content)
            found += [re.sub(r"\\([()\\])", r"\1", each.decode("latin-1")) for each in pieces]
    return " ".join(found)


@pytest.mark.parametrize(("paper", "size"), [("A4", (595.28, 841.89)), ("Letter", (612, 792))])
def test_a_handout_has_question_pictures_room_and_answers(
    out: Completion, paper: str, size: tuple[float, float]
) -> None:
    predicted = [Predicted("Mine & yours", "Who <b>wins", "This.", False, "That.")]
    description = mvae.load_pretrained().description
    pdf = handout(out, description, "conv", paper, question="Is it a (3)? \u06f3", predicted=predicted)
    assert pdf.startswith(b"%PDF")
    box = re.search(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", pdf)
    assert box is not None
    assert [float(each) for each in box.groups()] == pytest.approx(size, abs=0.01)
    assert len(re.findall(rb"/Subtype /Image", pdf)) >= 4  # the input, and three outputs
    said = text_of(pdf)
    for text in (
        "Is it a (3)? ?",
        "Name:",
        "100.0%",
        *Handout.QUESTIONS,
        "Mine & yours",
        "Who < b > wins",  # in pieces
        "This.",
        "That.",
    ):
        assert text in said, text
    assert text_of(handout(out, description, "conv", paper)).startswith(Handout.TITLE)


def test_what_was_predicted_is_told_in_the_order_of_the_lessons() -> None:
    lessons = read_lessons(SHIPPED, hideable())
    told = predicted(lessons, {"hints": {1: 1}, "missing": {2: 0, 1: 2}, "gone": {1: 0}})
    assert [(each.lesson, each.is_right) for each in told] == [
        ("What is missing?", True), ("What is missing?", False), ("Two weak hints make one strong one", True),
    ]  # fmt: skip


def test_a_table_keeps_text_whole_numbers_and_gaps() -> None:
    table = [
        {"name": "a, b", "label": 7, "share": np.float32(0.25)},
        {"name": "c", "label": 0, "share": None},
    ]
    assert as_csv(table).decode().splitlines() == ["name,label,share", '"a, b",7,0.25', "c,0,"]
    assert json.loads(as_json({"table": table}))["table"] == table
