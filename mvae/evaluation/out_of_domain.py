"""Out of domain: whether what is no digit is told from digits, and whether it is announced as a sure one.

Conventions
-----------
The score is that of `mvae.checkpoint.familiarity`. AUROC is the probability that something that is no digit
scores higher than a digit of the test split; ties count half. *Found* is the share that scores above 1,
*false alarms* the share of test digits that do, *sure* the share whose label, from this modality alone, has a
probability above `SURE`; all three in per cent. Everything takes the app's own path. What that path refuses
with a sentence (blank, steady noise) is counted as *refused* and is in no other figure. Digits of the other
script, several of which look alike, are no part of the pooled figure.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import scipy.stats
import torch
from numpy.typing import NDArray
from torch import Tensor

from mvae.checkpoint.familiarity import posterior_mean
from mvae.data.collections import Collection
from mvae.errors import InputError
from mvae.evaluation import non_digits
from mvae.evaluation.non_digits import DIGIT_LIKE, LETTERS, RATE
from mvae.inference.pipeline import Pipeline
from mvae.modalities.base import Modality
from mvae.model.scaling import scaled, standardised
from mvae.tasks.digits import FARSI, KANNADA, SPEECH

SURE = 0.9
PER_KIND = 200
"""Of each kind of what is no digit."""
_OTHER_SCRIPT = {FARSI.name: KANNADA.name, KANNADA.name: FARSI.name}
_SOUNDS = {
    "coughs": non_digits.cough, "noise bursts": non_digits.noise_burst, "music": non_digits.music,
    "claps": non_digits.clap, "humming": non_digits.hum, "babble": non_digits.babble,
}  # fmt: skip
Maker = Callable[[np.random.Generator], NDArray[Any]]


def measure(
    pipe: Pipeline, collections: Mapping[str, Collection], *, per_kind: int = PER_KIND, seed: int = 0
) -> dict[str, Any]:
    """Measure every modality.

    Parameters
    ----------
    pipe
        A model with its familiarity; a modality without it is left out.
    collections
        Name -> the test split of that modality.

    Returns
    -------
    dict[str, Any]
        For each modality ``digits``, ``false_alarms``, the pooled ``auroc``, ``found`` and ``sure``, and
        ``kinds``: of each ``given``, ``refused``, ``auroc``, ``found`` and ``sure``. Images have
        ``other_script``, too.
    """
    result: dict[str, Any] = {}
    for modality in pipe.model.config.modalities:
        name = modality.name
        if name not in pipe.familiarity:
            continue
        digits, _ = judge(pipe, modality, collections[name].values)
        rng = np.random.default_rng([seed, len(result)])
        kinds: dict[str, dict[str, float]] = {}
        judged = []
        for kind, make in _makers(name).items():
            accepted = _prepared(pipe, name, make, per_kind, rng)
            kinds[kind] = {"given": per_kind, "refused": per_kind - len(accepted)}
            if accepted:
                judged.append(judge(pipe, modality, np.stack(accepted)))
                kinds[kind] |= _figures(digits, *judged[-1])
        scores, confidence = (np.concatenate(part) for part in zip(*judged, strict=True))
        result[name] = {
            "digits": len(digits),
            "false_alarms": _per_cent(digits > 1),
            **_figures(digits, scores, confidence),
            "kinds": kinds,
        }
        if name in _OTHER_SCRIPT:
            others = judge(pipe, modality, collections[_OTHER_SCRIPT[name]].values)
            result[name]["other_script"] = _figures(digits, *others)
    return result


def auroc(digits: NDArray[np.floating[Any]], others: NDArray[np.floating[Any]]) -> float:
    """Return the probability that one of the (m,) others scores higher than one of the (n,) digits."""
    ranks = scipy.stats.rankdata(np.concatenate([digits, others]))[len(digits) :]
    return float((ranks.sum() - len(others) * (len(others) + 1) / 2) / (len(digits) * len(others)))


def _makers(name: str) -> dict[str, Maker]:
    """Return what makes each kind of what is no digit of this modality."""
    if name == SPEECH.name:
        return dict(_SOUNDS)
    return {
        "letters": partial(non_digits.letter, drawings=LETTERS, without=DIGIT_LIKE[name]),
        "scribbles": non_digits.scribble,
        "noise": non_digits.noise_picture,
    }


def _prepared(
    pipe: Pipeline, name: str, make: Maker, count: int, rng: np.random.Generator
) -> Sequence[NDArray[np.float32]]:
    """Make so many, and return those that the app's path accepts, as it prepares them."""
    accepted = []
    for _ in range(count):
        made = make(rng)
        given: dict[str, Any] = {name: (made, RATE) if name == SPEECH.name else made}
        try:
            accepted.append(pipe.prepare(**given)[name])
        except InputError:
            continue
    return accepted


@torch.inference_mode()
def judge(
    pipe: Pipeline, modality: Modality, values: NDArray[Any]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the score and the label's confidence, (n,) each, of prepared inputs (n, *shape)."""
    inputs: Tensor = scaled(standardised(pipe.description.standardisation, modality.name, values))
    mean = posterior_mean(pipe.model, modality.name, inputs)
    confidence = pipe.model.label_decoder(mean).softmax(-1).amax(-1)
    return pipe.familiarity[modality.name].score(pipe.model, modality, inputs, mean), confidence.numpy()


def _figures(
    digits: NDArray[np.float32], scores: NDArray[np.float32], confidence: NDArray[np.float32]
) -> dict[str, float]:
    return {
        "auroc": round(auroc(digits, scores), 4),
        "found": _per_cent(scores > 1),
        "sure": _per_cent(confidence > SURE),
        "sure_and_not_found": _per_cent((confidence > SURE) & (scores <= 1)),
    }


def _per_cent(flags: NDArray[np.bool_]) -> float:
    return round(100 * float(flags.mean()), 2)


def format(result: Mapping[str, Any]) -> str:  # noqa: A001 - every section has a `measure` and a `format`
    """Lay out what `measure` returned, as text."""
    if not result:
        return "Out of domain: not measured; first run python -m mvae familiarity for this checkpoint."
    lines = [
        "Out of domain: what is no digit, against the test split's digits",
        f"{'':<28}{'AUROC':>10}{'found %':>10}{'sure %':>10}{'sure, not found %':>20}{'refused':>12}",
    ]
    for name, figures in result.items():
        rows = {f"{name}, pooled": figures} | {f"  {kind}": row for kind, row in figures["kinds"].items()}
        if "other_script" in figures:
            rows["  (digits of the other script)"] = figures["other_script"]
        for title, row in rows.items():
            refused = f"{row['refused']} of {row['given']}" if "refused" in row else ""
            cells = (
                f"{row['auroc']:>10.4f}{row['found']:>10.1f}{row['sure']:>10.1f}"
                f"{row['sure_and_not_found']:>20.1f}"
                if "auroc" in row
                else " " * 50
            )
            lines.append(f"{title:<28}{cells}{refused:>12}".rstrip())
        lines.append(f"  false alarms: {figures['false_alarms']:.2f} % of {figures['digits']:,} test digits")
    return "\n".join(lines)
