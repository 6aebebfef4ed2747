"""Does speech carry over to strangers? Leave one speaker out, train on the others, ask about that one.

Each speaker costs one small training of a model of speech alone: the same encoder, objective, changed copies
and augmentation as of the shipped model, but fewer steps. FSDD's six and the extra voices are left out in
turn; the thousands of Speech Commands, where they are there, are only trained on. The speaker who is left out
enters neither the weights nor the standardisation, and neither do his or her changed copies.
"""

import json
import math
from collections.abc import Container
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tqdm import tqdm

from mvae.data.collections import Collection, load_training
from mvae.data.items import Recordings
from mvae.data.sources import SOURCES
from mvae.data.speech import find_recordings
from mvae.errors import DataError
from mvae.model.model import subset_mask
from mvae.tasks.digits import SPEECH
from mvae.training.batches import TripletData
from mvae.training.config import CONFIGS, TrainConfig, choose_precision
from mvae.training.distributed import choose_device
from mvae.training.trainer import Trainer

_STEPS = 1_000  # of 256 recordings: about 25 seconds a speaker on one core


def run(
    data_dir: Path, config: TrainConfig = CONFIGS["conv"], *, show_progress: bool = True
) -> dict[str, Any]:
    """Leave out each of FSDD's six speakers once, and each of the extra voices that are there.

    Parameters
    ----------
    data_dir
        The data directory.
    config
        Of all trainings, but for the modalities, the epochs and the warm-up.
    show_progress
        Print a bar, and the accuracy of each speaker.

    Returns
    -------
    dict[str, Any]
        ``speakers``: for each one ``speaker``, ``recordings`` and ``accuracy`` in percent; ``mean``: over the
        speakers; ``pooled``: over the recordings; ``steps`` of each training, and ``training``, its settings.

    Raises
    ------
    DataError
        If the data are missing, or are of one speaker only.
    """
    speech = load_training(data_dir)[SPEECH.name]
    return leave_one_out(speech, _voices(), config, steps=_STEPS, show_progress=show_progress)


def _voices() -> set[str]:
    """Return the speakers whose recordings are listed one by one: FSDD's, and the extra voices."""
    sets = [item for source in SOURCES for item in source.items if isinstance(item, Recordings)]
    return {recording.speaker for each in sets for recording in find_recordings(Path(), each.names)}


def leave_one_out(
    speech: Collection, voices: Container[str], config: TrainConfig, *, steps: int, show_progress: bool = True
) -> dict[str, Any]:
    """As `run`, on any recordings, with as many steps of training as asked; `voices` are left out in turn."""
    everybody = np.unique(speech.groups)
    names = [name for name in everybody if name in voices]
    counts = [int((speech.groups == name).sum()) for name in names]
    if len(everybody) < 2:
        msg = "Leaving a speaker out needs recordings of two speakers or more; download the extra voices."
        raise DataError(msg)
    rows = []
    with tqdm(names, "speakers", disable=not show_progress) as progress:
        for name, count in zip(progress, counts, strict=True):
            left_out = speech.groups == name
            trainer = _train(_subset(speech, ~left_out), config, steps=steps)
            right = _recognised(trainer, _subset(speech, left_out))
            rows.append({
                "speaker": str(name), "recordings": count, "accuracy": 100 * float(right.mean()),
            })  # fmt: skip
            if show_progress:
                tqdm.write(f"{name:<12} {right.sum():>4} of {count:>4}  {rows[-1]['accuracy']:6.1f} %")
    accuracy = np.array([row["accuracy"] for row in rows])
    result = {
        "speakers": rows,
        "mean": float(accuracy.mean()),
        "pooled": float(np.average(accuracy, weights=counts)),
        "steps": steps,
        "training": json.loads(json.dumps(asdict(config))),
    }
    if show_progress:
        print(
            f"mean over {len(rows)} speakers {result['mean']:.1f} %, all recordings {result['pooled']:.1f} %"
        )
    return result


def _subset(speech: Collection, kept: NDArray[np.bool_]) -> Collection:
    copies = None if speech.copies is None else speech.copies[kept]
    return replace(
        speech, values=speech.values[kept], labels=speech.labels[kept], groups=speech.groups[kept],
        copies=copies,
    )  # fmt: skip


def _train(speech: Collection, config: TrainConfig, *, steps: int) -> Trainer:
    device = choose_device("auto")
    config = _of_speech(config, speech, steps=steps)
    data = TripletData(
        {SPEECH.name: speech}, config.model.modalities, seed=config.seed, holdout=config.holdout,
        device=device, complete=config.complete,
    )  # fmt: skip
    trainer = Trainer(config, data, choose_precision(device))
    for epoch in range(config.epochs):
        for batch in data.batches(epoch, config.batch_size):
            trainer.train_step(batch)
    return trainer


def _of_speech(config: TrainConfig, speech: Collection, *, steps: int) -> TrainConfig:
    """Take settings for speech alone; a tenth of the steps phases the KL divergence in."""
    epochs = max(1, round(steps / math.ceil(len(speech.labels) / config.batch_size)))
    return replace(
        config, model=replace(config.model, modalities=(SPEECH,)), epochs=epochs, kl_warmup=epochs / 10,
    )  # fmt: skip


@torch.inference_mode()
def _recognised(trainer: Trainer, speech: Collection) -> NDArray[np.bool_]:
    """Say of each recording whether the averaged model reads the right digit."""
    model = trainer.averaged.eval()
    values = torch.from_numpy(trainer.data.standardisation[SPEECH.name].apply(speech.values))
    inputs = {SPEECH.name: values.to(trainer.data.device)}
    mask = subset_mask([(SPEECH.name,)], (SPEECH.name,)).to(trainer.data.device)
    digits = model.label_decoder(model.fuse(model.encode(inputs), mask).mean)[0].argmax(-1)
    return np.asarray(digits.cpu().numpy() == speech.labels)
