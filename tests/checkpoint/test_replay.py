"""What a model imagined after each epoch, as one picture beside its checkpoint."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from helpers import add_strip, synthetic_collections
from PIL import Image

from mvae.checkpoint.files import write_atomically
from mvae.checkpoint.place import METRICS, SHIPPED
from mvae.checkpoint.replay import REPLAY, read_replay, replay_file
from mvae.checkpoint.store import Description, checkpoint_files
from mvae.modalities.base import Modality
from mvae.modalities.drawing import prepare_drawing
from mvae.modalities.strokes import render, template
from mvae.model.imagination import ROUNDS, imagine
from mvae.model.model import MVAE, expectation
from mvae.model.scaling import Standardisation
from mvae.tasks.digits import KANNADA, SPEECH, TASK
from mvae.training.config import TrainConfig
from mvae.training.run import fit


def model(seed: int = 0) -> MVAE:
    torch.manual_seed(seed)
    return MVAE(TASK.model("linear", latent_size=4, hidden_size=8)).train()


def test_each_epoch_adds_a_strip(tmp_path: Path) -> None:
    assert read_replay(tmp_path) == []
    for epoch in (1, 2, 3):
        add_strip(tmp_path, epoch, model(epoch))
    strips = read_replay(tmp_path)
    assert len(strips) == 3
    for strip in strips:
        assert strip["kannada"].shape == strip["farsi"].shape == (10, 28, 28)
        assert strip["speech"].shape == (10, 13, 32)
        assert all(part.min() >= 0 and part.max() <= 1 for part in strip.values())
    assert not np.array_equal(strips[0]["farsi"], strips[1]["farsi"])


def test_a_strip_is_what_the_model_imagines(tmp_path: Path) -> None:
    net = model().eval()
    add_strip(tmp_path, 1, net)
    (strip,) = read_replay(tmp_path)
    noise = torch.randn(ROUNDS + 1, 1, 4, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        for digit in (0, 7):
            ink = prepare_drawing(render(template("farsi", digit)))
            assert ink is not None
            inputs = {"farsi": torch.from_numpy(ink)[None]}
            posterior = net.fuse(net.encode(inputs), torch.ones(1, 1))
            alone = type(posterior)(*(part[0] for part in posterior))
            given = torch.tensor([[True, False, False]])
            z = imagine(net, given, alone, noise)
            expected = expectation(KANNADA, net.decoders["kannada"](z))[0]
            assert np.abs(strip["kannada"][digit] - expected.numpy()).max() < 0.5 / 15 + 1e-3


def test_the_noise_is_the_same_each_time(tmp_path: Path) -> None:
    torch.manual_seed(5)
    net = model()
    before = torch.get_rng_state()
    for epoch in (1, 2):
        add_strip(tmp_path, epoch, net)
    first, second = read_replay(tmp_path)
    for name in ("kannada", "farsi", "speech"):
        np.testing.assert_array_equal(first[name], second[name])
    assert net.training
    assert torch.equal(torch.get_rng_state(), before)


def test_a_run_that_is_resumed_replaces_what_comes_after(tmp_path: Path) -> None:
    for epoch in (1, 2, 3):
        add_strip(tmp_path, epoch, model(epoch))
    kept = read_replay(tmp_path)[0]
    add_strip(tmp_path, 2, model(9))
    strips = read_replay(tmp_path)
    assert len(strips) == 2
    np.testing.assert_array_equal(strips[0]["farsi"], kept["farsi"])


def test_epochs_that_are_missing_are_black_so_that_the_others_keep_their_number(tmp_path: Path) -> None:
    add_strip(tmp_path, 3, model())
    first, second, third = read_replay(tmp_path)
    assert first["farsi"].max() == second["speech"].max() == 0
    assert third["farsi"].max() > 0


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n", b"not a picture"])
def test_a_damaged_file_is_none_and_stops_no_training(content: bytes, tmp_path: Path) -> None:
    add_strip(tmp_path, 1, model())
    (tmp_path / REPLAY).write_bytes(content)
    assert read_replay(tmp_path) == []
    add_strip(tmp_path, 1, model())
    assert len(read_replay(tmp_path)) == 1


def test_half_a_file_is_none(tmp_path: Path) -> None:
    add_strip(tmp_path, 1, model())
    whole = (tmp_path / REPLAY).read_bytes()
    (tmp_path / REPLAY).write_bytes(whole[: len(whole) // 2])
    assert read_replay(tmp_path) == []


@pytest.mark.parametrize(("mode", "size"), [("L", (880, 27)), ("L", (28, 28)), ("RGB", (880, 28))])
def test_another_picture_is_none(mode: str, size: tuple[int, int], tmp_path: Path) -> None:
    add_strip(tmp_path, 1, model())
    Image.new(mode, size).save(tmp_path / REPLAY)
    assert read_replay(tmp_path) == []


def test_the_shipped_files_have_kept_their_layout() -> None:
    for name in ("conv", "linear"):
        strips = read_replay(SHIPPED / name)
        with Image.open(SHIPPED / name / REPLAY) as picture:
            values = np.asarray(picture).astype(np.float32) / 255
        assert len(strips) == len(values) / 28 > 20
        last = values[-28:]
        np.testing.assert_array_equal(strips[-1]["kannada"][2], last[:, 56:84])
        np.testing.assert_array_equal(strips[-1]["farsi"][9], last[:, 532:560])
        np.testing.assert_array_equal(strips[-1]["speech"][1], last[:13, 592:624])


def test_any_modalities_have_a_strip_in_their_own_order(tmp_path: Path) -> None:
    vector = Modality("scent", "Scent", (30,), "gaussian", "vector")
    share = Modality("share", "Share", (5,), "bernoulli", "vector")
    config = replace(
        TASK.model("linear", latent_size=4, hidden_size=8),
        modalities=(SPEECH, vector, KANNADA, share), classes=("a", "b", "c"),
    )  # fmt: skip
    torch.manual_seed(0)
    net = MVAE(config).eval()
    statistics = {
        each.name: Standardisation(*np.ones((2, each.shape[0]), np.float32)) for each in (SPEECH, vector)
    }
    examples = {"scent": torch.randn(3, 30), "share": torch.rand(3, 5)}
    files = checkpoint_files(net, Description(config, statistics)) | replay_file(tmp_path, 1, net, examples)
    write_atomically(tmp_path, files)
    (strip,) = read_replay(tmp_path)
    assert list(strip) == ["speech", "scent", "kannada", "share"]
    noise = torch.randn(ROUNDS + 1, 1, 4, generator=torch.Generator().manual_seed(0)).expand(-1, 3, -1)
    with torch.inference_mode():
        for modality in config.modalities:
            assert strip[modality.name].shape == (3, *modality.shape)
            given = {name: each for name, each in examples.items() if name != modality.name}
            posterior = net.fuse(net.encode(given), torch.ones(1, len(given)))
            alone = type(posterior)(*(part[0] for part in posterior))
            has = torch.tensor([[name in given for name in config.names]]).expand(3, -1)
            z = imagine(net, has, alone, noise)
            expected = expectation(modality, net.decoders[modality.name](z))
            if modality.likelihood == "gaussian":
                expected = (expected / 4 + 0.5).clamp(0, 1)
            assert np.abs(strip[modality.name] - expected.numpy()).max() < 0.5 / 15 + 1e-3


def test_one_modality_is_imagined_from_itself(tmp_path: Path) -> None:
    config = replace(TASK.model("linear", latent_size=2, hidden_size=4), modalities=(KANNADA,))
    net = MVAE(config)
    examples = {"kannada": torch.rand(10, 28, 28)}
    files = checkpoint_files(net, Description(config, {})) | replay_file(tmp_path, 1, net, examples)
    write_atomically(tmp_path, files)
    assert read_replay(tmp_path)[0]["kannada"].max() > 0


def test_a_strip_that_would_be_too_wide_is_not_kept(tmp_path: Path) -> None:
    wide = Modality("wide", "Wide", (2**16,), "gaussian", "vector")
    config = replace(TASK.model("linear", latent_size=2, hidden_size=2), modalities=(wide,))
    assert replay_file(tmp_path, 1, MVAE(config), {"wide": torch.zeros(10, 2**16)}) == {}


def test_training_adds_a_strip_after_each_epoch(tmp_path: Path) -> None:
    config = TrainConfig(TASK.model("linear", latent_size=4, hidden_size=8), epochs=2, batch_size=40)
    assert fit(config, synthetic_collections(), tmp_path, show_progress=False)
    assert len(read_replay(tmp_path)) == len((tmp_path / METRICS).read_text().splitlines()) == 2
