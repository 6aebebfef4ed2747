"""Grids and films have the same pixels in the page as in Python, and numbers are written as there."""

import io
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from mvae.inference.latent import grid_values, traverse
from mvae.inference.pipeline import load_pretrained
from mvae.modalities.base import Modality
from mvae.modalities.kinds import kind_of
from mvae.model.scaling import Standardisation
from mvae.ui.latent.film import MOST, film_heights, film_image, film_labels, film_texts
from mvae.ui.views.pictures import grid_texts
from mvae.ui.views.samples import sample_grid
from tests.web.views.test_web_pictures import assert_one_level_apart, pixels, told, written

pytestmark = pytest.mark.browser
RNG = np.random.default_rng(0)
GRID = """
const texts = await look.gridTexts(told), rows = values.filter((_, at) => at % 10 === 0);
const options = { columns: 10, labels: Array.from(labels), rows, texts };
const grid = look.sampleGrid(modality, samples, standardisation, options);
return { ...look.coloured(grid), file: new Uint8Array(await look.bitmapOf(grid).arrayBuffer()) };
"""
FILM = """
const texts = await look.filmTexts(told), { scale, cell } = texts;
const rows = await Promise.all(modalities.map(async ({ modality, file, standardisation }) => {
  const samples = new Float32Array(await (await fetch(file)).arrayBuffer());
  const size = samples.length / labels.length, of = (at) => samples.slice(at * size, (at + 1) * size);
  const options = { scale, cell };
  return Array.from(labels, (_, at) => look.samplePicture(modality, of(at), standardisation, options));
}));
const film = look.filmPicture(rows, Array.from(labels), chosen, texts);
return { ...film, file: new Uint8Array(await look.bitmapOf(film).arrayBuffer()) };
"""


def known(modality: Modality, scales: Any) -> dict[str, list[float]] | None:
    scale = scales.get(modality.name)
    return scale and {"mean": scale.mean.tolist(), "deviation": scale.deviation.tolist()}


def shown(found: dict[str, Any]) -> NDArray[np.uint8]:
    """The pixels of a picture, which its file has, too."""
    file = Image.open(io.BytesIO(found["file"].tobytes()))
    np.testing.assert_array_equal(pixels(file), told(found))
    return told(found)


def assert_same_grid(
    javascript: Any, modality: Modality, samples: Any, scales: Any, *, labels: Any, values: Any
) -> None:
    names = [str(label) for label in range(max(labels) + 1)]
    found = javascript(
        GRID, modality=written(modality), samples=samples, standardisation=known(modality, scales),
        told=grid_texts(names), labels=labels.astype(np.int32), values=values,
    )  # fmt: skip
    expected = sample_grid(
        modality, samples, scales, [names[label] for label in labels], columns=10,
        row_labels=[f"{value:g}" for value in values[::10]],
    )  # fmt: skip
    if kind_of(modality).smooth and not kind_of(modality).heat:
        assert_one_level_apart(shown(found), pixels(expected))
    else:
        np.testing.assert_array_equal(shown(found), pixels(expected))


@pytest.mark.parametrize(("first", "step"), [(-3.0, 0.06), (-1500.0, 30.0), (1e5, -1234.5), (0.0, -3e-7)])
def test_grids_of_the_posters_modalities(javascript: Any, first: float, step: float) -> None:
    pipe, values = load_pretrained("conv"), grid_values(first, step)
    scales, mean = pipe.description.standardisation, RNG.normal(size=pipe.latent_size).astype(np.float32)
    out = pipe.decode(traverse(mean, 62, values))
    for modality in out.modalities:
        assert_same_grid(javascript, modality, out[modality.name], scales, labels=out.label, values=values)


def test_grids_of_vectors_in_which_labels_change(javascript: Any) -> None:
    modality = Modality("numbers", "Numbers", (5,), "gaussian", "vector")
    samples = RNG.normal(3, 40, (100, 5)).astype(np.float32)
    scales, labels = {"numbers": Standardisation.of(samples)}, RNG.integers(0, 3, 100)
    assert_same_grid(javascript, modality, samples, scales, labels=labels, values=grid_values(-6, 0.1234))


@pytest.mark.parametrize(("steps", "chosen"), [(3, 2), (9, 0), (MOST, 7)])
def test_films(javascript: Any, steps: int, chosen: int) -> None:
    pipe = load_pretrained("conv")
    scales = pipe.description.standardisation
    out = pipe.decode(1.5 * RNG.normal(size=(steps, pipe.latent_size)).astype(np.float32))
    titles = ("Step", "Farsi", "A title of more words than have room on one line", "Speech", "Label")
    classes = film_labels(["a name that is far too long", *pipe.classes[1:]])
    for modality in out.modalities:
        javascript.files[f"/inputs/{modality.name}"] = np.ascontiguousarray(out[modality.name]).tobytes()
    found = javascript(
        FILM, chosen=chosen, labels=out.label.astype(np.int32),
        told=film_texts(film_heights(out, scales), titles, classes),
        modalities=[
            {"modality": written(it), "file": f"/inputs/{it.name}", "standardisation": known(it, scales)}
            for it in out.modalities
        ],
    )  # fmt: skip
    assert_one_level_apart(shown(found), pixels(film_image(out, scales, chosen, titles, classes)))


def test_texts_are_filled_as_in_python(javascript: Any) -> None:
    edges = [
        0,
        -0.0,
        0.125,
        -0.375,
        0.005,
        -0.37,
        2.5,
        1234.5,
        -1500.25,
        99999.5,
        1e5,
        123456.5,
        1234567,
        1e-5,
    ]
    numbers = [
        *edges,
        *RNG.normal(size=40),
        *(RNG.normal(size=40) * 10.0 ** RNG.integers(-7, 7, 40)).tolist(),
    ]
    text = "{x:g} {x:.2f} {x:.1%} {name}, {x:.0%} and {count:,}"
    body = (
        'const { filled } = await import("/views/texts.js");'
        "return numbers.map((x) => filled(text, { x, name: 'n', count: 12345 }));"
    )
    found = javascript(body, numbers=[float(each) for each in numbers], text=text)
    assert found == [text.format(x=float(each), name="n", count=12345) for each in numbers]


def test_our_own_markdown_becomes_html(javascript: Any) -> None:
    body = 'return (await import("/views/texts.js")).marked(text);'
    found = javascript(body, text="Met: **{a}** & **{b}**  \nso <it> is")
    assert found == "Met: <strong>{a}</strong> &amp; <strong>{b}</strong><br>so &lt;it&gt; is"
