"""What is no digit, made from nothing, and how far it is told from digits."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest
from helpers import synthetic_collections, write_small_checkpoint

from mvae.checkpoint.familiarity import write_familiarity
from mvae.errors import NoSpeechError
from mvae.evaluation import non_digits, out_of_domain
from mvae.evaluation.non_digits import DIGIT_LIKE, LETTERS, RATE
from mvae.inference.pipeline import Pipeline
from mvae.modalities.drawing import prepare_drawing
from mvae.modalities.sound import mfcc

PICTURES = [partial(non_digits.letter, drawings=LETTERS), non_digits.scribble, non_digits.noise_picture]
SOUNDS = list(out_of_domain._SOUNDS.values())


@pytest.mark.parametrize("make", PICTURES, ids=["letters", "scribbles", "noise"])
def test_pictures_can_be_prepared_and_repeated(make: out_of_domain.Maker) -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        prepared = prepare_drawing(make(rng))
        assert prepared is not None
        assert prepared.shape == (28, 28)
    assert np.array_equal(make(np.random.default_rng(3)), make(np.random.default_rng(3)))
    assert not np.array_equal(make(np.random.default_rng(3)), make(np.random.default_rng(4)))


@pytest.mark.parametrize("make", SOUNDS, ids=lambda make: make.__name__)
def test_sounds_are_waveforms_that_repeat(make: out_of_domain.Maker) -> None:
    rng = np.random.default_rng(0)
    refused = 0
    for _ in range(10):
        sound = make(rng)
        assert sound.dtype == np.float32
        assert np.isfinite(sound).all()
        assert 0.05 < np.abs(sound).max() <= 1
        try:
            assert mfcc(sound, RATE).shape == (13, 32)
        except NoSpeechError:
            refused += 1
    assert 0 < refused < 10 if make is non_digits.music else refused == 0  # its tones are told from speech
    assert np.array_equal(make(np.random.default_rng(3)), make(np.random.default_rng(3)))


def test_letters_that_look_like_a_digit_are_left_out() -> None:
    drawings = {"F": LETTERS["F"], "A": LETTERS["A"]}
    for seed in range(10):
        drawn = non_digits.letter(np.random.default_rng(seed), drawings, DIGIT_LIKE["farsi"])
        expected = non_digits.letter(np.random.default_rng(seed), {"A": LETTERS["A"]})
        assert np.array_equal(drawn, expected)


def test_auroc_counts_pairs() -> None:
    digits, others = np.array([0.1, 0.5, 0.5, 0.9]), np.array([0.5, 1.0, 0.2])
    pairs = [(other > digit) + (other == digit) / 2 for digit in digits for other in others]
    assert out_of_domain.auroc(digits, others) == pytest.approx(np.mean(pairs))
    assert out_of_domain.auroc(np.zeros(3), np.ones(2)) == 1


def test_measure_and_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    collections = synthetic_collections()
    write_small_checkpoint(tmp_path)
    nothing = out_of_domain.measure(Pipeline(tmp_path), collections, per_kind=2)
    assert nothing == {}
    assert "python -m mvae familiarity" in out_of_domain.format(nothing)
    write_familiarity(tmp_path, collections)
    pipe = Pipeline(tmp_path)
    # A tone that never changes is refused; then there is nothing to compare.
    steady = np.sin(np.arange(8000) / 5).astype(np.float32)
    monkeypatch.setitem(out_of_domain._SOUNDS, "music", lambda _: steady)
    result = out_of_domain.measure(pipe, collections, per_kind=3)
    assert result == out_of_domain.measure(pipe, collections, per_kind=3)
    assert result["speech"]["kinds"]["music"] == {"given": 3, "refused": 3}
    assert list(result["farsi"]["kinds"]) == ["letters", "scribbles", "noise"]
    for figures in result.values():
        assert figures["digits"] == 120
        for kind in (figures, *figures["kinds"].values()):
            if "auroc" in kind:
                assert 0 <= kind["auroc"] <= 1
                assert 0 <= kind["sure_and_not_found"] <= min(kind["sure"], 100 - kind["found"]) + 0.01
    text = out_of_domain.format(result)
    assert "3 of 3" in text
    assert text.count("false alarms:") == 3
    assert f"{result['farsi']['auroc']:.4f}" in text
    assert text.count("other script") == 2
