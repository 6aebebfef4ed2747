"""Files beside a checkpoint that anything may have been written into: used where whole, else one sentence."""

import hashlib
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from helpers import write_small_checkpoint
from safetensors.torch import load, save

from mvae.checkpoint.familiarity import load_familiarity
from mvae.checkpoint.files import load_tensors, read_metrics, save_tensors
from mvae.checkpoint.latent_map import load_map
from mvae.checkpoint.place import DESCRIPTION, FAMILIARITY, MAP, METRICS, WEIGHTS, weights_hash
from mvae.checkpoint.replay import REPLAY, read_replay
from mvae.checkpoint.store import load_checkpoint
from mvae.errors import CheckpointError, InputError
from mvae.evaluation.table import read_table
from mvae.inference.latent import RANKING, active_dimensions, measured_dimensions
from mvae.inference.pipeline import Pipeline

Change = Callable[[torch.Tensor], torch.Tensor]


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    write_small_checkpoint(tmp_path)
    return tmp_path


def rewrite(directory: Path, change: Callable[[dict[str, Any]], None]) -> None:
    values = json.loads((directory / DESCRIPTION).read_text())
    change(values)
    (directory / DESCRIPTION).write_text(json.dumps(values))


def rewrite_weights(directory: Path, name: str, change: Change) -> None:
    """Change one tensor, with the right hash: what a broken training or a hostile hand would write."""
    tensors = load((directory / WEIGHTS).read_bytes())
    tensors[name] = change(tensors[name])
    content = save(tensors)
    (directory / WEIGHTS).write_bytes(content)
    rewrite(directory, lambda values: values.update(weights_sha256=hashlib.sha256(content).hexdigest()))


def with_first(value: float) -> Change:
    def change(tensor: torch.Tensor) -> torch.Tensor:
        tensor.view(-1)[0] = value
        return tensor

    return change


WEIGHT = "label_decoder.layers.0.weight"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (with_first(float("nan")), f"{WEIGHT} holds values that are not finite"),
        (with_first(float("-inf")), f"{WEIGHT} holds values that are not finite"),
        (lambda tensor: tensor.to(torch.int8), f"{WEIGHT} is of the type torch.int8"),
        (lambda tensor: tensor.bool(), "torch.bool"),
        (lambda tensor: tensor.to(torch.complex64), "torch.complex64"),
        (lambda tensor: tensor[1:], "size mismatch|RuntimeError"),
    ],
    ids=["nan", "infinite", "whole numbers", "booleans", "complex", "shape"],
)
def test_weights_that_are_no_weights(directory: Path, change: Change, sentence: str) -> None:
    rewrite_weights(directory, WEIGHT, change)
    with pytest.raises(CheckpointError, match=sentence) as caught:
        load_checkpoint(directory)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 700


def test_weights_in_other_precisions_are_weights(directory: Path) -> None:
    before = load_checkpoint(directory)[0].state_dict()[WEIGHT]
    for dtype in (torch.float64, torch.float32):
        rewrite_weights(directory, WEIGHT, lambda tensor, dtype=dtype: tensor.to(dtype))
        assert torch.equal(load_checkpoint(directory)[0].state_dict()[WEIGHT], before)


def test_weights_so_large_that_nothing_finite_comes_out(directory: Path) -> None:
    for layer in ("features.1", "features.3", "head"):
        rewrite_weights(directory, f"encoders.farsi.{layer}.weight", lambda tensor: tensor.float() * 1e35)
    with pytest.raises(InputError, match="no finite answer"):
        Pipeline(directory)(farsi=np.eye(28))


DESCRIPTIONS: dict[str, Callable[[dict[str, Any]], None]] = {
    "format as text": lambda values: values.update(format="3"),
    "format with a point": lambda values: values.update(format=3.0),
    "format of truth": lambda values: values.update(format=True),
    "long format": lambda values: values.update(format="2" * 100_000),
    "no format": lambda values: values.pop("format"),
    "no weights": lambda values: values.pop("weights_sha256"),
    "no model": lambda values: values.update(model=None),
    "latent of text": lambda values: values["model"].update(latent_size="8"),
    "negative latent": lambda values: values["model"].update(latent_size=-8),
    "huge hidden layer": lambda values: values["model"].update(hidden_size=10**12),
    "no modalities": lambda values: values["model"].update(modalities=[]),
    "many modalities": lambda values: values["model"].update(modalities=values["model"]["modalities"] * 100),
    "huge shape": lambda values: values["model"]["modalities"][0].update(shape=[10**6, 10**6]),
    "no shape": lambda values: values["model"]["modalities"][0].update(shape=[]),
    "shape of halves": lambda values: values["model"]["modalities"][0].update(shape=[0.5, 2]),
    "unknown likelihood": lambda values: values["model"]["modalities"][0].update(likelihood="laplace"),
    "likelihood of a list": lambda values: values["model"]["modalities"][0].update(likelihood=[]),
    "unknown kind": lambda values: values["model"]["modalities"][0].update(kind="smell"),
    "kind of a list": lambda values: values["model"]["modalities"][0].update(kind=[]),
    "kind of another shape": lambda values: values["model"]["modalities"][0].update(kind="vector"),
    "kind of another likelihood": lambda values: values["model"]["modalities"][0].update(kind="sound"),
    "no classes": lambda values: values["model"].update(classes=[]),
    "classes in a text": lambda values: values["model"].update(classes="0123456789"),
    "too many classes": lambda values: values["model"].update(classes=["a"] * 1000),
    "classes of numbers": lambda values: values["model"].update(classes=list(range(10))),
    "fewer classes than the weights": lambda values: values["model"].update(classes=["a", "b"]),
    "name with a point": lambda values: values["model"]["modalities"][0].update(name="a.b"),
    "same name twice": lambda values: values["model"]["modalities"][0].update(name="kannada"),
    "unknown encoder": lambda values: values["model"].update(encoder=7),
    "unknown key": lambda values: values["model"].update(more=1),
    "nan mean": lambda values: values["standardisation"]["speech"]["mean"].__setitem__(0, float("nan")),
    "no deviation": lambda values: values["standardisation"]["speech"]["deviation"].__setitem__(0, 0),
    "infinite deviation": lambda values: values["standardisation"]["speech"].update(deviation=[1e999] * 13),
    "mean of text": lambda values: values["standardisation"]["speech"].update(mean=["1"] * 13),
    "standardisation in a list": lambda values: values.update(standardisation=[]),
    "KL of another size": lambda values: values.update(latent_kl=[1.0]),
    "KL of text": lambda values: values.update(latent_kl=["1"] * 8),
    "KL of nan": lambda values: values.update(latent_kl=[float("nan")] * 8),
    "epochs of text": lambda values: values.update(epochs="many"),
    "epochs of nan": lambda values: values.update(epochs=float("nan")),
    "training in a list": lambda values: values.update(training=[]),
    "no machine": lambda values: values.pop("machine"),
}


@pytest.mark.parametrize("case", DESCRIPTIONS)
def test_a_description_that_describes_no_model(directory: Path, case: str) -> None:
    rewrite(directory, DESCRIPTIONS[case])
    with pytest.raises(CheckpointError) as caught:
        load_checkpoint(directory)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 700


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"null",
        b"7",
        b"[" * 100_000,
        b'{"format": 3, "x": "' + b"x" * 20_000_000 + b'"}',
    ],
    ids=["empty", "not UTF-8", "list", "null", "number", "deep", "20 MB"],
)
def test_what_is_no_description_is_refused_at_once(directory: Path, content: bytes) -> None:
    (directory / DESCRIPTION).write_bytes(content)
    start = time.process_time()
    for read in (load_checkpoint, weights_hash):
        with pytest.raises(CheckpointError):
            read(directory)
    assert time.process_time() - start < 0.5


def test_nothing_waits_for_a_pipe_in_a_files_place(directory: Path) -> None:
    for name in (METRICS, REPLAY, FAMILIARITY, MAP, RANKING, "evaluation-test.json"):
        os.mkfifo(directory / name)
    pipe = Pipeline(directory)
    assert read_metrics(directory) == read_replay(directory) == []
    assert load_familiarity(directory) == measured_dimensions(pipe, directory) == {}
    assert load_map(directory) is read_table(directory, "test") is None
    assert len(active_dimensions(pipe, directory)) == 8
    with pytest.raises(CheckpointError, match="missing or damaged"):
        load_tensors(directory / MAP)
    for name in (WEIGHTS, DESCRIPTION):
        (directory / name).unlink()
        os.mkfifo(directory / name)
        with pytest.raises(CheckpointError):
            load_checkpoint(directory)


def test_a_folder_in_a_files_place(directory: Path) -> None:
    (directory / METRICS).mkdir()
    assert read_metrics(directory) == []
    (directory / WEIGHTS).unlink()
    (directory / WEIGHTS).mkdir()
    with pytest.raises(CheckpointError, match="Is a directory"):
        load_checkpoint(directory)


def test_a_pipeline_takes_modalities_of_other_names(directory: Path) -> None:
    rewrite(directory, lambda values: values["model"]["modalities"][0].update(name="latin"))
    tensors = load((directory / WEIGHTS).read_bytes())
    content = save({name.replace("farsi", "latin"): tensor for name, tensor in tensors.items()})
    (directory / WEIGHTS).write_bytes(content)
    rewrite(directory, lambda values: values.update(weights_sha256=hashlib.sha256(content).hexdigest()))
    load_checkpoint(directory)
    out = Pipeline(directory)(latin=np.eye(28))
    assert list(out.outputs) == ["latin", "kannada", "speech"]
    with pytest.raises(AttributeError, match="no modality farsi; it has latin, kannada, speech"):
        _ = out.farsi


EPOCH = {"epoch": 1, "loss": 2.5, "seconds": 3}


@pytest.mark.parametrize(
    "line",
    [
        b'{"epoch": 2, "loss": 2.5, "seconds"',
        b'{"epoch": 2, "loss": "\xe9", "seconds": 3}',
        b"\xff\xfe\x00",
        b"7",
        b"[]",
        b"null",
        b'"epoch"',
        b'{"epoch": 2}',
        b'{"epoch": "2", "loss": 2.5, "seconds": 3}',
        b'{"epoch": 2, "loss": NaN, "seconds": 3}',
        b'{"epoch": true, "loss": 2.5, "seconds": 3}',
        b"[" * 100_000,
    ],
)
def test_metrics_end_at_the_first_line_that_is_no_epochs(tmp_path: Path, line: bytes) -> None:
    whole = json.dumps(EPOCH).encode()
    (tmp_path / METRICS).write_bytes(b"\n".join([whole, line, whole]))
    assert read_metrics(tmp_path) == [EPOCH]


def test_metrics_that_are_too_long_are_none(tmp_path: Path) -> None:
    (tmp_path / METRICS).write_bytes(json.dumps(EPOCH).encode() + b"\n" * 2**25)
    assert read_metrics(tmp_path) == []


@pytest.fixture
def familiarity(directory: Path) -> dict[str, torch.Tensor]:
    """What a familiarity file may hold, of two live dimensions; and there is one."""
    tensors = {}
    for name in ("farsi", "kannada", "speech"):
        tensors |= {
            f"{name}/live": torch.tensor([0, 5]),
            f"{name}/centres": torch.rand(10, 5),
            f"{name}/whitening": torch.rand(5, 5).tril(),
            f"{name}/scale": torch.tensor([2.0]),
        }
    save_tensors(directory, FAMILIARITY, tensors, {"weights_sha256": weights_hash(directory)})
    assert len(load_familiarity(directory)) == 3
    return tensors


FAMILIARITIES: dict[str, tuple[str, Change]] = {
    "centres of another size": ("farsi/centres", lambda tensor: tensor[:, 1:]),
    "one axis": ("farsi/centres", lambda tensor: tensor[0]),
    "no centre": ("farsi/centres", lambda tensor: tensor[:0]),
    "twenty classes": ("farsi/centres", lambda tensor: tensor.repeat(2, 1)),
    "whitening of another size": ("speech/whitening", lambda tensor: tensor[:, 1:]),
    "whitening of nan": ("speech/whitening", with_first(float("nan"))),
    "centres of whole numbers": ("kannada/centres", lambda tensor: tensor.long()),
    "centres in float64": ("kannada/centres", lambda tensor: tensor.double()),
    "scales": ("farsi/scale", lambda tensor: tensor.repeat(2)),
    "no scale": ("farsi/scale", torch.zeros_like),
    "infinite scale": ("farsi/scale", with_first(float("inf"))),
    "dimension beyond the latent": ("farsi/live", with_first(99)),
    "negative dimension": ("farsi/live", with_first(-1)),
    "dimensions with a point": ("farsi/live", lambda tensor: tensor.float()),
    "too few dimensions": ("farsi/live", lambda tensor: tensor[1:]),
}


@pytest.mark.parametrize("case", FAMILIARITIES)
def test_a_familiarity_that_cannot_score(
    directory: Path, familiarity: dict[str, torch.Tensor], case: str
) -> None:
    name, change = FAMILIARITIES[case]
    familiarity[name] = change(familiarity[name].clone())
    save_tensors(directory, FAMILIARITY, familiarity, {"weights_sha256": weights_hash(directory)})
    with pytest.raises(CheckpointError, match="python -m mvae familiarity"):
        Pipeline(directory)


def test_a_familiarity_of_an_unknown_modality(directory: Path, familiarity: dict[str, torch.Tensor]) -> None:
    tensors = {key.replace("farsi", "latin"): each for key, each in familiarity.items()}
    save_tensors(directory, FAMILIARITY, tensors, {"weights_sha256": weights_hash(directory)})
    with pytest.raises(CheckpointError, match="python -m mvae familiarity"):
        load_familiarity(directory)


POINTS = ("labels", "latents", "places")
MAPS: dict[str, Callable[[dict[str, torch.Tensor]], Any]] = {
    "infinite latents": lambda tensors: tensors.update(latents=tensors["latents"] * 1e6),
    "places of nan": lambda tensors: tensors["places"].fill_(float("nan")),
    "places of another size": lambda tensors: tensors.update(places=tensors["places"][:, :1]),
    "eleventh digit": lambda tensors: tensors["labels"].fill_(10),
    "negative dimension": lambda tensors: tensors["live"].fill_(-1),
    "huge latent": lambda tensors: tensors["size"].fill_(2**31 - 1),
    "sizes": lambda tensors: tensors.update(size=torch.tensor([8, 8])),
    "empty": lambda tensors: tensors.update({name: tensors[name][:0] for name in POINTS}),
    "complex": lambda tensors: tensors.update(latents=tensors["latents"].float() + 1j),
}


@pytest.mark.parametrize("case", MAPS)
def test_a_map_of_no_latent(directory: Path, case: str) -> None:
    tensors = {
        "latents": torch.ones(20, 3, dtype=torch.float16),
        "live": torch.tensor([0, 2, 5], dtype=torch.int16),
        "places": torch.rand(20, 2).half(),
        "labels": (torch.arange(20) % 10).byte(),
        "size": torch.tensor([8], dtype=torch.int32),
    }
    metadata = {"weights_sha256": weights_hash(directory)}
    save_tensors(directory, MAP, tensors, metadata)
    assert load_map(directory) is not None
    MAPS[case](tensors)
    save_tensors(directory, MAP, tensors, metadata)
    with pytest.raises(CheckpointError, match="python -m mvae map"):
        load_map(directory)


@pytest.mark.parametrize(
    "effects", [None, [], {}, {"label": 0.1}, {"label": 1, "farsi": 1, "kannada": 1, "speech": "much"}]
)
def test_a_study_that_does_not_tell_the_effects(directory: Path, effects: Any) -> None:
    pipe = Pipeline(directory)
    alive = {index: kl for index, kl in enumerate(pipe.description.latent_kl) if kl > 0.01}
    entries = [{"index": index, "kl": kl, "effects": effects} for index, kl in alive.items()]
    (directory / RANKING).write_text(json.dumps({"indices": entries}))
    assert measured_dimensions(pipe, directory) == {}


@pytest.mark.parametrize(
    "content", [b"[" * 100_000, b'{"indices": [[]]}', b'{"indices": [{"index": 1e999, "kl": 1}]}']
)
def test_a_study_that_is_none(directory: Path, content: bytes) -> None:
    (directory / RANKING).write_bytes(content)
    assert measured_dimensions(Pipeline(directory), directory) == {}
