"""What a model imagined after each epoch, as one picture beside its checkpoint."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from helpers import add_strip, modalities, synthetic_collections
from PIL import Image

from mvae.checkpoint.replay import REPLAY, read_replay, replay_file
from mvae.checkpoint.store import METRICS
from mvae.modalities.drawing import prepare_drawing
from mvae.modalities.strokes import render, template
from mvae.model.imagination import ROUNDS, imagine
from mvae.model.model import MVAE, expectation
from mvae.tasks.digits import KANNADA, TASK
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
        assert strip.kannada.shape == strip.farsi.shape == (10, 28, 28)
        assert strip.speech.shape == (10, 13, 32)
        assert all(part.min() >= 0 and part.max() <= 1 for part in (strip.kannada, strip.farsi, strip.speech))
    assert not np.array_equal(strips[0].farsi, strips[1].farsi)
    assert [path.name for path in tmp_path.iterdir()] == [REPLAY]


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
            assert np.abs(strip.kannada[digit] - expected.numpy()).max() < 0.5 / 15 + 1e-3


def test_the_noise_is_the_same_each_time(tmp_path: Path) -> None:
    torch.manual_seed(5)
    net = model()
    before = torch.get_rng_state()
    for epoch in (1, 2):
        add_strip(tmp_path, epoch, net)
    first, second = read_replay(tmp_path)
    for name in ("kannada", "farsi", "speech"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))
    assert net.training
    assert torch.equal(torch.get_rng_state(), before)


def test_a_run_that_is_resumed_replaces_what_comes_after(tmp_path: Path) -> None:
    for epoch in (1, 2, 3):
        add_strip(tmp_path, epoch, model(epoch))
    kept = read_replay(tmp_path)[0]
    add_strip(tmp_path, 2, model(9))
    strips = read_replay(tmp_path)
    assert len(strips) == 2
    np.testing.assert_array_equal(strips[0].farsi, kept.farsi)


def test_epochs_that_are_missing_are_black_so_that_the_others_keep_their_number(tmp_path: Path) -> None:
    add_strip(tmp_path, 3, model())
    first, second, third = read_replay(tmp_path)
    assert first.farsi.max() == second.speech.max() == 0
    assert third.farsi.max() > 0


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n", b"not a picture"])
def test_a_damaged_file_is_none_and_stops_no_training(content: bytes, tmp_path: Path) -> None:
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
    Image.new(mode, size).save(tmp_path / REPLAY)
    assert read_replay(tmp_path) == []


def test_a_model_of_other_modalities_writes_nothing(tmp_path: Path) -> None:
    for names in ((KANNADA,), modalities(3)):
        other = MVAE(replace(TASK.model("linear", latent_size=2, hidden_size=4), modalities=names))
        assert replay_file(tmp_path, 1, other) == {}


def test_training_adds_a_strip_after_each_epoch(tmp_path: Path) -> None:
    config = TrainConfig(TASK.model("linear", latent_size=4, hidden_size=8), epochs=2, batch_size=40)
    assert fit(config, synthetic_collections(), tmp_path, show_progress=False)
    assert len(read_replay(tmp_path)) == len((tmp_path / METRICS).read_text().splitlines()) == 2
