import pytest
import torch
from torch import Tensor

from mvae.modalities.augmentation import augment_images, augment_speech


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.fixture
def images() -> Tensor:
    """A cross with a hook, so that no symmetry hides anything."""
    image = torch.zeros(28, 28)
    image[6:22, 12:15] = 1.0
    image[12:15, 6:20] = 1.0
    image[6:9, 15:19] = 1.0
    return image.expand(400, 28, 28)


@pytest.fixture
def speech() -> Tensor:
    """A ramp over time in each coefficient."""
    return torch.linspace(-1, 1, 32).expand(400, 13, 32)


def test_images_keep_shape_and_range(images: Tensor) -> None:
    changed = augment_images(images, generator())
    assert changed.shape == images.shape
    assert changed.dtype == torch.float32
    assert changed.min() >= 0
    assert changed.max() <= 1


def test_each_sample_is_changed_by_its_own_draw(images: Tensor, speech: Tensor) -> None:
    for augment, batch in ((augment_images, images), (augment_speech, speech)):
        changed = augment(batch, generator())
        assert len({tuple(sample.flatten().tolist()) for sample in changed}) == len(batch)


def test_same_generator_same_samples(images: Tensor, speech: Tensor) -> None:
    for augment, batch in ((augment_images, images), (augment_speech, speech)):
        assert torch.equal(augment(batch, generator(1)), augment(batch, generator(1)))
        assert not torch.equal(augment(batch, generator(1)), augment(batch, generator(2)))


def test_images_are_bent_smoothly_and_only_when_asked(images: Tensor) -> None:
    straight, bent = (augment_images(images, generator(), bend=bend) for bend in (0.0, 0.1))
    assert torch.equal(straight, augment_images(images, generator()))
    assert not torch.equal(straight, bent)
    assert bent.shape == images.shape
    ratio = bent.sum((1, 2)) / straight.sum((1, 2))  # of ink
    assert 0.9 < float(ratio.mean()) < 1.1
    assert float(ratio.min()) > 0.5


def test_inputs_are_left_alone(images: Tensor, speech: Tensor) -> None:
    for augment, batch in ((augment_images, images), (augment_speech, speech)):
        before = batch.clone()
        augment(batch, generator())
        assert torch.equal(batch, before)


def test_images_change_a_little_and_without_bias(images: Tensor) -> None:
    changed = augment_images(images, generator())
    ink = changed.sum((1, 2)) / images[0].sum()
    assert ink.min() > 0.4
    assert ink.max() < 2.2
    rows = torch.arange(28.0)
    for dimension in (1, 2):
        centre = (changed.sum(3 - dimension) * rows).sum(1) / changed.sum((1, 2))
        before = (images[0].sum(2 - dimension) * rows).sum() / images[0].sum()
        assert (centre - before).abs().max() < 4
        assert (centre - before).mean().abs() < 0.2
        assert (centre - before).std() > 0.3


def test_a_thin_line_does_not_vanish() -> None:
    image = torch.zeros(200, 28, 28)
    image[:, 4:24, 14] = 1.0
    assert augment_images(image, generator()).amax((1, 2)).min() > 0.3


def test_blank_stays_blank() -> None:
    assert not augment_images(torch.zeros(5, 28, 28), generator()).any()


def test_speech_keeps_shape_and_order(speech: Tensor) -> None:
    changed = augment_speech(speech, generator())
    assert changed.shape == speech.shape
    assert torch.isfinite(changed).all()
    assert (changed.diff(dim=-1) >= -1e-6).all()  # time is stretched and shifted, never turned or shuffled


def test_speech_tilt_is_constant_over_time_and_its_spread_as_named() -> None:
    changed = augment_speech(torch.zeros(400, 13, 32), generator())
    assert (changed - changed[:, :, :1]).abs().max() == 0
    assert changed[:, :, 0].std().item() == pytest.approx(0.35, rel=0.05)
