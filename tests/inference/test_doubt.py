import numpy as np
import pytest
from numpy.typing import NDArray

from mvae.inference.doubt import SURE, doubt


def reading(label: int, probability: float) -> NDArray[np.float32]:
    rest = np.full(10, (1 - probability) / 9, np.float32)
    rest[label] = probability
    return rest


def test_a_sure_reading_that_the_others_share_is_as_familiar_as_it_is() -> None:
    assert doubt(0.4, reading(7, 1.0), [(0.2, 7), (0.9, 1)]) == 0.4


def test_an_unfamiliar_sound_stays_so() -> None:
    assert doubt(1.7, reading(7, 1.0), [(0.2, 7)]) == 1.7


@pytest.mark.parametrize(
    ("probability", "doubtful"), [(SURE + 0.01, False), (SURE - 0.01, True), (0.2, True)]
)
def test_an_unsure_reading_is_doubtful(probability: float, doubtful: bool) -> None:
    assert (doubt(0.1, reading(3, probability), [(0.5, 3)]) > 1) == doubtful


def test_a_larger_person_who_says_another_digit_is_believed_only_if_more_familiar() -> None:
    assert doubt(0.4, reading(1, 1.0), [(0.2, 4), (0.3, 1)]) == pytest.approx(2)
    assert doubt(0.4, reading(1, 1.0), [(0.5, 4)]) == pytest.approx(0.8)
    assert doubt(0.4, reading(1, 1.0), [(0.0, 4)]) > 1
