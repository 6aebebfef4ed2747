"""What a model imagined after each epoch of its training, kept as one small picture.

``replay.png`` has a strip for each epoch, the first on top, 28 pixels high. From left to right: ten Kannada
digits imagined from drawn Farsi ones, ten Farsi digits imagined from drawn Kannada ones, and ten times the
MFCCs imagined from both drawings, 32 pixels wide, in which black and white are two standard deviations below
and above the training split's mean. The drawings are the app's stroke templates, so the picture holds nothing
of the data; and the noise is the same in all strips, so that only the model changes from one to the next.
"""

import io
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from mvae.arguments import as_path
from mvae.errors import InputError
from mvae.files import read_current
from mvae.modalities.base import IMAGE_SIZE, MFCC_COEFFICIENTS, MFCC_FRAMES
from mvae.modalities.drawing import normalise_ink
from mvae.modalities.strokes import render, template
from mvae.model.imagination import ROUNDS, imagine
from mvae.model.model import MVAE, Gaussians, expectation, subset_mask
from mvae.reading import read_regular_file
from mvae.tasks.digits import DIGITS, FARSI, KANNADA, SPEECH

REPLAY = "replay.png"
_GIVEN = {KANNADA.name: (FARSI.name,), FARSI.name: (KANNADA.name,), SPEECH.name: (FARSI.name, KANNADA.name)}
_LARGEST = 2**26  # bytes
_WIDTHS = (IMAGE_SIZE * DIGITS, IMAGE_SIZE * DIGITS, MFCC_FRAMES * DIGITS)
_LEVELS = 15  # of grey above black: enough to see, and half the file
_RANGE = 2.0  # standard deviations of an MFCC that black and white stand for


@dataclass(frozen=True)
class Strip:
    """What a model imagined once: of digits 0 to 9, each in [0, 1].

    Attributes
    ----------
    kannada, farsi
        (10, 28, 28): imagined from a drawing in the other script.
    speech
        (10, 13, 32): MFCCs imagined from both drawings; 0.5 is the training split's mean.
    """

    kannada: NDArray[np.float32]
    farsi: NDArray[np.float32]
    speech: NDArray[np.float32]


def replay_file(directory: Path, epoch: int, model: MVAE) -> dict[str, bytes]:
    """Return a checkpoint's ``replay.png``, by name, with what the model imagines after an epoch added to it.

    Parameters
    ----------
    directory
        The checkpoint.
    epoch
        Counted from 1; strips of later epochs, of a run that was cut, are dropped, and those of epochs
        before that are missing are black.
    model
        Of the digits' three modalities; with others there is nothing to show, and no file.
    """
    if set(model.config.names) != set(_GIVEN) or len(model.config.classes) != DIGITS:
        return {}
    before = _read(directory)[: (epoch - 1) * IMAGE_SIZE]
    picture = np.zeros((epoch * IMAGE_SIZE, sum(_WIDTHS)), np.uint8)
    picture[: len(before)] = before
    picture[-IMAGE_SIZE:] = _strip(model)
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG", optimize=True)
    return {REPLAY: file.getvalue()}


def read_replay(directory: Path) -> list[Strip]:
    """Return the strips of a checkpoint, one for each epoch; none where there is no whole ``replay.png``."""
    strips = _read(directory).reshape(-1, IMAGE_SIZE, sum(_WIDTHS)).astype(np.float32) / 255
    parts = [np.split(strip, np.cumsum(_WIDTHS)[:-1], axis=1) for strip in strips]
    return [
        Strip(_tiles(kannada), _tiles(farsi), _tiles(speech)[:, :MFCC_COEFFICIENTS])
        for kannada, farsi, speech in parts
    ]


def _read(directory: Path) -> NDArray[np.uint8]:
    """Return the picture, (epochs · 28, width), empty where there is none or it is damaged."""
    nothing = np.zeros((0, sum(_WIDTHS)), np.uint8)
    try:
        content = read_current(
            as_path(directory, "A checkpoint") / REPLAY, partial(read_regular_file, most=_LARGEST)
        )
        with Image.open(io.BytesIO(content), formats=["PNG"]) as picture:
            values = np.asarray(picture)
    except InputError:
        raise
    except Exception:  # noqa: BLE001 - Pillow's decoders raise whatever a damaged file leads them to
        return nothing
    if values.dtype != np.uint8 or values.ndim != 2 or values.shape[1] != sum(_WIDTHS):
        return nothing
    return values[: len(values) // IMAGE_SIZE * IMAGE_SIZE]


@torch.inference_mode()
def _strip(model: MVAE) -> NDArray[np.uint8]:
    """Imagine every digit in every modality: (28, width)."""
    training = model.training
    model.eval()
    device = next(model.parameters()).device
    drawings = {script: _drawings(script).to(device) for script in (FARSI.name, KANNADA.name)}
    noise = torch.randn(ROUNDS + 1, 1, model.config.latent_size, generator=torch.Generator().manual_seed(0))
    noise = noise.expand(-1, DIGITS, -1).to(device)
    parts = []
    for modality in (KANNADA, FARSI, SPEECH):
        given = _GIVEN[modality.name]
        mask = subset_mask([given], given).to(device)
        experts = model.encode({name: drawings[name] for name in given})
        posterior = Gaussians(*(part.squeeze(0) for part in model.fuse(experts, mask)))  # (10, Z)
        has = subset_mask([given], model.config.names).bool().to(device).expand(DIGITS, -1)
        z = imagine(model, has, posterior, noise)
        values = expectation(modality, model.decoders[modality.name](z)).float().cpu()
        if modality == SPEECH:
            values = torch.nn.functional.pad(
                values / (2 * _RANGE) + 0.5, (0, 0, 0, IMAGE_SIZE - MFCC_COEFFICIENTS)
            )
        levels = values.clamp(0, 1).mul(_LEVELS).round() * (255 // _LEVELS)
        parts.append(levels.byte().numpy())
    model.train(training)
    return np.concatenate([np.concatenate(list(part), axis=1) for part in parts], axis=1)


def _drawings(script: str) -> Tensor:
    """Return the app's ten drawings as the model is given them, (10, 28, 28)."""
    inks = [normalise_ink(render(template(script, digit))) for digit in range(DIGITS)]
    return torch.from_numpy(np.stack([ink for ink in inks if ink is not None]))


def _tiles(strip: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cut (28, 10 · W) into (10, 28, W)."""
    return np.stack(np.split(strip, DIGITS, axis=1))
