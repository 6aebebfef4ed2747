from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from helpers import synthetic_collections

from mvae.data.collections import Collection
from mvae.evaluation import classifiers
from mvae.evaluation.classifiers import accuracy, augment_image, augment_sequence, load_classifiers, train
from mvae.modalities.base import Modality
from mvae.tasks.digits import FARSI, MODALITIES, SPEECH, TASK


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(classifiers, "cache_directory", lambda: tmp_path)
    monkeypatch.setattr(classifiers, "_STEPS", {"drawing": 2})
    monkeypatch.setattr(classifiers, "_FEWER_STEPS", 2)
    return tmp_path / "classifiers"


@pytest.mark.parametrize("modality", [FARSI, SPEECH], ids=lambda each: each.name)
def test_a_classifier_learns_to_read_new_samples(modality: classifiers.Modality) -> None:
    collection = synthetic_collections(per_class=24)[modality.name]
    first, last = slice(None, 160), slice(160, None)
    seen, unseen = (
        Collection(collection.values[rows], collection.labels[rows], collection.groups[rows])
        for rows in (first, last)
    )
    classifier = train(modality, 10, seen, steps=25)
    assert accuracy(classifier, unseen) > 90
    assert not classifier.training


def test_vectors_are_read_in_any_units() -> None:
    modality = Modality("scent", "Scent", (4,), "gaussian", "vector")
    generator = np.random.default_rng(0)
    labels = np.arange(90) % 3
    values = (labels[:, None] + 0.2 * generator.normal(size=(90, 4))) * [1000, 1, 0.001, 0]
    collection = Collection(values.astype(np.float32), labels, np.full(90, ""))
    classifier = train(modality, 3, collection, steps=60)
    assert accuracy(classifier, collection) > 95
    assert classifier.read(torch.from_numpy(collection.values).reshape(9, 10, 4)).shape == (9, 10)


def test_the_same_data_give_the_same_weights_and_leave_torch_as_it_was() -> None:
    collection = synthetic_collections(per_class=2)["speech"]
    before = torch.get_rng_state()
    one, other = (train(SPEECH, 10, collection, steps=2) for _ in range(2))
    assert torch.equal(torch.get_rng_state(), before)
    for first, second in zip(one.parameters(), other.parameters(), strict=True):
        assert torch.equal(first, second)


def test_classifiers_are_kept_and_trained_again_for_other_data(
    cache: Path,
) -> None:
    collections = synthetic_collections(per_class=2)
    first = load_classifiers(collections, TASK, show_progress=False)
    assert first.keys() == {modality.name for modality in MODALITIES}
    written = {file: file.stat().st_mtime_ns for file in cache.iterdir()}
    second = load_classifiers(collections, TASK, show_progress=False)
    assert {file: file.stat().st_mtime_ns for file in cache.iterdir()} == written
    for name, collection in collections.items():
        values = torch.from_numpy(collection.values)
        assert torch.equal(first[name].read(values), second[name].read(values))
    changed = {"farsi": synthetic_collections(per_class=2, seed=1)["farsi"]}
    load_classifiers(changed, TASK, show_progress=False)
    assert len(written) == 3
    assert len(list(cache.iterdir())) == 4


def test_a_damaged_classifier_is_trained_again(cache: Path) -> None:
    collection = {"speech": synthetic_collections(per_class=2)["speech"]}
    load_classifiers(collection, TASK, show_progress=False)
    (file,) = cache.iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[:100])
    load_classifiers(collection, TASK, show_progress=False)
    assert file.read_bytes() == whole


def test_reading_keeps_the_shape_and_the_scale() -> None:
    collection = synthetic_collections(per_class=3)["kannada"]
    classifier = classifiers.Classifier(FARSI, 10).eval()
    stored = torch.from_numpy(collection.values)
    digits = classifier.read(stored)
    assert digits.shape == (30,)
    assert torch.equal(classifier.read(stored.float().div(255).reshape(3, 10, 28, 28)), digits.reshape(3, 10))


def test_images_are_moved_blurred_and_faded() -> None:
    images = torch.zeros(300, 28, 28)
    images[:, 12:16, 12:16] = 1
    changed = augment_image(images, torch.Generator().manual_seed(0))
    assert changed.shape == images.shape
    assert changed.min() >= 0
    assert changed.max() <= 1 + 1e-6
    mass = changed.sum((1, 2)) / 16
    assert mass.min() > 0.2  # faded to 0.3, and scaled down
    assert mass.max() < 3  # thicker
    centre = (changed.sum(1) @ torch.arange(28.0)) / changed.sum((1, 2))
    assert (centre - 13.5).abs().max() < 3
    assert centre.std() > 0.5
    peak = changed.amax((1, 2))
    assert (peak < 0.3).any()  # blurred and faded
    assert 0.3 < (peak > 0.85).float().mean() < 0.7  # every other one is neither


def test_sequences_keep_their_statistics() -> None:
    deviation = torch.linspace(1, 13, 13)[:, None]
    mfcc = torch.zeros(500, 13, 32)
    changed = augment_sequence(mfcc, torch.Generator().manual_seed(0), deviation=deviation)
    spread = changed.std((0, 2)) / deviation.squeeze()
    np.testing.assert_allclose(spread, 0.3 * np.sqrt(2), rtol=0.1)
    ramp = torch.arange(32.0).expand(500, 13, 32)
    shifted = augment_sequence(ramp, torch.Generator().manual_seed(0), deviation=0 * deviation)
    assert set((shifted - ramp)[:, 0, 16].round().int().tolist()) == {-2, -1, 0, 1, 2}
