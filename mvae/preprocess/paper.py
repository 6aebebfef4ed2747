"""Ink on real paper: uneven light, shadows, black scan borders, a table about the page, rules and squares.

Conventions
-----------
*Lightness* is float32 (H, W) in [0, 1]. *Ink* is float32 (H, W), 0 where there is none, 1 where it is black on
paper however dark the light.

What is dark and wide, or dark and runs along the picture's edge, is no ink: a morphological closing (Serra 1982)
in a dark surrounding gives the light that falls on the paper, with the hard edges of shadows, borders and
tables, and the ratio to it is the ink. Rules are what lies on straight lines from edge to edge, found as rows
whose median is inked after the picture was sheared (as projection profiles find skew, Baird 1987); where ink
crosses them, it is drawn on. What remains is kept from a low threshold on where it touches what is above a high
one (hysteresis, Canny 1986), without specks.
"""

from collections.abc import Iterator

import numpy as np
import scipy.ndimage
from numpy.typing import NDArray

Array = NDArray[np.float32]
Mask = NDArray[np.bool_]

_WIDEST_STROKE = 0.22  # of the shorter side: what is dark and wider is a shadow, a border or a table
_DARKEST_LIGHT = 0.12  # of the lightest: below it noise would be taken for ink
_RIM = 0.15  # of each side: no part of it is asked whether ink is dark or light
_NOISE = 4.0  # standard deviations of the paper that are no ink
_LOW, _HIGH = 0.3, 0.55  # of the ink's strength: the thresholds of the hysteresis
_INK_SHARE = 0.004  # of the picture: as much of it, the darkest, says how strong the ink is
_SPECK = 0.04  # of the largest piece of ink: what is smaller is dirt
_STEEPEST = 0.14  # slope of a rule: 8 degrees
_RULED = 0.55  # of a rule's length is inked
_ENDS = 0.08  # of a rule's length at either end, which a rule reaches and a stroke does not


def ink_on_paper(lightness: Array) -> Array:
    """Separate ink from paper.

    Returns
    -------
    NDArray[np.float32]
        (H, W) in [0, 1], 0 outside the pieces of ink; all 0 if there are none.
    """
    paper = 1 - lightness if light_on_dark(lightness) else lightness
    paper = scipy.ndimage.median_filter(paper, 3)
    ink = _against_light(paper)
    ink, rules = without_rules(ink)
    return _pieces(ink)


def light_on_dark(lightness: Array) -> bool:
    """Say whether the ink is the lighter of the two: what stands out from its surroundings is less of it."""
    height, width = lightness.shape
    rows, columns = round(_RIM * height), round(_RIM * width)
    detail = lightness - scipy.ndimage.gaussian_filter(lightness, 0.2 * min(height, width))
    detail = detail[rows : height - rows, columns : width - columns]
    return float(np.mean((detail - np.median(detail)) ** 3)) > 0


def _against_light(paper: Array) -> Array:
    """Return by what share each place is darker than the light that falls on it."""
    side = round(_WIDEST_STROKE * min(paper.shape))
    dark = np.pad(paper, side)
    light = scipy.ndimage.grey_closing(dark, (side, side))[side:-side, side:-side]
    ink = (light - paper) / np.maximum(light, _DARKEST_LIGHT * paper.max())
    usual = np.median(ink)
    noise = 1.4826 * float(np.median(np.abs(ink - usual)))
    ink = ink - usual
    return np.where(ink > _NOISE * noise, ink, 0).clip(0, 1).astype(np.float32)


def without_rules(ink: Array) -> tuple[Array, int]:
    """Take rules out of ink, those across and those down; also return how many."""
    across, found = _without_rules_across(ink)
    down, more = _without_rules_across(np.ascontiguousarray(across.T))
    return np.ascontiguousarray(down.T), found + more


def _without_rules_across(ink: Array) -> tuple[Array, int]:
    height, width = ink.shape
    if min(height, width) < 40:
        return ink, 0
    slope = _slope(ink)
    x = np.arange(width)
    shift = np.round(slope * (x - width / 2)).astype(np.int64)
    reach = int(np.abs(shift).max())
    tall = np.pad(ink, ((reach, reach), (0, 0)))
    rows = np.arange(height + 2 * reach)[:, None]
    straight = tall[(rows + shift) % len(tall), x]  # the rules now run along the rows
    inside = np.pad(np.ones_like(ink, bool), ((reach, reach), (0, 0)))[(rows + shift) % len(tall), x]
    level = _rule_level(straight, inside)
    bands = list(_bands(level > 0))
    for first, last in bands:
        _erase(straight, level, first, last)
    if not bands:
        return ink, 0
    back = np.empty_like(tall)
    back[(rows + shift) % len(tall), x] = straight
    return back[reach : reach + height], len(bands)


def _slope(ink: Array) -> float:
    """Return the slope at which the rows' sums of ink are most uneven."""
    y, x = np.nonzero(ink > 0.05)
    if len(y) == 0:
        return 0.0
    weight, x = ink[y, x], x - ink.shape[1] / 2

    def unevenness(slope: float) -> float:
        place = np.round(y - slope * x).astype(np.int64)
        sums = np.bincount(place - place.min(), weight)
        return float(np.square(sums).sum())

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


def _bands(rows: Mask) -> Iterator[tuple[int, int]]:
    """Return first and last row of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], rows, [False]]).astype(np.int8)))
    return zip(edges[::2].tolist(), (edges[1::2] - 1).tolist(), strict=True)


def _erase(straight: Array, level: Array, first: int, last: int) -> None:
    """Take a rule away in place, but for ink that is darker, or goes on above and below."""
    first, last = max(1, first - 1), min(len(straight) - 2, last + 1)
    thickness = last - first + 1
    spread = 2 * (thickness // 2) + 1
    above = scipy.ndimage.maximum_filter1d(straight[first - 1], spread)
    below = scipy.ndimage.maximum_filter1d(straight[last + 1], spread)
    through = np.minimum(above, below)
    darker = np.where(straight[first : last + 1] > 1.5 * level[first : last + 1].max() + 0.05, straight[first : last + 1], 0)
    straight[first : last + 1] = np.maximum(darker, through)


def _pieces(ink: Array) -> Array:
    """Keep the pieces of ink that are strong somewhere and no specks, scaled to their strength."""
    count = max(9, round(_INK_SHARE * ink.size))
    strength = float(np.partition(ink, -count, axis=None)[-count:].mean())
    if strength <= 0:
        return np.zeros_like(ink)
    labels, found = scipy.ndimage.label(ink > _LOW * strength, np.ones((3, 3)))
    if found == 0:
        return np.zeros_like(ink)
    index = np.arange(1, found + 1)
    strongest = scipy.ndimage.maximum(ink, labels, index)
    mass = scipy.ndimage.sum(ink, labels, index)
    mass[strongest < _HIGH * strength] = 0
    kept = np.concatenate([[False], mass > _SPECK * mass.max()])
    near = scipy.ndimage.binary_dilation(kept[labels], np.ones((3, 3)))
    return np.where(near, (ink / strength).clip(0, 1), 0).astype(np.float32)
