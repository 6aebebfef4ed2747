"""What spoils an input in the page does the same as in Python, and its random numbers are NumPy's."""

from typing import Any

import numpy as np
import pytest

from mvae.arrays import Array
from mvae.errors import InputError
from mvae.modalities.corruption import noisy_image
from mvae.modalities.kinds import KINDS
from mvae.modalities.strokes import template
from mvae.ui.state.contents import Drawing

pytestmark = pytest.mark.browser
STRENGTHS = [each / 20 for each in range(21)]
SPOIL = "return strengths.map((strength) => prepare.spoilt(kind, way, values, strength, width).value);"
WAYS = [(kind, way) for kind in KINDS for way in KINDS[kind].corruptions()]


def values_of(kind: str) -> list[Array]:
    rng = np.random.default_rng(3)
    if kind == "drawing":
        inks = [Drawing.of(template(name, digit)).ink for name in ("farsi", "kannada") for digit in (0, 4, 7)]
        return [*(ink for ink in inks if ink is not None), np.zeros((28, 28), np.float32)]
    if kind == "sound":
        return [rng.uniform(-1, 1, size).astype(np.float32) for size in (1, 6_200, 20_011)]
    return [rng.normal(0, 50, size).astype(np.float32) for size in (1, 13, 500)]


@pytest.mark.parametrize(("kind", "way"), WAYS)
def test_spoilt_is_as_in_python(javascript: Any, kind: str, way: str) -> None:
    for values in values_of(kind):
        found = javascript(SPOIL, kind=kind, way=way, values=values.ravel(), strengths=STRENGTHS, width=28)
        for strength, each in zip(STRENGTHS, found, strict=True):
            expected = KINDS[kind].corruptions()[way](values, strength)
            np.testing.assert_allclose(each.reshape(expected.shape), expected, rtol=1e-6, atol=1e-6)


def test_random_numbers_are_those_of_numpy(javascript: Any) -> None:
    draw = (
        'const { Generator } = await import("/preprocess/random.js");'
        "return seeds.map((seed) => [new Generator(seed).uniform(50), new Generator(seed).normal(60_000)]);"
    )
    seeds = [0, 1, 2**32 - 1]
    for seed, (uniform, normal) in zip(seeds, javascript(draw, seeds=seeds), strict=True):
        np.testing.assert_array_equal(uniform, np.random.default_rng(seed).random(50))
        expected = np.random.default_rng(seed).standard_normal(60_000)
        assert np.abs(expected).max() > 3.7  # the tail is drawn in another way
        np.testing.assert_allclose(normal, expected, rtol=1e-12, atol=0)


@pytest.mark.parametrize("strength", [-0.1, 1.1, float("nan"), "much"])
def test_what_is_no_strength_is_refused_with_the_same_sentence(javascript: Any, strength: Any) -> None:
    image = np.zeros((28, 28), np.float32)
    with pytest.raises(InputError) as caught:
        noisy_image(image, strength)
    spoil = 'return prepare.spoilt("drawing", "noise", values, strength, 28);'
    answer = javascript(spoil, values=image.ravel(), strength=strength)
    assert answer["refused"]["sentence"] == str(caught.value)
