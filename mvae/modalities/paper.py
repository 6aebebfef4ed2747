"""Ink on real paper: uneven light, shadows, black scan borders, a table about the page, rules and squares.

Conventions
-----------
*Lightness* is float32 (H, W) in [0, 1]. *Ink* is float32 (H, W), 0 where there is none, 1 where it is black
on paper however dark the light.

What is dark and wide, or dark and runs along the picture's edge, is no ink: a morphological closing (Serra
1982) in a dark surrounding gives the light that falls on the paper, with the hard edges of shadows, borders
and tables, and the ratio to it is the ink. Rules are what lies on straight lines from edge to edge, found as
rows of which most is inked after the picture was sheared (as projection profiles find skew, Baird 1987);
where ink crosses them, it is drawn on. What remains is kept from a low threshold on where it touches what is
above a high one (hysteresis, Canny 1986), without specks.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.ndimage
from numpy.typing import NDArray
from PIL import Image

from mvae.arrays import Array

Mask = NDArray[np.bool_]

WORKING_SIDE = 400
"""Longest side of the picture in which ink is found, in pixels."""
_WIDEST_STROKE = 0.35  # of the shorter side: what is dark and wider is a shadow, a border or a table
_DARKEST_LIGHT = 0.3  # of the lightest: below it noise would be taken for ink
_RIM = 0.15  # of each side: no part of it is asked whether ink is dark or light
_NOISE = 4.0  # standard deviations of the paper that are no ink
_LOW, _HIGH = 0.3, 0.55  # of the ink's strength: the thresholds of the hysteresis
_INK_SHARE = 0.004  # of the picture: as much of it, the darkest, says how strong the ink is
_SPECK = 0.04  # of the largest piece of ink: what is smaller is dirt
_AT_RIM = 0.15  # as much counts ink that touches the edge of the page
_FAR = 0.5  # of the size of what was found so far: pieces further away are another thing
_STEEPEST = 0.14  # slope of a rule: 8 degrees
_FRAMED, _RECTANGULAR, _BLANK = 0.4, 0.82, 0.55  # of picture, box and page: a page within a frame fills more
_FRAMED_SMALL = 0.6  # the same of a small picture: a prepared digit fills half of its 28x28
_BANDED = 0.5  # of an edge that is no page: there is a border
_OVER_THE_EDGE = 0.05  # of the ink within a border touches it at the most
_TABLE = 0.38  # of the light on the page: what is darker and reaches the edge is no page
_SMALLEST_RULED = 40  # pixels: on smaller pictures a rule and a stroke are the same
_RULED = 0.55  # of a rule's length is inked
_ENDS = 0.08  # of a rule's length at either end, which a rule reaches and a stroke does not


@dataclass(frozen=True)
class Found:
    """Ink, (h, w) in [0, 1], all 0 where there is none, and whether there are rules or a border about it."""

    ink: Array
    disturbed: bool


def ink_on_paper(lightness: Array, *, noisy: bool = True) -> Found:
    """Separate ink from paper.

    Parameters
    ----------
    lightness
        (H, W) in [0, 1]; of what is longer than `WORKING_SIDE`, the ink is found in a smaller picture.
    noisy
        Whether single pixels mean nothing, as in a photograph.
    """
    lightness = _shrunk(lightness)
    paper = 1 - lightness if light_on_dark(lightness) else lightness
    large = min(paper.shape) >= _SMALLEST_RULED
    if large and noisy:
        paper = scipy.ndimage.median_filter(paper, 3)
    ink, light = _against_light(paper)
    outside = _outside(light)
    ink = np.where(outside, 0, ink)
    ruled = False
    if large:
        across, down = _rules(ink, ~outside), _rules(ink.T, ~outside.T)
        ruled = bool(across.bands or down.bands)
        ink = down.erased(across.erased(ink).T).T
        # Ink goes on across a rule; where two rules cross, across the one and then across the other.
        ink = across.crossed(down.crossed(across.crossed(ink).T).T)
    rim = np.pad(outside, 1, constant_values=True)
    rim = scipy.ndimage.binary_dilation(rim, np.ones((3, 3)), 2)[1:-1, 1:-1]
    found = _pieces(ink, rim)
    edges = outside[0], outside[-1], outside[:, 0], outside[:, -1]
    # What scribbles over the edge of a canvas leaves no page about it.
    on_page = float(found[rim].sum()) < _OVER_THE_EDGE * float(found.sum())
    bordered = on_page and any(edge.mean() > _BANDED for edge in edges)
    return Found(found, ruled or bordered)


def framed(lightness: Array) -> bool:
    """Say whether an even edge is no paper but a frame: what is within is one filled rectangle."""
    contrast = np.abs(lightness - lightness[0, 0])
    page: Mask = contrast > contrast.max() / 2
    rows, columns = np.flatnonzero(page.any(1)), np.flatnonzero(page.any(0))
    if len(rows) == 0:
        return False
    box = page[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    spanned = _spanned(box) & _spanned(box.T).T
    return bool(
        box.size > (_FRAMED if min(page.shape) >= _SMALLEST_RULED else _FRAMED_SMALL) * page.size
        and spanned.mean() > _RECTANGULAR
        and box.sum() > _BLANK * spanned.sum()
    )


def _spanned(mask: Mask) -> Mask:
    """Fill each row from its first to its last True."""
    from_left = np.logical_or.accumulate(mask, axis=1)
    return np.asarray(from_left & np.logical_or.accumulate(mask[:, ::-1], axis=1)[:, ::-1])


def _shrunk(lightness: Array) -> Array:
    scale = WORKING_SIDE / max(lightness.shape)
    if scale >= 1:
        return lightness
    height, width = (max(1, round(side * scale)) for side in lightness.shape)
    return np.asarray(Image.fromarray(lightness).resize((width, height), Image.Resampling.BOX))


def light_on_dark(lightness: Array) -> bool:
    """Say whether the ink is the lighter of the two: what stands out from its surroundings is less of it."""
    height, width = lightness.shape
    rows, columns = round(_RIM * height), round(_RIM * width)
    detail = lightness - scipy.ndimage.gaussian_filter(lightness, 0.2 * min(height, width))
    detail = detail[rows : height - rows, columns : width - columns]
    return float(np.mean((detail - np.median(detail)) ** 3)) > 0


def _against_light(paper: Array) -> tuple[Array, Array]:
    """Return by what share each place is darker than the light that falls on it, and that light."""
    side = max(1, round(_WIDEST_STROKE * min(paper.shape)))
    dark = np.pad(paper, side)
    light = scipy.ndimage.grey_closing(dark, (side, side))[side:-side, side:-side]
    ink = (light - paper) / np.maximum(light, max(_DARKEST_LIGHT * float(paper.max()), 1e-6))
    # Of Gaussian noise a seventh lies 1.04 deviations below its mean or lower, 3 % lie 1.88 below.
    low, lower = np.quantile(ink, (0.15, 0.03))
    noise = float(low - lower) / 0.84
    ink = ink - (low + 1.04 * noise)
    return np.where(ink > _NOISE * noise, ink, 0).clip(0, 1).astype(np.float32), light


def _outside(light: Array) -> Mask:
    """Return what lies about the page: dark, and joined to the picture's edge."""
    dark = np.pad(light < _TABLE * np.quantile(light, 0.9), 1, constant_values=True)
    labels, _ = scipy.ndimage.label(dark)
    return np.asarray(labels == labels[0, 0])[1:-1, 1:-1]


def _rules(ink: Array, page: Mask) -> "_Rules":
    """Find the rules that run across the page."""
    width = ink.shape[1]
    rules = _Rules(np.round(_slope(ink) * (np.arange(width) - width / 2)).astype(np.int64))
    level = _rule_level(rules.straightened(ink), rules.straightened(page))
    edges = np.flatnonzero(np.diff(np.concatenate([[False], level > 0, [False]]).astype(np.int8)))
    bands = [
        (max(1, first - 1), min(len(level) - 2, end), float(level[first:end].max()))
        for first, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    ]
    return replace(rules, bands=bands)


@dataclass(frozen=True)
class _Rules:
    """Nearly horizontal rules.

    Attributes
    ----------
    shift
        (W,): by how many rows each column is moved up, so that the rules run along the rows.
    bands
        First and last row of each, then, and how dark it is.
    """

    shift: NDArray[np.int64]
    bands: Sequence[tuple[int, int, float]] = ()

    def straightened(self, picture: NDArray[Any]) -> NDArray[Any]:
        """Move the columns of (H, W): (H + 2 the largest shift, W)."""
        reach = int(np.abs(self.shift).max())
        tall = np.pad(picture, ((reach, reach), (0, 0)))
        return np.asarray(tall[self._rows(len(tall)), np.arange(len(self.shift))])

    def erased(self, ink: Array) -> Array:
        """Take the rules away, but for ink on them that is much darker."""
        straight = self.straightened(ink)
        for first, last, level in self.bands:
            rule = straight[first : last + 1]
            rule[rule <= 1.5 * level + 0.05] = 0
        return self._bent(straight)

    def crossed(self, ink: Array) -> Array:
        """Draw the ink that ends above and below a rule across it."""
        straight = self.straightened(ink)
        for first, last, _ in self.bands:
            spread = 2 * ((last - first + 1) // 2) + 1
            above, below = (
                scipy.ndimage.maximum_filter1d(straight[row], spread) for row in (first - 1, last + 1)
            )
            rule = straight[first : last + 1]
            np.maximum(rule, np.minimum(above, below), out=rule)
        return self._bent(straight)

    def _bent(self, straight: Array) -> Array:
        reach = int(np.abs(self.shift).max())
        picture = np.empty_like(straight)
        picture[self._rows(len(straight)), np.arange(len(self.shift))] = straight
        return picture[reach : len(straight) - reach]

    def _rows(self, height: int) -> NDArray[np.int64]:
        return (np.arange(height)[:, None] + self.shift) % height


def _slope(ink: Array) -> float:
    """Return the slope at which the sums of ink along the rows rise and fall most steeply."""
    y, x = np.nonzero(ink > 0.05)
    if len(y) == 0:
        return 0.0
    weight = np.minimum(ink[y, x], np.median(ink[y, x]))  # a digit is darker than rules
    x = x - ink.shape[1] / 2

    def unevenness(slope: float) -> float:
        place = np.round(y - slope * x).astype(np.int64)
        sums = np.bincount(place - place.min(), weight)
        return float(np.square(np.diff(sums)).sum())

    best = 0.0
    for step, reach in ((0.01, _STEEPEST), (0.0025, 0.01)):
        slopes = best + np.arange(-reach, reach + step / 2, step)
        best = float(max(slopes, key=unevenness))
    return best


def _rule_level(straight: Array, inside: Mask) -> Array:
    """Return how dark the rule in each row is, (rows,); 0 where there is none."""
    inked = scipy.ndimage.maximum_filter1d(straight, 3, axis=0)
    width = straight.shape[1]
    end = max(2, round(_ENDS * width))
    count = inside.sum(1)
    level = np.zeros(len(straight), np.float32)
    for row in np.flatnonzero(count > 0.8 * width):
        values = inked[row, inside[row]]
        dark = values > 0.04
        if dark.mean() >= _RULED and dark[:end].mean() >= 0.5 and dark[-end:].mean() >= 0.5:
            own = straight[row, inside[row]]
            level[row] = np.median(values) if (own > 0.04).mean() > 0.3 else 0
    return level


def _pieces(ink: Array, rim: Mask) -> Array:
    """Keep the pieces of ink that are strong somewhere and belong together, scaled to their strength."""
    count = min(ink.size, max(9, round(_INK_SHARE * ink.size)))
    strength = float(np.partition(ink, -count, axis=None)[-count:].mean())
    labels, found = scipy.ndimage.label(ink > _LOW * strength, np.ones((3, 3)))
    if found == 0:
        return np.zeros_like(ink)
    index = np.arange(1, found + 1)
    mass = scipy.ndimage.sum(ink, labels, index)
    mass[scipy.ndimage.maximum(ink, labels, index) < _HIGH * strength] = 0
    at_rim = scipy.ndimage.maximum(rim, labels, index).astype(bool)
    places = scipy.ndimage.find_objects(labels)
    boxes = np.array([[(part.start, part.stop) for part in place] for place in places])
    kept = _together(np.where(at_rim, _AT_RIM * mass, mass), boxes)
    near = scipy.ndimage.binary_dilation(np.concatenate([[False], kept])[labels], np.ones((3, 3)))
    return np.where(near, (ink / strength).clip(0, 1), 0).astype(np.float32)


def _together(mass: NDArray[np.floating], boxes: NDArray[np.int64]) -> Mask:
    """Say which pieces, of boxes (n, 2, 2), are the heaviest, and lie about it and are no specks."""
    main = int(mass.argmax())
    kept = np.zeros(len(mass), bool)
    kept[main] = True
    low, high = boxes[main].T
    while True:
        apart = np.maximum(boxes[:, :, 0] - high, low - boxes[:, :, 1]).clip(0)
        reach = _FAR * (high - low).max()
        more = ~kept & (mass > _SPECK * mass[main]) & (np.hypot(*apart.T) < reach)
        if not more.any():
            return kept
        kept |= more
        low, high = boxes[kept][:, :, 0].min(0), boxes[kept][:, :, 1].max(0)
