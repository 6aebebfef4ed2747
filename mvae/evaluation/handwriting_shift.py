"""Handwriting shift: digits of people, and with pens, that no training split holds.

Conventions
-----------
Each figure is the accuracy, in per cent, of the label when a single image is given. *Dig-MNIST* (Prabhu 2019,
https://arxiv.org/abs/1908.01242) holds 10,240 Kannada digits that volunteers wrote who are strangers to the
script. *Strokes* are this project's own drawings of the digits (`mvae.modalities.strokes.template`), which no
model is trained on, changed at random as the handwriting of people differs, drawn as the app's canvas draws
them, and prepared by the app's own path. Coordinates are in units of the canvas, angles in radians.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from torch import Tensor
from tqdm import tqdm

from mvae.data.collections import Collection
from mvae.evaluation.encoded import AT_ONCE
from mvae.evaluation.out_of_domain import judge
from mvae.inference.pipeline import Pipeline
from mvae.modalities.base import Modality
from mvae.modalities.strokes import Strokes, render, template
from mvae.model.model import MVAE, subset_mask
from mvae.model.scaling import scaled
from mvae.tasks.digits import DIGITS, FARSI, KANNADA

CANVAS = 280
"""Side of the canvas, in pixels."""
PER_DIGIT = 200
"""Drawings of each digit of each script."""

_PEN = (8.0, 34.0)  # pixels: from a fine stylus to a finger
_SCALE = (0.55, 1.1)  # of both axes; people draw small more often than large
_STRETCH = 0.25  # by which the width may differ from the height, either way
_SLANT = 0.35  # shear, either way: 19 degrees
_ROTATION = 0.2  # either way: 11 degrees
_WOBBLE = 0.018  # standard deviation of a slow drift of the hand
_WAVELENGTH = 0.25  # of that drift along the stroke: its knots are as far apart as this
_TREMBLE = 0.003  # standard deviation of each point on its own: nearly a pixel
_SPACING = (0.008, 0.06)  # between two points that a device reports: a slow stylus to a fast mouse
_MARGIN = 0.02  # of paper that stays between the pen and the canvas's edge


def measure(pipe: Pipeline, dig_mnist: Collection, *, per_digit: int = PER_DIGIT) -> dict[str, Any]:
    """Measure both kinds of strangers.

    Returns
    -------
    dict[str, Any]
        ``dig_mnist``: ``images``, ``accuracy`` and ``doubted``, the share that the out-of-domain score calls
        unlike a digit (left out without one). ``strokes``: for each script ``drawings``, ``accuracy``,
        ``doubted``, and ``by_digit``, the accuracy of each digit.
    """
    right = read_alone(pipe.model, KANNADA.name, torch.from_numpy(dig_mnist.values)) == torch.from_numpy(
        dig_mnist.labels
    )
    strokes = {script.name: _measure_strokes(pipe, script, per_digit) for script in (FARSI, KANNADA)}
    figures = {
        "images": len(right),
        "accuracy": _per_cent(right),
        **_doubted(pipe, KANNADA, dig_mnist.values),
    }
    return {"dig_mnist": figures, "strokes": strokes}


@torch.inference_mode()
def read_alone(model: MVAE, name: str, values: Tensor) -> Tensor:
    """Return the label, (n,), of each of (n, *shape) samples when its modality alone is given."""
    alone = subset_mask([(name,)], (name,))
    labels = []
    for part in torch.split(values, AT_ONCE):
        posterior = model.fuse(model.encode({name: scaled(part)}), alone)
        labels.append(model.label_decoder(posterior.mean.squeeze(0)).argmax(-1))
    return torch.cat(labels)


def drawn_by_a_stranger(strokes: Strokes, rng: np.random.Generator) -> tuple[Strokes, float]:
    """Redraw strokes with another hand and another pen.

    The whole drawing is scaled, stretched, slanted, rotated, and moved to any place where it fits the canvas;
    along each stroke the hand drifts smoothly and trembles a little, and the device reports points at uneven
    distances, as a pen's speed varies.

    Parameters
    ----------
    strokes
        A drawing in [0, 1].
    rng
        The same state gives the same drawing.

    Returns
    -------
    tuple[Strokes, float]
        The new drawing in [0, 1], and the width of the pen in pixels of a canvas of 280.
    """
    pen = float(rng.uniform(*_PEN))
    height = rng.uniform(*_SCALE)
    width = height * (1 + rng.uniform(-_STRETCH, _STRETCH))
    slant, angle = rng.uniform(-_SLANT, _SLANT), rng.uniform(-_ROTATION, _ROTATION)
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = rotation @ np.array([[1.0, -slant], [0.0, 1.0]]) @ np.diag([width, height])
    spacing = rng.uniform(*_SPACING)
    lines = [_hand_drawn(np.array(stroke) @ matrix.T, spacing, rng) for stroke in strokes]

    points = np.concatenate(lines)
    low, high = points.min(axis=0), points.max(axis=0)
    border = pen / (2 * CANVAS) + _MARGIN
    room = 1 - 2 * border
    shrink = min(
        1.0, float((room / np.maximum(high - low, 1e-9)).min())
    )  # what is too large is drawn smaller
    corner = border + rng.uniform(0, 1, 2) * (room - shrink * (high - low))
    moved = [corner + shrink * (line - low) for line in lines]
    return [[(float(x), float(y)) for x, y in line] for line in moved], pen


def _hand_drawn(line: NDArray[np.float64], spacing: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Redraw one polyline (n, 2) through points at uneven distances, `spacing` on average, with a wobble."""
    steps = np.hypot(*np.diff(line, axis=0).T)
    position = np.concatenate([[0.0], np.cumsum(steps)])
    length = float(position[-1])
    count = max(2, round(length / spacing) + 1)
    knots = max(2, round(length / _WAVELENGTH) + 1)
    if length == 0:  # a dot
        return line[:1]
    # The pen's speed changes smoothly along the stroke, by up to a factor of three either way.
    speed = np.exp(_smooth(rng.normal(0, 0.4, (knots, 1)), count)[:, 0].clip(-1.1, 1.1))
    places = np.concatenate([[0.0], np.cumsum(speed[1:])])
    places *= length / places[-1]
    points = np.stack([np.interp(places, position, axis) for axis in line.T], axis=1)
    drift = _smooth(rng.normal(0, _WOBBLE, (knots, 2)), count)
    trembling: NDArray[np.float64] = points + drift + rng.normal(0, _TREMBLE, (count, 2))
    return trembling


def _smooth(knots: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Lay a smooth curve through evenly spaced (k, d) knots and read it at `count` places: (count, d)."""
    curve: NDArray[np.float64] = CubicSpline(np.arange(len(knots)), knots)(
        np.linspace(0, len(knots) - 1, count)
    )
    return curve


def stranger_drawings(
    name: str, per_digit: int, *, seed: int = 0
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Draw every digit of a script so many times, as strangers would on the app's canvas.

    Returns
    -------
    tuple[NDArray[np.uint8], NDArray[np.int64]]
        Pictures (n, 280, 280), ink on 0, and digits (n,).
    """
    rng = np.random.default_rng([seed, *name.encode()])
    digits = np.repeat(np.arange(DIGITS), per_digit)
    pictures = []
    for digit in tqdm(digits, f"drawing, {name}", disable=None, leave=False):
        strokes, pen = drawn_by_a_stranger(template(name, int(digit)), rng)
        pictures.append(render(strokes, size=CANVAS, pen_width=pen))
    return np.stack(pictures), digits


def _measure_strokes(pipe: Pipeline, script: Modality, per_digit: int) -> dict[str, Any]:
    pictures, digits = stranger_drawings(script.name, per_digit)
    prepared = np.stack([pipe.prepare(**{script.name: picture})[script.name] for picture in pictures])
    right = read_alone(pipe.model, script.name, torch.from_numpy(prepared)) == torch.from_numpy(digits)
    by_digit = {str(digit): _per_cent(right[torch.from_numpy(digits == digit)]) for digit in range(DIGITS)}
    doubted = _doubted(pipe, script, prepared)
    return {"drawings": len(digits), "accuracy": _per_cent(right), **doubted, "by_digit": by_digit}


def _doubted(pipe: Pipeline, script: Modality, values: NDArray[Any]) -> dict[str, float]:
    if script.name not in pipe.familiarity:
        return {}
    scores, _ = judge(pipe, script, values)
    return {"doubted": _per_cent(torch.from_numpy(scores) > 1)}


def _per_cent(right: Tensor) -> float:
    return round(100 * float(right.double().mean()), 2)


def format(result: Mapping[str, Any]) -> str:  # noqa: A001 - every section has a `measure` and a `format`
    """Lay out what `measure` returned, as text."""
    lines = [
        "Handwriting shift, accuracy of one image alone",
        f"Dig-MNIST, {result['dig_mnist']['images']:,} images: {result['dig_mnist']['accuracy']:.2f} %"
        + _in_doubt(result["dig_mnist"]),
    ]
    for name, figures in result["strokes"].items():
        worst = sorted(figures["by_digit"].items(), key=lambda pair: pair[1])[:3]
        listed = ", ".join(f"{digit} ({share:.1f} %)" for digit, share in worst)
        lines.append(
            f"Strokes on the canvas, {name}, {figures['drawings']:,} drawings: {figures['accuracy']:.2f} %"
            f"{_in_doubt(figures)}; worst digits {listed}"
        )
    return "\n".join(lines)


def _in_doubt(figures: Mapping[str, Any]) -> str:
    return f", {figures['doubted']:.1f} % called unlike a digit" if "doubted" in figures else ""
