"""Strokes as Fabric.js draws them on the canvas, and back."""

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from mvae.arguments import FARTHEST_POINT, as_count, as_number, as_strokes, as_text
from mvae.modalities.strokes import LARGEST_SIDE, MOST_STROKES, Point, Strokes, as_points

Item = TypeVar("Item")
_FABRIC_VERSION = "7.4.0"  # the Fabric.js that streamlit-drawable-canvas 0.13 carries
_FLATNESS = 0.1  # pixels of the canvas by which straight pieces may miss a Bézier curve
_CURVE_STEPS = 64  # pieces of a curve at the most
_ORIGIN_SHARE = {"left": 0.5, "top": 0.5, "center": 0.0, "right": -0.5, "bottom": -0.5}
_MOST_COMMANDS = 8_000  # of a canvas, and pieces that they become: two minutes without lifting the pen
_LONGEST_COMMAND = 8  # letter and numbers; the longest of a path has one less


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
    shapes = _spread(shapes, MOST_STROKES)
    commands = sum(len(shape["path"]) for shape in shapes)
    steps = max(1, min(_CURVE_STEPS, _MOST_COMMANDS // max(1, commands)))
    strokes: Strokes = []
    for shape in shapes:
        path = shape["path"]
        if commands > _MOST_COMMANDS:
            path = [*_spread(path[:-1], max(1, _MOST_COMMANDS * len(path) // commands)), path[-1]]
        try:
            lines = [np.array(line, np.float64) for line in _flatten(path, steps)]
            placed = _place(lines, shape)
        except (KeyError, TypeError, ValueError, OverflowError):
            continue
        if all((np.abs(line) <= FARTHEST_POINT * size).all() for line in placed):  # numbers, too
            strokes += [as_points(line / size) for line in placed]
    return _spread(strokes, MOST_STROKES)


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


def _is_path(shape: Any) -> bool:
    if not isinstance(shape, dict) or not isinstance(shape.get("type"), str):
        return False
    return shape["type"].lower() == "path" and isinstance(shape.get("path"), list) and shape["path"] != []


def _spread(items: list[Item], limit: int) -> list[Item]:
    """Return so many of the items at the most, evenly spread."""
    return items[:: max(1, math.ceil(len(items) / limit))]
