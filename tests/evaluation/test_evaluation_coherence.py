import pytest
import torch
from helpers import synthetic_collections
from torch import Tensor, nn

from mvae.data.collections import Collection
from mvae.evaluation import coherence
from mvae.evaluation.classifiers import Classifier
from mvae.evaluation.coherence import Judges, aggregate_posterior, agreement, cross_modal, draw_aggregate
from mvae.evaluation.encoded import Encoded, draw
from mvae.modalities.base import Modality
from mvae.model.gaussian import product_of_experts
from mvae.model.model import MVAE, Gaussians, subset_mask
from mvae.model.scaling import Standardisation
from mvae.model.subsets import all_subsets
from mvae.tasks.digits import MODALITIES, SPEECH, TASK

SIZES = {"farsi": 784, "kannada": 784, "speech": 416}


class FirstTen(Classifier):
    """Sees the digit in the first ten values of a sample."""

    def __init__(self, modality: Modality) -> None:
        super().__init__(modality, 10)

    def forward(self, x: Tensor) -> Tensor:
        return x.flatten(1)[:, :10]


class FirstTenEncoder(nn.Module):
    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        mean = 4 * nn.functional.one_hot(x.flatten(1)[:, :10].argmax(1), 10).float()
        return mean, torch.full_like(mean, -9.0)


class FirstTenDecoder(nn.Module):
    """Writes ten latents where the judges look."""

    def __init__(self, size: int, shape: tuple[int, ...], scale: float = 1.0) -> None:
        super().__init__()
        self.size, self.shape, self.scale = size, shape, scale

    def forward(self, z: Tensor) -> Tensor:
        values = nn.functional.pad(self.scale * z, (0, self.size - 10))
        return values.reshape(*z.shape[:-1], *self.shape)


def perfect_model() -> MVAE:
    model = MVAE(TASK.model("linear", latent_size=10, hidden_size=4)).eval()
    for modality in model.config.modalities:
        model.encoders[modality.name] = FirstTenEncoder()
        model.decoders[modality.name] = FirstTenDecoder(modality.size, modality.shape)
    model.label_decoder = nn.Identity()
    return model


def perfect_collections() -> dict[str, Collection]:
    """Samples that show their digit where the judges look."""
    collections = synthetic_collections(per_class=3)
    for collection in collections.values():
        flat = collection.values.reshape(len(collection.labels), -1)
        flat[:, :10] = 0
        flat[range(len(flat)), collection.labels] = 200
    return collections


@pytest.fixture
def judges() -> Judges:
    return Judges({each.name: FirstTen(each).eval() for each in MODALITIES}, {})


def test_a_perfect_model_is_coherent(judges: Judges) -> None:
    collections = perfect_collections()
    encoded = Encoded.of(perfect_model(), {}, collections)
    rows = cross_modal(encoded, judges, per_class=6)
    assert [(tuple(row["inputs"]), row["imagined"]) for row in rows] == [
        (subset, name) for subset in all_subsets(tuple(SIZES)) for name in SIZES if name not in subset
    ]
    assert all(row["shown"] == row["by_sample"] == row["by_mean"] == 100 for row in rows)


def test_coherence_counts_what_is_wrong_in_one_modality(judges: Judges) -> None:
    model = perfect_model()
    model.decoders["kannada"] = FirstTenDecoder(784, (28, 28), scale=-1)  # shows any other digit
    for row in cross_modal(Encoded.of(model, {}, perfect_collections()), judges, per_class=3):
        expected = 0 if row["imagined"] == "kannada" else 100
        assert row["by_sample"] == row["by_mean"] == expected


def test_a_sample_and_the_mean_are_told_apart(judges: Judges) -> None:
    encoded = Encoded.of(perfect_model(), {}, perfect_collections())
    vague = {name: Gaussians(each.mean, each.log_variance + 11) for name, each in encoded.experts.items()}
    rows = cross_modal(Encoded(encoded.model, encoded.values, encoded.labels, vague), judges, per_class=6)
    assert all(row["by_mean"] == 100 for row in rows)
    assert all(10 < row["by_sample"] < 95 for row in rows)


def test_agreement(judges: Judges) -> None:
    model = perfect_model()
    z = torch.randn(700, 10, generator=torch.Generator().manual_seed(0))
    assert agreement(model, judges, z) == {"modalities": 100, "with_label": 100}
    model.label_decoder = FirstTenDecoder(10, (10,), scale=-1)
    assert agreement(model, judges, z) == {"modalities": 100, "with_label": 0}
    model.decoders["speech"] = FirstTenDecoder(416, (13, 32), scale=-1)
    assert agreement(model, judges, z) == {"modalities": 0, "with_label": 0}


def test_judges_read_speech_in_its_own_units() -> None:
    statistics = Standardisation(*torch.ones(2, 13).numpy())
    seen = []

    class Recorder(FirstTen):
        def forward(self, x: Tensor) -> Tensor:
            seen.append(x)
            return super().forward(x)

    z = torch.randn(5, 10)
    Judges({"speech": Recorder(SPEECH)}, {"speech": statistics}).read(perfect_model(), "speech", z)
    expected = FirstTenDecoder(416, (13, 32))(z) + 1
    assert torch.allclose(seen[0], expected)


def test_aggregate_posterior_has_the_moments_of_what_is_drawn() -> None:
    """Of each digit: draws from its triplets' joint posteriors against the fitted Gaussian."""
    generator = torch.Generator().manual_seed(0)
    encoded = Encoded.of(perfect_model(), {}, perfect_collections())
    experts = {
        name: Gaussians(
            each.mean + torch.randn(each.mean.shape, generator=generator),
            torch.randn(each.mean.shape, generator=generator),
        )
        for name, each in encoded.experts.items()
    }
    spread = Encoded(encoded.model, encoded.values, encoded.labels, experts)
    means, covariances = aggregate_posterior(spread, per_class=12)
    triplets = spread.triplets(12)
    of_three = triplets[spread.classes(triplets) == 3]
    posterior = spread.posterior(of_three.repeat(3000, 1), [tuple(SIZES)])
    drawn = draw(posterior, generator).squeeze(0)
    assert torch.allclose(drawn.mean(0), means[3], atol=0.05)
    assert torch.allclose(torch.cov(drawn.T), covariances[3], atol=0.05)

    latents = draw_aggregate(means, covariances, 40_000, generator)
    assert torch.allclose(latents.mean(0), means.mean(0), atol=0.05)


def test_encoded_posterior_is_the_models() -> None:
    torch.manual_seed(0)
    model = MVAE(TASK.model("linear", latent_size=4, hidden_size=8)).eval()
    collections = synthetic_collections(per_class=2)
    statistics = {"speech": Standardisation.of(collections["speech"].values)}
    encoded = Encoded.of(model, statistics, collections)
    triplets = encoded.triplets(4)
    assert triplets.shape == (40, 3)
    for column, name in enumerate(SIZES):
        assert torch.equal(encoded.labels[name][triplets[:, column]], encoded.classes(triplets))
    subsets = all_subsets(tuple(SIZES))
    with torch.inference_mode():
        experts = model.encode(encoded.inputs(triplets))
        expected = product_of_experts(*experts, subset_mask(subsets, tuple(SIZES)))
    for found, wanted in zip(encoded.posterior(triplets, subsets), expected, strict=True):
        assert torch.allclose(found, wanted, atol=1e-5)


def test_measure_and_its_text(judges: Judges) -> None:
    collections = perfect_collections()
    encoded = Encoded.of(perfect_model(), {}, collections)
    result = coherence.measure(encoded, encoded, judges, collections, per_class=3, samples=50)
    assert result["judges"] == dict.fromkeys(SIZES, 100)
    assert (result["triplets"], result["samples"]) == (30, 50)
    assert result["joint"]["prior"] == {"modalities": 100, "with_label": 100}
    text = coherence.format(result)
    assert "own accuracy on real data of the split: farsi 100.00 %, kannada 100.00 %" in text
    assert "50 samples of the prior N(0, I): all outputs show one class in 100.00 %" in text
    assert "50 samples of the aggregate posterior" in text
