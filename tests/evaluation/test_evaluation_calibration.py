import math

import pytest
import torch
from helpers import synthetic_collections

from mvae.evaluation import calibration
from mvae.evaluation.calibration import calibration_error
from mvae.evaluation.encoded import Encoded
from mvae.model.model import MVAE
from mvae.model.scaling import Standardisation
from mvae.tasks.digits import TASK


def test_calibration_error_by_hand() -> None:
    confidence = torch.tensor([0.55, 0.58, 0.95, 1.0, 1.0])
    right = torch.tensor([True, False, True, True, False])
    # Of 10 bins: (0.5, 0.6] holds two, half of them right; (0.9, 1] holds three, two of them right.
    expected = 2 / 5 * abs(0.5 - 0.565) + 3 / 5 * abs(2 / 3 - 2.95 / 3)
    assert calibration_error(confidence, right, bins=10) == pytest.approx(expected, abs=1e-7)


def test_an_edge_belongs_to_the_bin_below() -> None:
    # (0.4, 0.5] holds 0.45 and 0.5, whose gaps cancel; in two bins they would not.
    assert calibration_error(torch.tensor([0.5, 0.45]), torch.tensor([False, True]), 10) == pytest.approx(
        abs(0.5 - 0.475), abs=1e-7
    )
    assert calibration_error(torch.tensor([0.0]), torch.tensor([False])) == 0


def test_perfect_calibration_has_no_error() -> None:
    confidence = torch.full((1000,), 0.8)
    right = torch.arange(1000) < 800
    assert calibration_error(confidence, right) == pytest.approx(0, abs=1e-6)
    assert calibration_error(confidence, ~right) == pytest.approx(0.6, abs=1e-6)


def test_measure_of_a_model_that_knows_nothing() -> None:
    torch.manual_seed(0)
    model = (
        MVAE(TASK.model("linear", latent_size=4, hidden_size=8)).eval().requires_grad_(requires_grad=False)
    )
    last = model.label_decoder.layers[-1]
    last.weight.zero_()
    last.bias.zero_()
    collections = synthetic_collections(per_class=3)
    standardisation = {"speech": Standardisation.of(collections["speech"].values)}
    result = calibration.measure(Encoded.of(model, standardisation, collections), per_class=6)
    assert result["triplets"] == 60
    assert len(result["rows"]) == 7
    for row in result["rows"]:  # it always says 0, with a probability of a tenth, and is right in a tenth
        assert row["accuracy"] == row["confidence"] == pytest.approx(10)
        assert row["ece"] == pytest.approx(0, abs=1e-3)
        assert row["entropy"] == pytest.approx(math.log(10), abs=1e-4)
    assert [row["given"] for row in result["by_evidence"]] == [1, 2, 3]
    text = calibration.format(result)
    assert "farsi + kannada + speech" in text
    assert "3 given: mean confidence 10.00 %, entropy 2.3026 nats" in text
