import torch
from helpers import small_batch, small_model

from mvae.model.gaussian import reparameterise
from mvae.model.imagination import imagine
from mvae.model.model import MVAE, Gaussians, expectation


def draws(rounds: int, size: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(5)
    return torch.randn(rounds + 1, size, 3, generator=generator, dtype=torch.float64)


def posterior_of(model: MVAE, inputs: dict[str, torch.Tensor], given: torch.Tensor) -> Gaussians:
    experts = model.encode(inputs, given)
    fused = model.fuse(experts, torch.ones(1, 3), given)
    return Gaussians(*(part.squeeze(0) for part in fused))


def test_without_a_round_it_is_a_draw_from_the_posterior() -> None:
    model = small_model(3).eval()
    inputs, _ = small_batch(model, size=2)
    given = torch.tensor([[True, False, True], [False, True, False]])
    posterior, noise = posterior_of(model, inputs, given), draws(0, 2)
    z = imagine(model, given, posterior, noise)
    torch.testing.assert_close(z, reparameterise(*posterior, noise[0]))


def test_a_round_gives_back_what_was_imagined_and_keeps_what_was_given() -> None:
    model = small_model(3).eval()
    inputs, _ = small_batch(model, size=1)
    given, noise = torch.tensor([[False, True, False]]), draws(1, 1)
    posterior = posterior_of(model, inputs, given)
    decoded = model.decode(reparameterise(*posterior, noise[0])).modalities
    completed = {
        modality.name: inputs["m1"]
        if modality.name == "m1"
        else expectation(modality, decoded[modality.name])
        for modality in model.config.modalities
    }
    second = posterior_of(model, completed, torch.ones(1, 3, dtype=torch.bool))
    found = imagine(model, given, posterior, noise)
    torch.testing.assert_close(found, reparameterise(*second, noise[1]))


def test_each_sample_imagines_what_it_lacks_itself() -> None:
    model = small_model(3).eval()
    inputs, _ = small_batch(model, size=4)
    given = torch.tensor([[True, False, True], [True, True, False], [True, True, True], [False, False, True]])
    posterior, noise = posterior_of(model, inputs, given), draws(2, 4)
    together = imagine(model, given, posterior, noise)
    for row in range(4):
        one = slice(row, row + 1)
        alone = imagine(model, given[one], Gaussians(*(part[one] for part in posterior)), noise[:, one])
        torch.testing.assert_close(together[one], alone)


def test_who_has_everything_draws_from_the_same_posterior_again() -> None:
    model = small_model(3).eval()
    inputs, _ = small_batch(model, size=2)
    given, noise = torch.ones(2, 3, dtype=torch.bool), draws(1, 2)
    posterior = posterior_of(model, inputs, given)
    z = imagine(model, given, posterior, noise)
    torch.testing.assert_close(z, reparameterise(*posterior, noise[1]))
