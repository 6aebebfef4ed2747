"""What a model imagined after each epoch of its training, kept as one small picture.

``replay.png`` has a strip for each epoch, the first on top, 28 pixels high. From left to right it holds, for
each modality, a tile of every class, as imagined from samples of the other modalities. Drawings are shown as
they are. Of sounds and vectors black and white are two standard deviations below and above the training
split's mean. A sound lies in the upper 13 rows of its tile, the values of a vector go down its columns. The
noise is the same in all strips, so that only the model changes from one to the next.
"""

import io
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from mvae.arguments import as_path
from mvae.checkpoint.store import load_description
from mvae.errors import CheckpointError
from mvae.files import exists, read_current
from mvae.modalities.base import IMAGE_SIZE, Modality
from mvae.model.imagination import ROUNDS, imagine
from mvae.model.model import MVAE, Gaussians, MVAEConfig, expectation, subset_mask
from mvae.reading import read_regular_file

REPLAY = "replay.png"
Strip = dict[str, NDArray[np.float32]]
"""What a model imagined once, in [0, 1]: name of each modality -> (C, *shape), a sample of each class."""

_FIRST_LAYOUT = ("kannada", "farsi", "speech")
"""From left to right, in the files of these three modalities; all others have the model's own order."""
_HEIGHT = IMAGE_SIZE  # of a strip
_WIDEST = 2**14  # of a strip that is kept: a larger one would be no small picture
_LARGEST = 2**26  # bytes
_LEVELS = 15  # of grey above black: enough to see, and half the file
_RANGE = 2.0  # standard deviations that black and white stand for


def replay_file(directory: Path, epoch: int, model: MVAE, examples: Mapping[str, Tensor]) -> dict[str, bytes]:
    """Return a checkpoint's ``replay.png``, by name, with what the model imagines after an epoch added to it.

    Parameters
    ----------
    directory
        The checkpoint.
    epoch
        Counted from 1; strips of later epochs, of a run that was cut, are dropped, and those of epochs
        before that are missing are black.
    model
        Of any modalities; where a strip would be wider than 16,384 pixels, there is no file.
    examples
        What is imagined from: name of one modality or more -> (C, *shape), a sample of each class, as the
        networks take it. Each modality is imagined from all others of these, or else from its own.
    """
    width = _width(model.config)
    if width > _WIDEST:
        return {}
    before = _read(directory, width)[: (epoch - 1) * _HEIGHT]
    picture = np.zeros((epoch * _HEIGHT, width), np.uint8)
    picture[: len(before)] = before
    picture[-_HEIGHT:] = _strip(model, examples)
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG", optimize=True)
    return {REPLAY: file.getvalue()}


def read_replay(directory: Path) -> list[Strip]:
    """Return the strips of a checkpoint, one for each epoch; none where there is no whole ``replay.png``."""
    directory = as_path(directory, "A checkpoint")
    if not exists(directory / REPLAY):
        return []
    try:
        config = load_description(directory).model
    except CheckpointError:
        return []
    strips = _read(directory, _width(config)).reshape(-1, _HEIGHT, _width(config)).astype(np.float32) / 255
    classes, layout = len(config.classes), _layout(config)
    ends = np.cumsum([classes * _tile_width(modality) for modality in layout])[:-1]
    return [
        {
            modality.name: _samples(part, modality, classes)
            for modality, part in zip(layout, np.split(strip, ends, axis=1), strict=True)
        }
        for strip in strips
    ]


def _layout(config: MVAEConfig) -> list[Modality]:
    """Return the modalities from left to right."""
    order = _FIRST_LAYOUT if set(config.names) == set(_FIRST_LAYOUT) else config.names
    return [config.modality(name) for name in order]


def _tile_width(modality: Modality) -> int:
    return modality.shape[1] if len(modality.shape) > 1 else -(-modality.size // _HEIGHT)


def _width(config: MVAEConfig) -> int:
    return len(config.classes) * sum(map(_tile_width, config.modalities))


def _read(directory: Path, width: int) -> NDArray[np.uint8]:
    """Return the picture, (epochs · 28, width), empty where there is none or it is damaged."""
    nothing = np.zeros((0, width), np.uint8)
    try:
        content = read_current(directory / REPLAY, partial(read_regular_file, most=_LARGEST))
        with Image.open(io.BytesIO(content), formats=["PNG"]) as picture:
            values = np.asarray(picture)
    except Exception:  # noqa: BLE001 - Pillow's decoders raise whatever a damaged file leads them to
        return nothing
    if values.dtype != np.uint8 or values.ndim != 2 or values.shape[1] != width:
        return nothing
    return values[: len(values) // _HEIGHT * _HEIGHT]


@torch.inference_mode()
def _strip(model: MVAE, examples: Mapping[str, Tensor]) -> NDArray[np.uint8]:
    """Imagine every class in every modality: (28, width)."""
    training = model.training
    model.eval()
    config, device = model.config, next(model.parameters()).device
    classes = len(config.classes)
    noise = torch.randn(ROUNDS + 1, 1, config.latent_size, generator=torch.Generator().manual_seed(0))
    noise = noise.expand(-1, classes, -1).to(device)
    parts = []
    for modality in _layout(config):
        given = tuple(name for name in model.given(examples) if name != modality.name) or (modality.name,)
        mask = subset_mask([given], given).to(device)
        experts = model.encode({name: examples[name].to(device) for name in given})
        posterior = Gaussians(*(part.squeeze(0) for part in model.fuse(experts, mask)))  # (C, Z)
        has = subset_mask([given], config.names).bool().to(device).expand(classes, -1)
        z = imagine(model, has, posterior, noise)
        values = expectation(modality, model.decoders[modality.name](z)).float().cpu()
        if modality.likelihood == "gaussian":
            values = values / (2 * _RANGE) + 0.5
        levels = values.clamp(0, 1).mul(_LEVELS).round() * (255 // _LEVELS)
        parts.append(_tiles(levels.byte().numpy(), modality))
    model.train(training)
    return np.concatenate(parts, axis=1)


def _tiles(samples: NDArray[np.uint8], modality: Modality) -> NDArray[np.uint8]:
    """Lay (C, *shape) beside each other: (28, C · width)."""
    width = _tile_width(modality)
    if len(modality.shape) == 1:
        padded = np.pad(samples, ((0, 0), (0, width * _HEIGHT - modality.size)))
        tiles = padded.reshape(-1, width, _HEIGHT).transpose(0, 2, 1)
    else:
        tiles = np.pad(samples, ((0, 0), (0, _HEIGHT - modality.shape[0]), (0, 0)))
    return np.concatenate(list(tiles), axis=1)


def _samples(row: NDArray[np.float32], modality: Modality, classes: int) -> NDArray[np.float32]:
    """Cut what `_tiles` laid into samples again: (C, *shape)."""
    tiles = np.stack(np.split(row, classes, axis=1))
    if len(modality.shape) == 1:
        return tiles.transpose(0, 2, 1).reshape(classes, -1)[:, : modality.size]
    return tiles[:, : modality.shape[0]]
