import json
from dataclasses import replace
from pathlib import Path

import pytest
from helpers import synthetic_collections

import mvae.checkpoint.place
import mvae.data.collections
from mvae.__main__ import main
from mvae.checkpoint.files import read_metrics
from mvae.errors import CheckpointError
from mvae.evaluation.table import TABLE_ROWS
from mvae.studies import seeds
from mvae.tasks.digits import TASK
from mvae.training.config import CONFIGS, TrainConfig
from mvae.training.run import RESUME


def test_every_seed_is_trained_once_and_measured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    config = TrainConfig(TASK.model("linear", latent_size=4, hidden_size=8), epochs=1, batch_size=60)
    collections = synthetic_collections()
    measured: list[Path] = []

    def evaluate(checkpoint: Path, *_: object, **__: object) -> dict[str, object]:
        measured.append(checkpoint)
        accuracy = 90.0 + len(measured)
        return {"rows": [{"inputs": list(subset), "accuracy": accuracy} for subset in TABLE_ROWS]}

    monkeypatch.setitem(CONFIGS, "linear", config)
    monkeypatch.setattr(seeds, "data_hashes", lambda _: {})
    monkeypatch.setattr(seeds, "load_training", lambda _: collections)
    monkeypatch.setattr(seeds, "load_split", lambda *_: collections)
    monkeypatch.setattr(seeds, "evaluate", evaluate)
    result = seeds.run(tmp_path, tmp_path, "linear", seeds=2, show_progress=False)
    assert measured == [tmp_path / "linear-0", tmp_path / "linear-1"]
    assert result["rows"][0] == {
        "inputs": ["farsi"], "accuracy": [91.0, 92.0], "mean": 91.5, "deviation": 0.707,
    }  # fmt: skip
    assert result["seconds"] == round(
        sum(record["seconds"] for out in measured for record in read_metrics(out)), 1
    )
    weights = [(out / "model.safetensors").read_bytes() for out in measured]
    assert weights[0] != weights[1]

    seeds.run(tmp_path, tmp_path, "linear", seeds=2, show_progress=False)
    assert [(out / "model.safetensors").read_bytes() for out in measured[2:]] == weights


def test_what_is_left_of_a_run_is_enough(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    config = TrainConfig(TASK.model("linear", latent_size=4, hidden_size=8), epochs=1, batch_size=60)
    rows = [{"inputs": list(subset), "accuracy": 90.0} for subset in TABLE_ROWS]
    monkeypatch.setitem(CONFIGS, "linear", config)
    monkeypatch.setattr(seeds, "data_hashes", lambda _: {"farsi/x": "00"})
    monkeypatch.setattr(seeds, "load_training", lambda _: synthetic_collections())
    monkeypatch.setattr(seeds, "load_split", lambda *_: synthetic_collections())
    monkeypatch.setattr(seeds, "evaluate", lambda *_, **__: {"rows": rows})

    def run() -> None:
        seeds.run(tmp_path, tmp_path, "linear", seeds=2, show_progress=False)

    run()
    for seed in range(2):
        (tmp_path / f"linear-{seed}" / RESUME).unlink()
    weights = tmp_path / "linear-1" / "model.safetensors"
    before = weights.stat().st_mtime_ns
    run()
    assert weights.stat().st_mtime_ns == before

    for other in (replace(config, epochs=2), replace(config, learning_rate=0.5)):
        monkeypatch.setitem(CONFIGS, "linear", other)
        with pytest.raises(CheckpointError, match="linear-0 holds a run of other settings"):
            run()


@pytest.mark.parametrize(("config", "name"), [("conv", "seeds.json"), ("linear", "seeds-linear.json")])
def test_each_configuration_has_a_file_of_its_own(
    config: str, name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(mvae.checkpoint.place, "SHIPPED", tmp_path)
    monkeypatch.setattr(mvae.data.collections, "data_hashes", lambda _: {})
    monkeypatch.setattr(seeds, "run", lambda *_: {"seeds": [0, 1], "seconds": 12.5})
    assert main(["study", "seeds", "--config", config]) == 0
    written = json.loads((tmp_path / "studies" / name).read_text())
    assert (written["seeds"], written["seconds"]) == ([0, 1], 12.5)
    assert "seed" not in written


def test_a_seed_of_many_cannot_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["study", "seeds", "--seed", "1"])
    assert "--seed" in capsys.readouterr().err
