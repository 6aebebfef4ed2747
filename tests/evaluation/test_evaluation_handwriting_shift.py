import numpy as np
import pytest
import torch
from helpers import synthetic_collections, write_small_checkpoint

from mvae.evaluation import handwriting_shift
from mvae.evaluation.handwriting_shift import CANVAS, drawn_by_a_stranger, read_alone, stranger_drawings
from mvae.inference.pipeline import Pipeline
from mvae.modalities.strokes import template


@pytest.fixture(scope="module")
def pipe(tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    directory = tmp_path_factory.mktemp("small")
    write_small_checkpoint(directory)
    return Pipeline(directory)


@pytest.mark.parametrize("script", ["farsi", "kannada"])
def test_a_stranger_draws_the_same_digit_with_another_hand(script: str) -> None:
    rng = np.random.default_rng(0)
    pens, sizes, places = [], [], []
    for _ in range(60):
        for digit in range(10):
            drawn, pen = drawn_by_a_stranger(template(script, digit), rng)
            assert len(drawn) == len(template(script, digit))
            points = np.concatenate([np.array(line) for line in drawn])
            border = pen / 2 / CANVAS
            assert points.min() > border  # the whole pen stays on the canvas
            assert points.max() < 1 - border
            pens.append(pen)
            if digit == 7:
                sizes.append(np.ptp(points[:, 1]))
                places.append(points.mean(axis=0))
    assert 8 <= min(pens) < 10
    assert 32 < max(pens) <= 34
    assert min(sizes) < 0.5
    assert max(sizes) > 0.75
    assert np.std(places, axis=0).min() > 0.05


def test_the_change_is_moderate_and_points_are_uneven() -> None:
    rng = np.random.default_rng(0)
    line = [(0.2, 0.5), (0.8, 0.5)]
    angles, unevenness = [], []
    for _ in range(300):
        ((*points,),), _ = drawn_by_a_stranger([line], rng)
        steps = np.diff(points, axis=0)
        along = np.array(points[-1]) - points[0]
        angles.append(np.arctan2(along[1], along[0]))
        lengths = np.hypot(*steps.T)
        unevenness.append(lengths.std() / lengths.mean())
    assert np.abs(angles).max() < 0.35  # rotated, and the wobble of its ends
    assert np.std(angles) > 0.08
    assert np.median(unevenness) > 0.15


def test_a_dot_stays_a_dot() -> None:
    ((point,),), _ = drawn_by_a_stranger([[(0.5, 0.5), (0.5, 0.5)]], np.random.default_rng(0))
    assert 0 < min(point) <= max(point) < 1


def test_the_seed_repeats_the_drawings_and_scripts_differ() -> None:
    pictures, digits = stranger_drawings("farsi", 1)
    assert pictures.shape == (10, CANVAS, CANVAS)
    assert pictures.dtype == np.uint8
    assert digits.tolist() == list(range(10))
    assert np.array_equal(pictures, stranger_drawings("farsi", 1)[0])
    assert not np.array_equal(pictures, stranger_drawings("farsi", 1, seed=1)[0])
    assert not pictures[:, [0, -1]].any()  # the border stays paper
    assert (pictures.reshape(10, -1).max(1) == 255).all()


def test_read_alone_is_what_the_app_says(pipe: Pipeline) -> None:
    pictures, _ = stranger_drawings("kannada", 1)
    prepared = np.stack([pipe.prepare(kannada=picture)["kannada"] for picture in pictures])
    found = read_alone(pipe.model, "kannada", torch.from_numpy(prepared))
    assert found.tolist() == [pipe(kannada=picture).label for picture in pictures]


def test_measure_counts(pipe: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        handwriting_shift, "read_alone", lambda *_: torch.tensor([0, 1, 2, 3, 4, 5, 6, 7, 0, 0] * 3)
    )
    collection = synthetic_collections(per_class=3)["kannada"]
    tidy = handwriting_shift.Collection(collection.values, np.tile(np.arange(10), 3), collection.groups)
    monkeypatch.setattr(handwriting_shift, "stranger_drawings", _tidy_drawings)
    result = handwriting_shift.measure(pipe, tidy, per_digit=3)
    assert result["dig_mnist"] == {"images": 30, "accuracy": 80.0}
    for script in ("farsi", "kannada"):
        figures = result["strokes"][script]
        assert (figures["drawings"], figures["accuracy"]) == (30, 80.0)
        assert figures["by_digit"] == {str(digit): 100.0 * (digit < 8) for digit in range(10)}
    text = handwriting_shift.format(result)
    assert "Dig-MNIST, 30 images: 80.00 %" in text
    assert "worst digits 8 (0.0 %), 9 (0.0 %), 0 (100.0 %)" in text


def _tidy_drawings(name: str, per_digit: int) -> tuple[np.ndarray, np.ndarray]:
    pictures, digits = stranger_drawings(name, 1)
    return np.tile(pictures, (per_digit, 1, 1)), np.tile(digits, per_digit)
