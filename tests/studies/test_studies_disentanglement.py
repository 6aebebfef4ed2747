"""One latent index at a time, on a model whose latent has a known meaning."""

import json
from pathlib import Path

import pytest
import torch
from helpers import small_batch, small_model, synthetic_collections, write_small_checkpoint

from mvae.__main__ import main
from mvae.inference.latent import RANKING, active_dimensions
from mvae.inference.pipeline import load_pretrained
from mvae.model.model import MVAE, Gaussians
from mvae.studies import disentanglement
from mvae.studies.disentanglement import LABEL, aggregate_deviation, effects, run


@pytest.fixture
def synthetic(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disentanglement, "load_split", lambda *_: synthetic_collections(per_class=4))
    monkeypatch.setattr("mvae.data.collections.data_hashes", lambda _: {"farsi/x": "00"})


@pytest.fixture
def model() -> MVAE:
    """Its latent index 0 belongs to the first modality and the label, 1 to the modalities, 2 to nothing."""
    model = small_model(dtype=torch.float32)
    with torch.no_grad():
        for name, decoder in model.decoders.items():
            decoder.layers[0].weight[:, 2] = 0
            if name != "m0":
                decoder.layers[0].weight[:, 0] = 0
        model.label_decoder.layers[0].weight[:, 1:] = 0
        for encoder in model.encoders.values():
            encoder.head.weight *= 20  # posteriors that differ
    return model


def test_an_index_moves_what_depends_on_it_and_nothing_else(model: MVAE) -> None:
    inputs, _ = small_batch(model, size=12)
    digits = torch.arange(12) % 3
    found = effects(model, inputs, digits, [0, 1, 2])
    assert found.shape == (3, 4)
    assert found[0, :2].min() > 0.01
    assert found[0, 2:].tolist() == [0, 0]
    assert found[1, 0] == 0
    assert found[1, 1:].min() > 0.01
    assert found[2].tolist() == [0, 0, 0, 0]
    torch.testing.assert_close(effects(model, inputs, digits, [1]), found[1:2])


def test_the_unit_is_the_distance_between_two_digits(model: MVAE) -> None:
    """Outputs that are twice as far apart everywhere leave the effects as they are."""
    inputs, _ = small_batch(model, size=12)
    digits = torch.arange(12) % 3
    before = effects(model, inputs, digits, [0, 1])
    with torch.no_grad():
        for parameter in model.decoders["m1"].layers[-1].parameters():  # Gaussian: its output is its mean
            parameter.mul_(2)
    torch.testing.assert_close(effects(model, inputs, digits, [0, 1]), before)


def test_the_aggregate_posterior_is_the_mixture() -> None:
    mean, log_variance = torch.randn(2, 1, 5, 3, generator=torch.Generator().manual_seed(0))
    noise = torch.randn(200_000, 5, 3, generator=torch.Generator().manual_seed(1))
    draws = mean[0] + (log_variance[0] / 2).exp() * noise
    expected = draws.flatten(0, 1).std(0)
    torch.testing.assert_close(
        aggregate_deviation(Gaussians(mean, log_variance)), expected, rtol=0.01, atol=0
    )


@pytest.mark.usefixtures("synthetic")
def test_the_study_ranks_what_is_alive(tmp_path: Path) -> None:
    write_small_checkpoint(tmp_path)
    found = run(tmp_path, Path("unused"), show_progress=False)
    assert found["outputs"] == [LABEL, "farsi", "kannada", "speech"]
    # The helper wrote the divergences 0.5, 0, 2, 0.1, 0.02, 0.001, 3, 0.2: two of eight are not alive.
    assert {entry["index"]: entry["kl"] for entry in found["indices"]} == {
        0: 0.5, 2: 2.0, 3: 0.1, 4: 0.02, 6: 3.0, 7: 0.2,
    }  # fmt: skip
    strength = [sum(entry["effects"].values()) for entry in found["indices"]]
    assert strength == sorted(strength, reverse=True)
    for entry in found["indices"]:
        acts = [name for name in ("farsi", "kannada", "speech") if entry["effects"][name] >= 0.1]
        assert entry["acts_on"] == acts


@pytest.mark.usefixtures("synthetic")
def test_the_command_writes_it_beside_the_checkpoint_where_the_app_finds_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_small_checkpoint(tmp_path)
    assert main(["study", "disentanglement", "--checkpoint", str(tmp_path), "--seed", "5"]) == 0
    assert str(tmp_path / RANKING) in capsys.readouterr().out
    written = json.loads((tmp_path / RANKING).read_text())
    assert (written["study"], written["seed"]) == ("disentanglement", 5)
    assert written["data"] == {"farsi/x": "00"}
    assert written["machine"]["torch"] == torch.__version__
    assert written["seconds"] >= 0
    ranked = [entry["index"] for entry in written["indices"]]
    assert active_dimensions(load_pretrained(tmp_path), tmp_path).tolist() == [*ranked, 5, 1]


def test_the_command_without_a_checkpoint(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["study", "disentanglement", "--checkpoint", str(tmp_path)]) == 1
    assert "python train.py" in capsys.readouterr().err
