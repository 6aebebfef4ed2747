"""Whether what was heard is doubtful: a second opinion on a recording, from its MFCCs alone.

The score of `mvae.checkpoint.familiarity` tells that a sound is like no class. It does not tell that a sound
is like two, nor that it is like another one: a child's formants lie higher, by up to eight semitones, and its
"four" may be quite like a man's "one". So the same MFCCs are read again as if a larger person had said them.
Where one of these readings is more familiar to the model and names another class, or where the first reading
is not sure, there is doubt.

Both thresholds were chosen on training recordings (`mvae.evaluation.recordings`).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

SURE = 0.8
"""Probability of the label from which a reading alone raises no doubt."""


def doubt(score: float, probabilities: NDArray[np.float32], others: Sequence[tuple[float, int]]) -> float:
    """Return how doubtful a reading is; above 1 it should be called a guess.

    Parameters
    ----------
    score
        Of the reading, from `mvae.checkpoint.familiarity`.
    probabilities
        (C,): of the classes.
    others
        Score and label of each other reading.
    """
    unsure = (1 - float(probabilities.max())) / (1 - SURE)
    label = int(probabilities.argmax())
    familiar, named = min(others)
    return max(score, unsure, score / max(familiar, 1e-6) if named != label else 0.0)
