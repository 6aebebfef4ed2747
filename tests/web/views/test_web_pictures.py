"""Pictures of ink, heat maps and samples of every kind have the same pixels in the page as in Python."""

import base64
import io
import json
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from mvae.arrays import Array
from mvae.inference.pipeline import load_pretrained
from mvae.modalities.base import Modality
from mvae.model.scaling import Standardisation
from mvae.tasks.digits import TASK
from mvae.ui.views.constants import view_constants
from mvae.ui.views.pictures import heat_image, ink_image, mosaic
from mvae.ui.views.samples import sample_image

pytestmark = pytest.mark.browser
RNG = np.random.default_rng(0)
INK = "return look.inkPicture(values, { width, height, ...options });"
HEAT = "return look.heatPicture(values, { width, height, ...options });"
SAMPLE = "return look.samplePicture(modality, sample, standardisation, options);"
LEAST_SAME = 0.999
"""The share of pixels of smooth ink that are the same; NumPy and the page add floats in another order."""


def pixels(picture: Image.Image) -> NDArray[np.uint8]:
    return np.asarray(picture.convert("RGBA"))


def told(found: dict[str, Any]) -> NDArray[np.uint8]:
    values: NDArray[np.uint8] = found["rgba"].astype(np.uint8)
    return values.reshape(found["height"], found["width"], 4)


def assert_one_level_apart(found: NDArray[np.uint8], expected: NDArray[np.uint8]) -> None:
    """At most one entry of the palette lies between two pixels, and nearly all are the same."""
    assert found.shape == expected.shape
    step = np.abs(
        np.diff(np.reshape(view_constants()["pictures"]["inkPalette"], (-1, 3))[:160], axis=0)
    ).max()
    assert np.abs(found.astype(int) - expected).max() <= step
    assert (found == expected).all(-1).mean() >= LEAST_SAME


def inks() -> list[Array]:
    """Noise, beyond [0, 1], too; strokes; nothing, and nothing but ink."""
    stroke = np.zeros((28, 28), np.float32)
    stroke[4:24, 13:16] = RNG.random((20, 3))
    noise = RNG.normal(0.5, 0.5, (28, 28)).astype(np.float32)
    return [noise, stroke, np.zeros_like(stroke), np.ones_like(stroke), noise.clip(0, 1)]


@pytest.mark.parametrize("scale", [1, 2, 3, 4, 5, 9, 11])
def test_smooth_ink(javascript: Any, scale: int) -> None:
    for values in inks():
        found = javascript(INK, values=values, width=28, height=28, options={"scale": scale})
        assert_one_level_apart(told(found), pixels(ink_image(values, scale=scale)))


@pytest.mark.parametrize("scale", [1, 3, 4, 8])
def test_ink_pixel_by_pixel(javascript: Any, scale: int) -> None:
    options = {"scale": scale, "smooth": False}
    for values in [*inks(), RNG.random((5, 9), np.float32)]:
        height, width = values.shape
        found = javascript(INK, values=values, width=width, height=height, options=options)
        np.testing.assert_array_equal(told(found), pixels(ink_image(values, scale=scale, smooth=False)))


@pytest.mark.parametrize("cell", [(10, 13), (1, 1), (3, 7)])
def test_heat(javascript: Any, cell: tuple[int, int]) -> None:
    every_level = np.linspace(0, 1, 13 * 32, dtype=np.float32).reshape(13, 32)
    between = ((np.arange(28 * 9) + 0.5) / 253).astype(np.float32).reshape(28, 9)[:28]
    for values in (every_level, between.clip(0, 1), RNG.random((4, 6), np.float32)):
        height, width = values.shape
        found = javascript(HEAT, values=values, width=width, height=height, options={"cell": cell})
        np.testing.assert_array_equal(told(found), pixels(heat_image(values, cell=cell)))


def test_sizes_by_default_are_those_of_python(javascript: Any) -> None:
    values = RNG.random((13, 32), np.float32)
    found = javascript(HEAT, values=values, width=32, height=13, options={})
    np.testing.assert_array_equal(told(found), pixels(heat_image(values)))
    found = javascript(INK, values=values, width=32, height=13, options={"smooth": False})
    np.testing.assert_array_equal(told(found), pixels(ink_image(values, smooth=False)))


def written(modality: Modality) -> dict[str, Any]:
    """What a manifest says of a modality."""
    return {"kind": modality.kind, "shape": modality.shape, "likelihood": modality.likelihood}


def sampled(
    javascript: Any, modality: Modality, sample: Array, scales: dict[str, Standardisation], **options: Any
) -> NDArray[np.uint8]:
    known = scales.get(modality.name)
    found = javascript(
        SAMPLE, modality=written(modality), sample=sample, options=options,
        standardisation=known and {"mean": known.mean.tolist(), "deviation": known.deviation.tolist()},
    )  # fmt: skip
    return told(found)


def test_samples_of_the_posters_modalities(javascript: Any) -> None:
    pipe = load_pretrained("conv")
    scales = dict(pipe.description.standardisation)
    known = scales["speech"]
    for seed in range(10):
        speech = known.undo(RNG.normal(size=(13, 32)).astype(np.float32))
        (out,) = pipe.complete({"speech": speech}, seed=seed)
        for modality in TASK.modalities:
            sample = out[modality.name]
            options: dict[str, Any] = {"scale": 3, "cell": (8, 10)} if seed % 2 else {}
            found = sampled(javascript, modality, sample, scales, **options)
            expected = pixels(sample_image(modality, sample, scales, **options))
            if modality.kind == "sound":
                np.testing.assert_array_equal(found, expected)
            else:
                assert_one_level_apart(found, expected)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13, 26, 27, 60])
@pytest.mark.parametrize("likelihood", ["gaussian", "bernoulli"])
def test_samples_of_vectors(javascript: Any, size: int, likelihood: Any) -> None:
    modality = Modality("numbers", "Numbers", (size,), likelihood, "vector")
    many = RNG.normal(3, 40, (50, size)).astype(np.float32)
    scales = {"numbers": Standardisation.of(many)} if likelihood == "gaussian" else {}
    samples = many[:5] if scales else RNG.random((5, size), np.float32)
    for sample in samples:
        found = sampled(javascript, modality, sample, scales)
        np.testing.assert_array_equal(found, pixels(sample_image(modality, sample, scales)))


def test_mosaics(javascript: Any) -> None:
    samples = RNG.random((8, 13, 32), np.float32)
    found = javascript(
        "const tiles = Array.from({ length: 8 }, (_, at) => look.heatPicture("
        "  samples.subarray(at * 13 * 32, (at + 1) * 13 * 32), { width: 32, height: 13, cell: [5, 5] }));"
        "return look.mosaic(tiles, 4);",
        samples=samples,
    )
    expected = mosaic([heat_image(each, cell=(5, 5)) for each in samples], 4)
    np.testing.assert_array_equal(told(found), pixels(expected))


def test_a_canvas_and_a_url_show_the_picture(javascript: Any) -> None:
    values = RNG.random((13, 32), np.float32)
    found = javascript(
        "const picture = look.heatPicture(values, { width: 32, height: 13 });"
        "const canvas = document.createElement('canvas');"
        "look.toCanvas(picture, canvas);"
        "const { width, height } = canvas;"
        "const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);"
        "return { width, height, rgba: data, url: look.toUrl(picture) };",
        values=values,
    )
    expected = pixels(heat_image(values))
    np.testing.assert_array_equal(told(found), expected)
    kind, _, content = found["url"].partition(",")
    assert kind == "data:image/bmp;base64"
    np.testing.assert_array_equal(pixels(Image.open(io.BytesIO(base64.b64decode(content)))), expected)


def test_a_url_is_the_same_where_a_browser_knows_no_base64(javascript: Any) -> None:
    one, other = javascript(
        "const picture = look.inkPicture(values, { width: 28, height: 28 }), one = look.toUrl(picture);"
        "const { toBase64 } = Uint8Array.prototype;"
        "Uint8Array.prototype.toBase64 = undefined;"
        "const other = look.toUrl(picture);"
        "Uint8Array.prototype.toBase64 = toBase64;"
        "return [one, other];",
        values=RNG.random((28, 28), np.float32),
    )
    assert one == other


def test_constants_are_small_plain_json() -> None:
    assert len(json.dumps(view_constants(), allow_nan=False)) < 13_500
