"""The engine in a real Chromium: the same as PyTorch, the latest request wins, and nothing is ever thrown."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

pytest.importorskip("playwright", reason="needs the package playwright")
from playwright.sync_api import Browser, Page, Playwright

from benchmarks.live_engine import CHROMIUM, FLAGS, RUNTIME
from mvae.arrays import Array
from mvae.inference.pipeline import Pipeline
from mvae.inference.posteriors import ELBO_DRAWS
from tests.web.conftest import NAMES, Samples
from tests.web.parity import NEAR_IN_WEBASSEMBLY, Row, answers, flat, questions, too_far

pytestmark = pytest.mark.browser

SOURCES = f"""() => {{
  window.sources = (name) => ({{
    manifest: `${{name}}/manifest.json`, files: `${{name}}/`, runtime: "{RUNTIME}",
  }});
  window.startEngine = async (...options) => (await import("/engine/engine.js")).startEngine(...options);
}}"""
START = "async (name) => { window.engine = await startEngine(sources(name)); return engine.ready; }"
IN_THE_PAGE = """async (name) => {
  const { openLocal } = await import("/engine/local.js");
  window.engine = await startEngine(sources(name), openLocal);
  return engine.ready;
}"""
# All rows' numbers behind each other, as `flat` has them, in base64.
COMPLETE = """async ({ inputs, rows }) => {
  const { status, value, reason } = await engine.ask("complete", {
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, each]) => [name, Float32Array.from(each)])),
    rows: rows.map(({ given, noise }) => ({ given, noise: noise && Float32Array.from(noise) })),
  });
  if (status !== "done") throw new Error(reason);
  const names = engine.manifest.modalities.map(({ name }) => name);
  const numbers = value.rows.flatMap((row) => [
    ...names.flatMap((name) => [...row.outputs[name]]),
    ...row.probabilities, ...row.mean, ...row.variance, row.kl,
  ]);
  const blob = new Blob([Float32Array.from(numbers)]);
  const url = await new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.readAsDataURL(blob);
  });
  return { numbers: url.split(",")[1], labels: value.rows.map(({ label }) => label),
    shares: value.rows.map(({ shares }) => shares) };
}"""


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """A blank page; afterwards no script may have failed unseen."""
    page = browser.new_context().new_page()
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.goto(site)
    page.evaluate(SOURCES)
    yield page
    page.context.close()
    assert not trouble


def said_in(
    page: Page, pipe: Pipeline, inputs: dict[str, Array], rows: list[Row]
) -> tuple[Array, dict[str, Any]]:
    """What the engine says, row by row, as `flat` has it; and its labels and shares."""
    asked = {
        "inputs": {name: values.ravel().tolist() for name, values in inputs.items()},
        "rows": [
            {"given": row.given, "noise": None if row.noise is None else row.noise.tolist()} for row in rows
        ],
    }
    found = page.evaluate(COMPLETE, asked)
    numbers = np.frombuffer(base64.b64decode(found.pop("numbers")), np.float32)
    return numbers.reshape(len(rows), -1), found


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", NAMES)
def test_every_subset_is_completed_as_by_pytorch(
    page: Page, checkpoints: dict[str, Path], samples: Samples, name: str
) -> None:
    pipe = Pipeline(checkpoints[name])
    rows = questions(pipe)
    assert page.evaluate(START, name)
    for inputs in samples(name):
        outs = answers(pipe, inputs, rows)
        found, others = said_in(page, pipe, inputs, rows)
        expected = np.stack([flat(pipe, out) for out in outs])
        assert too_far(pipe, expected, found, NEAR_IN_WEBASSEMBLY) == {}
        assert others["labels"] == [out.label for out in outs]
        for out, shares in zip(outs, others["shares"], strict=True):
            assert list(shares) == ["prior", *out.given]
            assert shares == pytest.approx(out.expert_shares, abs=1e-5)


ELBO = """async ({ inputs, noise, given }) => {
  const read = (numbers) => Float32Array.from(numbers);
  const all = Object.fromEntries(Object.entries(inputs).map(([name, each]) => [name, read(each)]));
  const rows = given.map((each) => ({ given: each }));
  const completed = await engine.ask("complete", { inputs: all, rows });
  const asked = { inputs: all, posteriors: completed.value.rows, noise: read(noise) };
  return (await engine.ask("elbo", asked)).value;
}"""


@pytest.mark.parametrize("name", NAMES)
def test_the_bound_is_pytorchs(page: Page, checkpoints: dict[str, Path], samples: Samples, name: str) -> None:
    pipe = Pipeline(checkpoints[name])
    noise = torch.randn(ELBO_DRAWS, pipe.latent_size, generator=torch.Generator().manual_seed(0))
    assert page.evaluate(START, name)
    for inputs in samples(name)[:4]:
        outs = pipe.complete(inputs)
        asked = {
            "inputs": {key: values.ravel().tolist() for key, values in inputs.items()},
            "noise": noise.ravel().tolist(), "given": [out.given for out in outs],
        }  # fmt: skip
        assert page.evaluate(ELBO, asked) == pytest.approx(pipe.elbo(inputs, outs), rel=1e-5, abs=1e-3)


def test_latents_are_decoded_in_batches_as_by_pytorch(page: Page, checkpoints: dict[str, Path]) -> None:
    pipe = Pipeline(checkpoints["four"])
    z = np.random.default_rng(0).standard_normal((1203, pipe.latent_size)).astype(np.float32)
    assert page.evaluate(START, "four")
    found = page.evaluate(
        """async (latents) => {
          const asked = { latents: Float32Array.from(latents), of: ["western", "label"] };
          const { value } = await engine.ask("decode", asked);
          const rows = [0, 499, 500, 1202];
          return { names: Object.keys(value.outputs), count: value.outputs.western.length,
            pictures: rows.map((row) => [...value.outputs.western.slice(784 * row, 784 * (row + 1))]),
            probabilities: rows.map((row) => [...value.probabilities.slice(10 * row, 10 * (row + 1))]) };
        }""",
        z.ravel().tolist(),
    )
    rows = [0, 499, 500, 1202]
    expected = pipe.decode(z[rows])
    assert (found["names"], found["count"]) == (["western"], 1203 * 784)
    np.testing.assert_allclose(found["pictures"], expected.outputs["western"].reshape(4, -1), atol=5e-6)
    np.testing.assert_allclose(found["probabilities"], expected.label_probs, atol=1e-6)


def test_it_runs_in_the_page_itself_where_there_are_no_workers(
    page: Page, checkpoints: dict[str, Path], samples: Samples
) -> None:
    pipe = Pipeline(checkpoints["wine"])
    rows = questions(pipe, seeds=[0])
    page.evaluate("() => { window.Worker = undefined; }")
    assert page.evaluate(START, "wine") is False
    assert page.evaluate(IN_THE_PAGE, "wine")
    (inputs, *_) = samples("wine")
    expected = np.stack([flat(pipe, out) for out in answers(pipe, inputs, rows)])
    assert too_far(pipe, expected, said_in(page, pipe, inputs, rows)[0], NEAR_IN_WEBASSEMBLY) == {}


def test_the_latest_request_of_a_kind_wins(page: Page) -> None:
    assert page.evaluate(START, "four")
    said = page.evaluate(
        """async () => {
          const order = [];
          const ask = async (name, kind, first) => {
            const latents = new Float32Array(engine.manifest.latent_size).fill(first);
            const { status, value } = await engine.ask("decode", { latents, of: ["label"] }, kind);
            order.push(`${name} ${status}`);
            return value?.probabilities[0];
          };
          const asked = [ask("a", "map", 1), ask("b", "map", 2), ask("c", "grid", 3), ask("d", "map", 4),
            ask("e", "map", 5)];
          const answers = await Promise.all(asked);
          return { order, last: answers[4], alone: await ask("again", "map", 5) };
        }"""
    )
    # a had begun; e takes the place of b and d, before c, and has its own answer.
    assert said["order"] == ["b replaced", "d replaced", "a done", "e done", "c done", "again done"]
    assert said["last"] == said["alone"]


def of_colour(given: str, inputs: str = "", more: str = "") -> str:
    """A completion's request, in JavaScript."""
    return f"'complete', {{ inputs: {{ {inputs} }}, rows: [{{ given: [{given}], {more} }}] }}"


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (of_colour("'colour'"), "colour must be 7 finite numbers in a Float32Array"),
        (of_colour("'colour'", "colour: new Float32Array(6)"), "colour must be 7 finite numbers"),
        (of_colour("'colour'", "colour: new Float32Array(7).fill(NaN)"), "colour must be 7 finite numbers"),
        (of_colour("'colour'", "colour: new Float32Array(7).fill(3e38)"), "no finite answer to these inputs"),
        (
            of_colour("'colour'", "colour: new Float32Array(7)", "noise: new Float32Array(3)"),
            "noise must be 10",
        ),
        (of_colour("'smell'"), "there is no smell"),
        (of_colour(""), "nothing is given"),
        ("'decode', { latents: new Float32Array(7) }", "latents must be of 5 numbers each"),
        ("'decode', { latents: [1, 2, 3, 4, 5] }", "latents must be 5 finite numbers in a Float32Array"),
        ("'decode', () => 1", "could not be cloned"),
        ("'decode', undefined", ""),
        ("'guess', {}", ""),
    ],
)
def test_what_cannot_be_answered_is_a_value_and_the_next_is_answered(
    page: Page, request_: str, reason: str
) -> None:
    assert page.evaluate(START, "wine")
    answer = page.evaluate(f"() => engine.ask({request_})")
    assert answer["status"] == "failed"
    assert reason in answer["reason"]
    following = page.evaluate("() => engine.ask('decode', { latents: new Float32Array(5), of: ['label'] })")
    assert following["status"] == "done"


@pytest.mark.parametrize(
    ("spoilt", "reason"),
    [
        ("manifest: 'nothing.json'", "404"),
        ("runtime: 'nothing.gz'", "404"),
        ("runtime: new ArrayBuffer(100)", ""),
        ("files: 'conv/'", "404"),
        ("files: {}", "model.safetensors has undefined bytes"),
        ("files: { 'model.safetensors': new ArrayBuffer(3) }", "model.safetensors has 3 bytes, not"),
        ("manifest: { ...manifest, format: 9 }", "a manifest of format 9, not 1"),
        ("manifest: { ...manifest, networks: [] }", ""),
        (
            "manifest: changed({ sha256: '0' })",
            "encoder-composition.onnx is not the file that its manifest names",
        ),
        (
            "manifest: changed({ outputs: { mean: [6], log_variance: [5] } })",
            "onnx has mean 5, log_variance 5, but its manifest says mean 6, log_variance 5",
        ),
    ],
)
def test_where_it_cannot_run_it_says_so_and_throws_nothing(page: Page, spoilt: str, reason: str) -> None:
    answer = page.evaluate(
        f"""async () => {{
          const manifest = await (await fetch("wine/manifest.json")).json();
          const changed = (what) => {{
            const [first, ...others] = manifest.networks;
            return {{ ...manifest, networks: [{{ ...first, ...what }}, ...others] }};
          }};
          return startEngine({{ ...sources("wine"), {spoilt} }});
        }}"""
    )
    assert answer["ready"] is False
    assert reason in answer["reason"]


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        ("globalThis.WebAssembly = undefined;", "no WebAssembly with SIMD"),
        ("WebAssembly.validate = () => false;", "no WebAssembly with SIMD"),
        ("WebAssembly.Memory = function () { throw new RangeError('out of memory'); };", "out of memory"),
        ("throw new Error('an old browser');", "an old browser"),
    ],
)
def test_an_old_or_small_browser_is_said_to_be_one(page: Page, site: str, spoil: str, reason: str) -> None:
    answer = page.evaluate(
        """([spoil, site]) => {
          const first = `import "data:text/javascript,${encodeURIComponent(spoil)}";`;
          const script = `${first} import { serve } from "${site}/engine/service.js"; serve(globalThis);`;
          const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
          return startEngine(sources("wine"), () => new Worker(url, { type: "module" }));
        }""",
        [spoil, site],
    )
    assert answer["ready"] is False
    assert reason in answer["reason"]


def test_a_worker_whose_script_is_missing_and_one_that_was_stopped(page: Page) -> None:
    missing = "() => startEngine(sources('wine'), () => new Worker('/nothing.js', { type: 'module' }))"
    assert page.evaluate(missing) == {"ready": False, "reason": "its scripts could not be loaded"}
    assert page.evaluate(START, "wine")
    said = page.evaluate(
        """async () => {
          const ask = (kind) => engine.ask("decode", { latents: new Float32Array(5) }, kind);
          const asked = [ask("a"), ask("b")];
          engine.stop();
          return Promise.all([...asked, ask("c")]);
        }"""
    )
    assert said == 3 * [{"status": "failed", "reason": "it was stopped"}]
