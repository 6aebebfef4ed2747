import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from helpers import synthetic_collections, write_small_checkpoint
from torch.distributions import Bernoulli, Normal, kl_divergence

import mvae.evaluation.table
from mvae.__main__ import main
from mvae.checkpoint.store import load_checkpoint
from mvae.data.collections import Collection, load_split
from mvae.data.triplets import balanced_triplets
from mvae.evaluation.encoded import Encoded
from mvae.evaluation.table import (
    COLUMNS,
    POSTER_TABLE1,
    TABLE_ROWS,
    evaluate,
    format_table,
    read_table,
    table_sums,
)
from mvae.model.subsets import subset_key
from mvae.tasks.task import Task


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("small")
    write_small_checkpoint(directory)
    return directory


@pytest.fixture
def synthetic(monkeypatch: pytest.MonkeyPatch) -> dict[str, Collection]:
    collections = synthetic_collections(per_class=4)
    monkeypatch.setattr(Task, "load", lambda *_: collections)
    monkeypatch.setattr(mvae.evaluation.table, "PER_CLASS", 8)
    return collections


def test_table_is_the_plain_loop(checkpoint: Path) -> None:
    model, description = load_checkpoint(checkpoint)
    for encoder in model.encoders.values():
        encoder.head.weight *= 100  # experts as sure as trained ones, so that the KL divergence counts
    collections = synthetic_collections(per_class=2)
    order = balanced_triplets({name: each.labels for name, each in collections.items()}, per_class=2)
    values = {name: torch.from_numpy(each.values) for name, each in collections.items()}
    values["speech"] = torch.from_numpy(
        description.standardisation["speech"].apply(collections["speech"].values)
    )
    labels = torch.from_numpy(collections["farsi"].labels)
    encoded = Encoded.of(model, description.standardisation, collections)
    found = table_sums(encoded, torch.from_numpy(order))

    noise = torch.randn(
        7, len(order), 8, generator=torch.Generator().manual_seed(0)
    )  # the draws of the table
    expected = np.zeros((7, 5))
    for row, subset in enumerate(TABLE_ROWS):
        for position, triplet in enumerate(order):
            sample = {name: values[name][index].float() for name, index in zip(values, triplet, strict=True)}
            sample |= {name: sample[name] / 255 for name in ("farsi", "kannada")}
            parts = [model.encoders[name](sample[name][None]) for name in subset]
            precision = 1 + sum((-log_variance[0]).exp() for _, log_variance in parts)
            mean = sum(mean[0] * (-log_variance[0]).exp() for mean, log_variance in parts) / precision
            decoded = model.decode(mean)
            digit = labels[triplet[0]]
            expected[row, 0] += 100.0 * bool(decoded.label.argmax() == digit)
            for column, name in ((2, "farsi"), (3, "kannada")):
                likelihood = Bernoulli(logits=decoded.modalities[name], validate_args=False)
                expected[row, column] -= float(likelihood.log_prob(sample[name]).sum())
            expected[row, 4] += float(((decoded.modalities["speech"] - sample["speech"]) ** 2).mean())
            posterior = Normal(mean, precision.rsqrt())
            drawn = model.decode(posterior.mean + posterior.stddev * noise[row, position])
            negative_elbo = kl_divergence(posterior, Normal(0.0, 1.0)).sum()
            negative_elbo -= Normal(drawn.modalities["speech"], 1.0).log_prob(sample["speech"]).sum()
            for name in ("farsi", "kannada"):
                likelihood = Bernoulli(logits=drawn.modalities[name], validate_args=False)
                negative_elbo -= likelihood.log_prob(sample[name]).sum()
            expected[row, 1] += float(negative_elbo)
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_evaluate_measures_every_row(checkpoint: Path, synthetic: dict[str, Collection]) -> None:
    result = evaluate(checkpoint, "test", synthetic, show_progress=False)
    assert result == evaluate(checkpoint, "test", synthetic, show_progress=False)
    assert (result["split"], result["triplets"], result["checkpoint"]) == ("test", 80, checkpoint.name)
    assert [tuple(row["inputs"]) for row in result["rows"]] == list(TABLE_ROWS)
    for row in result["rows"]:
        assert 0 <= row["accuracy"] <= 100
        assert all(row[column] > 0 for column in COLUMNS[1:])
        assert row["negative_elbo"] > row["farsi_bce"]


def test_rows_and_poster_are_the_seven_subsets() -> None:
    assert len(set(TABLE_ROWS)) == 7
    assert POSTER_TABLE1["farsi", "kannada", "speech"] == {
        "accuracy": 99.95,
        "negative_elbo": 177.62,
        "farsi_bce": 89.38,
        "kannada_bce": 69.1,
        "speech_mse": 0.014,
    }


@pytest.mark.usefixtures("synthetic")
def test_command_line_prints_both_tables_and_writes_json(
    checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "results" / "table.json"
    command = ["evaluate", "--checkpoint", str(checkpoint), "--only", "table", "--json", str(file)]
    assert main(command) == 0
    printed = capsys.readouterr().out
    written = json.loads(file.read_text())
    assert printed.strip() == format_table(written)
    for subset, figures in POSTER_TABLE1.items():
        (line,) = re.findall(rf"^{re.escape(' + '.join(subset))}  .*$", printed, flags=re.MULTILINE)
        (row,) = (row for row in written["rows"] if tuple(row["inputs"]) == subset)
        assert f"{row['accuracy']:.2f} ({figures['accuracy']:g})" in line
        assert line.count("(") == 5
    assert "only by their pattern" in printed


@pytest.mark.usefixtures("synthetic")
def test_a_table_is_read_for_the_weights_that_it_was_measured_on(tmp_path: Path) -> None:
    write_small_checkpoint(tmp_path)
    file = tmp_path / "evaluation-test.json"
    assert main(["evaluate", "--checkpoint", str(tmp_path), "--only", "table", "--json", str(file)]) == 0
    rows = json.loads(file.read_text())["rows"]
    assert read_table(tmp_path, "test") == {
        tuple(row["inputs"]): {column: row[column] for column in COLUMNS} for row in rows
    }
    write_small_checkpoint(tmp_path, seed=1)
    assert read_table(tmp_path, "test") is None


def test_command_line_without_a_checkpoint(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "--checkpoint", str(tmp_path)]) == 1
    assert "python train.py" in capsys.readouterr().err


def test_command_line_without_data(
    checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", "--checkpoint", str(checkpoint), "--data-dir", str(tmp_path)]) == 1
    message = capsys.readouterr().err
    assert str(tmp_path) in message
    assert "Traceback" not in message


@pytest.mark.data
def test_the_shipped_checkpoint_clears_the_bar(prepared_data: Path) -> None:
    threads = torch.get_num_threads()
    torch.set_num_threads(torch.multiprocessing.cpu_count())
    try:
        result = evaluate("conv", "test", load_split("test", prepared_data), show_progress=False)
    finally:
        torch.set_num_threads(threads)
    accuracy = {subset_key(row["inputs"]): row["accuracy"] for row in result["rows"]}
    bar = {
        "farsi": 97.5,
        "kannada": 96.0,
        "speech": 99.0,
        "farsi+kannada": 99.5,
        "farsi+speech": 99.5,
        "kannada+speech": 99.5,
        "farsi+kannada+speech": 99.9,
    }
    assert {name: value for name, value in accuracy.items() if value < bar[name]} == {}
    assert accuracy.keys() == bar.keys()
