"""The map: both ways go through the nearest points, and what is written is read for the same weights only."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from helpers import synthetic_collections, write_small_checkpoint

from mvae.__main__ import main
from mvae.checkpoint.files import load_tensors, save_tensors
from mvae.checkpoint.latent_map import NEAREST, LatentMap, load_map, write_map
from mvae.checkpoint.place import MAP, SHIPPED
from mvae.data.triplets import balanced_triplets
from mvae.errors import CheckpointError
from mvae.inference.pipeline import Pipeline

PER_CLASS = 12


@pytest.fixture
def square() -> LatentMap:
    """A lattice of 100 places, whose latents are linear in them; the digit is the row."""
    x, y = np.meshgrid(np.linspace(0.05, 0.95, 10), np.linspace(0.05, 0.95, 10))
    places = np.column_stack([x.ravel(), y.ravel()]).astype(np.float32)
    latents = np.column_stack([2 * places[:, 0], places[:, 1] - 1, places.sum(axis=1)])
    return LatentMap(latents.astype(np.float32), places, np.repeat(np.arange(10), 10))


def slow_mean(point: np.ndarray, points: np.ndarray, values: np.ndarray) -> list[float]:
    squared = [sum((a - b) ** 2 for a, b in zip(point, each, strict=True)) for each in points.astype(float)]
    nearest = sorted(range(len(points)), key=squared.__getitem__)[:NEAREST]
    total = sum(1 / squared[row] for row in nearest)
    return [
        sum(float(values[row, column]) / squared[row] for row in nearest) / total
        for column in range(values.shape[1])
    ]


@pytest.mark.parametrize("place", [(0.31, 0.52), (0.0, 0.0), (1.0, 0.03), (0.77, 0.9)])
def test_between_points_lies_their_mean_weighted_by_inverse_squared_distance(
    square: LatentMap, place: tuple[float, float]
) -> None:
    expected = slow_mean(np.array(place), square.places, square.latents)
    found = square.latent_at(np.array(place))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_the_way_back_is_the_same_among_latents(square: LatentMap) -> None:
    latent = np.array([1.07, -0.61, 0.93])
    expected = slow_mean(latent, square.latents, square.places)
    np.testing.assert_allclose(square.place_of(latent), expected, rtol=1e-4)


@pytest.mark.parametrize("row", [0, 37, 99])
def test_on_a_point_the_point_itself_decides(square: LatentMap, row: int) -> None:
    np.testing.assert_allclose(square.latent_at(square.places[row]), square.latents[row], atol=1e-5)
    np.testing.assert_allclose(square.place_of(square.latents[row]), square.places[row], atol=1e-5)


def test_the_neighbours_are_named_the_nearest_first(square: LatentMap) -> None:
    found = square.neighbours(np.array([0.45, 0.46]))
    assert found.shape == (NEAREST,)
    assert found[0] == 4
    assert set(found) <= {3, 4, 5}


def test_a_landmark_is_a_place_of_its_digit_even_if_that_lies_in_two_groups() -> None:
    left, right = np.tile([[0.1, 0.5]], (5, 1)), np.tile([[0.9, 0.5]], (4, 1))
    places = np.concatenate([left, right, [[0.5, 0.1]]]).astype(np.float32)
    found = LatentMap(np.zeros((10, 3), np.float32), places, np.array([6] * 9 + [2])).landmarks()
    assert list(found) == [2, 6]
    assert found[6].tolist() == pytest.approx([0.1, 0.5])
    assert found[2].tolist() == pytest.approx([0.5, 0.1])


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, LatentMap]:
    directory = tmp_path_factory.mktemp("map")
    write_small_checkpoint(directory)
    return directory, write_map(directory, synthetic_collections())


@pytest.fixture(scope="module", autouse=True)
def _few_points() -> Iterator[None]:
    """Draw small maps, which takes no time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mvae.checkpoint.latent_map._PER_CLASS", PER_CLASS)
        yield


def copy_of(directory: Path, target: Path) -> Path:
    for file in directory.iterdir():
        (target / file.name).write_bytes(file.read_bytes())
    return target


def test_it_is_written_beside_the_weights_and_read_again(written: tuple[Path, LatentMap]) -> None:
    directory, found = written
    again = load_map(directory)
    assert again is not None
    for name in ("latents", "places", "labels"):
        np.testing.assert_array_equal(getattr(again, name), getattr(found, name))
    assert found.latents.shape == (10 * PER_CLASS, 8)
    assert found.places.shape == (10 * PER_CLASS, 2)
    assert np.bincount(found.labels).tolist() == [PER_CLASS] * 10
    # It fills the square, but for a margin.
    assert found.places.min() >= 0.039
    assert found.places.max() <= 0.961
    assert np.ptp(found.places, axis=0).max() == pytest.approx(0.92, abs=1e-3)


def test_it_holds_joint_posteriors_means(written: tuple[Path, LatentMap]) -> None:
    directory, found = written
    collections = synthetic_collections()
    pipe = Pipeline(directory)
    triplets = balanced_triplets(
        {name: each.labels for name, each in collections.items()}, per_class=PER_CLASS
    )
    for point, triplet in list(enumerate(triplets))[::7]:
        values = {
            name: each.values[row].astype(np.float32) / (1 if name == "speech" else 255)
            for (name, each), row in zip(collections.items(), triplet, strict=True)
        }
        (out,) = pipe.complete(values, [tuple(values)])
        np.testing.assert_allclose(found.latents[point], out.mean, atol=5e-4)
        assert found.labels[point] == collections["farsi"].labels[triplet[0]]


def test_dimensions_that_say_nothing_are_left_out(
    written: tuple[Path, LatentMap], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = copy_of(written[0], tmp_path)
    variances = written[1].latents.var(axis=0)
    monkeypatch.setattr("mvae.model.gaussian._SILENT", float(np.median(variances)))
    found = write_map(directory, synthetic_collections())
    assert found.latents.any(axis=0).tolist() == (variances > np.median(variances)).tolist()


def test_the_map_of_other_weights_is_not_used(written: tuple[Path, LatentMap], tmp_path: Path) -> None:
    directory = copy_of(written[0], tmp_path)
    write_small_checkpoint(directory, seed=1)
    assert load_map(directory) is None
    (directory / MAP).unlink()
    assert load_map(directory) is None


@pytest.mark.parametrize("harm", ["cut", "shape", "lacks", "text"])
def test_a_damaged_file_is_a_sentence(written: tuple[Path, LatentMap], tmp_path: Path, harm: str) -> None:
    directory = copy_of(written[0], tmp_path)
    path = directory / MAP
    tensors, metadata = load_tensors(path)
    match harm:
        case "cut":
            path.write_bytes(path.read_bytes()[:1000])
        case "text":
            path.write_bytes(b"not tensors")
        case "lacks":
            del tensors["places"]
            save_tensors(directory, MAP, tensors, metadata)
        case "shape":
            save_tensors(directory, MAP, tensors | {"live": torch.tensor([99], dtype=torch.int16)}, metadata)
    with pytest.raises(CheckpointError, match="python -m mvae map"):
        load_map(directory)


def test_the_command_writes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_small_checkpoint(tmp_path)
    splits = []
    monkeypatch.setattr(
        "mvae.tasks.task.Task.load", lambda _, split, __: splits.append(split) or synthetic_collections()
    )
    assert main(["map", "--checkpoint", str(tmp_path), "--data-dir", str(tmp_path)]) == 0
    assert splits == ["test"]
    assert load_map(tmp_path) is not None


@pytest.mark.parametrize("name", ["conv", "linear"])
def test_the_shipped_maps_are_small_belong_to_the_weights_and_lead_to_the_digits(name: str) -> None:
    found = load_map(SHIPPED / name)
    assert found is not None
    assert (SHIPPED / name / MAP).stat().st_size < 250_000
    pipe = Pipeline(SHIPPED / name)
    landmarks = found.landmarks()
    assert list(landmarks) == list(range(10))
    decoded = pipe.decode(np.stack([found.latent_at(place) for place in landmarks.values()]))
    assert decoded.label.tolist() == list(range(10))
    # Neighbours on the map have the same digit nearly always: groups, not a mixture.
    same = [
        np.mean(found.neighbours(place) == label)
        for place, label in zip(found.places, found.labels, strict=True)
    ]
    assert np.mean(same) > 0.98
