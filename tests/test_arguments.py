"""What a notebook has at hand is taken for what it says, and means the same in every form."""

import copy
import io
import pickle
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import torch
from helpers import spoken, write_small_checkpoint
from numpy.typing import NDArray
from PIL import Image

import mvae
from mvae.arguments import LARGEST_SEED, as_count, as_list, as_number, as_seed
from mvae.arrays import as_array, as_floats
from mvae.errors import CheckpointError, InputError
from mvae.inference.inputs import MOST_COMPLETIONS, MOST_LATENTS
from mvae.inference.pipeline import Pipeline
from mvae.modalities.strokes import render, template

Z = np.random.default_rng(0).integers(-8, 8, (6, 8)) / 4  # exact in any type that has a sign
PICTURE = render(template("farsi", 7), size=60)
RATE = 8000
WAVEFORM = np.round(spoken() * 2**15) / 2**15  # of 16 bits


@pytest.fixture(scope="module")
def pipe(tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    directory = tmp_path_factory.mktemp("small")
    write_small_checkpoint(directory)
    return mvae.load_pretrained(directory)


FORMS: dict[str, Callable[[NDArray[Any]], Any]] = {
    "reversed view": lambda values: np.ascontiguousarray(values[::-1])[::-1],
    "stepped view": lambda values: np.repeat(values, 2, axis=1)[:, ::2],
    "column order": np.asfortranarray,
    "big-endian": lambda values: values.astype(">f8"),
    "float16": lambda values: values.astype(np.float16),
    "long double": lambda values: values.astype(np.longdouble),
    "objects": lambda values: values.astype(object),
    "read only": lambda values: np.frombuffer(values.tobytes()).reshape(values.shape),
    "nothing masked": np.ma.masked_invalid,
    "lists": lambda values: values.tolist(),
    "tuples": lambda values: tuple(map(tuple, values.tolist())),
    "rows in a list": list,
    "tensor": torch.from_numpy,
    "tensor with gradient": lambda values: torch.tensor(values, requires_grad=True),
    "bfloat16": lambda values: torch.tensor(values, dtype=torch.bfloat16),
    "tensor of a row each": lambda values: [torch.tensor(row) for row in values],
    "sparse tensor": lambda values: torch.tensor(values).to_sparse(),
    "transposed tensor": lambda values: torch.tensor(values.T.copy()).T,
    "negated tensor": lambda values: (
        torch.complex(torch.zeros(values.shape), -torch.tensor(values).float()).conj().imag
    ),
    "quantised tensor": lambda values: torch.quantize_per_tensor(
        torch.tensor(values).float(), 0.25, 0, torch.qint8
    ),
}


@pytest.mark.filterwarnings("ignore::UserWarning")  # PyTorch's, about kinds of tensors that will change
@pytest.mark.parametrize("form", FORMS)
def test_latents_in_any_form_are_the_same_latents(pipe: Pipeline, form: str) -> None:
    expected, found = pipe.decode(Z), pipe.decode(FORMS[form](Z))
    for name in ("farsi", "kannada", "mfcc", "label_probs"):
        assert np.array_equal(getattr(found, name), getattr(expected, name))


def encoded(picture: Image.Image, kind: str) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind)
    return file.getvalue()


def written(folder: Path, content: bytes, name: str) -> Path:
    (folder / name).write_bytes(content)
    return folder / name


def palette(picture: NDArray[np.uint8]) -> Image.Image:
    return Image.fromarray(picture).convert("RGB").quantize(256)


PICTURES: dict[str, Callable[[Path], Any]] = {
    "lists": lambda _: PICTURE.tolist(),
    "tensor": lambda _: torch.from_numpy(PICTURE),
    "tensor of floats with gradient": lambda _: torch.tensor(PICTURE / 255, requires_grad=True),
    "Pillow": lambda _: Image.fromarray(PICTURE),
    "Pillow, RGB": lambda _: Image.fromarray(PICTURE).convert("RGB"),
    "Pillow, floats": lambda _: Image.fromarray(PICTURE.astype(np.float32)),
    "Pillow, palette": lambda _: palette(PICTURE),
    "Pillow, 16 bits": lambda _: Image.fromarray(PICTURE.astype(np.uint16) * 257),
    "path of a PNG": lambda folder: written(folder, encoded(Image.fromarray(PICTURE), "PNG"), "7.png"),
    "path as text": lambda folder: str(written(folder, encoded(Image.fromarray(PICTURE), "PNG"), "7.png")),
    "path of a BMP": lambda folder: written(folder, encoded(Image.fromarray(PICTURE), "BMP"), "7"),
    "bytes": lambda _: encoded(Image.fromarray(PICTURE), "PNG"),
}


@pytest.mark.parametrize("form", PICTURES)
def test_a_picture_in_any_form_is_the_same_picture(pipe: Pipeline, tmp_path: Path, form: str) -> None:
    found = pipe(farsi=PICTURES[form](tmp_path))
    np.testing.assert_allclose(found.inputs["farsi"], pipe(farsi=PICTURE).inputs["farsi"], atol=0.01)


def wav() -> bytes:
    file = io.BytesIO()
    soundfile.write(file, WAVEFORM, RATE, format="WAV", subtype="PCM_16")
    return file.getvalue()


SOUNDS: dict[str, Callable[[Path], Any]] = {
    "list": lambda _: [WAVEFORM, RATE],
    "floats in a list": lambda _: (WAVEFORM.tolist(), RATE),
    "tensor": lambda _: (torch.tensor(WAVEFORM, requires_grad=True), torch.tensor(RATE)),
    "rate of NumPy": lambda _: (WAVEFORM, np.int32(RATE)),
    "rate with a point": lambda _: (WAVEFORM, float(RATE)),
    "column": lambda _: (WAVEFORM[:, None], RATE),
    "path": lambda folder: written(folder, wav(), "7.wav"),
    "path as text": lambda folder: str(written(folder, wav(), "7.wav")),
    "bytes": lambda _: wav(),
}


@pytest.mark.parametrize("form", SOUNDS)
def test_a_sound_in_any_form_is_the_same_sound(pipe: Pipeline, tmp_path: Path, form: str) -> None:
    found, expected = (
        pipe(speech=each).inputs["speech"] for each in (SOUNDS[form](tmp_path), (WAVEFORM, RATE))
    )
    np.testing.assert_allclose(found, expected, atol=0.05)


@pytest.mark.parametrize("form", [list, torch.from_numpy, np.asfortranarray, lambda mfcc: mfcc.astype(">f4")])
def test_mfccs_in_any_form_are_the_same_mfccs(pipe: Pipeline, form: Callable[[Any], Any]) -> None:
    expected = pipe(speech=(WAVEFORM, RATE))
    assert np.array_equal(pipe(speech=form(expected.inputs["speech"])).mean, expected.mean)


def test_numbers_of_numpy_and_torch_count(pipe: Pipeline) -> None:
    expected = pipe.sample(2, seed=3)
    for n, seed in ((np.int64(2), np.uint8(3)), (torch.tensor(2), np.array(3))):
        assert np.array_equal(pipe.sample(n, seed=seed).farsi, expected.farsi)
    inputs = pipe.prepare(farsi=PICTURE)
    assert [out.seed for out in pipe.imagine(inputs, (seed for seed in np.arange(3)))] == [0, 1, 2]
    assert pipe.imagine(inputs, []) == pipe.complete(inputs, []) == pipe.elbo(inputs, []) == []


def drawn(pipe: Pipeline) -> dict[str, Any]:
    return pipe.prepare(farsi=PICTURE)


SENTENCES: dict[str, tuple[Callable[[Pipeline], Any], str]] = {
    "fewer than none": (lambda it: it.sample(-1), r"from 0 to 50,000, not -1\."),
    "too many": (lambda it: it.sample(10**12), r"from 0 to 50,000, not 1000000000000\."),
    "too many latents": (lambda it: it.decode(np.zeros((MOST_LATENTS + 1, 8))), "50,001 latents"),
    "a view of more than fits": (
        lambda it: it.decode(np.broadcast_to(np.float32(0), (10**9, 8))),
        "268,435,456 values at the most",
    ),
    "yes": (lambda it: it.sample(True), "not True"),
    "half": (lambda it: it.sample(2.5), "not 2.5"),
    "negative seed": (lambda it: it.sample(1, seed=-1), "A seed must be"),
    "huge seed": (lambda it: it.sample(1, seed=LARGEST_SEED + 1), "A seed must be"),
    "seed of a draw": (lambda it: it.complete(drawn(it), seed="7"), "not “7”"),
    "no completion": (lambda it: it.sample(1, posterior=Z), "must be a Completion"),
    "complex": (lambda it: it.decode(Z + 1j), "complex128"),
    "complex tensor": (lambda it: it.decode(torch.tensor(Z + 1j)), "tensor is complex"),
    "meta": (lambda it: it.decode(torch.zeros(1, 8, device="meta")), "meta device"),
    "masked": (lambda it: it.decode(np.ma.masked_less(Z, 0)), "masked"),
    "ragged": (lambda it: it.decode([[1.0] * 8, [1.0]]), "different lengths"),
    "names": (lambda it: it.decode([["a"] * 8]), "this is str"),
    "dates": (lambda it: it.decode(np.zeros((1, 8), "datetime64[s]")), "datetime64"),
    "durations": (lambda it: it.decode(np.zeros((1, 8), "timedelta64[s]")), "timedelta64"),
    "far out": (lambda it: it.decode(np.full((1, 8), 1e7)), "within ±1,000,000"),
    "unknown modality": (
        lambda it: it(latin=PICTURE),
        "“latin”; there are farsi, kannada, speech",
    ),
    "one of a pair": (lambda it: it(speech=(WAVEFORM,)), "waveform, rate"),
    "three of a pair": (lambda it: it(speech=(WAVEFORM, RATE, 1)), "waveform, rate"),
    "rate as text": (lambda it: it(speech=(WAVEFORM, "8000")), "A sample rate .* not “8000”"),
    "rate first": (lambda it: it(speech=(RATE, WAVEFORM)), r"shape \(n,\)|A sample rate"),
    "no file": (lambda it: it(farsi="7.png"), "Farsi drawing cannot be read from “7.png”: No such file"),
    "over-long path": (lambda it: it(speech="7" * 5000), "File name too long"),
    "zero byte": (lambda it: it(speech="a\0b"), "no file can have this name"),
    "directory": (lambda it: it(kannada=Path("/")), "Is a directory"),
    "device": (lambda it: it(kannada="/dev/zero"), "no regular file"),
    "no picture": (lambda it: it(farsi=b"\x89PNG\r\n\x1a\n"), "no picture that can be read"),
    "PostScript": (
        lambda it: it(farsi=b"%!PS-Adobe-3.0 EPSF-3.0\n"),
        "no picture that can be read",
    ),
    "no mapping": (lambda it: it.complete([("farsi", PICTURE)]), "mapping"),
    "unknown input": (lambda it: it.complete({"latin": PICTURE}), "no modality “latin”"),
    "wrong shape": (lambda it: it.complete({"farsi": PICTURE}), r"shape \(28, 28\); .* \(60, 60\)"),
    "input that is not finite": (lambda it: it.complete({"speech": np.full((13, 32), np.nan)}), "finite"),
    "unknown name": (
        lambda it: it.complete(drawn(it), [("latin",)]),
        "no modality “latin”",
    ),
    "not given": (
        lambda it: it.complete(drawn(it), [("speech",)]),
        "speech, which is not",
    ),
    "twice": (lambda it: it.complete(drawn(it), [("farsi", "farsi")]), "each once"),
    "nothing": (lambda it: it.complete(drawn(it), [()]), "at least one"),
    "a name for subsets": (
        lambda it: it.complete(drawn(it), "farsi"),
        "must be a list",
    ),
    "no latent of this model": (
        lambda it: it.elbo(drawn(it), [mvae.load_pretrained("linear")(farsi=PICTURE)]),
        r"shape \(8,\); these have the shape \(256,\)",
    ),
    "nothing to hear": (lambda it: it.sample(0).audio(), "nothing can be heard"),
    "no such sound": (lambda it: it.sample(2).audio(2), "from -2 to 1, not 2"),
}


@pytest.mark.parametrize("case", SENTENCES)
def test_what_makes_no_sense_is_refused_with_a_sentence(pipe: Pipeline, case: str) -> None:
    call, sentence = SENTENCES[case]
    with pytest.raises(InputError, match=sentence) as caught:
        call(pipe)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


def test_nothing_is_allocated_for_what_is_refused(pipe: Pipeline) -> None:
    start = time.process_time()
    for refused in (range(10**12), torch.zeros(1).expand(10**6, 10**6), [range(10**12)] * 8):
        with pytest.raises(InputError):
            pipe.decode(refused)
    with pytest.raises(InputError, match=f"{MOST_COMPLETIONS:,} at the most"):
        pipe.imagine(pipe.prepare(farsi=PICTURE), iter(int, 1))  # without an end
    assert time.process_time() - start < 1


def test_a_pipeline_is_pickled_and_copied_with_its_weights(pipe: Pipeline) -> None:
    expected = pipe(farsi=PICTURE, speech=(WAVEFORM, RATE))
    for other in (pickle.loads(pickle.dumps(pipe)), copy.deepcopy(pipe), copy.copy(pipe)):  # noqa: S301 - its own
        found = other(farsi=PICTURE, speech=(WAVEFORM, RATE))
        assert np.array_equal(found.farsi, expected.farsi)
        assert found.expert_shares == expected.expert_shares
        assert other.unfamiliarity(found) == pipe.unfamiliarity(expected)
        assert other._expert.cache_info().currsize == 2
    assert pickle.loads(pickle.dumps(expected)).label == expected.label  # noqa: S301


def test_a_shipped_pipeline_judges_alike_when_it_was_pickled() -> None:
    shipped = mvae.load_pretrained()
    out = shipped(farsi=PICTURE)
    other = pickle.loads(pickle.dumps(shipped))  # noqa: S301
    assert other.unfamiliarity(other(farsi=PICTURE)) == shipped.unfamiliarity(out) != {}


@pytest.mark.parametrize(
    "name", [None, 7, b"conv", ["conv"], "a\0b", "x" * 5000, "\ud800", "/dev/null", "README.md"]
)
def test_what_is_no_checkpoint(name: Any) -> None:
    with pytest.raises((CheckpointError, InputError)) as caught:
        mvae.load_pretrained(name)
    assert len(str(caught.value)) < 700


def test_whole_numbers() -> None:
    assert [as_count(value, "It", 0, 9) for value in (0, np.int8(9), torch.tensor(3), np.array(4))] == [
        0,
        9,
        3,
        4,
    ]
    for value in (-1, 10, True, np.True_, 3.0, "3", None, [3], np.array([3]), 10**400, float("nan")):
        with pytest.raises(InputError, match=r"^It must be a whole number from 0 to 9, not .*\.$"):
            as_count(value, "It", 0, 9)
    assert as_seed(LARGEST_SEED) == LARGEST_SEED


def test_numbers() -> None:
    assert [as_number(value, "It", 0, 9) for value in (0, 2.5, np.float32(0.5), torch.tensor(1.5))] == [
        0,
        2.5,
        0.5,
        1.5,
    ]
    assert type(as_number(np.int16(8), "It", 0, 9)) is int
    for value in (float("nan"), float("inf"), -1, 9.1, True, "1", 1j, None, np.zeros(2)):
        with pytest.raises(InputError, match=r"^It must be a number from 0 to 9, not .*\.$"):
            as_number(value, "It", 0, 9)


def test_lists_are_gone_through_up_to_a_bound() -> None:
    assert as_list((value for value in range(3)), "They", 3) == [0, 1, 2]
    for endless in (iter(int, 1), range(10**12)):
        with pytest.raises(InputError, match="They may be 3 at the most"):
            as_list(endless, "They", 3)
    for value in ("abc", None, 7):
        with pytest.raises(InputError, match="They must be a list"):
            as_list(value, "They", 3)


def test_an_array_that_is_one_already_is_not_copied() -> None:
    values = np.zeros((3, 4), np.float32)
    assert as_array(values, "It") is values
    assert np.shares_memory(as_floats(values, "It", (None, 4)), values)
    frozen = np.frombuffer(bytes(16), np.float32)
    assert as_floats(frozen, "It", (4,)).flags.writeable


def test_what_was_prepared_does_not_change_with_what_was_given(pipe: Pipeline) -> None:
    mfccs = pipe.prepare(speech=(WAVEFORM, RATE))["speech"]
    prepared = pipe.prepare(speech=mfccs)["speech"]
    before = prepared.copy()
    mfccs[:] = 0
    assert np.array_equal(prepared, before)


def test_a_completion_may_hold_its_posterior_in_any_form(pipe: Pipeline) -> None:
    out = pipe(farsi=PICTURE)
    other = replace(out, mean=out.mean.tolist(), variance=torch.tensor(out.variance).double())
    assert pipe.elbo(out.inputs, [other]) == pipe.elbo(out.inputs, [out])
    assert np.array_equal(pipe.sample(2, posterior=other).farsi, pipe.sample(2, posterior=out).farsi)


@pytest.mark.parametrize(
    "changes",
    [
        {"mean": np.full(8, np.nan)},
        {"mean": np.zeros(7)},
        {"variance": np.zeros(8)},
        {"variance": -np.ones(8)},
        {"variance": "8"},
        {"kl": float("nan")},
        {"kl": None},
        {"label": 10},
        {"given": ("kannada",)},
        {"given": None},
        {"inputs": {}},
        {"inputs": None},
        {"experts": {}},
    ],
)
def test_what_is_no_completion(pipe: Pipeline, changes: dict[str, Any]) -> None:
    out = pipe(farsi=PICTURE)
    for use in (
        lambda changed: pipe.elbo(out.inputs, [changed]),
        lambda changed: pipe.sample(1, posterior=changed),
        pipe.unfamiliarity,
    ):
        with pytest.raises(InputError):
            use(replace(out, **changes))
