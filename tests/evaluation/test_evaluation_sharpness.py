import pytest
import torch
from helpers import synthetic_collections

from mvae.evaluation import sharpness
from mvae.evaluation.encoded import Encoded
from mvae.evaluation.sharpness import gradient_energy, grey_share
from mvae.model.model import MVAE
from mvae.model.scaling import Standardisation
from mvae.tasks.digits import TASK


def test_gradient_energy_and_grey_by_hand() -> None:
    image = torch.tensor([[0.0, 1.0, 1.0], [0.0, 0.5, 0.95]])
    across = 1 + 0 + 0.25 + 0.45**2
    down = 0 + 0.25 + 0.05**2
    assert float(gradient_energy(image)) == pytest.approx(across + down)
    assert float(grey_share(image)) == pytest.approx(1 / 6)
    assert gradient_energy(torch.rand(4, 5, 28, 28)).shape == (4, 5)


def test_a_mean_has_less_of_it_than_its_images() -> None:
    images = (torch.rand(50, 28, 28, generator=torch.Generator().manual_seed(0)) > 0.8).float()
    assert gradient_energy(images.mean(0)) < 0.1 * gradient_energy(images).mean()
    assert grey_share(images.mean(0)) > grey_share(images).max()


def test_ratios_are_to_the_real_images() -> None:
    """A model whose decoders give one image whatever the latent: its ratios are known."""
    torch.manual_seed(0)
    model = (
        MVAE(TASK.model("linear", latent_size=4, hidden_size=8)).eval().requires_grad_(requires_grad=False)
    )
    collections = synthetic_collections(per_class=3)
    for name, level in (("farsi", 0.0), ("kannada", 0.5)):
        last = model.decoders[name].layers[-1]
        last.weight.zero_()
        last.bias.fill_(torch.logit(torch.tensor(level), eps=1e-6))
    standardisation = {"speech": Standardisation.of(collections["speech"].values)}
    encoded = Encoded.of(model, standardisation, collections)
    result = sharpness.measure(encoded, per_class=6)
    farsi, kannada = result["rows"]
    real = torch.from_numpy(collections["farsi"].values).float() / 255
    assert farsi["modality"] == "farsi"
    assert farsi["gradient_energy"] == pytest.approx(float(gradient_energy(real).mean()), abs=1e-3)
    assert farsi["grey"] == pytest.approx(float(grey_share(real).mean()), abs=1e-4)
    for kind in ("shown", "by_sample", "by_mean", "given"):
        assert farsi[kind] == {"gradient_energy": 0, "grey": 0}
        assert kannada[kind] == {"gradient_energy": 0, "grey": pytest.approx(1 / kannada["grey"], abs=1e-2)}
    assert "kannada   imagined as shown 0.00" in sharpness.format(result)
