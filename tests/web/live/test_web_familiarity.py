"""What is unlike the training data is so in the page, too; and a voice is lowered there as in Python."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Playwright

from benchmarks.live_engine import CHROMIUM, FLAGS, RUNTIME, serve_folders
from mvae.arrays import Array
from mvae.checkpoint.place import FAMILIARITY
from mvae.files import PACKAGE
from mvae.inference.doubt import SURE
from mvae.inference.pipeline import Pipeline
from mvae.modalities.kinds import SEMITONES
from mvae.modalities.sound import lowered
from mvae.web.constants import preprocessing_constants
from tests.web.conftest import Samples
from tests.web.javascript import JavaScript

pytestmark = pytest.mark.browser
DOUBT = {"sure": SURE, "semitones": SEMITONES}
RNG = np.random.default_rng(0)
SCORES = """async ([inputs, constants, doubt, runtime, file]) => {
  const { loadModel } = await import("/engine/load.js");
  const { preprocessing } = await import("/preprocess/preprocessing.js");
  const { Familiarity } = await import("/live/familiarity.js");
  const model = await loadModel({ manifest: "/checkpoint/manifest.json", files: "/checkpoint/", runtime });
  const buffer = await (await fetch(`/checkpoint/${file}`)).arrayBuffer();
  const known = new Familiarity(buffer, doubt), prepare = preprocessing(constants), found = [];
  for (const each of inputs) {
    const values = Object.entries(each).map(([name, numbers]) => [name, Float32Array.from(numbers)]);
    found.push(await known.scores(model, prepare, Object.fromEntries(values)));
  }
  return found;
}"""


def strange(inputs: dict[str, Array]) -> dict[str, Array]:
    """Inputs that no model has seen: upside down, and with noise."""
    found = {}
    for name, values in inputs.items():
        noisy = values[::-1] + 0.3 * RNG.random(values.shape, np.float32)
        found[name] = noisy if name == "speech" else noisy.clip(0, 1)
    return found


@pytest.mark.data
@pytest.mark.parametrize("name", ["conv", "linear"])
def test_scores_are_those_of_the_pipeline(
    playwright: Playwright, checkpoints: dict[str, Path], samples: Samples, name: str
) -> None:
    pipe = Pipeline(checkpoints[name])
    inputs = samples(name)
    inputs += [strange(each) for each in inputs[:10]]
    expected = [pipe.unfamiliarity(out) for each in inputs for out in pipe.complete(each, [tuple(each)])]
    web = PACKAGE / "web"
    folders = {folder: web / folder for folder in ("live", "preprocess", "views")}
    with serve_folders({"checkpoint": checkpoints[name], **folders}) as address:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page()
        page.goto(address)
        asked = [{key: values.ravel().tolist() for key, values in each.items()} for each in inputs]
        found = page.evaluate(SCORES, [asked, preprocessing_constants(), DOUBT, RUNTIME, FAMILIARITY])
        browser.close()
    for one, other in zip(found, expected, strict=True):
        assert one == pytest.approx(other, rel=2e-3, abs=1e-3)
    verdicts = [score > 1 for each in expected for score in each.values()]
    assert verdicts == [score > 1 for each in found for score in each.values()]
    assert 0 < sum(verdicts) < len(verdicts)


@pytest.mark.parametrize("semitones", [0, *SEMITONES, 30])
def test_lowered(javascript: JavaScript, semitones: float) -> None:
    values = RNG.normal(0, 40, (13, 32)).astype(np.float32)
    found: Any = javascript("return prepare.lowered(values, semitones);", values=values, semitones=semitones)
    np.testing.assert_allclose(found["value"].reshape(13, 32), lowered(values, semitones), atol=1e-3)
