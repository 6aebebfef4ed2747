"""Who wins where inputs disagree is what the conflict lab computes, of any number of inputs."""

import numpy as np
import pytest

import mvae
from mvae.errors import InputError
from mvae.inference.conflict import judge_conflict, log_label_probs
from mvae.inference.pipeline import Pipeline
from mvae.inference.quarrel import Quarrel, judge_quarrel
from mvae.modalities.sound import mfcc, read_recording
from mvae.modalities.spoken import spoken_digits
from mvae.modalities.strokes import render, template


@pytest.fixture(scope="module")
def pipe() -> Pipeline:
    return mvae.load_pretrained()


def judged(pipe: Pipeline, **digits: int) -> Quarrel:
    drawn = {name: render(template(name, digit)) for name, digit in digits.items() if name != "speech"}
    inputs = pipe.prepare(**drawn)
    if "speech" in digits:
        inputs |= {"speech": mfcc(*read_recording(spoken_digits()[digits["speech"]].sound))}
    (out,) = pipe.complete(inputs, [tuple(inputs)])
    found = judge_quarrel(pipe, out)
    for name, reading in found.alone.items():
        (own,) = pipe.complete(inputs, [(name,)])
        assert reading.label == own.label == digits[name]
        assert reading.probability == pytest.approx(float(own.label_probs[own.label]), abs=1e-5)
    logs = log_label_probs(pipe, out.mean[None])[0]
    assert found.together == out.label == int(np.argmax(logs))
    if found.against is not None:
        assert found.nats == pytest.approx(logs[found.together] - logs[found.against])
    if len(digits) == 2:
        outs = pipe.complete(inputs, [*((name,) for name in inputs), tuple(inputs)])
        assert found.nats == pytest.approx(abs(judge_conflict(pipe, *outs).odds), abs=1e-4)
    return found


def test_where_three_quarrel_the_winner_is_named_with_its_log_odds(pipe: Pipeline) -> None:
    found = judged(pipe, farsi=3, kannada=7, speech=7)
    assert (found.together, found.against, found.winners) == (3, 7, ["farsi"])
    assert found.nats > 1


def test_of_two_it_is_the_conflict_of_the_lab(pipe: Pipeline) -> None:
    found = judged(pipe, farsi=3, speech=7)
    assert {found.together, found.against} == {3, 7}


def test_who_agree_do_not_quarrel(pipe: Pipeline) -> None:
    found = judged(pipe, farsi=5, kannada=5, speech=5)
    assert (found.against, found.nats, len(found.winners)) == (None, 0.0, 3)


def test_anything_else_is_refused(pipe: Pipeline) -> None:
    with pytest.raises(InputError):
        judge_quarrel(pipe, "a completion")  # type: ignore[arg-type]
