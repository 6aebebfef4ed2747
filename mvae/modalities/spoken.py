"""A person's recording of each of the ten digits, in English, for those who cannot or do not want to speak.

They are of the Free Spoken Digit Dataset (Zohar Jackson et al., CC BY-SA 4.0: ``recordings/LICENSE.txt``),
and named as there: ``{digit}_{speaker}_{take}.wav``, 8 kHz, 16 bits. Chosen by `tools/spoken_examples.py`.
"""

from dataclasses import dataclass
from functools import cache

from mvae.files import PACKAGE

FOLDER = PACKAGE / "modalities" / "recordings"


@dataclass(frozen=True)
class Spoken:
    """One recording.

    Attributes
    ----------
    digit
        Which is said.
    speaker, take
        Who says it, and which of that person's recordings of the digit it is, as FSDD counts them.
    sound
        A wav file.
    """

    digit: int
    speaker: str
    take: int
    sound: bytes


@cache
def spoken_digits() -> tuple[Spoken, ...]:
    """Return the ten recordings, from the 0 to the 9."""
    found = []
    for path in sorted(FOLDER.glob("*.wav")):
        digit, speaker, take = path.stem.split("_")
        found.append(Spoken(int(digit), speaker.capitalize(), int(take), path.read_bytes()))
    return tuple(found)
