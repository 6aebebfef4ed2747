from dataclasses import replace

import numpy as np
import pytest
import torch
from helpers import synthetic_collections

from mvae.data.collections import Collection
from mvae.modalities.kinds import KINDS
from mvae.tasks.digits import MODALITIES, SPEECH
from mvae.training.batches import TripletData, fewer_samples
from mvae.training.distributed import Workers


@pytest.fixture(scope="module")
def collections() -> dict[str, Collection]:
    """Every image says its own class in its first pixel, and its own row in the next two."""
    found = synthetic_collections(per_class=20)
    for name, collection in found.items():
        if name != SPEECH.name:
            values, rows = collection.values.copy(), np.arange(len(collection.labels))
            values[:, 0, 0], values[:, 0, 1], values[:, 0, 2] = collection.labels, rows // 256, rows % 256
            found[name] = replace(collection, values=values)
    return found


def rows_of(images: torch.Tensor) -> list[int]:
    whole = (images[:, 0, 1:3] * 255).round().long()
    return (whole[:, 0] * 256 + whole[:, 1]).tolist()


def test_an_epoch_shows_every_image_once_with_its_label(collections: dict[str, Collection]) -> None:
    data = TripletData(collections, MODALITIES, seed=0)
    batches = list(data.batches(0, 64))
    assert data.triplets == 200
    assert [len(batch.labels) for batch in batches] == [64, 64, 64, 8]
    for name in ("farsi", "kannada"):
        images = torch.cat([batch.inputs[name] for batch in batches])
        labels = torch.cat([batch.labels for batch in batches])
        assert sorted(rows_of(images)) == list(range(200))
        assert torch.equal((images[:, 0, 0] * 255).round().long(), labels)
        assert images.dtype == torch.float32
        assert images.min() >= 0
        assert images.max() <= 1
    assert all(batch.present is None for batch in batches)


def test_speech_is_standardised_and_has_the_label_of_the_images(collections: dict[str, Collection]) -> None:
    data = TripletData(collections, MODALITIES, seed=0)
    statistics = data.standardisation["speech"]
    values = collections["speech"].values.astype(np.float64)
    np.testing.assert_allclose(statistics.mean, values.mean((0, 2)), rtol=1e-5)
    np.testing.assert_allclose(statistics.deviation, values.std((0, 2)), rtol=1e-5)
    known = statistics.apply(collections["speech"].values).astype(np.float16).astype(np.float32)
    label_of = {
        sample.tobytes(): label for sample, label in zip(known, collections["speech"].labels, strict=True)
    }
    batch = next(data.batches(0, 100))
    assert [label_of[sample.tobytes()] for sample in batch.inputs["speech"].numpy()] == batch.labels.tolist()


def test_memory_stays_small(collections: dict[str, Collection]) -> None:
    data = TripletData(collections, MODALITIES, seed=0)
    assert {name: values.dtype for name, values in data._values.items()} == {
        "farsi": torch.uint8,
        "kannada": torch.uint8,
        "speech": torch.float16,
    }


def test_epochs_differ_and_are_reproducible(collections: dict[str, Collection]) -> None:
    def rows(seed: int, epoch: int) -> list[int]:
        return rows_of(
            next(TripletData(collections, MODALITIES, seed=seed).batches(epoch, 200)).inputs["farsi"]
        )

    assert rows(0, 0) == rows(0, 0)
    assert rows(0, 0) != rows(0, 1)
    assert rows(0, 0) != rows(1, 0)


@pytest.mark.parametrize("skip", [1, 3])
def test_skipping_batches_gives_the_rest_of_the_epoch(collections: dict[str, Collection], skip: int) -> None:
    data = TripletData(collections, MODALITIES, seed=0)
    rest, whole = list(data.batches(2, 64, skip=skip)), list(data.batches(2, 64))[skip:]
    assert len(rest) == len(whole)
    for one, other in zip(rest, whole, strict=True):
        assert torch.equal(one.labels, other.labels)
        assert all(torch.equal(one.inputs[name], other.inputs[name]) for name in one.inputs)


def test_the_last_tenth_of_each_class_is_held_out(collections: dict[str, Collection]) -> None:
    data = TripletData(collections, MODALITIES, seed=0, holdout=True)
    labels = collections["farsi"].labels
    expected = {int(row) for digit in range(10) for row in np.flatnonzero(labels == digit)[-2:]}
    trained = {row for batch in data.batches(0, 64) for row in rows_of(batch.inputs["farsi"])}
    held_out = {row for batch in data.holdout_batches(1000) for row in rows_of(batch.inputs["farsi"])}
    assert held_out == expected
    assert trained == set(range(200)) - expected
    assert data.triplets == 180


def test_held_out_speech_does_not_enter_the_standardisation(collections: dict[str, Collection]) -> None:
    speech = collections["speech"]
    held_out = [row for digit in range(10) for row in np.flatnonzero(speech.labels == digit)[-2:]]
    values = speech.values.copy()
    values[held_out] = 1000.0
    changed = collections | {"speech": replace(speech, values=values)}
    one, other = (TripletData(each, MODALITIES, seed=0, holdout=True) for each in (collections, changed))
    np.testing.assert_array_equal(one.standardisation["speech"].mean, other.standardisation["speech"].mean)


def test_a_class_of_fewer_than_ten_is_trained_on() -> None:
    data = TripletData(synthetic_collections(per_class=9), MODALITIES, seed=0, holdout=True)
    assert data.triplets == 90


def whole_epoch(data: TripletData, epoch: int) -> tuple[dict[str, list[int]], torch.Tensor]:
    """The rows of both images, and what is there of each triplet."""
    batches = list(data.batches(epoch, 64))
    assert all(batch.present is not None and batch.present.dtype == torch.bool for batch in batches)
    rows = {
        name: [row for batch in batches for row in rows_of(batch.inputs[name])]
        for name in ("farsi", "kannada")
    }
    return rows, torch.cat([batch.present for batch in batches])


def test_the_complete_examples_are_a_fixed_share_of_each_class(collections: dict[str, Collection]) -> None:
    data = TripletData(collections, MODALITIES, seed=0, complete=0.25)
    assert data.triplets == 200
    complete = []
    for epoch in range(2):
        rows, present = whole_epoch(data, epoch)
        assert present.any(1).all()
        whole = present.all(1)
        assert int(whole.sum()) == 50
        for name in rows:
            assert sorted(rows[name]) == list(range(200))
        complete.append(
            {name: {row for row, kept in zip(rows[name], whole, strict=True) if kept} for name in rows}
        )
        labels = collections["farsi"].labels[sorted(complete[-1]["farsi"])]
        assert np.bincount(labels).tolist() == [5] * 10
        patterns, counts = present[~whole].unique(dim=0, return_counts=True)
        assert len(patterns) == 6
        assert counts.min() > 10  # 25 of each are expected
    assert complete[0] == complete[1]
    (one, first), (other, second) = whole_epoch(data, 0), whole_epoch(data, 1)
    pairs = [set(zip(rows["farsi"], rows["kannada"], strict=True)) for rows in (one, other)]
    assert len(pairs[0] & pairs[1]) < 50  # matched anew
    assert not torch.equal(first, second)
    again, flags = whole_epoch(TripletData(collections, MODALITIES, seed=0, complete=0.25), 0)
    assert again == one
    assert torch.equal(flags, first)


def test_a_class_has_at_least_one_complete_example(collections: dict[str, Collection]) -> None:
    _, present = whole_epoch(TripletData(collections, MODALITIES, seed=0, complete=0.001), 0)
    assert int(present.all(1).sum()) == 10


def test_workers_share_what_is_missing(collections: dict[str, Collection]) -> None:
    data = TripletData(collections, MODALITIES, seed=0, complete=0.25)
    whole = list(data.batches(0, 67))
    shares = [list(data.batches(0, 67, workers=Workers(rank, 2))) for rank in range(2)]
    for batch, *parts in zip(whole, *shares, strict=True):
        assert torch.equal(torch.cat([part.present for part in parts]), batch.present)


def test_augmented_inputs_are_new(collections: dict[str, Collection]) -> None:
    data = TripletData(collections, MODALITIES, seed=0)
    batch = next(data.batches(0, 64))
    changed = data.augmented(batch, torch.Generator().manual_seed(0))
    assert list(changed) == list(batch.inputs)
    for name, values in changed.items():
        assert values.shape == batch.inputs[name].shape
        assert not torch.equal(values, batch.inputs[name])


def test_workers_share_every_batch(collections: dict[str, Collection]) -> None:
    data = TripletData(collections, MODALITIES, seed=0)
    whole = list(data.batches(1, 66, skip=1))  # of 66, 66 and 2: one of three workers has none of the last
    shares = [list(data.batches(1, 66, skip=1, workers=Workers(rank, 3))) for rank in range(3)]
    assert [len(batch.labels) for batch in shares[0]] == [22, 22, 0]
    for batch, *parts in zip(whole, *shares, strict=True):
        assert torch.equal(torch.cat([part.labels for part in parts]), batch.labels)
        for name, values in batch.inputs.items():
            assert torch.equal(torch.cat([part.inputs[name] for part in parts]), values)


def with_copies(collections: dict[str, Collection], number: int = 4) -> dict[str, Collection]:
    """Copy k of a recording is the recording plus 100 (k + 1), so that one knows a copy by its size."""
    speech = collections["speech"]
    offsets = 100 * np.arange(1, number + 1, dtype=np.float16)[:, None, None]
    return collections | {"speech": replace(speech, copies=speech.values[:, None] + offsets)}


def test_copies_are_drawn_only_where_inputs_are_augmented(
    collections: dict[str, Collection], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(KINDS["sound"], "augment", lambda values, *_, **__: values)
    data = TripletData(with_copies(collections), MODALITIES, seed=0, holdout=True)
    batch = next(data.batches(0, 2000))
    plain = TripletData(collections, MODALITIES, seed=0, holdout=True)
    assert torch.equal(batch.inputs["speech"], next(plain.batches(0, 2000)).inputs["speech"])
    held_out, plain_held_out = (next(each.holdout_batches(2000)).inputs["speech"] for each in (data, plain))
    assert torch.equal(held_out, plain_held_out)

    changed = data.augmented(batch, torch.Generator().manual_seed(0))["speech"]
    step = 100 / torch.from_numpy(data.standardisation["speech"].deviation)[:, None]
    number = (changed - batch.inputs["speech"]) / step
    assert torch.allclose(number, number[:, :1, :1].round(), atol=0.02), (
        "each row shows one of its own copies"
    )
    counts = np.bincount(number[:, 0, 0].round().int().numpy(), minlength=5)
    assert len(counts) == 5
    assert counts[0] / len(number) == pytest.approx(0.2, abs=0.08)
    assert (counts > 0).all()


def test_workers_draw_the_same_copies(collections: dict[str, Collection]) -> None:
    data = TripletData(with_copies(collections), MODALITIES, seed=0)
    whole = next(data.batches(0, 66))
    expected = data.augmented(whole, torch.Generator().manual_seed(5))
    parts = [
        data.augmented(next(data.batches(0, 66, workers=Workers(rank, 3))), torch.Generator().manual_seed(5))
        for rank in range(3)
    ]
    for name, values in expected.items():
        torch.testing.assert_close(torch.cat([part[name] for part in parts]), values)


def test_fewer_samples_keep_the_first_of_each_class_and_all_recordings(
    collections: dict[str, Collection],
) -> None:
    fewer = fewer_samples(collections, MODALITIES, 3)
    for name, each in collections.items():
        if name == SPEECH.name:
            assert fewer[name] is each
            continue
        first = np.sort(np.concatenate([np.flatnonzero(each.labels == digit)[:3] for digit in range(10)]))
        np.testing.assert_array_equal(fewer[name].values, each.values[first])
        np.testing.assert_array_equal(fewer[name].labels, each.labels[first])
        assert np.bincount(fewer[name].labels).tolist() == [3] * 10


def test_more_images_than_there_are_is_all_of_them(collections: dict[str, Collection]) -> None:
    for name, each in fewer_samples(collections, MODALITIES, 1000).items():
        np.testing.assert_array_equal(each.values, collections[name].values)
