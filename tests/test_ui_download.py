"""What can be taken home says what the model said."""

import csv
import io
import json

import numpy as np
import pytest

import mvae
from mvae.completion import Completion
from mvae.ui.download import result_csv, result_json
from mvae.ui.session import both_drawings
from mvae.ui.worksheet import SIZE, worksheet


@pytest.fixture(scope="module")
def out() -> Completion:
    drawings = both_drawings(3)
    return mvae.load_pretrained().complete({"farsi": drawings["farsi"]}, [("farsi",)], seed=4)[0]


def test_json_has_every_number(out: Completion) -> None:
    result = json.loads(result_json(out, "conv"))
    assert result["given"] == ["farsi"]
    assert result["label"] == out.label
    assert result["seed"] == 4
    assert sum(result["expert_shares"].values()) == pytest.approx(1)
    np.testing.assert_allclose(result["label_probabilities"], out.label_probs, atol=1e-5)
    np.testing.assert_allclose(result["outputs"]["speech_mfcc"], out.mfcc, atol=1e-4)
    assert np.shape(result["outputs"]["kannada"]) == (28, 28)
    np.testing.assert_allclose(result["posterior"]["mean"], out.mean, atol=1e-4)


def test_csv_is_a_table_of_shares(out: Completion) -> None:
    rows = list(csv.DictReader(io.StringIO(result_csv(out))))
    labels = [float(row["value"]) for row in rows if row["quantity"] == "label probability"]
    np.testing.assert_allclose(labels, out.label_probs, atol=1e-6)
    assert [row["name"] for row in rows if row["quantity"] == "given"] == ["farsi"]
    assert {row["name"] for row in rows if row["quantity"] == "expert's share"} == {"prior", "farsi"}


def test_the_worksheet_is_one_page_that_differs_with_the_result(out: Completion) -> None:
    pipe = mvae.load_pretrained()
    standardisation = pipe.description.standardisation["speech"]
    page = worksheet(out, standardisation, "conv")
    assert page.size == SIZE
    drawings = both_drawings(8)
    other = pipe.complete(drawings, [tuple(drawings)])[0]
    assert page.tobytes() != worksheet(other, standardisation, "conv").tobytes()
