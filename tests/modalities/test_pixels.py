"""However a picture's numbers are stored, they are the same digit."""

import io
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from mvae.errors import InputError
from mvae.modalities.drawing import prepare_drawing
from mvae.modalities.pixels import WORKING_SIDE, as_pixels
from mvae.modalities.strokes import render, template

INK = render(template("kannada", 3), size=120, pen_width=9)
PAPER = 255 - INK
GREY = Image.fromarray(PAPER)


def two_colours(ink: tuple[int, int, int], paper: tuple[int, int, int]) -> Image.Image:
    image = Image.fromarray((INK > 127).astype(np.uint8), "P")
    image.putpalette([*paper, *ink])
    return image


def transparent_palette() -> Image.Image:
    image = two_colours((0, 0, 0), (9, 9, 9))
    image.info["transparency"] = 0
    return image


def turned() -> Image.Image:
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    GREY.transpose(Image.Transpose.ROTATE_90).save(file, "PNG", exif=exif)
    return Image.open(file)


def lab() -> Image.Image:
    grey = Image.new("L", GREY.size, 128)
    return Image.merge("LAB", (GREY, grey, grey))


WAYS: dict[str, Any] = {
    **{mode: GREY.convert(mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I", "F")},
    **{mode: GREY.convert("RGB").convert(mode) for mode in ("YCbCr", "HSV")},
    "LAB": lab(),
    "PA": GREY.convert("LA").convert("PA"),
    "La": GREY.convert("LA").convert("La"),
    "I;16": Image.fromarray(PAPER.astype(np.uint16) * 257),
    "palette of two colours": two_colours((10, 20, 90), (250, 240, 220)),
    "two colours as light as each other": two_colours((255, 0, 0), (0, 130, 0)),
    "transparent palette": transparent_palette(),
    "turned by EXIF": turned(),
    "array of CMYK": np.asarray(GREY.convert("RGB").convert("CMYK")),
    "array of CMYK, black alone": np.dstack([np.zeros((*INK.shape, 3), np.uint8), INK]),
    "indices": (INK > 127).astype(np.uint8),
    "indices of 16 colours": (INK // 17).astype(np.int64),
    "standardised": (PAPER - PAPER.mean()) / PAPER.std(),
    "standardised, ink high": ((INK - INK.mean()) / INK.std()).astype(np.float32),
    "from -1 to 1": PAPER / 127.5 - 1,
    "signed": PAPER.astype(np.int16) - 128,
    "10 bits": PAPER.astype(np.uint16) * 4,
    "12 bits": PAPER.astype(np.uint16) * 16,
    "16 bits": PAPER.astype(np.uint16) * 257,
    "16 bits as floats": PAPER.astype(np.float64) * 257,
    "floats up to 10": PAPER / 25.5,
}


@pytest.mark.parametrize("way", WAYS)
def test_the_same_digit(way: str) -> None:
    found, expected = prepare_drawing(WAYS[way]), prepare_drawing(INK)
    assert found is not None
    assert np.corrcoef(found.ravel(), expected.ravel())[0, 1] > 0.95


@pytest.mark.parametrize(
    "blank",
    [
        np.zeros((30, 30), np.int64), np.full((30, 30), -3.0), np.zeros((30, 30, 4), np.uint8),
        np.full((30, 30), 40_000, np.uint16) + np.arange(30, dtype=np.uint16), Image.new("CMYK", (30, 30)),
        Image.new("P", (30, 30)),
    ],
    ids=["indices", "standardised", "CMYK array", "16 bits", "CMYK", "palette"],
)  # fmt: skip
def test_blank(blank: NDArray[Any] | Image.Image) -> None:
    assert prepare_drawing(blank) is None


def test_a_large_picture_is_averaged() -> None:
    large = np.repeat(np.repeat(PAPER, 40, 0), 40, 1)
    pixels = as_pixels(large)
    assert max(pixels.shape) <= WORKING_SIDE
    assert pixels.mean() == pytest.approx(PAPER.mean() / 255, abs=1e-3)


def test_a_damaged_image_is_a_sentence() -> None:
    file = io.BytesIO()
    Image.effect_noise((200, 200), 50).save(file, "PNG")
    with pytest.raises(InputError, match="damaged"):
        prepare_drawing(Image.open(io.BytesIO(file.getvalue()[:9000])))


def test_an_image_that_is_too_large_is_not_decoded() -> None:
    with pytest.raises(InputError, match="pixels"):
        prepare_drawing(Image.new("1", (9000, 2)))
