"""Calibration: whether the model is as sure of the class as it may be, and less sure with less evidence.

Conventions
-----------
The label's probabilities are those that the app shows: decoded from the posterior's mean. Confidence is the
largest of them; entropy is theirs, in nats. The expected calibration error is that of Guo et al. 2017,
https://arxiv.org/abs/1706.04599, equation 3: the gap between accuracy and mean confidence in each of 15 bins
of equal width, averaged by how many predictions fall into the bin. Accuracy, confidence and error are in per
cent.
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from mvae.evaluation.encoded import Encoded, in_batches
from mvae.model.subsets import all_subsets

BINS = 15
PER_CLASS = 6000
"""As in Table 1: each item of the test split equally often."""


@torch.inference_mode()
def measure(encoded: Encoded, *, per_class: int = PER_CLASS) -> dict[str, Any]:
    """Measure the label of every subset.

    Returns
    -------
    dict[str, Any]
        ``rows``: ``inputs``, ``ece``, ``accuracy``, ``confidence`` and ``entropy`` of each subset;
        ``by_evidence``: mean confidence and entropy by the number of modalities given.
    """
    triplets = encoded.triplets(per_class)
    subsets = all_subsets(encoded.model.config.names)
    parts = [
        encoded.model.label_decoder(encoded.posterior(part, subsets).mean).log_softmax(-1)
        for part in in_batches(triplets, "reading labels")
    ]
    log_probabilities = torch.cat(parts, dim=1)  # (S, B, C)
    log_confidence, predicted = log_probabilities.max(-1)
    confidence, right = log_confidence.exp(), predicted == encoded.classes(triplets)
    entropy = -(log_probabilities.exp() * log_probabilities).sum(-1)
    rows = [
        {
            "inputs": list(subset),
            "ece": round(100 * calibration_error(confidence[row], right[row]), 3),
            "accuracy": round(100 * float(right[row].double().mean()), 3),
            "confidence": round(100 * float(confidence[row].double().mean()), 3),
            "entropy": round(float(entropy[row].double().mean()), 4),
        }
        for row, subset in enumerate(subsets)
    ]
    return {"triplets": len(triplets), "bins": BINS, "rows": rows, "by_evidence": _by_evidence(rows)}


def calibration_error(confidence: Tensor, right: Tensor, bins: int = BINS) -> float:
    """Return the expected calibration error of (n,) confidences in [0, 1]; `right` is (n,) booleans.

    As in the paper, a bin holds what lies above its lower edge, up to its upper one.
    """
    which = (confidence.double() * bins).ceil().long().clamp(1, bins) - 1
    gaps = torch.zeros(bins, dtype=torch.double).index_add(0, which, right.double() - confidence.double())
    return float(gaps.abs().sum()) / len(confidence)


def _by_evidence(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Average confidence and entropy over the subsets of each size."""
    sizes: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        sizes.setdefault(len(row["inputs"]), []).append(row)
    return [
        {"given": size}
        | {key: round(sum(row[key] for row in same) / len(same), 4) for key in ("confidence", "entropy")}
        for size, same in sizes.items()
    ]


def format(result: Mapping[str, Any]) -> str:  # noqa: A001 - every section has a `measure` and a `format`
    """Lay out what `measure` returned, as text."""
    lines = [
        f"Calibration of the label, {result['triplets']:,} triplets, {result['bins']} bins",
        f"{'inputs':<28}{'ECE %':>10}{'accuracy %':>14}{'confidence %':>14}{'entropy, nats':>16}",
    ]
    lines += [
        f"{' + '.join(row['inputs']):<28}{row['ece']:>10.2f}{row['accuracy']:>14.2f}"
        f"{row['confidence']:>14.2f}{row['entropy']:>16.4f}"
        for row in result["rows"]
    ]
    lines += [
        f"{row['given']} given: mean confidence {row['confidence']:.2f} %, entropy {row['entropy']:.4f} nats"
        for row in result["by_evidence"]
    ]
    return "\n".join(lines)
