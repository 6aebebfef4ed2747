"""The notebook runs from the first cell to the last."""

import ast
import json
from pathlib import Path

NOTEBOOK = Path(__file__).resolve().parent.parent / "docs" / "quickstart.ipynb"


def test_every_cell_of_the_quickstart_runs_and_shows_something() -> None:
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    assert len(sources) > 5
    names: dict[str, object] = {}
    for source in sources:
        body = ast.parse(source).body
        exec(source, names)  # noqa: S102 - our own notebook
        if isinstance(body[-1], ast.Expr):  # what Jupyter would show below the cell
            assert eval(ast.unparse(body[-1]), names) is not None  # noqa: S307
    assert names["out"].label == 4
