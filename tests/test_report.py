import json
from pathlib import Path

import pytest

from mvae.__main__ import main
from mvae.errors import ReportError
from mvae.report import PAGES, ROOT, filled, seeds

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


@pytest.mark.parametrize("content", [None, "{"], ids=["missing", "damaged"])
def test_a_result_that_is_not_there_is_one_sentence(checkpoints: Path, content: str | None) -> None:
    file = checkpoints / "studies" / "seeds.json"
    file.unlink()
    if content is not None:
        file.write_text(content, encoding="utf-8")
    with pytest.raises(ReportError, match=r"seeds\.json is missing or damaged; write it with"):
        filled(PAGE.format("seeds"), checkpoints)


def test_the_pages_quote_what_was_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--check"]) == 0, capsys.readouterr().out


def test_every_block_of_the_pages_has_an_end() -> None:
    for page in PAGES:
        text = (ROOT / page).read_text(encoding="utf-8")
        assert text.count("<!-- report: ") == text.count("<!-- end of report -->") > 0
