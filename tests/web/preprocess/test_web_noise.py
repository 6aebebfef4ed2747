"""A seed's noise, and standardised values, are the same in the page as in PyTorch."""

from typing import Any

import numpy as np
import pytest
import torch

from mvae.errors import InputError
from mvae.inference.pipeline import load_pretrained
from mvae.inference.posteriors import noise_of_seed
from mvae.model.imagination import ROUNDS
from mvae.model.scaling import Standardisation

pytestmark = pytest.mark.browser
SEEDS = [0, 1, 7, 2**31, 2**32 - 1, 2**32 + 7, 2**53 + 1, 2**64 - 1]
SIZES = [0, 1, 2, 6, 15, 16, 17, 31, 32, 128, 512, 999, 512 * 65]
DRAW = "return sizes.map((size) => prepare.noise(BigInt(seed), size));"


@pytest.mark.parametrize("seed", SEEDS)
def test_noise_is_that_of_pytorch(javascript: Any, seed: int) -> None:
    for size, answer in zip(SIZES, javascript(DRAW, seed=str(seed), sizes=SIZES), strict=True):
        expected = torch.randn(size, generator=torch.Generator().manual_seed(seed)).numpy()
        np.testing.assert_allclose(answer["value"], expected, rtol=0, atol=5e-6)


def test_noise_is_that_of_a_pipeline(javascript: Any) -> None:
    for checkpoint in ("conv", "linear"):
        pipe = load_pretrained(checkpoint)
        size = (ROUNDS + 1) * pipe.latent_size
        answers = javascript(
            "return seeds.map((seed) => prepare.noise(seed, size));", seeds=[*range(40)], size=size
        )
        for seed, answer in enumerate(answers):
            expected = noise_of_seed(pipe.model, seed).numpy()
            np.testing.assert_allclose(answer["value"].reshape(expected.shape), expected, rtol=0, atol=5e-6)


@pytest.mark.parametrize("seed", [-1, 2**64, 0.5, float("nan"), True, "7", None])
def test_what_is_no_seed_is_refused_with_the_same_sentence(javascript: Any, seed: Any) -> None:
    pipe = load_pretrained("conv")
    with pytest.raises(InputError) as caught:
        pipe.complete({"farsi": np.zeros((28, 28), np.float32)}, seed=seed if seed is not None else "None")
    given = "BigInt(seed)" if seed == 2**64 else "seed"
    answer = javascript(f"return prepare.noise({given}, 4);", seed=str(seed) if seed == 2**64 else seed)
    assert answer["refused"]["sentence"] == str(caught.value).replace("“None”", "None")


def test_standardised_values_are_those_of_python(javascript: Any) -> None:
    rng = np.random.default_rng(0)
    for shape in ((13, 32), (5, 13, 32), (7,), (4, 7)):
        sequence = shape[-1] == 32
        rows = shape[-2] if sequence else shape[-1]
        mean, deviation = rng.normal(0, 20, rows), rng.uniform(1e-3, 20, rows)
        statistics = Standardisation(mean.astype(np.float32), deviation.astype(np.float32), sequence)
        values = rng.normal(0, 50, shape).astype(np.float32)
        found = javascript(
            'const { standardise, undo } = await import("/preprocess/scaling.js");'
            "return [standardise(values, statistics, frames), undo(values, statistics, frames)];",
            values=values.ravel(), frames=shape[-1] if sequence else 1,
            statistics={"mean": statistics.mean.tolist(), "deviation": statistics.deviation.tolist()},
        )  # fmt: skip
        for one, expected in zip(found, (statistics.apply(values), statistics.undo(values)), strict=True):
            np.testing.assert_array_equal(one.reshape(shape), expected)
