"""The table of a checkpoint, as the poster's Table 1: accuracy, ELBO and reconstruction of every subset.

Conventions
-----------
Test triplets use each item of a split equally often (see `balanced_triplets`): the rows of one modality are
exactly the accuracy over that data set's split. Classification and reconstruction use the posterior's mean,
the ELBO one draw of the latent for each subset and triplet. "Negative ELBO" is, as on the poster, what is
minimised, without the label: the sum of -log p(x_m | z) over all modalities, given or not, plus the KL
divergence, in nats; lower is better. Reconstruction is binary cross-entropy in nats an image, and mean
squared error in standardised units.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from mvae.arrays import Array
from mvae.checkpoint.place import find_checkpoint, weights_hash
from mvae.checkpoint.store import load_checkpoint, load_description
from mvae.data.collections import Collection, Split
from mvae.errors import CheckpointError
from mvae.evaluation.encoded import Encoded, draw
from mvae.inference.completion import Completion
from mvae.inference.pipeline import Pipeline
from mvae.modalities.base import Modality
from mvae.model.gaussian import kl_from_prior
from mvae.model.objective import elbo_terms, log_likelihood
from mvae.model.scaling import standardised
from mvae.model.subsets import Subset, all_subsets
from mvae.reading import read_json

TABLE_ROWS: tuple[Subset, ...] = (
    ("farsi",), ("kannada",), ("speech",),
    ("farsi", "kannada"), ("kannada", "speech"), ("farsi", "speech"),
    ("farsi", "kannada", "speech"),
)  # fmt: skip
"""The rows of the poster's table, in its order."""
COLUMNS = ("accuracy", "negative_elbo", "farsi_bce", "kannada_bce", "speech_mse")
"""The columns of the poster's table."""

POSTER_TABLE1: dict[Subset, dict[str, float]] = {
    subset: dict(zip(COLUMNS, values, strict=True))
    for subset, values in zip(
        TABLE_ROWS,
        (
            (99.6, 248.85, 89.09, 135.0, 0.133),
            (99.7, 436.9, 348.67, 68.96, 0.134),
            (99.2, 493.03, 348.81, 135.76, 0.0095),
            (99.93, 187.64, 89.05, 69.04, 0.133),
            (99.94, 427.44, 346.19, 69.1, 0.011),
            (99.88, 239.11, 89.33, 134.8, 0.013),
            (99.95, 177.62, 89.38, 69.1, 0.014),
        ),
        strict=True,
    )
}
"""The poster's own figures, on its training split."""

POSTER_NOTE = (
    "The poster's figures are on its training split. It gives neither its pixel scaling nor its MFCC units, "
    "so accuracy compares directly, and the other columns only by their pattern: low where a modality is "
    "given, higher where it is imagined."
)

PER_CLASS = 6000
"""Triplets of each class: of the poster's, a multiple of its 2,000, 1,000 and 30 test items."""
_BATCH = 1000
_TITLES = {
    "accuracy": "accuracy %", "negative_elbo": "-ELBO, nats", "farsi_bce": "Farsi BCE",
    "kannada_bce": "Kannada BCE",
}  # fmt: skip
"""Of columns that do not show their own name."""


def table_rows(names: Sequence[str]) -> list[Subset]:
    """Return the rows of a model's table: all subsets; of the poster's modalities in the poster's order."""
    return list(TABLE_ROWS) if tuple(names) == TABLE_ROWS[-1] else all_subsets(names)


def table_columns(modalities: Sequence[Modality]) -> list[str]:
    """Return the columns of a model's table: accuracy, ELBO, and the error of each modality."""
    return ["accuracy", "negative_elbo", *(error_column(modality) for modality in modalities)]


def error_column(modality: Modality) -> str:
    """Return the column of a modality's reconstruction error: cross-entropy, or mean squared error."""
    return f"{modality.name}_{'bce' if modality.likelihood == 'bernoulli' else 'mse'}"


def decimals(column: str) -> int:
    """Return the digits after the point with which a column is written."""
    if column == "accuracy":
        return 2
    return 3 if column.endswith("_mse") else 1


def evaluate(
    checkpoint: str | Path, split: Split, collections: Mapping[str, Collection], *, show_progress: bool = True
) -> dict[str, Any]:
    """Measure a checkpoint on a split.

    Parameters
    ----------
    checkpoint
        As `find_checkpoint` takes it.
    split, collections
        The split's name, and its data: name -> the split of that modality.
    show_progress
        Whether a bar shows how far it is.

    Returns
    -------
    dict[str, Any]
        ``split``, ``checkpoint``, ``triplets``, and ``rows``: for each of `table_rows` a dictionary of
        ``inputs`` and `table_columns`.

    Raises
    ------
    CheckpointError
        If the checkpoint is missing or damaged.
    """
    model, description = load_checkpoint(checkpoint)
    encoded = Encoded.of(model, description.standardisation, collections)
    triplets = encoded.triplets(PER_CLASS)
    means = table_sums(encoded, triplets, show_progress=show_progress) / len(triplets)
    columns = table_columns(model.config.modalities)
    rows = [
        {"inputs": list(subset)}
        | {key: round(float(value), 4) for key, value in zip(columns, row, strict=True)}
        for subset, row in zip(table_rows(model.config.names), means, strict=True)
    ]
    name = find_checkpoint(checkpoint).resolve().name
    return {"split": split, "checkpoint": name, "triplets": len(triplets), "rows": rows}


@torch.inference_mode()
def table_sums(encoded: Encoded, triplets: Tensor, *, show_progress: bool = False) -> Tensor:
    """Sum every column of the table over triplets (n, M): (S, 2 + M), accuracy in per cent."""
    model = encoded.model
    generator = torch.Generator().manual_seed(0)
    rows = table_rows(model.config.names)
    sums = torch.zeros(len(rows), len(table_columns(model.config.modalities)), dtype=torch.float64)
    for part in tqdm(torch.split(triplets, _BATCH), "evaluating", disable=not show_progress, leave=False):
        inputs, labels = encoded.inputs(part), encoded.classes(part)
        posterior = encoded.posterior(part, rows)
        kl = kl_from_prior(*posterior).sum(-1)  # (S, B)
        drawn = elbo_terms(model, model.decode(draw(posterior, generator)), inputs, labels, kl)
        negative_elbo = kl - torch.stack(list(drawn.log_likelihood.values())).sum(0)
        decoded = model.decode(posterior.mean)
        correct = 100.0 * (decoded.label.argmax(-1) == labels)
        errors = [
            reconstruction_error(modality, decoded.modalities[modality.name], inputs[modality.name])
            for modality in model.config.modalities
        ]
        sums += torch.stack([correct, negative_elbo, *errors], dim=-1).sum(1).double()
    return sums


def reconstruction_error(modality: Modality, parameters: Tensor, target: Tensor) -> Tensor:
    """Return binary cross-entropies or mean squared errors, (S, B), of what `log_likelihood` takes."""
    if modality.likelihood == "bernoulli":
        return -log_likelihood(modality, parameters, target)
    return (parameters - target).square().flatten(2).mean(-1)


@torch.inference_mode()
def input_errors(
    pipe: Pipeline, inputs: Mapping[str, Array], completions: Sequence[Completion]
) -> list[dict[str, float]]:
    """Return what the table says of reconstruction, for one input alone.

    Parameters
    ----------
    pipe, inputs
        The model, and what `Pipeline.prepare` gave.
    completions
        Of these inputs; however they show what is imagined, the error is that of the posterior's mean.

    Returns
    -------
    list[dict[str, float]]
        Of each completion: name of each input -> its `reconstruction_error`.
    """
    means = torch.from_numpy(np.stack([out.mean for out in completions])).unsqueeze(1)  # (S, 1, Z)
    errors = {}
    for modality in pipe.model.config.modalities:
        name = modality.name
        if name in inputs:
            target = standardised(pipe.description.standardisation, name, inputs[name]).unsqueeze(0)
            errors[name] = reconstruction_error(modality, pipe.model.decoders[name](means), target)
    return [{name: float(error[row]) for name, error in errors.items()} for row in range(len(means))]


def read_table(directory: Path, split: str) -> dict[Subset, dict[str, float]] | None:
    """Return the table that `python -m mvae evaluate` wrote, or None where there is no whole one.

    One that was measured on other weights is none, either.

    Parameters
    ----------
    directory
        Of the checkpoint.
    split
        ``"test"`` or ``"train"``.
    """
    try:
        found = read_json(directory / f"evaluation-{split}.json")
        of_these_weights = found["weights_sha256"] == weights_hash(directory)
        model = load_description(directory).model
        columns = table_columns(model.modalities)
        measured = {
            tuple(row["inputs"]): {column: float(row[column]) for column in columns} for row in found["rows"]
        }
    except (OSError, ValueError, KeyError, TypeError, CheckpointError):
        return None
    return measured if of_these_weights and set(measured) == set(all_subsets(model.names)) else None


def format_table(result: Mapping[str, Any]) -> str:
    """Lay out what `evaluate` returned as text; the poster's figures stand beside those of its modalities."""
    columns = [key for key in result["rows"][0] if key != "inputs"]
    of_poster = tuple(columns) == COLUMNS
    inputs = "inputs (poster in brackets)" if of_poster else "inputs"
    lines = [
        f"{result['checkpoint']}, {result['split']} split, {result['triplets']:,} label-matched triplets",
        f"{inputs:<28}" + "".join(f"{_title(key):>20}" for key in columns),
    ]
    for row in result["rows"]:
        cells = [f"{row[key]:.{decimals(key)}f}" for key in columns]
        if of_poster:
            poster = POSTER_TABLE1[tuple(row["inputs"])]
            cells = [f"{cell} ({poster[key]:g})" for cell, key in zip(cells, columns, strict=True)]
        lines.append(f"{' + '.join(row['inputs']):<28}" + "".join(f"{cell:>20}" for cell in cells))
    return "\n".join([*lines, POSTER_NOTE] if of_poster else lines)


def _title(column: str) -> str:
    name, _, error = column.rpartition("_")
    return _TITLES.get(column, f"{name} {error.upper()}")
