import json
from pathlib import Path

import numpy as np
import pytest
from helpers import write_small_checkpoint

from mvae.errors import InputError
from mvae.inference.latent import (
    RANKING,
    Measured,
    active_dimensions,
    alive_count,
    grid_values,
    informed_dimensions,
    label_changes,
    labels_met,
    measured_dimensions,
    straight_line,
    striking_dimensions,
    traverse,
)
from mvae.inference.pipeline import Pipeline, load_pretrained


@pytest.fixture(scope="module")
def pipe(tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    directory = tmp_path_factory.mktemp("small")
    write_small_checkpoint(directory)
    return load_pretrained(directory)


def test_most_active_dimensions_come_first(pipe: Pipeline) -> None:
    # The helper wrote the divergences 0.5, 0, 2, 0.1, 0.02, 0.001, 3, 0.2.
    assert active_dimensions(pipe).tolist() == [6, 2, 0, 7, 3, 4, 5, 1]
    assert alive_count(pipe) == 6


def write_ranking(directory: Path, indices: dict[int, float]) -> None:
    entries = [{"index": index, "kl": kl} for index, kl in indices.items()]
    (directory / RANKING).write_text(json.dumps({"indices": entries}))


def test_the_study_of_disentanglement_ranks_what_it_measured(pipe: Pipeline, tmp_path: Path) -> None:
    write_ranking(tmp_path, {3: 0.1, 6: 3.0, 0: 0.5, 7: 0.2, 2: 2.0, 4: 0.02})
    assert active_dimensions(pipe, tmp_path).tolist() == [3, 6, 0, 7, 2, 4, 5, 1]


@pytest.mark.parametrize(
    "content",
    [
        None,
        "{",
        "[]",
        '{"indices": 3}',
        '{"indices": [{"index": 6}]}',
        '{"indices": [{"index": 6, "kl": 3.0}]}',  # of a model with one dimension that is alive
        '{"indices": [{"index": 99, "kl": 3.0}]}',
    ],
)
def test_a_ranking_that_does_not_belong_to_the_weights_is_not_used(
    content: str | None, pipe: Pipeline, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / RANKING).write_text(content)
    assert active_dimensions(pipe, tmp_path).tolist() == active_dimensions(pipe).tolist()


def test_dimensions_are_ranked_by_what_a_posterior_says_in_them(pipe: Pipeline) -> None:
    (out,) = pipe.complete({"farsi": np.eye(28, dtype=np.float32)})
    ranked = informed_dimensions(out)
    kl = 0.5 * (out.mean**2 + out.variance - 1 - np.log(out.variance))
    assert sorted(ranked.tolist()) == list(range(pipe.latent_size))
    assert np.all(np.diff(kl[ranked]) <= 1e-6)
    assert kl.sum() == pytest.approx(out.kl, rel=1e-3)


def test_traversal_changes_one_dimension() -> None:
    z = np.arange(4, dtype=np.float32)
    path = traverse(z, 2, np.array([-1.0, 0.0, 7.0]))
    assert path.dtype == np.float32
    assert path.tolist() == [[0, 1, -1, 3], [0, 1, 0, 3], [0, 1, 7, 3]]
    assert z.tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("index", [-1, 4])
def test_traversal_of_a_dimension_that_does_not_exist(index: int) -> None:
    with pytest.raises(InputError, match=f"0 to 3; there is no index {index}"):
        traverse(np.zeros(4, np.float32), index, np.zeros(2))


def test_grid_of_the_poster() -> None:
    values = grid_values(-1500, 30)
    assert values.shape == (100,)
    assert values.dtype == np.float32
    assert values[[0, 1, 10, 50, 99]].tolist() == [-1500, -1470, -1200, 0, 1470]


@pytest.mark.parametrize(("start", "step"), [(0, 0), (np.nan, 1), (0, np.inf)])
def test_grid_of_nothing(start: float, step: float) -> None:
    with pytest.raises(InputError, match=r"of a grid must be a number|step other than zero"):
        grid_values(start, step)


def test_labels_met_in_order() -> None:
    assert labels_met(np.array([7, 7, 5, 5, 3, 5, 0, 0])) == [7, 5, 3, 5, 0]
    assert labels_met(np.array([], np.int64)) == []


def test_traversal_can_be_decoded_far_out(pipe: Pipeline) -> None:
    decoded = pipe.decode(traverse(np.zeros(8, np.float32), 6, grid_values(-1500, 30)))
    assert decoded.farsi.shape == (100, 28, 28)
    assert np.isfinite(decoded.mfcc).all()
    assert len(labels_met(decoded.label)) >= 2


def effects(label: float, farsi: float, kannada: float, speech: float) -> dict[str, float]:
    return {"label": label, "farsi": farsi, "kannada": kannada, "speech": speech}


def test_the_striking_dimensions_are_picked_by_what_they_move() -> None:
    measured = {
        5: Measured(5, effects(0.01, 0.9, 0.3, 0.0)),  # strong, but not on one alone
        0: Measured(0, effects(0.30, 0.2, 0.1, 0.0)),
        7: Measured(7, effects(0.02, 0.2, 0.2, 0.2)),
        3: Measured(3, effects(0.00, 0.0, 0.1, 0.8)),
    }
    found = striking_dimensions(measured)
    assert {name: each.index for name, each in found.items()} == {"label": 0, "agnostic": 7, "single": 3}
    assert list(found["single"].on_modalities) == ["speech", "kannada", "farsi"]
    assert striking_dimensions({}) == {}


def test_what_the_study_measured_is_read_for_its_own_weights_only(pipe: Pipeline, tmp_path: Path) -> None:
    assert measured_dimensions(pipe, tmp_path) == {}
    alive = {3: 0.1, 6: 3.0, 0: 0.5, 7: 0.2, 2: 2.0, 4: 0.02}
    entries = [{"index": index, "kl": kl, "effects": effects(kl, 0, 0, 0)} for index, kl in alive.items()]
    (tmp_path / RANKING).write_text(json.dumps({"indices": entries}))
    found = measured_dimensions(pipe, tmp_path)
    assert list(found) == list(alive)
    assert found[2] == Measured(2, effects(2.0, 0, 0, 0))
    (tmp_path / RANKING).write_text(json.dumps({"indices": entries[:3]}))
    assert measured_dimensions(pipe, tmp_path) == {}


def test_a_straight_line_has_both_ends_and_even_steps() -> None:
    start, end = np.array([1.0, -2.0, 5.0], np.float32), np.array([3.0, 2.0, 5.0], np.float32)
    line = straight_line(start, end, 5)
    assert line.dtype == np.float32
    assert line.tolist() == [[1, -2, 5], [1.5, -1, 5], [2, 0, 5], [2.5, 1, 5], [3, 2, 5]]
    far = straight_line(np.full(3, 1e5, np.float32), end, 2)
    np.testing.assert_array_equal(far[-1], end)  # exactly, however far the start


def test_where_labels_change() -> None:
    assert label_changes(np.array([7, 7, 5, 5, 0, 7])) == [(2, 7, 5), (4, 5, 0), (5, 0, 7)]
    assert label_changes(np.array([0, 0])) == []
    assert label_changes(np.array([3])) == []
