"""What the lessons' sentences claim holds for the models that their links name."""

from collections.abc import Mapping

import numpy as np
import pytest

import mvae
from mvae.arrays import Array
from mvae.checkpoint.place import SHIPPED
from mvae.evaluation.table import read_table
from mvae.inference.completion import Completion
from mvae.inference.conflict import judge_conflict
from mvae.inference.latent import (
    grid_values,
    label_changes,
    labels_met,
    measured_dimensions,
    straight_line,
    striking_dimensions,
    traverse,
)
from mvae.inference.pipeline import Pipeline
from mvae.modalities.stroke_text import strokes_from_text
from mvae.modalities.strokes import template, without_beginning
from mvae.model.subsets import subset_key
from mvae.ui.latent import walk_settings as walk
from mvae.ui.lessons.lessons import LESSONS
from mvae.ui.lessons.text import Lessons
from mvae.ui.results.examples import recorded
from mvae.ui.state.contents import Drawing
from mvae.ui.state.slots import example, templates

CHECKPOINTS = ("conv", "linear")
SCRIPTS = ("farsi", "kannada")
BOTH = [SCRIPTS]


@pytest.fixture(scope="module", params=CHECKPOINTS)
def pipe(request: pytest.FixtureRequest) -> Pipeline:
    """Each shipped model: most lessons name none, so that either may be chosen when they are opened."""
    return mvae.load_pretrained(request.param)


def drawn(said: Mapping[str, str]) -> dict[str, Array]:
    """What a lesson's link gives the model to see."""
    inputs = {}
    for script in SCRIPTS:
        text = said.get(script, "")
        if text:
            drawing = (
                Drawing.of(strokes_from_text(text[1:])) if text[0] == "~" else example(script, int(text))
            )
            assert drawing.ink is not None
            inputs[script] = drawing.ink
    return inputs


def voice(digit: int) -> Array:
    """What a person's recording gives the model."""
    return recorded(digit).mfcc


def by_subset(outs: list[Completion]) -> dict[str, Completion]:
    return {subset_key(out.given): out for out in outs}


def sentences(text: str) -> int:
    return sum(text.count(end) for end in (". ", "? ")) + 1


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_has_two_sentences(name: str) -> None:
    assert sentences(Lessons.LOOK_FOR[name]) == 2


def test_what_is_missing(pipe: Pipeline) -> None:
    """The Kannada digit and the voice change when imagined again; what does not is which digit they are."""
    inputs = drawn(LESSONS["missing"].said)
    assert list(inputs) == ["farsi"]
    outs = [pipe.complete(inputs, [("farsi",)], seed=seed)[0] for seed in range(4)]
    for name in ("kannada", "mfcc"):
        assert not np.array_equal(getattr(outs[0], name), getattr(outs[1], name))
    assert {out.label for out in outs} == {5}
    for out in outs:
        assert np.array_equal(out.farsi, outs[0].farsi)
        assert pipe.complete({"kannada": out.kannada})[0].label == 5
        assert pipe.complete({"speech": out.mfcc})[0].label == 5


def test_two_weak_hints_make_one_strong_one(pipe: Pipeline) -> None:
    inputs = drawn(LESSONS["hints"].said)
    assert "9" in Lessons.LOOK_FOR["hints"]
    outs = by_subset(pipe.complete(inputs))
    assert outs["farsi"].label == 6
    assert outs["kannada"].label == 0
    assert outs["farsi+kannada"].label == 9
    assert outs["farsi+kannada"].label_probs[9] > 0.8
    for script in SCRIPTS:
        assert outs[script].label_probs[9] < 0.5


def test_the_hints_are_nines_whose_beginning_is_cut_off() -> None:
    for script in SCRIPTS:
        (whole,) = template(script, 9)
        (part,) = strokes_from_text(LESSONS["hints"].said[script][1:])
        np.testing.assert_allclose(part[1:], whole[len(whole) - len(part) + 1 :], atol=1e-4)
        assert len(part) < len(whole)


def test_a_stroke_without_its_beginning_is_shorter_by_that_share() -> None:
    (rest,) = without_beginning([(0.0, 0.0), (0.4, 0.0), (0.4, 0.6)], 0.25)
    np.testing.assert_allclose(rest, [(0.25, 0.0), (0.4, 0.0), (0.4, 0.6)])


def test_who_wins_a_conflict(pipe: Pipeline) -> None:
    said = LESSONS["conflict"].said
    inputs = {"farsi": example("farsi", int(said["drawn"])).ink, "speech": voice(int(said["spoken"]))}
    outs = pipe.complete(inputs, [("farsi",), ("speech",), ("farsi", "speech")])
    found = judge_conflict(pipe, *outs)
    assert found.alone == {"farsi": 3, "speech": 7}
    assert found.winner is not None
    assert abs(found.odds) > 1


def test_index_201_and_the_index_that_moves_the_label_most() -> None:
    said = LESSONS["index"].said
    assert said["model"] == walk.POSTER_CHECKPOINT == "linear"
    assert [float(said[name]) for name in ("start", "index", "first", "step")] == [
        walk.POSTER_DIGIT, walk.POSTER_INDEX, walk.POSTER_START, walk.POSTER_STEP,
    ]  # fmt: skip
    assert len(walk.POSTER_MET) == 4
    pipe = mvae.load_pretrained("linear")
    (start,) = pipe.complete(templates(walk.POSTER_DIGIT), BOTH)
    values = grid_values(walk.POSTER_START, walk.POSTER_STEP)
    met = labels_met(pipe.decode(traverse(start.mean, walk.POSTER_INDEX, values)).label)
    assert len(met) > 1  # there is something to count
    measured = measured_dimensions(pipe, SHIPPED / "linear")
    most = striking_dimensions(measured)["label"]
    assert most.index != walk.POSTER_INDEX
    assert most.effects["label"] == max(each.effects["label"] for each in measured.values())
    assert most.effects["label"] > measured[walk.POSTER_INDEX].effects["label"]


def test_what_lies_between_two_digits(pipe: Pipeline) -> None:
    said = LESSONS["between"].said
    ends = [pipe.complete(templates(int(said[name])), BOTH)[0].mean for name in ("start", "to")]
    labels = pipe.decode(straight_line(*ends, 9)).label
    assert (labels[0], labels[-1]) == (4, 9)
    assert len(label_changes(labels)) == 1


def test_more_evidence_does_not_always_help(pipe: Pipeline) -> None:
    said = LESSONS["evidence"].said
    inputs = {**drawn(said), "speech": voice(int(said["speech"]))}
    outs = pipe.complete(inputs)
    elbos = dict(zip(by_subset(outs), pipe.elbo(inputs, outs), strict=True))
    assert len(elbos) == 7
    assert max(elbos, key=elbos.__getitem__) == "farsi+kannada+speech"
    assert {out.label for out in outs} == {4}


@pytest.mark.parametrize("checkpoint", CHECKPOINTS)
def test_with_real_recordings_all_three_explain_best(checkpoint: str) -> None:
    table = read_table(SHIPPED / checkpoint, "test")
    assert table is not None
    best = min(table, key=lambda subset: table[subset]["negative_elbo"])
    assert best == ("farsi", "kannada", "speech")
    assert table["speech",]["accuracy"] > table[best]["accuracy"]
