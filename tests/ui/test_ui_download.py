"""What can be taken home says what the model said."""

import csv
import io
import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import ImageDraw
from PIL.ImageFont import FreeTypeFont

import mvae
from mvae.inference.completion import Completion
from mvae.ui.frame.download import as_csv, as_json, numbers, summary
from mvae.ui.state.slots import templates
from mvae.ui.state.task import POSTERS
from mvae.ui.text import Common
from mvae.ui.views.worksheet import SIZE, worksheet


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


def test_the_worksheet_is_one_page_that_differs_with_the_result(out: Completion) -> None:
    pipe = mvae.load_pretrained()
    page = worksheet(out, pipe.description, "conv")
    assert page.size == SIZE
    drawings = templates(8)
    other = pipe.complete(drawings, [tuple(drawings)])[0]
    assert page.tobytes() != worksheet(other, pipe.description, "conv").tobytes()


def test_a_table_keeps_text_whole_numbers_and_gaps() -> None:
    table = [
        {"name": "a, b", "label": 7, "share": np.float32(0.25)},
        {"name": "c", "label": 0, "share": None},
    ]
    assert as_csv(table).decode().splitlines() == ["name,label,share", '"a, b",7,0.25', "c,0,"]
    assert json.loads(as_json({"table": table}))["table"] == table


@pytest.mark.parametrize("model", [*POSTERS.checkpoints.values(), Common.OWN_MODEL])
def test_no_line_of_the_worksheet_runs_off_the_paper(
    out: Completion, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = []

    def write(
        self: ImageDraw.ImageDraw, place: tuple[int, int], text: str, _: str, font: FreeTypeFont
    ) -> None:
        ends.append((place[0] + font.getlength(text), text))

    monkeypatch.setattr(ImageDraw.ImageDraw, "text", write)
    large = replace(out, kl=98_765.4, seed=10_000)
    worksheet(large, mvae.load_pretrained().description, model)
    assert any(model in text for _, text in ends)
    assert [text for end, text in ends if end > SIZE[0] - 90] == []
