"""Whatever is put where an argument of the Python API is meant: a finite result, or one sentence.

Each of the values of `hostile` is tried in each place with sensible ones in the others; then hypothesis mixes
them. The clock is watched, too: nothing waits for a pipe, or computes what a number asks for.
"""

import signal
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from types import FrameType
from typing import Any

import hostile
import numpy as np
import pytest
from helpers import spoken, write_small_checkpoint
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy

import mvae
from mvae.checkpoint.familiarity import load_familiarity
from mvae.checkpoint.files import read_metrics
from mvae.checkpoint.latent_map import LatentMap, load_map
from mvae.checkpoint.place import find_checkpoint
from mvae.checkpoint.replay import read_replay
from mvae.checkpoint.store import load_checkpoint
from mvae.errors import MVAEError
from mvae.inference import conflict, latent, planes, series
from mvae.inference import gaussians as normals
from mvae.inference.gaussians import Gaussian
from mvae.inference.pipeline import Pipeline
from mvae.modalities import corruption, drawing, stroke_text, strokes
from mvae.modalities import sound as audio
from mvae.studies.record import save_study
from mvae.ui.inputs import fabric

pytestmark = pytest.mark.filterwarnings("ignore")  # PyTorch's and NumPy's, about some of the values

SECONDS = 5  # of the processor; a test that waits for a pipe meets the limit of pytest
PICTURE = strokes.render(strokes.template("farsi", 7))


@pytest.fixture(scope="module", autouse=True)
def loaded() -> None:
    """What the first call of all loads, such as librosa, is loaded before the clock runs."""
    completion().audio()


@cache
def folder() -> Path:
    found = Path(mkdtemp()) / "hostile"
    hostile.fill(found)
    return found


@cache
def pipe() -> Pipeline:
    directory = Path(mkdtemp())
    write_small_checkpoint(directory)
    return mvae.load_pretrained(directory)


@cache
def values() -> dict[str, Callable[[], Any]]:
    return hostile.values(folder())


@cache
def inputs() -> dict[str, Any]:
    return pipe().prepare(farsi=PICTURE, speech=(spoken(), 8000))


@cache
def completion() -> mvae.Completion:
    return pipe().complete(inputs(), [("farsi", "speech")])[0]


def gaussian(seed: int = 0) -> Gaussian:
    generator = np.random.default_rng(seed)
    return generator.normal(size=8), generator.uniform(0.1, 1, size=8)


def gaussians() -> dict[str, Gaussian]:
    return {"farsi": gaussian(1), "speech": gaussian(2)}


def atlas() -> LatentMap:
    generator = np.random.default_rng(0)
    return LatentMap(
        generator.random((20, 8), np.float32), generator.random((20, 2), np.float32), np.arange(20) % 10
    )


def out() -> Path:
    return Path(mkdtemp(dir=folder().parent)) / "study.json"


# What is called, and a sensible value for each argument.
CALLS: dict[str, tuple[Callable[..., Any], dict[str, Callable[[], Any]]]] = {
    "load_pretrained": (mvae.load_pretrained, {"name_or_path": lambda: "linear"}),
    "__call__": (
        lambda **given: pipe().__call__(**given),
        {"farsi": lambda: PICTURE, "kannada": lambda: PICTURE, "speech": lambda: (spoken(), 8000)},
    ),
    "an unknown modality": (lambda latin: pipe()(farsi=PICTURE, latin=latin), {"latin": lambda: PICTURE}),
    "prepare": (
        lambda **given: pipe().prepare(**given),
        {"farsi": lambda: PICTURE, "kannada": lambda: PICTURE, "speech": lambda: (spoken(), 8000)},
    ),
    "prepare a waveform": (
        lambda waveform, rate: pipe().prepare(speech=(waveform, rate)),
        {"waveform": spoken, "rate": lambda: 8000},
    ),
    "complete": (
        lambda inputs, subsets, seed: pipe().complete(inputs, subsets, seed=seed),
        {"inputs": inputs, "subsets": lambda: [("farsi",)], "seed": lambda: 3},
    ),
    **{
        f"complete {name}": (
            lambda values, name=name: pipe().complete({name: values}),
            {"values": lambda name=name: inputs()[name]},
        )
        for name in ("farsi", "speech")
    },
    "imagine": (
        lambda inputs, seeds: pipe().imagine(inputs, seeds),
        {"inputs": inputs, "seeds": lambda: [1, 2]},
    ),
    "elbo": (
        lambda inputs, completions: pipe().elbo(inputs, completions),
        {"inputs": inputs, "completions": lambda: [completion()]},
    ),
    "unfamiliarity": (lambda out: pipe().unfamiliarity(out), {"out": completion}),
    "decode": (lambda z: pipe().decode(z), {"z": lambda: np.zeros((2, 8))}),
    "sample": (
        lambda n, posterior, seed: pipe().sample(n, posterior=posterior, seed=seed),
        {"n": lambda: 2, "posterior": completion, "seed": lambda: 1},
    ),
    "Decoding.audio": (lambda index: pipe().sample(2).audio(index), {"index": lambda: 1}),
    "render": (
        strokes.render,
        {"strokes": lambda: [[(0.1, 0.2), (0.8, 0.9)]], "size": lambda: 64, "pen_width": lambda: 6.0},
    ),
    "template": (strokes.template, {"modality": lambda: "farsi", "digit": lambda: 7}),
    "strokes_to_text": (stroke_text.strokes_to_text, {"strokes": lambda: [[(0.1, 0.2), (0.8, 0.9)]]}),
    "strokes_from_text": (stroke_text.strokes_from_text, {"text": lambda: "eJxjYmBgEGDQAQABLABD"}),
    "fabric_drawing": (
        fabric.fabric_drawing,
        {
            "strokes": lambda: [[(0.1, 0.2), (0.8, 0.9)]], "size": lambda: 280, "pen_width": lambda: 18.0,
            "colour": lambda: "#000",
        },
    ),
    "strokes_from_fabric": (
        fabric.strokes_from_fabric,
        {
            "drawing": lambda: fabric.fabric_drawing([[(0.1, 0.2)]], size=280, pen_width=9, colour="red"),
            "size": lambda: 280,
        },
    ),
    "active_dimensions": (latent.active_dimensions, {"pipe": pipe, "checkpoint": folder}),
    "read_disentanglement": (
        latent.read_disentanglement, {"checkpoint": folder, "latent_kl": lambda: [0.5] * 8},
    ),
    "measured_dimensions": (latent.measured_dimensions, {"pipe": pipe, "checkpoint": folder}),
    "striking_dimensions": (
        latent.striking_dimensions,
        {"measured": lambda: {3: latent.Measured(3, {"label": 0.1, "farsi": 0.2, "speech": 0.3})}},
    ),
    "alive_count": (latent.alive_count, {"pipe": pipe}),
    "informed_dimensions": (latent.informed_dimensions, {"out": completion}),
    "traverse": (
        latent.traverse, {"z": lambda: np.zeros(8), "index": lambda: 3, "values": lambda: np.arange(4.0)},
    ),
    "grid_values": (latent.grid_values, {"start": lambda: -3, "step": lambda: 0.06}),
    "labels_met": (latent.labels_met, {"labels": lambda: np.array([7, 7, 5])}),
    "straight_line": (
        latent.straight_line,
        {"start": lambda: np.zeros(8), "end": lambda: np.ones(8), "steps": lambda: 5},
    ),
    "label_changes": (latent.label_changes, {"labels": lambda: np.array([7, 7, 5])}),
    "load_map": (load_map, {"directory": folder}),
    "latent_at": (lambda place: atlas().latent_at(place), {"place": lambda: np.array([0.5, 0.5])}),
    "place_of": (lambda latent: atlas().place_of(latent), {"latent": lambda: np.zeros(8)}),
    "neighbours": (lambda place: atlas().neighbours(place), {"place": lambda: np.array([0.5, 0.5])}),
    "product_of_gaussians": (
        normals.product_of_gaussians,
        {"means": lambda: np.zeros((2, 8)), "variances": lambda: np.ones((2, 8))},
    ),
    "kl_divergence": (normals.kl_divergence, {"p": gaussian, "q": lambda: gaussian(1)}),
    "symmetric_kl": (normals.symmetric_kl, {"p": gaussian, "q": lambda: gaussian(1)}),
    "with_prior": (normals.with_prior, {"experts": gaussians}),
    "pulls": (planes.pulls, {"experts": gaussians}),
    "pulling_plane": (planes.pulling_plane, {"experts": gaussians}),
    "agreeing_dimensions": (planes.agreeing_dimensions, {"experts": gaussians}),
    "pulling_dimensions": (planes.pulling_dimensions, {"experts": gaussians}),
    "pulls of one": (
        lambda mean, variance: planes.pulling_plane({"farsi": (mean, variance)}),
        {"mean": lambda: gaussian()[0], "variance": lambda: gaussian()[1]},
    ),
    "project": (
        lambda each: planes.pulling_plane(gaussians()).project(each), {"each": gaussian},
    ),
    "ellipse": (
        planes.ellipse,
        {"mean": lambda: np.zeros(2), "covariance": lambda: np.eye(2), "deviations": lambda: 2},
    ),
    "log_label_probs": (conflict.log_label_probs, {"pipe": pipe, "latents": lambda: np.zeros((2, 8))}),
    "judge_conflict": (
        conflict.judge_conflict,
        {
            "pipe": pipe,
            "first": lambda: pipe().complete(inputs(), [("farsi",)])[0],
            "second": lambda: pipe().complete(inputs(), [("speech",)])[0],
            "both": completion,
        },
    ),
    "series": (
        series.series,
        {
            "pipe": pipe, "inputs": inputs, "name": lambda: "speech",
            "versions": lambda: [inputs()["speech"], None],
        },
    ),
    "count_conflicts": (
        conflict.count_conflicts,
        {
            "pipe": pipe,
            "inputs": lambda: {"farsi": [inputs()["farsi"]], "speech": [inputs()["speech"]]},
        },
    ),
    **{
        f"{name} image": (corrupt, {"image": lambda: inputs()["farsi"], "strength": lambda: 0.5})
        for name, corrupt in corruption.IMAGE_CORRUPTIONS.items()
    },
    **{
        f"{name} sound": (corrupt, {"waveform": spoken, "strength": lambda: 0.5})
        for name, corrupt in corruption.SOUND_CORRUPTIONS.items()
    },
    "noisy_image seed": (
        lambda seed: corruption.noisy_image(inputs()["farsi"], 0.5, seed), {"seed": lambda: 3},
    ),
    "noisy_sound seed": (lambda seed: corruption.noisy_sound(spoken(), 0.5, seed), {"seed": lambda: 3}),
    "load_checkpoint": (load_checkpoint, {"name_or_path": lambda: "linear"}),
    "find_checkpoint": (find_checkpoint, {"name_or_path": lambda: "linear"}),
    "read_metrics": (read_metrics, {"directory": folder}),
    "load_familiarity": (load_familiarity, {"directory": folder}),
    "read_replay": (read_replay, {"directory": folder}),
    "mfcc": (audio.mfcc, {"waveform": spoken, "sample_rate": lambda: 8000}),
    "to_mono": (audio.to_mono, {"waveform": spoken, "sample_rate": lambda: 8000}),
    "waveform_of": (audio.waveform_of, {"coefficients": lambda: inputs()["speech"]}),
    "read_recording": (audio.read_recording, {"source": lambda: folder() / "noise"}),
    "prepare_drawing": (drawing.prepare_drawing, {"image": lambda: PICTURE}),
    "find_ink": (drawing.find_ink, {"image": lambda: PICTURE}),
    "normalise_ink": (drawing.normalise_ink, {"ink": lambda: PICTURE}),
    "save_study": (
        lambda path, study, found, seed, data, seconds: save_study(
            path, study, found, seed=seed, data=data, seconds=seconds
        ),
        {
            "path": out, "study": lambda: "subsets", "found": dict, "seed": lambda: 0, "data": dict,
            "seconds": lambda: 1.5,
        },
    ),
}  # fmt: skip


@cache
def sensible(call: str) -> dict[str, Any]:
    return {name: value() for name, value in CALLS[call][1].items()}


class TooSlowError(Exception):
    pass


@contextmanager
def watched() -> Iterator[None]:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TooSlowError

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def assert_shapes(found: Any) -> None:
    """Look at the shapes of what a pipeline gives, at the single parts of a list, and of nothing else."""
    match found:
        case mvae.Completion():
            assert found.farsi.shape == found.kannada.shape == (28, 28)
            assert found.mfcc.shape == (13, 32)
            assert found.label_probs.shape == (10,)
            assert found.mean.shape == found.variance.shape == (8,)
        case mvae.Decoding():
            n = len(found.label_probs)
            assert found.farsi.shape == found.kannada.shape == (n, 28, 28)
            assert found.mfcc.shape == (n, 13, 32)
        case list():
            for each in found[:3]:
                assert_shapes(each)


def check(call: str, arguments: dict[str, Any]) -> None:
    """Call it, and look at what comes back."""
    function = CALLS[call][0]
    try:
        with watched(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = function(**arguments)
    except MVAEError as error:
        sentence = str(error)
        assert sentence.endswith((".", ")", "conv", "linear")) or ": " in sentence, sentence
        assert "\n" not in sentence
        assert len(sentence) < 700, sentence
    else:
        assert_shapes(found)
        for each in hostile.numbers_in(found):
            if np.asarray(each).dtype.kind == "f":
                assert np.isfinite(each).all()


@pytest.mark.parametrize("call", CALLS)
def test_one_hostile_argument_among_sensible_ones(call: str) -> None:
    check(call, sensible(call))
    for argument in CALLS[call][1]:
        for value in values().values():
            check(call, sensible(call) | {argument: value()})


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.data())
def test_hostile_arguments_together(data: st.DataObject) -> None:
    call = data.draw(st.sampled_from(list(CALLS)), label="call")
    arguments = {}
    for name, value in sensible(call).items():
        hostile_one = data.draw(st.sampled_from([None, *values()]), label=name)
        arguments[name] = value if hostile_one is None else values()[hostile_one]()
    check(call, arguments)


PLAIN = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.complex_numbers() | st.text() | st.binary()
)
NESTED = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
ARRAYS = numpy.arrays(
    numpy.scalar_dtypes() | numpy.array_dtypes(),
    numpy.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=14),
)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.data())
def test_one_argument_of_anything(data: st.DataObject) -> None:
    call = data.draw(st.sampled_from([call for call in CALLS if call != "save_study"]), label="call")
    argument = data.draw(st.sampled_from(list(CALLS[call][1])), label="argument")
    check(call, sensible(call) | {argument: data.draw(NESTED | ARRAYS, label="value")})
