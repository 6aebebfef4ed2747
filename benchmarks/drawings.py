"""Measure what the dearest drawings cost: `python -m benchmarks.drawings`.

Processor time of the quickest of five runs, in milliseconds: of a link's two drawings from text to what the
model is given, and of a canvas's message from its JSON to the same.
"""

import base64
import json
import time
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mvae.machine import machine
from mvae.modalities.stroke_text import strokes_from_text, strokes_to_text
from mvae.modalities.strokes import template
from mvae.ui.inputs.fabric import fabric_drawing, strokes_from_fabric
from mvae.ui.state.contents import Drawing
from mvae.ui.views.colours import COLOUR, PEN_WIDTH, SIZE

RUNS = 5


def main() -> None:
    """Measure links and messages, and print a table."""
    print(machine()["processor"])
    print(f"{'drawing':40} {'bytes':>9} {'CPU, ms':>8}")
    for name, text in links().items():
        print(f"{name:40} {2 * len(text):9,} {2 * milliseconds(lambda text=text: open_link(text)):8.1f}")
    for name, objects in messages().items():
        message = json.dumps({"objects": objects})
        spent = milliseconds(lambda message=message: read_canvas(message))
        print(f"{name:40} {len(message):9,} {spent:8.1f}")


def milliseconds(action: Callable[[], None]) -> float:
    """Return the processor time of the quickest of some runs."""
    spent = []
    for _ in range(RUNS):
        begin = time.process_time()
        action()
        spent.append(time.process_time() - begin)
    return 1000 * min(spent)


def open_link(text: str) -> None:
    """Do what opening a link does for one drawing, canvas included."""
    try:
        drawing = Drawing.of(strokes_from_text(text))
    except ValueError:
        return
    fabric_drawing(drawing.strokes, size=SIZE, pen_width=PEN_WIDTH, colour=COLOUR)


def read_canvas(message: str) -> None:
    """Do what a stroke on a canvas does, up to the model."""
    Drawing.of(strokes_from_fabric(json.loads(message), size=SIZE))


def links() -> dict[str, str]:
    """Return texts of one drawing each."""
    random = np.random.default_rng(0)
    corners = np.tile([[16_384, 16_384], [49_151, 49_151]], (1_990, 1))
    return {
        "link: a digit": strokes_to_text(template("kannada", 3)) or "",
        "link: from corner to corner": packed([corners]),
        "link: eight places, at random": packed([random.integers(16_384, 49_151, (8, 2))[corners[:, 0] % 8]]),
        "link: 2,000 dots": packed(2_000 * [corners[:1]]),
        "link: 1,000 strokes": packed(1_000 * [corners[:4]]),
    }


def packed(strokes: list[NDArray[Any]]) -> str:
    """Pack strokes as a link does, without any of its limits."""
    content = b"".join(np.array([len(stroke), *stroke.flat], ">u2").tobytes() for stroke in strokes)
    return base64.urlsafe_b64encode(zlib.compress(content, 9)).decode().rstrip("=")


def messages() -> dict[str, list[dict[str, Any]]]:
    """Return the objects of canvases."""
    random = np.random.default_rng(0)

    def places(count: int, numbers: int, reach: float = SIZE) -> list[list[float]]:
        return random.uniform(SIZE - reach, reach, (count, numbers)).round(2).tolist()

    def path(start: list[Any], *commands: list[Any]) -> dict[str, Any]:
        return {"type": "path", "path": [start, *commands]}

    digit = fabric_drawing(template("kannada", 3), size=SIZE, pen_width=PEN_WIDTH, colour=COLOUR)
    start = ["M", 110, 110]
    return {
        "canvas: a digit": digit["objects"],
        "canvas: two minutes of scribbling": [path(start, *(["Q", *each] for each in places(7_200, 4)))],
        "canvas: 15,000 long lines": [path(start, *(["L", *each] for each in places(15_000, 2)))],
        "canvas: 9,000 curves that bend far out": [
            path(start, *(["Q", *each] for each in places(9_000, 4, reach=9_999)))
        ],
        "canvas: a curve of degree 2,000": [path(start, ["Q", *range(4_000)])],
        "canvas: 10,000 dots": [path(["M", *each]) for each in places(10_000, 2)],
        "canvas: closed 40,000 times": [path(start, *(40_000 * [["Z"]]))],
    }


if __name__ == "__main__":
    main()
