"""Independent classifiers: they read the class in what a model imagines, and share nothing with any model.

Conventions
-----------
A classifier takes data as prepared: images in [0, 1], MFCCs and vectors in their units, which it standardises
by itself.
It learns from the training split alone. Each sample is changed at random, images by blur and fading too: what
a model imagines is soft and pale, and a person reads it all the same; how sharp it is, is measured elsewhere.
How well a classifier reads real test data is reported beside all that it judges. It is trained once for the
same data and settings, and then kept in the cache directory.
"""

import hashlib
import logging
from collections.abc import Callable, Mapping
from functools import partial
from math import prod

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from tqdm import tqdm

from mvae.checkpoint.files import load_tensors, save_tensors
from mvae.data.collections import Collection
from mvae.data.location import cache_directory
from mvae.errors import CheckpointError
from mvae.modalities.base import KindName, Modality
from mvae.model.scaling import scaled
from mvae.tasks.task import Task

_STEPS: Mapping[KindName, int] = {"drawing": 2000}
_FEWER_STEPS = 1000  # of all other kinds
_BATCH = 128
_LEARNING_RATE = 4e-3  # the peak of one cycle (Smith & Topin 2018, https://arxiv.org/abs/1708.07120)
_SEED = 0
_READ_AT_ONCE = 500
_VERSION = 1
"""To be raised when `train`, its networks or its changes of the samples give other weights: classifiers are
kept until then."""

_LOG = logging.getLogger(__name__)


class Classifier(nn.Module):
    """A small network: a batch of one modality, (B, *shape), to logits (B, C).

    Parameters
    ----------
    modality
        Whose samples it reads: by convolution drawings (height, width), both divisible by 4, and sounds
        (channels, time), time divisible by 4; samples of all other kinds fully connected.
    classes
        How many there are, C.
    """

    mean: Tensor
    deviation: Tensor

    def __init__(self, modality: Modality, classes: int) -> None:
        super().__init__()
        self.shape = modality.shape
        # Of each coefficient or value, so that every one counts; images are left as they are.
        rows = {"drawing": (1, 1), "sound": (self.shape[0], 1)}.get(modality.kind, self.shape)
        self.register_buffer("mean", torch.zeros(rows))
        self.register_buffer("deviation", torch.ones(rows))
        self.layers = _LAYERS.get(modality.kind, _connected_layers)(*self.shape, classes)
        # Convolutions of images are twice as fast so on a CPU.
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, *shape) to logits (B, C)."""
        logits: Tensor = self.layers((x - self.mean) / self.deviation)
        return logits

    @torch.inference_mode()
    def read(self, samples: Tensor) -> Tensor:
        """Return the class seen in each sample: (…, *shape) -> (…) int64. Stored uint8 images are scaled."""
        parts = torch.split(samples.reshape(-1, *self.shape), _READ_AT_ONCE)
        classes = torch.cat([self(scaled(part)).argmax(-1) for part in parts])
        return classes.reshape(samples.shape[: samples.dim() - len(self.shape)])


def _image_layers(height: int, width: int, classes: int) -> nn.Module:
    return nn.Sequential(
        nn.Unflatten(1, (1, height)),
        nn.Conv2d(1, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1, bias=False), nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1, bias=False), nn.BatchNorm2d(64), nn.ReLU(),
        nn.Flatten(), nn.Dropout(0.3), nn.Linear(64 * (height // 4) * (width // 4), classes),
    )  # fmt: skip


def _sequence_layers(channels: int, time: int, classes: int) -> nn.Module:
    return nn.Sequential(
        nn.Conv1d(channels, 64, 5, padding=2, bias=False), nn.BatchNorm1d(64), nn.ReLU(), nn.MaxPool1d(2),
        nn.Conv1d(64, 96, 3, padding=1, bias=False), nn.BatchNorm1d(96), nn.ReLU(), nn.MaxPool1d(2),
        nn.Conv1d(96, 96, 3, padding=1, bias=False), nn.BatchNorm1d(96), nn.ReLU(),
        nn.Flatten(), nn.Dropout(0.4), nn.Linear(96 * (time // 4), classes),
    )  # fmt: skip


def _connected_layers(*sizes: int) -> nn.Module:
    *shape, classes = sizes
    return nn.Sequential(
        nn.Flatten(), nn.Linear(prod(shape), 128, bias=False), nn.BatchNorm1d(128), nn.ReLU(),
        nn.Linear(128, 128, bias=False), nn.BatchNorm1d(128), nn.ReLU(),
        nn.Dropout(0.3), nn.Linear(128, classes),
    )  # fmt: skip


_LAYERS: Mapping[KindName, Callable[..., nn.Module]] = {
    "drawing": _image_layers, "sound": _sequence_layers,
}  # fmt: skip


def load_classifiers(
    training: Mapping[str, Collection], task: Task, *, show_progress: bool = True
) -> dict[str, Classifier]:
    """Return a classifier of each modality, from the cache or trained now (a minute each for images).

    Parameters
    ----------
    training
        Name -> the training split of that modality.
    task
        Of which these are modalities.
    show_progress
        Whether training shows how far it is.

    Returns
    -------
    dict[str, Classifier]
        By modality, in evaluation mode.
    """
    modalities = (modality for modality in task.modalities if modality.name in training)
    return {
        modality.name: _load(modality, len(task.classes), training[modality.name], show_progress)
        for modality in modalities
    }


def train(
    modality: Modality, classes: int, collection: Collection, steps: int, *, show_progress: bool = False
) -> Classifier:
    """Train a classifier on so many batches of 128; the same data give the same weights."""
    generator = torch.Generator().manual_seed(_SEED)
    values, labels = torch.from_numpy(collection.values), torch.from_numpy(collection.labels)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(_SEED)
        classifier = Classifier(modality, classes)
        augment = augment_image
        if modality.kind == "sound":
            deviation, mean = (each[:, None] for each in torch.std_mean(values.float(), dim=(0, 2)))
            classifier.load_state_dict({"mean": mean, "deviation": deviation}, strict=False)
            augment = partial(augment_sequence, deviation=deviation)
        elif modality.kind != "drawing":
            deviation, mean = torch.std_mean(values.float(), dim=0, correction=0)
            deviation = torch.where(deviation > 0, deviation, 1.0)
            classifier.load_state_dict({"mean": mean, "deviation": deviation}, strict=False)
            augment = partial(add_noise, deviation=deviation)
        optimiser = torch.optim.AdamW(classifier.parameters(), weight_decay=1e-2)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, _LEARNING_RATE, total_steps=steps)
        title = f"training a classifier of {modality.name}"
        for _ in tqdm(range(steps), title, disable=None if show_progress else True, leave=False):
            rows = torch.randint(len(values), (_BATCH,), generator=generator)
            logits = classifier(augment(scaled(values[rows]), generator))
            loss = functional.cross_entropy(logits, labels[rows])
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            schedule.step()
    return classifier.eval().requires_grad_(requires_grad=False)


def accuracy(classifier: Classifier, collection: Collection) -> float:
    """Share of a collection's samples, in per cent, that the classifier reads rightly."""
    right = classifier.read(torch.from_numpy(collection.values)) == torch.from_numpy(collection.labels)
    return 100.0 * float(right.double().mean())


def augment_image(images: Tensor, generator: torch.Generator) -> Tensor:
    """Change a batch of images at random, (B, 28, 28) in [0, 1] -> the same.

    Each is rotated, sheared, scaled and shifted by a few pixels, and its pen is made thicker or thinner.
    Half of them are also blurred by up to two pixels, and faded.
    """
    count = len(images)
    change = 0.15 * (2 * torch.rand(count, 2, 3, generator=generator) - 1)  # 0.15 of half the width: 2 pixels
    grid = functional.affine_grid(
        change + torch.eye(2, 3), [count, 1, *images.shape[1:]], align_corners=False
    )
    moved = functional.grid_sample(images.unsqueeze(1), grid, align_corners=False)
    pen = 2 * torch.rand(count, 1, 1, 1, generator=generator) - 1
    thick = functional.max_pool2d(moved, 3, stride=1, padding=1)
    thin = -functional.max_pool2d(-moved, 3, stride=1, padding=1)
    moved = torch.lerp(torch.lerp(moved, thick, 0.6 * pen.clamp(min=0)), thin, 0.4 * (-pen).clamp(min=0))
    softened = torch.rand(count, 1, generator=generator) < 0.5
    # A Gaussian of deviation 0 to 2 pixels for each image, along both axes.
    deviation = torch.where(softened, 2 * torch.rand(count, 1, generator=generator), 0).clamp_min(1e-3)
    kernel = torch.softmax(-0.5 * (torch.arange(-4, 5) / deviation).square(), dim=1)  # (B, 9)
    by_image = moved.transpose(0, 1)  # (1, B, 28, 28): each image a channel with a kernel of its own
    wide = functional.conv2d(by_image, kernel[:, None, None, :], padding=(0, 4), groups=count)
    soft = functional.conv2d(wide, kernel[:, None, :, None], padding=(4, 0), groups=count).squeeze(0)
    fading = torch.where(softened, 0.7 * torch.rand(count, 1, generator=generator), 0)
    return soft * (1 - fading.unsqueeze(2))


def augment_sequence(mfcc: Tensor, generator: torch.Generator, *, deviation: Tensor) -> Tensor:
    """Shift by up to two frames, tilt the spectrum, blur in time and add noise: (B, 13, 32) -> the same.

    `deviation`, (13, 1), is that of each coefficient over the training data.
    """
    count, rows, frames = mfcc.shape
    shift = torch.randint(-2, 3, (count, 1), generator=generator)
    position = (torch.arange(frames) + shift).clamp(0, frames - 1)
    moved = mfcc.gather(2, position.unsqueeze(1).expand_as(mfcc))
    blurred = functional.avg_pool1d(moved, 3, stride=1, padding=1, count_include_pad=False)
    moved = torch.lerp(moved, blurred, torch.rand(count, 1, 1, generator=generator))
    tilt = 0.3 * torch.randn(count, rows, 1, generator=generator)
    return moved + deviation * (tilt + 0.3 * torch.randn(mfcc.shape, generator=generator))


def add_noise(samples: Tensor, generator: torch.Generator, *, deviation: Tensor) -> Tensor:
    """Add noise: (B, *shape) -> the same. `deviation`, (*shape), is that of each value over training data."""
    return samples + 0.3 * deviation * torch.randn(samples.shape, generator=generator)


def _load(modality: Modality, classes: int, collection: Collection, show_progress: bool) -> Classifier:
    directory = cache_directory() / "classifiers"
    file = f"{modality.name}-{_key(collection)}.safetensors"
    try:
        classifier = Classifier(modality, classes)
        classifier.load_state_dict(load_tensors(directory / file)[0])
        return classifier.eval().requires_grad_(requires_grad=False)
    except (CheckpointError, RuntimeError):
        _LOG.debug("No usable classifier at %s.", directory / file)
    classifier = train(
        modality, classes, collection, _STEPS.get(modality.kind, _FEWER_STEPS), show_progress=show_progress
    )
    try:
        save_tensors(directory, file, classifier.state_dict(), {})
    except CheckpointError as error:
        _LOG.warning("The classifier cannot be kept, and will be trained again: %s", error)
    return classifier


def _key(collection: Collection) -> str:
    """Short hash of all that makes a classifier: data, settings, versions of `train` and of torch."""
    decisive = _VERSION, dict(_STEPS), _FEWER_STEPS, _BATCH, _LEARNING_RATE, _SEED, torch.__version__
    digest = hashlib.sha256(repr(decisive).encode())
    for array in (collection.values, collection.labels):
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()[:16]
