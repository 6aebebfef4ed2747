"""The poster's Table 1: accuracy, ELBO and reconstruction of every subset of the modalities.

Conventions
-----------
Test triplets use each item of a split equally often (see `balanced_triplets`): the rows of one modality are
exactly the accuracy over that data set's split. Classification and reconstruction use the posterior's mean,
the ELBO one draw of the latent for each subset and triplet. "Negative ELBO" is, as on the poster, what is
minimised, without the label: the sum of -log p(x_m | z) over all three modalities, given or not, plus the KL
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
from mvae.checkpoint.store import find_checkpoint, load_checkpoint, weights_hash
from mvae.data.collections import Split, load_split
from mvae.errors import CheckpointError
from mvae.evaluation.encoded import Encoded, draw
from mvae.inference.completion import Completion
from mvae.inference.pipeline import Pipeline
from mvae.modalities.base import Modality
from mvae.model.gaussian import kl_from_prior
from mvae.model.objective import elbo_terms, log_likelihood
from mvae.model.scaling import standardised
from mvae.model.subsets import Subset
from mvae.reading import read_json

TABLE_ROWS: tuple[Subset, ...] = (
    ("farsi",), ("kannada",), ("speech",),
    ("farsi", "kannada"), ("kannada", "speech"), ("farsi", "speech"),
    ("farsi", "kannada", "speech"),
)  # fmt: skip
COLUMNS = ("accuracy", "negative_elbo", "farsi_bce", "kannada_bce", "speech_mse")
DECIMALS = dict(zip(COLUMNS, (2, 1, 1, 1, 3), strict=True))
"""Digits after the point with which each column is written."""

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
"""Triplets of each digit: a multiple of its 2,000, 1,000 and 30 test items."""
_BATCH = 1000
_TITLES = ("accuracy %", "-ELBO, nats", "Farsi BCE", "Kannada BCE", "speech MSE")


def evaluate(
    checkpoint: str | Path, split: Split, data_dir: Path, *, show_progress: bool = True
) -> dict[str, Any]:
    """Measure a checkpoint on a split.

    Returns
    -------
    dict[str, Any]
        ``split``, ``checkpoint``, ``triplets``, and ``rows``: one dictionary a subset with ``inputs`` and
        `COLUMNS`.

    Raises
    ------
    CheckpointError, DataError
        If either is missing or damaged.
    """
    model, description = load_checkpoint(checkpoint)
    encoded = Encoded.of(model, description.standardisation, load_split(split, data_dir))
    triplets = encoded.triplets(PER_CLASS)
    means = table_sums(encoded, triplets, show_progress=show_progress) / len(triplets)
    rows = [
        {"inputs": list(subset)}
        | {key: round(float(value), 4) for key, value in zip(COLUMNS, row, strict=True)}
        for subset, row in zip(TABLE_ROWS, means, strict=True)
    ]
    name = find_checkpoint(checkpoint).resolve().name
    return {"split": split, "checkpoint": name, "triplets": len(triplets), "rows": rows}


@torch.inference_mode()
def table_sums(encoded: Encoded, triplets: Tensor, *, show_progress: bool = False) -> Tensor:
    """Sum every column of Table 1 over triplets (n, M): (7, 5), accuracy in per cent."""
    model = encoded.model
    generator = torch.Generator().manual_seed(0)
    sums = torch.zeros(len(TABLE_ROWS), len(COLUMNS), dtype=torch.float64)
    for part in tqdm(torch.split(triplets, _BATCH), "evaluating", disable=not show_progress, leave=False):
        inputs, digits = encoded.inputs(part), encoded.digits(part)
        posterior = encoded.posterior(part, TABLE_ROWS)
        kl = kl_from_prior(*posterior).sum(-1)  # (S, B)
        drawn = elbo_terms(model, model.decode(draw(posterior, generator)), inputs, digits, kl)
        negative_elbo = kl - torch.stack(list(drawn.log_likelihood.values())).sum(0)
        decoded = model.decode(posterior.mean)
        correct = 100.0 * (decoded.label.argmax(-1) == digits)
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
    """Return what Table 1 says of reconstruction, for one input alone.

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
        measured = {
            tuple(row["inputs"]): {column: float(row[column]) for column in COLUMNS} for row in found["rows"]
        }
    except (OSError, ValueError, KeyError, TypeError, CheckpointError):
        return None
    return measured if of_these_weights and set(measured) == set(TABLE_ROWS) else None


def format_table(result: Mapping[str, Any]) -> str:
    """Lay out what `evaluate` returned beside the poster's figures, as text."""
    lines = [
        f"{result['checkpoint']}, {result['split']} split, {result['triplets']:,} label-matched triplets",
        f"{'inputs (poster in brackets)':<28}" + "".join(f"{title:>20}" for title in _TITLES),
    ]
    for row in result["rows"]:
        poster = POSTER_TABLE1[tuple(row["inputs"])]
        cells = [f"{row[key]:.{DECIMALS[key]}f} ({poster[key]:g})" for key in COLUMNS]
        lines.append(f"{' + '.join(row['inputs']):<28}" + "".join(f"{cell:>20}" for cell in cells))
    return "\n".join([*lines, POSTER_NOTE])
