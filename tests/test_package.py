"""What the package promises as a whole: imports that are cheap and flow one way, and examples that run."""

import re
import subprocess
import sys
from pathlib import Path

import grimp
import networkx as nx
import numpy as np
import pytest
from helpers import spoken

import mvae
from mvae.modalities.strokes import render, template

REPOSITORY = Path(mvae.__file__).resolve().parent.parent
README = REPOSITORY / "README.md"
HEAVY = ("torch", "librosa", "streamlit", "numpy", "soundfile", "plotly")


def loaded_by(statement: str, names: tuple[str, ...]) -> set[str]:
    """Return which of these packages are loaded after a statement in a new process."""
    code = f"import sys\n{statement}\nprint(*(name for name in {names!r} if name in sys.modules))"
    command = [sys.executable, "-c", code]
    return set(
        subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, text=True).stdout.split()
    )


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert loaded_by("import mvae", HEAVY) == set()


def test_the_head_of_a_page_waits_for_nothing_heavy() -> None:
    head = "import mvae.ui.server, mvae.ui.navigation, mvae.ui.frame.frame, mvae.ui.draw.outputs"
    assert loaded_by(head, ("torch", "librosa", "scipy")) == set()


def test_the_data_command_loads_no_torch() -> None:
    assert loaded_by("import mvae.__main__", ("torch", "librosa", "streamlit")) == set()


def test_the_pipeline_loads_neither_streamlit_nor_librosa_nor_what_compiles() -> None:
    unneeded = ("librosa", "streamlit", "torch._dynamo")
    assert loaded_by("from mvae import load_pretrained; load_pretrained()", unneeded) == set()


def test_training_loads_no_streamlit() -> None:
    assert loaded_by("import train, mvae.evaluation.table", ("streamlit", "plotly")) == set()


def test_public_names() -> None:
    for name in mvae.__all__:
        assert getattr(mvae, name).__name__ == name
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        mvae.nothing  # noqa: B018 - looking it up is the point


def test_no_file_imports_one_that_imports_it() -> None:
    graph = grimp.build_graph("mvae")
    arrows = nx.DiGraph()
    for module in graph.modules:
        arrows.add_edges_from((module, other) for other in graph.find_modules_directly_imported_by(module))
    assert [sorted(circle) for circle in nx.strongly_connected_components(arrows) if len(circle) > 1] == []


def examples() -> list[str]:
    """The Python of the README and of the package's docstring."""
    assert mvae.__doc__ is not None
    indented = re.findall(r"^(?: {4}\S.*\n)+", mvae.__doc__, flags=re.MULTILINE)
    text = README.read_text(encoding="utf-8") if README.exists() else ""
    return [*indented, *re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)]


@pytest.mark.parametrize("example", examples())
def test_every_example_runs(example: str) -> None:
    source = "\n".join(line.removeprefix("    ") for line in example.splitlines())
    names = {"image": render(template("farsi", 7)), "waveform": spoken(), "sample_rate": 8000, "np": np}
    exec(compile(source, "example", "exec"), names)  # noqa: S102 - our own README


def test_the_readme_has_an_example() -> None:
    if not README.exists():
        pytest.skip("README.md is not written yet")
    assert "mvae.load_pretrained(" in "".join(examples()[1:])
