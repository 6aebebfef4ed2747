"""A round pen: straight pieces with round ends become ink on a square of pixels, at a bounded cost.

What a drawing costs is the number of pixels that are looked at, each once for every piece whose window it
lies in; an ordinary digit takes some 50,000. What would take very many, such as a link that somebody wrote by
hand, is drawn in another way that costs the same for every drawing and is the same up to a pixel.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

WORK = 2_000_000
"""Pixels, of all pieces' windows together, that are looked at for one picture: some 10 ms of a processor."""
_PIXELS_AT_ONCE = 2**15  # of the windows that are drawn at once: 256 KiB for each step of the way
_FAR = 1e9  # pixels: beyond it differences of coordinates could overflow


def draw(pieces: NDArray[np.float64], size: int, radius: float) -> NDArray[np.float64]:
    """Draw straight pieces; their ink falls off over the one pixel about their edge.

    Parameters
    ----------
    pieces
        (n, 2, 2): start and end, x and y, in pixels. What lies outside the picture is cut off.
    size
        Side of the picture, in pixels.
    radius
        Half the width of the pen, in pixels.

    Returns
    -------
    NDArray[np.float64]
        (size, size) in [0, 1], ink on 0; exact for up to `WORK` pixels, beyond that up to a pixel off.
    """
    margin = radius + 1
    low, high = np.floor(pieces.min(1) - margin), np.ceil(pieces.max(1) + margin)  # (n, 2), x and y
    seen = ((high > 0) & (low < size) & np.isfinite(low) & np.isfinite(high)).all(1)
    sides = np.minimum((high - low).max(1), size)
    if float((sides[seen] ** 2).sum()) > WORK:
        return _around_lines(pieces[seen], size, radius)
    order = np.flatnonzero(seen)[np.argsort(-sides[seen])]  # the largest first
    picture = np.zeros((size, size), np.float64)
    while len(order):
        side = int(sides[order[0]])
        few, order = np.split(order, [max(1, _PIXELS_AT_ONCE // side**2)])
        corner = np.clip(low[few], 0, size - side).astype(np.int64)
        ink = _ink(pieces[few], corner, side, radius)
        for (x, y), window in zip(corner.tolist(), ink, strict=True):
            place = picture[y : y + side, x : x + side]
            np.maximum(place, window, out=place)
    return picture


def _ink(
    pieces: NDArray[np.float64], corner: NDArray[np.int64], side: int, radius: float
) -> NDArray[np.float64]:
    """Draw each piece into a window of its own.

    A drawing has hundreds of them, and most are short: many small windows at once are what NumPy is quick at.

    Parameters
    ----------
    pieces
        (n, 2, 2): start and end, x and y, in pixels.
    corner
        (n, 2): column and row of each window's first pixel.
    side
        Of the windows, in pixels.

    Returns
    -------
    NDArray[np.float64]
        (n, side, side) in [0, 1].
    """
    start, along = pieces[:, 0], pieces[:, 1] - pieces[:, 0]
    length = np.maximum((along * along).sum(1, keepdims=True), 1e-9)
    offset = corner[:, :, None] + np.arange(side) + (0.5 - start)[:, :, None]  # (n, 2, side)
    share = offset * (along / length)[:, :, None]
    nearest = (share[:, 0, None, :] + share[:, 1, :, None]).clip(0.0, 1.0)  # (n, side, side)
    (x, y), (right, down) = offset.swapaxes(0, 1), along.T[:, :, None, None]
    across, distance = nearest * right, nearest * down
    np.square(np.subtract(x[:, None, :], across, out=across), out=across)
    np.square(np.subtract(y[:, :, None], distance, out=distance), out=distance)
    np.sqrt(np.add(across, distance, out=distance), out=distance)
    ink: NDArray[np.float64] = np.subtract(radius + 0.5, distance, out=distance).clip(0.0, 1.0, out=distance)
    return ink


def _around_lines(pieces: NDArray[np.float64], size: int, radius: float) -> NDArray[np.float64]:
    """Draw pieces as lines of one pixel, and ink where such a line is near."""
    from scipy.ndimage import distance_transform_edt  # noqa: PLC0415 - seldom, and not before the first paint

    margin = int(np.ceil(radius)) + 1
    side = size + 2 * margin
    lines = Image.new("1", (side, side), 1)
    pen = ImageDraw.Draw(lines)
    inside = _cut_off(pieces.clip(-_FAR, _FAR) + margin, side)
    for ends in np.floor(inside).astype(np.int64).reshape(-1, 4).tolist():
        pen.line(ends, fill=0)
    away = np.asarray(lines)
    if away.all():
        return np.zeros((size, size))
    shown = slice(margin, margin + size)
    distance = distance_transform_edt(away)[shown, shown]
    ink: NDArray[np.float64] = (radius + 0.5 - distance).clip(0.0, 1.0)
    return ink


def _cut_off(pieces: NDArray[np.float64], side: int) -> NDArray[np.float64]:
    """Cut pieces off where they leave [0, side) (Liang and Barsky 1984); leave out those that never enter."""
    start, along = pieces[:, 0], pieces[:, 1] - pieces[:, 0]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        one, other = -start / along, (side - 0.5 - start) / along  # (n, 2): where each border is passed
    still = along == 0
    outside = (still & ((start < 0) | (start >= side))).any(1)
    enter = np.where(still, 0.0, np.minimum(one, other)).max(1).clip(0.0, 1.0)
    leave = np.where(still, 1.0, np.maximum(one, other)).min(1).clip(0.0, 1.0)
    kept = (enter <= leave) & ~outside
    shares = np.stack([enter, leave], axis=1)[kept, :, None]
    return (start[kept, None] + shares * along[kept, None]).clip(0.0, side - 0.5)
