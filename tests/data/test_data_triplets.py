"""Triplets: matched labels, no replacement for images, seeds, balance."""

import numpy as np
import pytest

from mvae.data.triplets import balanced_triplets, epoch_triplets
from mvae.errors import DataError

SCARCE = {"speech"}


@pytest.fixture
def labels() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    return {
        "farsi": rng.permutation(np.repeat(np.arange(10), 60)),
        "kannada": rng.permutation(np.repeat(np.arange(10), 40)),
        "speech": rng.permutation(np.repeat(np.arange(10), 7)),
    }


def digits(labels: dict[str, np.ndarray], triplets: np.ndarray) -> np.ndarray:
    return np.stack([labels[name][column] for name, column in zip(labels, triplets.T, strict=True)])


def test_an_epoch_matches_labels(labels: dict[str, np.ndarray]) -> None:
    triplets = epoch_triplets(labels, scarce=SCARCE, seed=1, epoch=0)
    assert triplets.dtype == np.int64
    assert triplets.shape == (400, 3)  # the scarcer script has 40 of each digit
    matched = digits(labels, triplets)
    assert (matched == matched[0]).all()
    assert np.bincount(matched[0]).tolist() == [40] * 10


def test_images_are_drawn_without_and_speech_with_replacement(labels: dict[str, np.ndarray]) -> None:
    farsi, kannada, speech = epoch_triplets(labels, scarce=SCARCE, seed=1, epoch=0).T
    assert len(np.unique(farsi)) == len(farsi)
    assert sorted(kannada) == list(range(400))
    assert len(np.unique(speech)) <= 70 < len(speech)


def test_speech_is_drawn_uniformly_over_its_recordings(labels: dict[str, np.ndarray]) -> None:
    uses = sum(
        np.bincount(epoch_triplets(labels, scarce=SCARCE, seed=3, epoch=epoch)[:, 2], minlength=70)
        for epoch in range(200)
    )
    expected = 400 * 200 / 70
    chi_squared = ((uses - expected) ** 2 / expected).sum()
    # 60 degrees of freedom: beyond 100 with a probability below one in a thousand.
    assert chi_squared < 100
    assert uses.max() > uses.min(), "drawn with replacement, uses differ"


def test_the_same_seed_and_epoch_give_the_same_triplets_and_others_differ(
    labels: dict[str, np.ndarray],
) -> None:
    first = epoch_triplets(labels, scarce=SCARCE, seed=1, epoch=0)
    np.testing.assert_array_equal(first, epoch_triplets(labels, scarce=SCARCE, seed=1, epoch=0))
    assert not np.array_equal(first, epoch_triplets(labels, scarce=SCARCE, seed=1, epoch=1))
    assert not np.array_equal(first, epoch_triplets(labels, scarce=SCARCE, seed=2, epoch=0))


def test_an_epoch_is_shuffled_and_pairs_anew(labels: dict[str, np.ndarray]) -> None:
    first, second = (epoch_triplets(labels, scarce=SCARCE, seed=1, epoch=epoch) for epoch in range(2))
    drawn = digits(labels, first)[0]
    assert (np.diff(drawn) != 0).mean() > 0.8
    partner = dict(zip(first[:, 1], first[:, 0], strict=True))
    assert np.mean([partner[kannada] == farsi for farsi, kannada, _ in second]) < 0.1


def test_balanced_triplets_use_everything_equally_often(labels: dict[str, np.ndarray]) -> None:
    triplets = balanced_triplets(labels, per_class=840, seed=0)
    matched = digits(labels, triplets)
    assert triplets.shape == (8400, 3)
    assert (matched == matched[0]).all()
    for column, times in zip(triplets.T, (14, 21, 120), strict=True):
        assert set(np.bincount(column)) == {times}
    np.testing.assert_array_equal(triplets, balanced_triplets(labels, per_class=840, seed=0))
    assert not np.array_equal(triplets, balanced_triplets(labels, per_class=840, seed=1))


def test_balanced_triplets_differ_by_at_most_one_use_elsewhere(labels: dict[str, np.ndarray]) -> None:
    for column in balanced_triplets(labels, per_class=100).T:
        assert np.ptp(np.bincount(column)) <= 1


@pytest.mark.parametrize(
    "draw", [lambda labels: epoch_triplets(labels, scarce=SCARCE, seed=0, epoch=0), balanced_triplets]
)
def test_a_digit_that_one_modality_lacks_is_left_out(draw) -> None:
    labels = {"farsi": np.array([0, 0, 1]), "speech": np.array([0, 2])}
    triplets = draw(labels)
    assert set(triplets[:, 0]) == {0, 1}
    assert set(triplets[:, 1]) == {0}
    with pytest.raises(DataError, match="No class occurs in all of the collections farsi, speech"):
        draw({"farsi": np.array([1]), "speech": np.array([2])})


def test_one_modality_alone_gives_as_many_as_it_has() -> None:
    labels = np.array([5, 5, 5, 0])
    assert sorted(epoch_triplets({"farsi": labels}, seed=0, epoch=0).ravel()) == [0, 1, 2, 3]
    speech = epoch_triplets({"speech": labels}, scarce=SCARCE, seed=0, epoch=0)
    assert np.bincount(labels[speech.ravel()]).tolist() == [1, 0, 0, 0, 0, 3]


def test_speakers_of_few_recordings_are_drawn_more_often_than_their_share() -> None:
    labels = {"farsi": np.zeros(5000, np.int64), "speech": np.zeros(110, np.int64)}
    speakers = np.repeat(["many", "ten"], [100, 10])
    drawn = epoch_triplets(labels, scarce=SCARCE, seed=0, epoch=0, speakers={"speech": speakers})[:, 1]
    # By the square roots of 100 and 10
    assert (speakers[drawn] == "ten").mean() == pytest.approx(10**0.5 / (10 + 10**0.5), abs=0.02)
    uses = np.bincount(drawn, minlength=110)
    assert uses[:100].min() > 0
    assert uses[100:].mean() == pytest.approx(uses[:100].mean() * 10**0.5, rel=0.15)
    nobody_knows = {"speech": np.full(110, "")}
    uses = np.bincount(epoch_triplets(labels, scarce=SCARCE, seed=0, epoch=0, speakers=nobody_knows)[:, 1])
    assert uses[100:].mean() == pytest.approx(uses[:100].mean(), rel=0.15)
