"""The public API as the README promises it: numpy in, numpy out."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
import torch
from helpers import spoken, write_small_checkpoint
from numpy.typing import NDArray
from torch.distributions import Bernoulli, Normal, kl_divergence

import mvae
from mvae.errors import CheckpointError, InputError, SilenceError, TooLongError
from mvae.inference.completion import Completion, Decoding
from mvae.inference.pipeline import DECODED_AT_ONCE, Pipeline
from mvae.modalities.sound import mfcc
from mvae.modalities.strokes import render, template
from mvae.model.gaussian import kl_from_prior
from mvae.model.imagination import ROUNDS, imagine
from mvae.model.model import Gaussians
from mvae.model.subsets import all_subsets, subset_key

SUBSETS = all_subsets(("farsi", "kannada", "speech"))
FARSI, KANNADA = render(template("farsi", 4)), render(template("kannada", 4))
SPEECH = (spoken(), 8000)
INPUTS: dict[str, Any] = {"farsi": FARSI, "kannada": KANNADA, "speech": SPEECH}


@pytest.fixture(scope="module", params=["linear", "conv", "shipped conv", "shipped linear"])
def pipe(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    if request.param.startswith("shipped"):
        return mvae.load_pretrained(request.param.removeprefix("shipped "))
    directory = tmp_path_factory.mktemp("small")
    write_small_checkpoint(directory, encoder=request.param)
    return mvae.load_pretrained(directory)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    directory = tmp_path_factory.mktemp("small")
    write_small_checkpoint(directory)
    return mvae.load_pretrained(str(directory))


def assert_array(
    found: NDArray[Any], shape: tuple[int, ...], low: float = -np.inf, high: float = np.inf
) -> None:
    assert isinstance(found, np.ndarray)
    assert found.dtype == np.float32
    assert found.shape == shape
    assert np.isfinite(found).all()
    assert found.min(initial=0) >= low
    assert found.max(initial=0) <= high


def assert_decoding(decoded: Decoding, n: int) -> None:
    assert_array(decoded.farsi, (n, 28, 28), 0, 1)
    assert_array(decoded.kannada, (n, 28, 28), 0, 1)
    assert_array(decoded.mfcc, (n, 13, 32))
    assert_array(decoded.label_probs, (n, 10), 0, 1)
    np.testing.assert_allclose(decoded.label_probs.sum(axis=1), 1, rtol=1e-5)
    assert decoded.label.dtype == np.int64
    assert np.array_equal(decoded.label, decoded.label_probs.argmax(axis=1))


@pytest.mark.parametrize("subset", SUBSETS, ids=subset_key)
def test_any_subset_is_completed(pipe: Pipeline, subset: tuple[str, ...]) -> None:
    out = pipe(**{name: INPUTS[name] for name in subset})
    assert out.given == subset
    assert type(out.label) is int
    assert out.label == int(out.label_probs.argmax())
    assert_array(out.label_probs, (10,), 0, 1)
    assert out.label_probs.sum() == pytest.approx(1, rel=1e-5)
    assert_array(out.farsi, (28, 28), 0, 1)
    assert_array(out.kannada, (28, 28), 0, 1)
    assert_array(out.mfcc, (13, 32))
    assert_array(out.mean, (pipe.latent_size,))
    assert_array(out.variance, (pipe.latent_size,), 0, 1)
    assert out.variance.min() > 0
    assert list(out.expert_shares) == ["prior", *subset]
    assert sum(out.expert_shares.values()) == pytest.approx(1, rel=1e-5)
    assert min(out.expert_shares.values()) > 0
    assert list(out.experts) == list(out.inputs) == list(subset)
    assert np.isfinite(out.kl)
    assert out.kl > 0


@pytest.mark.parametrize("subset", SUBSETS, ids=subset_key)
def test_a_completion_is_what_the_networks_say_one_by_one(pipe: Pipeline, subset: tuple[str, ...]) -> None:
    inputs = pipe.prepare(**INPUTS)
    standardisation = pipe.description.standardisation["speech"]
    precision, weighted = torch.ones(pipe.latent_size), torch.zeros(pipe.latent_size)
    for name in subset:
        values = standardisation.apply(inputs[name]) if name == "speech" else inputs[name]
        mean, log_variance = pipe.model.encoders[name](torch.from_numpy(values)[None])
        precision += torch.exp(-log_variance[0])
        weighted += torch.exp(-log_variance[0]) * mean[0]
    mean = weighted / precision
    kl = kl_from_prior(mean, -precision.log()).sum().item()
    farsi, kannada, speech = (pipe.model.decoders[name](mean) for name in INPUTS)
    (out,) = pipe.complete(inputs, [subset])
    same = {"rtol": 1e-5, "atol": 1e-5}
    np.testing.assert_allclose(out.mean, mean, **same)
    np.testing.assert_allclose(out.variance, 1 / precision, **same)
    np.testing.assert_allclose(out.farsi, farsi.sigmoid(), **same)
    np.testing.assert_allclose(out.kannada, kannada.sigmoid(), **same)
    np.testing.assert_allclose(standardisation.apply(out.mfcc), speech, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(out.label_probs, pipe.model.label_decoder(mean).softmax(-1), **same)
    assert out.kl == pytest.approx(kl, rel=1e-5)


def test_only_what_a_subset_names_is_encoded_and_that_once(
    small: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoded: list[str] = []
    encode = small.model.encode

    def noting(inputs: dict[str, torch.Tensor]) -> Gaussians:
        encoded.extend(inputs)
        return encode(inputs)

    monkeypatch.setattr(small.model, "encode", noting)
    small._expert.cache_clear()
    inputs = small.prepare(**INPUTS)
    small.complete(inputs, [("farsi",), ("farsi", "speech")])
    assert encoded == ["farsi", "speech"]
    (out,) = small.complete(inputs, [("farsi", "kannada", "speech")])
    assert encoded == ["farsi", "speech", "kannada"]

    other = inputs | {"farsi": inputs["farsi"][:, ::-1]}
    (mirrored,) = small.complete(other, [("farsi", "kannada", "speech")])
    assert encoded == ["farsi", "speech", "kannada", "farsi"]
    assert np.abs(mirrored.experts["farsi"][0] - out.experts["farsi"][0]).max() > 1e-3
    np.testing.assert_array_equal(mirrored.experts["speech"][0], out.experts["speech"][0])


def test_what_is_remembered_is_judged_as_it_was() -> None:
    pipe = mvae.load_pretrained()
    inputs = pipe.prepare(farsi=render(template("farsi", 7)))
    noise = {"farsi": np.random.default_rng(0).random((28, 28), np.float32)}
    (digit,), (other,) = (pipe.complete(each, [("farsi",)]) for each in (inputs, noise))
    first, unlike = pipe.unfamiliarity(digit), pipe.unfamiliarity(other)
    assert first["farsi"] < 1 < unlike["farsi"]
    assert (pipe.unfamiliarity(digit), pipe.unfamiliarity(other)) == (first, unlike)


def test_sessions_may_share_a_pipeline(small: Pipeline) -> None:
    inputs = small.prepare(**INPUTS)
    weights = {name: tensor.clone() for name, tensor in small.model.state_dict().items()}

    def use(subset: tuple[str, ...]) -> tuple[Completion, list[float], Decoding]:
        (out,) = small.complete(inputs, [subset])
        return out, small.elbo(inputs, [out]), small.decode(out.mean[None])

    alone = [use(subset) for subset in SUBSETS]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(use, SUBSETS * 5))
    for (out, elbo, decoded), (out_alone, elbo_alone, decoded_alone) in zip(together, alone * 5, strict=True):
        np.testing.assert_allclose(out.farsi, out_alone.farsi, rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(decoded.mfcc, decoded_alone.mfcc, rtol=1e-5, atol=1e-3)
        assert elbo == pytest.approx(elbo_alone, rel=1e-5)
    assert all(torch.equal(tensor, weights[name]) for name, tensor in small.model.state_dict().items())


def test_completion_is_audible(small: Pipeline) -> None:
    waveform, rate = small(farsi=FARSI).audio()
    assert rate == 8000
    assert_array(waveform, (6200,), -1, 1)


def test_what_is_missing_is_imagined_from_a_draw(pipe: Pipeline) -> None:
    inputs = pipe.prepare(**INPUTS)
    means = pipe.complete(inputs)
    one, again, other = (pipe.complete(inputs, seed=seed) for seed in (3, 3, 4))
    assert [out.seed for out in (*means[:1], *one[:1], *other[:1])] == [None, 3, 4]
    for mean, drawn, same, another in zip(means, one, again, other, strict=True):
        np.testing.assert_allclose(drawn.label_probs, mean.label_probs, rtol=1e-5, atol=1e-7)
        assert np.array_equal(drawn.mean, mean.mean)
        for name, output in (("farsi", "farsi"), ("kannada", "kannada"), ("speech", "mfcc")):
            values = [getattr(out, output) for out in (mean, drawn, same, another)]
            np.testing.assert_allclose(values[2], values[1], rtol=1e-5, atol=1e-6)
            if name in mean.given:
                np.testing.assert_allclose(values[1], values[0], rtol=1e-4, atol=1e-4)
            else:
                assert not np.allclose(values[1], values[0], rtol=1e-4, atol=1e-4)
                assert not np.allclose(values[3], values[1], rtol=1e-4, atol=1e-4)


def test_what_is_imagined_is_drawn_with_the_seed(small: Pipeline) -> None:
    (out,) = small.complete(small.prepare(farsi=FARSI), seed=5)
    noise = torch.randn(ROUNDS + 1, 1, small.latent_size, generator=torch.Generator().manual_seed(5))
    posterior = Gaussians(torch.from_numpy(out.mean)[None], torch.from_numpy(out.variance)[None].log())
    given = torch.tensor([[True, False, False]])
    drawn = imagine(small.model, given, posterior, noise)
    decoded = small.decode(drawn.numpy())
    np.testing.assert_allclose(out.kannada, decoded.kannada[0], rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(out.mfcc, decoded.mfcc[0], rtol=1e-4, atol=1e-3)


def test_subsets_share_the_noise_of_a_draw(small: Pipeline) -> None:
    inputs = small.prepare(**INPUTS)
    together = small.complete(inputs, seed=2)
    for one in together:
        (alone,) = small.complete(inputs, [one.given], seed=2)
        np.testing.assert_allclose(one.kannada, alone.kannada, rtol=1e-4, atol=1e-6)


def test_what_is_none_is_not_there(small: Pipeline) -> None:
    one, other = small(farsi=FARSI, kannada=None, speech=None), small(farsi=FARSI)
    assert np.array_equal(one.mean, other.mean)
    assert one.label == other.label


def test_the_same_call_gives_the_same_completion(pipe: Pipeline) -> None:
    one, other = pipe(**INPUTS), pipe(**INPUTS)
    assert np.array_equal(one.farsi, other.farsi)
    assert pipe.elbo(one.inputs, [one]) == pipe.elbo(other.inputs, [other])


def test_posterior_is_the_product_of_the_experts(small: Pipeline) -> None:
    out = small(**INPUTS)
    precision = 1 + sum(1 / variance for _, variance in out.experts.values())
    mean = sum(mean / variance for mean, variance in out.experts.values()) / precision
    np.testing.assert_allclose(out.variance, 1 / precision, rtol=1e-4)
    np.testing.assert_allclose(out.mean, mean, rtol=1e-3, atol=1e-5)
    assert out.expert_shares["prior"] == pytest.approx(len(precision) / precision.sum(), rel=1e-4)
    for name, (_, variance) in out.experts.items():
        assert out.expert_shares[name] == pytest.approx((1 / variance).sum() / precision.sum(), rel=1e-4)


def test_all_subsets_in_one_batch_are_the_subsets_one_at_a_time(pipe: Pipeline) -> None:
    inputs = pipe.prepare(**INPUTS)
    together = pipe.complete(inputs)
    assert [each.given for each in together] == SUBSETS
    for one, elbo in zip(together, pipe.elbo(inputs, together), strict=True):
        (alone,) = pipe.complete(inputs, [one.given])
        called = pipe(**{name: INPUTS[name] for name in one.given})
        for other in (alone, called):
            for field in ("mean", "variance", "farsi", "kannada", "label_probs"):
                np.testing.assert_allclose(getattr(one, field), getattr(other, field), rtol=1e-3, atol=1e-5)
            np.testing.assert_allclose(one.mfcc, other.mfcc, rtol=1e-3, atol=1e-2)
            assert one.expert_shares == pytest.approx(other.expert_shares, rel=1e-4)
        assert pipe.elbo(inputs, [alone]) == pytest.approx([elbo], rel=1e-4)


def test_elbo_and_kl_agree_with_torch_distributions(small: Pipeline) -> None:
    inputs = small.prepare(**INPUTS)
    out = small.complete(inputs, [("farsi", "speech")])[0]
    posterior = Normal(torch.from_numpy(out.mean), torch.from_numpy(out.variance).sqrt())
    assert out.kl == pytest.approx(kl_divergence(posterior, Normal(0.0, 1.0)).sum().item(), rel=1e-4)
    torch.manual_seed(9)
    z = posterior.sample(torch.Size([4000]))
    decoded = small.model.decode(z)
    standardised = small.description.standardisation["speech"].apply(inputs["speech"])
    total = Normal(decoded.modalities["speech"], 1.0).log_prob(torch.from_numpy(standardised)).sum((1, 2))
    for name in ("farsi", "kannada"):
        likelihood = Bernoulli(logits=decoded.modalities[name], validate_args=False)
        total = total + likelihood.log_prob(torch.from_numpy(inputs[name])).sum((1, 2))
    error = 6 * total.std().item() / np.sqrt(64)  # of a mean over the 64 draws that the pipeline takes
    assert small.elbo(inputs, [out]) == pytest.approx([total.mean().item() - out.kl], abs=max(error, 0.1))


def test_elbo_counts_the_inputs_that_it_is_asked_about(small: Pipeline) -> None:
    inputs = small.prepare(**INPUTS)
    out = small(farsi=FARSI)
    (of_given,) = small.elbo(out.inputs, [out])
    (of_all,) = small.elbo(inputs, [out])
    others = [small.elbo({name: inputs[name]}, [out])[0] + out.kl for name in ("kannada", "speech")]
    assert of_all == pytest.approx(of_given + sum(others), rel=1e-5)
    assert of_all < of_given


def test_inputs_come_back_as_the_model_saw_them(small: Pipeline) -> None:
    out = small(farsi=FARSI, speech=SPEECH)
    assert_array(out.inputs["farsi"], (28, 28), 0, 1)
    np.testing.assert_array_equal(out.inputs["speech"], mfcc(*SPEECH))


def test_speech_may_be_given_as_mfccs(small: Pipeline) -> None:
    one, other = small(speech=SPEECH), small(speech=mfcc(*SPEECH).astype(np.float64))
    np.testing.assert_allclose(one.mean, other.mean, rtol=1e-5, atol=1e-6)


def test_a_callers_arrays_are_left_alone(small: Pipeline) -> None:
    picture, waveform = FARSI.copy(), spoken()
    coefficients = mfcc(waveform, 8000)
    before = picture.copy(), waveform.copy(), coefficients.copy()
    small(farsi=picture, speech=(waveform, 8000))
    small(speech=coefficients)
    for array, expected in zip((picture, waveform, coefficients), before, strict=True):
        assert np.array_equal(array, expected)


def test_decode_is_batched(pipe: Pipeline) -> None:
    z = np.random.default_rng(0).normal(size=(5, pipe.latent_size))
    decoded = pipe.decode(z)
    assert_decoding(decoded, 5)
    np.testing.assert_allclose(pipe.decode(z[2:3]).farsi[0], decoded.farsi[2], rtol=1e-3, atol=1e-5)
    assert_decoding(pipe.decode(z[:0]), 0)


def test_many_latents_are_decoded_in_order(small: Pipeline) -> None:
    z = np.random.default_rng(0).normal(size=(2 * DECODED_AT_ONCE + 1, small.latent_size))
    decoded = small.decode(z)
    assert_decoding(decoded, len(z))
    for row in (0, DECODED_AT_ONCE - 1, DECODED_AT_ONCE, len(z) - 1):
        alone = small.decode(z[row : row + 1])
        for name in ("farsi", "kannada", "label_probs"):
            np.testing.assert_allclose(
                getattr(decoded, name)[row], getattr(alone, name)[0], rtol=1e-5, atol=1e-5
            )
        np.testing.assert_allclose(decoded.mfcc[row], alone.mfcc[0], rtol=1e-4, atol=1e-3)


def test_decoding_the_posterior_mean_is_the_completion(small: Pipeline) -> None:
    out = small(kannada=KANNADA)
    decoded = small.decode(out.mean[None])
    np.testing.assert_allclose(decoded.farsi[0], out.farsi, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(decoded.mfcc[0], out.mfcc, rtol=1e-4, atol=1e-4)
    assert decoded.label[0] == out.label


def test_decoding_is_audible_far_out(small: Pipeline) -> None:
    decoded = small.decode(np.full((2, small.latent_size), 1500.0))
    waveform, rate = decoded.audio(1)
    assert rate == 8000
    assert_array(waveform, (6200,), -1, 1)


def test_sampling(small: Pipeline) -> None:
    assert_decoding(small.sample(6), 6)
    assert np.array_equal(small.sample(3, seed=1).farsi, small.sample(3, seed=1).farsi)
    assert not np.array_equal(small.sample(3, seed=1).farsi, small.sample(3, seed=2).farsi)
    assert_decoding(small.sample(0), 0)


def test_sampling_a_posterior_stays_around_it(small: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    out = small(**INPUTS)
    latents: list[NDArray[np.float32]] = []
    monkeypatch.setattr(small, "decode", latents.append)
    small.sample(20_000, posterior=out)
    np.testing.assert_allclose(latents[0].mean(axis=0), out.mean, atol=0.03)
    np.testing.assert_allclose(latents[0].var(axis=0), out.variance, rtol=0.06)
    assert latents[0].dtype == np.float32


@pytest.mark.parametrize(
    "z",
    [np.zeros(8), np.zeros((2, 7)), np.full((1, 8), np.nan), np.full((1, 8), np.inf), np.zeros((1, 1, 8))],
    ids=["one axis", "too few", "nan", "infinite", "three axes"],
)
def test_latents_that_cannot_be_decoded(small: Pipeline, z: NDArray[np.float64]) -> None:
    with pytest.raises(InputError, match=r"shape \(n, 8\)"):
        small.decode(z)


@pytest.mark.parametrize(
    ("inputs", "error", "sentence"),
    [
        ({}, InputError, "All modalities are missing"),
        ({"farsi": None, "kannada": None, "speech": None}, InputError, "All modalities are missing"),
        ({"farsi": np.zeros((280, 280))}, InputError, "Farsi drawing is blank"),
        ({"farsi": FARSI, "kannada": np.full((50, 50, 3), 255)}, InputError, "Kannada drawing is blank"),
        ({"farsi": np.full((28, 28), np.nan)}, InputError, "not finite"),
        ({"speech": (np.zeros(8000), 8000)}, SilenceError, "silent"),
        ({"speech": (np.zeros(8000 * 3600, np.int8), 8000)}, TooLongError, "3,600 seconds"),
        ({"speech": np.zeros(8000)}, InputError, "waveform, rate"),
        ({"speech": np.full((13, 32), np.nan)}, InputError, "MFCCs must be"),
    ],
)
def test_bad_input_is_a_sentence(
    small: Pipeline, inputs: dict[str, Any], error: type[InputError], sentence: str
) -> None:
    with pytest.raises(error, match=sentence) as caught:
        small(**inputs)
    assert "\n" not in str(caught.value)


def test_missing_checkpoint_is_a_sentence() -> None:
    with pytest.raises(CheckpointError, match=r"python train\.py"):
        mvae.load_pretrained("nothing-here")


def test_default_is_the_convolutional_checkpoint() -> None:
    assert mvae.load_pretrained().model.config.encoder == "conv"


@pytest.mark.parametrize(
    "blank", [np.zeros_like, lambda like: np.full_like(like, 255)], ids=["black", "white"]
)
def test_polarity_does_not_matter(small: Pipeline, blank: Callable[[Any], Any]) -> None:
    background = blank(FARSI)
    drawn = np.where(FARSI > 127, 255 - background, background)
    expected: Completion = small(farsi=np.where(FARSI > 127, 255, 0))
    np.testing.assert_allclose(small(farsi=drawn).mean, expected.mean, rtol=1e-4, atol=1e-5)
