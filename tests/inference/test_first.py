"""What the app shows at first is kept beside the weights: what the model gives, for these weights alone."""

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers import write_small_checkpoint

import mvae.__main__ as commands
from mvae.checkpoint.place import FIRST, SHIPPED, WEIGHTS
from mvae.inference.first import First, first_inputs, load_first, write_first
from mvae.inference.pipeline import Pipeline
from mvae.tasks.digits import MODALITIES, TASK
from mvae.ui.state.slots import example
from mvae.ui.state.task import POSTERS

ROOT = Path(__file__).resolve().parents[2]


def kept(directory: Path) -> First:
    first = load_first(directory, MODALITIES)
    assert first is not None
    return first


@pytest.mark.parametrize("name", ["conv", "linear"])
def test_the_shipped_ones_are_what_the_models_give(name: str) -> None:
    first, pipe = kept(SHIPPED / name), Pipeline(name)
    (out,) = pipe.complete(first.out.inputs, [first.out.given], seed=first.out.seed)
    assert (first.out.given, first.out.label, first.out.seed) == (out.given, out.label, out.seed)
    assert first.out.modalities == out.modalities
    pairs = [
        (first.out.label_probs, out.label_probs),
        (first.out.mean, out.mean),
        (first.out.variance, out.variance),
        *((first.out[each], out[each]) for each in out.outputs),
        *((first.out.inputs[each], out.inputs[each]) for each in out.given),
        *(
            pair
            for each in out.given
            for pair in zip(first.out.experts[each], out.experts[each], strict=True)
        ),
    ]
    for found, expected in pairs:
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)
    assert first.out.kl == pytest.approx(out.kl, rel=1e-4)
    assert first.out.expert_shares == pytest.approx(out.expert_shares, rel=1e-4)
    assert first.unfamiliarity == pytest.approx(pipe.unfamiliarity(out), rel=1e-3)
    for modality, each in pipe.description.standardisation.items():
        values = np.ones(pipe.model.config.modality(modality).shape, np.float32)
        np.testing.assert_array_equal(first.standardisation[modality].apply(values), each.apply(values))


def test_it_answers_what_the_app_asks_first_and_nothing_else() -> None:
    first, asked = kept(SHIPPED / "conv"), example("farsi", POSTERS.first_label).ink
    assert asked is not None
    assert first.answers({"farsi": asked}, 0)
    assert not first.answers({"farsi": asked}, None)
    assert not first.answers({"farsi": asked}, 1)
    assert not first.answers({"farsi": asked * 0.999}, 0)
    assert not first.answers({"kannada": asked}, 0)
    assert not first.answers({"farsi": asked, "kannada": asked}, 0)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    write_small_checkpoint(tmp_path)
    assert commands.main(["export", "--checkpoint", str(tmp_path)]) == 0
    return tmp_path


def test_export_writes_it_and_other_weights_have_none(small: Path) -> None:
    assert kept(small).out.given == ("farsi",)
    write_small_checkpoint(small, seed=1)
    assert load_first(small, MODALITIES) is None
    write_first(small)
    assert kept(small)


@pytest.mark.parametrize("file", [FIRST, WEIGHTS])
@pytest.mark.parametrize("content", [b"", b"{}", None])
def test_nothing_is_made_of_damaged_files(small: Path, file: str, content: bytes | None) -> None:
    whole = (small / file).read_bytes()
    (small / file).write_bytes(whole[: len(whole) // 2] if content is None else content)
    assert load_first(small, MODALITIES) is None
    (small / file).unlink()
    assert load_first(small, MODALITIES) is None


def test_nothing_is_made_of_what_is_of_other_modalities(small: Path) -> None:
    assert load_first(small, [replace(MODALITIES[0], shape=(7, 7)), *MODALITIES[1:]]) is None
    assert load_first(small, [replace(MODALITIES[0], name="other")]) is None


def test_classes_without_templates_have_no_first_example() -> None:
    assert first_inputs(MODALITIES, ("yes", "no")) == {}
    assert list(first_inputs(MODALITIES, TASK.classes)) == ["farsi"]


def test_the_first_screen_is_shown_without_torch(tmp_path: Path) -> None:
    """In a process of its own, as others here have torch; the app in a server does the same."""
    script = tmp_path / "shows.py"
    script.write_text(
        "import sys\n"
        "from streamlit.testing.v1 import AppTest\n"
        f"app = AppTest.from_file({str(ROOT / 'app.py')!r}, default_timeout=60).run()\n"
        "assert not app.exception, app.exception\n"
        "assert app.metric[0].value == '5', app.metric\n"
        "assert not {'torch', 'librosa'} & sys.modules.keys()\n"
    )
    environment = {"PYTHONPATH": str(ROOT), "PATH": "", "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, str(script)], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=100,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]


def test_a_shipped_checkpoint_elsewhere_keeps_it(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED / "conv", tmp_path / "mine")
    assert kept(tmp_path / "mine").answers(kept(SHIPPED / "conv").out.inputs, 0)
