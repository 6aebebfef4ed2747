"""MFCCs become the same sound in the page as in Python."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers import spoken
from numpy.typing import NDArray

from mvae.data.collections import load_split
from mvae.errors import InputError
from mvae.inference.pipeline import load_pretrained
from mvae.modalities.sound import mfcc, waveform_of

pytestmark = pytest.mark.browser
LISTEN = """
  const answers = [];
  for (let at = 0; at < joined.length; at += 416) answers.push(prepare.audible(joined.slice(at, at + 416)));
  return answers;
"""
RNG = np.random.default_rng(0)
VOICE = mfcc(spoken(), 8_000)


def assert_alike(javascript: Any, coefficients: NDArray[Any]) -> None:
    coefficients = coefficients.astype(np.float32)
    for one, answer in zip(coefficients, javascript(LISTEN, joined=coefficients), strict=True):
        found, expected = answer["value"], waveform_of(one)
        assert found.shape == expected.shape
        assert np.abs(found).max() == pytest.approx(0.9, abs=1e-6)
        assert np.corrcoef(found, expected)[0, 1] >= 0.98


@pytest.mark.data
def test_sounds_of_test_recordings(javascript: Any, prepared_data: Path) -> None:
    assert_alike(javascript, load_split("test", prepared_data)["speech"].values[::10])


@pytest.mark.parametrize("spread", [0.5, 1.0, 4.0])
def test_sounds_that_a_model_makes(javascript: Any, spread: float) -> None:
    pipe = load_pretrained("conv")
    assert_alike(javascript, pipe.decode(spread * RNG.normal(size=(16, pipe.latent_size)))["speech"])


def test_sounds_of_wild_coefficients(javascript: Any) -> None:
    scales = [1e-3, 1.0, 10.0, 1e3, 1e6]
    wild = [scale * VOICE for scale in scales] + [scale * RNG.normal(size=(13, 32)) for scale in scales]
    assert_alike(javascript, np.stack([*wild, np.full((13, 32), 5.0)]))


def test_what_are_no_coefficients_is_refused_with_the_same_sentence(javascript: Any) -> None:
    infinite = np.where(np.arange(416) == 5, np.inf, 0).reshape(13, 32)
    for value in (np.full((13, 32), np.nan), infinite, np.zeros(7)):
        with pytest.raises(InputError) as caught:
            waveform_of(value)
        answer = javascript("return prepare.audible(value);", value=value.astype(np.float32))
        assert answer == {"refused": {"code": "InputError", "sentence": str(caught.value)}}


def test_making_sound_is_quick(javascript: Any) -> None:
    milliseconds = javascript(
        "return Array.from({ length: 8 }, () => {"
        "  const start = performance.now(); prepare.audible(voice); return performance.now() - start;"
        "});",
        voice=VOICE.ravel(),
    )
    assert min(milliseconds) < 500
