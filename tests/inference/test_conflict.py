import numpy as np
import pytest

import mvae
from mvae.inference.completion import Completion
from mvae.inference.conflict import count_conflicts, judge_conflict, log_label_probs
from mvae.inference.gaussians import symmetric_kl
from mvae.inference.pipeline import Pipeline
from mvae.inference.series import series
from mvae.ui.state.slots import example, templates


@pytest.fixture(scope="module")
def pipe() -> Pipeline:
    return mvae.load_pretrained("conv")


@pytest.fixture(scope="module")
def voice(pipe: Pipeline) -> np.ndarray:
    """What the model imagines to hear for a 7."""
    drawings = templates(7)
    return pipe.complete(drawings, [tuple(drawings)])[0].mfcc


def test_log_probabilities_are_those_of_the_labels_and_never_infinite(pipe: Pipeline) -> None:
    latents = np.random.default_rng(0).normal(size=(3, pipe.latent_size)).astype(np.float32)
    assert np.exp(log_label_probs(pipe, latents)) == pytest.approx(pipe.decode(latents).label_probs, abs=1e-6)
    assert np.isfinite(log_label_probs(pipe, 1000 * latents)).all()


def fight(pipe: Pipeline, farsi: int, voice: np.ndarray) -> list[Completion]:
    ink = example("farsi", farsi).ink
    assert ink is not None
    inputs = {"farsi": ink, "speech": voice}
    return pipe.complete(inputs, [("farsi",), ("speech",), ("farsi", "speech")])


def test_a_conflict_has_a_winner_by_log_odds_and_a_distance(pipe: Pipeline, voice: np.ndarray) -> None:
    outs = fight(pipe, 3, voice)
    judged = judge_conflict(pipe, *outs)
    assert judged.alone == {"farsi": 3, "speech": 7}
    assert judged.together == outs[2].label
    assert judged.winner == {3: "farsi", 7: "speech"}.get(outs[2].label)
    probs = outs[2].label_probs.astype(np.float64)
    assert judged.odds == pytest.approx(np.log(probs[3] / probs[7]), rel=1e-3)
    assert judged.distance == symmetric_kl(outs[2].experts["farsi"], outs[2].experts["speech"]) > 0


def test_experts_that_agree_are_in_no_conflict(pipe: Pipeline, voice: np.ndarray) -> None:
    outs = fight(pipe, 7, voice)
    judged = judge_conflict(pipe, *outs)
    assert judged.agree
    assert judged.winner is None
    assert judged.odds == 0


def test_a_series_is_what_the_pipeline_says_of_each_version(pipe: Pipeline, voice: np.ndarray) -> None:
    inputs = {**templates(7), "speech": voice}
    versions = [voice, voice + 20, None]
    found = series(pipe, inputs, "speech", versions)
    for row, version in enumerate(versions):
        given = {name: value for name, value in {**inputs, "speech": version}.items() if value is not None}
        (out,) = pipe.complete(given, [tuple(given)])
        shares = {name: float(share[row]) for name, share in found.shares.items()}
        assert shares == pytest.approx({"speech": 0.0, **out.expert_shares}, abs=1e-5)
        assert found.label_probs[row] == pytest.approx(out.label_probs, abs=1e-4)
        if version is not None:
            (alone,) = pipe.complete(given, [("speech",)])
            assert found.alone[row] == pytest.approx(alone.label_probs, abs=1e-4)
    prior = pipe.decode(np.zeros((1, pipe.latent_size))).label_probs[0]
    assert found.alone[2] == pytest.approx(prior, abs=1e-4)


def test_a_series_of_a_drawing_needs_no_other_input(pipe: Pipeline) -> None:
    ink = templates(3)["farsi"]
    found = series(pipe, {"farsi": ink}, "farsi", [ink, np.zeros_like(ink)])
    assert set(found.shares) == {"prior", "farsi"}
    assert sum(found.shares.values()) == pytest.approx(np.ones(2), abs=1e-5)
    assert found.alone == pytest.approx(found.label_probs)


def test_all_conflicts_are_counted_as_one_by_one(pipe: Pipeline) -> None:
    both = [templates(digit) for digit in (3, 7, 0)]
    drawings = [drawn["farsi"] for drawn in both]
    voices = [pipe.complete(drawn, [tuple(drawn)])[0].mfcc for drawn in both]
    expected = {"farsi": 0, "speech": 0, "neither": 0}
    for drawing in drawings:
        for sound in voices:
            given = {"farsi": drawing, "speech": sound}
            judged = judge_conflict(
                pipe, *pipe.complete(given, [("farsi",), ("speech",), ("farsi", "speech")])
            )
            if not judged.agree:
                expected[judged.winner or "neither"] += 1
    assert count_conflicts(pipe, {"farsi": drawings, "speech": voices}) == expected
    assert sum(expected.values()) == 6
    assert count_conflicts(pipe, {"farsi": drawings[:1], "speech": voices[:1]}) == dict.fromkeys(expected, 0)
