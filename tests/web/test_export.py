"""What `python -m mvae export` writes: valid, small, whole or not at all, and the same as PyTorch."""

import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from helpers import held_by_another_process, write_small_checkpoint
from safetensors.torch import load, save
from torch import nn

import mvae.__main__ as commands
from mvae.checkpoint import place, store
from mvae.checkpoint.place import MANIFEST
from mvae.errors import CheckpointError
from mvae.inference.pipeline import Pipeline
from mvae.web.export import write_export
from mvae.web.graph import WeightsFile, graph_of
from mvae.web.manifest import read_manifest
from tests.web.by_onnxruntime import OnnxModel
from tests.web.conftest import NAMES, Samples
from tests.web.parity import answers, flat, questions, too_far

LARGEST = 10_000_000  # bytes


@pytest.mark.parametrize("name", NAMES)
def test_onnxruntime_completes_every_subset_as_pytorch_does(
    checkpoints: dict[str, Path], samples: Samples, name: str
) -> None:
    pipe, model = Pipeline(checkpoints[name]), OnnxModel(checkpoints[name])
    rows = questions(pipe)
    for inputs in samples(name):
        expected = np.stack([flat(pipe, out) for out in answers(pipe, inputs, rows)])
        found = np.stack([model.complete(inputs, row.given, row.noise) for row in rows])
        assert too_far(pipe, expected, found) == {}


@pytest.mark.parametrize("name", ["conv", "linear", "wine", "four"])
def test_the_manifest_names_what_lies_there(checkpoints: dict[str, Path], name: str) -> None:
    directory = checkpoints[name]
    manifest = read_manifest(directory)
    assert manifest is not None
    config = store.load_description(directory).model
    assert [each["name"] for each in manifest["modalities"]] == list(config.names)
    assert manifest["classes"] == list(config.classes)
    entries = [manifest["weights"], *manifest["networks"]]
    for entry in entries:
        content = (directory / entry["file"]).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (entry["bytes"], entry["sha256"])
    if name == "conv":
        assert sum(entry["bytes"] for entry in entries) + (directory / MANIFEST).stat().st_size <= LARGEST
    assert len(manifest["networks"]) == 2 * len(config.names) + 1
    for network in manifest["networks"]:
        onnx.checker.check_model(directory / network["file"], full_check=True)
        session = onnxruntime.InferenceSession(directory / network["file"])
        for found, stated in (
            (session.get_inputs(), network["inputs"]),
            (session.get_outputs(), network["outputs"]),
        ):
            assert {each.name: each.shape for each in found} == {
                key: ["n", *shape] for key, shape in stated.items()
            }


@pytest.mark.parametrize("count", [1, 7])
def test_a_batch_may_have_any_size(checkpoints: dict[str, Path], count: int) -> None:
    model = Pipeline(checkpoints["conv"]).model
    session = onnxruntime.InferenceSession(checkpoints["conv"] / "encoder-speech.onnx")
    x = torch.randn(count, 13, 32, generator=torch.Generator().manual_seed(0))
    mean, log_variance = session.run(None, {"x": x.numpy()})
    expected = model.encoders["speech"](x)
    np.testing.assert_allclose(mean, expected[0], atol=1e-5)
    np.testing.assert_allclose(log_variance, expected[1], atol=1e-5)


def test_a_wild_input_has_a_log_variance_within_its_limits(checkpoints: dict[str, Path]) -> None:
    model = Pipeline(checkpoints["linear"]).model
    session = onnxruntime.InferenceSession(checkpoints["linear"] / "encoder-farsi.onnx")
    x = torch.full((1, 28, 28), 1e5)
    expected = model.encoders["farsi"](x)[1].numpy()
    assert np.abs(expected).max() == 20
    np.testing.assert_allclose(session.run(["log_variance"], {"x": x.numpy()})[0], expected, rtol=1e-5)


def test_weights_in_single_precision_are_exported_as_they_are(tmp_path: Path) -> None:
    model = write_small_checkpoint(tmp_path, encoder="conv")
    content = save({name: tensor + 1e-5 for name, tensor in model.state_dict().items()})
    described = json.loads((tmp_path / place.DESCRIPTION).read_text())
    described["weights_sha256"] = hashlib.sha256(content).hexdigest()
    (tmp_path / place.WEIGHTS).write_bytes(content)
    (tmp_path / place.DESCRIPTION).write_text(json.dumps(described))
    write_export(tmp_path)
    pipe, exported = Pipeline(tmp_path), OnnxModel(tmp_path)
    rows = questions(pipe)
    rng = np.random.default_rng(0)
    inputs = {each.name: rng.random(each.shape, np.float32) for each in pipe.model.config.modalities}
    expected = np.stack([flat(pipe, out) for out in answers(pipe, inputs, rows)])
    found = np.stack([exported.complete(inputs, row.given, row.noise) for row in rows])
    assert too_far(pipe, expected, found) == {}


def test_the_shipped_graphs_are_those_that_would_be_written_now(tmp_path: Path) -> None:
    for name in ("conv", "linear"):
        shipped = place.SHIPPED / name
        for file in (place.WEIGHTS, place.DESCRIPTION):
            (tmp_path / file).write_bytes((shipped / file).read_bytes())
        assert commands.main(["export", "--checkpoint", str(tmp_path)]) == 0
        written = {file.name for file in tmp_path.iterdir()} - {place.WEIGHTS, place.DESCRIPTION}
        assert place.FIRST in written  # its numbers are compared in tests/inference/test_first.py
        written.remove(place.FIRST)
        assert written == {MANIFEST, *(file.name for file in shipped.glob("*.onnx"))}
        for file in written:
            assert (tmp_path / file).read_bytes() == (shipped / file).read_bytes()


def test_a_manifest_is_read_for_its_own_weights_alone(tmp_path: Path) -> None:
    write_small_checkpoint(tmp_path)
    assert read_manifest(tmp_path) is None
    write_export(tmp_path)
    assert read_manifest(tmp_path) is not None
    write_small_checkpoint(tmp_path, seed=1)
    assert read_manifest(tmp_path) is None
    write_export(tmp_path)
    assert read_manifest(tmp_path) is not None


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"null", b'{"format": 1, "weights": 3}', b"\xff"])
def test_a_damaged_manifest_is_a_sentence(tmp_path: Path, content: bytes) -> None:
    write_small_checkpoint(tmp_path)
    (tmp_path / MANIFEST).write_bytes(content)
    with pytest.raises(CheckpointError, match="damaged; make it again with: python -m mvae export --checkp"):
        read_manifest(tmp_path)


def test_what_cannot_be_exported_leaves_everything_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.main(["export", "--checkpoint", str(tmp_path / "none")]) == 1
    assert capsys.readouterr().err.startswith("There is no checkpoint")
    write_small_checkpoint(tmp_path)
    with held_by_another_process(tmp_path), pytest.raises(CheckpointError, match="Another training is writ"):
        write_export(tmp_path)
    assert not (tmp_path / MANIFEST).exists()


def test_a_network_of_an_unknown_form_is_refused_in_a_sentence() -> None:
    encoder = Pipeline("linear").model.encoders["farsi"]
    content = save({name: tensor.half() for name, tensor in encoder.state_dict(prefix="e.").items()})
    weights = WeightsFile.of("w", content)
    outputs = {"mean": (256,), "log_variance": (256,)}
    assert load(content).keys() == weights.header.keys()
    assert graph_of(encoder, "e", weights, ("x", (28, 28)), outputs)
    encoder.features.append(nn.Tanh())
    with pytest.raises(CheckpointError, match=r"e\.features\.5, a Tanh, is of a form that cannot be written"):
        graph_of(encoder, "e", weights, ("x", (28, 28)), outputs)
