"""What a person sees of each kind."""

import numpy as np

from mvae.modalities.base import IMAGE_SIZE, Modality
from mvae.modalities.kinds import FURTHEST_SHOWN, KINDS, kind_of
from mvae.tasks.digits import FARSI, SPEECH

VALUES = Modality("values", "Values", (4,), "gaussian", "vector")
SHARES = Modality("shares", "Shares", (3,), "bernoulli", "vector")


def bars(modality: Modality, *values: float) -> np.ndarray:
    """The ink left and right of the middle in each bar's rows, in pixels."""
    (picture,) = kind_of(modality).pictures(modality, np.array([values], np.float32))
    assert picture.shape == (IMAGE_SIZE, IMAGE_SIZE)
    assert 0 <= picture.min() <= picture.max() <= 1
    pitch = (IMAGE_SIZE - 2) / len(values)
    rows = picture[np.round(1 + pitch * np.arange(len(values))).astype(int)]
    return np.stack([rows[:, :14].sum(1), rows[:, 14:].sum(1)], axis=1)


def test_a_drawing_is_seen_as_it_is() -> None:
    ink = np.random.default_rng(0).random((2, 28, 28), np.float32)
    np.testing.assert_array_equal(kind_of(FARSI).pictures(FARSI, ink), ink)


def test_a_sound_is_a_heat_map_with_the_lowest_coefficient_at_the_bottom() -> None:
    mfcc = np.zeros((1, 13, 32), np.float32)
    mfcc[0, 0], mfcc[0, 12] = FURTHEST_SHOWN, -9.0
    (picture,) = kind_of(SPEECH).pictures(SPEECH, mfcc)
    assert picture[12].min() == 1
    assert picture[0].max() == 0
    assert np.unique(picture[1:12]) == [0.5]


def test_the_bars_of_a_vector_lead_from_the_middle_to_either_side() -> None:
    left, right = bars(VALUES, 0, 1, -1, 99).T
    np.testing.assert_allclose(right - right[0], [0, 6.35, 0, 12.85], atol=0.3)
    np.testing.assert_allclose(left - left[0], [0, 0, 6.35, 0], atol=0.3)


def test_values_from_0_to_1_lead_from_the_left() -> None:
    total = bars(SHARES, 0.0, 0.5, 1.0).sum(1)
    np.testing.assert_allclose(total, [0, 13, 26], atol=0.01)


def test_very_many_values_are_seen_too() -> None:
    many = Modality("many", "Many", (200,), "gaussian", "vector")
    (picture,) = kind_of(many).pictures(many, np.full((1, 200), 2.0, np.float32))
    assert picture[1:-1, 15:26].min() > 0.9


def test_only_what_is_heard_calls_itself_audible() -> None:
    samples = {"drawing": np.zeros((28, 28)), "sound": np.zeros((13, 32)), "vector": np.zeros(4)}
    for name, kind in KINDS.items():
        assert kind.audible == (kind.audio(samples[name].astype(np.float32)) is not None)
