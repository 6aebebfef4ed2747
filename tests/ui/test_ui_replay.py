"""What the browser is given of a replay."""

import numpy as np
import pytest

from mvae.checkpoint.replay import Strip
from mvae.modalities.base import Modality
from mvae.ui.training.replay import Row, mean_accuracy, replay_sheet, strip_rows
from mvae.ui.views.pictures import INK, PAPER, VIRIDIS

SUBSETS = ("farsi", "kannada", "speech", "farsi+kannada", "farsi+speech", "kannada+speech",
           "farsi+kannada+speech")  # fmt: skip


def strip(value: float) -> Strip:
    digits = np.full((10, 28, 28), value, np.float32)
    speech = np.zeros((10, 13, 32), np.float32)
    speech[3, 0] = value  # the lowest coefficient of the 3
    return {"kannada": digits, "farsi": 1 - digits, "speech": speech}


def test_the_sheet_has_every_row_of_every_epoch_in_its_place() -> None:
    sheet = np.asarray(replay_sheet([strip(0.0), strip(1.0)], strip_rows(), 10).convert("RGB"))
    assert sheet.shape == (2 * 69, 320, 3)
    for epoch, (kannada, farsi) in enumerate(((PAPER, INK), (INK, PAPER))):
        top = 69 * epoch
        assert (sheet[top : top + 28, :280] == kannada).all()
        assert (sheet[top + 28 : top + 56, :280] == farsi).all()
    mfccs = sheet[69 + 56 :]
    assert (mfccs[-1, 96:128] == VIRIDIS[-1]).all()  # the lowest coefficient is at the bottom
    assert (mfccs[:-1] == VIRIDIS[0]).all()


def test_without_epochs_there_is_a_blank_sheet() -> None:
    assert (np.asarray(replay_sheet([], strip_rows(), 10).convert("RGB"))[:28] == PAPER).all()


def test_vectors_are_bars_from_their_mean() -> None:
    row = Row(Modality("values", "Values", (2,), "gaussian", "vector"), 0, 28, 28)
    samples = np.array([[0.5, 0.5], [0.0, 1.0]], np.float32)  # the means, and as far from them as is shown
    sheet = np.asarray(replay_sheet([{"values": samples}], [row], 2).convert("RGB"))
    assert sheet.shape == (28, 56, 3)
    assert (sheet[7, [32, 40]] == INK).all(), "to the left"
    assert (sheet[7, 44:] == PAPER).all()
    assert (sheet[20, [44, 52]] == INK).all(), "to the right"
    assert (sheet[:, [5, 22]] == PAPER).all(), "a mean has no bar"


def test_accuracies_are_averaged_over_subsets_of_the_same_size() -> None:
    values = dict(zip(SUBSETS, (10.0, 20.0, 60.0, 40.0, 50.0, 90.0, 97.0), strict=True))
    better = {key: value + 1 for key, value in values.items()}
    assert mean_accuracy([{"accuracy": values}, {"accuracy": better}], 3) == {
        "One given": pytest.approx([30, 31]),
        "Two given": pytest.approx([60, 61]),
        "All given": pytest.approx([97, 98]),
    }


def test_held_out_digits_count_more_than_training_digits() -> None:
    kinds = {"accuracy": dict.fromkeys(SUBSETS, 99.0), "holdout_accuracy": dict.fromkeys(SUBSETS, 80.0)}
    assert set(map(tuple, mean_accuracy([kinds], 3).values())) == {(80.0,)}


@pytest.mark.parametrize("metrics", [[], [{"loss": 3.0}], [{"accuracy": {}}, {"loss": 3.0}]])
def test_without_accuracies_of_every_epoch_there_are_none(metrics: list[dict]) -> None:
    assert mean_accuracy(metrics, 3) == {}
