from pathlib import Path

import pytest
from helpers import synthetic_collections

from mvae.evaluation.table import TABLE_ROWS
from mvae.model import MVAEConfig
from mvae.studies import seeds
from mvae.trainer import TrainConfig


def test_every_seed_is_trained_once_and_measured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    config = TrainConfig(MVAEConfig("linear", latent_size=4, hidden_size=8), epochs=1, batch_size=60)
    collections = synthetic_collections()
    measured: list[Path] = []

    def evaluate(checkpoint: Path, *_: object, **__: object) -> dict[str, object]:
        measured.append(checkpoint)
        accuracy = 90.0 + len(measured)
        return {"rows": [{"inputs": list(subset), "accuracy": accuracy} for subset in TABLE_ROWS]}

    monkeypatch.setattr(seeds, "CONFIGS", {"linear": config})
    monkeypatch.setattr(seeds, "data_hashes", lambda _: {})
    monkeypatch.setattr(seeds, "load_training", lambda _: collections)
    monkeypatch.setattr(seeds, "evaluate", evaluate)
    result = seeds.run(tmp_path, tmp_path, "linear", seeds=2, show_progress=False)
    assert measured == [tmp_path / "linear-0", tmp_path / "linear-1"]
    assert result["rows"][0] == {
        "inputs": ["farsi"], "accuracy": [91.0, 92.0], "mean": 91.5, "deviation": 0.707,
    }  # fmt: skip
    weights = [(out / "model.safetensors").read_bytes() for out in measured]
    assert weights[0] != weights[1]

    seeds.run(tmp_path, tmp_path, "linear", seeds=2, show_progress=False)
    assert [(out / "model.safetensors").read_bytes() for out in measured[2:]] == weights
