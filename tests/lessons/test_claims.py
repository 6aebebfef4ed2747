"""What the lessons teach is so: each expected answer is computed in the situation that its step opens."""

from collections.abc import Callable, Iterator
from functools import cache
from math import erfc, sqrt
from typing import TYPE_CHECKING

import numpy as np
import pytest

import mvae
from mvae.arrays import Array
from mvae.checkpoint.place import SHIPPED
from mvae.evaluation.table import read_table
from mvae.inference.completion import Completion
from mvae.inference.conflict import judge_conflict
from mvae.inference.gaussians import product_of_gaussians
from mvae.inference.latent import grid_values, labels_met, straight_line, traverse
from mvae.lessons.files import SHIPPED as TEXTS
from mvae.lessons.files import Step, read_lessons
from mvae.modalities.stroke_text import strokes_from_text
from mvae.modalities.strokes import template
from mvae.model.subsets import subset_key
from mvae.ui.experts.bench import parse_gaussians
from mvae.ui.state.contents import Drawing
from mvae.ui.state.hideable import hideable
from mvae.ui.state.slots import example, templates

if TYPE_CHECKING:
    from mvae.inference.pipeline import Pipeline

SCRIPTS = ("farsi", "kannada")
LESSONS = {lesson.name: lesson for lesson in read_lessons(TEXTS, hideable())}
CLAIMS: dict[tuple[str, int], Callable[["Case"], bool]] = {}


@cache
def _pipeline(checkpoint: str) -> "Pipeline":
    return mvae.load_pretrained(checkpoint)


class Case:
    """A model in the situation of a step."""

    def __init__(self, step: Step, situation: Step, checkpoint: str) -> None:
        self.step, self.said, self.checkpoint = step, situation.said, checkpoint
        self.pipe = _pipeline(checkpoint)

    @property
    def inputs(self) -> dict[str, Array]:
        """What the link gives the model to see; lessons draw only."""
        assert "speech" not in self.said
        found = {}
        for script in SCRIPTS:
            text = self.said.get(script, "blank")
            if text != "blank":
                strokes = text.startswith("~")
                drawing = Drawing.of(strokes_from_text(text[1:])) if strokes else example(script, int(text))
                assert drawing.ink is not None
                found[script] = drawing.ink
        return found

    def out(self, *given: str, seed: int | None = None) -> Completion:
        return self.pipe.complete(self.inputs, [given or tuple(self.inputs)], seed=seed)[0]

    def seen_alone(self, name: str, values: Array) -> int:
        return self.pipe.complete({name: values})[0].label

    @property
    def right(self) -> str:
        """The text of the right answer."""
        assert self.step.right is not None
        return self.step.choices[self.step.right].text

    @property
    def table(self) -> dict[tuple[str, ...], dict[str, float]]:
        table = read_table(SHIPPED / self.checkpoint, "test")
        assert table is not None
        return table


def claim(lesson: str, number: int) -> Callable[[Callable[[Case], bool]], Callable[[Case], bool]]:
    def note(check: Callable[[Case], bool]) -> Callable[[Case], bool]:
        CLAIMS[lesson, number] = check
        return check

    return note


@claim("missing", 1)
def _(case: Case) -> bool:
    drawn = [case.out(seed=seed) for seed in range(4)]
    assert case.right == "A Kannada 5."
    return {case.seen_alone("kannada", out.kannada) for out in drawn} == {5}


@claim("missing", 2)
def _(case: Case) -> bool:
    outs = [case.out(seed=seed) for seed in range(4)]
    changed = all(
        not np.array_equal(outs[0][name], out[name]) for out in outs[1:] for name in ("kannada", "speech")
    )
    assert "not the label" in case.right
    return changed and {out.label for out in outs} == {5}


@claim("missing", 3)
def _(case: Case) -> bool:
    def edges(picture: Array) -> float:
        return float(sum(np.abs(np.diff(picture, axis=axis)).sum() for axis in (0, 1)))

    assert case.said["imagine"] == "mean"
    assert "Smoother" in case.right
    return edges(case.out().kannada) < min(edges(case.out(seed=seed).kannada) for seed in range(8))


@claim("missing", 4)
def _(case: Case) -> bool:
    assert "narrower in every direction" in case.right
    both, one = case.out(), case.out("farsi")
    return bool((both.variance < one.variance).all()) and both.label == one.label == 5


def _reads(case: Case, first: int, second: int | None = None) -> bool:
    order = np.argsort(-case.out().label_probs)
    assert case.right == f"{first}."
    return order[0] == first and second in {None, order[1]}


@claim("hints", 1)
def _(case: Case) -> bool:
    return _reads(case, 6, 9)


@claim("hints", 2)
def _(case: Case) -> bool:
    return _reads(case, 0, 9)


@claim("hints", 3)
def _(case: Case) -> bool:
    out = case.out()
    assert out.expert_shares["kannada"] > out.expert_shares["farsi"]  # as a wrong answer's why says
    return _reads(case, 9)


@claim("hints", 4)
def _(case: Case) -> bool:
    farsi, kannada, both = case.out("farsi"), case.out("kannada"), case.out()
    assert "9 is the second best answer of each" in case.right
    order = [np.argsort(-out.label_probs).tolist() for out in (farsi, kannada, both)]
    return [each[:2] for each in order[:2]] == [[6, 9], [0, 9]] and order[2][0] == 9


def _bench(case: Case, **with_prior: bool) -> tuple[float, float]:
    pairs = [*parse_gaussians(case.said["bench"])[:2], *[(0.0, 1.0)] * with_prior.get("prior", False)]
    means, deviations = np.array(pairs).T
    mean, variance = product_of_gaussians(means, deviations**2)
    return float(mean), float(variance)


@claim("trust", 1)
def _(case: Case) -> bool:
    assert case.said["prior"] == "off"
    assert "1.4" in case.right
    return _bench(case)[0] == pytest.approx(1.4)


@claim("trust", 2)
def _(case: Case) -> bool:
    variances = np.array([1.0, 0.25])
    _, near = product_of_gaussians(np.array([-1.0, 2.0]), variances)
    _, far = product_of_gaussians(np.array([-5.0, 5.0]), variances)
    return case.right == "It does not change at all." and near == far == pytest.approx(_bench(case)[1])


@claim("trust", 3)
def _(case: Case) -> bool:
    assert "1.17" in case.step.choices[case.step.right or 0].why
    return _bench(case, prior=True)[0] == pytest.approx(1.17, abs=0.005)


@claim("trust", 4)
def _(case: Case) -> bool:
    shares = case.out().expert_shares
    accuracy = {subset: row["accuracy"] for subset, row in case.table.items()}
    assert accuracy["farsi",] > accuracy["kannada",]
    return case.right == "The Farsi expert." and max(shares, key=shares.__getitem__) == "farsi"


@claim("conflict", 1)
def _(case: Case) -> bool:
    out = case.out()
    assert "more than 95 %" in LESSONS["conflict"].steps[3].choices[0].why
    return case.right.startswith("3,") and out.label == 3 and out.label_probs[3] > 0.95


@claim("conflict", 2)
def _(case: Case) -> bool:
    out = case.out()
    return (
        case.right.startswith("Kannada")
        and out.expert_shares["kannada"] > out.expert_shares["farsi"]
        and out.label == 3
    )


@claim("conflict", 3)
def _(case: Case) -> bool:
    pair = case.said["between"].split(",")
    inputs = {
        name: example(name, int(case.said[which])).ink
        for name, which in zip(pair, ("drawn", "spoken"), strict=True)
    }
    found = judge_conflict(case.pipe, *case.pipe.complete(inputs, [(pair[0],), (pair[1],), tuple(pair)]))
    assert case.right == "More than ten times."
    return found.together == 3 and np.exp(found.odds) > 10


@claim("conflict", 4)
def _(case: Case) -> bool:
    return "one by one" in case.right and [case.out(name).label for name in SCRIPTS] == [3, 7]


def _ends(case: Case) -> list[Array]:
    return [
        case.pipe.complete(templates(int(case.said[name])), [SCRIPTS])[0].mean for name in ("start", "to")
    ]


@claim("between", 1)
def _(case: Case) -> bool:
    labels = case.pipe.decode(straight_line(*_ends(case), 9)).label.tolist()
    assert "First 4, then at one step 9" in case.right
    return set(labels) == {4, 9} and labels == sorted(labels)


@claim("between", 2)
def _(case: Case) -> bool:
    probabilities = case.pipe.decode(straight_line(*_ends(case), 9)).label_probs.max(axis=1)
    return case.right.startswith("Above 95 %") and (probabilities < 0.95).sum() == 1


@claim("between", 3)
def _(case: Case) -> bool:
    (start,) = case.pipe.complete(templates(int(case.said["start"])), [SCRIPTS])
    values = grid_values(float(case.said["first"]), float(case.said["step"]))
    assert values[0] == -1500
    assert values[-1] == 1470
    met = labels_met(case.pipe.decode(traverse(start.mean, int(case.said["index"]), values)).label)
    return case.right == "Two." and len(met) == 2


@claim("between", 4)
def _(case: Case) -> bool:
    beyond_5 = erfc(5 / sqrt(2))
    return case.right.startswith("Never") and 1.5e6 < 1 / beyond_5 < 2.5e6 and erfc(1500 / sqrt(2)) == 0


@claim("evidence", 1)
def _(case: Case) -> bool:
    inputs = {**case.inputs, "kannada": example("kannada", 4).ink}
    one, both = case.pipe.complete(inputs, [("farsi",), SCRIPTS])
    return case.right == "It grows." and both.kl > one.kl


@claim("evidence", 2)
def _(case: Case) -> bool:
    inputs = case.inputs
    outs = case.pipe.complete(inputs)
    elbos = {
        subset_key(out.given): elbo for out, elbo in zip(outs, case.pipe.elbo(inputs, outs), strict=True)
    }
    return case.right == "Farsi + Kannada." and max(elbos, key=elbos.__getitem__) == "farsi+kannada"


@claim("evidence", 3)
def _(case: Case) -> bool:
    accuracy = {subset: row["accuracy"] for subset, row in case.table.items()}
    assert accuracy["speech",] > accuracy["farsi", "kannada", "speech"]
    return case.right == "Speech alone." and max(accuracy, key=accuracy.__getitem__) == ("speech",)


@claim("evidence", 4)
def _(case: Case) -> bool:
    bound = {subset: row["negative_elbo"] for subset, row in case.table.items()}
    return case.right.startswith("All three") and min(bound, key=bound.__getitem__) == (
        "farsi",
        "kannada",
        "speech",
    )


def cases() -> Iterator[tuple[str, int, str]]:
    for lesson in LESSONS.values():
        for number, step in enumerate(lesson.steps, 1):
            if step.choices:
                named = lesson.situation(number).said.get("model")
                yield from (
                    (lesson.name, number, each) for each in ([named] if named else ["conv", "linear"])
                )


@pytest.mark.parametrize(("name", "number", "checkpoint"), list(cases()))
def test_the_expected_answer_is_so(name: str, number: int, checkpoint: str) -> None:
    """Steps that name no model are opened with whichever the server or the site shows."""
    lesson = LESSONS[name]
    assert CLAIMS[name, number](Case(lesson.steps[number - 1], lesson.situation(number), checkpoint))


def test_each_claim_is_of_a_step_that_is_there() -> None:
    assert CLAIMS.keys() == {(name, number) for name, number, _ in cases()}


def test_six_lessons_make_one_hour_of_school() -> None:
    assert len(LESSONS) == 6
    assert all(5 <= lesson.minutes <= 8 for lesson in LESSONS.values())
    assert sum(lesson.minutes for lesson in LESSONS.values()) == 45


def test_the_right_answer_does_not_always_stand_at_the_same_place() -> None:
    places = [step.right for lesson in LESSONS.values() for step in lesson.steps]
    assert max(places.count(place) for place in set(places)) <= len(places) / 2


def test_the_hints_are_nines_whose_beginning_is_cut_off() -> None:
    said = LESSONS["hints"].steps[2].said
    for script in SCRIPTS:
        (whole,) = template(script, 9)
        (part,) = strokes_from_text(said[script][1:])
        np.testing.assert_allclose(part[1:], whole[len(whole) - len(part) + 1 :], atol=1e-4)
        assert len(part) < len(whole)
