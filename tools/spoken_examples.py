"""Choose the ten spoken examples that come with the package: `python tools/spoken_examples.py`.

They are recordings of FSDD's training split, found in `$MVAE_DATA`. A take is clear if it lasts 0.3 to 0.7
seconds, is loud (its peak is 0.25 to 0.95 of full scale) and stands out (the loudest fifth of its frames is
25 dB above the quietest). Each digit is said by the speaker who has said the fewest so far and has a clear
take of it. Of that speaker's, it is the take of whose digit the less certain of the two shipped checkpoints
is most certain, from the voice alone; neither finds it unlike what it knows.
"""

import sys
from collections import Counter
from pathlib import Path

import numpy as np
import soundfile

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import mvae  # noqa: E402
from mvae.data.collections import load_recordings  # noqa: E402
from mvae.data.location import data_directory  # noqa: E402
from mvae.data.speech import Recording  # noqa: E402
from mvae.errors import InputError  # noqa: E402
from mvae.modalities.sound import SAMPLE_RATE  # noqa: E402
from mvae.modalities.spoken import FOLDER  # noqa: E402

SECONDS, PEAK, CONTRAST = (0.3, 0.7), (0.25, 0.95), 25.0
FRAME = 200  # samples: 25 ms


def main() -> None:
    """Choose, write and print them."""
    pipes = [mvae.load_pretrained(name) for name in ("conv", "linear")]
    recordings = load_recordings("train", data_directory())
    found = [each for each in recordings if _is_of_fsdd(each) and _is_clear(each)]
    chosen = Counter(dict.fromkeys(sorted({each.speaker for each in found}), 0))
    for old in FOLDER.glob("*.wav"):
        old.unlink()
    for digit in range(10):
        clear = {each.speaker for each in found if each.label == digit}
        speaker = min((each for each in chosen if each in clear), key=chosen.__getitem__)
        chosen[speaker] += 1
        takes = [each for each in found if (each.label, each.speaker) == (digit, speaker)]
        best = max(takes, key=lambda each: _certainty(pipes, each))
        print(f"{best.path.name}: {_certainty(pipes, best):.6f} of {len(takes)} takes")
        waveform, rate = best.read()
        soundfile.write(FOLDER / best.path.name, waveform, rate, subtype="PCM_16")
    written = sum(path.stat().st_size for path in FOLDER.glob("*.wav"))
    print(f"{written:,} bytes in {FOLDER.relative_to(ROOT)}")


def _is_of_fsdd(recording: Recording) -> bool:
    """Whether it is none of the extra voices."""
    return recording.path.parent.name == "recordings"


def _is_clear(recording: Recording) -> bool:
    """Whether it is as long, as loud and as far above its own noise as the docstring of this file says."""
    waveform, rate = recording.read()
    if rate != SAMPLE_RATE or waveform.ndim != 1:
        return False
    frames = waveform[: len(waveform) // FRAME * FRAME].reshape(-1, FRAME)
    level = np.sort(20 * np.log10(np.sqrt((frames**2).mean(axis=1)) + 1e-6))
    loudest = level[-max(1, len(level) // 5) :].mean()
    peak = np.abs(waveform).max()
    return bool(
        SECONDS[0] <= len(waveform) / rate <= SECONDS[1]
        and PEAK[0] <= peak <= PEAK[1]
        and loudest - level[0] >= CONTRAST
    )


def _certainty(pipes: list[mvae.Pipeline], recording: Recording) -> float:
    """Return the probability of the digit by the less certain model; 0 where one finds it unfamiliar."""
    try:
        outs = [(pipe, pipe(speech=recording.path)) for pipe in pipes]
    except InputError:
        return 0.0
    if any(pipe.unfamiliarity(out)["speech"] > 1 for pipe, out in outs):
        return 0.0
    return min(float(out.label_probs[recording.label]) for _, out in outs)


if __name__ == "__main__":
    main()
