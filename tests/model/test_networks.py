import pytest
import torch
from torch import nn

from mvae.modalities.base import Modality
from mvae.model.networks import CepstralNormalisation, Decoder, EncoderKind, Residual, make_encoder
from mvae.tasks.digits import MODALITIES

KINDS: list[EncoderKind] = ["linear", "conv"]
SMALL = (Modality("a", "A", (8, 12), "bernoulli", "drawing"), Modality("b", "B", (5, 8), "gaussian", "sound"))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("modality", [*MODALITIES, *SMALL], ids=lambda modality: modality.name)
def test_an_encoder_gives_one_gaussian_a_sample(kind: EncoderKind, modality: Modality) -> None:
    torch.manual_seed(0)
    encoder = make_encoder(modality, kind, latent_size=6, hidden_size=32)
    batch = torch.rand(3, *modality.shape)
    mean, log_variance = encoder(batch)
    assert mean.shape == log_variance.shape == (3, 6)
    assert not torch.equal(mean[0], mean[1])


@pytest.mark.parametrize("kind", KINDS)
def test_a_sample_is_encoded_alike_in_any_batch(kind: EncoderKind) -> None:
    torch.manual_seed(0)
    for modality in MODALITIES:
        encoder = make_encoder(modality, kind, latent_size=6, hidden_size=32).eval()
        batch = torch.rand(5, *modality.shape)
        together, alone = encoder(batch)[0][2], encoder(batch[2:3])[0][0]
        torch.testing.assert_close(together, alone, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("wild", [0.0, 1e4, -1e4, 1e8])
def test_experts_are_finite_and_bounded_for_wild_inputs(kind: EncoderKind, wild: float) -> None:
    torch.manual_seed(0)
    for modality in MODALITIES:
        encoder = make_encoder(modality, kind, latent_size=6, hidden_size=32).eval()
        for batch in (torch.full((1, *modality.shape), wild), wild * torch.randn(2, *modality.shape)):
            mean, log_variance = encoder(batch)
            assert torch.isfinite(mean).all()
            assert log_variance.abs().max() <= 20.0


@pytest.mark.parametrize("leading", [(), (4,), (7, 4)])
def test_a_decoder_takes_any_leading_shape(leading: tuple[int, ...]) -> None:
    torch.manual_seed(0)
    decoder = Decoder(latent_size=5, hidden_size=16, shape=(3, 2))
    z = torch.randn(*leading, 5)
    decoded = decoder(z)
    assert decoded.shape == (*leading, 3, 2)
    flat = decoder(z.reshape(-1, 5)).reshape(decoded.shape)
    torch.testing.assert_close(decoded, flat)


@pytest.mark.parametrize("kind", KINDS)
def test_every_parameter_is_trained(kind: EncoderKind) -> None:
    torch.manual_seed(0)
    for modality in MODALITIES:
        encoder = make_encoder(modality, kind, latent_size=6, hidden_size=32)
        mean, log_variance = encoder(torch.rand(4, *modality.shape))
        (mean.square() + log_variance.square()).sum().backward()
        assert all(each.grad is not None and each.grad.any() for each in encoder.parameters())


def test_the_layers_do_not_hear_what_is_the_same_in_every_frame() -> None:
    seen = []

    class Layers(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            seen.append(x)
            return x.flatten(1)

    speech = torch.randn(2, 13, 32, generator=torch.Generator().manual_seed(0))
    voice = torch.randn(2, 13, 1, generator=torch.Generator().manual_seed(1))
    voice[:, 0] = 0  # the loudness, which says which frames count
    features = [CepstralNormalisation(Layers())(x)[:, -13:] for x in (speech, speech + voice)]
    torch.testing.assert_close(seen[0], seen[1], rtol=0, atol=1e-3)
    assert seen[0].shape == (2, 26, 32)
    # The sum of the weights is a little less than the divisor, which must not be zero.
    torch.testing.assert_close(features[1] - features[0], voice[..., 0], rtol=1e-2, atol=1e-2)


def test_a_residual_adds_its_change() -> None:
    layer = Residual(8)
    x = torch.randn(2, 8, 4, 4)
    torch.testing.assert_close(layer(x), torch.relu(x + layer.change(x)))
