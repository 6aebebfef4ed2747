import numpy as np
import pytest

from mvae.modalities.corruption import (
    IMAGE_CORRUPTIONS,
    SOUND_CORRUPTIONS,
    Corruption,
    blurred_image,
    covered_image,
    cut_sound,
    noisy_image,
    noisy_sound,
    quieter_sound,
)
from mvae.modalities.strokes import render, template
from mvae.ui.state.slots import example

IMAGES = list(IMAGE_CORRUPTIONS.values())
SOUNDS = list(SOUND_CORRUPTIONS.values())


@pytest.fixture
def ink() -> np.ndarray:
    found = example("farsi", 7).ink
    assert found is not None
    return found


@pytest.fixture
def sound() -> np.ndarray:
    time = np.arange(8000) / 8000
    return (0.3 * np.sin(2 * np.pi * 300 * time) * np.hanning(8000)).astype(np.float32)


def level(waveform: np.ndarray) -> float:
    return float(np.sqrt(np.mean(waveform.astype(np.float64) ** 2)))


@pytest.mark.parametrize("corrupt", IMAGES)
def test_images_stay_images_and_the_given_one_is_not_changed(corrupt: Corruption, ink: np.ndarray) -> None:
    before = ink.copy()
    for strength in (0, 0.3, 1):
        out = corrupt(ink, strength)
        assert out.shape == (28, 28)
        assert out.dtype == np.float32
        assert out.min() >= 0
        assert out.max() <= 1
        assert not np.shares_memory(out, ink)
    assert np.array_equal(ink, before)
    assert np.array_equal(corrupt(ink, 0), ink)
    assert np.array_equal(corrupt(ink, 0.6), corrupt(ink, 0.6))


@pytest.mark.parametrize("corrupt", SOUNDS)
@pytest.mark.parametrize("channels", [1, 2])
def test_sounds_keep_their_length_and_nothing_changes_at_strength_0(
    corrupt: Corruption, channels: int, sound: np.ndarray
) -> None:
    waveform = sound if channels == 1 else np.stack([sound, sound], axis=1)
    before = waveform.copy()
    for strength in (0.3, 1):
        out = corrupt(waveform, strength)
        assert out.shape == waveform.shape
        assert out.dtype == np.float32
        assert np.isfinite(out).all()
        assert not np.array_equal(out, waveform)
    assert np.array_equal(waveform, before)
    assert corrupt(waveform, 0) == pytest.approx(waveform, abs=1 / 32_767)
    assert np.array_equal(corrupt(waveform, 0.6), corrupt(waveform, 0.6))


def test_noise_replaces_the_given_share_of_pixels_and_more_noise_keeps_what_less_spoilt() -> None:
    image = np.full((28, 28), 2.0, np.float32)  # no grey is 2
    weak, strong = noisy_image(image, 0.25), noisy_image(image, 0.75)
    assert (weak != 2).mean() == pytest.approx(0.25, abs=0.05)
    assert (strong != 2).mean() == pytest.approx(0.75, abs=0.05)
    assert np.array_equal(strong[weak != 2], weak[weak != 2])
    assert (noisy_image(image, 1) != 2).all()
    assert not np.array_equal(noisy_image(image, 0.5, seed=1), noisy_image(image, 0.5))


def test_blur_flattens_more_and_more_and_keeps_the_ink_in_the_middle() -> None:
    point = np.zeros((28, 28), np.float32)
    point[14, 14] = 1
    peaks = [float(blurred_image(point, strength).max()) for strength in (0, 0.1, 0.3, 0.5)]
    assert peaks == sorted(peaks, reverse=True)
    assert len(set(peaks)) == 4
    half = blurred_image(point, 0.5)
    assert half.sum() == pytest.approx(1, abs=0.01)
    # The blur's deviation is 3 pixels: at that distance it has fallen by exp(-1/2).
    assert half[14, 17] / half[14, 14] == pytest.approx(np.exp(-0.5), abs=0.01)


def test_the_cover_hides_the_given_share_of_the_ink_from_its_top(ink: np.ndarray) -> None:
    inked = np.flatnonzero(ink.any(axis=1))
    half = covered_image(ink, 0.5)
    middle = inked[0] + round(len(inked) / 2)
    assert not half[:middle].any()
    assert np.array_equal(half[middle:], ink[middle:])
    assert not covered_image(ink, 1).any()
    blank = np.zeros((28, 28), np.float32)
    assert np.array_equal(covered_image(blank, 0.5), blank)


def test_quieter_is_so_many_decibels_and_what_is_below_a_step_is_lost(sound: np.ndarray) -> None:
    assert 20 * np.log10(level(quieter_sound(sound, 0.5)) / level(sound)) == pytest.approx(-30, abs=0.1)
    assert not quieter_sound(np.full(100, 0.01, np.float32), 1).any()


def test_noise_fades_over_to_as_strong_a_noise(sound: np.ndarray) -> None:
    assert level(noisy_sound(sound, 1)) == pytest.approx(level(sound), rel=0.05)
    noise = noisy_sound(sound, 0.5) - 0.5 * sound
    assert level(noise) == pytest.approx(level(0.5 * sound), rel=0.05)
    assert abs(np.corrcoef(noise, sound)[0, 1]) < 0.05
    assert not np.array_equal(noisy_sound(sound, 0.5, seed=1), noisy_sound(sound, 0.5))


def test_the_end_is_cut_off(sound: np.ndarray) -> None:
    cut = cut_sound(sound, 0.25)
    assert np.array_equal(cut[:6000], sound[:6000])
    assert not cut[6000:].any()
    assert not cut_sound(sound, 1).any()


def test_a_drawing_of_full_size_can_be_spoilt_too() -> None:
    large = render(template("farsi", 3))
    assert noisy_image(large, 0.2).shape == covered_image(large, 0.2).shape == large.shape
