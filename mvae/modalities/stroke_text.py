"""Strokes as the text of a link, and back."""

import base64
import zlib

import numpy as np
from numpy.typing import NDArray

from mvae.arguments import as_strokes, as_text
from mvae.errors import StrokesError
from mvae.modalities.strokes import MOST_STROKES, Point, Strokes, as_points

_PLACES = 65_535  # steps of a coordinate in a text, from one half of the side before 0 to one behind 1
_TEXT_LIMIT = 2_500  # characters: an address holds two drawings, and servers take 8,000
_POINTS_LIMIT = 4_000
_CONTENT_LIMIT = 4 * _POINTS_LIMIT + 2 * _POINTS_LIMIT  # bytes: two coordinates each, and lengths of strokes


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
    if len(lengths) > MOST_STROKES:
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


def as_linked(strokes: Strokes) -> tuple[Strokes, str | None]:
    """Return strokes rounded as in a link, and their text; as they are, and None, if too many for any."""
    text = strokes_to_text(strokes)
    return (strokes, None) if text is None else (strokes_from_text(text), text)


def strokes_from_text(text: str) -> Strokes:
    """Read what `strokes_to_text` wrote.

    Raises
    ------
    InputError
        If the text is no such thing, or describes more than a drawing could hold.
    """
    text = as_text(text, "A drawing's text")
    if len(text) > _TEXT_LIMIT:
        raise _no_drawing()
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj()
        content = unpacker.decompress(packed, _CONTENT_LIMIT)
    except (ValueError, zlib.error) as error:
        raise _no_drawing() from error
    if not unpacker.eof:
        raise _no_drawing()
    numbers = np.frombuffer(content[: len(content) // 2 * 2], ">u2").astype(np.float64)
    strokes: Strokes = []
    place = 0
    while place < len(numbers):
        if len(strokes) == MOST_STROKES:
            raise _no_drawing()
        end = place + 1 + 2 * int(numbers[place])
        if end > len(numbers) or end == place + 1:
            raise _no_drawing()
        points = numbers[place + 1 : end].reshape(-1, 2) / _PLACES * 2 - 0.5
        strokes.append(as_points(points))
        place = end
    return strokes


def _places(points: list[Point]) -> NDArray[np.float64]:
    """Return (n, 2) whole numbers in 0 to `_PLACES`."""
    scaled = (np.array(points, np.float64).reshape(-1, 2) + 0.5) / 2 * _PLACES
    places: NDArray[np.float64] = np.clip(scaled, 0, _PLACES).round()
    return places


def _no_drawing() -> StrokesError:
    msg = "This text describes no drawing, or more than one could hold."
    return StrokesError(msg)
