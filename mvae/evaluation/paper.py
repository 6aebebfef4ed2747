"""Digits on paper: whether a picture from a scanner or a camera is read as what was written on it.

Conventions
-----------
Each kind of `mvae.evaluation.photographs.KINDS` is made from the split's digits and goes the path of
`Pipeline.prepare`. *Right* is the share whose label, from this modality alone, is the digit's; *flagged* the
share that the out-of-domain score calls unlike a digit, or that is refused as blank; *sure and wrong* the
share whose wrong label has a probability above `SURE` and no flag. All are in per cent.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from mvae.data.collections import Collection
from mvae.errors import InputError
from mvae.evaluation.out_of_domain import SURE
from mvae.evaluation.photographs import KINDS
from mvae.inference.pipeline import Pipeline
from mvae.tasks.digits import FARSI, KANNADA

PER_KIND = 100
"""Pictures of each kind, of each script."""
_FIGURES = ("right", "flagged", "sure_and_wrong")


def measure(
    pipe: Pipeline, collections: Mapping[str, Collection], *, per_kind: int = PER_KIND, seed: int = 0
) -> dict[str, Any]:
    """Measure every kind of picture.

    Returns
    -------
    dict[str, Any]
        ``pictures``, how many there are of each kind, and ``kinds``: for each and each script ``right``,
        ``flagged`` and ``sure_and_wrong``.
    """
    kinds: dict[str, dict[str, dict[str, float]]] = {}
    for index, (kind, make) in enumerate(tqdm(KINDS.items(), "pictures", disable=None, leave=False)):
        kinds[kind] = {}
        for script in (FARSI, KANNADA):
            rng = np.random.default_rng([seed, index, *script.name.encode()])
            digits = collections[script.name]
            outcomes = []
            for row in rng.integers(len(digits.labels), size=per_kind):
                picture = make(np.asarray(digits.values[row], np.uint8), rng)
                outcomes.append(_outcome(pipe, script.name, picture, int(digits.labels[row])))
            shares = np.round(100 * np.mean(outcomes, axis=0), 1).tolist()
            kinds[kind][script.name] = dict(zip(_FIGURES, shares, strict=True))
    return {"pictures": per_kind, "kinds": kinds}


def _outcome(pipe: Pipeline, name: str, picture: NDArray[np.uint8], digit: int) -> tuple[bool, bool, bool]:
    """Say whether a picture is read right, is flagged, and is announced wrongly as sure."""
    given: dict[str, Any] = {name: picture}
    try:
        out = pipe(**given)
    except InputError:
        return False, True, False
    right = out.label == digit
    flagged = pipe.unfamiliarity(out).get(name, 0.0) > 1
    return right, flagged, not right and not flagged and float(out.label_probs.max()) > SURE


def format(result: Mapping[str, Any]) -> str:  # noqa: A001 - every section has a `measure` and a `format`
    """Lay out what `measure` returned, as text."""
    scripts = (FARSI.name, KANNADA.name)
    heads = "".join(f"{f'{script}: right':>18}{'flagged':>10}{'sure, wrong':>13}" for script in scripts)
    lines = [
        f"Pictures of one digit on paper, {result['pictures']} of each kind and script, %",
        f"{'':<18}{heads}",
    ]
    for kind, rows in result["kinds"].items():
        cells = (
            f"{rows[script]['right']:>18.1f}{rows[script]['flagged']:>10.1f}"
            f"{rows[script]['sure_and_wrong']:>13.1f}"
            for script in scripts
        )
        lines.append(f"{kind:<18}{''.join(cells)}")
    return "\n".join(lines)
