import pytest
import torch

from mvae.modalities import MODALITIES, Modality
from mvae.networks import Decoder, EncoderKind, make_encoder

KINDS: list[EncoderKind] = ["linear", "conv"]
SMALL = (Modality("a", "A", (8, 12), "bernoulli"), Modality("b", "B", (5, 8), "gaussian"))


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
