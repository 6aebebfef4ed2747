import json
import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from mvae.__main__ import main
from mvae.errors import ReportError
from mvae.evaluation.report import PAGES, ROOT, filled, mark, seeds
from mvae.evaluation.table import COLUMNS, TABLE_ROWS, format_table

RESULT = {
    "config": "conv",
    "seeds": [0, 1],
    "rows": [{"inputs": ["farsi", "speech"], "accuracy": [99.5, 99.7], "mean": 99.6, "deviation": 0.141}],
}
PAGE = "before\n<!-- report: {} -->\nold\n<!-- end of report -->\nafter\n"


@pytest.fixture
def checkpoints(tmp_path: Path) -> Path:
    (tmp_path / "studies").mkdir()
    (tmp_path / "studies" / "seeds.json").write_text(json.dumps(RESULT), encoding="utf-8")
    return tmp_path


def test_a_block_is_replaced_and_the_rest_of_the_page_kept(checkpoints: Path) -> None:
    page = filled(PAGE.format("seeds"), checkpoints)
    assert page == PAGE.format("seeds").replace("old", seeds(RESULT))
    assert filled(page, checkpoints) == page
    assert "| Farsi + Speech | 99.50 | 99.70 | 99.60 ± 0.14 |" in page


def test_an_empty_block_is_filled(checkpoints: Path) -> None:
    empty = PAGE.format("seeds").replace("old\n", "")
    assert filled(empty + PAGE.format("seeds"), checkpoints) == filled(PAGE.format("seeds"), checkpoints) * 2


def test_a_page_without_blocks_stays_as_it_is(checkpoints: Path) -> None:
    assert filled("text", checkpoints) == "text"


def test_an_unknown_block_is_one_sentence(checkpoints: Path) -> None:
    with pytest.raises(ReportError, match="no report “sizes”; known are: reach, seeds"):
        filled(PAGE.format("sizes"), checkpoints)


@pytest.fixture
def measured(checkpoints: Path) -> Path:
    """The evaluation of a checkpoint on its training split, as ``evaluate`` writes it."""
    directory = checkpoints / "linear"
    directory.mkdir()
    (directory / "checkpoint.json").write_text('{"weights_sha256": "12ab"}')
    rows = [{"inputs": list(subset), **dict.fromkeys(COLUMNS, 98.5)} for subset in TABLE_ROWS]
    table = {"split": "train", "checkpoint": "linear", "triplets": 60_000, "rows": rows}
    file = directory / "evaluation-train.json"
    file.write_text(json.dumps({"weights_sha256": "12ab", **table}))
    return file


def test_a_table_of_these_weights_is_quoted(checkpoints: Path, measured: Path) -> None:
    page = filled(PAGE.format("table-linear-train"), checkpoints)
    assert format_table(json.loads(measured.read_text())) in page


@pytest.mark.parametrize("weights", ["34cd", None])
def test_figures_of_other_weights_are_refused(checkpoints: Path, measured: Path, weights: str | None) -> None:
    result = json.loads(measured.read_text())
    measured.write_text(json.dumps({**result, "weights_sha256": weights}))
    command = (
        "python -m mvae evaluate --checkpoint linear --split train "
        "--json checkpoints/linear/evaluation-train.json"
    )
    with pytest.raises(ReportError, match=f"other weights; write it anew with: {re.escape(command)}$"):
        filled(PAGE.format("table-linear-train"), checkpoints)


@pytest.mark.parametrize("content", [None, "{"], ids=["missing", "damaged"])
def test_a_result_that_is_not_there_is_one_sentence(checkpoints: Path, content: str | None) -> None:
    file = checkpoints / "studies" / "seeds.json"
    file.unlink()
    if content is not None:
        file.write_text(content, encoding="utf-8")
    with pytest.raises(
        ReportError, match=r"seeds\.json is missing or damaged; write it anew with: .* study seeds$"
    ):
        filled(PAGE.format("seeds"), checkpoints)


def test_the_pages_quote_what_was_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--check"]) == 0, capsys.readouterr().out


def test_every_picture_and_page_that_a_page_names_is_there() -> None:
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        text = page.read_text(encoding="utf-8")
        named = re.findall(r"\]\(([^)\s#]+)", text) + re.findall(r"<img[^>]* src=\"([^\"]+)", text)
        local = [name for name in named if not re.match(r"[a-z]+:", name)]
        assert [name for name in local if not (page.parent / unquote(name)).exists()] == [], page.name


def test_every_block_of_the_pages_has_an_end() -> None:
    for page in PAGES:
        text = (ROOT / page).read_text(encoding="utf-8")
        assert text.count("<!-- report: ") == text.count("<!-- end of report -->") > 0


@pytest.mark.parametrize(
    ("figure", "asked", "expected"),
    [
        (98.3, "98.3", ""), (98.29, "98.3", " ✗"), (99.93, "> 99.93", " ✗"), (99.94, "> 99.93", ""),
        (2.0, "≤ 2", ""), (2.01, "≤ 2", " ✗"), (0.0, "", ""), (1.0, "the best", ""),
    ],
)  # fmt: skip
def test_what_falls_short_is_marked(figure: float, asked: str, expected: str) -> None:
    assert mark(figure, asked) == expected
