"""Drawings as strokes: the digits that a student copies from, and what comes back from the canvas.

A stroke is a polyline, x to the right and y down, in units of the drawing's side, so that one drawing fits a
canvas of any size. `strokes.json` holds one drawing for each digit of each script, made by hand for this
project, from no font and no data set.
"""

import base64
import json
import math
import zlib
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from mvae.arguments import FARTHEST_POINT, as_choice, as_count, as_number, as_strokes, as_text
from mvae.errors import StrokesError
from mvae.pen import draw

Item = TypeVar("Item")
Point = tuple[float, float]
Strokes = list[list[Point]]
"""Polylines in the order in which they are drawn; a stroke of one point is a dot."""

LARGEST_SIDE = 4096
"""Pixels of a side of what is drawn."""
_NO_DRAWING = "This text describes no drawing, or more than one could hold."
_TEMPLATES = Path(__file__).with_name("strokes.json")
_FABRIC_VERSION = "7.4.0"  # the Fabric.js that streamlit-drawable-canvas 0.13 carries
_FLATNESS = 0.1  # pixels of the canvas by which straight pieces may miss a Bézier curve
_CURVE_STEPS = 64  # pieces of a curve at the most
_PLACES = 65_535  # steps of a coordinate in a text, from one half of the side before 0 to one behind 1
_TEXT_LIMIT = 2_500  # characters: an address holds two drawings, and servers take 8,000
_POINTS_LIMIT = 4_000
_STROKES_LIMIT = 1_000
_COMMANDS_LIMIT = 8_000  # of a canvas, and pieces that they become: two minutes without lifting the pen
_CONTENT_LIMIT = 4 * _POINTS_LIMIT + 2 * _POINTS_LIMIT  # bytes: two coordinates each, and lengths of strokes
_LONGEST_COMMAND = 8  # letter and numbers; the longest of a path has one less
_ORIGIN_SHARE = {"left": 0.5, "top": 0.5, "center": 0.0, "right": -0.5, "bottom": -0.5}


def template(modality: str, digit: int) -> Strokes:
    """Return the drawing of a digit to copy from.

    Parameters
    ----------
    modality
        ``"farsi"`` or ``"kannada"``.
    digit
        0 to 9.

    Returns
    -------
    Strokes
        A copy, with coordinates in [0, 1].

    Raises
    ------
    InputError
        If there is no such modality or digit.
    """
    script = as_choice(modality, "The script of a template", ("farsi", "kannada"))
    return [list(stroke) for stroke in _templates()[script, as_count(digit, "A digit", 0, 9)]]


@cache
def _templates() -> dict[tuple[str, int], Strokes]:
    scripts = json.loads(_TEMPLATES.read_text(encoding="utf-8"))
    return {
        (modality, int(digit)): [[(float(x), float(y)) for x, y in stroke] for stroke in strokes]
        for modality, digits in scripts.items()
        for digit, strokes in digits.items()
    }


def render(strokes: Strokes, *, size: int = 280, pen_width: float = 18.0) -> NDArray[np.uint8]:
    """Draw strokes with a round pen, as the canvas does.

    Parameters
    ----------
    strokes
        What lies outside [0, 1] is cut off.
    size
        Side of the picture, in pixels.
    pen_width
        Width of the pen, in pixels.

    Raises
    ------
    InputError
        If these are no strokes, or the picture would have no side or more than `LARGEST_SIDE` pixels of it.

    Returns
    -------
    NDArray[np.uint8]
        (size, size), ink on 0, anti-aliased; a drawing of very much ink is up to a pixel off (`mvae.pen`).
    """
    strokes, size = as_strokes(strokes), as_count(size, "The side of a picture", 1, LARGEST_SIDE)
    pen_width = as_number(pen_width, "The width of a pen", 0, LARGEST_SIDE)
    pieces = np.array([piece for stroke in strokes for piece in _pieces(stroke)]).reshape(-1, 2, 2) * size
    return np.rint(255 * draw(pieces, size, pen_width / 2)).astype(np.uint8)


def _pieces(stroke: list[Point]) -> Iterable[tuple[Point, Point]]:
    """Return start and end of a stroke's straight pieces; a dot is one that ends where it starts."""
    return pairwise(stroke) if len(stroke) != 1 else [(stroke[0], stroke[0])]


def strokes_to_text(strokes: Strokes) -> str | None:
    """Write strokes as letters, digits, - and _, for an address; with fewer points while it is too long.

    Returns
    -------
    str or None
        What `strokes_from_text` reads, with coordinates rounded to a 30,000th of the side; None for so many
        strokes that even with two points each they are too long.
    """
    strokes = [stroke for stroke in as_strokes(strokes) if stroke]
    lengths = np.array([len(stroke) for stroke in strokes], np.int64)
    if len(lengths) > _STROKES_LIMIT:
        return None
    places = _places([point for stroke in strokes for point in stroke])
    starts = lengths.cumsum() - lengths
    position = np.arange(len(places)) - np.repeat(starts, lengths)
    last = position == np.repeat(lengths, lengths) - 1
    step = 1 + len(places) // _POINTS_LIMIT
    while True:
        kept = (position % step == 0) | last
        counts = np.add.reduceat(kept, starts, dtype=np.int64)
        heads = 2 * (counts.cumsum() - counts)
        content = np.insert(places[kept].reshape(-1), heads, counts).astype(">u2").tobytes()
        text = base64.urlsafe_b64encode(zlib.compress(content, 9)).decode().rstrip("=")
        if len(text) <= _TEXT_LIMIT and len(content) <= _CONTENT_LIMIT:
            return text
        if (counts <= 2).all():
            return None
        step *= 2


def strokes_from_text(text: str) -> Strokes:
    """Read what `strokes_to_text` wrote.

    Raises
    ------
    InputError
        If the text is no such thing, or describes more than a drawing could hold.
    """
    text = as_text(text, "A drawing's text")
    if len(text) > _TEXT_LIMIT:
        raise StrokesError(_NO_DRAWING)
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj()
        content = unpacker.decompress(packed, _CONTENT_LIMIT)
    except (ValueError, zlib.error) as error:
        raise StrokesError(_NO_DRAWING) from error
    if not unpacker.eof:
        raise StrokesError(_NO_DRAWING)
    numbers = np.frombuffer(content[: len(content) // 2 * 2], ">u2").astype(np.float64)
    strokes: Strokes = []
    place = 0
    while place < len(numbers):
        if len(strokes) == _STROKES_LIMIT:
            raise StrokesError(_NO_DRAWING)
        end = place + 1 + 2 * int(numbers[place])
        if end > len(numbers) or end == place + 1:
            raise StrokesError(_NO_DRAWING)
        points = numbers[place + 1 : end].reshape(-1, 2) / _PLACES * 2 - 0.5
        strokes.append(_as_points(points))
        place = end
    return strokes


def _places(points: list[Point]) -> NDArray[np.float64]:
    """Return (n, 2) whole numbers in 0 to `_PLACES`."""
    scaled = (np.array(points, np.float64).reshape(-1, 2) + 0.5) / 2 * _PLACES
    places: NDArray[np.float64] = np.clip(scaled, 0, _PLACES).round()
    return places


def fabric_drawing(strokes: Strokes, *, size: int, pen_width: float, colour: str) -> dict[str, Any]:
    """Write strokes as the Fabric.js JSON that `st_canvas` takes as `initial_drawing`.

    Parameters
    ----------
    strokes
        The drawing.
    size
        Side of the canvas, in pixels.
    pen_width
        Width of the pen, in pixels.
    colour
        Any CSS colour.

    Returns
    -------
    dict[str, Any]
        The format's version and one path object for each stroke.
    """
    strokes, size = as_strokes(strokes), as_count(size, "The side of a canvas", 1, LARGEST_SIDE)
    pen_width = as_number(pen_width, "The width of a pen", 0, LARGEST_SIDE)
    colour = as_text(colour, "A colour")
    scaled = [[(x * size, y * size) for x, y in stroke] for stroke in strokes if stroke]
    return {"version": _FABRIC_VERSION, "objects": [_path(points, pen_width, colour) for points in scaled]}


def _path(points: list[Point], pen_width: float, colour: str) -> dict[str, Any]:
    if len(points) == 1:
        # A browser draws nothing for a line of no length; Fabric's own brush makes a dot in the same way.
        x, y = points[0]
        points = [(x - pen_width / 1000, y), (x + pen_width / 1000, y)]
    across, down = zip(*points, strict=True)
    left, top = (min(across) + max(across)) / 2, (min(down) + max(down)) / 2
    width, height = max(across) - min(across), max(down) - min(down)
    return {
        "type": "Path",
        "version": _FABRIC_VERSION,
        "originX": "center",
        "originY": "center",
        "left": left,
        "top": top,
        "width": width,
        "height": height,
        "fill": None,
        "stroke": colour,
        "strokeWidth": pen_width,
        "strokeLineCap": "round",
        "strokeLineJoin": "round",
        "strokeMiterLimit": 10,
        "path": [["L" if index else "M", x, y] for index, (x, y) in enumerate(points)],
    }


def strokes_from_fabric(drawing: Any, *, size: int) -> Strokes:
    """Read the strokes back from the JSON of a canvas, to keep a drawing and draw it again at any size.

    Parameters
    ----------
    drawing
        `json_data` of `st_canvas`. Objects that are no free-hand path, or are damaged, are left out.
    size
        Side of the canvas, in pixels.

    Returns
    -------
    Strokes
        Moved, scaled and rotated as on the canvas. Points beyond [0, 1] are kept: there the mouse was out.
        What holds more than anybody draws is simplified: some 1,000 strokes and 8,000 points are kept of it.
    """
    size = as_count(size, "The side of a canvas", 1, LARGEST_SIDE)
    objects = drawing.get("objects") if isinstance(drawing, dict) else None
    shapes = [shape for shape in objects if _is_path(shape)] if isinstance(objects, list) else []
    shapes = _spread(shapes, _STROKES_LIMIT)
    commands = sum(len(shape["path"]) for shape in shapes)
    steps = max(1, min(_CURVE_STEPS, _COMMANDS_LIMIT // max(1, commands)))
    strokes: Strokes = []
    for shape in shapes:
        path = shape["path"]
        if commands > _COMMANDS_LIMIT:
            path = [*_spread(path[:-1], max(1, _COMMANDS_LIMIT * len(path) // commands)), path[-1]]
        try:
            lines = [np.array(line, np.float64) for line in _flatten(path, steps)]
            placed = _place(lines, shape)
        except (KeyError, TypeError, ValueError, OverflowError):
            continue
        if all((np.abs(line) <= FARTHEST_POINT * size).all() for line in placed):  # numbers, too
            strokes += [_as_points(line / size) for line in placed]
    return _spread(strokes, _STROKES_LIMIT)


def _is_path(shape: Any) -> bool:
    if not isinstance(shape, dict) or not isinstance(shape.get("type"), str):
        return False
    return shape["type"].lower() == "path" and isinstance(shape.get("path"), list) and shape["path"] != []


def _spread(items: list[Item], limit: int) -> list[Item]:
    """Return so many of the items at the most, evenly spread."""
    return items[:: max(1, math.ceil(len(items) / limit))]


def _flatten(path: list[list[Any]], most: int) -> Iterator[list[Point]]:
    """Turn the commands of a path (absolute, as Fabric keeps them) into polylines.

    Parameters
    ----------
    path
        Commands: a letter and its numbers each.
    most
        Pieces of a curve at the most.

    Raises
    ------
    TypeError, ValueError
        If this is no path.
    """
    line: list[Point] = []
    for each in path:
        command, *numbers = each[:_LONGEST_COMMAND]
        points = [(float(x), float(y)) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]
        match command, points, line:
            case "M", [start], _:
                if line:
                    yield line
                line = [start]
            case "L", [end], [*_, _]:
                line.append(end)
            case ("Q", [_, _], [*_, start]) | ("C", [_, _, _], [*_, start]):
                line += _curve([start, *points], most)
            case "Z" | "z", [], [first, *_]:
                line.append(first)
            case _:
                msg = "not a command of a path, or not its numbers"
                raise ValueError(msg)
    if line:
        yield line


def _curve(control: list[Point], most: int) -> list[Point]:
    """Points on a Bézier curve, without its start (de Casteljau's construction).

    A move of the mouse makes one curve, so most are short, and one piece or two are enough: Wang's formula,
    R. Goldman, *Pyramid Algorithms* (2003), section 5.6.3.
    """
    degree = len(control) - 1
    bend = max(
        math.hypot(before[0] - 2 * point[0] + after[0], before[1] - 2 * point[1] + after[1])
        for before, point, after in zip(control, control[1:], control[2:], strict=False)
    )
    pieces = math.sqrt(degree * (degree - 1) * bend / (8 * _FLATNESS))
    steps = min(most, max(1, math.ceil(pieces))) if math.isfinite(pieces) else 1
    curve = []
    for step in range(1, steps + 1):
        share, points = step / steps, control
        while len(points) > 1:
            points = [
                ((1 - share) * near[0] + share * far[0], (1 - share) * near[1] + share * far[1])
                for near, far in pairwise(points)
            ]
        curve += points
    return curve


def _as_points(line: NDArray[np.float64]) -> list[Point]:
    """Turn (n, 2) coordinates into Python's numbers."""
    return [(x, y) for x, y in line.tolist()]


def _place(lines: list[NDArray[np.float64]], shape: dict[str, Any]) -> list[NDArray[np.float64]]:
    """Move, scale and rotate polylines as Fabric does: about the middle of their box."""
    points = np.concatenate(lines)
    low, high = points.min(axis=0), points.max(axis=0)
    middle = (low + high) / 2
    angle = np.deg2rad(float(shape.get("angle", 0)))
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    scale = np.array([float(shape.get("scaleX", 1)), float(shape.get("scaleY", 1))])
    flip = np.array([-1 if shape.get("flipX") else 1, -1 if shape.get("flipY") else 1])
    origin = np.array([_ORIGIN_SHARE[shape.get(axis, "center")] for axis in ("originX", "originY")])
    box = (high - low + float(shape.get("strokeWidth", 1))) * scale
    position = np.array([float(shape.get("left", middle[0])), float(shape.get("top", middle[1]))])
    centre = position + rotation @ (origin * box)
    return [centre + ((line - middle) * scale * flip) @ rotation.T for line in lines]
