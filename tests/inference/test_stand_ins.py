"""What is trained on where there is no data."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mvae.errors import DataError
from mvae.inference.pipeline import load_pretrained
from mvae.inference.stand_ins import IMAGINED, SHAKEN, TASK, TIMES, _collections
from mvae.modalities.strokes import SCRIPTS, render, template
from mvae.training.batches import fewer_samples
from mvae.training.config import CONFIGS
from mvae.training.run import fit


def test_they_are_of_all_digits_and_modalities_and_the_same_each_time() -> None:
    first = TASK.load_training(Path())
    for name in SCRIPTS:
        assert first[name].values.shape == (10 * TIMES * (SHAKEN + IMAGINED), 28, 28)
        assert first[name].values.max(axis=(1, 2)).min() > 60  # none is blank
    assert first["speech"].values.shape == (10 * IMAGINED, 13, 32)
    for collection in first.values():
        assert len(set(np.bincount(collection.labels))) == 1
    hashes = TASK.hashes(Path(), first)
    _collections.cache_clear()
    assert TASK.hashes(Path(), TASK.load_training(Path())) == hashes


def test_no_model_is_measured_on_them() -> None:
    with pytest.raises(DataError, match="data download"):
        TASK.load("test", Path())


def test_a_model_that_has_learnt_from_them_reads_the_templates(tmp_path: Path) -> None:
    small = CONFIGS["small"]
    config = replace(small, model=replace(small.model, hidden_size=128), epochs=4, average=0.9)
    collections = fewer_samples(TASK.load_training(tmp_path), TASK.modalities, 450)
    assert fit(config, collections, tmp_path / "own", precision="float32", show_progress=False)
    pipe = load_pretrained(tmp_path / "own")
    read = [
        pipe(**{name: render(template(name, digit))}).label == digit
        for name in SCRIPTS
        for digit in range(10)
    ]
    assert sum(read) > 10  # after less than 200 steps; by chance it would be 2
