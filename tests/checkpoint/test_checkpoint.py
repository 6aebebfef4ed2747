import errno
import hashlib
import json
import os
import pickle
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from helpers import write_small_checkpoint
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mvae.checkpoint.files import load_tensors, read_metrics, save_tensors, write_atomically
from mvae.checkpoint.place import DESCRIPTION, METRICS, RESUME, SHIPPED, WEIGHTS, find_checkpoint
from mvae.checkpoint.store import checkpoint_files, load_checkpoint
from mvae.errors import CheckpointError
from mvae.files import read_current
from mvae.model.model import MVAE
from mvae.model.scaling import Standardisation, standardised
from mvae.tasks.digits import MODALITIES


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, MVAE]:
    directory = tmp_path_factory.mktemp("small")
    return directory, write_small_checkpoint(directory)


@pytest.fixture
def copy(small: tuple[Path, MVAE], tmp_path: Path) -> Path:
    for file in small[0].iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    return tmp_path


def rewrite(directory: Path, **changes: Any) -> None:
    file = directory / DESCRIPTION
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))


@pytest.mark.parametrize("encoder", ["linear", "conv"])
def test_round_trip(tmp_path: Path, encoder: str) -> None:
    model = write_small_checkpoint(tmp_path, encoder=encoder)
    loaded, description = load_checkpoint(tmp_path)
    assert loaded.config == model.config == description.model
    assert not loaded.training
    assert (description.epochs, description.training, description.data) == (
        1.5,
        {"seed": 3},
        {"farsi/x": "00"},
    )
    assert description.latent_kl[2] == 2.0
    for name, tensor in model.state_dict().items():
        found = loaded.state_dict()[name]
        assert found.dtype == torch.float32
        assert torch.equal(found, tensor)
    assert not any(parameter.requires_grad for parameter in loaded.parameters())
    assert sorted(path.name for path in tmp_path.iterdir()) == [DESCRIPTION, WEIGHTS]


def test_only_a_modality_with_statistics_is_standardised() -> None:
    mfcc = np.random.default_rng(0).normal(3, 2, (5, 13, 32)).astype(np.float32)
    statistics = {"speech": Standardisation.of(mfcc)}
    found = standardised(statistics, "speech", mfcc)
    np.testing.assert_array_equal(found, statistics["speech"].apply(mfcc))
    images = np.arange(8, dtype=np.uint8).reshape(2, 2, 2)
    np.testing.assert_array_equal(standardised(statistics, "farsi", images), images)


def test_standardisation_round_trip(small: tuple[Path, MVAE]) -> None:
    statistics = load_checkpoint(small[0])[1].standardisation["speech"]
    mfcc = np.random.default_rng(0).normal(5, 30, (4, 13, 32)).astype(np.float32)
    np.testing.assert_allclose(statistics.undo(statistics.apply(mfcc)), mfcc, rtol=1e-4, atol=1e-4)
    standardised = Standardisation.of(mfcc).apply(mfcc)
    np.testing.assert_allclose(standardised.mean((0, 2)), 0, atol=1e-5)
    np.testing.assert_allclose(standardised.std((0, 2)), 1, rtol=1e-5)


def test_saving_again_replaces_the_old_pair(copy: Path) -> None:
    newer = write_small_checkpoint(copy, seed=1)
    loaded, _ = load_checkpoint(copy)
    assert torch.equal(loaded.label_decoder.layers[0].weight, newer.label_decoder.layers[0].weight)
    assert sorted(path.name for path in copy.iterdir()) == [DESCRIPTION, WEIGHTS]


@pytest.mark.parametrize("name", ["conv", "linear"])
def test_shipped_checkpoints_load(name: str) -> None:
    model, description = load_checkpoint(name)
    assert find_checkpoint(name) == SHIPPED / name
    assert model.config.encoder == name
    assert len(description.latent_kl) in {0, model.config.latent_size}
    assert sum(file.stat().st_size for file in (SHIPPED / name).iterdir()) < 12_000_000


def test_missing_checkpoint_names_the_command(tmp_path: Path) -> None:
    for place in ("no-such-name", tmp_path, tmp_path / "none"):
        with pytest.raises(CheckpointError, match=rf"python train\.py .*--out {re.escape(str(place))}$"):
            load_checkpoint(place)


@pytest.mark.parametrize("lost", [DESCRIPTION, WEIGHTS, "half of the weights"])
def test_what_can_go_on_is_neither_restored_from_git_nor_trained_anew(copy: Path, lost: str) -> None:
    (copy / RESUME).write_bytes(b"where it stopped")
    if lost in {DESCRIPTION, WEIGHTS}:
        (copy / lost).unlink()
    else:
        (copy / WEIGHTS).write_bytes((copy / WEIGHTS).read_bytes()[:99])
    with pytest.raises(CheckpointError, match="damaged") as failure:
        load_checkpoint(copy)
    assert f"go on with: python train.py --resume --out {copy}" in str(failure.value)
    assert "git" not in str(failure.value)
    assert "anew" not in str(failure.value)


@pytest.mark.parametrize("lost", [DESCRIPTION, WEIGHTS])
def test_git_holds_what_was_shipped_and_nothing_else(
    small: tuple[Path, MVAE], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    shipped, own = tmp_path / "conv", tmp_path / "own"
    monkeypatch.setattr("mvae.checkpoint.place.SHIPPED", tmp_path)
    monkeypatch.setattr("mvae.checkpoint.place._IN_GIT", (shipped,))
    for directory, name in ((shipped, "conv"), (own, str(own))):
        shutil.copytree(small[0], directory)
        (directory / lost).unlink()
        with pytest.raises(CheckpointError) as failure:
            load_checkpoint(name)
        assert (f"git checkout -- {directory}" in str(failure.value)) == (directory == shipped)
        assert (f"python train.py --config conv --out {directory}" in str(failure.value)) == (
            directory == own and lost == DESCRIPTION
        )


def test_a_pair_is_read_whole_while_the_next_one_is_written(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The writer comes between the two files of the first try."""
    newer = []

    def read_and_write(path: Path, read: Callable[[Path], Any]) -> Any:
        content = read_current(path, read)
        if path.name == DESCRIPTION and not newer:
            newer.append(write_small_checkpoint(copy, seed=1))
        return content

    monkeypatch.setattr("mvae.checkpoint.place.read_current", read_and_write)
    loaded, _ = load_checkpoint(copy)
    assert torch.equal(loaded.label_decoder.layers[0].weight, newer[0].label_decoder.layers[0].weight)


@pytest.mark.parametrize("size", [0, 1, 7, 100, -1])
def test_truncated_weights(copy: Path, size: int) -> None:
    weights = (copy / WEIGHTS).read_bytes()
    (copy / WEIGHTS).write_bytes(weights[:size])
    with pytest.raises(CheckpointError, match=r"damaged.*python train\.py"):
        load_checkpoint(copy)


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(position=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
def test_any_changed_byte_of_the_weights_is_noticed(
    small: tuple[Path, MVAE], copy: Path, position: float, flip: int
) -> None:
    weights = bytearray((small[0] / WEIGHTS).read_bytes())
    weights[int(position * len(weights))] ^= flip
    (copy / WEIGHTS).write_bytes(weights)
    with pytest.raises(CheckpointError, match="damaged"):
        load_checkpoint(copy)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(position=st.floats(0, 1, exclude_max=True))
def test_truncated_description(small: tuple[Path, MVAE], copy: Path, position: float) -> None:
    text = (small[0] / DESCRIPTION).read_bytes()
    (copy / DESCRIPTION).write_bytes(text[: int(position * (len(text) - 2))])
    with pytest.raises(CheckpointError, match=r"damaged.*python train\.py"):
        load_checkpoint(copy)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(position=st.floats(0, 1, exclude_max=True), byte=st.integers(0, 255))
def test_a_changed_byte_of_the_description_never_gives_a_traceback(
    small: tuple[Path, MVAE], copy: Path, position: float, byte: int
) -> None:
    text = bytearray((small[0] / DESCRIPTION).read_bytes())
    text[int(position * len(text))] = byte
    (copy / DESCRIPTION).write_bytes(text)
    try:
        load_checkpoint(copy)
    except CheckpointError as error:
        assert str(error).count("\n") == 0  # noqa: PT017 - a digit may change unnoticed, so nothing need be raised


@pytest.mark.parametrize("content", ["[]", "3", "null", '"text"', "{}", "[[[["])
def test_description_of_another_kind(copy: Path, content: str) -> None:
    (copy / DESCRIPTION).write_text(content)
    with pytest.raises(CheckpointError, match="damaged"):
        load_checkpoint(copy)


@pytest.mark.parametrize(
    "changes",
    [
        {"standardisation": []},
        {"standardisation": {}},
        {"standardisation": {"speech": {"mean": ["a"] * 13, "deviation": [1] * 13}}},
        {"standardisation": {"speech": {"mean": [0] * 12, "deviation": [1] * 13}}},
        {"model": None},
        {"model": {"encoder": "linear"}},
        {"weights_sha256": 0},
    ],
    ids=lambda changes: json.dumps(changes)[:40],
)
def test_description_with_wrong_values(copy: Path, changes: dict[str, Any]) -> None:
    rewrite(copy, **changes)
    with pytest.raises(CheckpointError, match="damaged"):
        load_checkpoint(copy)


def test_description_of_a_model_of_another_size(copy: Path) -> None:
    values = json.loads((copy / DESCRIPTION).read_text())
    rewrite(copy, model=values["model"] | {"latent_size": 9})
    with pytest.raises(CheckpointError, match="damaged"):
        load_checkpoint(copy)


def test_other_format(copy: Path) -> None:
    rewrite(copy, format=99)
    with pytest.raises(CheckpointError, match=r"format 99.*reads 3.*python train\.py"):
        load_checkpoint(copy)


def test_format_2_is_read_as_the_ten_digits(copy: Path) -> None:
    expected = load_checkpoint(copy)
    values = json.loads((copy / DESCRIPTION).read_text())
    assert values["format"] == 3
    for modality in values["model"]["modalities"]:
        del modality["kind"], modality["scarce"]
    del values["model"]["classes"]
    (copy / DESCRIPTION).write_text(json.dumps(values | {"format": 2}))
    model, description = load_checkpoint(copy)
    assert description.model == model.config == expected[1].model
    assert model.config.modalities == MODALITIES
    assert model.config.classes == tuple("0123456789")


def test_missing_weights(copy: Path) -> None:
    (copy / WEIGHTS).unlink()
    with pytest.raises(CheckpointError, match="damaged"):
        load_checkpoint(copy)


def test_mixed_pair(copy: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    write_small_checkpoint(other, seed=1)
    (copy / WEIGHTS).write_bytes((other / WEIGHTS).read_bytes())
    with pytest.raises(CheckpointError, match="not the file that"):
        load_checkpoint(copy)


class _Payload:
    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.marker),)


def test_nothing_is_unpickled(copy: Path) -> None:
    marker = copy / "was-unpickled"
    content = pickle.dumps({"state": _Payload(marker)})
    (copy / WEIGHTS).write_bytes(content)
    rewrite(copy, weights_sha256=hashlib.sha256(content).hexdigest())
    with pytest.raises(CheckpointError):
        load_checkpoint(copy)
    torch.save({"state": _Payload(marker)}, copy / "resume.safetensors")
    with pytest.raises(CheckpointError):
        load_tensors(copy / "resume.safetensors")
    assert not marker.exists()


@pytest.mark.parametrize("where", ["mkdtemp", "write", "fsync", "rename"])
def test_full_disk_leaves_the_old_checkpoint(copy: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    model, description = load_checkpoint(copy)
    before = {path.name: path.read_bytes() for path in copy.iterdir()}
    targets = {"mkdtemp": "tempfile.mkdtemp", "write": "pathlib.Path.write_bytes", "fsync": "os.fsync"}
    monkeypatch.setattr(targets.get(where, "pathlib.Path.rename"), full)
    with pytest.raises(CheckpointError, match=r"No space left on device.*untouched.*--resume"):
        write_atomically(copy, checkpoint_files(model, description))
    monkeypatch.undo()
    assert {path.name: path.read_bytes() for path in copy.iterdir()} == before


def test_directory_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "file" / "below", Path("/proc/nowhere")):
        with pytest.raises(CheckpointError, match="Could not write"):
            write_atomically(place, {"a": b"b"})


def test_files_can_be_read_by_everybody(copy: Path) -> None:
    write_atomically(copy, {"a": b"b"})
    assert (copy / "a").stat().st_mode & 0o777 == 0o644


def test_tensors_round_trip(tmp_path: Path) -> None:
    tensors = {"a": torch.arange(6).view(2, 3).T, "b/c": torch.tensor(2.5)}
    save_tensors(tmp_path, "x.safetensors", tensors, {"identity": "i"})
    found, metadata = load_tensors(tmp_path / "x.safetensors")
    assert metadata == {"identity": "i"}
    assert all(torch.equal(found[name], tensor) for name, tensor in tensors.items())


@pytest.mark.parametrize("content", [None, b"", b"abc", b"\x10" + bytes(7) + b"{}"])
def test_damaged_tensors(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "x.safetensors").write_bytes(content)
    with pytest.raises(CheckpointError, match=r"x\.safetensors is missing or damaged\.$"):
        load_tensors(tmp_path / "x.safetensors")


def test_metrics_are_read_up_to_a_cut_line(tmp_path: Path) -> None:
    assert read_metrics(tmp_path) == []
    first, second = ({"epoch": epoch, "loss": 2.5, "seconds": 1} for epoch in (1, 2))
    (tmp_path / METRICS).write_text(f'{json.dumps(first)}\n{json.dumps(second)}\n{{"epo')
    assert read_metrics(tmp_path) == [first, second]
