"""The worked examples: each is trained briefly, saved, loaded, and completes from every subset."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mvae.checkpoint.files import read_metrics
from mvae.checkpoint.replay import read_replay
from mvae.data.own import folder_loader
from mvae.errors import DataError, InputError, TaskError
from mvae.inference.pipeline import Pipeline
from mvae.model.subsets import all_subsets
from mvae.tasks.digits import TASK as DIGITS
from mvae.tasks.find import find_task
from tests.examples.conftest import EXAMPLES, Example


def loaded(example: Example) -> Pipeline:
    pipe = Pipeline(example.checkpoint)
    assert pipe.classes == example.task.classes
    assert pipe.model.config.modalities == example.task.modalities
    return pipe


def completes_from_every_subset(pipe: Pipeline, samples: dict[str, np.ndarray]) -> None:
    config = pipe.model.config
    prepared = pipe.prepare(**samples)
    assert tuple(prepared) == config.names
    outs = pipe.complete(prepared, seed=3)
    assert [out.given for out in outs] == all_subsets(config.names)
    for out in outs:
        assert out.label_probs.shape == (len(config.classes),)
        for modality in config.modalities:
            assert out[modality.name].shape == modality.shape
            assert np.isfinite(out[modality.name]).all()
        assert pipe.unfamiliarity(out).keys() == set(out.given)
    assert np.isfinite(pipe.elbo(prepared, outs)).all()
    decoded = pipe.sample(5)
    assert {name: values.shape[1:] for name, values in decoded.outputs.items()} == {
        modality.name: modality.shape for modality in config.modalities
    }


def test_two_vectors_of_wine_tell_its_grower_and_each_other(wine: Example) -> None:
    train, test, pipe = wine.train, wine.test, loaded(wine)
    assert [len(each.value_names) for each in wine.task.modalities] == [6, 7]
    completes_from_every_subset(pipe, {name: each.values[0] for name, each in test.items()})
    right = 0
    errors, spread = [], train["colour"].values.std(0)
    for composition, colour, label in zip(
        test["composition"].values, test["colour"].values, test["composition"].labels, strict=True
    ):
        right += pipe(composition=composition, colour=colour).label == label
        errors.append((pipe(composition=composition)["colour"] - colour) / spread)
    assert right >= 0.9 * len(test["colour"].labels)
    with pytest.raises(InputError, match="Nothing is to be heard"):
        pipe.sample(1).audio()
    assert np.square(errors).mean() < 0.8, "composition tells more of the colour than its mean does: 1"


def test_a_fourth_modality_is_an_entry_and_a_loader(four: Example) -> None:
    assert four.task.modalities[:3] == DIGITS.modalities
    western = four.train["western"]
    assert western.values.dtype == np.uint8
    assert western.values.shape == (1438, 28, 28)
    corners = western.values[:, [0, 0, -1, -1], [0, -1, 0, -1]]
    assert corners.mean() < 10 < western.values[:, 8:20, 8:20].mean(), "ink is high, paper is 0"
    pipe = loaded(four)
    samples = {name: each.values[0] for name, each in four.train.items()}
    completes_from_every_subset(pipe, samples | {"speech": samples["speech"].astype(np.float32)})
    assert pipe(western=western.values[3])["kannada"].shape == (28, 28)


def test_the_replay_shows_every_modality(wine: Example, four: Example) -> None:
    for example in (wine, four):
        strips = read_replay(example.checkpoint)
        assert len(strips) == len(read_metrics(example.checkpoint))
        classes = len(example.task.classes)
        for modality in example.task.modalities:
            assert strips[-1][modality.name].shape == (classes, *modality.shape)
            assert 0 <= strips[-1][modality.name].min() < strips[-1][modality.name].max() <= 1
    colours = np.stack([strip["colour"] for strip in read_replay(wine.checkpoint)])
    spread = colours.std(axis=1).mean(axis=1)
    assert spread[-1] > 2 * spread[0], "the growers' wines come to differ"


def test_folders_named_by_class_are_a_modality(tmp_path: Path) -> None:
    drawing = DIGITS.modalities[0]
    load = folder_loader(drawing, ("cross", "bar"), "drawings")
    for name, picture in (("cross", np.maximum(np.eye(40), np.eye(40)[::-1])), ("bar", np.eye(40))):
        place = tmp_path / "drawings" / "train" / name
        place.mkdir(parents=True)
        Image.fromarray((255 - 255 * picture).astype(np.uint8)).save(place / "anna-1.png")
        Image.new("L", (40, 40), 255).save(place / "blank.png")
    found = load("train", tmp_path)
    assert found.labels.tolist() == [0, 1]
    assert found.groups.tolist() == ["anna", "anna"]
    assert found.values.shape == (2, 28, 28)
    with pytest.raises(DataError, match=r"There are no files in .*test/cross"):
        load("test", tmp_path)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"classes": ("one",)}, "2 to 256 classes"),
        ({"modalities": DIGITS.modalities[:1] * 2}, "each name once"),
        ({"modalities": DIGITS.modalities[:2]}, "a loader for each of its modalities: farsi, kannada"),
        ({"modalities": (replace(DIGITS.modalities[0], name="label"),)}, "cannot be called “label”"),
        ({"modalities": (replace(DIGITS.modalities[0], shape=(8, 8)),)}, r"must have the shape \(28, 28\)"),
        ({"modalities": (replace(DIGITS.modalities[0], kind="smell"),)}, "there are drawing, sound, vector"),
    ],
)
def test_what_is_no_task_is_refused_in_a_sentence(changes: dict[str, object], said: str) -> None:
    with pytest.raises(TaskError, match=said):
        replace(DIGITS, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["poster", "nowhere.py:TASK", f"{EXAMPLES / 'wine.py'}:WINE", ":TASK", ""])
def test_a_task_that_is_not_there(text: str) -> None:
    with pytest.raises(TaskError):
        find_task(text)
    assert find_task("digits") is DIGITS


def test_loaders_are_held_to_what_the_task_says(tmp_path: Path) -> None:
    task = find_task(f"{EXAMPLES / 'wine.py'}:TASK")
    with pytest.raises(TaskError, match="from 0 to 1: the task has 2 classes"):
        replace(task, classes=("A", "B")).load("train", tmp_path)
    swapped = {"composition": task.loaders["colour"], "colour": task.loaders["colour"]}
    with pytest.raises(TaskError, match=r"gives values of the shape \(134, 7\)"):
        replace(task, loaders=swapped).load("train", tmp_path)
    first, second = (task.hashes(tmp_path, task.load_training(tmp_path)) for _ in range(2))
    assert first == second
    assert set(first) == {"composition", "colour"}
