"""Pictures of digits as scanners and cameras make them: borders, uneven light, ruled paper, a dark table.

Conventions
-----------
Ink is float (H, W) in [0, 1], 0 where nothing is drawn. Light and paper are float (H, W) in [0, 1], which
are multiplied; a picture is uint8, (H, W) grey or (H, W, 3). Every generator draws from the `numpy` generator
that it is given, so a seed repeats it.
"""

import io
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import scipy.ndimage
from numpy.typing import NDArray
from PIL import Image

Grey = NDArray[np.float64]
Picture = NDArray[np.uint8]
Maker = Callable[[Picture, np.random.Generator], Picture]

SIDES = (200, 1000)
"""Shorter side of a picture, in pixels; the other is up to 1.4 times as long."""
_FILLED = (0.35, 0.85)  # of the shorter side: the box into which a digit of 20 pixels is laid
_PENS = {
    "black": (25, 25, 30), "blue": (35, 55, 140), "pencil": (95, 95, 100), "red": (150, 30, 40),
}  # fmt: skip


def written(digit: Picture, size: tuple[int, int], rng: np.random.Generator, *, margin: float = 0.0) -> Grey:
    """Write a digit on a sheet.

    Parameters
    ----------
    digit
        (28, 28) uint8, ink high, as the data sets are prepared.
    size
        Height and width of the sheet, in pixels.
    margin
        Share of the shorter side that stays free at each edge.
    """
    rows, columns = np.flatnonzero(digit.any(1)), np.flatnonzero(digit.any(0))
    box = np.pad(digit[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], 2)
    shorter = min(size) * (1 - 2 * margin)
    scale = shorter * rng.uniform(*_FILLED) / max(box.shape)
    height, width = (max(3, round(side * scale)) for side in box.shape)
    soft = np.asarray(Image.fromarray(box).resize((width, height), Image.Resampling.BICUBIC)) / 255
    soft = scipy.ndimage.gaussian_filter(soft, 0.35 * scale)
    threshold = rng.uniform(0.35, 0.5)  # the lower, the wider the pen
    ink = np.clip((soft - threshold) * scale / 2 + 0.5, 0, 1)
    edge = round(margin * min(size))
    free = size[0] - 2 * edge - height, size[1] - 2 * edge - width
    top, left = (edge + round(max(0, each) * rng.uniform(0.15, 0.85)) for each in free)
    sheet = np.zeros(size)
    sheet[top : top + height, left : left + width] = ink[: size[0] - top, : size[1] - left]
    return sheet


def sheet_size(rng: np.random.Generator) -> tuple[int, int]:
    """Draw height and width of a picture."""
    shorter = int(np.exp(rng.uniform(*np.log(SIDES))))
    sides = [shorter, round(shorter * rng.uniform(1, 1.4))]
    rng.shuffle(sides)
    return sides[0], sides[1]


def scanned(digit: Picture, rng: np.random.Generator) -> Picture:
    """Scan black ink on white paper."""
    return _grey(1 - written(digit, sheet_size(rng), rng), rng)


def scan_border(digit: Picture, rng: np.random.Generator) -> Picture:
    """Scan with black along one to four sides, even, uneven, askew or with gaps, or a clean black frame."""
    size = sheet_size(rng)
    widest = float(np.exp(rng.uniform(*np.log((0.01, 0.15)))))
    paper = 1 - written(digit, size, rng, margin=widest + 0.02)
    band = scan_band(size, widest, rng)
    return _grey(np.where(band, rng.uniform(0, 0.08), paper), rng, digital=rng.random() < 0.5)


def scan_band(size: tuple[int, int], widest: float, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return where a scan is black along its sides, of up to a share of the shorter side."""
    height, width = size
    shorter = min(size)
    kind = rng.integers(4)
    sides = rng.permutation(4)[: rng.integers(1, 5)] if kind else np.arange(4)
    band = np.zeros(size, bool)
    y, x = np.mgrid[:height, :width]
    for side in sides:
        along, depth = [(x, y), (x, height - 1 - y), (y, x), (y, width - 1 - x)][side]
        length = width if side < 2 else height
        thickness = np.full(length, max(1.0, widest * shorter * (rng.uniform(0.4, 1) if kind else 1)))
        if kind == 1:
            thickness *= np.exp(0.5 * _smooth_noise(length, length / 6, rng))
        elif kind == 2:
            thickness = thickness + np.tan(np.radians(rng.uniform(-4, 4))) * (np.arange(length) - length / 2)
        elif kind == 3:
            for _ in range(rng.integers(1, 4)):
                start = rng.integers(0, length)
                thickness[start : start + round(length * rng.uniform(0.02, 0.12))] = 0
        band |= depth < np.minimum(thickness, widest * shorter)[along]
    return band


def shading(digit: Picture, rng: np.random.Generator) -> Picture:
    """Photograph paper that is lit from one side, or from above, and loses up to 60 % of the light."""
    size = sheet_size(rng)
    return _photograph(1 - _contrast(rng) * written(digit, size, rng), uneven_light(size, rng), rng)


def uneven_light(size: tuple[int, int], rng: np.random.Generator, darkest: float = 0.6) -> Grey:
    """Return light that falls off by 10 to 60 %: linearly, towards the corners, or as a square."""
    y, x = np.mgrid[-1 : 1 : size[0] * 1j, -1 : 1 : size[1] * 1j]
    angle = rng.uniform(0, 2 * np.pi)
    along = (x * np.cos(angle) + y * np.sin(angle)) / (abs(np.cos(angle)) + abs(np.sin(angle)))
    kind = rng.integers(3)
    if kind == 0:
        fall = (along + 1) / 2
    elif kind == 1:
        fall = np.hypot(x - rng.uniform(-0.5, 0.5), y - rng.uniform(-0.5, 0.5))
        fall = fall / fall.max()
    else:
        fall = ((along + 1) / 2) ** 2
    return np.asarray(1 - rng.uniform(0.1, darkest) * fall)


def shadow(digit: Picture, rng: np.random.Generator) -> Picture:
    """Photograph paper on which the edge of a shadow falls, hard or soft, through the digit or beside it."""
    size = sheet_size(rng)
    return _photograph(1 - _contrast(rng) * written(digit, size, rng), shadow_edge(size, rng), rng)


def shadow_edge(size: tuple[int, int], rng: np.random.Generator) -> Grey:
    """Return light of which a half plane at any angle lacks 15 to 60 %."""
    y, x = np.mgrid[: size[0], : size[1]]
    angle = rng.uniform(0, 2 * np.pi)
    across = (x - size[1] * rng.uniform(0.25, 0.75)) * np.cos(angle)
    across += (y - size[0] * rng.uniform(0.25, 0.75)) * np.sin(angle)
    softness = min(size) * np.exp(rng.uniform(*np.log((0.002, 0.15))))
    return np.asarray(1 - rng.uniform(0.15, 0.6) / (1 + np.exp(-np.clip(across / softness, -50, 50))))


def lined_paper(digit: Picture, rng: np.random.Generator) -> Picture:
    """Photograph ruled paper, with a margin rule or without; rules run through the digit."""
    return _ruled(digit, rng, rules_of(rng, grid=False))


def grid_paper(digit: Picture, rng: np.random.Generator) -> Picture:
    """Photograph squared paper."""
    return _ruled(digit, rng, rules_of(rng, grid=True))


Rules = list[tuple[float, float, float, float]]
"""Angle in degrees, pitch and width in shares of the shorter side, and darkness; pitch 0 is a single rule."""


def rules_of(rng: np.random.Generator, *, grid: bool) -> Rules:
    """Draw the rules of a sheet."""
    angle = rng.normal(0, 1.5)
    pitch = np.exp(rng.uniform(*np.log((0.05, 0.2))))
    width = rng.uniform(0.003, 0.014)
    darkness = rng.uniform(0.15, 0.75)
    rules = [(angle, pitch, width, darkness)]
    if grid:
        rules.append((angle + 90, pitch, width, darkness))
    elif rng.random() < 0.4:
        rules.append((angle + 90, 0.0, width * rng.uniform(1, 2), rng.uniform(0.3, 0.8)))
    return rules


def rule_ink(size: tuple[int, int], rules: Rules, rng: np.random.Generator) -> Grey:
    """Draw rules, as ink."""
    y, x = np.mgrid[: size[0], : size[1]]
    ink = np.zeros(size)
    for angle, pitch, width, darkness in rules:
        turn = np.radians(angle)
        across = y * np.cos(turn) - x * np.sin(turn) + (size[1] if pitch else 0)
        thickness = max(1.0, width * min(size))
        if pitch:
            step = max(5.0, pitch * min(size))
            off = np.abs((across + rng.uniform(0, step)) % step - step / 2)
        else:
            off = np.abs(across + size[1] * rng.uniform(0.08, 0.2))
        ink = np.maximum(ink, darkness * np.clip(thickness / 2 - off + 0.5, 0, 1))
    return ink


def page_on_table(digit: Picture, rng: np.random.Generator) -> Picture:
    """Photograph a sheet, turned by some degrees, on a dark table that shows around it."""
    size = sheet_size(rng)
    rows, columns = (max(40, round(side * rng.uniform(0.7, 0.92))) for side in size)
    page, cover = np.zeros(size), np.zeros(size)
    top, left = (
        round((whole - side) * rng.uniform(0, 1)) for whole, side in zip(size, (rows, columns), strict=True)
    )
    place = slice(top, top + rows), slice(left, left + columns)
    page[place] = 1 - _contrast(rng) * written(digit, (rows, columns), rng, margin=0.04)
    cover[place] = 1
    angle = rng.uniform(-6, 6)
    page, cover = (scipy.ndimage.rotate(each, angle, reshape=False, order=1) for each in (page, cover))
    table = rng.uniform(0.08, 0.35) * np.exp(0.1 * _texture(size, 0.02, rng))
    return _photograph(page + (1 - cover) * table, uneven_light(size, rng, 0.3), rng)


def crumpled(digit: Picture, rng: np.random.Generator) -> Picture:
    """Photograph paper that was crumpled: creases shade it by a few per cent, and the sensor is noisy."""
    size = sheet_size(rng)
    creases = 1 + 0.06 * _texture(size, 0.05, rng) + 0.03 * _texture(size, 0.01, rng)
    light = np.clip(creases, 0.5, 1.2) * uneven_light(size, rng, 0.3)
    return _photograph(1 - _contrast(rng) * written(digit, size, rng), light, rng, noise=0.04)


def blackboard(digit: Picture, rng: np.random.Generator) -> Picture:
    """Photograph chalk on a blackboard in uneven light."""
    size = sheet_size(rng)
    chalk = written(digit, size, rng) * np.clip(1 + 0.15 * _texture(size, 0.004, rng), 0.4, 1)
    board = rng.uniform(0.1, 0.3) * (1 + 0.08 * _texture(size, 0.08, rng))
    return _photograph(board + (rng.uniform(0.75, 0.95) - board) * chalk, uneven_light(size, rng), rng)


def everything(digit: Picture, rng: np.random.Generator) -> Picture:
    """Combine ruled paper, uneven light and a black border."""
    size = sheet_size(rng)
    ink = np.maximum(
        _contrast(rng) * written(digit, size, rng, margin=0.1),
        0.7 * rule_ink(size, rules_of(rng, grid=bool(rng.random() < 0.3)), rng),
    )
    light = uneven_light(size, rng, 0.45)
    picture = _photograph(1 - ink, light, rng).copy()
    picture[scan_band(size, 0.07, rng)] = rng.integers(0, 25)
    return picture


KINDS: Mapping[str, Maker] = {
    "plain scan": scanned, "scan border": scan_border, "shading": shading, "shadow edge": shadow,
    "lined paper": lined_paper, "grid paper": grid_paper, "page on a table": page_on_table,
    "crumpled": crumpled, "blackboard": blackboard, "all at once": everything,
}  # fmt: skip
"""What makes each kind of picture from a prepared digit, (28, 28) uint8."""


def _ruled(digit: Picture, rng: np.random.Generator, rules: Rules) -> Picture:
    size = sheet_size(rng)
    ink = np.maximum(_contrast(rng) * written(digit, size, rng), rule_ink(size, rules, rng))
    if rng.random() < 0.3:  # drawn on a screen: no light, no noise
        return _grey(1 - ink, rng, digital=True)
    return _photograph(1 - ink, uneven_light(size, rng, 0.25), rng)


def _contrast(rng: np.random.Generator) -> float:
    return float(rng.uniform(0.55, 0.95))


def _photograph(paper: Grey, light: Grey, rng: np.random.Generator, noise: float | None = None) -> Picture:
    """Light a sheet whose ink has a pen's colour, and take its picture: blur, noise, JPEG now and then."""
    ink = np.array(_PENS[str(rng.choice(list(_PENS)))]) / 255 if rng.random() < 0.5 else np.full(3, 0.08)
    white = np.array([1.0, 1.0 - rng.uniform(0, 0.04), 1.0 - rng.uniform(0, 0.12)])
    share = ((1 - paper.clip(0, 1)) / 0.95).clip(0, 1)[..., None]
    scene = (white * (1 - share) + ink * share) * light[..., None] * rng.uniform(0.75, 0.95)
    blur = rng.uniform(0, 0.004) * min(paper.shape)
    scene = scipy.ndimage.gaussian_filter(scene, (blur, blur, 0))
    scene += rng.normal(0, rng.uniform(0.002, 0.025) if noise is None else noise, (*paper.shape, 1))
    picture = np.round(255 * scene.clip(0, 1)).astype(np.uint8)
    if rng.random() < 0.4:
        picture = np.round(picture @ np.array([0.299, 0.587, 0.114])).astype(np.uint8)
    return _through_jpeg(picture, rng) if rng.random() < 0.5 else picture


def _grey(paper: Grey, rng: np.random.Generator, *, digital: bool = False) -> Picture:
    if not digital:
        paper = paper * rng.uniform(0.85, 1) + rng.normal(0, rng.uniform(0, 0.02), paper.shape)
    picture = np.round(255 * paper.clip(0, 1)).astype(np.uint8)
    return picture if digital or rng.random() < 0.5 else _through_jpeg(picture, rng)


def _through_jpeg(picture: Picture, rng: np.random.Generator) -> Picture:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=int(rng.integers(40, 95)))
    return np.asarray(Image.open(file))


def _smooth_noise(length: int, width: float, rng: np.random.Generator) -> NDArray[Any]:
    noise = scipy.ndimage.gaussian_filter1d(rng.standard_normal(length), width, mode="reflect")
    smooth: NDArray[Any] = noise / max(noise.std(), 1e-9)
    return smooth


def _texture(size: tuple[int, int], grain: float, rng: np.random.Generator) -> Grey:
    """Return smooth noise of deviation 1; its grain is a share of the shorter side."""
    texture = scipy.ndimage.gaussian_filter(rng.standard_normal(size), max(0.7, grain * min(size)))
    return np.asarray(texture / max(float(texture.std()), 1e-9))
